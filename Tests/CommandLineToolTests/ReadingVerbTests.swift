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

@Suite struct `Writing a programme` {
    @Test func `schema is JSON Schema, in general or with a programme's names`() async throws {
        let hub = Hub()
        let general = await hub.run("schema")
        #expect(general.code == 0, Comment(rawValue: general.errors))
        #expect(general.json?["$schema"] == .string("https://json-schema.org/draft/2020-12/schema"))
        #expect(general.json?["properties"]?["office-hour"]?["description"] != nil)
        let path = hub.folder + "/tour.schema.json"
        _ = try hub.file("tour.schema.json", "")
        let own = await hub.run("schema", Hub.workflows + "/study-tour", "-o", path)
        #expect(own.code == 0, Comment(rawValue: own.errors))
        #expect(own.output == "")
        let schema = try Value(json: Array(Data(contentsOf: URL(fileURLWithPath: path))))
        let targets = schema["$defs"]?["step"]?["properties"]?["to"]?["enum"]?.asList ?? []
        #expect(targets.contains(.string("screening")) && targets.contains(.string("no_match")))
        let member = schema["$defs"]?["step-of-delegates"]?["properties"]?["to"]?["enum"]?.asList ?? []
        #expect(member.contains(.string("ticketing")) && !member.contains(.string("screening")))
        #expect(schema["$defs"]?["use"]?["properties"]?["calendar.invite"]?["properties"]?["days"] != nil)
        let broken = try hub.file("odd.yaml", "format: 1\nprogramme: tour\n")
        #expect(await hub.run("schema", broken).code == 1)
        #expect(await hub.run("schema", hub.folder + "/none").code == 2)
    }

    @Test func `diff tells two versions in sentences, from folders and from the database`() async throws {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/thematic-visit")
        let changed = hub.folder + "/changed"
        try FileManager.default.copyItem(atPath: Hub.workflows + "/thematic-visit", toPath: changed)
        let file = changed + "/programme.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let same = await hub.run("diff", "thematic-visit", changed)
        #expect(same.code == 0, Comment(rawValue: same.errors))
        #expect(same.output == "" && same.errors.contains("the two are the same"))
        try (text + "# A word more.\n").write(toFile: file, atomically: true, encoding: .utf8)
        let layout = await hub.run("diff", "thematic-visit@1", changed)
        #expect(layout.code == 0)
        #expect(layout.output.hasPrefix("Both do, ask and say the same;"))
        #expect(layout.output.contains("programme.yaml"))
        try text.replacing("version: 1\n", with: "version: 2\n").write(toFile: file, atomically: true, encoding: .utf8)
        let other = await hub.run("diff", Hub.workflows + "/thematic-visit", changed)
        #expect(other.code == 1)
        #expect(other.output == "The programme is now version 2 instead of 1.\n")
        let json = await hub.run("diff", "--json", "thematic-visit", changed).json
        #expect(json?["same"] == .bool(false))
        #expect(json?["sentences"]?.asList?.first?["about"] == .string("programme"))
        #expect(json?["new"]?["version"] == .int(2))
    }

    @Test func `diff ends with 2 where one of the two cannot be read`() async throws {
        let hub = Hub()
        let tour = Hub.workflows + "/study-tour"
        let missing = await hub.run("diff", tour, hub.folder + "/none")
        #expect(missing.code == 2 && missing.errors.contains("there is no such file or folder"))
        let broken = try hub.file("odd.yaml", "format: 1\nprogramme: tour\n")
        let refused = await hub.run("diff", broken, tour)
        #expect(refused.code == 2 && refused.errors.contains("has mistakes"))
        let unknown = await hub.run("diff", tour, "study-tour@7")
        #expect(unknown.code == 2, Comment(rawValue: unknown.errors))
    }

    @Test func `fmt lays out files and folders, says what would change, and reads standard input`() async throws {
        let hub = Hub()
        let path = try hub.file("tour.yaml", "a:\n    b: 'c'  \r\n")
        let check = await hub.run("fmt", "--check", path)
        #expect(check.code == 1 && check.output == path + "\n")
        #expect(try String(contentsOfFile: path, encoding: .utf8).contains("\r"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(await hub.run("fmt", path).code == 0)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "a:\n  b: \"c\"\n")
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
        #expect(await hub.run("fmt", "--check", path).code == 0)
        let input = await hub.run("fmt", "-", input: ["a: [1,", "2]\n"])
        #expect(input.code == 0 && input.output == "a: [1, 2]\n")
        let folder = await hub.run("fmt", "--check", "--json", Hub.workflows + "/thematic-visit")
        #expect(folder.code == 0, Comment(rawValue: folder.output))
        #expect(folder.json?["files"]?.asList?.count ?? 0 > 10)
    }

    @Test func `fmt leaves a file with a mistake of syntax as it is`() async throws {
        let hub = Hub()
        let text = "a: [1, 2  \n  b: 'c'\n"
        let path = try hub.file("odd.yaml", text)
        let answer = await hub.run("fmt", path)
        #expect(answer.code == 2)
        #expect(answer.output.contains("odd.yaml:1:4: error: "))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
        #expect(await hub.run("fmt", hub.folder + "/none").code == 2)
    }
}
