import Calendars
import Engine
import Expressions
import Testing

@testable import Exchange

/// Properties that compare two ways of doing the same.
@Suite(.serialized) struct `Twin runs of random programmes` {
    typealias Found = (seed: UInt64, machine: CaseMachine)

    static var machines: [Found] { `Properties of random programmes`.machines }

    /// A walk of so many commands; nil: the case has ended on the way.
    static func walk(_ found: Found, commands: Int, salt: UInt64) -> RandomWalk? {
        var walk = RandomWalk(machine: found.machine, draw: Draw(seed: found.seed &* 104_729 &+ salt))
        for _ in 0..<commands where walk.c.end == nil { _ = walk.step() }
        return walk.c.end == nil ? walk : nil
    }

    /// The configuration without what merely counts commands.
    static func plain(_ c: Case) -> Case {
        var c = c
        c.version = 0
        c.journalNumber = 0
        return c
    }

    static func apply(
        _ machine: CaseMachine, _ c: Case, _ command: Command, at now: Instant, by actor: Actor = .service
    )
        -> Case
    {
        machine.apply(command, by: actor, at: now, to: c).case
    }

    /// Ticks at each armed instant, late by what the closure says.
    static func run(_ machine: CaseMachine, _ c: Case, to end: Instant, lag: () -> Int64 = { 0 }) -> Case {
        var c = c
        var now = c.lastAt
        for _ in 0..<2_000 {
            guard let next = c.timers.first?.at, next <= end else { break }
            now = min(max(next.adding(seconds: lag()), now), end)
            c = apply(machine, c, .tick, at: now)
        }
        return apply(machine, c, .tick, at: end)
    }

    @Test func `I8: the same journal gives the same bytes`() {
        for found in Self.machines.prefix(Self.machines.count / 2) {
            var walk = RandomWalk(machine: found.machine, draw: Draw(seed: found.seed))
            for _ in 0..<30 { _ = walk.step() }
            var c = found.machine.start(
                id: "c-1", reference: "T-1", people: walk.people, origin: [:], by: .service, at: RandomWalk.start
            ).case
            for entry in walk.journal {
                // What was read back from the store is as good as what never left memory (I9).
                let stored = try? Case(packed: c.packed())
                c =
                    found.machine.apply(
                        entry.command, by: entry.actor, at: entry.now, to: stored ?? c, full: entry.full
                    ).case
            }
            #expect(c.packed() == walk.c.packed(), "programme \(found.seed)")
        }
    }

    @Test func `I10: how late the scheduler is makes no difference within the tolerance`() {
        var compared = 0
        for found in Self.machines {
            guard let walk = Self.walk(found, commands: 8, salt: 10) else { continue }
            var draw = walk.draw
            let end = walk.c.lastAt.adding(seconds: Int64(draw.among(5...80)) * 86_400)
            let early = Self.run(found.machine, walk.c, to: walk.c.lastAt)
            let punctual = Self.run(found.machine, early, to: end)
            let late = Self.run(found.machine, early, to: end) { Int64(draw.below(14 * 60)) }
            #expect(Self.plain(late) == Self.plain(punctual), "programme \(found.seed)")
            // Looking at the clock in between changes nothing either.
            var looked = early
            for _ in 0..<5 {
                let middle = Instant(
                    milliseconds: looked.lastAt.milliseconds
                        + Int64(draw.below(Int(end.milliseconds - looked.lastAt.milliseconds) / 2 + 1)))
                looked = Self.run(found.machine, looked, to: middle)
            }
            looked = Self.run(found.machine, looked, to: end)
            #expect(Self.plain(looked) == Self.plain(punctual), "programme \(found.seed)")
            compared += 1
        }
        #expect(compared > Self.machines.count / 4)
    }

    /// Lines of clocks with their instants.
    static func lines(_ c: Case) -> [String: Instant] {
        var result: [String: Instant] = [:]
        for timer in c.timers { if case .line = timer.kind { result[timer.key] = timer.at } }
        return result
    }

    @Test func `I14: a date that moves there and back leaves every instant where it was`() {
        var compared = 0
        for found in Self.machines {
            guard let walk = Self.walk(found, commands: 6, salt: 14), walk.c.hold == nil else { continue }
            let now = walk.c.lastAt
            let today = Zone.utc.date(of: now)
            let first = today.adding(days: 150)
            func move(_ c: Case, by count: Int) -> Case {
                let day = first.adding(days: count).iso
                return Self.apply(
                    found.machine, c, .decide(name: "move", member: nil, values: ["days": days(day, day)], reason: nil),
                    at: now, by: Drive.desk)
            }
            let known = move(walk.c, by: 0)
            let there = move(known, by: 40)
            let back = move(there, by: 0)
            guard known.region == back.region, known.fired == back.fired, there.fired == back.fired,
                known.members.map(\.region) == back.members.map(\.region), known.end == nil
            else { continue }
            #expect(Self.lines(back) == Self.lines(known), "programme \(found.seed)")
            #expect(back.tasks.map(\.dueAt) == known.tasks.map(\.dueAt), "programme \(found.seed)")
            if Self.lines(there) != Self.lines(known) { compared += 1 }
        }
        #expect(compared > Self.machines.count / 10)
    }

    @Test func `I18: a hold of an instant or of hours of one day moves no day`() {
        var compared = 0
        for found in Self.machines {
            guard let walk = Self.walk(found, commands: 8, salt: 18), walk.c.hold == nil else { continue }
            let now = walk.c.lastAt
            let rested = Self.apply(found.machine, walk.c, .tick, at: now)
            let held = Self.apply(found.machine, rested, .hold(reason: "x", until: nil), at: now, by: Drive.desk)
            // An answer whose way on could not be chosen is tried again at every resume, which is meant.
            let hasVoices = rested.tasks.contains { $0.holders.contains { $0.outcome != nil } }
            guard held.hold != nil, !hasVoices else { continue }
            let same = Self.apply(found.machine, held, .resume(reason: "x"), at: now, by: Drive.desk)
            #expect(Self.plain(same) == Self.plain(rested), "programme \(found.seed)")
            compared += 1
            let evening = Zone.utc.startOfDay(Zone.utc.date(of: now).adding(days: 1)).adding(seconds: -60)
            guard rested.timers.first.map({ $0.at > evening }) ?? true else { continue }
            let later = Self.apply(found.machine, held, .resume(reason: "x"), at: evening, by: Drive.desk)
            let byDay = { (c: Case) in
                Self.lines(c).filter { key, _ in
                    !found.machine.lines.values.contains { line in
                        key.contains(".\(line.id).") && line.when.moments.contains { $0.contains { $0.unit == .hour } }
                    }
                }
            }
            #expect(byDay(later) == byDay(rested), "programme \(found.seed)")
        }
        #expect(compared > Self.machines.count / 5)
    }

    @Test func `I18: shifts of several holds add up`() throws {
        for found in Self.machines.prefix(60) {
            guard let walk = Self.walk(found, commands: 4, salt: 19), walk.c.hold == nil else { continue }
            var draw = walk.draw
            let start = walk.c.lastAt
            let middle = start.adding(seconds: Int64(draw.among(1...9)) * 86_400)
            let end = middle.adding(seconds: Int64(draw.among(1...9)) * 86_400)
            let held = Self.apply(found.machine, walk.c, .hold(reason: "x", until: nil), at: start, by: Drive.desk)
            guard held.hold != nil else { continue }
            let once = Self.apply(found.machine, held, .resume(reason: "x"), at: end, by: Drive.desk)
            var twice = Self.apply(found.machine, held, .resume(reason: "x"), at: middle, by: Drive.desk)
            twice = Self.apply(found.machine, twice, .hold(reason: "x", until: nil), at: middle, by: Drive.desk)
            twice = Self.apply(found.machine, twice, .resume(reason: "x"), at: end, by: Drive.desk)
            guard once.region.entry == twice.region.entry, once.end == nil else { continue }
            #expect(once.region.shiftedDays == twice.region.shiftedDays, "programme \(found.seed)")
            #expect(once.region.shiftedWorkingDays == twice.region.shiftedWorkingDays, "programme \(found.seed)")
            #expect(once.region.shiftedMilliseconds == twice.region.shiftedMilliseconds, "programme \(found.seed)")
        }
    }

    @Test func `I20: answers of two members at one instant commute`() {
        var compared = 0
        for found in Self.machines.prefix(Self.machines.count / 2) {
            for salt in 0..<4 {
                guard let walk = Self.walk(found, commands: 10, salt: 200 + UInt64(salt)), walk.c.hold == nil else {
                    continue
                }
                let open = walk.c.tasks.filter { $0.isDeclared && $0.region != .case && !$0.holders.isEmpty }
                guard let one = open.first, let other = open.last, one.region != other.region else { continue }
                var draw = walk.draw
                func answer(_ task: OpenTask) -> (Command, Actor) {
                    let choice = draw.one(of: found.machine.choices(of: task, in: walk.c))
                    let values: [String: Value] = task.form == "wish" ? ["size": .int(Int64(draw.below(6)))] : [:]
                    let holder = task.holders[0]
                    return (
                        .answer(task: task.number, outcome: choice, values: values, reason: nil),
                        Actor(id: holder.party.id, role: holder.role)
                    )
                }
                let (first, second) = (answer(one), answer(other))
                func both(_ order: [(Command, Actor)]) -> Case {
                    order.reduce(walk.c) { c, given in
                        Self.apply(found.machine, c, given.0, at: walk.c.lastAt, by: given.1)
                    }
                }
                let (left, right) = (both([first, second]), both([second, first]))
                guard left.region.entry == walk.c.region.entry, right.region.entry == walk.c.region.entry,
                    left.members.count == right.members.count
                else { continue }
                #expect(
                    left.members.map(\.region.state) == right.members.map(\.region.state), "programme \(found.seed)")
                let values = { (c: Case) in c.members.map { $0.answers.mapValues { $0.newest?.values } } }
                #expect(values(left) == values(right), "programme \(found.seed)")
                #expect(left.timers.map(\.at) == right.timers.map(\.at), "programme \(found.seed)")
                #expect(left.effects.map(\.label).sorted() == right.effects.map(\.label).sorted())
                compared += 1
            }
        }
        #expect(compared > 10)
    }

    @Test func `I27: an idle case ends, or settles into reminders of the staff`() {
        for found in Self.machines.prefix(Self.machines.count / 3) {
            for commands in [0, 6] {
                guard let walk = Self.walk(found, commands: commands, salt: 27) else { continue }
                let year: Int64 = 366 * 86_400
                let rested = Self.run(found.machine, walk.c, to: walk.c.lastAt.adding(seconds: 2 * year))
                var c = rested
                var strangers = 0
                var mails = 0
                let end = rested.lastAt.adding(seconds: year)
                while let next = c.timers.first?.at, next <= end {
                    let step = found.machine.apply(.tick, by: .service, at: next, to: c)
                    c = step.case
                    for effect in step.effects {
                        guard let role = effect.pending.wording?.role else { continue }
                        mails += 1
                        if !(found.machine.programme.people[role]?.isStaff ?? false) { strangers += 1 }
                    }
                }
                #expect(strangers == 0, "programme \(found.seed): \(strangers) mails to people who never answer")
                #expect(mails <= 400, "programme \(found.seed): \(mails) mails in a year")
                #expect(c.region.state == rested.region.state, "programme \(found.seed)")
            }
        }
    }

    @Test func `I23: votes decide as the rule says, whatever their order`() throws {
        for (need, panel) in [("any", 3), ("2", 3), ("all", 3), ("2", 2), ("3", 5), ("all", 1), ("2", 1), ("all", 0)] {
            let body = `People and agreement`.asking("{who: panel, need: \(need)}")
            let machine = try Trial.machine(body)
            for seed in 0..<40 {
                var draw = Draw(seed: UInt64(seed))
                var people = Trial.cast
                let ids = ["gus", "hal", "ida", "jon", "kay"].prefix(panel)
                people["panel"] = ids.map { Trial.party($0) }
                var drive = Drive(machine, people: people)
                drive.answer("submit", ["what": "tea"])
                var votes: [String: String] = [:]
                let needed = need == "any" ? 1 : need == "all" ? max(panel, 1) : Int(need) ?? 0
                for id in ids.shuffled(using: &draw.chance) where drive.c.end == nil {
                    let vote = draw.happens(65) ? "yes" : "no"
                    votes[id] = vote
                    drive.answer(vote, by: id, as: "panel")
                    let consenting = votes.values.count { $0 == "yes" }
                    let isAgreed = consenting >= needed
                    let isLost = consenting + panel - votes.count < needed && votes.values.contains("no")
                    let isFirstNo = need == "any" && vote == "no"
                    #expect((drive.state == "closed") == isAgreed, "need \(need) of \(panel): \(votes)")
                    #expect((drive.state == "refused") == (isLost || isFirstNo), "need \(need) of \(panel): \(votes)")
                }
                if panel == 0 { #expect(drive.state == "asked") }
            }
        }
    }
}
