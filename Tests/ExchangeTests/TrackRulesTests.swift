import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Tracks beside the case` {
    static let touring = """
        forms:
          list: {people: {type: rows, required: yes, of: {name: person, spare: person}, question: Who?}}
          wish: {size: {type: number, required: yes, question: How many?}}
        stages:
          request:
            draft:
              task: {who: requester, form: list}
              clock: {60 days: expired}
              next: {submit: going}
          visit:
            going:
              task: {who: desk, due: 5 working days}
              next: {on: after, again: going, back: draft}
            after:
              task: {who: desk, due: 5 working days}
              may: {name: {who: desk, form: list}}
              next: {on: telling}
          follow-up:
            telling:
              as-soon-as: [{if: "team.all('never')", to: closed}]
              task: {who: desk, due: 5 working days}
              next: {done: closed}
        tracks:
          team:
            each: list.people
            during: visit
            left: stopped
            may:
              swap: {who: self, if: "has(row.spare)", to: swapped, add: row.spare}
            states:
              open:
                task: {who: self, form: wish}
                clock: {4 days: remind, 30 days: stopped}
                next: {done: settled}
              settled:
                clock: {30 days: left}
              never:
                clock: {30 days: left}
                task: {who: self}
                next: {done: settled}
            ends: {left: fulfilled, stopped: {kind: cancelled, send: {left: self}}, swapped: withdrawn}
        ends: {closed: fulfilled, expired: expired}
        """.replacing("next: {done: settled}\n      settled", with: "next: {done: settled, not: never}\n      settled")

    static let two: Value = .list([
        .object(["name": person("Jo"), "spare": person("Lu")]), .object(["name": person("Kim")]),
    ])

    static func going() throws -> Drive {
        var drive = try Drive(touring)
        drive.answer("submit", ["people": two])
        return drive
    }

    @Test func `R34: each who is named starts once, at the first state`() throws {
        var drive = try Self.going()
        #expect(drive.c.members.map(\.region.state) == ["open", "open"])
        drive.answer("again")
        #expect(drive.c.members.count == 2)
        #expect(drive.c.members.map(\.region.entry) == [3, 4] || drive.c.members.allSatisfy { !$0.hasEnded })
    }

    @Test func `R34: tracks live on across states of their stages`() throws {
        var drive = try Self.going()
        drive.answer("done", ["size": .int(2)], member: 1)
        drive.answer("on")
        #expect(drive.state == "after")
        #expect(drive.c.members.map(\.region.state) == ["settled", "open"])
    }

    @Test func `R34: who is named later joins at the first state`() throws {
        var drive = try Self.going()
        drive.answer("on")
        let three = Value.list((Self.two.asList ?? []) + [.object(["name": person("Max")])])
        drive.decide("name", ["people": three])
        #expect(drive.c.members.map(\.region.state) == ["open", "open", "open"])
        drive.decide("name", ["people": .list([.object(["name": person("Max")])])])
        #expect(drive.c.members.map(\.region.state) == ["stopped", "stopped", "open"])
    }

    @Test func `R34: leaving the stages ends those under way, one notice each`() throws {
        var drive = try Self.going()
        drive.answer("on")
        drive.answer("on")
        #expect(drive.c.members.map(\.region.state) == ["stopped", "stopped"])
        #expect(drive.count("left") == 2)
        #expect(drive.c.tasks.allSatisfy { $0.region == .case })
    }

    @Test func `R35: a replacement is a new member with a new number`() throws {
        var drive = try Self.going()
        drive.answer("done", ["size": .int(2)], member: 1)
        let jo = try #require(drive.c.member(1)?.party)
        drive.decide("swap", by: jo.id, as: "team", member: 1)
        #expect(drive.c.members.map(\.region.state) == ["swapped", "open", "open"])
        #expect(drive.c.member(3)?.party?.name == "Lu")
        #expect(drive.c.member(3)?.answers["wish"] == nil)
    }

    @Test func `R35: what belonged to the old member is void, and it no longer counts`() throws {
        var drive = try Self.going()
        let mails = drive.c.effects.filter { $0.owner?.region == .member(1) }.map(\.key)
        #expect(!mails.isEmpty)
        let jo = try #require(drive.c.member(1)?.party)
        drive.decide("swap", by: jo.id, as: "team", member: 1)
        #expect(Set(mails).isSubset(of: Set(drive.recalled)))
        #expect(!drive.c.tasks.contains { $0.region == .member(1) })
        let reading = drive.machine.reading(of: drive.c)
        let live = try reading.value(of: "team", field: "members")?.asList?.count { $0["live"]?.asBool ?? false }
        #expect(live == 2)
    }

    @Test func `R35: one member decides nothing for another`() throws {
        var drive = try Self.going()
        let kim = try #require(drive.c.member(2)?.party)
        drive.decide("swap", by: kim.id, as: "team", member: 1)
        #expect(drive.refusal != nil)
        let task = try #require(drive.c.tasks.first { $0.region == .member(1) })
        drive.give(
            .answer(task: task.number, outcome: "done", values: ["size": .int(1)], reason: nil),
            by: Actor(id: kim.id, role: task.holders[0].role))
        #expect(drive.refusal != nil)
    }

    @Test func `R36: all of nobody does not hold`() throws {
        var drive = try Self.going()
        drive.answer("on")
        drive.answer("on")
        #expect(drive.state == "telling")
    }

    @Test func `R36: when the case ends, live tracks end with one notice each`() throws {
        var drive = try Self.going()
        drive.give(.cancel(reason: "over"), by: Drive.desk)
        #expect(drive.refusal == nil || drive.state == "going")
        drive.give(.moveByHand(to: "closed", member: nil, reason: "over"), by: Drive.desk)
        #expect(drive.c.end != nil)
        #expect(drive.c.members.map(\.region.state) == ["stopped", "stopped"])
        #expect(drive.count("left") == 2)
        #expect(drive.c.tasks.isEmpty)
        #expect(drive.c.timers.isEmpty)
    }
}
