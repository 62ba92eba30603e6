import Expressions
import Testing

@testable import Exchange

@Suite struct `Calling another programme` {
    static let caller = """
        forms:
          result: {summary: {type: text}}
        stages:
          request:
            away:
              task: {who: host, programme: other-one@1, give: {word: "'hello'", number: case.reference}, form: result}
              clock: {3 days without receipt: {escalate: head}, 30 days: late}
              may: {stop: {who: desk, to: late}}
              next: {held: closed, refused: late}
            late:
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        ends: {closed: fulfilled}
        """

    static let called = """
        takes: {word: {type: text, required: yes}}
        stages:
          request:
            open:
              task: {who: desk, due: 5 working days}
              next: {done: held}
        ends: {held: fulfilled}
        gives: {summary: "given.word + '!'"}
        """

    private func call(_ drive: Drive, _ action: String) -> NewEffect? {
        drive.effects.first { $0.pending.action == action }
    }

    @Test func `a task that calls starts one case, and gives it what stands there`() throws {
        let drive = try Drive(Self.caller)
        let start = try #require(call(drive, "case.start"))
        #expect(start.input["programme"] == .string("other-one"))
        #expect(start.input["version"] == .int(1))
        #expect(start.input["give"] == .object(["word": .string("hello"), "number": .string("T-1")]))
        #expect(drive.machine.calledProgramme(of: drive.c.tasks[0], in: drive.c) == "other-one")
    }

    @Test func `a task that is left without an answer is taken back, after its start`() throws {
        var drive = try Drive(Self.caller)
        let start = try #require(call(drive, "case.start"))
        drive.decide("stop")
        let recall = try #require(call(drive, "case.recall"))
        #expect(recall.input["id"] == start.input["id"])
        #expect(recall.pending.sequence == start.pending.sequence)
        #expect(recall.pending.index > start.pending.index)
    }

    @Test func `a task that was answered is not taken back`() throws {
        var drive = try Drive(Self.caller)
        let task = drive.c.tasks[0].number
        drive.give(.answer(task: task, outcome: "held", values: ["summary": .string("well")], reason: nil))
        #expect(drive.c.end?.name == "closed")
        #expect(drive.c.answers["result"]?.newest?.values["summary"] == .string("well"))
        #expect(call(drive, "case.recall") == nil)
    }

    @Test func `without receipt fires only while the call has not begun`() throws {
        var drive = try Drive(Self.caller)
        #expect(drive.armed == ["2026-03-05T09:00", "2026-04-02T00:00"])
        let start = try #require(call(drive, "case.start"))
        drive.give(.effectFinished(key: start.pending.key, result: .done(output: [:])))
        #expect(drive.armed == ["2026-04-02T00:00"])
    }

    @Test func `a called case reads what it was given and gives its own at the end`() throws {
        let origin: [String: Value] = [
            "parent": .string("c-0"), "task": .int(7), "given": .object(["word": .string("hello")]),
        ]
        var drive = Drive(try Trial.machine(Self.called), origin: origin)
        drive.answer("done")
        let answer = try #require(call(drive, "case.answer"))
        #expect(answer.input["outcome"] == .string("held"))
        #expect(answer.input["values"] == .object(["summary": .string("hello!")]))
    }
}

@Suite struct `Members of rows and of searches` {
    static let visits = """
        forms:
          plan: {visits: {type: rows, of: {host: {type: person, required: yes}, topic: text}, required: yes, question: Which?}}
        stages:
          request:
            planning:
              task: {who: requester, form: plan}
              clock: {60 days: closed}
              next: {submit: held}
          visit:
            held:
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        tracks:
          visits:
            each: plan.visits
            during: visit
            left: over
            states: {open: {clock: {30 days: over}}}
            ends: {over: fulfilled}
        ends: {closed: fulfilled}
        """

    @Test func `a person who stands in two rows is a member in each`() throws {
        var drive = try Drive(Self.visits)
        let bo = Value.object(["name": .string("Bo"), "address": .string("bo@example.org")])
        let rows = ["first", "second"].map { Value.object(["host": bo, "topic": .string($0)]) }
        drive.answer("submit", ["visits": .list(rows)])
        #expect(drive.c.members(of: "visits").map { $0.row["topic"] } == [.string("first"), .string("second")])
    }

    @Test func `rows and persons can be written as a table's cell`() throws {
        var drive = try Drive(Self.visits)
        drive.answer("submit", ["visits": .string("Bo <bo@example.org> | first; Cy | second")])
        let members = drive.c.members(of: "visits")
        #expect(members.map { $0.row["topic"] } == [.string("first"), .string("second")])
        #expect(members.map { $0.party?.address } == ["bo@example.org", ""])
    }

    static let search = """
        rules: {all: {score: {one: {weight: 1, points: "1.0", say: fits}}}}
        stages:
          match:
            searching:
              match: {from: experts, rules: all, track: asked, at-once: 3, reach: engaged}
              next: {found: meeting, none: closed}
          visit:
            meeting:
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        tracks:
          asked:
            each: match
            during: [match, visit]
            left: stood_down
            states:
              offered: {task: {who: self}, clock: {7 days: stood_down}, next: {accept: engaged}}
              engaged: {clock: {90 days: served}}
            ends: {served: fulfilled, stood_down: {kind: withdrawn, send: {bye: self}}}
        ends: {closed: fulfilled}
        """

    @Test func `who is still asked when enough are found stands down, though the track goes on`() throws {
        var drive = try Drive(Self.search)
        let entry = try #require(drive.c.search?.entry)
        let offers = ["x1", "x2", "x3"].map { id in
            Candidate(
                offer: .object([
                    "id": .string(id), "name": .string(id), "address": .string("\(id)@example.org"),
                ]), score: 1, parts: [])
        }
        drive.give(.candidates(entry: entry, found: offers, excluded: []))
        #expect(drive.c.members.count == 3)
        drive.answer("accept", member: 2)
        #expect(drive.state == "meeting")
        #expect(drive.c.members.map(\.region.state) == ["stood_down", "engaged", "stood_down"])
        #expect(drive.count("bye") == 2)
    }
}
