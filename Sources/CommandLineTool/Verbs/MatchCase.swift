import Engine
import Exchange
import Expressions
import Service

/// `match CASE`: the shortlist of one case, with reasons for those on it and for those left out.
enum MatchCase {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "case",
            "Shows which hosts or experts fit a case, each part of their score, and why the others were left out.",
            discussion: """
                Nothing is changed: the case asks by itself when its stage says so. The word "case" may be left out. Weights \
                given with --weight are tried and not kept.
                """,
            examples: [
                ("sojourn match case ST-2027-0001", "The best ten, and what would have to change for others."),
                ("sojourn match case ST-2027-0001 --weight topics=5 --weight cost=0", "Tries other weights."),
                ("sojourn match case ST-2027-0001 --all --json", "Everything, for a program."),
            ],
            arguments: [CaseVerbs.argument(place)],
            options: [
                Option("rules", value: "NAME", "By these rules of the programme."),
                Option("weight", value: "PART=NUMBER", "Another weight for a part of the score.", repeating: true),
                Option("all", "Every candidate, and every offer left out with its rule."),
                Option("limit", value: "N", "How many candidates at most.", default: "10"),
            ]
        ) { parsed, terminal in
            let limit = try parsed.integer("limit", 1...Lists.most) ?? 10
            return try await place.withService(parsed) { service in
                let (c, machine) = try await CaseVerbs.load(parsed["case"], in: service)
                let weights = try weights(parsed)
                let shortlist = try await service.engine.shortlist(
                    of: c, machine, rules: parsed.text("rules"), weights: weights,
                    kept: parsed.flag("all") ? nil : limit)
                try check(weights, shortlist.ranking.rules)
                let page = ShortlistPage(c: c, shortlist: shortlist, isWhole: parsed.flag("all"))
                if parsed.flag("json") { terminal.print(json: page.value) } else { page.print(on: terminal) }
                return shortlist.ranking.candidateCount > 0 ? .success : .failure
            }
        }
    }

    private static func weights(_ parsed: Parsed) throws -> [String: Double] {
        var result: [String: Double] = [:]
        for text in parsed.texts("weight") {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Double(parts[1]), number.isFinite, number >= 0,
                parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E })
            else { throw UsageMistake("a weight is written part=number, 0 or more, such as topics=3, not \"\(text)\"") }
            result[String(parts[0])] = number
        }
        return result
    }

    private static func check(_ weights: [String: Double], _ rules: MatchingRules) throws {
        let known = rules.score.map(\.name)
        for name in weights.keys.sorted() where !known.contains(name) {
            throw Failure(
                "the rules \(rules.name) have no part \"\(name)\"\(Naming.proposal(name, among: known)); they have \(known.joined(separator: ", "))"
            )
        }
    }
}

/// A shortlist for people and for programs.
struct ShortlistPage {
    let c: Case
    let shortlist: CaseShortlist
    let isWhole: Bool

    private var ranking: OfferRanking { shortlist.ranking }
    /// Offers left out that a page shows without `--all`.
    private static let shownExclusions = 10

    // MARK: For programs

    var value: Value {
        let shown = ranking.exclusions(limit: isWhole ? .max : Self.shownExclusions)
        return .object([
            "case": .string(c.reference), "from": .string(shortlist.from), "rules": .string(ranking.rules.name),
            "candidates": .list(ranking.candidates.map(Self.value)), "candidate_count": .number(ranking.candidateCount),
            "excluded": .list(
                shown.map {
                    .object(["offer": .string($0.offer), "rule": .string($0.filter), "why": .string($0.say)])
                }),
            "excluded_count": .number(ranking.exclusionCount),
            "excluded_by_rule": .list(
                ranking.counts.map { .object(["rule": .string($0.filter), "count": .number($0.count)]) }),
            "what_if": .list(
                shortlist.whatIfs.map {
                    .object([
                        "offer": .string($0.offer), "rules": .texts($0.filters), "change": .text($0.change),
                        "score": .double($0.score),
                    ])
                }),
            "widen": .list(
                shortlist.widenings.map {
                    .object(["rule": .string($0.filter), "why": .string($0.say), "gained": .number($0.gained)])
                }),
        ])
    }

    private static func value(_ candidate: Candidate) -> Value {
        .object([
            "offer": .string(candidate.id), "name": .string(name(candidate)), "score": .double(candidate.score),
            "parts": .list(
                candidate.parts.map {
                    .object([
                        "part": .string($0.name), "points": .double($0.points), "weight": .double($0.weight),
                        "why": .string($0.say),
                    ])
                }), "reasons": .string(reasons(candidate)),
        ])
    }

    private static func name(_ candidate: Candidate) -> String {
        candidate.offer["institution"]?.asString ?? candidate.offer["name"]?.asString ?? ""
    }

    /// The reasons in a sentence, the weightiest first.
    private static func reasons(_ candidate: Candidate) -> String {
        let parts = candidate.parts.enumerated().filter { $0.element.points > 0 && $0.element.weight > 0 }.sorted {
            let (a, b) = ($0.element.points * $0.element.weight, $1.element.points * $1.element.weight)
            return a != b ? a > b : $0.offset < $1.offset
        }
        return parts.isEmpty ? "it passes every filter" : parts.map(\.element.say).joined(separator: ", ")
    }

    // MARK: For people

    func print(on terminal: Terminal) {
        terminal.print("\(c.reference, .bold)  \(shortlist.from) by \(ranking.rules.name)")
        if ranking.candidates.isEmpty {
            terminal.print("nobody is left")
        } else {
            terminal.print(candidates)
            if ranking.candidateCount > ranking.candidates.count {
                terminal.note("there are \(ranking.candidateCount) candidates; --all shows them")
            }
        }
        printExclusions(terminal)
        printChanges(terminal)
    }

    private var candidates: Table {
        var table = Table(
            .init("", .right, shrinks: false), .init("OFFER", shrinks: false), .init("WHO"), .init("SCORE", .right),
            .init("PARTS"), .init("WHY"))
        for (number, candidate) in ranking.candidates.enumerated() {
            let parts = candidate.parts.map { "\($0.name) \(Self.short($0.points))×\(Self.short($0.weight))" }
            table.add(
                "\(String(number + 1))", "\(candidate.id)", "\(Self.name(candidate))", "\(Self.short(candidate.score))",
                "\(parts.joined(separator: ", "))", "\(Self.reasons(candidate))")
        }
        return table
    }

    private static func short(_ number: Double) -> String {
        let hundredths = (number * 100).rounded()
        return hundredths.truncatingRemainder(dividingBy: 100) == 0
            ? String(Int(hundredths / 100)) : String(hundredths / 100)
    }

    private func printExclusions(_ terminal: Terminal) {
        guard ranking.exclusionCount > 0 else { return }
        let shown = ranking.exclusions(limit: isWhole ? .max : Self.shownExclusions)
        let counts = ranking.counts.map { "\($0.filter) \($0.count)" }.joined(separator: ", ")
        terminal.print("")
        terminal.print("\(Naming.count(ranking.exclusionCount, "offer was", "offers were")) left out: \(counts)")
        var table = Table(.init("OFFER", shrinks: false), .init("RULE", shrinks: false), .init("WHY"))
        for exclusion in shown { table.add("\(exclusion.offer)", "\(exclusion.filter)", "\(exclusion.say)") }
        terminal.print(table)
        if shown.count < ranking.exclusionCount { terminal.note("--all shows every one") }
    }

    private func printChanges(_ terminal: Terminal) {
        let possible = shortlist.whatIfs.filter { $0.change != nil }
        if !possible.isEmpty {
            terminal.print("")
            for one in possible { terminal.print("\(one.offer, .bold)  \(one.change ?? "")") }
        }
        guard ranking.candidateCount == 0 else { return }
        for wider in shortlist.widenings.prefix(3) {
            terminal.print(
                "widen \(wider.filter, .bold): \(Naming.count(wider.gained, "offer fails", "offers fail")) it alone (\(wider.say))"
            )
        }
        if shortlist.widenings.isEmpty, ranking.exclusionCount > 0 {
            terminal.print("no filter alone would let anybody in; the nearest offers fail several")
        }
    }
}
