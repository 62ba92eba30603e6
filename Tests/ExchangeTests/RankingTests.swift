import Calendars
import Expressions
import Testing

@testable import Exchange

/// Chance that repeats itself (SplitMix64).
private struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("The ranking of offers")
struct RankingTests {
    private static let body = """
        forms:
          ask:
            topics:    {type: choices, list: [air, water, waste, roads], required: yes}
            objective: {type: text, required: yes}
            country:   {type: country, required: yes}
            languages: {type: languages, required: yes}
            windows:   {type: date-windows, required: yes}
            people:    {type: number, required: yes}
            budget:    {type: money, required: yes}
        rules:
          fit:
            filters:
              abroad:     {if: "offer.country != ask.country", say: "it is at home"}
              others:     {if: "requester.institution != offer.institution", say: "it is the requester"}
              language:   {if: "offer.languages.exists(l, l in ask.languages)", say: "no language in common"}
              free:       {if: "offer.windows.exists(w, overlaps(w, ask.windows))", say: "not free then"}
              room:       {if: "!has(offer.people) || offer.people >= ask.people", say: "the group is too large"}
              money:      {if: "!has(offer.cost) || offer.cost.amount <= ask.budget.amount", say: "it costs too much"}
              mixed:      {if: "!(has(offer.days) && has(offer.people) && offer.days + offer.people > 30.0)", say: "too long"}
              calm:       {if: "offer.languages.all(l, l != 'xx') && offer.id != 'h7'", say: "not calm"}
            score:
              topics:     {weight: 3, points: "overlap(offer.topics, ask.topics)", say: "topics"}
              periods:    {weight: 1, points: "offer.windows.filter(w, overlaps(w, ask.windows)).size() > 1 ? 1.0 : 0.5", say: "periods"}
              cost:       {weight: 1, points: "has(offer.cost) && ask.budget.amount > 0.0 ? 1.0 - offer.cost.amount / ask.budget.amount : 0.5", say: "cheap"}
              cheap:      {weight: 0.5, points: "below(offer.cost.amount, ask.budget.amount)", say: "cheaper"}
              words:      {weight: 2, points: "relevance(ask.objective, offer.text)", say: "words"}
              known:      {weight: 1, points: "past.relation(requester.institution, offer.institution)", say: "known"}
              fair:       {weight: 1, points: "past.equity(offer.institution)", say: "fair"}
              days:       {weight: 1, points: "offer.days / offer.people", say: "days each"}
        stages:
          request:
            asked:
              title: Asked
              task: {who: requester, form: ask}
              clock: {60 days: over}
              next: {done: done}
        ends: {done: fulfilled, over: expired}

        """

    private static func offer(_ number: Int, _ dice: inout Dice) -> Value {
        var fields: [String: Value] = ["id": .string("h\(number)")]
        func maybe(_ name: String, _ value: Value) {
            if Int.random(in: 0..<8, using: &dice) > 0 { fields[name] = value }
        }
        func some(_ words: [String]) -> Value {
            .list(words.shuffled(using: &dice).prefix(Int.random(in: 0...3, using: &dice)).map { .string($0) })
        }
        maybe("country", .string(["BA", "PT", "KE", "NP"].randomElement(using: &dice) ?? "BA"))
        maybe("institution", .string(["Town", "City", "Région", "Ville"].randomElement(using: &dice) ?? ""))
        maybe("languages", some(["en", "fr", "pt", "xx"]))
        maybe("topics", some(["air", "water", "waste", "roads", "parks"]))
        maybe("people", .double(Double(Int.random(in: 1...20, using: &dice))))
        maybe("days", .double(Double(Int.random(in: 0...20, using: &dice))))
        maybe(
            "cost",
            .object([
                "amount": .double(Double(Int.random(in: 0...9, using: &dice)) * 1_000), "currency": .string("EUR"),
            ]))
        maybe(
            "text",
            .string(["Cleaner air in towns", "Wasser", "waste water and air", ""].randomElement(using: &dice) ?? ""))
        let windows = (0..<Int.random(in: 0...3, using: &dice)).compactMap { _ -> Value? in
            let start = LocalDate(iso: "2026-04-01").map { $0.adding(days: Int.random(in: 0...200, using: &dice)) }
            return start.flatMap { DateSpan(first: $0, last: $0.adding(days: 20)) }?.value
        }
        maybe("windows", .list(windows))
        return .object(fields)
    }

    private static func drive() throws -> Drive {
        var drive = try Drive(body)
        drive.answer(
            "done",
            [
                "topics": .list([.string("air"), .string("water")]),
                "objective": .string("Clean air and water in towns"),
                "country": .string("BA"), "languages": .list([.string("en"), .string("fr")]),
                "windows": .list([.string("2026-06-01/2026-07-15")]), "people": .double(8),
                "budget": .string("6000 EUR"),
            ])
        return drive
    }

    /// What the rules say of each offer, by the evaluator alone: slow, and plainly right.
    private static func byHand(
        _ machine: CaseMachine, _ c: Case, _ offers: [Value], past: Value
    ) throws -> Shortlist {
        let rules = try #require(machine.programme.rules["fit"])
        var result = Shortlist(candidates: [], exclusions: [])
        offers: for offer in offers {
            let id = offer["id"]?.asString ?? ""
            let reading = CaseReading(machine: machine, case: c, member: nil, extras: ["offer": offer, "past": past])
            for filter in rules.filters {
                do {
                    if try filter.condition.expression.evaluate(reading) == .bool(true) { continue }
                    result.exclusions.append(Exclusion(offer: id, filter: filter.name, say: filter.say))
                } catch {
                    result.exclusions.append(
                        Exclusion(
                            offer: id, filter: filter.name,
                            say:
                                "\(filter.say) (it could not be computed: \(error.message))"
                        ))
                }
                continue offers
            }
            let parts = rules.score.map { part in
                let value = (try? part.points.expression.evaluate(reading))?.asDouble ?? 0
                return ScorePart(
                    name: part.name, points: value.isFinite ? min(max(value, 0), 1) : 0, weight: part.weight,
                    say: part.say)
            }
            let score =
                parts.reduce(0) { $0 + $1.points * $1.weight } / parts.reduce(0) { $0 + $1.weight }
            result.candidates.append(Candidate(offer: offer, score: score, parts: parts))
        }
        result.candidates.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        }
        result.exclusions.sort { $0.offer.utf8.lexicographicallyPrecedes($1.offer.utf8) }
        return result
    }

    @Test("over columns it is what the evaluator gives offer by offer", arguments: UInt64(1)...12)
    func sameAsTheEvaluator(_ seed: UInt64) throws {
        var dice = Dice(state: seed)
        let drive = try Self.drive()
        // So many that with each seed some fit and some do not.
        let offers = (1...800).map { Self.offer($0, &dice) }
        var terms = ShortlistTerms()
        terms.extras["past"] = MatchingFunctions.past([
            PastExchange(guest: "Town", host: "CITY"), PastExchange(guest: "region", host: "Town"),
            PastExchange(guest: "Town", host: "City"),
        ])
        let expected = try Self.byHand(drive.machine, drive.c, offers, past: terms.extras["past"] ?? .null)
        let ranking = try #require(
            drive.machine.ranking(
                for: drive.c, rules: "fit", offers: OfferTable(offers.shuffled(using: &dice)), terms: terms))
        #expect(ranking.candidates == expected.candidates, "seed \(seed)")
        #expect(ranking.exclusions() == expected.exclusions, "seed \(seed)")
        #expect(!expected.candidates.isEmpty && !expected.exclusions.isEmpty)
        terms.kept = 3
        let few = try #require(
            drive.machine.ranking(for: drive.c, rules: "fit", offers: OfferTable(offers), terms: terms))
        #expect(few.candidates == Array(expected.candidates.prefix(3)))
        #expect(few.candidateCount == expected.candidates.count)
    }

    @Test("other weights change the order, and a weight of nothing leaves a part out")
    func weights() throws {
        let drive = try Self.drive()
        func host(_ id: String, topics: [String], cost: Double) -> Value {
            .object([
                "id": .string(id), "country": .string("PT"), "institution": .string(id),
                "languages": .list([.string("en")]),
                "windows": .list([.object(["first": .string("2026-06-01"), "last": .string("2026-06-30")])]),
                "topics": .list(topics.map { .string($0) }), "people": .double(9),
                "cost": .object(["amount": .double(cost), "currency": .string("EUR")]),
            ])
        }
        let table = OfferTable([host("a", topics: ["air", "water"], cost: 6_000), host("b", topics: [], cost: 0)])
        func order(_ weights: [String: Double]) -> [String] {
            var terms = ShortlistTerms()
            terms.weights = weights
            return drive.machine.ranking(for: drive.c, rules: "fit", offers: table, terms: terms)?.candidates.map(\.id)
                ?? []
        }
        #expect(order([:]) == ["a", "b"])
        #expect(order(["topics": 0, "cost": 5]) == ["b", "a"])
        let none = ["topics", "periods", "cost", "cheap", "words", "known", "fair", "days"]
        #expect(order(Dictionary(uniqueKeysWithValues: none.map { ($0, 0) })) == ["a", "b"])
    }

    @Test("an offer that its owner did not confirm, or that was asked, is left out with that reason")
    func withheld() throws {
        let drive = try Self.drive()
        var table = OfferTable([.object(["id": .string("a")])])
        table.put(.object(["id": .string("b")]), withheld: "its owner has not confirmed it")
        var terms = ShortlistTerms()
        terms.unavailable["a"] = Exclusion(offer: "a", filter: "asked", say: "was asked already")
        let ranking = try #require(drive.machine.ranking(for: drive.c, rules: "fit", offers: table, terms: terms))
        #expect(ranking.exclusions().map(\.filter) == ["asked", "unconfirmed"])
        #expect(ranking.counts.map(\.filter) == ["asked", "unconfirmed"])
        table.put(.object(["id": .string("b")]))
        #expect(table.proposable.count == 2)
    }

    @Test("what would have to change is said, and true")
    func whatIf() throws {
        let drive = try Self.drive()
        func host(_ id: String, _ change: [String: Value]) -> Value {
            .object(
                [
                    "id": .string(id), "country": .string("PT"), "institution": .string(id),
                    "languages": .list([.string("en")]), "people": .double(9), "days": .double(3),
                    "windows": .list([.object(["first": .string("2026-06-01"), "last": .string("2026-06-30")])]),
                ].merging(change) { $1 })
        }
        let table = OfferTable([
            host(
                "later", ["windows": .list([.object(["first": .string("2026-10-12"), "last": .string("2026-11-30")])])]),
            host(
                "earlier",
                ["windows": .list([.object(["first": .string("2026-04-01"), "last": .string("2026-05-20")])])]),
            host("small", ["people": .double(5)]),
            host("dear", ["cost": .object(["amount": .double(7_000), "currency": .string("EUR")])]),
            host("other", ["languages": .list([.string("pt")])]), host("home", ["country": .string("BA")]),
        ])
        let found = drive.machine.whatIfs(
            of: drive.c, rules: "fit", offers: table, terms: ShortlistTerms(), limit: 9)
        let changes = Dictionary(uniqueKeysWithValues: found.map { ($0.offer, $0.change) })
        #expect(changes["later"] == "available if the visit began on or after 2026-10-12")
        #expect(changes["earlier"] == "available if the visit ended on or before 2026-05-20")
        #expect(changes["small"] == "possible if people were 5 or less (it is 8)")
        #expect(changes["dear"] == "possible if budget were 7000 EUR or more (it is 6000 EUR)")
        #expect(changes["other"] == "possible if languages had pt too")
        #expect(changes["home"] == .some(nil))
        let wider = drive.machine.widenings(of: drive.c, rules: "fit", offers: table, terms: ShortlistTerms())
        #expect(wider.map(\.filter) == ["free", "abroad", "language", "room", "money"])
        #expect(wider.first?.gained == 2)
    }

    @Test("without offers the list is empty and says nothing")
    func nothing() throws {
        let drive = try Self.drive()
        let ranking = try #require(drive.machine.ranking(for: drive.c, rules: "fit", offers: OfferTable()))
        #expect(ranking.candidates.isEmpty && ranking.exclusionCount == 0)
        #expect(drive.machine.ranking(for: drive.c, rules: "none", offers: OfferTable()) == nil)
    }
}

@Suite("The parts of a score that ship")
struct MatchingFunctionTests {
    private func call(_ name: String, _ values: Value...) throws -> Double {
        let function = try #require(MatchingFunctions.all.first { $0.name == name })
        return try function.implementation(values).asDouble ?? .nan
    }

    @Test("relevance is the share of the words asked for, whatever their endings and accents")
    func relevance() throws {
        #expect(try call("relevance", "Clean air", "Monitoring of the air") == 0.5)
        #expect(try call("relevance", "environnement", "Environmental law") == 1)
        #expect(try call("relevance", .list([.string("water"), .string("waste")]), "waste water") == 1)
        #expect(try call("relevance", "水资源", "水资源管理") == 1)
        #expect(try call("relevance", "", "air") == 0)
    }

    @Test("similarity is the mean over what both say")
    func similarity() throws {
        let left: Value = .object(["region": .string("Europe"), "income": .double(50), "only": .string("x")])
        let right: Value = .object(["region": .string("europe"), "income": .double(100)])
        #expect(try call("similarity", left, right) == 0.75)
        #expect(try call("similarity", left, right, .list([.string("income")])) == 0.5)
        #expect(try call("similarity", .list([.string("a"), .string("b")]), .list([.string("b")])) == 0.5)
        #expect(try call("similarity", .object([:]), right) == 0)
    }

    @Test("distance runs along the great circle")
    func distance() throws {
        let sarajevo: Value = .object(["latitude": .double(43.86), "longitude": .double(18.41)])
        let lisbon: Value = .object(["latitude": .string("38.72"), "longitude": .string("-9.14")])
        // By Python's mathematics over the same formula: 2,359.7 km.
        #expect(try call("distance", sarajevo, lisbon) == 2_360)
        #expect(try call("distance", sarajevo, sarajevo) == 0)
        #expect(throws: EvaluationError.self) { try call("distance", sarajevo, .object([:])) }
    }

    @Test("below falls from one to nothing at the limit, and never further")
    func below() throws {
        #expect(try call("below", .double(25), .double(100)) == 0.75)
        #expect(try call("below", .double(250), .double(100)) == 0)
        #expect(try call("below", .object(["amount": .double(0)]), .object(["amount": .double(10)])) == 1)
        #expect(throws: EvaluationError.self) { try call("below", .double(1), .double(0)) }
    }

    @Test("the past knows relations, returns of favours, and who was never asked")
    func past() throws {
        let past = MatchingFunctions.past([
            PastExchange(guest: "Ville de Lyon", host: "Town"), PastExchange(guest: "Town", host: "City"),
        ])
        #expect(try call("visits", past, "VILLE DE LYON", "town") == 1)
        #expect(try call("relation", past, "Town", "Ville de Lyon") == 0.5)
        #expect(try call("relation", past, "Town", "Elsewhere") == 0)
        #expect(try call("reciprocity", past, "Town", "Ville de Lyon") == 1)
        #expect(try call("reciprocity", past, "Town", "City") == 0)
        #expect(try call("equity", past, "Elsewhere") == 1)
        #expect(try call("equity", past, "City") == 0.5)
        #expect(try call("hosted", past, "City") == 1)
        #expect(try call("sent", past, "Town") == 1)
    }
}
