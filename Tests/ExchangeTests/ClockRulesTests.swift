import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Clocks` {
    /// One task with a clock; `line` is what stands in the clock.
    static func waiting(_ clock: String, task: String = "{who: requester}") -> String {
        """
        stages:
          request:
            draft:
              task: \(task)
              clock: \(clock)
              next: {submit: checked}
            checked:
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        ends: {closed: fulfilled, expired: expired}
        """
    }

    @Test func `R10: reminders come at nine, ends when the day is over`() throws {
        let drive = try Drive(Self.waiting("{30 days: remind, 31 days: {escalate: head}, 32 days: expired}"))
        #expect(drive.armed == ["2026-04-01T09:00", "2026-04-02T09:00", "2026-04-04T00:00"])
    }

    @Test func `R10: a reminder and an end of the same count are no tie`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired, 30 days at 09:00: {send: {news: requester}}}"))
        drive.run(to: "2026-04-01T12:00")
        #expect(drive.count("news") == 1)
        #expect(drive.state == "draft")
        drive.run(to: "2026-04-02T00:00")
        #expect(drive.state == "expired")
    }

    @Test func `R10: hours are exact`() throws {
        let drive = try Drive(Self.waiting("{48 hours: expired}"))
        #expect(drive.armed == ["2026-03-04T08:00"])
    }

    @Test func `R11: the day of entering is day 0, months count from the base`() throws {
        let drive = try Drive(
            Self.waiting("{every month up to 3 times: remind, 4 months: expired}"), at: "2026-01-31T10:00")
        #expect(drive.armed == ["2026-02-28T09:00", "2026-03-31T09:00", "2026-04-30T09:00", "2026-06-01T00:00"])
    }

    @Test func `R13: within the tolerance a timer acts at its due instant`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.tick("2026-04-02T00:14")
        #expect(drive.c.end?.at == instant("2026-04-02"))
    }

    @Test func `R13: logical time never runs back`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.tick("2026-03-10T08:00")
        drive.answer("submit", at: "2026-03-09T08:00")
        #expect(drive.c.region.enteredAt == instant("2026-03-10T08:00"))
        #expect(drive.c.lastAt == instant("2026-03-10T08:00"))
    }

    @Test func `R14: an end voids the reminders of its instant`() throws {
        var drive = try Drive(Self.waiting("{30 days at 09:00: expired, 30 days: remind}"))
        drive.run(to: "2026-04-05T00:00")
        #expect(drive.state == "expired")
        #expect(drive.count("reminder") == 0)
    }

    @Test func `R14: an escalation comes before a reminder of its instant`() throws {
        var drive = try Drive(Self.waiting("{9 days: remind, 9 days at 09:00: {escalate: head}, 30 days: expired}"))
        drive.run(to: "2026-03-11T09:00")
        let kinds = drive.notes.map(\.kind).filter { $0 == .escalated || $0 == .reminded }
        #expect(kinds == [.escalated, .reminded])
    }

    @Test func `R15: at the very instant of the end the person wins`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.answer("submit", at: "2026-04-02T00:00")
        #expect(drive.last.verdict == .accepted)
        #expect(drive.state == "checked")
    }

    @Test func `R15: the stamp decides, not the scheduler`() throws {
        // Nothing ticked for days; the answer came before the end, or a minute after.
        var early = try Drive(Self.waiting("{30 days: expired}"))
        early.answer("submit", at: "2026-04-01T23:59")
        #expect(early.state == "checked")
        var late = try Drive(Self.waiting("{30 days: expired}"))
        late.answer("submit", at: "2026-04-02T00:01")
        #expect(late.refusal == .hasEnded)
        #expect(late.c.end?.at == instant("2026-04-02"))
    }

    @Test func `R16: an outage in the last day puts the end off by its length`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.give(.outage(from: instant("2026-04-01T20:00"), to: instant("2026-04-02T02:00")), at: "2026-04-02T02:00")
        #expect(drive.state == "draft")
        #expect(drive.armed == ["2026-04-02T08:00"])
        drive.run(to: "2026-04-02T08:00")
        #expect(drive.state == "expired")
    }

    @Test func `R16: a long outage puts an end off by one working day at most`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.give(.outage(from: instant("2026-03-29T20:00"), to: instant("2026-04-03T02:00")), at: "2026-04-03T02:00")
        #expect(drive.armed == ["2026-04-07T00:00"])  // Friday night, then Monday
    }

    @Test func `R16: an end that lies later is not touched by an outage`() throws {
        var drive = try Drive(Self.waiting("{30 days: expired}"))
        drive.give(.outage(from: instant("2026-03-20T20:00"), to: instant("2026-03-20T23:00")), at: "2026-03-20T23:00")
        #expect(drive.armed == ["2026-04-02T00:00"])
    }

    @Test func `R17: an escalation tells, lets answer, and takes nothing away`() throws {
        var drive = try Drive(
            Self.waiting("{due: {escalate: head}, 60 days: expired}", task: "{who: requester, due: 10 days}"))
        let task = try #require(drive.c.tasks.first)
        #expect(task.dueAt == instant("2026-03-13"))
        drive.answer("submit", by: "fay", as: "head", at: "2026-03-12T10:00")
        #expect(drive.refusal != nil)
        drive.run(to: "2026-03-13T00:00")
        #expect(drive.state == "draft")
        #expect(drive.c.tasks.first?.number == task.number)
        #expect(drive.count("escalation", to: "fay") == 1)
        drive.answer("submit", by: "fay", as: "head", at: "2026-03-13T10:00")
        #expect(drive.state == "checked")
    }

    @Test func `R18: what has fired does not fire again while the entry lasts`() throws {
        var drive = try Drive(Self.waiting("{7 days: remind, 30 days: expired}"))
        drive.run(to: "2026-03-09T09:00")
        #expect(drive.count("reminder") == 1)
        drive.give(.tick)
        drive.give(.correct(form: "none", member: nil, values: [:], reason: "x"), by: Drive.desk)
        drive.run(to: "2026-03-20T09:00")
        #expect(drive.count("reminder") == 1)
    }

    @Test func `R24: who has answered is not reminded`() throws {
        var drive = try Drive(Self.waiting("{7 days: remind, 30 days: expired}", task: "{who: pair, need: all}"))
        drive.answer("submit", by: "cy", at: "2026-03-03T08:00")
        drive.run(to: "2026-03-10T09:00")
        #expect(drive.count("reminder", to: "cy") == 0)
        #expect(drive.count("reminder", to: "di") == 1)
    }

    @Test func `R24: a reminder that finds no reader is noted`() throws {
        let body = """
            forms:
              paper: {size: {type: number, question: How many?}}
            stages:
              request:
                draft:
                  task: {who: requester}
                  clock: {2 days: {remind: news}, 30 days: expired}
                  may: {strike: {who: desk, form: paper}}
                  next: {submit: closed}
            ends: {closed: fulfilled, expired: expired}
            """
        var drive = try Drive(body, people: ["desk": [Trial.party("eve")], "head": [Trial.party("fay")]])
        drive.run(to: "2026-03-04T09:00")
        #expect(drive.count("news") == 0)
    }

    @Test func `R48: the quiet watch is not put off by looking at the clock`() throws {
        let body = """
            stages:
              request:
                draft:
                  task: {who: requester}
                  clock: {5 and 40 days: remind, 200 days: {send: {news: requester}}}
                  may: {stop: {who: desk, to: closed}}
                  next: {submit: closed}
            ends: {closed: fulfilled}
            """
        let loose = body.replacing("200 days: {send: {news: requester}}", with: "200 days: {escalate: head}")
        var drive = try Drive(loose)
        var looked = drive
        drive.run(to: "2026-04-30T00:00")
        for day in 3...30 { looked.tick("2026-03-\(day < 10 ? "0" : "")\(day)T07:00") }
        looked.run(to: "2026-04-30T00:00")
        #expect(drive.count("quiet") == looked.count("quiet"))
        #expect(drive.c.timers == looked.c.timers)
    }
}
