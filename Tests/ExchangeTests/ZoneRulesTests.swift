import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Zones and working days` {
    static let visiting = """
        forms:
          plan: {days: {type: dates, question: When?}, where: {type: text, question: Which time zone?}}
        dates:
          visit: {from: plan.days, zone: plan.where}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: waiting}
            waiting:
              task: {who: pair, need: all}
              clock: {3 days: remind, 2 working days before visit: {escalate: head}, visit: expired}
              may: {rewrite: {who: desk, form: plan}}
              next: {done: closed}
        ends: {closed: fulfilled, expired: expired}
        """

    static func waiting(_ answers: [String: Value], people: [String: [Party]] = Trial.cast) throws -> Drive {
        var drive = try Drive(visiting, people: people)
        drive.answer("submit", answers)
        return drive
    }

    @Test func `R25: a deadline lies in the zone of the place, and in the hub's while that is unknown`() throws {
        var drive = try Self.waiting(["days": days("2026-06-10", "2026-06-10")])
        #expect(drive.armed.suffix(2) == ["2026-06-08T09:00", "2026-06-10T00:00"])
        drive.give(
            .correct(form: "plan", member: nil, values: ["where": "Asia/Tokyo"], reason: "now known"), by: Drive.desk)
        #expect(drive.armed.suffix(2) == ["2026-06-08T00:00", "2026-06-09T15:00"])
    }

    @Test func `R25: a reminder to two readers is two timers, each in the reader's zone`() throws {
        var people = Trial.cast
        people["pair"] = [Trial.party("cy", zone: "America/Bogota"), Trial.party("di", zone: "Asia/Tokyo")]
        var drive = try Self.waiting(["days": days("2026-06-10", "2026-06-10")], people: people)
        #expect(drive.armed.prefix(2) == ["2026-03-05T00:00", "2026-03-05T14:00"])
        drive.run(to: "2026-03-05T00:00")
        #expect(drive.count("reminder", to: "di") == 1)
        #expect(drive.count("reminder", to: "cy") == 0)
        drive.run(to: "2026-03-05T14:00")
        #expect(drive.count("reminder", to: "cy") == 1)
    }

    @Test func `R25: a zone that becomes known is no new timer`() throws {
        var drive = try Self.waiting(["days": days("2026-06-10", "2026-06-10")])
        drive.run(to: "2026-06-08T09:00")
        #expect(drive.count("escalation", to: "fay") == 1)
        drive.give(
            .correct(form: "plan", member: nil, values: ["where": "America/Bogota"], reason: "now known"),
            by: Drive.desk)
        drive.run(to: "2026-06-09T09:00")
        #expect(drive.count("escalation", to: "fay") == 1)
    }

    @Test func `R26: working days leave holidays out, and land on a working day`() throws {
        var programme = try Trial.machine(Self.visiting).programme
        let holiday = try #require(LocalDate(iso: "2026-06-08"))
        programme.calendar = WorkingCalendar(week: [1, 2, 3, 4, 5], holidays: [holiday], knownUntil: nil)
        var drive = Drive(CaseMachine(programme: programme))
        drive.answer("submit", ["days": days("2026-06-10", "2026-06-10")])
        #expect(drive.armed.contains("2026-06-05T09:00"))
    }

    @Test func `R28: an hour that the clocks leave out is the next one`() throws {
        let body = Self.visiting.replacing("visit: expired", with: "visit at 02:30: expired")
        var drive = try Drive(body)
        drive.answer("submit", ["days": days("2026-03-29", "2026-03-29"), "where": "Europe/Sarajevo"])
        #expect(drive.armed.last == "2026-03-29T01:00" || drive.armed.last == "2026-03-29T01:30")
    }

    @Test func `R28: an hour that comes twice is the first`() throws {
        let body = Self.visiting.replacing("visit: expired", with: "visit at 02:30: expired")
        var drive = try Drive(body)
        drive.answer("submit", ["days": days("2026-10-25", "2026-10-25"), "where": "Europe/Sarajevo"])
        #expect(drive.armed.last == "2026-10-25T00:30")
    }
}
