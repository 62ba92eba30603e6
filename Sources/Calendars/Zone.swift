import Foundation
import Synchronization

/// An IANA time zone with its rules, from Foundation's own data.
///
/// Local times in a gap become the first instant after it; those that occur twice are the first (R28 of the semantics).
public struct Zone: Hashable, Sendable {
    public let name: String
    private let rules: ZoneRules

    public static let utc = Zone(name: "UTC", rules: ZoneRules(first: 0, transitions: []))

    private init(name: String, rules: ZoneRules) {
        self.name = name
        self.rules = rules
    }

    /// nil for a name that the zone data do not know; offsets such as `GMT+2` are no zones.
    public init?(_ name: String) {
        guard name != "UTC" else {
            self = .utc
            return
        }
        if let known = Self.known.withLock({ $0[name] }) {
            self = known
            return
        }
        guard name.contains("/"), name.utf8.count <= 64, let zone = TimeZone(identifier: name) else { return nil }
        let made = Zone(name: name, rules: ZoneRules(zone))
        Self.known.withLock { $0[name] = made }
        self = made
    }

    private static let known = Mutex<[String: Zone]>([:])

    /// The version of the zone data, for the health report.
    public static var dataVersion: String { TimeZone.timeZoneDataVersion }

    public static func == (left: Zone, right: Zone) -> Bool { left.name == right.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Seconds east of UTC at this instant.
    public func offset(at instant: Instant) -> Int {
        rules.offset(atSecond: Instant.floor(instant.milliseconds, 1000))
    }

    /// The instant of a local time.
    public func instant(on date: LocalDate, at time: LocalTime) -> Instant {
        let local = Int64(date.day) * 86_400 + Int64(time.minutes) * 60
        return Instant(milliseconds: rules.second(ofLocal: local) * 1000)
    }

    public func startOfDay(_ date: LocalDate) -> Instant { instant(on: date, at: .midnight) }

    public func date(of instant: Instant) -> LocalDate { local(instant).date }

    /// The local day, and the seconds since its midnight on the clock.
    public func local(_ instant: Instant) -> (date: LocalDate, secondOfDay: Int) {
        let second = Instant.floor(instant.milliseconds, 1000) + Int64(offset(at: instant))
        let day = Instant.floor(second, 86_400)
        return (LocalDate(day: Int32(clamping: day)), Int(second - day * 86_400))
    }
}

/// The offsets of a zone and the seconds at which they change, 1970 to 2100.
private final class ZoneRules: Sendable {
    let first: Int
    let transitions: [(second: Int64, offset: Int)]

    init(first: Int, transitions: [(second: Int64, offset: Int)]) {
        self.first = first
        self.transitions = transitions
    }

    /// The years for which changes are listed; later ones keep the last offset.
    static let lastSecond: Int64 = 4_102_444_800

    convenience init(_ zone: TimeZone) {
        var transitions: [(second: Int64, offset: Int)] = []
        var date = Date(timeIntervalSince1970: 0)
        let first = zone.secondsFromGMT(for: date)
        var offset = first
        while let next = zone.nextDaylightSavingTimeTransition(after: date), next > date {
            let second = Int64(next.timeIntervalSince1970.rounded())
            guard second < Self.lastSecond else { break }
            let after = zone.secondsFromGMT(for: next)
            if after != offset {
                transitions.append((second, after))
                offset = after
            }
            date = next
        }
        self.init(first: first, transitions: transitions)
    }

    /// How many changes lie at or before this second.
    private func index(atSecond second: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].second <= second { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func offset(atSecond second: Int64) -> Int {
        let index = index(atSecond: second)
        return index == 0 ? first : transitions[index - 1].offset
    }

    /// Tries the offsets around; the earliest that fits is the first of a fold, none that fits is a gap.
    func second(ofLocal local: Int64) -> Int64 {
        let from = max(index(atSecond: local - 172_800) - 1, -1)
        let to = index(atSecond: local + 172_800) - 1
        for place in from...max(from, to) {
            let offset = place < 0 ? first : transitions[place].offset
            let second = local - Int64(offset)
            let begins = place < 0 ? Int64.min : transitions[place].second
            let ends = place + 1 < transitions.count ? transitions[place + 1].second : Int64.max
            // Before this offset begins the clock had not shown the time yet: it fell into the gap.
            if second < begins { return begins }
            if second < ends { return second }
        }
        return local - Int64(offset(atSecond: local))
    }
}
