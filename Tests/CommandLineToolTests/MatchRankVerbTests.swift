import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `The ranking of a call by the verb` {
    private static let request =
        #"{"objective":"Cleaner air","outcomes":["enhanced_skill"],"people":4,"country":"BA","windows":["2027-06-01/2027-06-30"],"languages":["en"],"budget":"70000 EUR","letter":"letter.pdf","call":"spring_2027"}"#

    private func answer(_ hub: Hub, _ task: String, _ words: String...) async throws {
        let answer = await hub.run(["--database", hub.database, "task", "answer", task] + words)
        try CallHub.check(answer)
    }

    /// Two requests of a call that has money for one, the second the better one; their references.
    private func call() async throws -> (hub: Hub, weaker: String, better: String) {
        let hub = Hub()
        var references: [String] = []
        for points in [3, 5] {
            let reference = await hub.startTour()
            references.append(reference)
            try await answer(
                hub, "\(reference).1", "submit", "--as", "requester", "--values", try hub.file("r.json", Self.request))
            try await answer(hub, "\(reference).2", "accept", "--as", "coordinator")
            for assessor in await hub.holders("assessor", of: reference) {
                try await answer(
                    hub, "\(reference).3", "done", "--as", "assessor", "--by", assessor, "--set",
                    "relevance=\(points)", "--set", "readiness=\(points)", "--set", "reach=\(points)")
            }
        }
        try await hub.turn(to: "2027-01-14T23:00:00Z")
        return (hub, references[0], references[1])
    }

    @Test func `shows who is in and who waits, and letters of regret are held until they are released`() async throws {
        let (hub, weaker, better) = try await call()
        let shown = await hub.run("match", "rank", "study-tour", "spring_2027", "--json")
        try CallHub.check(shown)
        let ranking = shown.json?["ranking"]?.asList ?? []
        #expect(ranking.map { $0["case"]?.asString } == [better, weaker])
        #expect(ranking.map { $0["in"] } == [.bool(true), .bool(false)])
        #expect(shown.json?["budget"] == .double(120_000) && shown.json?["left"] == .double(50_000))
        #expect(ranking.last?["why"]?.asString == "place 1 on the waitlist: 20000.0 more would be needed")
        let nobody = await hub.run("match", "rank", "study-tour", "spring_2027", "--close")
        #expect(nobody.code == 2 && nobody.errors.contains("want --as"))
        let host = await hub.run("match", "rank", "study-tour", "spring_2027", "--close", "--as", "host")
        #expect(host.code == 1 && host.errors.contains("only the staff may do this"))
        let closed = await hub.run(
            "match", "rank", "study-tour", "spring_2027", "--close", "--as", "coordinator", "--json")
        #expect(closed.code == 0 && closed.errors.contains("1 that they are out; 1 letter is held in the outbox"))
        #expect(closed.json?["told_out"] == .list([.string(weaker)]) && closed.json?["letters_held"] == .int(1))
        try await hub.turn(to: "2027-01-14T23:10:00Z")
        #expect(await letters(hub, weaker) == ["held"])
        let key = await effects(hub, weaker).first?["key"]?.asString ?? ""
        try CallHub.check(await hub.run("outbox", "release", key))
        #expect(await letters(hub, weaker) == ["queued"])
        let left = await hub.run("match", "rank", "study-tour", "spring_2027", "--json").json?["ranking"]?.asList
        #expect(left?.map { $0["case"]?.asString } == [better])
        let unknown = await hub.run("match", "rank", "study-tour", "summer_2027")
        #expect(unknown.code == 1 && unknown.errors.contains("waits for the ranking of a call \"summer_2027\""))
    }

    private func effects(_ hub: Hub, _ reference: String) async -> [Value] {
        let listed = await hub.run("outbox", "list", "--case", reference, "--json").json
        return (listed?["effects"]?.asList ?? []).filter { $0["label"]?.asString?.contains("regret") ?? false }
    }

    private func letters(_ hub: Hub, _ reference: String) async -> [String?] {
        await effects(hub, reference).map { $0["state"]?.asString }
    }
}
