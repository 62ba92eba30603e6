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

extension CaseMachine {
    /// Filters and scores offers for a case as the programme's rules say: pure, and in the same order everywhere.
    ///
    /// Filters are tried in the order of the file; the first that fails is the reason. A filter that cannot be
    /// evaluated leaves the offer out and says so. Points are cut to 0…1; ties go by the offer's identifier.
    package func shortlist(for case: Case, rules name: String, offers: [Value]) -> Shortlist {
        var result = Shortlist(candidates: [], exclusions: [])
        guard let rules = programme.rules[name] else { return result }
        let plain = CaseReading(machine: self, case: `case`, member: nil)
        for offer in offers {
            guard let id = offer["id"]?.asString, !id.isEmpty else { continue }
            let reading = plain.adding(["offer": offer])
            if let exclusion = exclusion(of: id, rules, reading) {
                result.exclusions.append(exclusion)
                continue
            }
            var parts: [ScorePart] = []
            for part in rules.score {
                let value = (try? part.points.expression.evaluate(reading))?.asDouble ?? 0
                let points = value.isFinite ? min(max(value, 0), 1) : 0
                parts.append(ScorePart(name: part.name, points: points, weight: part.weight, say: part.say))
            }
            let weights = parts.reduce(0) { $0 + $1.weight }
            let score = weights > 0 ? parts.reduce(0) { $0 + $1.points * $1.weight } / weights : 0
            result.candidates.append(Candidate(offer: offer, score: score, parts: parts))
        }
        result.candidates.sort {
            $0.score != $1.score ? $0.score > $1.score : $0.id.utf8.lexicographicallyPrecedes($1.id.utf8)
        }
        return result
    }

    private func exclusion(of id: String, _ rules: MatchingRules, _ reading: CaseReading) -> Exclusion? {
        for filter in rules.filters {
            do {
                let holds = try filter.condition.expression.evaluate(reading)
                if holds != .bool(true) { return Exclusion(offer: id, filter: filter.name, say: filter.say) }
            } catch {
                return Exclusion(
                    offer: id, filter: filter.name, say: "\(filter.say) (it could not be computed: \(error.message))")
            }
        }
        return nil
    }
}
