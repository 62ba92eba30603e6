import Calendars
import CaseStore
import Exchange
import Expressions

/// Judges single cases for one migration.
struct MigrationJudge {
    let new: CaseMachine
    let map: MigrationMap
    let shelf: ProgrammeShelf
    let roster: [String: [Party]]
    let actor: Actor

    /// Names and phrases of one former content, paired with the new one's.
    func counterparts(of hash: String) async throws -> Counterparts {
        Counterparts(from: try await shelf.machine(hash: hash), to: new, by: map)
    }

    /// Who holds the staff roles that the new version adds, as when a case is started.
    func people(for hash: String) async throws -> [String: [Party]] {
        var result: [String: [Party]] = [:]
        for role in new.newStaffRoles(try await counterparts(of: hash)) {
            if let found = roster[role] ?? roster["*"], !found.isEmpty { result[role] = found }
        }
        return result
    }

    func judge(_ c: Case, at now: Instant, full: Set<String> = []) async throws -> MigrationOutcome {
        new.migrate(
            c, by: try await counterparts(of: c.programme), people: try await people(for: c.programme), actor: actor,
            at: now, full: full)
    }

    // MARK: History

    /// What a case's journal gives under the new version; only what came after its last migration is played twice.
    func history(_ c: Case, _ rows: [JournalRow]) async throws -> JournalReplay.Finding {
        var entries: [JournalReplay.Entry] = []
        for row in rows {
            guard let entry = Self.entry(row, in: c) else {
                return .unknown(why: "entry \(row.number) holds answers that were erased, or is of another layout")
            }
            entries.append(entry)
        }
        guard let first = entries.first, case .start(let people, let origin) = first.command else {
            return .unknown(why: "it does not begin with its start")
        }
        var machine = try await shelf.machine(hash: Self.firstHash(entries) ?? c.programme)
        let begin = machine.start(
            id: c.id, reference: c.reference, people: people, origin: origin, by: first.actor, at: first.at)
        var before = begin.case
        let last = entries.lastIndex { if case .migrate = $0.command { true } else { false } } ?? 0
        for entry in entries[..<(last + 1)].dropFirst() {
            guard case .migrate(_, let to, let map, let people) = entry.command else {
                before = machine.apply(entry.command, by: entry.actor, at: entry.at, to: before).case
                continue
            }
            let next = try await shelf.machine(hash: to)
            let k = Counterparts(from: machine, to: next, by: map)
            guard
                case .moves(let moved) = next.migrate(before, by: k, people: people, actor: entry.actor, at: entry.at)
            else { return .unknown(why: "an earlier migration cannot be played again") }
            (before, machine) = (moved.case, next)
        }
        let k = Counterparts(from: machine, to: new, by: map)
        let started: Transition
        if last == 0 {
            let known = Dictionary(
                people.map { (k.newName(ofRole: $0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
            let all = known.merging(try await self.people(for: c.programme)) { first, _ in first }
            started = new.start(
                id: c.id, reference: c.reference, people: all, origin: origin, by: first.actor, at: first.at)
        } else if case .moves(let moved) = new.migrate(
            before, by: k, people: try await self.people(for: c.programme), actor: actor, at: entries[last].at)
        {
            started = moved
        } else {
            return .unknown(why: "where it stood after its last migration has no place in the new version")
        }
        var replay = JournalReplay(before, effects: begin.effects, started: started, by: k)
        let finding = replay.play(Array(entries[(last + 1)...]))
        // Which offers were full is not in the journal: where that decided, it does not give the case.
        if finding == .same, replay.replayed.region.state != c.region.state {
            return .unknown(why: "what the store refused then does not stand in the journal")
        }
        return finding
    }

    private static func firstHash(_ entries: [JournalReplay.Entry]) -> String? {
        for entry in entries { if case .migrate(let from, _, _, _) = entry.command { return from } }
        return nil
    }

    private static func entry(_ row: JournalRow, in c: Case) -> JournalReplay.Entry? {
        guard let body = try? Value(json: row.body), let value = body["command"],
            let command = Command(kind: row.kind, value: value), let opened = command.opened(in: c)
        else { return nil }
        return JournalReplay.Entry(
            number: row.number, command: opened, actor: Actor(id: row.actor, role: body["role"]?.asString ?? ""),
            at: row.at)
    }
}

extension Command {
    /// The command with what stood sealed in it; nil where an answer was erased since.
    fileprivate func opened(in c: Case) -> Command? {
        func all(_ values: [String: Value]) -> [String: Value]? {
            var result: [String: Value] = [:]
            for (name, value) in values {
                guard let opened = StepWriter.opened(value, in: c) else { return nil }
                result[name] = opened
            }
            return result
        }
        switch self {
        case .answer(let task, let outcome, let values, let reason):
            return all(values).map { .answer(task: task, outcome: outcome, values: $0, reason: reason) }
        case .decide(let name, let member, let values, let reason):
            return all(values).map { .decide(name: name, member: member, values: $0, reason: reason) }
        case .correct(let form, let member, let values, let reason):
            return all(values).map { .correct(form: form, member: member, values: $0, reason: reason) }
        default: return self
        }
    }
}
