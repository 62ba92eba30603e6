import Foundation
import Testing

@testable import CommandLineTool

@Suite struct `Reading a programme` {
    @Test func `draw prints a picture, in the reader's language, or into a file`() async throws {
        let hub = Hub()
        let english = await hub.run("draw", Hub.workflows + "/study-tour")
        #expect(english.code == 0, Comment(rawValue: english.errors))
        #expect(english.output.hasPrefix("<svg "))
        #expect(english.output.contains("Ready to travel"))
        let path = try hub.file("tour.svg", "what was there before")
        let french = await hub.run("draw", Hub.workflows + "/study-tour", "--language", "fr", "--output", path)
        #expect(french.code == 0, Comment(rawValue: french.errors))
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("Prêt au départ"))
        #expect(text.contains("60 jours"))
        let wrong = await hub.run("draw", Hub.workflows + "/study-tour", "--language", "xx")
        #expect(wrong.code == 2)
        let broken = try hub.file("odd.yaml", "format: 1\nprogramme: tour\n")
        let refused = await hub.run("draw", broken)
        #expect(refused.code == 1)
        #expect(refused.errors.contains("sojourn check \(broken)"))
    }
}
