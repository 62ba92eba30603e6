import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import SQLiteStore
import Service
import Testing

@testable import CommandLineTool

@Suite struct `Programmes change while cases run` {
    static let first = """
        format: 1
        programme: visit
        version: 1
        people:
          guest: {title: Guest}
          clerk: {title: Clerk, staff: yes, acts-for: [guest]}
        forms:
          wish: {what: {type: text, required: yes, question: What would you like?}}
        stages:
          request:
            asking:
              task: {who: guest, form: wish, due: 10 days}
              clock: {5 days: remind, 20 days: expired}
              next: {sent: looking}
            looking:
              task: {who: clerk, due: 5 working days}
              clock: {due: {escalate: clerk}, 60 days: expired}
              next: {good: closed, bad: refused}
        ends: {closed: fulfilled, refused: refused, expired: expired}

        """
    static let second = first.replacing("version: 1", with: "version: 2").replacing("looking", with: "judging")
        .replacing("20 days: expired", with: "30 days: expired")

    /// A hub with two cases of version 1 and version 2 beside it: one is asked, one is looked at.
    private func hub() async throws -> (Hub, asked: String, looked: String) {
        let hub = Hub()
        for (name, text) in [("one", Self.first), ("two", Self.second)] {
            let added = await hub.run("programme", "add", try hub.file("\(name)/programme.yaml", text))
            #expect(added.code == 0, Comment(rawValue: added.errors))
        }
        var references: [String] = []
        for name in ["Ana", "Bo"] {
            let started = await hub.run(
                "case", "start", "visit@1", "--as", "clerk", "--person",
                "guest=\(name) <\(name.lowercased())@a.example>",
                "--person", "clerk=Cy <cy@hub.example>", "--json")
            references.append(started.json?["reference"]?.asString ?? started.errors)
        }
        let done = await hub.run("task", "answer", "\(references[1]).1", "--as", "guest", "--set", "what=tea")
        #expect(done.code == 0, Comment(rawValue: done.errors))
        return (hub, references[0], references[1])
    }

    private func version(_ hub: Hub, _ reference: String) async throws -> Int {
        var found = 0
        try await hub.withService { found = try await $0.engine.cases.load(reference).machine.programme.version }
        return found
    }

    @Test func `a dry run says for each case what would change, and names all that needs a mapping`() async throws {
        let (hub, asked, looked) = try await hub()
        let dry = await hub.run("programme", "migrate", "visit@1", "--to", "visit@2", "--dry-run")
        #expect(dry.code == 1)
        #expect(dry.output.contains("\(asked)  moves\n  the move of \"30 days\" moves from 2027-"))
        #expect(dry.output.contains("\(looked)  waits for a mapping: state \"looking\""))
        #expect(dry.errors.contains("say what they are there: --map state:looking=NEW"))
        #expect(dry.errors.contains("1 of 2 cases can move to visit version 2; this was a dry run"))
        // Without the word nothing moves either as long as one waits.
        let refused = await hub.run("programme", "migrate", "visit@1", "--to", "visit@2")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("nothing was changed; --partly moves those that can"))
        let mapped = await hub.run(
            "programme", "migrate", "visit@1", "--to", "visit@2", "--map", "looking=judging", "--dry-run", "--json")
        #expect(mapped.code == 0, Comment(rawValue: mapped.errors))
        let cases = mapped.json?["cases"]?.asList ?? []
        #expect(cases.map { $0["verdict"]?.asString } == ["moves", "moves"])
        #expect(cases.last?["changes"] == .list([.string("\"looking\" is called \"judging\" now")]))
        #expect(cases.last?["history"] == .string("its history gives the same under the new version"))
        for reference in [asked, looked] {
            let version = try await version(hub, reference)
            #expect(version == 1)
        }
    }

    @Test func `all cases move at once, go on where they stood, and nobody hears of it twice`() async throws {
        let (hub, asked, looked) = try await hub()
        let before = await hub.run("outbox", "list", "--json").json?["effects"]?.asList?.count
        let moved = await hub.run("programme", "migrate", "visit@1", "--to", "visit@2", "--map", "looking=judging")
        #expect(moved.code == 0, Comment(rawValue: moved.errors))
        #expect(moved.errors.contains("2 cases moved to visit version 2"))
        for reference in [asked, looked] {
            let version = try await version(hub, reference)
            #expect(version == 2)
        }
        #expect(await hub.run("outbox", "list", "--json").json?["effects"]?.asList?.count == before)
        let shown = await hub.run("case", "show", looked, "--json").json
        #expect(shown?["state"] == .string("judging"))
        #expect(await hub.run("task", "list", "--case", looked).output.contains("judging"))
        #expect(await hub.run("journal", looked).output.contains("taken over from visit 1 to visit 2"))
        #expect(await hub.run("journal", looked, "--json").code == 0)
        #expect(await hub.run("doctor").code == 0)
        let answered = await hub.run("task", "answer", "\(looked).2", "good", "--as", "clerk")
        #expect(answered.code == 0, Comment(rawValue: answered.errors))
        let again = await hub.run("programme", "migrate", "visit@1", "--to", "visit@2")
        #expect(again.code == 0 && again.errors.contains("no live case is left"))
    }

    @Test func `one case can move alone, and those that can may move without the rest`() async throws {
        let (hub, asked, looked) = try await hub()
        let lost = await hub.run("programme", "migrate", "visit", "--to", "visit@2", "--case", "nobody")
        #expect(lost.code == 1 && lost.errors.contains("is called nobody"))
        let partly = await hub.run("programme", "migrate", "visit@1", "--to", "visit@2", "--partly", "--json")
        #expect(partly.code == 1)
        #expect(partly.json?["moved"] == .int(1))
        #expect(try await version(hub, asked) == 2)
        #expect(try await version(hub, looked) == 1)
        let alone = await hub.run(
            "programme", "migrate", "visit@1", "--to", "visit@2", "--case", looked, "--map", "state:looking=judging")
        #expect(alone.code == 0, Comment(rawValue: alone.errors))
        #expect(try await version(hub, looked) == 2)
    }

    @Test func `every mistake of a map is told at once`() async throws {
        let (hub, _, _) = try await hub()
        let wrong = await hub.run(
            "programme", "migrate", "visit@1", "--to", "visit@2", "--map", "loking=judging", "--map", "looking=juding",
            "--map", "looking", "--map", "stat:looking=judging")
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("the old version has no \"loking\"; did you mean \"looking\"?"))
        #expect(wrong.errors.contains("the new version has no state \"juding\"; did you mean \"judging\"?"))
        #expect(wrong.errors.contains("--map is written OLD=NEW"))
        #expect(wrong.errors.contains("--map knows no \"stat\"; did you mean \"state\"?"))
        let unknown = await hub.run("programme", "migrate", "visit@1", "--to", "vist@2")
        #expect(unknown.errors.contains("did you mean \"visit@2\"?"))
    }

    @Test func `a case that changed after it was judged is judged anew, and is never half moved`() async throws {
        let (hub, asked, looked) = try await hub()
        try await hub.withService { service in
            let migrations = service.engine.migrations
            let hashes = Set(try await migrations.contents(named: "visit@1").map(\.hash))
            let new = try await service.engine.shelf.newest(named: "visit@2")
            let plan = try await migrations.plan(
                from: hashes, to: new, map: MigrationMap(names: [.state: ["looking": "judging"]]))
            #expect(plan.isClear)
            // Meanwhile: one goes on within what is mapped, the other ends.
            let c = try await service.engine.cases.load(asked).case
            let guest = Actor(id: c.people["guest"]?.first?.id ?? "", role: "guest")
            _ = try await service.engine.cases.submit(
                .answer(task: 1, outcome: "sent", values: ["what": .string("milk")], reason: nil), to: asked, by: guest)
            let other = try await service.engine.cases.load(looked).case
            let clerk = Actor(id: other.people["clerk"]?.first?.id ?? "", role: "clerk")
            _ = try await service.engine.cases.submit(
                .answer(task: 2, outcome: "bad", values: [:], reason: nil), to: looked, by: clerk)
            let done = try await migrations.carryOut(plan, by: .service)
            #expect(done.moved == [asked] && done.left.isEmpty)
            let state = try await service.engine.cases.load(asked).case.region.state
            #expect(state == "judging")
            let version = try await service.engine.cases.load(looked).machine.programme.version
            #expect(version == 1)
            _ = try await service.engine.cases.journal(asked)
        }
    }

    @Test func `while the service runs, it is asked through its socket`() async throws {
        let (hub, _, looked) = try await hub()
        try await hub.withService { service in
            var place = hub.place
            place.running = service
            let terminal = Terminal.inMemory(columns: nil, environment: ["TERM": "dumb"])
            let code = await Sojourn.tree(at: place).answer(
                [
                    "--database", hub.database, "programme", "migrate", "visit@1", "--to", "visit@2", "--map",
                    "looking=judging",
                ], on: terminal)
            #expect(code == .success)
            // The running service sees the case in its new version at once.
            let seen = try await service.engine.cases.load(looked).machine.programme.version
            #expect(seen == 2)
        }
    }
}
