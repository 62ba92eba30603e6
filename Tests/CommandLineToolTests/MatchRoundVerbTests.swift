import Exchange
import Expressions
import Foundation
import Testing

@testable import CommandLineTool

@Suite struct `Rounds of a call by the verbs` {
    private static let offers = """
        id,institution,kind,people,capacity
        h1,Aveiro,water,9,1
        h2,Lyon,health,9,1
        h3,Graz,water,1,1

        """

    /// Three requests and two hosts that fit them; whoever comes first would take the wrong one.
    private func call() async throws -> (calls: CallHub, references: [String]) {
        let calls = try await CallHub(CallHub.wholeCall, offers: Self.offers)
        let references = [
            try await calls.ask("health", near: "h1"), try await calls.ask("water"),
            try await calls.ask("water", near: "h1"),
        ]
        return (calls, references)
    }

    private func texts(_ value: Value?) -> [String] { (value?.asList ?? []).compactMap(\.asString) }

    @Test func `a round is made, listed, shown with its reasons, and reproduced from what was kept`() async throws {
        let (calls, references) = try await call()
        let made = await calls.hub.run("match", "round", "calls", "--json")
        try CallHub.check(made)
        #expect(made.json?["round"] == .string("calls/1"))
        #expect(made.json?["total"] == .double(1.75))
        #expect(made.json?["proof"] == .string("duality"))
        #expect(made.json?["assignments"]?[references[0]] == .string("h2"))
        #expect(made.json?["assignments"]?[references[2]] == .string("h1"))
        #expect(texts(made.json?["unassigned"]) == [references[1]])
        let listed = await calls.hub.run("match", "rounds", "--json").json?["rounds"]?.asList
        #expect(listed?.map { $0["round"]?.asString } == ["calls/1"])
        // Nobody was asked, and the register may change: the inputs were kept.
        #expect(try await calls.asked(references[0]).isEmpty)
        _ = await calls.hub.run("register", "edit", "h2", "people=1", "--by", "vera")
        let shown = await calls.hub.run("match", "show", "calls/1", "--json")
        #expect(shown.json?["reproduced"] == .bool(true))
        #expect(shown.json?["total"] == .double(1.75))
        let one = await calls.hub.run("match", "show", "calls/1", "--request", references[1])
        #expect(one.output.contains("left out by room (the group is too large for it): h3"))
        #expect(one.output.contains("the host is full"))
        // The neutral form gives the same by the solver alone.
        let inputs = await calls.hub.run("match", "show", "calls/1", "--inputs")
        let path = try calls.hub.file("inputs.json", inputs.output)
        let solved = await calls.hub.run("match", "solve", "--problem", "assignment", "--json", path)
        #expect(solved.json?["total"] == .double(1.75))
        #expect(solved.json?["assignments"] == made.json?["assignments"])
    }

    @Test func `a round has what a single search has: places held, offers asked, the past`() async throws {
        let (calls, references) = try await call()
        _ = await calls.hub.run("match", "round", "calls")
        try CallHub.check(await calls.hub.run("match", "confirm", "calls/1", "--as", "clerk"))
        let next = await calls.hub.run("match", "round", "calls", "--dry-run", "--json")
        #expect(texts(next.json?["unassigned"]) == [references[1]])
        let excluded = next.json?["excluded"]?[references[1]]?.asList ?? []
        let capacity = excluded.first { $0["rule"] == .string("capacity") }
        #expect(texts(capacity?["offers"]) == ["h1", "h2"])
        #expect(capacity?["why"] == .string("all its places are held by other cases"))
        // What declined is left out by name, and its place is free for the others.
        try CallHub.check(try await calls.answer(references[2], "decline"))
        let third = await calls.hub.run("match", "round", "calls", "--dry-run", "--json")
        #expect(third.json?["assignments"]?[references[1]] == .string("h1"))
        let asked = third.json?["excluded"]?[references[2]]?.asList?.first { $0["rule"] == .string("asked") }
        #expect(texts(asked?["offers"]) == ["h1"])
        #expect(await calls.standing(references[2], "h1") == "asked: was asked in this case already: declined")
    }

    @Test func `a round is adjusted by hand and compared with the one before`() async throws {
        let (calls, references) = try await call()
        _ = await calls.hub.run("match", "round", "calls")
        let adjusted = await calls.hub.run(
            "match", "adjust", "calls/1", "--force", "\(references[1])=h3", "--forbid", "\(references[2])=h1")
        #expect(adjusted.code == 0)
        #expect(adjusted.errors.contains("placed 2 and 2, total 1.75 and 0.75"))
        let compared = await calls.hub.run("match", "compare", "calls/1", "calls/2", "--json").json
        let changed = compared?["changed"]?.asList ?? []
        #expect(changed.map { $0["request"]?.asString } == [references[1], references[2]])
        #expect(texts(changed.first?["to"]) == ["h3"] && texts(changed.last?["from"]) == ["h1"])
        #expect(compared?["same"] == .int(1))
        let freed = await calls.hub.run("match", "adjust", "calls/2", "--free", "\(references[1])=h3", "--json")
        #expect(freed.json?["parent"] == .string("calls/2"))
        #expect(freed.json?["assignments"]?[references[1]] == .string("h1") && freed.json?["total"] == .double(1.5))
        // A host that the rules leave out is proposed where a person forced it.
        let done = await calls.hub.run("match", "confirm", "calls/2", "--as", "clerk", "--json")
        #expect(done.code == 0)
        #expect(Set(texts(done.json?["proposed"])) == [references[0], references[1]])
        #expect(try await calls.asked(references[1]) == ["h3 offered"])
    }

    @Test func `confirming makes the proposals once, and nothing where something has changed`() async throws {
        let (calls, references) = try await call()
        _ = await calls.hub.run("match", "round", "calls")
        let outsider = await calls.hub.run("match", "confirm", "calls/1", "--as", "host")
        #expect(outsider.code == 1 && outsider.errors.contains("only the staff may do this: clerk"))
        #expect(try await calls.asked(references[0]).isEmpty)
        _ = await calls.hub.run("register", "edit", "h1", "people=1", "--by", "vera")
        let refused = await calls.hub.run("match", "confirm", "calls/1", "--as", "clerk")
        #expect(refused.code == 2)
        let reason = "h1 can no longer be proposed to \(references[2]): the group is too large for it"
        #expect(refused.errors.contains(reason))
        #expect(try await calls.asked(references[0]).isEmpty)
        _ = await calls.hub.run("register", "edit", "h1", "people=9", "--by", "vera")
        let done = await calls.hub.run("match", "confirm", "calls/1", "--as", "clerk", "--close")
        #expect(done.output.contains("\(references[0])  proposed to h2"))
        #expect(done.output.contains("\(references[1])  told that nothing was found"))
        #expect(try await calls.found(references[1]).end?.name == "none_found")
        #expect(try await calls.asked(references[2]) == ["h1 offered"])
        let again = await calls.hub.run("match", "confirm", "calls/1", "--as", "clerk", "--json")
        #expect(again.code == 0 && texts(again.json?["proposed"]).isEmpty)
        #expect(again.errors.contains("calls/1 was confirmed by clerk"))
        #expect(try await calls.asked(references[2]) == ["h1 offered"])
    }

    @Test func `an interruption ends with 130 and leaves nothing behind`() async throws {
        let (calls, references) = try await call()
        _ = await calls.hub.run("match", "round", "calls")
        for words in [
            ["match", "round", "calls"], ["match", "adjust", "calls/1", "--forbid", "\(references[2])=h1"],
            ["match", "confirm", "calls/1", "--as", "clerk"],
        ] {
            let interruption = Interruption()
            interruption.raise(.interrupt)
            let answer = await calls.hub.run(
                ["--database", calls.hub.database] + words, interruption: interruption)
            #expect(answer.code == 130, "\(words)")
            #expect(answer.errors.contains("stopped; nothing was decided"), "\(words)")
        }
        let rounds = await calls.hub.run("match", "rounds", "--json").json?["rounds"]?.asList
        #expect(rounds?.count == 1)
        #expect(rounds?.first?["confirmed_at"] == nil)
        for reference in references { #expect(try await calls.asked(reference).isEmpty) }
        try CallHub.check(await calls.hub.run("match", "confirm", "calls/1", "--as", "clerk"))
    }

    @Test func `hosts rank by rules of their own in a stable round`() async throws {
        let calls = try await CallHub(
            CallHub.wholeCall, offers: "id,institution,kind,people,capacity\nh1,A,water,9,1\nh2,B,health,9,1\n")
        let (large, small) = (try await calls.ask("water", people: 8), try await calls.ask("water", people: 2))
        let stable = ["match", "round", "calls", "--problem", "stable", "--json"]
        func assignments(_ words: [String]) async -> Value? {
            await calls.hub.run(["--database", calls.hub.database] + stable + words).json?["assignments"]
        }
        #expect(await assignments([])?[large] == .string("h1"))
        #expect(await assignments(["--ranks", "merit"])?[small] == .string("h1"))
        let unknown = await calls.hub.run("match", "round", "calls", "--problem", "stable", "--ranks", "honour")
        #expect(unknown.code == 1 && unknown.errors.contains("no rules \"honour\"; it has fit, merit"))
        let forced = await calls.hub.run(
            "match", "round", "calls", "--problem", "stable", "--force", "\(large)=h1")
        #expect(forced.errors.contains("not in a stable matching"))
    }

    @Test func `bad input gets a clear answer, and no round is kept`() async throws {
        let (calls, references) = try await call()
        func run(_ words: String...) async -> Hub.Answer {
            await calls.hub.run(["--database", calls.hub.database, "match"] + words)
        }
        let impossible = try calls.hub.file("q.json", #"{"quotas": [{"min": 9}]}"#)
        let quota = await run("round", "calls", "--conditions", impossible)
        #expect(quota.code == 2 && quota.errors.contains("at least 9 places"), Comment(rawValue: quota.errors))
        let notJSON = await run("round", "calls", "--conditions", try calls.hub.file("n.json", #"{"minimum": NaN}"#))
        #expect(notJSON.code == 2 && notJSON.errors.contains("is no JSON object"))
        let misspelt = await run("round", "calls", "--conditions", try calls.hub.file("m.json", #"{"quota": []}"#))
        #expect(misspelt.errors.contains("unknown field \"quota\"; known are minimum, quotas"))
        let unknown = await run("round", "calls", "--force", "NO-1=h1", "--forbid", "\(references[0])=h9")
        #expect(unknown.code == 2 && unknown.errors.contains("NO-1") && unknown.errors.contains("h9"))
        let both = await run(
            "round", "calls", "--force", "\(references[0])=h1", "--forbid", "\(references[0])=h1")
        #expect(both.code != 0, Comment(rawValue: both.errors + both.output))
        #expect(await run("round", "calls", "--where", "ask").errors.contains("--where is written FORM.FIELD=TEXT"))
        #expect(await run("round", "cals").errors.contains("there is no programme \"cals\""))
        #expect(await run("show", "calls/7").errors.contains("there is no round \"calls/7\""))
        #expect(await run("compare", "calls/7", "calls/8").code == 1)
        #expect(await run("adjust", "calls/7", "--force", "a=b").code == 1)
        #expect(await run("adjust", "calls/7").code == 2)
        #expect(await run("confirm", "calls/7", "--as", "clerk").code == 1)
        #expect(await run("rounds", "--json").json?["rounds"]?.asList?.isEmpty ?? false)
    }

    @Test func `no requests, no offers and equal scores are no mistakes`() async throws {
        let empty = try await CallHub(CallHub.wholeCall, offers: "id,institution,kind,people,capacity\n")
        let nobody = await empty.hub.run("match", "round", "calls")
        #expect(nobody.code == 0 && nobody.errors.contains("no case of calls looks for hosts"))
        let reference = try await empty.ask("water")
        let hostless = await empty.hub.run("match", "round", "calls", "--json")
        #expect(hostless.code == 0 && texts(hostless.json?["unassigned"]) == [reference])
        let same = "id,institution,kind,people,capacity\nh2,B,water,9,1\nh1,A,water,9,1\nh0,C,water,9,0\n"
        let equal = try await CallHub(CallHub.wholeCall, offers: same)
        let references = [try await equal.ask("water"), try await equal.ask("water")]
        let first = await equal.hub.run("match", "round", "calls", "--json").json
        let second = await equal.hub.run("match", "round", "calls", "--json").json
        #expect(first?["total"] == .double(1.5))
        #expect(first?["assignments"] == second?["assignments"])
        let none = first?["excluded"]?[references[0]]?.asList?.first { $0["rule"] == .string("capacity") }
        #expect(texts(none?["offers"]) == ["h0"])
    }
}
