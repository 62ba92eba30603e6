/// What is wrong with a call's inputs, in words for whoever wrote them.
package struct MatchingMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// Sentences without full stop, at most `limit`.
    package let messages: [String]

    /// As many mistakes are told at a time.
    package static let limit = 20

    package init(_ message: String) { messages = [message] }

    /// nil where there is no mistake.
    package init?(all messages: [String]) { self.init(messages) }

    /// nil where there is no mistake.
    init?(_ messages: [String]) {
        guard !messages.isEmpty else { return nil }
        let more = messages.count - Self.limit
        self.messages = messages.prefix(Self.limit) + (more > 0 ? ["and \(more) more mistakes"] : [])
    }

    package var description: String { messages.joined(separator: "; ") }
}

/// The watch stopped the work; there is no result.
package struct MatchingStopped: Error, Hashable, Sendable {
    package init() {}
}

/// Told how much of the work is done and how much there is; answers whether to go on.
package typealias MatchingWatch = (_ done: Int, _ total: Int) -> Bool
