package import Calendars
package import Expressions

/// Offers that a case cannot ask now, whatever the rules of its programme say: asked before, or no place left.
extension CaseMachine {
    /// Each offer of the table that cannot be asked, with the reason.
    ///
    /// - Parameters:
    ///   - held: places by offer and period, this case's own among them.
    ///   - now: counts where the case has no date yet.
    package func unavailable(
        for case: Case, among table: OfferTable, held: [String: [String: Int]], at now: Instant
    ) -> [String: Exclusion] {
        var result: [String: Exclusion] = [:]
        for id in table.withoutCapacity {
            result[id] = Exclusion(offer: id, filter: "capacity", say: "it has a capacity of 0")
        }
        for id in held.keys {
            guard let row = table.row(of: id) else { continue }
            let places = places(at: table.offer(row: row), for: `case`, held: held, at: now)
            guard let places, places.left <= 0 else { continue }
            result[id] = Exclusion(offer: id, filter: "capacity", say: places.words)
        }
        for (id, exclusion) in asked(in: `case`) { result[id] = exclusion }
        return result
    }

    /// What an offer has left for a case; nil where it names no capacity, and takes whoever comes.
    package func places(
        at offer: Value, for case: Case, held: [String: [String: Int]], at now: Instant
    ) -> OfferPlaces? {
        guard let id = offer["id"]?.asString, let capacity = offer["capacity"]?.asDouble, capacity.isFinite else {
            return nil
        }
        let run = CaseRun(machine: self, case: `case`, actor: .service, now: now)
        let period = run.period(of: offer)
        let own = `case`.reservations.values.count { $0.offer == id && $0.period == period }
        return OfferPlaces(
            capacity: OfferPlaces.whole(capacity), held: max(0, (held[id]?[period] ?? 0) - own), period: period)
    }

    /// Offers that had their say in this search. Those that were stood down can be asked again.
    private func asked(in case: Case) -> [String: Exclusion] {
        guard let track = `case`.search?.track else { return [:] }
        let left = programme.tracks[track]?.left
        var result: [String: Exclusion] = [:]
        for member in `case`.members where member.track == track && !member.isVoid {
            guard !member.hasEnded || member.region.state != left else { continue }
            let how = member.hasEnded ? member.region.state : "still asked"
            result[member.key] = Exclusion(
                offer: member.key, filter: "asked", say: "was asked in this case already: \(how)")
        }
        return result
    }
}

/// The places of an offer in one period.
package struct OfferPlaces: Hashable, Sendable {
    package var capacity: Int
    /// Held by other cases.
    package var held: Int
    /// Such as `2027`; empty where exchanges at once are counted.
    package var period: String

    /// More than anybody counts.
    private static let most = 10_000_000

    package var left: Int { max(0, capacity - held) }

    /// Why nothing is left, a sentence without personal data.
    package var words: String {
        if capacity == 0 { return "it has a capacity of 0" }
        let time = period.isEmpty ? "" : " in \(period)"
        return capacity == 1
            ? "its only place\(time) is held by another case" : "its \(capacity) places\(time) are held by other cases"
    }

    /// The whole places of a capacity, none below 0.
    static func whole(_ capacity: Double) -> Int {
        Int(exactly: min(max(capacity, 0), Double(most)).rounded(.down)) ?? 0
    }
}

extension OfferTable {
    /// Offers whose capacity is less than one.
    fileprivate var withoutCapacity: [String] {
        guard let column = columns["capacity"] else { return [] }
        let isNone = column.values.map { value in value.asDouble.map { $0 < 1 } ?? false }
        guard isNone.contains(true) else { return [] }
        return column.codes.indices.filter { isNone[Int(column.codes[$0])] }.map { ids[$0] }
    }
}
