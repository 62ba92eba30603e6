package import Calendars
import Expressions

/// One case in the ranking of a call.
package struct RankEntry: Hashable, Sendable {
    package var caseID: String
    package var score: Double
    /// What the case would spend.
    package var spend: Double
    /// When the case first entered the state that breaks ties.
    package var tie: Instant
    /// Counts as taken already, so that money given back goes to the next.
    package var isIn: Bool

    package init(caseID: String, score: Double, spend: Double, tie: Instant, isIn: Bool) {
        self.caseID = caseID
        self.score = score
        self.spend = spend
        self.tie = tie
        self.isIn = isIn
    }
}

/// The ranking of a call: best first, until the money is spent.
package enum Ranking {
    /// Identifiers of those who are in, best first.
    ///
    /// The cut is strict: the first that does not fit closes the list, so that nobody is passed over by a cheaper, weaker
    /// request; it stays on the reserve list. Those that are in already stay in and are paid first.
    package static func taken(_ entries: [RankEntry], of budget: Double) -> [String] {
        var left = budget - entries.filter(\.isIn).reduce(0) { $0 + $1.spend }
        var result = entries.filter(\.isIn).map(\.caseID)
        for entry in entries.filter({ !$0.isIn }).sorted(by: precedes) {
            guard entry.spend.isFinite, entry.spend >= 0, entry.spend <= left else { break }
            left -= entry.spend
            result.append(entry.caseID)
        }
        return result
    }

    /// Score, then the earlier, then the identifier.
    package static func precedes(_ left: RankEntry, _ right: RankEntry) -> Bool {
        if left.score != right.score { return left.score > right.score }
        if left.tie != right.tie { return left.tie < right.tie }
        return left.caseID.utf8.lexicographicallyPrecedes(right.caseID.utf8)
    }
}

extension CaseMachine {
    /// The case's entry in the ranking of its call with the call's name and budget; nil when it waits for none.
    package func rankEntry(of case: Case) -> (call: String, budget: Double, entry: RankEntry)? {
        guard `case`.end == nil, let state = programme.states[`case`.region.state], case .rank(let rank) = state.opening
        else { return nil }
        let reading = CaseReading(machine: self, case: `case`, member: nil)
        guard let call = reading.value(at: rank.call)?.asString else { return nil }
        let score = (try? rank.by.expression.evaluate(reading))?.asDouble ?? 0
        let spend = (try? rank.spend.expression.evaluate(reading)).flatMap(Self.amount) ?? 0
        let budget = (try? rank.of.expression.evaluate(reading)).flatMap(Self.amount) ?? 0
        let tie = rank.tie.flatMap { `case`.firstEntered[$0] } ?? `case`.region.enteredAt
        return (
            call, budget,
            RankEntry(caseID: `case`.id, score: score.isFinite ? score : 0, spend: spend, tie: tie, isIn: false)
        )
    }

    private static func amount(_ value: Value) -> Double? {
        value.asDouble ?? value["amount"]?.asDouble ?? value.asString.flatMap { Double($0) }
    }
}
