import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Effects` {
    static let telling = """
        dates:
          visit: {from: [moved.days, plan.days]}
        forms:
          plan: {days: {type: dates, question: When?}}
          moved: {days: {type: dates, required: yes, question: When now?}}
        stages:
          request:
            clock: {3 days: {send: {other: host}}}
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: {to: waiting, send: {days: requester}}}
            waiting:
              do: [webhook.post: {url: "https://example.org/one"}, webhook.post: {url: "https://example.org/two"}]
              task: {who: host}
              clock: {5 days: remind, 6 days: {send: {other: host}}, 60 days: expired}
              may:
                move: {who: desk, form: moved}
                stop: {who: desk, to: dropped, send: {bye: requester}}
              next: {done: {to: checked, send: {news: requester}}, held: {to: checked, send: {news: requester}, hold-for-review: yes}}
          visit:
            keep: [calendar.invite: {title: Visit, days: "{{ visit }}", who: requester, send: {made: ready, renewed: other, undone: bye}}]
            checked:
              task: {who: desk, due: 5 working days}
              next: {done: closed, back: waiting}
        ends: {closed: fulfilled, expired: expired, dropped: {kind: cancelled, send: {closing: requester}}}
        """

    static func waiting(_ visit: String = "2026-06-10") throws -> Drive {
        var drive = try Drive(telling, days: "on {{ visit.first }}")
        drive.answer("submit", ["days": days(visit, visit)])
        return drive
    }

    @Test func `R37: a state's reminder is taken back when the state is left`() throws {
        var drive = try Self.waiting()
        drive.run(to: "2026-03-08T09:00")
        let ours = drive.c.effects.filter { ["reminder", "other"].contains($0.wording?.message) }
        #expect(ours.count == 3)
        drive.answer("done")
        #expect(Set(ours.map(\.key)).isSubset(of: Set(drive.recalled)))
    }

    @Test func `R37: what stands on a stage is taken back when the stage or the case is left`() throws {
        var drive = try Self.waiting()
        drive.run(to: "2026-03-05T09:00")
        let mail = try #require(drive.c.effects.first { $0.wording?.message == "other" })
        #expect(mail.owner?.scope == drive.c.stageEntry)
        var expired = drive
        drive.answer("done")
        #expect(drive.recalled.contains(mail.key))
        expired.run(to: "2026-05-02T00:00")
        #expect(expired.state == "expired")
        #expect(!expired.c.effects.contains { $0.key == mail.key })
    }

    @Test func `R37: news survives later moves`() throws {
        var drive = try Self.waiting()
        let news = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        drive.answer("done")
        drive.answer("done")
        #expect(drive.state == "closed")
        #expect(drive.c.effects.contains { $0.key == news.key })
    }

    @Test func `R37: a cancelling end takes all news back but its own`() throws {
        var drive = try Self.waiting()
        drive.decide("stop")
        #expect(drive.state == "dropped")
        let left = drive.c.effects.compactMap { $0.wording?.message }
        #expect(left.sorted() == ["bye", "closing"])
    }

    @Test func `R38: the result of what was left is journalled and feeds nothing`() throws {
        var drive = try Self.waiting()
        let mail = try #require(drive.c.effects.first { $0.wording?.message == "task" })
        drive.answer("done")
        let before = drive.c
        drive.give(.effectFinished(key: mail.key, result: .failed(code: "gone", message: "no such address")))
        #expect(drive.last.notes.map(\.kind) == [.effectFinished])
        #expect(drive.c.tasks == before.tasks)
        #expect(drive.last.effects.isEmpty)
    }

    @Test func `R39: a list of actions is one sequence`() throws {
        let drive = try Self.waiting()
        let hooks = drive.effects.filter { $0.pending.action == "webhook.post" }
        #expect(hooks.map(\.pending.index) == [0, 1])
        #expect(Set(hooks.map(\.pending.sequence)).count == 1)
    }

    @Test func `R39: what failed for good is a task for the staff`() throws {
        var drive = try Self.waiting()
        let hook = try #require(drive.c.effects.first { $0.action == "webhook.post" })
        drive.give(.effectFinished(key: hook.key, result: .failed(code: "gone", message: "no such place")))
        #expect(drive.c.tasks.contains { if case .effect(hook.key, _, false) = $0.kind { true } else { false } })
        #expect(drive.state == "waiting")
    }

    @Test func `R39: that news failed is known though the case has moved on`() throws {
        var drive = try Self.waiting()
        let news = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        drive.give(.effectFinished(key: news.key, result: .failed(code: "gone", message: "no such address")))
        drive.answer("done")
        drive.answer("back")
        let task = try #require(drive.c.tasks.first { if case .effect = $0.kind { true } else { false } })
        drive.give(.resolve(task: task.number, choice: "drop", reason: "told by phone"), by: Drive.desk)
        #expect(!drive.c.tasks.contains { if case .effect = $0.kind { true } else { false } })
    }

    @Test func `R39: nobody knows whether it was done, so a person says`() throws {
        var drive = try Self.waiting()
        let news = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        drive.give(.effectFinished(key: news.key, result: .unknown(message: "the line broke")))
        #expect(drive.c.effects.contains { $0.key == news.key })
        let task = try #require(drive.c.tasks.first { if case .effect = $0.kind { true } else { false } })
        drive.give(.resolve(task: task.number, choice: "done", reason: "it came"), by: Drive.desk)
        #expect(!drive.c.effects.contains { $0.key == news.key })
    }

    @Test func `R40: what waits in the outbox says the date that holds when it goes`() throws {
        var drive = try Self.waiting()
        let news = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        drive.decide("move", ["days": days("2026-07-01", "2026-07-02")])
        let again = try #require(drive.last.effects.first { $0.pending.key == news.key })
        #expect(again.input["text"]?.asString?.contains("1 July") ?? false)
        #expect(drive.c.effects.first { $0.key == news.key }?.mentions == ["visit": 2])
    }

    @Test func `R40: said anew and taken back in one command leaves nothing in the outbox`() throws {
        let drive = try Self.waiting()
        let news = try #require(drive.c.effects.first { $0.wording?.message == "days" })
        // The move of the date re-words; the timed end that it makes due takes back in the same command.
        var run = CaseRun(machine: drive.machine, case: drive.c, actor: Drive.desk, now: drive.now)
        run.c.answers["moved"] = run.c.answers["plan"]
        run.c.answers["moved"]?.answers[0].values["days"] = days("2026-08-01", "2026-08-01")
        run.c.answers["moved"]?.order = 99
        run.changed()
        run.settle()
        run.refresh()
        #expect(run.effects.map(\.pending.key) == [news.key])
        run.recall { $0.key == news.key }
        #expect(run.effects.isEmpty)
        #expect(run.recalled == [news.key])
    }

    @Test func `R41: what waits for a review holds itself, never the case`() throws {
        var drive = try Self.waiting()
        drive.answer("held")
        #expect(drive.state == "checked")
        let news = try #require(drive.last.effects.first { $0.pending.wording?.message == "news" })
        #expect(news.pending.isHeld)
    }

    @Test func `R42: an effect has one key for ever, and no two have the same`() throws {
        var drive = try Self.waiting()
        drive.run(to: "2026-03-08T09:00")
        drive.answer("done")
        let keys = drive.effects.map(\.pending.key)
        #expect(Set(keys).count == keys.count)
        var again = try Self.waiting()
        again.run(to: "2026-03-08T09:00")
        again.answer("done")
        #expect(again.effects.map(\.pending.key) == keys)
    }

    @Test func `R37: what is kept is made once, made again when it changes, undone on going back`() throws {
        var drive = try Self.waiting()
        #expect(drive.c.kept.isEmpty)
        drive.answer("done")
        let made = try #require(drive.last.effects.first { $0.pending.action == "calendar.invite" })
        #expect(made.mode == "make" && made.order == 0)
        drive.give(
            .correct(form: "plan", member: nil, values: ["days": days("2026-06-11", "2026-06-12")], reason: "x"),
            by: Drive.desk)
        let renewed = try #require(drive.last.effects.first { $0.pending.action == "calendar.invite" })
        #expect(renewed.mode == "renew" && renewed.order == 1)
        drive.answer("back")
        let undone = try #require(drive.last.effects.first { $0.pending.action == "calendar.invite" })
        #expect(undone.mode == "undo" && undone.order == 2)
        #expect(Set([made, renewed, undone].map { $0.input["thing"] }).count == 1)
        #expect(drive.c.kept.isEmpty)
    }
}
