import Calendars
import Expressions

/// What would have to change in the request for an offer that was left out.
package struct WhatIf: Hashable, Sendable {
    package var offer: String
    /// The filters that leave it out, in the order of the rules.
    package var filters: [String]
    /// A change of the request that lets it through, in a sentence; nil: none was found.
    package var change: String?
    /// The score that it would have then.
    package var score: Double

    package init(offer: String, filters: [String], change: String?, score: Double) {
        self.offer = offer
        self.filters = filters
        self.change = change
        self.score = score
    }
}

/// How a filter that is widened would change the list.
package struct Widening: Hashable, Sendable {
    package var filter: String
    package var say: String
    /// Offers that nothing else leaves out.
    package var gained: Int

    package init(filter: String, say: String, gained: Int) {
        self.filter = filter
        self.say = say
        self.gained = gained
    }
}

extension CaseMachine {
    /// For each filter how many offers it alone leaves out, those that gain most first; ties by the order of the rules.
    package func widenings(
        of case: Case, rules name: String, offers table: OfferTable, terms: ShortlistTerms
    ) -> [Widening] {
        guard let rules = programme.rules[name] else { return [] }
        let fails = failures(of: `case`, rules, table, terms)
        var gained = [Int](repeating: 0, count: rules.filters.count)
        for (_, filters) in fails where filters.count == 1 { gained[filters[0]] += 1 }
        return rules.filters.indices.filter { gained[$0] > 0 }.sorted {
            gained[$0] != gained[$1] ? gained[$0] > gained[$1] : $0 < $1
        }.map { Widening(filter: rules.filters[$0].name, say: rules.filters[$0].say, gained: gained[$0]) }
    }

    /// For the offers that were left out by least, the best first: what would have to change in the request.
    package func whatIfs(
        of case: Case, rules name: String, offers table: OfferTable, terms: ShortlistTerms, limit: Int
    ) -> [WhatIf] {
        guard let rules = programme.rules[name] else { return [] }
        var free = rules
        free.filters = []
        var fails = failures(of: `case`, rules, table, terms)
        let least = fails.map(\.filters.count).min() ?? 0
        fails.removeAll { $0.filters.count > least }
        // Of those, the ones that would have been the best.
        let near = OfferTable(fails.map { table.offer(row: $0.row) })
        var all = terms
        all.kept = nil
        let ranked = ranking(for: `case`, by: free, offers: near, terms: all).candidates
        let filters = Dictionary(fails.map { (table.ids[$0.row], $0.filters) }) { first, _ in first }
        let search = RequestChange(machine: self, case: `case`, terms: terms)
        return ranked.prefix(limit).map { candidate in
            let failed = (filters[candidate.id] ?? []).map { rules.filters[$0] }
            let changes = failed.map { search.change(letting: candidate.offer, through: $0) }
            let sentence = changes.contains { $0 == nil } ? nil : changes.compactMap(\.self).joined(separator: ", and ")
            return WhatIf(
                offer: candidate.id, filters: failed.map(\.name), change: sentence, score: candidate.score)
        }
    }

    /// All offers that some filter leaves out, with every filter that does.
    private func failures(
        of case: Case, _ rules: MatchingRules, _ table: OfferTable, _ terms: ShortlistTerms
    ) -> [(row: Int, filters: [Int])] {
        let reading = OfferReading(CaseReading(machine: self, case: `case`, member: nil, extras: terms.extras))
        let rows = table.order.filter { table.withheld[Int($0)] == nil && terms.unavailable[table.ids[Int($0)]] == nil }
        var fails = [[Int]](repeating: [], count: rows.count)
        for (number, filter) in rules.filters.enumerated() {
            let flags = RuleEvaluation(
                table: table, expression: filter.condition.expression, reading: reading, rows: rows
            ).bools()
            for index in rows.indices where flags[index] != 1 {
                if flags[index] == RuleBools.ask {
                    reading.offer = table.offer(row: Int(rows[index]))
                    if (try? filter.condition.expression.evaluate(reading)) == .bool(true) { continue }
                }
                fails[index].append(number)
            }
        }
        return rows.indices.compactMap { fails[$0].isEmpty ? nil : (Int(rows[$0]), fails[$0]) }
    }
}

/// Looks for the smallest change of one answer that lets an offer through one filter.
///
/// It tries the answers that the filter reads: other days, a greater or smaller number, one more item of a list. What it
/// says was evaluated with the changed answer, never guessed.
struct RequestChange {
    let machine: CaseMachine
    let `case`: Case
    let terms: ShortlistTerms

    /// Values of an offer that are tried for one answer.
    private static let tries = 200

    func change(letting offer: Value, through filter: MatchingRules.Filter) -> String? {
        let expression = filter.condition.expression
        for reference in expression.references {
            guard let name = reference.fields.first, let field = machine.programme.forms[reference.variable]?[name],
                let former = `case`.answers[reference.variable]?.newest?.values[name]
            else { continue }
            let place = (form: reference.variable, field: name)
            func passes(_ value: Value) -> Bool { self.passes(value, at: place, expression, offer) }
            if let sentence = change(of: former, field, name, offer, passes) { return sentence }
        }
        return nil
    }

    private func passes(
        _ value: Value, at place: (form: String, field: String), _ expression: Expression, _ offer: Value
    ) -> Bool {
        var changed = `case`
        guard let last = changed.answers[place.form]?.answers.indices.last else { return false }
        changed.answers[place.form]?.answers[last].values[place.field] = value
        let reading = OfferReading(CaseReading(machine: machine, case: changed, member: nil, extras: terms.extras))
        reading.offer = offer
        return (try? expression.evaluate(reading)) == .bool(true)
    }

    private func change(
        of former: Value, _ field: Field, _ name: String, _ offer: Value, _ passes: (Value) -> Bool
    ) -> String? {
        switch field.type {
        case .dateWindows, .dates: return days(former, offer, isList: former.asList != nil, passes)
        case .number:
            guard let number = former.asDouble else { return nil }
            return numbers(in: offer, near: number) { passes(.double($0)) }.map { found in
                "possible if \(name) were \(text(found)) or \(found < number ? "less" : "more") (it is \(text(number)))"
            }
        case .money:
            guard let amount = former["amount"]?.asDouble else { return nil }
            let currency = former["currency"]?.asString ?? ""
            func money(_ amount: Double) -> Value {
                .object(["amount": .double(amount), "currency": .string(currency)])
            }
            return numbers(in: offer, near: amount) { passes(money($0)) }.map { found in
                "possible if \(name) were \(text(found)) \(currency) or \(found < amount ? "less" : "more") (it is \(text(amount)) \(currency))"
            }
        case .choices, .countries, .languages:
            guard let list = former.asList else { return nil }
            let found = texts(in: offer).first { !list.contains($0) && passes(.list(list + [$0])) }
            return found?.asString.map { "possible if \(name) had \($0) too" }
        default: return nil
        }
    }

    /// The nearest days that the offer has and that would do.
    private func days(_ former: Value, _ offer: Value, isList: Bool, _ passes: (Value) -> Bool) -> String? {
        let wished = (former.asList ?? [former]).compactMap { DateSpan(value: $0) }
        guard let first = wished.map(\.first).min(), let last = wished.map(\.last).max() else { return nil }
        let offered = offer.fields.values.flatMap { $0.asList ?? [] }.compactMap { DateSpan(value: $0) }.filter {
            passes(isList ? .list([$0.value]) : $0.value)
        }
        let later = offered.filter { $0.first > last }.map(\.first).min()
        let earlier = offered.filter { $0.last < first }.map(\.last).max()
        switch (later, earlier) {
        case (let later?, let earlier?) where first.day - earlier.day < later.day - last.day:
            return "available if the visit ended on or before \(earlier.iso)"
        case (let later?, _): return "available if the visit began on or after \(later.iso)"
        case (nil, let earlier?): return "available if the visit ended on or before \(earlier.iso)"
        default: return nil
        }
    }

    /// The offer's number nearest to the one asked for that would do.
    private func numbers(in offer: Value, near asked: Double, _ passes: (Double) -> Bool) -> Double? {
        var found: [Double] = []
        for value in offer.fields.values {
            if let number = value.asDouble ?? value["amount"]?.asDouble { found.append(number) }
        }
        return found.filter { $0 != asked && passes($0) }.min {
            (($0 - asked).magnitude, $0) < (($1 - asked).magnitude, $1)
        }
    }

    private func texts(in offer: Value) -> [Value] {
        let fields = offer.fields.sorted { $0.key < $1.key }
        return Array(
            fields.flatMap { $0.value.asList ?? [$0.value] }.filter { $0.asString != nil }.prefix(Self.tries))
    }

    private func text(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }
}
