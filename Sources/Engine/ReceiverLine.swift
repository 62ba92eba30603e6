import Calendars

/// Whose turn it is at receivers that get one call at a time: who would wait long comes again later, so that a slow receiver
/// never has all the places of its action.
struct ReceiverLine {
    /// Milliseconds that a call may wait here for its turn.
    static let longestWait: Int64 = 2_000
    /// Milliseconds after which a call that did not wait comes again, at most: the receiver may have become quick.
    static let longestPause: Int64 = 60_000
    /// What a call is thought to take before one has been made.
    static let firstGuess: Int64 = 100

    private struct Line {
        /// Calls that are made or wait here.
        var count: Int64 = 0
        /// Milliseconds that the last call took.
        var lastTook = ReceiverLine.firstGuess
        /// Where the next place is for one who does not wait here.
        var next: Instant
    }

    private var lines: [String: Line] = [:]

    /// Joins the line.
    ///
    /// - Parameter isPatient: it waits however long it takes.
    /// - Returns: when to come again; nil: it is in the line.
    mutating func join(_ name: String, isPatient: Bool, at now: Instant) -> Instant? {
        var line = lines[name] ?? Line(next: now)
        defer { lines[name] = line }
        guard !isPatient, line.count * line.lastTook > Self.longestWait else {
            line.count += 1
            return nil
        }
        let end = max(line.next, now.adding(milliseconds: Self.longestWait))
        line.next = min(end.adding(milliseconds: line.lastTook), now.adding(milliseconds: Self.longestPause))
        return line.next
    }

    /// Leaves the line.
    ///
    /// - Parameter took: milliseconds that its call took; nil: none was made.
    mutating func leave(_ name: String, took: Int64?) {
        guard var line = lines[name] else { return }
        line.count -= 1
        if let took { line.lastTook = min(max(took, 1), Self.longestPause) }
        // The last to leave takes what is known with them: tomorrow the receiver is another.
        lines[name] = line.count > 0 ? line : nil
    }
}
