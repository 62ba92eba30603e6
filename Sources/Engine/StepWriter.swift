import Calendars
package import CaseStore
import Digests
package import Exchange
import Expressions

/// Turns what the machine decided into the rows of one transaction.
package struct StepWriter: Sendable {
    package let machine: CaseMachine

    package init(machine: CaseMachine) {
        self.machine = machine
    }

    private var programme: Programme {
        _read { yield machine.programme }
    }

    /// The step that brings the store from the case before to the case after, which gets the end of its journal's chain.
    ///
    /// - Parameters:
    ///   - before: nil for a new case.
    ///   - finished: an effect whose result this command tells, finished in the same transaction.
    package func step(
        from before: Case?, _ transition: inout Transition, command: Command, actor: Actor,
        commandKey: CommandKey? = nil, finished: EffectFinish? = nil
    ) -> Step {
        let entry = journal(
            transition.case, transition.notes, command: command, actor: actor, previous: before?.journalHash ?? [])
        transition.case.journalHash = entry.hash
        var step = Step(
            expectedVersion: before?.version ?? 0, case: row(transition.case), journal: [entry], commandKey: commandKey)
        tasks(before?.tasks ?? [], transition.case, into: &step)
        timers(before?.timers ?? [], transition.case, into: &step)
        if !transition.effects.isEmpty { step.effects = transition.effects.map { effect($0, transition.case) } }
        step.effectsRecalled = transition.effectsRecalled
        if let finished { step.effectsFinished = [finished] }
        step.reservations = transition.reservations.map {
            Reservation(
                offer: $0.place.offer, period: $0.place.period, owner: $0.owner, places: $0.places,
                capacity: $0.place.capacity)
        }
        return step
    }

    private func row(_ c: Case) -> CaseRow {
        let state = programme.states[c.region.state]
        return CaseRow(
            id: c.id, reference: c.reference, programme: c.programme, programmeName: programme.name,
            stage: c.end == nil ? state?.stage?.rawValue ?? "" : "", state: c.region.state, version: c.version,
            isHeld: c.hold != nil, isStuck: !c.stuck.isEmpty, hasEnded: c.end != nil, openedAt: c.openedAt,
            changedAt: c.lastAt, title: programme.title, body: c.packed())
    }

    private func journal(
        _ after: Case, _ notes: [Note], command: Command, actor: Actor, previous: [UInt8]
    ) -> JournalRow {
        var row = JournalRow(
            caseID: after.id, number: after.journalNumber, at: after.lastAt, kind: command.kind, actor: actor.id,
            body: Self.body(command, notes, role: actor.role), hash: [])
        row.hash = Self.hash(row, after: previous)
        return row
    }

    /// The hash that an entry must have: over the one before it, then `case|number|milliseconds|kind|actor|body`.
    private static func hash(_ row: JournalRow, after previous: [UInt8]) -> [UInt8] {
        var message = ByteBuffer(reserving: previous.count + row.body.count + 160)
        message.append(previous)
        message.append(row.caseID)
        message.append(0x7C)
        message.append(decimal: Int64(row.number))
        message.append(0x7C)
        message.append(decimal: row.at.milliseconds)
        for text in [row.kind, row.actor] {
            message.append(0x7C)
            message.append(text)
        }
        message.append(0x7C)
        message.append(row.body)
        return message.withBytes { SHA256.hash($0).bytes }
    }

    /// `{"command": …, "notes": [[kind, milliseconds, region, word …] …], "role": …}`, written as it goes: a value made
    /// of it first would cost as much as the decision.
    private static func body(_ command: Command, _ notes: [Note], role: String) -> [UInt8] {
        var json = JSONWriter(reserving: 256 + notes.count * 64)
        json.raw("{\"command\":")
        command.write(to: &json)
        json.raw(",\"notes\":[")
        for (index, note) in notes.enumerated() {
            json.raw(index == 0 ? "[" : ",[")
            json.string(note.kind.rawValue)
            json.raw(",")
            json.int(note.at.milliseconds)
            json.raw(",")
            json.string(note.region.text)
            for word in note.words {
                json.raw(",")
                json.string(word)
            }
            json.raw("]")
        }
        json.raw("],\"role\":")
        json.string(role)
        json.raw("}")
        return json.bytes
    }

    /// Whether an entry follows the one whose hash is given, unchanged.
    package static func isIntact(_ row: JournalRow, after previous: [UInt8]) -> Bool {
        hash(row, after: previous) == row.hash
    }

    /// The notes of a journal entry; empty for an entry of another layout.
    package static func notes(_ row: JournalRow) -> [Note] {
        guard let body = try? Value(json: row.body), let notes = body["notes"]?.asList else { return [] }
        return notes.compactMap { value in
            guard let parts = value.asList, parts.count >= 3,
                let kind = parts[0].asString.flatMap(Note.Kind.init(rawValue:)),
                let at = parts[1].asInt, let region = parts[2].asString
            else { return nil }
            let id: RegionID = Int(region.dropFirst()).map { .member($0) } ?? .case
            return Note(
                kind: kind, at: Instant(milliseconds: Int64(at)), region: id,
                words: parts.dropFirst(3).compactMap(\.asString))
        }
    }

    // MARK: Rows

    private func tasks(_ former: [OpenTask], _ after: Case, into step: inout Step) {
        // Both lists are in the order of their numbers: tasks are added at the end, and none changes its number.
        var old = 0
        for task in after.tasks {
            while old < former.count, former[old].number < task.number {
                step.tasksClosed.append(Self.taskID(after.id, former[old].number))
                old += 1
            }
            if old < former.count, former[old].number == task.number {
                old += 1
                if former[old - 1] == task { continue }
            }
            step.tasks.append(row(task, after))
        }
        for task in former[old...] { step.tasksClosed.append(Self.taskID(after.id, task.number)) }
    }

    /// A task's identifier in the store.
    package static func taskID(_ caseID: String, _ number: Int) -> String { "\(caseID).\(number)" }

    private func row(_ task: OpenTask, _ c: Case) -> TaskRow {
        var roles: [String] = []
        for holder in task.holders where !roles.contains(holder.role) { roles.append(holder.role) }
        return TaskRow(
            id: Self.taskID(c.id, task.number), caseID: c.id, reference: c.reference,
            role: roles.joined(separator: " "),
            holders: task.holders.filter { $0.outcome == nil }.map(\.party.id).joined(separator: " "),
            state: state(of: task.region, c), form: task.form ?? "", title: machine.title(of: task, in: c),
            openedAt: task.openedAt, dueAt: task.dueAt)
    }

    private func state(of region: RegionID, _ c: Case) -> String {
        switch region {
        case .case: c.region.state
        case .member(let number): c.member(number).map { "\($0.track) \($0.region.state)" } ?? ""
        }
    }

    private func timers(_ former: [ArmedTimer], _ after: Case, into step: inout Step) {
        guard former != after.timers else { return }
        // Names are made only for what changed.
        let (old, new) = (Set(former), Set(after.timers))
        var removed: [String: Instant] = [:]
        for timer in former where !new.contains(timer) { removed[timer.key] = timer.at }
        for timer in after.timers where !old.contains(timer) {
            let key = timer.key
            // Only its place in the order has changed.
            if removed[key] == timer.at {
                removed[key] = nil
                continue
            }
            step.timers.append(
                TimerRow(
                    caseID: after.id, key: key, at: timer.at, kind: machine.kind(of: timer),
                    label: state(of: timer.region, after) + " " + machine.phrase(of: timer)))
        }
        step.timersRemoved = removed.map { TimerPlace(key: $0.key, at: $0.value) }.sorted { $0.key < $1.key }
    }

    private func effect(_ new: NewEffect, _ c: Case) -> EffectRow {
        let body = Value.object([
            "input": .object(new.input), "mode": .string(new.mode), "order": .int(Int64(new.order)),
            "ifUnsure": .string(new.ifUnsure.rawValue), "programme": .string(programme.name),
            "hash": .string(programme.hash),
        ])
        return EffectRow(
            key: new.pending.key, caseID: c.id, reference: c.reference, action: new.pending.action,
            label: new.pending.label, state: new.pending.isHeld ? .held : .queued, dueAt: new.notBefore, attempts: 0,
            createdAt: new.notBefore, sequence: new.pending.sequence, index: new.pending.index, body: body.jsonBytes,
            failure: "")
    }
}
