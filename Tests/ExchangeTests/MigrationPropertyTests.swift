import Calendars
import Engine
import Expressions
import Testing

@testable import Exchange

/// Migrations of random cases of random programmes: to the same programme, and to one whose states have other names and
/// whose clocks have other times.
@Suite(.serialized) struct `Migrations of random programmes` {
    typealias Found = (seed: UInt64, machine: CaseMachine)

    /// A break of the machine: spoils what a migration gives before anybody sees it.
    typealias Spoil = @Sendable (_ before: Case, inout Transition) -> Void

    /// The same programme under another hash.
    static func twin(_ machine: CaseMachine) -> CaseMachine {
        var programme = machine.programme
        programme.hash += "-twin"
        programme.version += 1
        return CaseMachine(programme: programme)
    }

    /// The random programme of a seed with its states renamed and its days changed by one; nil: no such text is valid.
    static func changed(_ seed: UInt64) -> CaseMachine? {
        var text = ""
        let whole = Array(RandomProgramme.text(seed: seed))
        var index = 0
        while index < whole.count {
            let before = index == 0 ? " " : whole[index - 1]
            if whole[index] == "a", index + 1 < whole.count, whole[index + 1].isNumber, !before.isLetter, before != "\""
            {
                text += "b"
            } else if whole[index].isNumber, !before.isNumber, !before.isLetter,
                let count = Int(String(whole[index...].prefix { $0.isNumber })),
                String(whole[(index + String(count).count)...].prefix(5)) == " days"
            {
                text += String(count + 1)
                index += String(count).count
                continue
            } else {
                text.append(whole[index])
            }
            index += 1
        }
        return try? Trial.machine(text, days: "{{ visit.first }}")
    }

    static func map(_ machine: CaseMachine) -> MigrationMap {
        let states = machine.programme.statesOrder.filter { $0.hasPrefix("a") }
        return MigrationMap(names: [
            .state: Dictionary(uniqueKeysWithValues: states.map { ($0, "b" + $0.dropFirst()) })
        ])
    }

    /// A case of a walk, with all that was due fired; nil where it ended on the way.
    static func rested(_ found: Found, salt: UInt64, commands: Int) -> (walk: RandomWalk, c: Case)? {
        guard var walk = `Twin runs of random programmes`.walk(found, commands: commands, salt: salt) else {
            return nil
        }
        let tick = found.machine.apply(.tick, by: .service, at: walk.now, to: walk.c)
        walk.book(tick)
        guard tick.case.end == nil else { return nil }
        walk.c = tick.case
        return (walk, tick.case)
    }

    static func migrate(
        _ c: Case, from old: CaseMachine, to new: CaseMachine, _ map: MigrationMap, spoil: Spoil? = nil
    ) -> (after: Transition, k: Counterparts)? {
        let k = Counterparts(from: old, to: new, by: map)
        guard case .moves(var after) = new.migrate(c, by: k, actor: Drive.desk, at: c.lastAt) else { return nil }
        spoil?(c, &after)
        return (after, k)
    }

    /// What a migration to the same programme changed, which must be nothing.
    static func differences(_ before: Case, _ after: Transition) -> [String] {
        var same = `Twin runs of random programmes`.plain(after.case)
        same.programme = before.programme
        let former = `Twin runs of random programmes`.plain(before)
        var result: [String] = []
        if same.tasks != former.tasks { result.append("I28: tasks") }
        if same.timers != former.timers { result.append("I28: timers") }
        if same.fired != former.fired { result.append("I28: what has fired") }
        if same.effects != former.effects { result.append("I28: effects") }
        if same != former, result.isEmpty { result.append("I28: the case") }
        if !after.effects.isEmpty || !after.effectsRecalled.isEmpty { result.append("I28: the outbox") }
        if after.notes.map(\.kind) != [.migrated] { result.append("I28: notes \(after.notes.map(\.kind))") }
        return result
    }

    /// What a migration to a changed programme said or fired a second time, at once or in what follows.
    static func repetitions(_ found: Found, salt: UInt64, spoil: Spoil? = nil) -> [String]? {
        guard let new = changed(found.seed), let (walk, before) = rested(found, salt: salt, commands: 14),
            let (after, k) = migrate(before, from: found.machine, to: new, map(found.machine), spoil: spoil)
        else { return nil }
        var result: [String] = []
        let asked = Set(before.tasks.map(\.number)).intersection(after.case.tasks.map(\.number))
        for effect in after.effects {
            guard let wording = effect.pending.wording, wording.message == "task" else { continue }
            if asked.contains(wording.task ?? 0) { result.append("I28: task \(wording.task ?? 0) is told again") }
        }
        let translation = CaseTranslation(k)
        var next = RandomWalk(machine: new, draw: walk.draw)
        next.c = after.case
        next.now = max(walk.now, after.case.lastAt)
        next.outbox = walk.outbox
        next.ledger = walk.ledger
        next.everFired = Set(walk.everFired.map(translation.key))
        let once = next.everFired
        next.book(after)
        for _ in 0..<15 where next.c.end == nil && result.isEmpty {
            let invariants = Invariants(machine: new, case: next.c)
            invariants.ofCase()
            result += invariants.broken
            let armed = next.c.timers.filter { timer in
                if case .line = timer.kind { once.contains(timer.key) } else { false }
            }
            result += armed.map { "I28: \($0.key) is armed again" }
            let step = next.step()
            invariants.ofStep(from: step.before, step.entry, step.after)
        }
        return result
    }

    @Test func `I28: a migration to the same programme changes nothing`() {
        var compared = 0
        for found in `Properties of random programmes`.machines {
            guard let (_, before) = Self.rested(found, salt: 28, commands: 12),
                let (after, _) = Self.migrate(before, from: found.machine, to: Self.twin(found.machine), MigrationMap())
            else { continue }
            #expect(Self.differences(before, after) == [], "programme \(found.seed)")
            compared += 1
        }
        #expect(compared > `Properties of random programmes`.machines.count / 5)
    }

    @Test func `I28: what fired or was sent before a migration does not come again after it`() {
        var compared = 0
        let machines = `Properties of random programmes`.machines
        for found in machines.prefix(machines.count / 2) {
            guard let repetitions = Self.repetitions(found, salt: 29) else { continue }
            #expect(repetitions == [], "programme \(found.seed)")
            compared += 1
        }
        #expect(compared > machines.count / 10)
    }

    static let breaks: [BrokenVariant] = [
        BrokenVariant("I28", "what has fired is forgotten") { before, after in
            guard !before.fired.isEmpty else { return }
            after.case.fired = []
        },
        BrokenVariant("I28", "tasks are opened anew and told") { before, after in
            guard let told = before.effects.first(where: { $0.wording?.message == "task" }),
                before.tasks.contains(where: { $0.number == told.wording?.task })
            else { return }
            var again = told
            again.key += "x"
            after.case.effects.append(again)
            after.effects.append(
                NewEffect(
                    pending: again, input: [:], mode: "make", order: 0, notBefore: before.lastAt, ifUnsure: .ask))
        },
        BrokenVariant("I28", "states are entered anew") { _, after in
            after.case.region.entry = after.case.nextEntry
            after.case.nextEntry += 1
        },
        BrokenVariant("I28", "a clock keeps the instant of the former version") { before, after in
            guard !after.case.timers.isEmpty else { return }
            after.case.timers[0].at = after.case.timers[0].at.adding(seconds: 3_600)
        },
    ]

    @Test(arguments: breaks) func `I28: a broken migration is noticed`(variant: BrokenVariant) {
        var same = false
        var changed = false
        for found in `Properties of random programmes`.machines.prefix(120) where !same || !changed {
            if let (_, before) = Self.rested(found, salt: 28, commands: 12),
                let (after, _) = Self.migrate(
                    before, from: found.machine, to: Self.twin(found.machine), MigrationMap(), spoil: variant.spoil)
            {
                same = same || !Self.differences(before, after).isEmpty
            }
            changed = changed || !(Self.repetitions(found, salt: 29, spoil: variant.spoil) ?? []).isEmpty
        }
        #expect(same, "the same programme")
        #expect(changed, "a changed programme")
    }
}
