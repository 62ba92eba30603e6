import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Faults, holds and never nowhere to go` {
    static let dividing = """
        forms:
          plan: {parts: {type: number, required: yes, question: How many?}, days: {type: dates, question: When?}, rate: {type: number, question: Rate?}}
        dates:
          visit: {from: plan.days}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {7 days: remind, 8 working days: {escalate: head}, 30 days: expired}
              next:
                submit:
                  - {if: "plan.rate > 0.0", to: waiting}
                  - {to: refused}
            waiting:
              task: {who: pair, need: all}
              clock: {48 hours: remind, 5 days: remind, 6 working days: {escalate: head}, visit: closed, 300 days: expired}
              as-soon-as: [{if: "plan.rate > 100.0", to: refused}]
              next: {done: closed, no: refused}
        may:
          pause: {who: desk, hold: up to 20 days}
          leave: {who: requester, to: gone}
        ends: {closed: fulfilled, expired: expired, refused: refused, gone: withdrawn}
        """

    static func draft() throws -> Drive { try Drive(dividing) }

    static func waiting(_ visit: String = "2026-06-10") throws -> Drive {
        var drive = try draft()
        drive.answer("submit", ["parts": .int(2), "rate": .int(1), "days": days(visit, visit)])
        return drive
    }

    static func isStuck(_ drive: Drive) -> Bool {
        drive.c.tasks.contains { if case .stuck = $0.kind { true } else { false } }
    }

    @Test func `R46: an error in a condition takes no way, not even the last, and keeps the answer`() throws {
        var drive = try Self.draft()
        drive.answer("submit", ["parts": .int(2)])
        #expect(drive.last.verdict == .accepted)
        #expect(drive.state == "draft")
        #expect(drive.c.answers["plan"]?.isKnown ?? false)
        #expect(Self.isStuck(drive))
    }

    @Test func `R46: correcting the data frees the case, and the answer counts`() throws {
        var drive = try Self.draft()
        drive.answer("submit", ["parts": .int(2)])
        drive.give(
            .correct(
                form: "plan", member: nil, values: ["rate": .int(1)], reason: "forgotten"),
            by: Drive.desk)
        #expect(drive.state == "waiting")
        #expect(drive.c.stuck.isEmpty)
        #expect(!Self.isStuck(drive))
    }

    @Test func `R46: an error in an automatic condition is not true, and noted once`() throws {
        var drive = try Self.waiting()
        drive.give(.correct(form: "plan", member: nil, values: ["rate": .null], reason: "x"), by: Drive.desk)
        #expect(drive.state == "waiting")
        drive.tick("2026-03-03T08:00")
        drive.tick("2026-03-03T09:00")
        #expect(drive.notes.count { $0.kind == .fault } == 1)
    }

    @Test func `R47: a case on hold fires nothing but its review`() throws {
        var drive = try Self.waiting()
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk)
        drive.run(to: "2026-07-20T00:00")
        #expect(drive.state == "waiting")
        #expect(drive.count("reminder", to: "cy") == 0)
        #expect(drive.notes.count { $0.kind == .held && $0.words.last == "review" } == 4)
        #expect(drive.c.tasks.contains { $0.kind == .holdReview })
    }

    @Test func `R47: what is counted in days goes on where the hold began`() throws {
        var drive = try Self.waiting()
        #expect(drive.armed.prefix(2) == ["2026-03-04T08:00", "2026-03-04T08:00"])
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk, at: "2026-03-03T08:00")
        drive.give(.resume(reason: "over"), by: Drive.desk, at: "2026-03-13T10:00")
        // 48 hours by the time of the hold, 5 days by 10 days, 6 working days by 8 of them.
        #expect(
            drive.armed.prefix(5) == [
                "2026-03-14T10:00", "2026-03-14T10:00", "2026-03-17T09:00", "2026-03-17T09:00", "2026-03-20T09:00",
            ])
    }

    @Test func `R47: what hangs on a date keeps its instants`() throws {
        var drive = try Self.waiting("2026-03-20")
        let before = drive.armed.filter { $0.hasPrefix("2026-03-20") }
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk, at: "2026-03-03T08:00")
        drive.give(.resume(reason: "over"), by: Drive.desk, at: "2026-03-13T10:00")
        #expect(drive.armed.filter { $0 == "2026-03-20T00:00" } == before.filter { $0 == "2026-03-20T00:00" })
        #expect(drive.armed.contains("2026-03-20T00:00"))
    }

    @Test func `R47: what passed during the hold is missed at resume, an end asks`() throws {
        var drive = try Self.waiting("2026-03-10")
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk, at: "2026-03-03T08:00")
        drive.give(.resume(reason: "over"), by: Drive.desk, at: "2026-03-13T10:00")
        #expect(drive.state == "waiting")
        #expect(drive.c.tasks.contains { if case .late = $0.kind { true } else { false } })
    }

    @Test func `R47: answers during a hold are kept, and count when it ends`() throws {
        var drive = try Self.waiting()
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk)
        drive.answer("done", by: "cy")
        drive.answer("done", by: "di")
        #expect(drive.state == "waiting")
        drive.give(.resume(reason: "over"), by: Drive.desk)
        #expect(drive.state == "closed")
    }

    @Test func `R47: a state that was entered on hold counts from its entering`() throws {
        var drive = try Self.draft()
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk)
        drive.give(.moveByHand(to: "waiting", member: nil, reason: "agreed"), by: Drive.desk, at: "2026-03-10T08:00")
        #expect(drive.c.tasks.filter(\.isDeclared).isEmpty)
        drive.give(.resume(reason: "over"), by: Drive.desk, at: "2026-03-12T08:00")
        #expect(drive.c.region.shiftedDays == 2)
        #expect(drive.c.tasks.filter(\.isDeclared).count == 1)
    }

    @Test func `R47: holding twice changes the reason, not the beginning`() throws {
        var drive = try Self.waiting()
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk, at: "2026-03-03T08:00")
        drive.give(.hold(reason: "flood", until: nil), by: Drive.desk, at: "2026-03-05T08:00")
        #expect(drive.c.hold?.since == instant("2026-03-03T08:00"))
        #expect(drive.c.hold?.reason == "flood")
    }

    @Test func `R47: a hold with a last day is reviewed on that day`() throws {
        var drive = try Self.waiting()
        drive.decide("pause")
        #expect(drive.c.hold?.reviewAt == instant("2026-03-23"))
    }

    @Test func `R51: what may be decided anywhere works on hold`() throws {
        var drive = try Self.waiting()
        drive.give(.hold(reason: "strike", until: nil), by: Drive.desk)
        drive.decide("leave", by: "ann", as: "requester")
        #expect(drive.state == "gone")
        #expect(drive.c.hold == nil && drive.c.timers.isEmpty)
    }

    @Test func `R48: a task that nobody can take is before the staff at once`() throws {
        var people = Trial.cast
        people["pair"] = []
        var drive = try Drive(Self.dividing, people: people)
        drive.answer("submit", ["parts": .int(2), "rate": .int(1), "days": days("2026-06-10", "2026-06-10")])
        let task = try #require(drive.c.tasks.first { if case .stuck = $0.kind { true } else { false } })
        #expect(task.holders.map(\.party.id) == ["eve"])
        #expect(drive.count("task", to: "eve") == 1)
    }

    @Test func `R48: a task for the staff is told again until somebody acts`() throws {
        var people = Trial.cast
        people["pair"] = []
        var drive = try Drive(Self.dividing, people: people)
        drive.answer("submit", ["parts": .int(2), "rate": .int(1), "days": days("2026-06-10", "2026-06-10")])
        drive.run(to: "2026-03-20T00:00")
        #expect(drive.count("reminder", to: "eve") == 4)
    }

    @Test func `R49: staff alone hold, resume, cancel, reassign, correct and move by hand`() throws {
        var drive = try Self.waiting()
        let outsider = Actor(id: "cy", role: "pair")
        let commands: [Command] = [
            .hold(reason: "x", until: nil), .resume(reason: "x"), .cancel(reason: "x"),
            .reassign(role: "pair", to: [Trial.party("zoe")], reason: "x"),
            .correct(form: "plan", member: nil, values: ["parts": .int(1)], reason: "x"),
            .moveByHand(to: "draft", member: nil, reason: "x"),
        ]
        for command in commands {
            drive.give(command, by: outsider)
            #expect(drive.refusal != nil)
        }
        drive.give(.moveByHand(to: "draft", member: nil, reason: ""), by: Drive.desk)
        #expect(drive.refusal != nil)
        drive.give(.moveByHand(to: "draft", member: nil, reason: "again"), by: Drive.desk)
        #expect(drive.state == "draft")
    }

    @Test func `R50: an ended case takes no command but results and the clock`() throws {
        var drive = try Self.waiting()
        drive.decide("leave", by: "ann", as: "requester")
        drive.give(.hold(reason: "x", until: nil), by: Drive.desk)
        #expect(drive.refusal == .hasEnded)
        drive.tick("2027-01-01T00:00")
        #expect(drive.last.verdict == .accepted)
    }
}

@Suite struct `Data clocks` {
    static let keeping = """
        forms:
          pass: {number: {type: text, privacy: identity, erase: 30 days after visit ends, question: Number?}, days: {type: dates, question: When?}, name: {type: text, question: Name?}}
        dates:
          visit: {from: pass.days}
        stages:
          request:
            draft:
              task: {who: requester, form: pass}
              clock: {30 days: expired}
              next: {submit: closed}
        ends: {closed: fulfilled, expired: expired}
        """.replacing("  pass: {", with: "  pass:\n    {")

    @Test func `R50: an answer is erased when its time is over, after the end too`() throws {
        var drive = try Drive(Self.keeping)
        drive.answer("submit", ["number": "P1", "name": "Ann", "days": days("2026-06-10", "2026-06-12")])
        #expect(drive.c.end != nil)
        drive.run(to: "2026-07-12T23:00")
        #expect(drive.c.answers["pass"]?.newest?.values["number"] != nil)
        drive.run(to: "2026-07-13T00:00")
        #expect(drive.c.answers["pass"]?.newest?.values["number"] == nil)
        #expect(drive.c.answers["pass"]?.newest?.values["name"] == "Ann")
        #expect(drive.c.timers.isEmpty)
    }

    @Test func `R50: where the date never came it counts from the end`() throws {
        var drive = try Drive(Self.keeping)
        drive.answer("submit", ["number": "P1"])
        drive.run(to: "2026-04-01T23:00")
        #expect(drive.c.answers["pass"]?.newest?.values["number"] != nil)
        drive.run(to: "2026-04-02T00:00")
        #expect(drive.c.answers["pass"]?.newest?.values["number"] == nil)
    }
}
