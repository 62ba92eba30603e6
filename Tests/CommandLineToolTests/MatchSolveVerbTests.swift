import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `Solving a file` {
    private func solve(_ text: String, _ words: String...) async throws -> Hub.Answer {
        let hub = Hub()
        return await hub.run(["match", "solve", "--json", try hub.file("call.json", text)] + words)
    }

    @Test func `gives a list where several places are asked, and the seconds without reading`() async throws {
        let answer = try await solve(
            #"{"requests":{"r1":{"places":2,"scores":{"h1":7.5,"h2":3}},"r2":{"scores":{"h1":6}}},"hosts":{"h1":{"capacity":1},"h2":{"capacity":5}}}"#
        )
        #expect(answer.code == 0)
        #expect(answer.json?["assignments"]?["r1"] == .list([.string("h1"), .string("h2")]))
        #expect(answer.json?["total"] == .double(10.5))
        #expect(answer.json?["seconds"]?.asDouble != nil)
    }

    @Test(
        arguments: [
            (#"{"requests":{},"hosts":{}}"#, 0.0),
            (#"{"requests":{"r":{"scores":{}}},"hosts":{}}"#, 0.0),
            (#"{"requests":{"r":{"scores":{"h":4}}},"hosts":{"h":{"capacity":0}}}"#, 0.0),
            (#"{"requests":{"r":{"scores":{"h":-4}}},"hosts":{"h":{"capacity":1}}}"#, 0.0),
            (#"{"requests":{"a":{"scores":{"h":4,"g":4}},"b":{"scores":{"h":4,"g":4}}},"hosts":{"h":{},"g":{}}}"#, 8.0),
        ]) func `an empty result is no mistake`(text: String, total: Double) async throws
    {
        let answer = try await solve(text)
        #expect(answer.code == 0, Comment(rawValue: answer.errors))
        #expect(answer.json?["total"]?.asDouble == total && answer.json?["proven"] == .bool(true))
    }

    @Test(
        arguments: [
            (#"{"requests":{"r":{"scores":{"h":NaN}}},"hosts":{"h":{}}}"#, "a finite number"),
            (#"{"requests":{"r":{"scores":{"g":1}}},"hosts":{"h":{}}}"#, "'g'"),
            (#"{"requests":{"r":{},"r":{}},"hosts":{}}"#, "twice"),
            (#"{"requests":{},"hosts":{"h":{},"h":{}}}"#, "twice"),
            (#"{"requests":{},"hosts":{"h":{"capacity":-1}}}"#, "capacity"),
            (#"{"requests":{"r":{"scores":{"h":1}}},"hosts":{"h":{}},"quotas":[{"min":3,"max":2}]}"#, "least is above"),
            (#"{"requests":{"r":{"scores":{"h":1}}},"hosts":{"h":{}},"quotas":[{"min":3}]}"#, "at least 3"),
        ]) func `what cannot be meant is refused with the place and ends with 2`(text: String, words: String)
        async throws
    {
        let answer = try await solve(text)
        #expect(answer.code == 2)
        #expect(answer.errors.contains(words), Comment(rawValue: answer.errors))
        #expect(answer.output.isEmpty)
    }

    @Test func `an interruption ends with 130 and prints nothing`() async throws {
        let hub = Hub()
        let path = try hub.file("call.json", #"{"requests":{"r":{"scores":{"h":1}}},"hosts":{"h":{}}}"#)
        let interruption = Interruption()
        interruption.raise(.interrupt)
        let answer = await hub.run(["match", "solve", "--json", path], interruption: interruption)
        #expect(answer.code == 130 && answer.output.isEmpty)
        #expect(answer.errors.contains("stopped; nothing was decided"))
    }
}
