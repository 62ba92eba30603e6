import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Dates that others hang on` {
    static func visiting(_ clock: String, extra: String = "", more: String = "") -> String {
        """
        dates:
          visit: {from: [moved.days, plan.days]}
        forms:
          plan: {days: {type: dates, question: When?}, least: {type: number, question: How many?}}
          moved: {days: {type: dates, required: yes, question: When now?}}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: waiting}
          visit:
            waiting:
              task: {who: host}
              clock: \(clock)
              may:
                move: {who: desk, form: moved}
                drop: {who: desk, void: [plan, moved]}
              next: {done: closed}
        \(more)
        ends: {closed: fulfilled, expired: expired}
        """
    }

    static func waiting(_ clock: String, visit: String? = "2026-06-10", days text: String = "") throws -> Drive {
        var drive = try Drive(visiting(clock), days: text)
        drive.answer("submit", visit.map { ["days": days($0, $0)] } ?? [:])
        return drive
    }

    static let usual = "{30 days before visit: remind, 7 days before visit: {escalate: head}, visit: expired}"

    @Test func `R12: before counts from the first day, after from the last`() throws {
        var drive = try Drive(
            Self.visiting(
                "{7 days before visit: remind, 2 days after visit: {escalate: head}, 9 days after visit starts: expired}"
            ))
        drive.answer("submit", ["days": days("2026-06-10", "2026-06-12")])
        #expect(drive.armed == ["2026-06-03T09:00", "2026-06-14T09:00", "2026-06-20T00:00"])
    }

    @Test func `R19: the newest answer counts, and correcting its source is a move`() throws {
        var drive = try Self.waiting(Self.usual)
        #expect(drive.c.dates["visit"]?.revision == 1)
        drive.decide("move", ["days": days("2026-07-10", "2026-07-10")])
        #expect(drive.c.dates["visit"]?.span?.first == LocalDate(iso: "2026-07-10"))
        drive.give(
            .correct(form: "moved", member: nil, values: ["days": days("2026-07-11", "2026-07-11")], reason: "typo"),
            by: Drive.desk)
        #expect(drive.c.dates["visit"]?.revision == 3)
        #expect(drive.armed == ["2026-06-11T09:00", "2026-07-04T09:00", "2026-07-11T00:00"])
        #expect(drive.notes.count { $0.kind == .dateMoved } == 3)
    }

    @Test func `R20: phrases sleep while their date is unknown and wake with it`() throws {
        var drive = try Self.waiting(Self.usual, visit: nil)
        #expect(drive.armed.isEmpty)
        drive.decide("move", ["days": days("2026-06-10", "2026-06-10")])
        #expect(drive.armed == ["2026-05-11T09:00", "2026-06-03T09:00", "2026-06-10T00:00"])
    }

    @Test func `R20: a cleared date puts them to sleep and takes back what names it`() throws {
        var drive = try Self.waiting(
            "{30 days before visit: {send: {days: host}}, visit: expired}", days: "the visit begins {{ visit.first }}")
        drive.run(to: "2026-05-11T09:00")
        let mail = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        #expect(mail.mentions == ["visit": 1])
        drive.decide("drop")
        #expect(drive.armed.isEmpty)
        #expect(drive.recalled.contains(mail.key))
        #expect(!drive.c.effects.contains { $0.key == mail.key })
    }

    @Test func `R21: armed into the past is missed in the same step`() throws {
        var drive = try Self.waiting(Self.usual)
        drive.decide("move", ["days": days("2026-03-05", "2026-03-05")], at: "2026-03-03T10:00")
        // The reminder of 3 February is too old, the escalation of 26 February is told all the same.
        #expect(drive.count("reminder") == 0)
        #expect(drive.count("escalation", to: "fay") == 1)
        #expect(drive.armed == ["2026-03-05T00:00"])
    }

    @Test func `R21: of several missed reminders the latest goes out once`() throws {
        var drive = try Self.waiting("{every day up to 6 times: remind, 20 days: expired}")
        drive.tick("2026-03-06T12:00")
        #expect(drive.count("reminder") == 1)
        #expect(drive.last.notes.count { $0.kind == .skipped } == 3)
        drive.run(to: "2026-03-20T00:00")
        #expect(drive.count("reminder") == 3)
    }

    @Test func `R22: a late end asks, so that a typo cannot close a case`() throws {
        var drive = try Self.waiting(Self.usual)
        drive.decide("move", ["days": days("2025-06-10", "2025-06-10")], at: "2026-03-03T10:00")
        #expect(drive.state == "waiting")
        let task = try #require(drive.c.tasks.first { if case .late = $0.kind { true } else { false } })
        #expect(task.dueAt == instant("2026-03-06"))
        drive.give(.resolve(task: task.number, choice: "skip", reason: "a typo"), by: Drive.desk)
        #expect(drive.state == "waiting")
        drive.decide("move", ["days": days("2026-06-10", "2026-06-10")])
        drive.run(to: "2026-06-20T00:00")
        // What was asked has fired: it does not fire again for this entry (R18).
        #expect(drive.state == "waiting")
    }

    @Test func `R22: the staff can let the late end be`() throws {
        var drive = try Self.waiting(Self.usual)
        drive.decide("move", ["days": days("2025-06-10", "2025-06-10")], at: "2026-03-03T10:00")
        let task = try #require(drive.c.tasks.first { if case .late = $0.kind { true } else { false } })
        drive.give(.resolve(task: task.number, choice: "do", reason: "it is over"), by: Drive.desk)
        #expect(drive.state == "expired")
    }

    @Test func `R22: a late reminder of a date that is past is skipped`() throws {
        var drive = try Self.waiting("{1 day before visit: remind, 30 days after visit: expired}")
        drive.tick("2026-06-11T08:00")
        #expect(drive.count("reminder") == 0)
        #expect(drive.notes.contains { $0.kind == .skipped })
    }

    @Test func `R22: if-late says otherwise`() throws {
        var drive = try Self.waiting(
            "{10 days before visit: {send: {news: host}, if-late: send within 20 days}, 30 days: expired}")
        drive.decide("move", ["days": days("2026-03-10", "2026-03-10")], at: "2026-03-08T10:00")
        #expect(drive.count("news") == 1)
    }

    @Test func `R22: the question about a stage's end outlives the states of the stage`() throws {
        let body = """
            forms:
              plan: {days: {type: dates, question: When?}}
            dates:
              visit: {from: plan.days}
            stages:
              request:
                clock: {visit: expired}
                draft:
                  task: {who: requester, form: plan}
                  clock: {60 days: {escalate: head}}
                  next: {submit: second}
                second:
                  task: {who: desk, due: 5 working days}
                  next: {on: third}
                third:
                  task: {who: desk, due: 5 working days}
                  next: {done: closed}
            ends: {closed: fulfilled, expired: expired}
            """
        var drive = try Drive(body)
        drive.answer("submit", ["days": days("2025-06-10", "2025-06-10")])
        drive.tick("2026-03-03T08:00")
        let task = try #require(drive.c.tasks.first { if case .late = $0.kind { true } else { false } })
        drive.answer("on")
        #expect(drive.state == "third")
        #expect(drive.c.tasks.contains { $0.number == task.number })
        drive.give(.resolve(task: task.number, choice: "do", reason: "over"), by: Drive.desk)
        #expect(drive.state == "expired")
    }

    @Test func `R23: a repetition has its number for the entry, moves or not`() throws {
        var drive = try Self.waiting("{every 5 days up to 3 times: remind, visit: expired}")
        drive.run(to: "2026-03-07T09:00")
        drive.decide("move", ["days": days("2026-08-10", "2026-08-10")])
        drive.decide("move", ["days": days("2026-06-10", "2026-06-10")])
        drive.run(to: "2026-06-09T09:00")
        #expect(drive.count("reminder") == 3)
    }

    @Test func `R16: an end that was put off still moves with its date`() throws {
        var drive = try Self.waiting(Self.usual)
        drive.give(.outage(from: instant("2026-06-09T20:00"), to: instant("2026-06-09T22:00")), at: "2026-06-09T22:00")
        drive.decide("move", ["days": days("2026-09-10", "2026-09-10")])
        drive.run(to: "2026-08-01T00:00")
        #expect(drive.state == "waiting")
    }
}
