import Calendars
import Engine
import Expressions
import Testing

@testable import Exchange

/// A case that goes over to another version of its programme, by the rule R52.
@Suite struct `Cases that change their programme` {
    static let body = """
        dates:
          visit: {from: [plan.days]}
        forms:
          plan: {days: {type: dates, required: yes, question: When?}, size: {type: number, privacy: identity, erase: 30 days after visit ends, question: How many?}}
          mark: {points: {type: number, question: How many points?}}
        stages:
          request:
            draft:
              task: {who: requester, form: plan, due: 20 days}
              clock: {5 days: remind, 9 days: {escalate: head}, 60 days: expired}
              next: {sent: review}
            review:
              task: {who: panel, form: mark, need: all, due: 10 days}
              clock: {3 days: remind, 30 days before visit: {escalate: head}, 80 days: expired}
              next: {yes: closed, no: refused}
        may:
          leave: {who: requester, to: gone}
        ends:
          closed: fulfilled
          expired: expired
          refused: refused
          gone: withdrawn

        """

    static func machine(_ change: (String) -> String = { $0 }) throws -> CaseMachine {
        var machine = try Trial.machine(change(body))
        var programme = machine.programme
        programme.hash += "-\(change(body).hashValue)"
        programme.version = 2
        machine = CaseMachine(programme: programme)
        return machine
    }

    struct Moved {
        let before: Case
        let after: Transition
        let k: Counterparts

        var c: Case { after.case }
        var changes: [String] { MigrationComparison(before, after, by: k).changes.map { $0.sentence(.utc) } }
        var sent: [String] { after.effects.map(\.pending.label) }
    }

    static func move(
        _ drive: Drive, to new: CaseMachine, _ map: MigrationMap = MigrationMap(), at text: String? = nil
    ) throws -> Moved {
        let k = Counterparts(from: drive.machine, to: new, by: map)
        let outcome = new.migrate(drive.c, by: k, actor: Drive.desk, at: text.map { instant($0) } ?? drive.now)
        guard case .moves(let after) = outcome else { throw TrialMistake(description: "\(outcome)") }
        return Moved(before: drive.c, after: after, k: k)
    }

    static func waiting() throws -> Drive {
        var drive = Drive(try machine())
        drive.answer("sent", ["days": days("2026-06-01", "2026-06-03"), "size": .int(4)])
        drive.answer("yes", ["points": .int(3)], by: "gus", as: "panel")
        drive.run(to: "2026-03-07T10:00")
        return drive
    }

    @Test func `R52: a case moves as it is where nothing has changed for it`() throws {
        let drive = try Self.waiting()
        let moved = try Self.move(
            drive,
            to: try Self.machine {
                $0.replacing("{who: requester, to: gone}", with: "{who: requester, title: Go, to: gone}")
            })
        #expect(moved.changes.isEmpty)
        #expect(moved.after.effects.isEmpty && moved.after.effectsRecalled.isEmpty)
        #expect(moved.c.tasks == drive.c.tasks && moved.c.timers == drive.c.timers)
        #expect(moved.c.region == drive.c.region && moved.c.programme != drive.c.programme)
        #expect(moved.c.journalNumber == drive.c.journalNumber + 1 && moved.c.version == drive.c.version + 1)
        #expect(moved.after.notes.map(\.kind) == [.migrated])
    }

    @Test func `R52: a deadline that was changed moves, and what it has said already it does not say again`() throws {
        let drive = try Self.waiting()
        #expect(drive.count("reminder", to: "hal") == 1)
        let new = try Self.machine {
            $0.replacing("3 days: remind", with: "4 days: remind").replacing("due: 10 days", with: "due: 14 days")
                .replacing("30 days before visit", with: "40 days before visit")
        }
        let moved = try Self.move(drive, to: new)
        #expect(
            moved.changes == [
                "the due time of task 2 (mark) moves from 2026-03-13 00:00 to 2026-03-17 00:00",
                "the escalation of \"40 days before visit\" moves from 2026-05-02 09:00 to 2026-04-22 09:00",
            ])
        var later = Drive(new)
        later.c = moved.c
        later.effects = []
        later.run(to: "2026-03-12T10:00")
        #expect(later.count("reminder") == 0)
    }

    @Test func `R52: a renamed state goes on with its entry, its task, its answers and its clocks`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine { $0.replacing("review", with: "judging") }
        let k = Counterparts(from: drive.machine, to: new, by: MigrationMap())
        guard case .waits(let names) = new.migrate(drive.c, by: k, actor: Drive.desk, at: drive.now) else {
            Issue.record("a state without a counterpart moved")
            return
        }
        #expect(names.map(\.words) == ["state \"review\""])
        let moved = try Self.move(drive, to: new, MigrationMap(names: [.state: ["review": "judging"]]))
        #expect(moved.changes == ["\"review\" is called \"judging\" now"])
        #expect(moved.c.region.entry == drive.c.region.entry && moved.c.region.enteredAt == drive.c.region.enteredAt)
        #expect(moved.c.tasks == drive.c.tasks)
        #expect(moved.c.timers.map(\.at) == drive.c.timers.map(\.at))
        #expect(moved.c.fired.count == drive.c.fired.count && moved.c.fired != drive.c.fired)
        #expect(moved.sent.isEmpty)
    }

    @Test func `R52: a state that becomes another one is entered, with its task and its clock`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine {
            $0.replacing("next: {sent: review}", with: "next: {sent: closed}")
                .split(separator: "    review:")[0] + "may:" + $0.split(separator: "may:")[1]
        }
        let moved = try Self.move(drive, to: new, MigrationMap(names: [.state: ["review": "draft"]]))
        #expect(moved.c.region.state == "draft" && moved.c.region.entry > drive.c.region.entry)
        #expect(moved.c.region.enteredAt == drive.now)
        #expect(moved.sent == ["message task to requester"])
        #expect(moved.c.tasks.map(\.form) == ["plan"])
        #expect(moved.changes.first == "\"draft\" is entered in place of \"review\"; its clocks begin now")
        #expect(moved.c.fired.isEmpty)
    }

    @Test func `R52: a task that asks others is closed and reopened, and only they are told`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine {
            $0.replacing("{who: panel, form: mark, need: all", with: "{who: head, form: mark")
        }
        let moved = try Self.move(drive, to: new)
        #expect(moved.sent == ["message task to head"])
        #expect(
            moved.changes.contains("task 2 is closed and reopened as task 3 (mark): it asks others or other things"))
        #expect(moved.c.tasks.map(\.number) == [3])
        // What the panel had said stays among the answers.
        #expect(moved.c.answers["mark"] == drive.c.answers["mark"])
    }

    @Test func `R52: answers go to the forms and fields that are called otherwise`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine { $0.replacing("points", with: "score").replacing("mark", with: "grade") }
        let map = MigrationMap(names: [.form: ["mark": "grade"], .field: ["mark.points": "grade.score"]])
        let moved = try Self.move(drive, to: new, map)
        #expect(moved.c.answers["grade"]?.newest?.values["score"] == .double(3))
        #expect(moved.c.answers["mark"] == nil)
        #expect(moved.changes.isEmpty)
        #expect(moved.c.tasks.map(\.form) == ["grade"])
        #expect(moved.c.dates == drive.c.dates)
    }

    @Test func `R52: an answer that nobody asks any more stays, unless it is to be erased`() throws {
        let drive = try Self.waiting()
        let moved = try Self.move(
            drive,
            to: try Self.machine {
                $0.replacing(
                    "{points: {type: number, question: How many points?}}", with: "{why: {type: text, question: Why?}}")
            })
        #expect(moved.changes == ["the answer c.mark.points is not asked any more; it stays"])
        #expect(moved.c.answers["mark"]?.newest?.values["points"] != nil)
        #expect(try Case(packed: moved.c.packed()) == moved.c)
        for change in ["people: {type: number", "size: {type: number"] {
            let new = try Self.machine {
                change.hasPrefix("people")
                    ? $0.replacing("size: {type: number", with: change) : $0.replacing("plan", with: "request")
            }
            let map = MigrationMap(names: [.form: ["plan": "request"], .field: ["plan.size": "plan.people"]])
            let k = Counterparts(
                from: drive.machine, to: new,
                by: change.hasPrefix("people") ? MigrationMap(names: [.field: map.names[.field] ?? [:]]) : map)
            guard case .cannot(let why) = new.migrate(drive.c, by: k, actor: Drive.desk, at: drive.now) else {
                Issue.record("an answer that is to be erased lost its name")
                continue
            }
            #expect(why.contains { $0.contains("\"plan.size\" is to be erased") })
        }
    }

    @Test func `R52: a case whose answers do not fit stays, with every reason`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine {
            $0.replacing("size: {type: number,", with: "size: {type: country,").replacing(
                "points: {type: number,",
                with: "why: {type: text, required: yes, question: Why?}, points: {type: number,")
        }
        let k = Counterparts(from: drive.machine, to: new, by: MigrationMap())
        guard case .cannot(let why) = new.migrate(drive.c, by: k, actor: Drive.desk, at: drive.now) else {
            Issue.record("it moved")
            return
        }
        #expect(why.count == 2)
        #expect(why[0].contains("\"mark\" does not fit: \"why\" must be answered"))
        #expect(why[1].contains("\"plan\" does not fit: \"size\""))
    }

    @Test func `R52: what the new version would have done already is asked of the staff`() throws {
        let drive = try Self.waiting()
        let new = try Self.machine {
            $0.replacing("80 days: expired", with: "80 days: expired, 2 days: {send: {news: host}}")
        }
        let moved = try Self.move(drive, to: new)
        #expect(moved.sent == ["message task to desk"])
        #expect(
            moved.changes.contains("\"2 days\" would have come already: the staff are asked whether it still shall"))
        var later = Drive(new)
        (later.c, later.now) = (moved.c, drive.now)
        let task = try #require(later.c.tasks.first { !$0.isDeclared })
        later.give(.resolve(task: task.number, choice: "do", reason: ""), by: Drive.desk)
        #expect(later.sent == ["message news to host"])
    }

    @Test func `R52: an answer that led nowhere is decided again by the version that knows a way`() throws {
        var drive = Drive(
            try Self.machine {
                $0.replacing("need: all", with: "need: any").replacing(
                    "next: {yes: closed, no: refused}",
                    with:
                        "next: {yes: [{if: \"[1, 2][int(mark.points)] == 1\", to: closed}, {to: refused}], no: refused}"
                )
            })
        drive.answer("sent", ["days": days("2026-06-01", "2026-06-03")])
        drive.answer("yes", ["points": .int(7)], by: "gus", as: "panel")
        #expect(drive.state == "review" && !drive.c.stuck.isEmpty)
        let new = try Self.machine { $0.replacing("need: all", with: "need: any") }
        let moved = try Self.move(drive, to: new)
        #expect(moved.c.end?.name == "closed")
    }

    @Test func `R52: a journal is played under both versions up to where they part`() throws {
        var drive = Drive(try Self.machine())
        var entries: [JournalReplay.Entry] = []
        func note(_ command: Command, _ actor: Actor) {
            entries.append(
                JournalReplay.Entry(number: entries.count + 2, command: command, actor: actor, at: drive.now))
        }
        let sent = Command.answer(
            task: 1, outcome: "sent", values: ["days": days("2026-06-01", "2026-06-03"), "size": .int(4)], reason: nil)
        let ann = Actor(id: "ann", role: "requester")
        drive.give(sent, by: ann)
        note(sent, ann)
        let vote = Command.answer(task: 2, outcome: "no", values: ["points": .int(1)], reason: nil)
        let gus = Actor(id: "gus", role: "panel")
        drive.give(vote, by: gus)
        note(vote, gus)
        #expect(drive.state == "refused")
        func play(_ new: CaseMachine) -> JournalReplay.Finding {
            let k = Counterparts(from: drive.machine, to: new, by: MigrationMap())
            func start(_ machine: CaseMachine) -> Transition {
                machine.start(
                    id: "c-1", reference: "T-1", people: Trial.cast, by: .service, at: instant("2026-03-02T08:00"))
            }
            let begin = start(drive.machine)
            var replay = JournalReplay(begin.case, effects: begin.effects, started: start(new), by: k)
            return replay.play(entries)
        }
        #expect(
            play(
                try Self.machine {
                    $0.replacing("{who: requester, to: gone}", with: "{who: requester, title: Go, to: gone}")
                }) == .same)
        let other = play(try Self.machine { $0.replacing("no: refused", with: "no: draft") })
        #expect(other == .parts(number: 3, at: instant("2026-03-02T08:00"), why: "\"draft\", not \"refused\""))
        guard
            case .parts(2, _, let why) = play(
                try Self.machine { $0.replacing("size: {type: number", with: "size: {type: country") })
        else {
            Issue.record("an answer that the new form refuses was taken")
            return
        }
        #expect(why.contains("size"))
    }

    @Test func `R52: a thing that is kept stays the same thing under another name`() throws {
        func text(_ state: String) -> String {
            Self.body.replacing("review", with: state).replacing(
                "      task: {who: panel",
                with:
                    "      keep: [calendar.invite: {title: Visit, days: \"{{ visit }}\", who: requester, send: {made: ready}}]\n      task: {who: panel"
            )
        }
        var drive = Drive(try Self.machine { _ in text("review") })
        drive.answer("sent", ["days": days("2026-06-01", "2026-06-03")])
        let made = try #require(drive.effects.last { $0.pending.action == "calendar.invite" })
        let new = try Self.machine { _ in text("judging") }
        let moved = try Self.move(drive, to: new, MigrationMap(names: [.state: ["review": "judging"]]))
        #expect(moved.sent.isEmpty)
        var later = Drive(new)
        (later.c, later.now) = (moved.c, drive.now)
        later.give(
            .correct(form: "plan", member: nil, values: ["days": days("2026-07-01", "2026-07-03")], reason: "x"),
            by: Drive.desk)
        let renewed = try #require(later.last.effects.first { $0.pending.action == "calendar.invite" })
        #expect(renewed.mode == "renew" && renewed.input["thing"] == made.input["thing"])
        #expect(renewed.pending.sequence == made.pending.sequence && renewed.order == 1)
    }
}
