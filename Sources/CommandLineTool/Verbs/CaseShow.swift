import Calendars
import CaseStore
import Exchange
import Expressions

/// The page of one case, for people and for programs.
struct CaseShow {
    let report: CaseReport
    private let journal: [JournalRow]
    /// Why effects that wait were not done when they were tried last, by their key.
    private let failures: [String: String]

    init(_ report: CaseReport, journal: [JournalRow] = [], failures: [String: String] = [:]) {
        self.report = report
        self.journal = journal
        self.failures = failures
    }

    private var c: Case { report.c }
    private var programme: Programme { report.programme }

    /// Timers that are past: the service does not run, or has not looked yet.
    private var overdue: Int { c.timers.count { $0.at < report.now } }

    // MARK: For programs

    /// A row of a list of cases.
    static func value(_ row: CaseRow) -> Value {
        .object([
            "id": .string(row.id), "reference": .string(row.reference), "programme": .string(row.programmeName),
            "programme_hash": .string(row.programme), "stage": .string(row.stage), "state": .string(row.state),
            "version": .number(row.version), "is_held": .bool(row.isHeld), "is_stuck": .bool(row.isStuck),
            "has_ended": .bool(row.hasEnded), "opened_at": .moment(row.openedAt),
            "changed_at": .moment(row.changedAt),
        ])
    }

    /// Where the case stands, without lists.
    var summary: Value { .object(summaryFields) }

    private var summaryFields: [String: Value] {
        let end = c.end.map { end in
            Value.object([
                "name": .string(end.name), "at": .moment(end.at), "reason": .string(end.reason),
                "kind": .text(programme.ends[end.name]?.kind.rawValue),
            ])
        }
        return [
            "id": .string(c.id), "reference": .string(c.reference), "programme": .string(programme.name),
            "programme_version": .number(programme.version), "programme_hash": .string(c.programme),
            "stage": .text(report.stage?.kind.rawValue), "state": .string(c.region.state),
            "title": .string(programme.title(ofState: c.region.state)), "version": .number(c.version),
            "opened_at": .moment(c.openedAt), "changed_at": .moment(c.lastAt), "end": end ?? .null,
            "is_held": .bool(c.hold != nil), "is_stuck": .bool(!c.stuck.isEmpty), "waiting": report.waiting.value,
        ]
    }

    var value: Value {
        var fields = summaryFields
        let words = JournalWords(report: report)
        fields["people"] = .object(
            Dictionary(
                programme.peopleOrder.map { role in
                    (role, .list(report.machine.holders(of: role, in: c).map(\.value)))
                }, uniquingKeysWith: { first, _ in first }))
        fields["tasks"] = .list(c.tasks.map(report.value))
        fields["timers"] = .list(c.timers.map(report.value))
        fields["if_nobody_moves"] = .list(report.waiting.next.map(report.value))
        fields["members"] = .list(c.members.filter { !$0.isVoid }.map(value))
        fields["dates"] = .object(c.dates.mapValues(value))
        fields["decisions"] = .list(report.decisions.map(report.value))
        fields["effects"] = .list(
            c.effects.map {
                .object([
                    "key": .string($0.key), "action": .string($0.action), "label": .string($0.label),
                    "is_held": .bool($0.isHeld), "failure": .text(failures[$0.key]),
                ])
            })
        fields["journal"] = .list(journal.map { words.value(JournalWords.entry($0)) })
        fields["overdue_timers"] = .number(overdue)
        return .object(fields)
    }

    private func value(_ member: Member) -> Value {
        .object([
            "track": .string(member.track), "number": .number(member.number), "state": .string(member.region.state),
            "since": .moment(member.region.enteredAt), "has_ended": .bool(member.hasEnded),
            "is_good": .bool(member.isGood), "reason": .string(member.reason), "party": member.party?.value ?? .null,
        ])
    }

    private func value(_ cell: DateCell) -> Value {
        .object([
            "first": .text(cell.span?.first.iso), "last": .text(cell.span?.last.iso),
            "revision": .number(cell.revision),
        ])
    }

    // MARK: For people

    func print(on terminal: Terminal) {
        let stage = report.stage.map { " (\($0.kind.rawValue))" } ?? ""
        terminal.print("\(c.reference, .bold)  \(programme.title)  \(programme.name) version \(programme.version)")
        terminal.print("\(programme.title(ofState: c.region.state), .bold)\(stage)")
        for sentence in report.waiting.sentences { terminal.print("\(sentence)") }
        if overdue > 0 {
            terminal.print(
                "\(Naming.count(overdue, "date is", "dates are")) past and not acted on: start \"sojourn run\".")
        }
        tasks(on: terminal)
        decisions(on: terminal)
        timers(on: terminal)
        members(on: terminal)
        people(on: terminal)
        dates(on: terminal)
        effects(on: terminal)
        entries(on: terminal)
    }

    private func title(_ text: String, on terminal: Terminal) {
        terminal.print()
        terminal.print("\(text, .bold)")
    }

    private func tasks(on terminal: Terminal) {
        guard !c.tasks.isEmpty else { return }
        title("Open tasks", on: terminal)
        var table = Table(
            .init("TASK", shrinks: false), .init("WHAT"), .init("WHERE"), .init("WAITS FOR"), .init("SINCE"),
            .init("DUE"), .init("ANSWERS"))
        for task in c.tasks {
            let waits = task.holders.map { holder in
                holder.outcome.map { "\(holder.party.name): \($0)" } ?? "\(holder.role) (\(holder.party.name))"
            }
            table.add(
                "\(c.reference).\(task.number)", "\(report.machine.title(of: task, in: c))",
                "\(report.words(task.region))", "\(waits.joined(separator: ", "))",
                "\(report.clock.day(task.openedAt))",
                "\(report.dueWords(task), report.isLate(task) ? .red : [])",
                "\(report.machine.choices(of: task, in: c).joined(separator: ", "))")
        }
        terminal.print(table)
    }

    private func decisions(on terminal: Terminal) {
        let choices = report.decisions
        guard !choices.isEmpty else { return }
        title("May be decided", on: terminal)
        for choice in choices {
            let who = Naming.list(choice.decision.who.map(\.words), "or")
            let member = choice.member.map { " --member \($0)" } ?? ""
            let steps = choice.decision.steps.map { step in
                let asked =
                    (step.form.map { ["asks \($0)"] } ?? [])
                    + (report.reasons(step).isEmpty ? [] : ["reason: \(report.reasons(step).joined(separator: ", "))"])
                let notes = ([step.conditionWords].filter { !$0.isEmpty } + asked).joined(separator: "; ")
                return notes.isEmpty ? step.words : "\(step.words) (\(notes))"
            }
            terminal.print(
                "  \(choice.decision.name, .cyan)\(member)  by \(who): \(steps.joined(separator: ", else "))")
        }
    }

    private func timers(on terminal: Terminal) {
        guard !c.timers.isEmpty else { return }
        title("To come", on: terminal)
        var table = Table(.init("WHEN", shrinks: false), .init("WHERE"), .init("PHRASE"), .init("WHAT"))
        for timer in c.timers {
            table.add(
                "\(report.clock.moment(timer.at), timer.at < report.now ? .yellow : [])",
                "\(report.words(timer.region))",
                "\(report.machine.phrase(of: timer))", "\(report.words(timer))")
        }
        terminal.print(table)
    }

    private func members(on terminal: Terminal) {
        for name in programme.tracksOrder {
            let members = c.members(of: name)
            guard let track = programme.tracks[name], !members.isEmpty else { continue }
            title("\(track.title) (\(members.count { !$0.hasEnded }) of \(members.count) under way)", on: terminal)
            var table = Table(.init("N", .right), .init("NAME"), .init("STATE"), .init("SINCE"), .init("REASON"))
            for member in members {
                table.add(
                    "\(member.number)", "\(member.party?.name ?? "")",
                    "\(member.region.state, member.hasEnded ? .dim : [])",
                    "\(report.clock.day(member.region.enteredAt))",
                    "\(member.reason)")
            }
            terminal.print(table)
        }
    }

    private func people(on terminal: Terminal) {
        title("People", on: terminal)
        var table = Table(.init("ROLE"), .init("NAME"), .init("ADDRESS"), .init("ID", shrinks: false))
        for role in programme.peopleOrder where programme.tracks[role] == nil {
            for party in report.machine.holders(of: role, in: c) {
                table.add("\(role, .cyan)", "\(party.name)", "\(party.address)", "\(party.id)")
            }
        }
        terminal.print(table)
    }

    private func dates(on terminal: Terminal) {
        let known = programme.dates.compactMap { date in c.dates[date.name].map { (date.name, $0) } }
        guard !known.isEmpty else { return }
        title("Dates", on: terminal)
        for (name, cell) in known {
            let moved = cell.revision > 1 ? " (changed \(Naming.count(cell.revision - 1, "time")))" : ""
            terminal.print(
                "  \(name, .cyan)  \(cell.span.map { $0.days == 1 ? $0.first.iso : $0.text } ?? "not known any more")\(moved)"
            )
        }
    }

    private func effects(on terminal: Terminal) {
        guard !c.effects.isEmpty else { return }
        title("In the outbox", on: terminal)
        for effect in c.effects {
            terminal.print("  \(effect.key)  \(effect.action, .cyan)  \(effect.label)\(effect.isHeld ? "  held" : "")")
            if let failure = failures[effect.key] { terminal.print("      waits: \(failure)") }
        }
    }

    private func entries(on terminal: Terminal) {
        guard !journal.isEmpty else { return }
        title("Journal", on: terminal)
        let words = JournalWords(report: report)
        for row in journal { for line in words.lines(JournalWords.entry(row)) { terminal.print(line) } }
    }
}
