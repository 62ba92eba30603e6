import Expressions
import Foundation
import Testing

@testable import CommandLineTool

@Suite struct `The work of translators` {
    /// A copy of a shipped programme that may be changed.
    private func copy(_ hub: Hub, _ name: String = "thematic-visit") throws -> String {
        _ = try hub.file("here", "")
        let folder = hub.folder + "/" + name
        try FileManager.default.copyItem(atPath: Hub.workflows + "/" + name, toPath: folder)
        return folder
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    @Test func `status counts by language, accept marks, and a changed source makes stale`() async throws {
        let hub = Hub()
        let folder = try copy(hub)
        let fresh = await hub.run("texts", "status", folder, "--json")
        #expect(fresh.code == 0, Comment(rawValue: fresh.errors))
        #expect(fresh.json?["source"] == .string("en"))
        let french = fresh.json?["languages"]?.asList?.first
        let all = french?["unchecked"]?.asList?.count ?? 0
        #expect(all > 3 && french?["missing"] == .list([]))
        let accepted = await hub.run("texts", "accept", folder, "fr")
        #expect(accepted.output == "accepted in fr: \(all) texts\n", Comment(rawValue: accepted.errors))
        #expect(await hub.run("check", "--strict", folder).code == 0)
        let path = folder + "/texts/en.yaml"
        let source = try text(path)
        try source.replacing("subject: \"", with: "subject: \"New: ", maxReplacements: 1)
            .write(toFile: path, atomically: true, encoding: .utf8)
        let stale = await hub.run("texts", "status", folder)
        #expect(stale.code == 1)
        #expect(stale.output.contains("fr  stale    messages."))
        let warned = await hub.run("check", folder)
        #expect(warned.code == 0 && warned.output.contains("texts/fr.yaml:"))
        #expect(warned.output.contains("has changed since this translation was checked"))
        let key = stale.output.split(separator: "\n").compactMap { $0.split(separator: " ").last }.last.map(String.init)
        let again = await hub.run("texts", "accept", folder, "fr", try #require(key))
        #expect(again.output == "accepted in fr: 1 text\n")
        #expect(await hub.run("texts", "status", folder).code == 0)
        #expect(await hub.run("texts", "accept", folder, "fr", "messages.non").errors.contains("there is no message"))
        #expect(await hub.run("texts", "accept", folder, "en").code == 2)
    }

    @Test(arguments: ["csv", "xlsx"])
    func `a table goes out and comes back, and nothing is lost`(kind: String) async throws {
        let hub = Hub()
        let folder = try copy(hub)
        let path = folder + "/texts/ar.yaml"
        let before = try text(path)
        let table = hub.folder + "/ar." + kind
        let out = await hub.run("texts", "export", folder, "ar", table)
        #expect(out.code == 0, Comment(rawValue: out.errors))
        let same = await hub.run("texts", "import", folder, "ar", table)
        #expect(same.output == "changed in ar: 0 texts\n", Comment(rawValue: same.output + same.errors))
        #expect(try text(path) == before)
        // Into a file that is not there yet: all comes back.
        try FileManager.default.removeItem(atPath: path)
        #expect(await hub.run("texts", "status", folder).code == 1)
        let back = await hub.run("texts", "import", folder, "ar", table, "--json")
        #expect(back.code == 0, Comment(rawValue: back.errors))
        let check = await hub.run("check", "--strict", folder)
        #expect(check.code == 0, Comment(rawValue: check.output))
        let difference = await hub.run("diff", Hub.workflows + "/thematic-visit", folder)
        #expect(difference.code == 0, Comment(rawValue: difference.output))
    }

    @Test func `a translated placeholder is told with its line, and nothing is written`() async throws {
        let hub = Hub()
        let folder = try copy(hub)
        let before = try text(folder + "/texts/fr.yaml")
        let lines = await hub.run("texts", "export", folder, "fr", "-").output.components(separatedBy: "\r\n")
        let row = try #require(
            lines.first { $0.hasPrefix("messages.") && $0.contains("{{ case.reference }}") && $0.contains(".subject") })
        let key = String(row.prefix { $0 != "," })
        let bad = try hub.file("fr.csv", "key,text\n\(key),\"{{ dossier.numéro }} ici\"\nnonsense,x\n")
        let refused = await hub.run("texts", "import", folder, "fr", bad)
        #expect(refused.code == 1)
        #expect(refused.output.contains("fr.csv:2:1: error: {{ dossier.numéro }} is not in the source"))
        #expect(refused.output.contains("fr.csv:3:1: error: there is no text \"nonsense\""))
        #expect(try text(folder + "/texts/fr.yaml") == before)
        let good = try hub.file("fr2.csv", "key,text\n\(key),\"[{{ case.reference }}] '=1, voici\"\n")
        #expect(
            await hub.run("texts", "import", "--check", folder, "fr", good).output.hasSuffix(
                "would change in fr: 1 text\n"))
        #expect(try text(folder + "/texts/fr.yaml") == before)
        #expect(await hub.run("texts", "import", folder, "fr", good).code == 0)
        #expect(try text(folder + "/texts/fr.yaml").contains("[{{ case.reference }}] '=1, voici"))
        #expect(await hub.run("texts", "import", folder, "fr", hub.folder + "/none.csv").code == 2)
        #expect(await hub.run("texts", "export", folder, "de", "-").code == 2)
    }
}
