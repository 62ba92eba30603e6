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

    let order: RoundOrder
    private var requests: [(reference: String, request: OpenRequest)] = []
    private var hosts: [String: Value] = [:]
    /// Scores by reference and offer.
    private var scores: [String: [String: Double]] = [:]
    private var ranks: [String: [String: Double]] = [:]
    private var excluded: [String: [String: [String]]] = [:]
    private var sentences: [String: String] = [:]

    init(_ order: RoundOrder) { self.order = order }

    /// Filters and scores all offers for one more request.
    mutating func add(_ request: OpenRequest, offers: [Value]) throws(EngineFailure) {
        let reference = request.case.reference
        let machine = request.machine
        let shortlist = machine.shortlist(for: request.case, rules: request.match.rules, offers: offers)
        requests.append((reference, request))
        var own: [String: Double] = [:]
        for candidate in shortlist.candidates where !request.asked.contains(candidate.id) {
            own[candidate.id] = Self.rounded(candidate.score)
        }
        // Also those that no rule leaves in: a person may force a pair.
        for offer in offers { if let id = offer["id"]?.asString, !id.isEmpty { hosts[id] = offer } }
        scores[reference] = own
        for exclusion in shortlist.exclusions {
            excluded[reference, default: [:]][exclusion.filter, default: []].append(exclusion.offer)
            sentences[exclusion.filter] = exclusion.say
        }
        guard let rules = order.ranks else { return }
        guard machine.programme.rules[rules] != nil else {
            throw .noRules(rules, known: machine.programme.rules.keys.sorted())
        }
        for candidate in machine.shortlist(for: request.case, rules: rules, offers: offers).candidates {
            ranks[candidate.id, default: [:]][reference] = Self.rounded(candidate.score)
        }
    }

    private static func rounded(_ score: Double) -> Double { (score * decimals).rounded() / decimals }

    /// The round, unsolved.
    /// - Parameter held: places that each offer has given already.
    func round(programme: String, at now: Instant, held: [String: Int]) -> Round {
        var fields = order.problem == .assignment ? assignment(held) : stable(held)
        for (name, value) in order.conditions { fields[name] = value }
        let cases = requests.map { ($0.reference, Round.Entry(caseID: $0.request.case.id, entry: $0.request.entry)) }
        var round = Round(
            programme: programme, problem: order.problem, madeAt: now,
            cases: Dictionary(cases, uniquingKeysWith: { first, _ in first }), call: .object(fields),
            excluded: excluded, sentences: sentences)
        round.side = order.side
        return round
    }

    private func capacity(_ id: String, _ offer: Value, _ held: [String: Int]) -> Int64 {
        let all = requests.reduce(0) { $0 + $1.request.places }
        // An offer that names no capacity takes whoever comes.
        guard let capacity = offer["capacity"]?.asDouble, capacity.isFinite else { return Int64(all) }
        let whole = Int(exactly: min(max(capacity, 0), Double(Call.most)).rounded(.down)) ?? 0
        return Int64(max(0, whole - (held[id] ?? 0)))
    }

    private func assignment(_ held: [String: Int]) -> [String: Value] {
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
                Value.object(["capacity": .int(capacity(id, offer, held)), "groups": Self.value(Self.groups(offer))])
            )
        }
        return [
            "requests": .object(Dictionary(asked, uniquingKeysWith: { first, _ in first })),
            "hosts": .object(Dictionary(giving, uniquingKeysWith: { first, _ in first })),
        ]
    }

    private static func value(_ groups: [String: String]) -> Value { .object(groups.mapValues { .string($0) }) }

    /// What a host belongs to: each of its fields that is one short text.
    private static func groups(_ offer: Value) -> [String: String] {
        offer.fields.compactMapValues(\.asString).filter { !personal.contains($0.key) && !$0.value.isEmpty }
    }

    private func stable(_ held: [String: Int]) -> [String: Value] {
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
            return (id, Value.object(["capacity": .int(capacity(id, offer, held)), "ranks": ranked]))
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
