import Calendars

/// Actions whose whole service is away rest for a while: what is meant for them waits in the queue, and no try is lost.
struct ServiceRest {
    /// Seconds of the first rest and of the longest.
    static let firstSeconds: Int64 = 15
    static let longestSeconds: Int64 = 300

    private var rests: [String: (until: Instant, seconds: Int64)] = [:]

    func resting(at now: Instant) -> Set<String> { Set(rests.lazy.filter { $0.value.until > now }.map(\.key)) }

    /// Its service did not answer. What was under way at the same time tells nothing new.
    mutating func begin(_ action: String, at now: Instant) {
        if let rest = rests[action], rest.until > now { return }
        let seconds = rests[action].map { min($0.seconds * 2, Self.longestSeconds) } ?? Self.firstSeconds
        rests[action] = (now.adding(seconds: seconds), seconds)
    }

    mutating func end(_ action: String) { rests[action] = nil }
}
