import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Automatic moves` {
    static let automatic = """
        facts:
          ready: "known(paper) && paper.size > 5.0"
        forms:
          paper: {size: {type: number, required: yes, question: How many?}}
          list: {people: {type: rows, required: yes, of: {name: person, size: number}, question: Who?}}
          wish: {size: {type: number, required: yes, question: How many?}}
        stages:
          request:
            draft:
              task: {who: requester, form: list}
              clock: {30 days: expired}
              next: {submit: running}
            running:
              as-soon-as:
                - {if: "ready", to: first}
                - {if: "team.over()", to: second}
              may: {measure: {who: desk, form: paper}}
              clock: {90 days: expired}
            first:
              as-soon-as: [{if: "paper.size > 7.0", to: second}]
              clock: {30 days: expired}
            second:
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        tracks:
          team:
            each: list.people
            during: request
            left: gone
            states:
              open:
                task: {who: self, form: wish}
                clock: {60 days: gone}
                as-soon-as: [{if: "ready", to: done}]
                next: {done: done}
            ends: {done: fulfilled, gone: cancelled}
        ends: {closed: fulfilled, expired: expired}
        """

    static let two: Value = .list([
        .object(["name": person("Jo"), "size": .int(1)]), .object(["name": person("Kim"), "size": .int(2)]),
    ])

    @Test func `R6: a move happens after whichever command makes its condition true`() throws {
        var drive = try Drive(Self.automatic)
        drive.answer("submit", ["people": Self.two])
        #expect(drive.state == "running")
        drive.decide("measure", ["size": .int(6)])
        #expect(drive.state == "first")
    }

    @Test func `R6: a condition that reads the clock is no programme`() {
        let text = Self.automatic.replacing("- {if: \"ready\", to: first}", with: "- {until: 10 days, to: first}")
        #expect(throws: TrialMistake.self) { try Trial.machine(text, isProven: true) }
    }

    @Test func `R7: tracks settle first, then the case moves at most once and looks again`() throws {
        var drive = try Drive(Self.automatic)
        drive.answer("submit", ["people": Self.two])
        #expect(drive.c.members.map(\.region.state) == ["open", "open"])
        drive.decide("measure", ["size": .int(9)])
        #expect(drive.c.members.map(\.region.state) == ["done", "done"])
        #expect(drive.state == "second")
        let moves = drive.last.notes.filter { $0.kind == .moved || $0.kind == .memberEnded }.map(\.region)
        #expect(moves == [.member(1), .member(2), .case, .case])
    }

    @Test func `R7: the case moves when the last of its tracks has`() throws {
        var drive = try Drive(Self.automatic)
        drive.answer("submit", ["people": Self.two])
        drive.answer("done", ["size": .int(1)], member: 1)
        #expect(drive.state == "running")
        drive.answer("done", ["size": .int(1)], member: 2)
        #expect(drive.state == "second")
    }

    @Test func `R8: a circle of automatic moves is no programme`() {
        let text = Self.automatic.replacing(
            "as-soon-as: [{if: \"paper.size > 7.0\", to: second}]",
            with: "as-soon-as: [{if: \"paper.size > 7.0\", to: running}, {if: \"known(list)\", to: second}]")
        #expect(throws: TrialMistake.self) { try Trial.machine(text, isProven: true) }
    }

    @Test func `R8: automatic moves that never rest stop at the bound and call the staff`() throws {
        // No checked programme has such a circle; the machine holds even then, and keeps the answer.
        var programme = try Trial.machine(Self.automatic).programme
        var back = try #require(programme.states["running"]?.inside.asSoonAs.first)
        back.to = "running"
        programme.states["first"]?.inside.asSoonAs = [back]
        var drive = Drive(CaseMachine(programme: programme))
        drive.answer("submit", ["people": Self.two])
        drive.decide("measure", ["size": .int(9)])
        #expect(drive.last.verdict == .accepted)
        #expect(!drive.c.stuck.isEmpty)
        #expect(drive.c.answers["paper"]?.newest?.values["size"] == .double(9) || drive.c.answers["paper"] != nil)
        #expect(drive.c.tasks.contains { if case .stuck = $0.kind { true } else { false } })
    }

    @Test func `R9: a state that lasts no time is no programme`() {
        let text = Self.automatic.replacing("clock: {90 days: expired}", with: "clock: {0 days: expired}")
        #expect(throws: TrialMistake.self) { try Trial.machine(text, isProven: true) }
    }
}
