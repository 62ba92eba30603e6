import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Capacity` {
    static let searching = """
        forms:
          plan: {days: {type: dates, question: When?}}
        rules:
          hosting:
            filters: {open: {if: "offer.country != 'XX'", say: "closed"}}
            score: {near: {weight: 1, points: "offer.country == 'BA' ? 1.0 : 0.0", say: "near"}}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: searching}
          match:
            searching:
              match: {from: hosts, rules: hosting, track: hosts, at-once: 2, rounds: 2, want: 1, reach: accepted}
              clock: {90 days: expired}
              next: {found: agreed, none: expired}
            agreed:
              task: {who: desk, due: 5 working days}
              next: {done: closed, again: {to: searching, void: [hosts]}, drop: dropped}
        tracks:
          hosts:
            each: match
            during: match
            left: down
            states:
              offered:
                task: {who: self}
                clock: {10 days: silent}
                next: {yes: accepted, no: declined}
            ends: {accepted: fulfilled, declined: refused, silent: expired, down: {kind: withdrawn, send: {left: self}}}
        ends: {closed: fulfilled, expired: expired, dropped: cancelled}
        """

    static func offer(_ id: String) -> Candidate {
        Candidate(
            offer: .object([
                "id": .string(id), "name": .string(id), "institution": .string(id), "country": "BA",
                "address": .string("\(id)@example.org"), "capacity": .int(1),
            ]), score: 1, parts: [])
    }

    static func searched(_ ids: [String], full: Set<String> = []) throws -> Drive {
        var drive = try Drive(searching)
        drive.answer("submit")
        drive.give(
            .candidates(entry: drive.c.region.entry, found: ids.map(offer), excluded: []), full: full)
        return drive
    }

    static func held(_ drive: Drive) -> [String] { drive.c.reservations.values.map(\.offer).sorted() }

    @Test func `R45: each proposal holds a place`() throws {
        let drive = try Self.searched(["h1", "h2", "h3"])
        #expect(drive.c.members.map(\.key) == ["h1", "h2"])
        #expect(Self.held(drive) == ["h1", "h2"])
        #expect(drive.last.reservations.map(\.places) == [1, 1])
    }

    @Test func `R45: a full offer is passed over, no error`() throws {
        let drive = try Self.searched(["h1", "h2", "h3"], full: ["h1"])
        #expect(drive.c.members.map(\.key) == ["h2", "h3"])
        #expect(drive.c.search?.excluded.map(\.offer) == ["h1"])
    }

    @Test func `R45: a place is given back when its owner is left, and the next is asked`() throws {
        var drive = try Self.searched(["h1", "h2", "h3"])
        drive.answer("no", member: 1)
        #expect(drive.c.members.map(\.region.state) == ["declined", "offered", "offered"])
        #expect(Self.held(drive) == ["h2", "h3"])
        #expect(drive.last.reservations.map { "\($0.place.offer) \($0.places)" }.sorted() == ["h1 0", "h3 1"])
    }

    @Test func `R45: the first who accepts is taken, the others are released and told once`() throws {
        var drive = try Self.searched(["h1", "h2"])
        drive.answer("yes", member: 2)
        #expect(drive.state == "agreed")
        #expect(drive.count("left") == 1)
        #expect(drive.c.members.map(\.region.state) == ["down", "accepted"])
        #expect(Self.held(drive) == ["h2"])
        drive.answer("drop")
        #expect(Self.held(drive).isEmpty)
    }

    @Test func `R45: who is void gives the place back and is not asked again`() throws {
        var drive = try Self.searched(["h1", "h2"])
        drive.answer("yes", member: 1)
        #expect(Self.held(drive).contains("h1"))
        drive.answer("again")
        #expect(Self.held(drive).isEmpty)
        #expect(!drive.c.members.contains { !$0.isVoid })
        #expect(drive.c.search?.isPending ?? false)
    }

    @Test func `R45: an end gives all places back`() throws {
        var drive = try Self.searched(["h1", "h2"])
        drive.answer("yes", member: 1)
        drive.answer("done")
        #expect(drive.state == "closed")
        #expect(Self.held(drive).isEmpty)
        #expect(drive.last.reservations.map(\.places) == [0])
    }

    @Test func `R45: places of a period are counted in it, and used up by an exchange that took place`() throws {
        var drive = try Drive(Self.searching)
        drive.answer("submit")
        var yearly = Self.offer("h1")
        yearly.offer = .object(yearly.offer.fields.merging(["per": .string("year")]) { $1 })
        var quarterly = Self.offer("h2")
        quarterly.offer = .object(quarterly.offer.fields.merging(["per": .string("quarter")]) { $1 })
        drive.give(.candidates(entry: drive.c.region.entry, found: [yearly, quarterly], excluded: []))
        #expect(drive.last.reservations.map(\.place.period).sorted() == ["2026", "2026-Q1"])
        drive.answer("yes", member: 1)
        #expect(drive.last.reservations.map { "\($0.place.offer) \($0.places)" } == ["h2 0"])
        drive.answer("done")
        #expect(drive.state == "closed")
        // The store keeps the place of the year; the case holds nothing any more.
        #expect(drive.last.reservations.isEmpty)
        #expect(Self.held(drive).isEmpty)
    }

    @Test func `R45: a place of a period comes back when the exchange does not take place`() throws {
        var drive = try Drive(Self.searching)
        drive.answer("submit")
        var yearly = Self.offer("h1")
        yearly.offer = .object(yearly.offer.fields.merging(["per": .string("year")]) { $1 })
        drive.give(.candidates(entry: drive.c.region.entry, found: [yearly], excluded: []))
        drive.answer("yes", member: 1)
        drive.answer("drop")
        #expect(drive.last.reservations.map { "\($0.place.offer) \($0.places)" } == ["h1 0"])
    }

    @Test func `R45: nobody left to ask is the result none`() throws {
        var drive = try Self.searched(["h1", "h2", "h3"])
        drive.answer("no", member: 1)
        drive.answer("no", member: 2)
        #expect(drive.state == "searching")
        drive.answer("no", member: 3)
        #expect(drive.state == "expired")
    }

    @Test func `R45: the answer to an earlier search moves nothing`() throws {
        var drive = try Self.searched(["h1"])
        let before = drive.c.members
        drive.give(.candidates(entry: 1, found: [Self.offer("h9")], excluded: []))
        #expect(drive.c.members == before)
    }
}
