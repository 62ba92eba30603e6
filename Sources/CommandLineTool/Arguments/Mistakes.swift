/// A command line that cannot be meant: ends with 2 and points to the help.
struct UsageMistake: Error, Hashable, Sendable {
    /// Sentences without full stop.
    let messages: [String]

    init(_ messages: String...) { self.messages = messages }
    init(_ messages: [String]) { self.messages = messages }
}

/// Why a verb could not do what it was asked, in words for the person who asked.
struct Failure: Error, Hashable, Sendable {
    /// A sentence without full stop.
    let message: String
    let exitCode: ExitCode

    init(_ message: String, exitCode: ExitCode = .failure) {
        self.message = message
        self.exitCode = exitCode
    }
}
