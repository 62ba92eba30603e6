import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `The picture of a case` {
    @Test func `a case is drawn from its journal, without names`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let values = try hub.file("request.json", Hub.request)
        _ = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values)
        _ = await hub.run("case", "hold", reference, "--as", "head", "--reason", "elections & <strikes>")
        let drawn = await hub.run("case", "draw", reference)
        #expect(drawn.code == 0)
        #expect(drawn.output.hasPrefix("<svg ") && drawn.output.hasSuffix("</svg>\n"))
        #expect(drawn.output.contains("on hold (elections &amp; &lt;strikes&gt;)"))
        #expect(!drawn.output.contains("Ana") && !drawn.output.contains("@"))
        #expect(await hub.run("case", "draw", reference, "--json").json?["case"] == .string(reference))
    }
}
