import Calendars
import Engine
import Exchange
import Expressions

/// What can be said about a case at one moment: read from the case alone, for people and as JSON.
struct CaseReport {
    let c: Case
    let machine: CaseMachine
    let now: Instant
    let clock: LocalWords
    private let lines: [String: ClockLine]

    init(_ c: Case, machine: CaseMachine, now: Instant) {
        (self.c, self.machine, self.now) = (c, machine, now)
        clock = LocalWords(zone: machine.programme.zone)
        lines = machine.programme.clockLines
    }

    var programme: Programme { machine.programme }

    // MARK: Places

    /// `case`, or `delegates 3`.
    func words(_ id: RegionID) -> String {
        switch id {
        case .case: "case"
        case .member(let number): "\(c.member(number)?.track ?? "member") \(number)"
        }
    }

    /// An answer's path in words: `c.request.budget` is `request.budget`, `m4.visa.passport` `visa.passport of delegates 4`.
    func answer(_ path: String) -> String {
        guard let dot = path.firstIndex(of: ".") else { return path }
        let field = String(path[path.index(after: dot)...])
        guard let number = Int(path[..<dot].dropFirst()) else { return field }
        return "\(field) of \(words(.member(number)))"
    }

    /// The state in which a region stands.
    func state(_ id: RegionID) -> String {
        switch id {
        case .case: c.region.state
        case .member(let number): c.member(number)?.region.state ?? ""
        }
    }

    func place(_ id: RegionID) -> ProgrammePlace { ProgrammePlace(id, of: c, in: programme) }

    /// The stage in which the case stands; nil for one that has ended.
    var stage: Stage? { c.end == nil ? place(.case).stage : nil }

    /// The name of the party with this identifier, wherever it has a role; the identifier where nobody has.
    func name(of id: String) -> String {
        let holders = c.tasks.flatMap(\.holders).map(\.party)
        let known = holders + c.people.values.flatMap(\.self) + c.members.compactMap(\.party)
        return known.first { $0.id == id }?.name ?? id
    }

    // MARK: What is to come

    /// What a timer will do, in words.
    func words(_ timer: ArmedTimer) -> String {
        switch timer.kind {
        case .line(let id, _, let reader):
            guard let line = lines[id] else { return id }
            if !reader.isEmpty { return "a reminder to \(name(of: reader))" }
            let steps = line.steps.map { step in
                step.conditionWords.isEmpty ? step.words : "\(step.words) \(step.conditionWords)"
            }
            return steps.joined(separator: ", else ")
        case .rank: return "the call is ranked"
        case .searchAgain: return "the register is searched again"
        case .spawn(let track, _): return "the next of \(track) begins"
        case .erase(let path): return "\(answer(path)) is erased"
        case .holdReview: return "the staff look at the hold"
        case .quiet: return "the staff are told that nothing happens"
        case .staffDue(let task): return "the staff are told again of task \(task)"
        }
    }

    /// The instant of a timer: a move that is due with the end of a day comes at the first moment of the next.
    func value(_ timer: ArmedTimer) -> Value {
        let member: Value = if case .member(let number) = timer.region { .number(number) } else { .null }
        return .object([
            "key": .string(timer.key), "at": .moment(timer.at), "kind": .string(machine.kind(of: timer)),
            "phrase": .string(machine.phrase(of: timer)), "targets": .texts(machine.targets(of: timer)),
            "does": .string(words(timer)), "where": .string(words(timer.region)), "member": member,
            "state": .string(state(timer.region)),
        ])
    }

    /// What happens to a region if nobody moves: up to its first move, each kind of thing once.
    func ifNobodyMoves(_ id: RegionID) -> [ArmedTimer] {
        var found: [ArmedTimer] = []
        var said: Set<String> = []
        for timer in c.timers where timer.region == id {
            if case .erase = timer.kind { continue }
            if case .quiet = timer.kind, !found.isEmpty { continue }
            guard said.insert(words(timer)).inserted else { continue }
            found.append(timer)
            if !machine.targets(of: timer).isEmpty || timer.kind == .rank { break }
        }
        return found
    }

    // MARK: Tasks

    func value(_ task: OpenTask) -> Value {
        let member: Value = if case .member(let number) = task.region { .number(number) } else { .null }
        return .object([
            "id": .string(StepWriter.taskID(c.id, task.number)), "name": .string("\(c.reference).\(task.number)"),
            "number": .number(task.number), "title": .string(machine.title(of: task, in: c)),
            "state": .string(state(task.region)), "where": .string(words(task.region)), "member": member,
            "form": .text(task.form), "opened_at": .moment(task.openedAt), "due_at": .moment(task.dueAt),
            "is_late": .bool(isLate(task)), "choices": .texts(machine.choices(of: task, in: c)),
            "holders": .list(task.holders.map(value)), "escalated_to": .texts(task.escalatedTo),
        ])
    }

    private func value(_ holder: OpenTask.Holder) -> Value {
        .object([
            "role": .string(holder.role), "id": .string(holder.party.id), "name": .string(holder.party.name),
            "answered": .text(holder.outcome),
        ])
    }

    func isLate(_ task: OpenTask) -> Bool { task.dueAt.map { $0 <= now } ?? false }

    /// `host (Ana Kovač)`, for each of those who have not answered.
    func waitedFor(_ task: OpenTask) -> [String] {
        task.holders.filter { $0.outcome == nil }.map { "\($0.role) (\($0.party.name))" }
    }

    /// `due 2027-03-01`, `late since 2027-03-01`, or nothing.
    func dueWords(_ task: OpenTask) -> String {
        guard let due = task.dueAt else { return "" }
        return isLate(task) ? "late since \(clock.due(due))" : "due \(clock.due(due))"
    }

    // MARK: Decisions

    struct Choice {
        let decision: Decision
        let member: Int?
    }

    /// What may be decided now; a decision that holds for several members stands once for each.
    var decisions: [Choice] {
        machine.decisions(in: c).compactMap { found in
            let id: RegionID = found.member.map { .member($0) } ?? .case
            return place(id).decision(found.name).map { Choice(decision: $0, member: found.member) }
        }
    }

    func value(_ choice: Choice) -> Value {
        .object([
            "name": .string(choice.decision.name), "member": choice.member.map { .number($0) } ?? .null,
            "who": .texts(choice.decision.who.map(\.words)),
            "steps": .list(
                choice.decision.steps.map { step in
                    .object([
                        "does": .string(step.words), "to": .text(step.to), "when": .string(step.conditionWords),
                        "form": .text(step.form), "reasons": .texts(reasons(step)),
                    ])
                }),
        ])
    }

    /// The reasons of which one must be given with the step.
    func reasons(_ step: ExchangeStep) -> [String] {
        guard case .asked(let list)? = step.reason else { return [] }
        return programme.lists[list]?.choices.map(\.name) ?? []
    }
}
