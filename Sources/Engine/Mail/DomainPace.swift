import Calendars

/// How fast each domain is served: by the hub's own rate, and slower for a while after a server said that it is too fast.
///
/// A mail that must wait is given a place of its own, so that a thousand to one domain come back one by one.
struct DomainPace {
    /// Domains and waiting mails that are remembered; the rest is served as it comes.
    static let domains = 10_000
    static let places = 200_000
    /// Milliseconds between two mails after a first and after the last of many refusals for rate.
    static let firstSlowing: Int64 = 1_000
    static let longestSlowing: Int64 = 60_000

    private struct Pace {
        var next: Instant
        var slowing: Int64 = 0
    }

    /// Milliseconds between two mails to one domain; 0: no limit.
    private let interval: Int64
    private var paces: [String: Pace] = [:]
    private var places: [String: Instant] = [:]

    /// - Parameter rate: mails a minute.
    init(rate: Int?) {
        interval = rate.map { 60_000 / Int64(max($0, 1)) } ?? 0
    }

    /// When this mail may go; nil: now.
    mutating func wait(for key: String, to domain: String, at now: Instant) -> Instant? {
        if let place = places[key] {
            guard place <= now else { return place }
            places[key] = nil
            return nil
        }
        guard interval > 0 || paces[domain] != nil else { return nil }
        var pace = paces[domain] ?? Pace(next: now)
        let place = max(pace.next, now)
        pace.next = place.adding(milliseconds: interval + pace.slowing)
        remember(pace, domain, at: now)
        guard place > now else { return nil }
        if places.count < Self.places { places[key] = place }
        return place
    }

    /// The domain's server said that it is too much.
    mutating func slow(_ domain: String, at now: Instant) {
        var pace = paces[domain] ?? Pace(next: now)
        pace.slowing = min(max(pace.slowing * 2, Self.firstSlowing), Self.longestSlowing)
        pace.next = max(pace.next, now.adding(milliseconds: interval + pace.slowing))
        remember(pace, domain, at: now)
    }

    /// A mail was taken.
    mutating func ease(_ domain: String) {
        guard var pace = paces[domain], pace.slowing > 0 else { return }
        pace.slowing = pace.slowing > Self.firstSlowing ? pace.slowing / 2 : 0
        paces[domain] = pace
    }

    private mutating func remember(_ pace: Pace, _ domain: String, at now: Instant) {
        if paces[domain] == nil, paces.count >= Self.domains {
            paces = paces.filter { $0.value.next > now || $0.value.slowing > 0 }
            guard paces.count < Self.domains else { return }
        }
        paces[domain] = pace
    }
}
