import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Inside one command` {
    static let form = """
        forms:
          paper: {size: {type: number, required: yes, question: How many?}, note: {type: text, question: Words}}

        """

    static let steps =
        form + """
            stages:
              request:
                draft:
                  task: {who: requester, form: paper}
                  clock: {30 days: expired}
                  next:
                    submit:
                      - {if: "paper.size > 5.0", to: large, send: {news: requester}}
                      - {to: small}
                large:
                  task: {who: desk, due: 5 working days}
                  next: {done: closed, back: large}
                small:
                  task: {who: desk, due: 5 working days}
                  next: {done: closed}
            ends: {closed: fulfilled, expired: expired}
            """

    @Test func `R1: a refusal keeps the drain and changes nothing else`() throws {
        var drive = try Drive(Self.steps)
        let before = drive.c
        drive.answer("submit", ["size": .string("many")], at: "2026-03-03T10:00")
        #expect(drive.refusal != nil)
        var expected = before
        expected.lastAt = drive.c.lastAt
        expected.version = drive.c.version
        expected.journalNumber = drive.c.journalNumber
        #expect(drive.c == expected)
    }

    @Test func `R1: a refused command does not undo the timer that was due before it`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .string("many")], at: "2026-04-02T00:10")
        #expect(drive.refusal == .hasEnded)
        #expect(drive.state == "expired")
    }

    @Test func `R1: what was due before the command comes first`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .int(3)], at: "2026-04-02T00:10")
        #expect(drive.refusal == .hasEnded)
        #expect(drive.state == "expired")
        #expect(drive.c.answers["paper"] == nil)
    }

    @Test func `R3: a condition reads the answer that was just given`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .int(9)])
        #expect(drive.state == "large")
    }

    @Test func `R4: the first step that holds is taken, the last needs no condition`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .int(2)])
        #expect(drive.state == "small")
    }

    @Test func `R5: a way back to the own state enters it anew`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .int(9)])
        let entry = drive.c.region.entry
        let task = try #require(drive.c.tasks.first?.number)
        drive.answer("back", at: "2026-03-04T10:00")
        #expect(drive.state == "large")
        #expect(drive.c.region.entry > entry)
        #expect(drive.c.tasks.map(\.number) != [task])
        #expect(drive.c.tasks.first?.dueAt == instant("2026-03-12"))
    }

    @Test func `R42: an old button cannot answer a new visit of the state`() throws {
        var drive = try Drive(Self.steps)
        drive.answer("submit", ["size": .int(9)])
        let task = try #require(drive.c.tasks.first?.number)
        drive.answer("back")
        drive.give(.answer(task: task, outcome: "done", values: [:], reason: nil), by: Drive.desk)
        #expect(drive.refusal == .taskClosed(number: task))
        #expect(drive.state == "large")
    }

    @Test func `R2: a state that is passed through acts but never asks`() throws {
        var drive = try Drive(
            Self.form + """
                stages:
                  request:
                    draft:
                      task: {who: requester, form: paper}
                      clock: {30 days: expired}
                      next: {submit: checked}
                    checked:
                      do: [webhook.post: {url: "https://example.org/hook"}]
                      task: {who: host}
                      clock: {30 days: expired}
                      as-soon-as: [{if: "paper.size > 5.0", to: large}]
                      next: {done: large}
                    large:
                      task: {who: desk, due: 5 working days}
                      next: {done: closed}
                ends: {closed: fulfilled, expired: expired}
                """)
        drive.answer("submit", ["size": .int(9)])
        #expect(drive.state == "large")
        #expect(drive.count("task", to: "bo") == 0)
        #expect(drive.count("task", to: "eve") == 1)
        #expect(!drive.notes.contains { $0.kind == .taskOpened && $0.words.contains("host") })
    }

    @Test func `R2: leaving a state takes its task's mail back and keeps the news`() throws {
        var drive = try Drive(Self.steps)
        let mail = try #require(drive.c.effects.first?.key)
        drive.answer("submit", ["size": .int(9)])
        #expect(drive.recalled.contains(mail))
        let news = try #require(drive.effects.first { $0.pending.label == "message news to requester" }).pending
        #expect(news.owner == nil)
        drive.answer("done")
        #expect(drive.state == "closed")
        #expect(drive.c.effects.contains { $0.key == news.key })
    }
}
