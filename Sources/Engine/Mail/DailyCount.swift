import Calendars
import CaseStore
import Digests
import Expressions
import Synchronization

/// How many mails each person has had on the day that it is for them, for the daily cap.
///
/// Counted in memory, where two at once cannot both take the last place, and written down before a mail leaves, so that a
/// restart forgets none. An address stands here as a digest.
final class DailyCount: Sendable {
    /// The kind of document under which a person's day is kept.
    static let kind = "mail-day"
    /// People that are kept in memory; the others are read again.
    private static let people = 100_000

    private struct Day {
        var day: Int32
        var count: Int
        /// The staff know that this person's mail waits.
        var isTold = false
    }

    enum Place: Hashable {
        case taken
        /// No more today; the first to find out tells the staff.
        case full(isNews: Bool)
    }

    private let store: any CaseStore
    private let days = Mutex<[String: Day]>([:])

    init(store: any CaseStore) {
        self.store = store
    }

    /// Takes a place on this day of theirs, if one is left.
    func take(_ address: String, on day: LocalDate, cap: Int) async throws -> Place {
        let id = Self.id(of: address)
        try await load(id)
        let (place, now) = days.withLock { days in
            var today = days[id] ?? Day(day: day.day, count: 0)
            if today.day != day.day { today = Day(day: day.day, count: 0) }
            let place: Place = today.count < cap ? .taken : .full(isNews: !today.isTold)
            if place == .taken { today.count += 1 } else { today.isTold = true }
            days[id] = today
            return (place, today)
        }
        if place != .full(isNews: false) { try await keep(now, id) }
        return place
    }

    /// Gives a place back: the mail did not leave.
    func giveBack(_ address: String, on day: LocalDate) async throws {
        let id = Self.id(of: address)
        let left = days.withLock { days -> Day? in
            guard var today = days[id], today.day == day.day, today.count > 0 else { return nil }
            today.count -= 1
            days[id] = today
            return today
        }
        if let left { try await keep(left, id) }
    }

    private static func id(of address: String) -> String {
        String(SHA256.hash(Array("mail-day|\(Suppression.name(of: address))".utf8)).hex.prefix(32))
    }

    private func load(_ id: String) async throws {
        guard days.withLock({ $0[id] }) == nil else { return }
        let kept = try await store.document(kind: Self.kind, id: id).flatMap { try? Value(json: $0) }
        days.withLock { days in
            if days.count >= Self.people { days.removeAll(keepingCapacity: true) }
            guard days[id] == nil, let day = kept?["day"]?.asInt, let count = kept?["count"]?.asInt else { return }
            days[id] = Day(
                day: Int32(truncatingIfNeeded: day), count: count, isTold: kept?["told"] == .bool(true))
        }
    }

    private func keep(_ day: Day, _ id: String) async throws {
        let body = Value.object([
            "day": .int(Int64(day.day)), "count": .int(Int64(day.count)), "told": .bool(day.isTold),
        ])
        try await store.setDocument(kind: Self.kind, id: id, body: body.jsonBytes)
    }
}
