import Expressions
import Foundation
import Testing

@testable import CommandLineTool

@Suite("The shortlist of a case, by the verb")
struct MatchCaseTests {
    private func asked() async throws -> (hub: Hub, reference: String) {
        let hub = Hub()
        let reference = await hub.startTour()
        let answered = await hub.run(
            "task", "answer", "\(reference).1", "submit", "--as", "requester", "--values",
            try hub.file("request.json", Hub.request))
        #expect(answered.code == 0, Comment(rawValue: answered.errors))
        return (hub, reference)
    }

    private static let offers = """
        id,institution,country,topics,languages,windows,people,cost,text
        h1,Aveiro,PT,enhanced_skill;new_knowledge,en;pt,2027-06-01/2027-06-30;2027-06-20/2027-07-31,8,9000 EUR,We measure the air
        h2,Kigali,RW,new_knowledge,en;fr,2027-06-10/2027-06-20,6,8000 EUR,Roads
        h3,Sarajevo,BA,enhanced_skill,en,2027-06-01/2027-06-30,8,1000 EUR,Cleaner air at home
        h4,Porto,PT,enhanced_skill,en,2027-10-12/2027-11-30,8,9000 EUR,Cleaner air later
        h5,Lyon,FR,enhanced_skill,fr,2027-10-12/2027-11-30,2,90000 EUR,Everything wrong

        """

    @Test("it gives every part of the score, every rule, and what would have to change")
    func whole() async throws {
        let (hub, reference) = try await asked()
        #expect(await hub.run("import", "offers", try hub.file("o.csv", Self.offers)).code == 0)
        let json = await hub.run("match", reference, "--json").json
        let candidates = json?["candidates"]?.asList ?? []
        #expect(candidates.map { $0["offer"]?.asString } == ["h1", "h2"])
        let parts = candidates.first?["parts"]?.asList ?? []
        #expect(parts.first?["part"] == .string("topics") && parts.first?["points"] == .double(1))
        #expect(parts.first?["weight"] == .double(3))
        #expect(candidates.first?["reasons"]?.asString?.hasPrefix("topics in common with the outcomes sought") ?? false)
        let excluded = json?["excluded"]?.asList ?? []
        #expect(excluded.map { $0["offer"]?.asString } == ["h3", "h4", "h5"])
        #expect(excluded.map { $0["rule"]?.asString } == ["not_their_own", "free_then", "shared_language"])
        let changes = json?["what_if"]?.asList ?? []
        #expect(changes.contains { $0["change"] == .string("available if the visit began on or after 2027-10-12") })
        let page = await hub.run("match", "case", reference)
        #expect(page.output.contains("h4  available if the visit began on or after 2027-10-12"))
        #expect(page.output.contains("3 offers were left out: not_their_own 1, shared_language 1, free_then 1"))
    }

    @Test("weights are tried and not kept, and must be of a part and a number")
    func weights() async throws {
        let (hub, reference) = try await asked()
        _ = await hub.run("import", "offers", try hub.file("o.csv", Self.offers))
        func order(_ words: String...) async -> [String?] {
            let answer = await hub.run(["--database", hub.database, "match", reference, "--json"] + words)
            return (answer.json?["candidates"]?.asList ?? []).map { $0["offer"]?.asString }
        }
        let other = await order(
            "--weight", "topics=0", "--weight", "periods=0", "--weight", "words=0", "--weight", "cost=9")
        #expect(other == ["h2", "h1"])
        #expect(await order() == ["h1", "h2"])
        let unknown = await hub.run("match", reference, "--weight", "topic=3")
        #expect(unknown.errors.contains("no part \"topic\"; did you mean \"topics\"?"))
        for wrong in ["topics", "topics=-1", "topics=nan", "topics=1e9", "=3"] {
            #expect(await hub.run("match", reference, "--weight", wrong).code != 0, "\(wrong)")
        }
    }

    @Test("where nobody is left it says which filter to widen; an empty register says so")
    func nobody() async throws {
        let (hub, reference) = try await asked()
        let empty = await hub.run("match", reference)
        #expect(empty.code == 1 && empty.output.contains("nobody is left"))
        let late = Self.offers.split(separator: "\n").filter { !$0.hasPrefix("h1") && !$0.hasPrefix("h2") }.joined(
            separator: "\n")
        _ = await hub.run("import", "offers", try hub.file("late.csv", late + "\n"))
        let page = await hub.run("match", reference)
        #expect(page.code == 1)
        #expect(page.output.contains("widen not_their_own: 1 offer fails it alone"))
        #expect(page.output.contains("widen free_then: 1 offer fails it alone"))
    }

    @Test("a misspelt subcommand is still proposed, a case that is not there too")
    func misspelt() async throws {
        let (hub, _) = try await asked()
        #expect(await hub.run("match", "solvee").errors.contains("did you mean 'solve'?"))
        #expect(await hub.run("match", "ST-2027-0009").errors.contains("there is no case \"ST-2027-0009\""))
    }
}
