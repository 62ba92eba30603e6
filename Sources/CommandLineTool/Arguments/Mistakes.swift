/// A command line that cannot be meant: ends with 2 and points to the help.
struct UsageMistake: Error, Hashable, Sendable {
    /// Sentences without full stop.
    let messages: [String]

    init(_ messages: String...) { self.messages = messages }
    init(_ messages: [String]) { self.messages = messages }
}

/// Why a verb could not do what it was asked, in words for the person who asked.
struct Failure: Error, Hashable, Sendable {
    /// A sentence without full stop, or several mistakes, a line each.
    let message: String
    /// Whether the line feeds in the message are ours; in any other they are data, and shown as signs.
    let hasLines: Bool
    let exitCode: ExitCode

    init(_ message: String, exitCode: ExitCode = .failure) {
        self.message = message
        self.exitCode = exitCode
        hasLines = false
    }

    /// Several mistakes, each of one line whatever stands in it.
    init(lines: [String], exitCode: ExitCode = .failure) {
        message = lines.map { $0.visible() }.joined(separator: "\n")
        self.exitCode = exitCode
        hasLines = true
    }
}
