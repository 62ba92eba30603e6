import Expressions
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

    @Test func `explain prints tables no wider than asked, Markdown, or JSON`() async throws {
        let hub = Hub()
        let folder = Hub.workflows + "/study-tour"
        let page = await hub.run(["explain", folder, "--visit", "2027-06-14/2027-06-18"], columns: 100)
        #expect(page.code == 0, Comment(rawValue: page.errors))
        #expect(page.output.contains("Stage: Request"))
        #expect(page.output.contains("15 April 2027"))
        #expect(page.output.split(separator: "\n").allSatisfy { String($0).columns <= 100 })
        let markdown = await hub.run("explain", folder, "--markdown", "--language", "fr")
        #expect(markdown.output.contains("| État | Qui | Demandé | Échéance | Rappels | Suite |"))
        #expect(await hub.run("explain", folder, "--json").json?["sections"]?.asList?.count ?? 0 > 8)
        #expect(await hub.run("explain", folder, "--visit", "2027-06-18/2027-06-14").code == 2)
    }
}
