import Calendars
import Engine
import Exchange
package import Expressions
import Foundation

/// Shortlists over a large register, beside the floor of the same run: one pass over the same columns.
///
/// Each search is for another request; filters, scores, the best with all their parts, and the rule of every offer that
/// was left out are made, as for a case.
package struct ShortlistBench: Sendable {
    package var offers = 100_000
    package var requests = 200
    /// Offers that the evaluator judges one by one, for comparison.
    private static let byEvaluator = 500
    /// Searches before the clock counts.
    private static let warm = 5
    package var tell: @Sendable (String) -> Void = { _ in }

    package init() {}

    private static let countries: [String] = (0..<190).map { (number: Int) -> String in
        let letters: [UInt8] = [UInt8(65 + number / 26), UInt8(65 + number % 26)]
        return String(decoding: letters, as: UTF8.self)
    }
    private static let topics: [String] = (0..<60).map { (number: Int) -> String in "topic_\(number)" }
    private static let languages = ["en", "fr", "es", "ar", "pt", "ru", "zh", "de", "sw", "tr"]
    private static let words: [String] = (0..<2_000).map { (number: Int) -> String in
        "w" + String(number, radix: 36) + "es"
    }

    /// - Returns: times in milliseconds, memory in bytes.
    package func run() throws -> [String: Value] {
        let (machine, _) = try BenchProgrammes.machine(Self.programme)
        var chance = SeededChance(seed: 2_027)
        tell("\(offers) offers")
        let start = ContinuousClock.now
        let table = OfferTable((0..<offers).map { Self.offer($0, &chance) })
        let made = Self.milliseconds(since: start)
        let past = MatchingFunctions.past(
            (0..<5_000).map { _ in
                PastExchange(
                    guest: Self.institution(Int.random(in: 0..<20_000, using: &chance)),
                    host: Self.institution(Int.random(in: 0..<20_000, using: &chance)))
            })
        tell("\(requests) requests")
        let cases = (0..<(requests + Self.warm)).map { Self.request($0, machine, &chance) }
        var times: [Double] = []
        var candidates = 0
        for (number, c) in cases.enumerated() {
            var terms = ShortlistTerms()
            terms.kept = Limits.candidates
            terms.extras["past"] = past
            let begin = ContinuousClock.now
            guard let ranking = machine.ranking(for: c, rules: "hosting", offers: table, terms: terms) else { continue }
            if number >= Self.warm {
                times.append(Self.milliseconds(since: begin))
                candidates += ranking.candidateCount
            }
        }
        times.sort()
        var result: [String: Value] = [
            "offers": .int(Int64(table.count)), "requests": .int(Int64(times.count)),
            "candidates_mean": .double(Double(candidates) / Double(max(times.count, 1))),
            "table_milliseconds": .double(made),
        ]
        for (name, share) in [("p50", 0.5), ("p99", 0.99), ("most", 1.0)] where !times.isEmpty {
            let place: Int = Int((share * Double(times.count)).rounded(.up)) - 1
            result["shortlist_\(name)_milliseconds"] = .double(times[min(max(0, place), times.count - 1)])
        }
        tell("the floor")
        var floors: [Double] = []
        var sum = 0
        for _ in 0..<21 {
            let begin = ContinuousClock.now
            sum &+= table.checksum
            floors.append(Self.milliseconds(since: begin))
        }
        result["floor_one_pass_milliseconds"] = .double(floors.sorted()[floors.count / 2])
        result["checksum"] = .int(Int64(truncatingIfNeeded: sum))
        result["evaluator_milliseconds_for_all"] = .double(Self.byEvaluator(machine, cases[0], table, past))
        result["resident_bytes"] = .int(Int64(EngineBench.residentBytes()))
        return result
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let spent = ContinuousClock.now - start
        return Double(spent.components.seconds) * 1_000 + Double(spent.components.attoseconds) / 1e15
    }

    /// What the same rules take when each offer is judged by itself, from a sample.
    private static func byEvaluator(_ machine: CaseMachine, _ c: Case, _ table: OfferTable, _ past: Value) -> Double {
        guard let rules = machine.programme.rules["hosting"] else { return 0 }
        let offers = Array(table.proposable.prefix(byEvaluator))
        let begin = ContinuousClock.now
        for offer in offers {
            let reading = CaseReading(machine: machine, case: c, member: nil, extras: ["offer": offer, "past": past])
            let passes = rules.filters.allSatisfy { (try? $0.condition.expression.evaluate(reading)) == .bool(true) }
            if passes { for part in rules.score { _ = try? part.points.expression.evaluate(reading) } }
        }
        return milliseconds(since: begin) / Double(max(offers.count, 1)) * Double(table.count)
    }

    // MARK: What is invented

    private static func institution(_ number: Int) -> String { "Institution of things no \(number)" }

    private static func some(_ words: [String], _ range: ClosedRange<Int>, _ chance: inout SeededChance) -> Value {
        let count = Int.random(in: range, using: &chance)
        return .list((0..<count).map { _ in .string(words.randomElement(using: &chance) ?? "") })
    }

    private static func window(_ chance: inout SeededChance) -> Value {
        let first = LocalDate(day: Int32(20_800 + 30 * Int.random(in: 0..<36, using: &chance)))
        return DateSpan(first: first, last: first.adding(days: 59))?.value ?? .null
    }

    private static func text(_ count: Int, _ chance: inout SeededChance) -> String {
        (0..<count).map { _ in words.randomElement(using: &chance) ?? "" }.joined(separator: " ")
    }

    private static func offer(_ number: Int, _ chance: inout SeededChance) -> Value {
        let giver = Int.random(in: 0..<20_000, using: &chance)
        return .object([
            "id": .string("h\(number)"), "name": .string("Contact \(number)"),
            "institution": .string(institution(giver)),
            "address": .string("contact\(giver)@offers.example"),
            "country": .string(countries.randomElement(using: &chance) ?? ""),
            "topics": some(topics, 1...4, &chance), "languages": some(languages, 1...3, &chance),
            "windows": .list((0..<Int.random(in: 1...3, using: &chance)).map { _ in window(&chance) }),
            "people": .double(Double(Int.random(in: 2...20, using: &chance))),
            "capacity": .double(Double(Int.random(in: 1...10, using: &chance))),
            "cost": .object([
                "amount": .double(Double(Int.random(in: 0...4_000, using: &chance)) * 10), "currency": .string("EUR"),
            ]), "text": .string(text(15, &chance)),
        ])
    }

    private static func request(_ number: Int, _ machine: CaseMachine, _ chance: inout SeededChance) -> Case {
        let now = Instant(milliseconds: 1_800_000_000_000)
        let requester = Party(id: "r\(number)", name: "Requester", institution: institution(number))
        let started = machine.start(
            id: "c\(number)", reference: "B-\(number)", people: ["requester": [requester]], origin: [:], by: .service,
            at: now)
        var c = started.case
        var answers = FormAnswers()
        answers.version = 1
        answers.order = 1
        answers.answers = [
            FormAnswers.Answer(
                by: "r\(number)",
                values: [
                    "topics": some(topics, 2...5, &chance), "objective": .string(text(8, &chance)),
                    "country": .string(countries.randomElement(using: &chance) ?? ""),
                    "countries": some(countries, 0...5, &chance), "languages": some(languages, 1...3, &chance),
                    "windows": .list((0..<3).map { _ in window(&chance) }),
                    "people": .double(Double(Int.random(in: 2...10, using: &chance))),
                    "budget": .object([
                        "amount": .double(Double(Int.random(in: 5...40, using: &chance)) * 1_000),
                        "currency": .string("EUR"),
                    ]),
                ], at: now)
        ]
        c.answers["request"] = answers
        return c
    }

    /// The rules of the study tour, with the parts that read texts and the past.
    private static let programme = """
        format: 1
        programme: bench-shortlist
        version: 1
        people:
          requester: {title: Requester}
          clerk: {title: Clerk, staff: yes}
        forms:
          request:
            topics:    {type: choices, list: [\(topics.joined(separator: ", "))], required: yes}
            objective: {type: text, required: yes}
            country:   {type: country, required: yes}
            countries: {type: countries, required: yes}
            languages: {type: languages, required: yes}
            windows:   {type: date-windows, required: yes}
            people:    {type: number, required: yes}
            budget:    {type: money, required: yes}
        rules:
          hosting:
            filters:
              not_their_own:     {if: "offer.country != request.country", say: "it is in the requester's own country"}
              other_institution: {if: "offer.institution != requester.institution", say: "it is the requester itself"}
              shared_language:   {if: "offer.languages.exists(l, l in request.languages)", say: "no language in common"}
              free_then:         {if: "offer.windows.exists(w, overlaps(w, request.windows))", say: "not free in any of the wished periods"}
              room:              {if: "!has(offer.people) || offer.people >= request.people", say: "the group is too large for the host"}
              affordable:        {if: "!has(offer.cost) || offer.cost.amount <= request.budget.amount", say: "it costs more than the budget"}
            score:
              topics:   {weight: 3, points: "overlap(offer.topics, request.topics)", say: "topics in common"}
              words:    {weight: 2, points: "relevance(request.objective, offer.text)", say: "speaks of what they want to change"}
              wished:   {weight: 2, points: "offer.country in request.countries ? 1.0 : 0.0", say: "a country they asked for"}
              periods:  {weight: 1, points: "offer.windows.filter(w, overlaps(w, request.windows)).size() > 1 ? 1.0 : 0.5", say: "free in several of the wished periods"}
              cost:     {weight: 1, points: "below(offer.cost, request.budget)", say: "cheaper than the budget"}
              relation: {weight: 1, points: "past.relation(requester.institution, offer.institution)", say: "they know each other"}
              equity:   {weight: 1, points: "past.equity(offer.institution)", say: "seldom asked so far"}
        stages:
          request:
            asked:
              task: {who: requester, form: request, due: 5 days}
              clock: {60 days: over}
              next: {done: done}
        ends: {done: fulfilled, over: expired}
        """
}
