import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import Service
import Testing

@testable import CommandLineTool

@Suite struct `Places that proposals hold` {
    private static let offers = """
        id,institution,kind,people,capacity,per
        h1,Aveiro,water,9,1,
        h2,Lyon,water,9,2,
        h3,Graz,water,9,0,

        """

    /// Two requests; the first asks the nearest, whose only place is held from then on.
    private func twoRequests() async throws -> (calls: CallHub, first: String, second: String) {
        let calls = try await CallHub(offers: Self.offers)
        let first = try await calls.ask("water", near: "h1")
        return (calls, first, try await calls.ask("water", near: "h1"))
    }

    @Test func `are shown to other cases as the rule that leaves the offer out, and asked nobody`() async throws {
        let (calls, first, second) = try await twoRequests()
        #expect(try await calls.asked(first) == ["h1 offered"])
        #expect(try await calls.asked(second) == ["h2 offered"])
        #expect(await calls.standing(second, "h1") == "capacity: its only place is held by another case")
        #expect(await calls.standing(second, "h3") == "capacity: it has a capacity of 0")
        #expect(await calls.standing(second, "h2") == "asked: was asked in this case already: still asked")
        // Its own place keeps nobody out: the reason is that it was asked.
        #expect(await calls.standing(first, "h1") == "asked: was asked in this case already: still asked")
        #expect(await calls.standing(first, "h2") == "candidate")
        let third = try await calls.ask("water")
        #expect(try await calls.asked(third) == ["h2 offered"])
        #expect(await calls.standing(first, "h2") == "capacity: its 2 places are held by other cases")
        let page = await calls.hub.run("match", first)
        #expect(page.code == 1 && page.output.contains("h2     capacity  its 2 places are held by other cases"))
    }

    @Test func `are free again when the proposal is declined, and the next is asked`() async throws {
        let (calls, first, second) = try await twoRequests()
        try CallHub.check(try await calls.answer(first, "decline"))
        #expect(try await calls.asked(first) == ["h1 declined", "h2 offered"])
        #expect(await calls.standing(second, "h1") == "candidate")
        #expect(await calls.standing(first, "h1") == "asked: was asked in this case already: declined")
    }

    @Test func `are free again when the proposal expires, and the next is asked`() async throws {
        let (calls, first, second) = try await twoRequests()
        try await calls.hub.turn(to: "2027-01-16T08:00:00Z")
        // The second proposal is answered in time, so that only the first expires.
        try CallHub.check(try await calls.answer(second, "accept"))
        try await calls.hub.turn(to: "2027-01-22T00:05:00Z")
        #expect(try await calls.asked(first) == ["h1 silent", "h2 offered"])
        #expect(await calls.standing(second, "h1") == "candidate")
    }

    @Test func `stay held while an agreement is made, and are free when the case ends`() async throws {
        let (calls, first, second) = try await twoRequests()
        for _ in 0..<2 { try CallHub.check(try await calls.answer(first, "accept")) }
        #expect(try await calls.found(first).region.state == "agreed")
        #expect(await calls.standing(second, "h1") == "capacity: its only place is held by another case")
        let ended = await calls.hub.run("case", "cancel", first, "--as", "clerk", "--reason", "gone")
        try CallHub.check(ended)
        #expect(await calls.standing(second, "h1") == "candidate")
    }

    @Test func `are counted in their period: a place of this year keeps nobody out of the next`() async throws {
        let yearly = "id,institution,kind,people,capacity,per\nh1,Aveiro,water,9,1,year\nh2,Lyon,water,9,9,\n"
        let calls = try await CallHub(offers: yearly)
        let first = try await calls.ask("water", near: "h1")
        for _ in 0..<2 { try CallHub.check(try await calls.answer(first, "accept")) }
        let number = try await calls.found(first).tasks.last?.number ?? 0
        try CallHub.check(await calls.hub.run("task", "answer", "\(first).\(number)", "done", "--as", "clerk"))
        let second = try await calls.ask("water", near: "h1")
        #expect(await calls.standing(second, "h1") == "capacity: its only place in 2027 is held by another case")
        try await calls.hub.turn(to: "2028-01-11T08:00:00Z")
        let third = try await calls.ask("water", near: "h1")
        #expect(try await calls.asked(third) == ["h1 offered"])
    }
}

@Suite struct `Both sides of a proposal` {
    private static let offers = "id,institution,kind,people,capacity\nh1,Aveiro,water,9,1\nh2,Lyon,water,9,1\n"

    private func accepted() async throws -> (calls: CallHub, reference: String) {
        let calls = try await CallHub(offers: Self.offers)
        let reference = try await calls.ask("water", near: "h1")
        try CallHub.check(try await calls.answer(reference, "accept"))
        #expect(try await calls.asked(reference) == ["h1 confirming"])
        return (calls, reference)
    }

    @Test func `accept the same version of the offer: where it was changed in between both are asked anew`()
        async throws
    {
        let (calls, reference) = try await accepted()
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "people=5", "--by", "vera"))
        let refused = try await calls.answer(reference, "accept")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("nothing is accepted yet: h1 was changed since it was proposed (people)"))
        #expect(try await calls.asked(reference) == ["h1 offered"])
        #expect(try await calls.found(reference).members[0].row["people"]?.asDouble == 5)
        let log = await calls.hub.run("journal", reference)
        #expect(log.output.contains("h1 was changed since it was proposed (people): asked anew"))
        // The place stays held all the while.
        let other = try await calls.ask("water", near: "h1")
        #expect(try await calls.asked(other) == ["h2 offered"])
        for _ in 0..<2 { try CallHub.check(try await calls.answer(reference, "accept")) }
        #expect(try await calls.asked(reference) == ["h1 accepted"])
    }

    @Test func `are not asked anew by a change elsewhere, nor by one who declines`() async throws {
        let (calls, reference) = try await accepted()
        try CallHub.check(await calls.hub.run("register", "edit", "h2", "people=5", "--by", "vera"))
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "people=9", "--by", "vera"))
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "people=4", "--by", "vera"))
        try CallHub.check(try await calls.answer(reference, "decline"))
        #expect(try await calls.asked(reference) == ["h1 declined", "h2 offered"])
        // The second was found before it was changed, and is proposed anew as it is now.
        #expect(try await calls.answer(reference, "accept").errors.contains("h2 was changed since it was proposed"))
        for _ in 0..<2 { try CallHub.check(try await calls.answer(reference, "accept")) }
        #expect(try await calls.asked(reference) == ["h1 declined", "h2 accepted"])
    }

    @Test(arguments: [
        (["register", "withdraw", "h1", "--by", "vera"], "it was withdrawn from the register"),
        (["register", "merge", "h2", "h1", "--by", "vera"], "it was merged into another entry of the register"),
        (["register", "edit", "h1", "capacity=0", "--by", "vera"], "it has a capacity of 0"),
        (["register", "edit", "h1", "people=1", "--by", "vera"], "the group is too large for it"),
    ])
    func `a proposal ends, and the next is asked, where its offer can no longer be had`(
        change: [String], why: String
    ) async throws {
        let (calls, reference) = try await accepted()
        let changed = await calls.hub.run(["--database", calls.hub.database] + change)
        try CallHub.check(changed)
        let refused = try await calls.answer(reference, "accept")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("nothing is accepted: h1 can no longer be had (\(why))"))
        #expect(try await calls.asked(reference).starts(with: ["h1 stood_down", "h2 offered"]))
        let log = await calls.hub.run("journal", reference)
        #expect(log.output.contains("h1 can no longer be had (\(why)): its proposal ends"))
        // Its place is free for whoever could have it.
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "people=9", "capacity=1", "--by", "vera"))
        let other = try await calls.ask("water", near: "h1")
        #expect(try await calls.asked(other) == ["h1 offered"])
        for _ in 0..<2 { try CallHub.check(try await calls.answer(reference, "accept")) }
        #expect(try await calls.found(reference).region.state == "agreed")
    }

    @Test func `no more accept than an offer has places, where its capacity was lowered meanwhile`() async throws {
        let calls = try await CallHub(
            offers: "id,institution,kind,people,capacity\nh1,Aveiro,water,9,2\nh2,Lyon,water,9,1\n")
        let first = try await calls.ask("water", near: "h1")
        let second = try await calls.ask("water", near: "h1")
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "capacity=1", "--by", "vera"))
        let refused = try await calls.answer(first, "accept")
        #expect(refused.errors.contains("its only place is held by another case"))
        #expect(try await calls.asked(first) == ["h1 stood_down", "h2 offered"])
        #expect(try await calls.answer(second, "accept").errors.contains("both sides are asked anew"))
        for _ in 0..<2 { try CallHub.check(try await calls.answer(second, "accept")) }
        #expect(try await calls.asked(second) == ["h1 accepted"])
    }

    @Test func `hold a place of the new period where the offer counts in another one now`() async throws {
        let (calls, reference) = try await accepted()
        try CallHub.check(await calls.hub.run("register", "edit", "h1", "per=year", "--by", "vera"))
        #expect(try await calls.answer(reference, "accept").errors.contains("(per)"))
        #expect(try await calls.found(reference).reservations.values.map(\.period) == ["2027"])
        let other = try await calls.ask("water", near: "h1")
        #expect(try await calls.asked(other) == ["h2 offered"])
        #expect(await calls.standing(other, "h1") == "capacity: its only place in 2027 is held by another case")
    }

    @Test func `accept what has lapsed: whoever accepts says that it holds`() async throws {
        let (calls, reference) = try await accepted()
        try await calls.hub.withService { service in
            let entry = try await service.engine.register.find("h1")
            _ = try await service.engine.register.set(.lapsed, of: entry, by: "clock", what: "lapsed")
        }
        try CallHub.check(try await calls.answer(reference, "accept"))
        #expect(try await calls.asked(reference) == ["h1 accepted"])
    }

    @Test func `see in the log that the programme was changed in between`() async throws {
        let (calls, reference) = try await accepted()
        let second = try calls.hub.file("two/programme.yaml", CallHub.programme(version: 2))
        try CallHub.check(await calls.hub.run("programme", "add", second))
        try CallHub.check(await calls.hub.run("programme", "migrate", "calls@1", "--to", "calls@2"))
        try CallHub.check(try await calls.answer(reference, "accept"))
        let log = await calls.hub.run("journal", reference).output
        let host = log.range(of: "answered \"accept\"")
        let moved = log.range(of: "taken over from")
        #expect(try #require(host).lowerBound < #require(moved).lowerBound)
        #expect(try #require(moved).lowerBound < #require(log.range(of: "ended as accepted")).lowerBound)
    }
}
