import Calendars
import Engine
import Expressions
import Synchronization
import Testing

@testable import Exchange

/// Properties that compare two ways of doing the same, as functions that say whether they hold, so that a machine broken
/// on purpose can be put to them too.
enum TwinProperty {
    typealias Found = (seed: UInt64, machine: CaseMachine)
    typealias Spoil = @Sendable (_ command: Command, _ before: Case, inout Transition) -> Void

    static func apply(
        _ machine: CaseMachine, _ c: Case, _ command: Command, at now: Instant, by actor: Actor = .service,
        full: Set<String> = [], _ spoil: Spoil?
    ) -> Case {
        var after = machine.apply(command, by: actor, at: now, to: c, full: full)
        spoil?(command, c, &after)
        return after.case
    }

    private static func plain(_ c: Case) -> Case { `Twin runs of random programmes`.plain(c) }

    private static func walk(_ found: Found, _ commands: Int, _ salt: UInt64) -> RandomWalk? {
        `Twin runs of random programmes`.walk(found, commands: commands, salt: salt)
    }

    /// I8: the journal alone gives the case.
    static func replays(_ found: Found, _ spoil: Spoil?) -> Bool? {
        var walk = RandomWalk(machine: found.machine, draw: Draw(seed: found.seed))
        if let spoil { walk.spoil = { before, after in spoil(.tick, before, &after) } }
        for _ in 0..<15 { _ = walk.step() }
        var c = found.machine.start(
            id: "c-1", reference: "T-1", people: walk.people, origin: [:], by: .service, at: RandomWalk.start
        ).case
        for entry in walk.journal {
            c = apply(found.machine, c, entry.command, at: entry.now, by: entry.actor, full: entry.full, spoil)
        }
        return c.packed() == walk.c.packed()
    }

    /// I9: what is read back from the store is what was decided, whole, and goes on the same way.
    static func isStoredWhole(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 10, 9), let stored = try? Case(packed: walk.c.packed()) else { return nil }
        var read = Transition(case: stored, verdict: .accepted)
        spoil?(.tick, walk.c, &read)
        return read.case == walk.c && read.case.packed() == walk.c.packed()
    }

    /// I14: a date that moves there and back leaves every instant where it was.
    static func movesBack(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 6, 14), walk.c.hold == nil else { return nil }
        func move(_ c: Case, _ days: Int) -> Case {
            let day = Zone.utc.date(of: walk.c.lastAt).adding(days: 150 + days).iso
            return apply(
                found.machine, c,
                .decide(
                    name: "move", member: nil, values: ["days": ExchangeTests.days(day, day)], reason: nil),
                at: walk.c.lastAt, by: Drive.desk, spoil)
        }
        let known = move(walk.c, 0)
        let there = move(known, 40)
        let back = move(there, 0)
        guard known.region == back.region, known.fired == back.fired, there.fired == back.fired, known.end == nil,
            known.members.map(\.region) == back.members.map(\.region)
        else { return nil }
        let lines = `Twin runs of random programmes`.lines
        return lines(back) == lines(known) && back.tasks.map(\.dueAt) == known.tasks.map(\.dueAt)
    }

    /// I18: a hold of an instant changes nothing.
    static func holdsForNothing(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 8, 18), walk.c.hold == nil else { return nil }
        let now = walk.c.lastAt
        let rested = apply(found.machine, walk.c, .tick, at: now, nil)
        let held = apply(found.machine, rested, .hold(reason: "x", until: nil), at: now, by: Drive.desk, spoil)
        guard held.hold != nil, !rested.tasks.contains(where: { $0.holders.contains { $0.outcome != nil } }) else {
            return nil
        }
        return plain(apply(found.machine, held, .resume(reason: "x"), at: now, by: Drive.desk, spoil))
            == plain(rested)
    }

    /// I20: answers of two members commute.
    static func commutes(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 10, 200), walk.c.hold == nil else { return nil }
        let open = walk.c.tasks.filter { $0.isDeclared && $0.region != .case && !$0.holders.isEmpty }
        guard let one = open.first, let other = open.last, one.region != other.region else { return nil }
        func both(_ order: [OpenTask]) -> Case {
            order.reduce(walk.c) { c, task in
                let values: [String: Value] = task.form == "wish" ? ["size": .int(3)] : [:]
                let command = Command.answer(
                    task: task.number, outcome: found.machine.choices(of: task, in: walk.c).first, values: values,
                    reason: nil)
                let holder = task.holders[0]
                return apply(
                    found.machine, c, command, at: walk.c.lastAt, by: Actor(id: holder.party.id, role: holder.role),
                    spoil)
            }
        }
        let (left, right) = (both([one, other]), both([other, one]))
        guard left.region.entry == walk.c.region.entry, right.region.entry == walk.c.region.entry,
            left.members.count == right.members.count
        else { return nil }
        return left.members.map(\.region.state) == right.members.map(\.region.state)
            && left.members.map { $0.answers.mapValues { $0.newest?.values } }
                == right.members.map { $0.answers.mapValues { $0.newest?.values } }
            && left.effects.map(\.label).sorted() == right.effects.map(\.label).sorted()
    }

    /// I25: what comes twice, late or from nowhere moves no region.
    static func ignoresTheLate(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 10, 25) else { return nil }
        let rested = apply(found.machine, walk.c, .tick, at: walk.c.lastAt, nil)
        guard rested.end == nil else { return nil }
        let late: [Command] = [
            .candidates(entry: rested.nextEntry + 9, found: [], excluded: []),
            .ranked(entry: rested.nextEntry + 9, result: "in"),
            .effectFinished(key: "gone", result: .failed(code: "x", message: "y")),
            .answer(task: rested.nextTask + 9, outcome: "go", values: [:], reason: nil),
        ]
        return late.allSatisfy { command in
            let after = apply(found.machine, rested, command, at: rested.lastAt, spoil)
            return after.region == rested.region && after.members.map(\.region) == rested.members.map(\.region)
        }
    }

    /// I21: one command makes no more moves than the bound.
    static func restsInTime(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = walk(found, 10, 21) else { return nil }
        var after = found.machine.apply(
            .tick, by: .service, at: walk.c.lastAt.adding(seconds: 20 * 86_400), to: walk.c)
        spoil?(.tick, walk.c, &after)
        let fired = after.notes.count { $0.kind == .late || $0.kind == .reminded || $0.kind == .skipped }
        let run = CaseRun(machine: found.machine, case: after.case, actor: .service, now: after.case.lastAt)
        return after.notes.count { $0.kind == .moved } <= (fired + walk.c.timers.count + 1) * run.microstepLimit
    }
}

/// A machine that is broken in one way, and the twin property that must notice it.
struct BrokenTwin: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let holds: @Sendable (TwinProperty.Found, TwinProperty.Spoil?) -> Bool?
    let spoil: TwinProperty.Spoil

    init(
        _ words: String, _ holds: @escaping @Sendable (TwinProperty.Found, TwinProperty.Spoil?) -> Bool?,
        _ spoil: @escaping TwinProperty.Spoil
    ) {
        (testDescription, self.holds, self.spoil) = (words, holds, spoil)
    }

    private static let calls = Mutex(0)

    /// 1, 2, 3 … whoever asks.
    private static func next() -> Int {
        calls.withLock { count in
            count += 1
            return count
        }
    }

    static let all = [chance, store, anchor, hold, order, rest, late]

    private static let chance = BrokenTwin("I8: chance that stands in no journal", TwinProperty.replays) {
        _, _, after in
        after.case.nextOrder += next() % 7
    }

    private static let store = BrokenTwin("I9: the store forgets what has fired", TwinProperty.isStoredWhole) {
        _, _, after in after.case.fired = []
    }

    private static let anchor = BrokenTwin("I14: an anchor counts from the last result", TwinProperty.movesBack) {
        command, _, after in
        guard case .decide = command else { return }
        for index in after.case.timers.indices {
            after.case.timers[index].at = after.case.timers[index].at.adding(seconds: Int64(after.case.version))
        }
    }

    private static let hold = BrokenTwin("I18: a hold counts the day on which it began", TwinProperty.holdsForNothing) {
        command, _, after in
        if case .resume = command { after.case.region.shiftedDays += 1 }
    }

    private static let order = BrokenTwin("I20: an answer reads how many came before", TwinProperty.commutes) {
        command, before, after in
        guard case .answer(let number, _, _, _) = command,
            case .member(let member)? = before.tasks.first(where: { $0.number == number })?.region,
            let index = after.case.members.firstIndex(where: { $0.number == member })
        else { return }
        after.case.members[index].region.state += String(after.case.version)
    }

    private static let rest = BrokenTwin("I21: a move that never rests", TwinProperty.restsInTime) { _, _, after in
        let note = Note(kind: .moved, at: after.case.lastAt, region: .case, words: ["a0", "a1", ""])
        after.notes += Array(repeating: note, count: 50_000)
    }

    private static let late = BrokenTwin("I25: an answer from nowhere moves the case", TwinProperty.ignoresTheLate) {
        command, _, after in
        if case .ranked = command { after.case.region.entry += 1 }
    }
}

/// The twin properties hold on the machine, and each is shown to fail on one that is broken on purpose.
@Suite(.serialized) struct `Twin properties notice a broken machine` {
    private static let most = 60

    @Test(arguments: BrokenTwin.all) func `the machine keeps it, and the break is noticed`(twin: BrokenTwin) {
        var (compared, noticed) = (0, false)
        for found in `Properties of random programmes`.machines.prefix(Self.most) {
            guard let holds = twin.holds(found, nil) else { continue }
            #expect(holds, "programme \(found.seed)")
            compared += 1
            if !noticed, twin.holds(found, twin.spoil) == false { noticed = true }
            if noticed, compared >= 12 { break }
        }
        #expect(compared > 2)
        #expect(noticed)
    }

    @Test func `I25: what comes twice, late or from nowhere moves nothing`() {
        for found in `Properties of random programmes`.machines.prefix(Self.most) {
            guard let holds = TwinProperty.ignoresTheLate(found, nil) else { continue }
            #expect(holds, "programme \(found.seed)")
        }
    }
}

/// Working days, by the calendar that clocks use.
@Suite struct `Working days of clocks` {
    private static func calendar(_ draw: inout Draw) -> WorkingCalendar {
        let first = LocalDate(iso: "2027-01-01") ?? LocalDate(day: 0)
        let week = Set((1...7).filter { _ in draw.happens(70) } + [3])
        let holidays = Set((0..<40).map { _ in first.adding(days: draw.below(800)) })
        return WorkingCalendar(week: week, holidays: holidays, knownUntil: nil)
    }

    /// What the invariant says of a way to count; nil: it holds.
    private static func mistake(_ calendar: WorkingCalendar, _ add: (Int, LocalDate) -> LocalDate) -> String? {
        let first = LocalDate(iso: "2027-03-01") ?? LocalDate(day: 0)
        for start in (0..<40).map({ first.adding(days: $0) }) {
            for count in 1...15 {
                let land = add(count, start)
                if !calendar.isWorking(land) { return "\(start.iso) + \(count) lands on \(land.iso)" }
                if add(count + 1, start) <= land { return "\(start.iso) + \(count + 1) is no later" }
                if calendar.isWorking(start), add(-count, land) != start { return "\(land.iso) - \(count) is another" }
            }
        }
        return nil
    }

    @Test func `I29: land on working days, each later than the one before, and back again`() {
        for seed in 0..<20 {
            var draw = Draw(seed: UInt64(seed))
            let calendar = Self.calendar(&draw)
            #expect(Self.mistake(calendar) { calendar.adding(workingDays: $0, to: $1) } == nil, "seed \(seed)")
            // Counting the base, or forgetting the holidays, is noticed.
            #expect(Self.mistake(calendar) { calendar.adding(workingDays: $0 - $0.signum(), to: $1) } != nil)
            #expect(Self.mistake(calendar) { $1.adding(days: $0) } != nil)
        }
    }
}
