import Calendars
import Engine
import Exchange
import Expressions

/// The places of a simulation's offers.
struct SimulationPlaces: Sendable {
    private var used: [String: Int] = [:]
    /// Offers without a free place.
    private(set) var full: Set<String> = []
    /// Offers whose places have changed since the day began.
    private(set) var changed: Set<String> = []

    mutating func beginDay() { changed = [] }

    mutating func change(_ changes: [PlaceChange]) {
        for change in changes {
            let now = used[change.place.offer, default: 0] + (change.places > 0 ? 1 : -1)
            used[change.place.offer] = now
            changed.insert(change.place.offer)
            if now >= change.place.capacity {
                full.insert(change.place.offer)
            } else {
                full.remove(change.place.offer)
            }
        }
    }
}

/// The offers of a simulation: they do not change, so that every case may search them at once.
struct SimulationRegister: Sendable {
    let machine: CaseMachine
    private let offers: OfferTable

    init(machine: CaseMachine, offers: [Value]) {
        self.machine = machine
        self.offers = OfferTable(offers)
    }

    /// Countries of made-up offers and requesters.
    static let countries = [
        "AT", "BA", "BO", "BR", "CO", "GE", "ID", "JO", "KE", "ME", "MZ", "NP", "PT", "RW", "SN", "TN", "TR", "VN",
        "ZA",
    ]

    /// Offers of different countries, topics and sizes.
    static func invented(_ count: Int, cases: Int, from first: LocalDate, stage: StoryStage, seed: UInt64) -> [Value] {
        var chance = SeededChance(seed: seed ^ 0x0FFE_25)
        let words = stage.words()
        // Places for about one and a half times as many cases as come, so that some wait.
        let most = max(1, cases * 3 / max(count, 1))
        return (1...max(count, 1)).map { number in
            let some = words.shuffled(using: &chance).prefix(Int.random(in: 2...4, using: &chance))
            var fields: [String: Value] = [
                "country": .string(countries.randomElement(using: &chance) ?? "PT"),
                "capacity": .double(Double(Int.random(in: 1...most, using: &chance))),
                "people": .double(Double(Int.random(in: 5...12, using: &chance))),
            ]
            if !words.isEmpty { fields["topics"] = .list(some.map { .string($0) }) }
            return stage.offer("h\(number)", from: first, fields: fields)
        }
    }

    /// What a search found, and what it depends on beside the offers: the rules, and the newest answer of the case.
    struct Found: Sendable {
        let rules: String
        let order: Int
        let candidates: [Candidate]
        let excluded: [Exclusion]
    }

    /// The offers for a case, as a search in the register gives them.
    ///
    /// - Parameter found: what the case's last search found; offers do not change in a simulation.
    func search(_ c: Case, input: [String: Value], found: inout Found?) -> Command? {
        guard let entry = input["entry"]?.asInt, let rules = input["rules"]?.asString else { return nil }
        let all = c.answers.values.map(\.order) + c.members.flatMap { $0.answers.values.map(\.order) }
        let order = all.max() ?? 0
        if let known = found, known.rules == rules, known.order == order {
            return .candidates(entry: entry, found: known.candidates, excluded: known.excluded)
        }
        let shortlist = machine.ranking(for: c, rules: rules, offers: offers)?.shortlist
        let new = Found(
            rules: rules, order: order, candidates: Array((shortlist?.candidates ?? []).prefix(Limits.candidates)),
            excluded: Array((shortlist?.exclusions ?? []).prefix(Limits.candidates)))
        found = new
        return .candidates(entry: entry, found: new.candidates, excluded: new.excluded)
    }
}
