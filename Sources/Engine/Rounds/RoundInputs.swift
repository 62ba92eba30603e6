import Calendars
import CaseStore
import Exchange
import Expressions
import Matching

/// Sets up the call of a round from the open requests of a programme and the register's offers.
struct RoundInputs {
    /// Decimals that a score counts with, so that sums of scores are exact.
    private static let decimals = 1e9
    /// Fields of an offer that are no group: whom to reach, and how it is called.
    private static let personal: Set<String> = ["id", "name", "address", "contact", "terms", "conditions", "zone"]

    /// What a round says of rules that are no programme's, and that a search tells offer by offer.
    private static let words = [
        "asked": "was asked in this case already", "capacity": "all its places are held by other cases",
    ]

    let order: RoundOrder
    private let held: [String: [String: Int]]
    private let now: Instant
    /// What was searched so far: `hosts`, `experts`.
    private var searched: Set<String> = []
    private var requests: [(reference: String, request: OpenRequest)] = []
    private var hosts: [String: Value] = [:]
    /// Scores by reference and offer.
    private var scores: [String: [String: Double]] = [:]
    private var ranks: [String: [String: Double]] = [:]
    private var excluded: [String: [String: [String]]] = [:]
    private var sentences: [String: String] = [:]

    /// - Parameters:
    ///   - held: places by offer and period.
    ///   - now: when the round is made.
    init(_ order: RoundOrder, held: [String: [String: Int]], at now: Instant) {
        (self.order, self.held, self.now) = (order, held, now)
    }

    /// Takes in one more request.
    ///
    /// - Parameters:
    ///   - ranking: of all offers by the request's own rules, as `match CASE` shows it.
    ///   - ranks: how offers rank it, by identifier.
    mutating func add(
        _ request: OpenRequest, offers: OfferTable, ranking: OfferRanking, ranks own: [String: Double]
    ) {
        let reference = request.case.reference
        requests.append((reference, request))
        scores[reference] = Dictionary(
            ranking.candidates.map { ($0.id, Self.rounded($0.score)) }, uniquingKeysWith: { first, _ in first })
        // Also those that no rule leaves in: a person may force a pair.
        if searched.insert(request.match.from).inserted {
            for offer in offers.proposable { if let id = offer["id"]?.asString { hosts[id] = offer } }
        }
        for exclusion in ranking.exclusions() {
            excluded[reference, default: [:]][exclusion.filter, default: []].append(exclusion.offer)
            sentences[exclusion.filter] = Self.words[exclusion.filter] ?? exclusion.say
        }
        for (id, score) in own { ranks[id, default: [:]][reference] = Self.rounded(score) }
    }

    private static func rounded(_ score: Double) -> Double { (score * decimals).rounded() / decimals }

    /// The round, unsolved.
    func round(programme: String) -> Round {
        var fields = order.problem == .assignment ? assignment() : stable()
        for (name, value) in order.conditions { fields[name] = value }
        if let couples = order.conditions["couples"] { dropOwnWishes(of: couples, in: &fields) }
        let cases = requests.map { ($0.reference, Round.Entry(caseID: $0.request.case.id, entry: $0.request.entry)) }
        var round = Round(
            programme: programme, problem: order.problem, madeAt: now,
            cases: Dictionary(cases, uniquingKeysWith: { first, _ in first }), call: .object(fields),
            excluded: excluded, sentences: sentences)
        round.side = order.side
        return round
    }

    /// What an offer has left; where requests fall into several of its periods, the least of those in which it has any.
    private func capacity(_ id: String, _ offer: Value) -> Int64 {
        // All see the same where nothing is held.
        let seen = held[id] == nil ? requests.prefix(1) : requests[...]
        let free = seen.compactMap { _, request in
            request.machine.places(at: offer, for: request.case, held: held, at: now)?.left
        }
        // An offer that names no capacity takes whoever comes.
        guard !free.isEmpty else { return Int64(requests.reduce(0) { $0 + $1.request.places }) }
        return Int64(free.filter { $0 > 0 }.min() ?? 0)
    }

    private func assignment() -> [String: Value] {
        let asked = requests.map { reference, request in
            (
                reference,
                Value.object([
                    "places": .int(Int64(request.places)), "groups": Self.value(request.groups),
                    "scores": .object((scores[reference] ?? [:]).mapValues { .double($0) }),
                ])
            )
        }
        let giving = hosts.map { id, offer in
            (
                id,
                Value.object(["capacity": .int(capacity(id, offer)), "groups": Self.value(Self.groups(offer))])
            )
        }
        return [
            "requests": .object(Dictionary(asked, uniquingKeysWith: { first, _ in first })),
            "hosts": .object(Dictionary(giving, uniquingKeysWith: { first, _ in first })),
        ]
    }

    /// Who wishes in a couple has no list of its own.
    private func dropOwnWishes(of couples: Value, in fields: inout [String: Value]) {
        guard var wishes = fields["applicants"]?.fields else { return }
        for member in (couples.asList ?? []).flatMap({ $0["members"]?.asList ?? [] }) {
            if let name = member.asString, wishes[name] != nil { wishes[name] = .list([]) }
        }
        fields["applicants"] = .object(wishes)
    }

    private static func value(_ groups: [String: String]) -> Value { .object(groups.mapValues { .string($0) }) }

    /// What a host belongs to: each of its fields that is one short text.
    private static func groups(_ offer: Value) -> [String: String] {
        offer.fields.compactMapValues(\.asString).filter { !personal.contains($0.key) && !$0.value.isEmpty }
    }

    private func stable() -> [String: Value] {
        let wishes = scores.mapValues { Self.list($0) { -$0 } }
        let since = Dictionary(
            requests.map { ($0.reference, Double($0.request.since.milliseconds)) },
            uniquingKeysWith: { first, _ in first })
        let giving = hosts.map { id, offer in
            let possible = scores.filter { $0.value[id] != nil }.keys
            let ranked =
                order.ranks == nil
                ? Self.list(since.filter { possible.contains($0.key) }) { $0 }
                : Self.list((ranks[id] ?? [:]).filter { possible.contains($0.key) }) { -$0 }
            return (id, Value.object(["capacity": .int(capacity(id, offer)), "ranks": ranked]))
        }
        return [
            "applicants": .object(wishes),
            "hosts": .object(Dictionary(giving, uniquingKeysWith: { first, _ in first })),
        ]
    }

    /// Names by what they are worth, the least key first; equal ones share a place.
    private static func list(_ worths: [String: Double], _ key: (Double) -> Double) -> Value {
        var places: [Double: [String]] = [:]
        for (name, worth) in worths { places[key(worth), default: []].append(name) }
        return .list(
            places.sorted { $0.key < $1.key }.map { _, names in
                let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { Value.string($0) }
                return sorted.count == 1 ? sorted[0] : .list(sorted)
            })
    }
}
