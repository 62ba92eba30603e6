import Calendars
import Exchange
import Expressions

/// The page of one task: who is asked what, and where each answer leads.
struct TaskShow {
    private let report: CaseReport
    private let task: OpenTask
    private let place: ProgrammePlace

    init(_ found: TaskVerbs.Found) {
        (report, task) = (found.report, found.task)
        place = found.report.place(found.task.region)
    }

    private var programme: Programme { report.programme }
    private var outcomes: [Outcome] { task.isDeclared ? place.state?.next ?? [] : [] }
    private var form: Form? { task.form.flatMap { programme.forms[$0] } }
    private var formWords: FormWords { FormWords(programme: programme, today: programme.zone.date(of: report.now)) }

    /// The forms that are asked only with one answer, each with that answer.
    private var stepForms: [(outcome: String, form: Form)] {
        outcomes.flatMap { outcome in
            var seen: Set<String> = []
            return outcome.steps.compactMap(\.form).filter { seen.insert($0).inserted }.compactMap { name in
                programme.forms[name].map { (outcome.name, $0) }
            }
        }
    }

    /// Every field that an answer can hold.
    var fields: [String] {
        (form?.fields ?? []).map(\.name) + stepForms.flatMap { $0.form.fields.map(\.name) }
    }

    /// What the case holds of the form already; a later answer begins with it where only some fields are asked.
    private var former: [String: Value] {
        guard let form else { return [:] }
        if case .member(let number) = task.region, let member = report.c.member(number),
            place.track?.forms.contains(form.name) ?? false
        {
            return member.answers[form.name]?.newest?.values ?? [:]
        }
        return report.c.answers[form.name]?.newest?.values ?? [:]
    }

    private func reasons(_ outcome: Outcome) -> [String] {
        var seen: Set<String> = []
        return outcome.steps.flatMap(report.reasons).filter { seen.insert($0).inserted }
    }

    private func words(_ outcome: Outcome) -> String {
        outcome.steps.map { step in
            step.conditionWords.isEmpty ? step.words : "\(step.words) \(step.conditionWords)"
        }.joined(separator: ", else ")
    }

    // MARK: For programs

    var value: Value {
        var result = report.value(task).fields
        let words = formWords
        result["case"] = .string(report.c.reference)
        result["programme"] = .string(programme.name)
        result["fields"] = .list(
            (form?.fields ?? []).map { words.value($0, isAsked: task.only.isEmpty || task.only.contains($0.name)) })
        result["must"] = .list((form?.must ?? []).map { .string($0.rule.text) })
        result["former"] = .object(former)
        result["outcomes"] = .list(
            outcomes.map { outcome in
                .object([
                    "name": .string(outcome.name), "does": .string(self.words(outcome)),
                    "targets": .texts(outcome.steps.compactMap(\.to)), "reasons": .texts(reasons(outcome)),
                    "fields": .list(
                        stepForms.filter { $0.outcome == outcome.name }.flatMap {
                            $0.form.fields.map { words.value($0) }
                        }),
                ])
            })
        return .object(result)
    }

    // MARK: For people

    func print(on terminal: Terminal) {
        let region = task.region == .case ? "" : "  \(report.words(task.region))"
        terminal.print(
            "\("\(report.c.reference).\(task.number)", .bold)  \(report.machine.title(of: task, in: report.c))\(region)"
        )
        let due = report.dueWords(task)
        terminal.print("Open since \(report.clock.day(task.openedAt))\(due.isEmpty ? "" : ", \(due)").")
        for holder in task.holders {
            let said = holder.outcome.map { "answered \($0)" } ?? "has not answered"
            terminal.print("  \(holder.role, .cyan)  \(holder.party.name)  \(said)  --by \(holder.party.id)")
        }
        if let need = place.declaration(of: task)?.need.words { terminal.print("Needed: \(need).") }
        if let binds = place.declaration(of: task)?.binds {
            terminal.print("The answer is bound to the present version of \(binds).")
        }
        if !task.escalatedTo.isEmpty { terminal.print("Escalated to \(Naming.list(task.escalatedTo)).") }
        if let form {
            terminal.print()
            formWords.print(form, only: task.only, on: terminal)
        }
        answers(on: terminal)
    }

    /// What the staff's answer to a task of the machine does.
    private func meaning(_ choice: String) -> String {
        switch (task.kind, choice) {
        case (.late(let line, let step), "do"):
            let steps = programme.clockLines[line]?.steps ?? []
            return steps.indices.contains(step) ? steps[step].words : ""
        case (.late, _): return "the step is left out"
        case (.effect, "again"): return "it is done once more"
        case (.effect, "done"): return "it was done after all"
        case (.effect, _): return "it is not done"
        default: return ""
        }
    }

    private func answers(on terminal: Terminal) {
        terminal.print()
        terminal.print("\("Answers", .bold)")
        guard task.isDeclared else {
            for choice in report.machine.choices(of: task, in: report.c) {
                terminal.print("  \(choice, .cyan)  \(meaning(choice))")
            }
            return
        }
        for outcome in outcomes {
            terminal.print("  \(outcome.name, .cyan)  \(words(outcome))")
            let reasons = reasons(outcome)
            if !reasons.isEmpty { terminal.print("      --reason, one of \(reasons.joined(separator: ", "))") }
            for asked in stepForms where asked.outcome == outcome.name {
                formWords.print(asked.form, on: terminal)
            }
        }
    }
}
