import CaseStore
import Exchange
import Expressions
import Matching
import Testing

@testable import Engine

/// A programme whose cases wait for a round of the whole call.
let roundProgramme = """
    format: 1
    programme: visits
    version: 1
    people:
      clerk: {title: Clerk, staff: yes, acts-for: [host]}
      host: {title: Host, from: hosts}
    forms:
      ask:
        people: {type: number, from: 1, required: yes}
        topic:  {type: choice, list: [water, health], required: yes}
        near:   {type: text}
    rules:
      fit:
        filters: {room: {if: "offer.people >= ask.people", say: the group is too large for it}}
        score:
          topic: {weight: 3, points: "offer.kind == ask.topic ? 1.0 : 0.0", say: the topics are the same}
          close: {weight: 1, points: "has(ask.near) && offer.id == ask.near ? 1.0 : 0.0", say: it is the nearest}
      merit:
        filters: {any: {if: "true", say: never}}
        score: {small: {weight: 1, points: "1.0 / ask.people", say: small groups are easier}}
    stages:
      request:
        draft:
          task: {who: clerk, form: ask, due: 5 working days}
          next: {done: searching}
      match:
        searching:
          match: {from: hosts, rules: fit, track: hosts, at-once: 1, want: 1, reach: accepted, as-a-whole: yes}
          clock: {90 days: none_found}
          next: {found: closed, none: none_found}
    tracks:
      hosts:
        each: match
        during: searching
        left: stood_down
        states:
          offered:
            task: {who: self}
            clock: {10 days: silent}
            next: {accept: accepted, decline: declined}
        ends: {accepted: fulfilled, declined: refused, silent: expired, stood_down: withdrawn}
    ends: {closed: fulfilled, none_found: refused}
    """

@Suite struct `A round of a call` {
    private func offer(_ id: String, topic: String, people: Double = 9, capacity: Double = 1) -> Value {
        .object([
            "id": .string(id), "name": .string("Host \(id)"), "kind": .string(topic), "people": .double(people),
            "capacity": .double(capacity), "sector": .string(topic),
        ])
    }

    private func ask(_ bench: Bench, topic: String, people: String = "2", near: String = "") async throws -> Case {
        let c = try await bench.open()
        _ = try await bench.engine.cases.submit(
            .answer(
                task: 1, outcome: nil,
                values: ["people": .string(people), "topic": .string(topic), "near": .string(near)], reason: nil),
            to: c.id, by: bench.actor)
        _ = try await bench.engine.turn()
        return try await bench.now(c)
    }

    private func solved(_ bench: Bench, _ order: RoundOrder = RoundOrder()) async throws -> Round {
        var round = try await bench.engine.rounds.inputs(of: "visits", order)
        round.result = Round.Result(try round.solution())
        return try await bench.engine.rounds.keep(round)
    }

    /// Two hosts, three requests: first come would take the wrong one.
    private func hub() async throws -> (bench: Bench, cases: [Case]) {
        let bench = try await Bench(roundProgramme)
        try await bench.engine.register.put(
            offers: [
                offer("h1", topic: "water"), offer("h2", topic: "health"), offer("h3", topic: "water", people: 1),
            ], kind: "hosts")
        let cases = [
            try await ask(bench, topic: "health", near: "h1"), try await ask(bench, topic: "water"),
            try await ask(bench, topic: "water", near: "h1"),
        ]
        return (bench, cases)
    }

    @Test func `is waited for by cases that are matched as a whole`() async throws {
        let (bench, cases) = try await hub()
        for c in cases {
            #expect(c.region.state == "searching")
            #expect(c.members.isEmpty)
            #expect(c.stuck.isEmpty)
        }
        #expect(try await bench.store.effects(EffectFilter()).filter { $0.action == "match.search" }.isEmpty)
    }

    @Test func `gives the best total within what offers have room for, and keeps its inputs`() async throws {
        let (bench, cases) = try await hub()
        let round = try await solved(bench)
        #expect(round.id == "visits/1")
        #expect(
            round.result.assignments == [cases[0].reference: ["h2"], cases[2].reference: ["h1"]])
        #expect(round.result.total == 1.75)
        #expect(round.result.proof == "duality")
        #expect(round.excluded[cases[0].reference] == ["room": ["h3"]])
        #expect(round.sentences["room"] == "the group is too large for it")
        let kept = try await bench.engine.rounds.round("visits/1")
        #expect(kept == round)
        #expect(Round.Result(try kept.solution()) == round.result)
        #expect(try await bench.engine.rounds.headings(of: "visits").count == 1)
        #expect(try await bench.engine.rounds.headings(of: "other").isEmpty)
        await #expect(throws: EngineFailure.noRound("visits/7")) { try await bench.engine.rounds.round("visits/7") }
    }

    @Test func `is confirmed by a person: proposals in the cases, once, and the place is held`() async throws {
        let (bench, cases) = try await hub()
        let round = try await solved(bench)
        let done = try await bench.engine.rounds.confirm(round, by: bench.actor, closes: false)
        #expect(done.proposed == [cases[0].reference, cases[2].reference])
        #expect(done.failed.isEmpty && done.closed.isEmpty)
        #expect(try await bench.now(cases[0]).members.map(\.key) == ["h2"])
        #expect(try await bench.now(cases[1]).members.isEmpty)
        #expect(try await bench.store.heldPlaces() == ["h1": ["": 1], "h2": ["": 1]])
        let entry = try await bench.engine.cases.journal(cases[0].id).last
        #expect(entry?.kind == "candidates" && entry?.actor == bench.actor.id)
        let again = try await bench.engine.rounds.confirm(round, by: bench.actor, closes: false)
        #expect(again.proposed.isEmpty)
        #expect(try await bench.now(cases[0]).members.count == 1)
        #expect(try await bench.engine.rounds.round(round.id).confirmedBy == "clerk")
        // The one that got nothing is all that the next round sees, and no place is left.
        let next = try await solved(bench)
        #expect(Array(next.cases.keys) == [cases[1].reference])
        #expect(next.result.assignments.isEmpty)
    }

    @Test func `brings another host after the first has declined`() async throws {
        let (bench, cases) = try await hub()
        let round = try await solved(bench)
        _ = try await bench.engine.rounds.confirm(round, by: bench.actor, closes: false)
        let asked = try await bench.now(cases[2])
        let task = try #require(asked.tasks.first)
        let declined = try await bench.answer(asked, task.number, "decline")
        #expect(declined.region.state == "searching")
        let next = try await solved(bench)
        // The place is free again, and goes to whoever was not asked there yet.
        #expect(next.result.assignments == [cases[1].reference: ["h1"]])
        _ = try await bench.engine.rounds.confirm(next, by: bench.actor, closes: true)
        #expect(try await bench.now(cases[2]).end?.name == "none_found")
        let last = try await bench.now(cases[1])
        let found = try await bench.answer(last, try #require(last.tasks.first).number, "accept")
        #expect(found.end?.name == "closed")
    }

    @Test func `does nothing where a case or an offer has changed since, and tells every reason`() async throws {
        let (bench, cases) = try await hub()
        let round = try await solved(bench)
        _ = try await bench.engine.cases.submit(.cancel(reason: "gone"), to: cases[0].id, by: bench.actor)
        try await bench.engine.register.put(offers: [offer("h1", topic: "water", people: 1)], kind: "hosts")
        do {
            _ = try await bench.engine.rounds.confirm(round, by: bench.actor, closes: false)
            Issue.record("it was confirmed")
        } catch let mistake as MatchingMistake {
            #expect(
                mistake.messages == [
                    "\(cases[0].reference) has moved on since the round was made",
                    "h1 can no longer be proposed to \(cases[2].reference): the group is too large for it",
                ])
        }
        #expect(try await bench.now(cases[2]).members.isEmpty)
    }

    @Test func `is adjusted by hand, also against the rules, and compared with what it was`() async throws {
        let (bench, cases) = try await hub()
        let round = try await solved(bench)
        var change = RoundAdjustment()
        change.forced = [.init(request: cases[1].reference, host: "h3")]
        change.forbidden = [.init(request: cases[2].reference, host: "h1")]
        var adjusted = try bench.engine.rounds.adjusted(round, change)
        adjusted.result = Round.Result(try adjusted.solution())
        adjusted = try await bench.engine.rounds.keep(adjusted)
        #expect(adjusted.parent == "visits/1" && adjusted.id == "visits/2")
        #expect(adjusted.result.assignments == [cases[0].reference: ["h2"], cases[1].reference: ["h3"]])
        let comparison = RoundComparison(round, adjusted)
        #expect(
            comparison.changes == [
                .init(request: cases[1].reference, from: [], to: ["h3"]),
                .init(request: cases[2].reference, from: ["h1"], to: []),
            ])
        #expect(comparison.sameCount == 1)
        var free = RoundAdjustment()
        free.freed = change.forced + change.forbidden
        let back = try bench.engine.rounds.adjusted(adjusted, free)
        #expect(Round.Result(try back.solution()) == round.result)
        var wrong = RoundAdjustment()
        wrong.forced = [.init(request: "V-9", host: "h9")]
        let unknown = try bench.engine.rounds.adjusted(round, wrong)
        #expect(throws: MatchingMistake.self) { try unknown.solution() }
        let done = try await bench.engine.rounds.confirm(adjusted, by: bench.actor, closes: false)
        #expect(done.proposed.contains(cases[1].reference))
        #expect(try await bench.now(cases[1]).members.map(\.key) == ["h3"])
    }

    @Test func `keeps to quotas by what was chosen in forms and by fields of offers`() async throws {
        let (bench, cases) = try await hub()
        var order = RoundOrder()
        order.conditions = [
            "quotas": .list([
                .object([
                    "requests": .object(["ask.topic": .string("water")]),
                    "hosts": .object(["sector": .string("water")]),
                    "max": .int(0),
                ])
            ])
        ]
        let round = try await solved(bench, order)
        #expect(round.result.assignments == [cases[0].reference: ["h2"]])
        order.answers = [(Path(["ask", "topic"]), "water")]
        #expect(try await bench.engine.rounds.inputs(of: "visits", order).cases.count == 2)
    }

    @Test func `is stable where hosts rank requests by rules of their own`() async throws {
        let bench = try await Bench(roundProgramme)
        try await bench.engine.register.put(
            offers: [offer("h1", topic: "water"), offer("h2", topic: "health")], kind: "hosts")
        let large = try await ask(bench, topic: "water", people: "8")
        let small = try await ask(bench, topic: "water", people: "2")
        var order = RoundOrder()
        (order.problem, order.ranks) = (.stable, "merit")
        let round = try await solved(bench, order)
        #expect(round.result.assignments == [small.reference: ["h1"], large.reference: ["h2"]])
        #expect(round.result.blocking.isEmpty)
        // Without rules who came first goes first.
        order.ranks = nil
        #expect(
            try await solved(bench, order).result.assignments == [large.reference: ["h1"], small.reference: ["h2"]])
        order.ranks = "honour"
        await #expect(throws: EngineFailure.noRules("honour", known: ["fit", "merit"])) {
            try await bench.engine.rounds.inputs(of: "visits", order)
        }
    }

    @Test func `can be stopped while it reads, and without requests is empty`() async throws {
        let (bench, _) = try await hub()
        await #expect(throws: MatchingStopped.self) {
            try await bench.engine.rounds.inputs(of: "visits", RoundOrder()) { _, _ in false }
        }
        let empty = try await bench.engine.rounds.inputs(of: "nothing", RoundOrder())
        #expect(empty.cases.isEmpty)
        #expect(Round.Result(try empty.solution()).assignments.isEmpty)
    }
}
