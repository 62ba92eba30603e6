import Calendars
import Engine
import Exchange
import Expressions
import Matching

/// A round as a page and as JSON: who got what, why not something better, and what rules left out.
struct RoundPage {
    let round: Round
    let solution: Round.Solution
    /// Of one request only; nil for all.
    var only: String?

    init(_ round: Round, _ solution: Round.Solution, only: String? = nil) {
        (self.round, self.solution, self.only) = (round, solution, only)
    }

    // MARK: JSON

    func value() throws -> Value {
        var fields = round.heading.fields
        let page: Value
        switch solution {
        case .assignment(let call, let result):
            page = AssignmentPage(call, result, try CallReasons(call, result), only: only).value(seconds: nil)
        case .stable(let call, let result):
            page = StablePage(call, result, StableReasons(call, result), only: only).value(round.side, seconds: nil)
        }
        for (name, value) in page.fields { fields[name] = value }
        fields["reproduced"] = .bool(Round.Result(solution) == round.result)
        let shown = only.map { one in round.excluded.filter { $0.key == one } } ?? round.excluded
        fields["excluded"] = .object(
            shown.mapValues { rules in
                .list(
                    rules.sorted { $0.key < $1.key }.map { rule, offers in
                        .object([
                            "rule": .string(rule), "why": .string(round.sentences[rule] ?? ""),
                            "offers": .list(offers.sorted().map { .string($0) }),
                        ])
                    })
            })
        return .object(fields)
    }

    // MARK: Page

    func print(on terminal: Terminal) throws {
        if !round.id.isEmpty { terminal.print("\(round.id, .bold)  \(Self.standing(round))") }
        switch solution {
        case .assignment(let call, let result):
            try AssignmentPage(call, result, CallReasons(call, result), only: only).print(on: terminal)
        case .stable(let call, let result):
            StablePage(call, result, StableReasons(call, result), only: only).print(on: terminal)
        }
        if let only { printExcluded(of: only, on: terminal) }
        if Round.Result(solution) != round.result {
            terminal.note("the inputs give another result today than the one that was kept")
        }
    }

    private func printExcluded(of request: String, on terminal: Terminal) {
        for (rule, offers) in (round.excluded[request] ?? [:]).sorted(by: { $0.key < $1.key }) {
            terminal.print(
                "left out by \(rule, .bold) (\(round.sentences[rule] ?? "")): \(offers.sorted().joined(separator: ", "))"
            )
        }
    }

    static func standing(_ round: Round) -> String {
        guard let at = round.confirmedAt, let by = round.confirmedBy else { return "not confirmed" }
        return "confirmed by \(by) on \(LocalWords(zone: .utc).day(at))"
    }
}
