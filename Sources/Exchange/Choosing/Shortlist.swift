package import Expressions

/// An ordered list of offers for one case, each with its score, and every offer left out with the rule that left it out.
package struct Shortlist: Hashable, Sendable {
    package var candidates: [Candidate]
    package var exclusions: [Exclusion]

    package init(candidates: [Candidate], exclusions: [Exclusion]) {
        self.candidates = candidates
        self.exclusions = exclusions
    }

    /// The filter that leaves out most, to be widened first; nil when none left anything out.
    package var widest: (filter: String, count: Int)? {
        var counts: [String: Int] = [:]
        for exclusion in exclusions { counts[exclusion.filter, default: 0] += 1 }
        return counts.min { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }
}

/// What a search may read and change beside the case and the rules of its programme.
package struct ShortlistTerms: Sendable {
    /// Weights that stand in the place of the programme's, by the name of the part; 0 or more.
    package var weights: [String: Double] = [:]
    /// Variables beside `offer`, such as `past`.
    package var extras: [String: Value] = [:]
    /// Offers that cannot be asked now, with the rule and the reason: asked before, no place left.
    package var unavailable: [String: Exclusion] = [:]
    /// Candidates that are given whole, the best ones; nil: all.
    package var kept: Int?

    package init() {}
}

/// The ranking of a whole table of offers: the best whole, the rest as numbers until they are asked for.
package struct OfferRanking: Sendable {
    private let table: OfferTable
    package let rules: MatchingRules
    /// The best, as many as were to be kept.
    package let candidates: [Candidate]
    /// All that passed the filters.
    package let candidateCount: Int
    /// Rows that were left out, in the order of their identifiers, each with the number of its filter; -1: `others`.
    private let leftOut: [(row: Int32, filter: Int16)]
    /// Reasons that are no filter's own: an offer that is withheld, a filter that could not be computed.
    private let others: [Int32: Exclusion]

    init(
        table: OfferTable, rules: MatchingRules, candidates: [Candidate], candidateCount: Int,
        leftOut: [(row: Int32, filter: Int16)], others: [Int32: Exclusion]
    ) {
        self.table = table
        self.rules = rules
        self.candidates = candidates
        self.candidateCount = candidateCount
        self.leftOut = leftOut
        self.others = others
    }

    package var exclusionCount: Int { leftOut.count }

    /// The first so many that were left out, each with the rule that left it out.
    package func exclusions(limit: Int = .max) -> [Exclusion] {
        leftOut.prefix(limit).map { row, filter in
            if let other = others[row] { return other }
            let rule = rules.filters[Int(filter)]
            return Exclusion(offer: table.ids[Int(row)], filter: rule.name, say: rule.say)
        }
    }

    /// How many each rule left out, in the order of the rules, those that left out none left out.
    package var counts: [(filter: String, count: Int)] {
        var counts: [String: Int] = [:]
        for (row, filter) in leftOut {
            counts[others[row]?.filter ?? rules.filters[Int(filter)].name, default: 0] += 1
        }
        let names = rules.filters.map(\.name)
        return (names + counts.keys.filter { !names.contains($0) }.sorted()).compactMap { name in
            counts[name].map { (name, $0) }
        }
    }

    package var shortlist: Shortlist { Shortlist(candidates: candidates, exclusions: exclusions()) }
}

extension CaseMachine {
    /// Filters and scores offers for a case as the programme's rules and the terms say: pure, and in the same order
    /// everywhere; nil where the programme has no such rules.
    ///
    /// Filters are tried in the order of the file; the first that fails is the reason. A filter that cannot be
    /// evaluated leaves the offer out and says so. Points are cut to 0…1; ties go by the offer's identifier.
    package func ranking(
        for case: Case, rules name: String, offers table: OfferTable, terms: ShortlistTerms = ShortlistTerms()
    ) -> OfferRanking? {
        programme.rules[name].map { ranking(for: `case`, by: $0, offers: table, terms: terms) }
    }

    func ranking(
        for case: Case, by rules: MatchingRules, offers table: OfferTable, terms: ShortlistTerms
    ) -> OfferRanking {
        let reading = OfferReading(CaseReading(machine: self, case: `case`, member: nil, extras: terms.extras))
        var rows = table.order
        var leftOut: [(row: Int32, filter: Int16)] = []
        var others: [Int32: Exclusion] = [:]
        withhold(terms, table, &rows, &leftOut, &others)
        for (number, filter) in rules.filters.enumerated() {
            let expression = filter.condition.expression
            let flags = RuleEvaluation(table: table, expression: expression, reading: reading, rows: rows).bools()
            var passed: [Int32] = []
            passed.reserveCapacity(rows.count)
            for (index, row) in rows.enumerated() {
                if flags[index] == 1 {
                    passed.append(row)
                } else if flags[index] == 0 {
                    leftOut.append((row, Int16(number)))
                } else if let other = unclear(filter, table, row, reading) {
                    leftOut.append((row, -1))
                    others[row] = other
                } else {
                    passed.append(row)
                }
            }
            rows = passed
        }
        leftOut.sort { table.rank[Int($0.row)] < table.rank[Int($1.row)] }
        let points = rules.score.map { part in
            RuleEvaluation(table: table, expression: part.points.expression, reading: reading, rows: rows).numbers()
                .map { $0.isFinite ? min(max($0, 0), 1) : 0 }
        }
        let weights = rules.score.map { terms.weights[$0.name] ?? $0.weight }
        let scores = Self.scores(points, weights, count: rows.count)
        let best = Self.best(scores, rows, table, keep: terms.kept ?? rows.count)
        let candidates = best.map { index in
            Candidate(
                offer: table.offer(row: Int(rows[index])), score: scores[index],
                parts: rules.score.indices.map { part in
                    ScorePart(
                        name: rules.score[part].name, points: points[part][index], weight: weights[part],
                        say: rules.score[part].say)
                })
        }
        return OfferRanking(
            table: table, rules: rules, candidates: candidates, candidateCount: rows.count, leftOut: leftOut,
            others: others)
    }

    /// Takes out what the register or the search itself holds back, before any rule is asked.
    private func withhold(
        _ terms: ShortlistTerms, _ table: OfferTable, _ rows: inout [Int32],
        _ leftOut: inout [(row: Int32, filter: Int16)], _ others: inout [Int32: Exclusion]
    ) {
        for (row, why) in table.withheld {
            others[Int32(row)] = Exclusion(offer: table.ids[row], filter: "unconfirmed", say: why)
        }
        for (id, exclusion) in terms.unavailable {
            if let row = table.row(of: id) { others[Int32(row)] = exclusion }
        }
        guard !others.isEmpty else { return }
        leftOut = others.keys.map { ($0, -1) }
        rows.removeAll { others[$0] != nil }
    }

    /// What the evaluator says of an offer for which a filter is neither plainly yes nor no; nil: it passes.
    private func unclear(
        _ filter: MatchingRules.Filter, _ table: OfferTable, _ row: Int32, _ reading: OfferReading
    ) -> Exclusion? {
        reading.offer = table.offer(row: Int(row))
        let id = table.ids[Int(row)]
        do {
            let holds = try filter.condition.expression.evaluate(reading)
            return holds == .bool(true) ? nil : Exclusion(offer: id, filter: filter.name, say: filter.say)
        } catch {
            return Exclusion(
                offer: id, filter: filter.name, say: "\(filter.say) (it could not be computed: \(error.message))")
        }
    }

    private static func scores(_ points: [[Double]], _ weights: [Double], count: Int) -> [Double] {
        let total = weights.reduce(0, +)
        var sums = [Double](repeating: 0, count: count)
        guard total > 0 else { return sums }
        for (part, values) in points.enumerated() {
            let weight = weights[part]
            for index in sums.indices { sums[index] += values[index] * weight }
        }
        for index in sums.indices { sums[index] /= total }
        return sums
    }

    /// The indices of the best, in order; most are compared once with the last of those that are kept.
    private static func best(_ scores: [Double], _ rows: [Int32], _ table: OfferTable, keep: Int) -> [Int] {
        func precedes(_ left: Int, _ right: Int) -> Bool {
            if scores[left] != scores[right] { return scores[left] > scores[right] }
            return table.rank[Int(rows[left])] < table.rank[Int(rows[right])]
        }
        guard keep < scores.count / 4 else { return Array(scores.indices.sorted(by: precedes).prefix(keep)) }
        guard keep > 0 else { return [] }
        var best: [Int] = []
        for index in scores.indices {
            if best.count == keep, !precedes(index, best[keep - 1]) { continue }
            var (low, high) = (0, best.count)
            while low < high {
                let middle = (low + high) / 2
                if precedes(index, best[middle]) { high = middle } else { low = middle + 1 }
            }
            best.insert(index, at: low)
            if best.count > keep { best.removeLast() }
        }
        return best
    }
}
