/// What packs and their programs may use at most.
package enum PackLimits {
    /// Packs of one folder, each version counted.
    package static let packs = 256
    package static let actions = 64
    /// Names that settings, secrets and actions know already: a pack of one of them would take another's.
    package static let ownNames: Set<String> = [
        "calendar", "chat", "document", "documents", "email", "inbox", "packs", "register", "secrets", "smtp",
        "webhook",
    ]
    /// Files of one pack, and bytes of all of them.
    package static let files = 5_000
    package static let packBytes = 512 << 20
    package static let manifestBytes = 256 << 10
    /// Levels of folders within a pack.
    package static let depth = 16
    /// Bytes of one line of the protocol, its end not counted.
    package static let lineBytes = 1 << 20
    /// Bytes of other output within ten seconds; a program that floods its log is ended.
    package static let logBytes = 8 << 20
    package static let logSeconds = 10
    /// Lines between messages within the same time.
    package static let noiseLines = 10_000
    /// What is kept of a program's log, in lines and in bytes of one line.
    package static let logLines = 100
    package static let logLineBytes = 500
    /// Bytes that wait to be written to a program that does not read.
    package static let backlogBytes = 8 << 20
    /// Calls that wait for a place at one pack; more are told to come again.
    package static let queue = 256
    package static let concurrency = 1...64
    package static let timeoutSeconds = 1...3_600
    /// How long a program may take to say hello, and to end after `bye`.
    package static let helloMilliseconds = 20_000
    package static let byeMilliseconds = 2_000
    /// What a call has left after its deadline, when it was told to cancel, before the program is ended.
    package static let graceMilliseconds = 1_000
    /// A program that has had nothing to do for so long is ended.
    package static let idleMilliseconds = 300_000
    /// Between two looks at the files of a pack whose program runs.
    package static let lookMilliseconds = 1_000
    /// Failures in a row after which a pack is ill.
    package static let failures = 5
    /// The first pause after a failure, doubled with each; and the longest.
    package static let firstPauseSeconds = 1
    package static let longestPauseSeconds = 600
    /// Bytes of a message that a plugin gives.
    package static let messageBytes = 500
    /// Bytes of what a plugin remembers between two calls of one thing.
    package static let checkpointBytes = 16 << 10
}
