import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

@Suite("document.store")
struct DocumentActionTests {
    @Test("A letter becomes a file of its case, with a record beside it")
    func keeps() async throws {
        let desk = try Desk()
        let output = try #require(await desk.run("k1").output)
        let path = try #require(output["path"]?.asString)
        #expect(path.hasPrefix("documents/ST-2027-0042/invitation-"))
        #expect(output["name"] == .string("invitation-ST-2027-0042.html"))
        #expect(output["version"] == .int(1))
        #expect(output["bytes"]?.asInt == desk.bytes(path).count)
        #expect(try Counterpart.sha256(desk.root + "/" + path) == output["sha256"]?.asString)
        #expect(desk.action.description.output.check(.object(output)).isEmpty)
        let record = try desk.record()
        #expect(record["void"] == .null)
        #expect(
            record["versions"]?.asList?.first
                == .object([
                    "version": .int(1), "key": .string("k1"), "sequence": .int(0),
                    "made": .string("2027-01-15T08:00:00Z"), "file": .string((path as NSString).lastPathComponent),
                    "sha256": output["sha256"]!, "bytes": output["bytes"]!,
                ]))
        for file in desk.files { #expect(try permissions(desk, file) == 0o600) }
        for folder in ["documents", "documents/ST-2027-0042"] { #expect(try permissions(desk, folder) == 0o700) }
    }

    private func permissions(_ desk: Desk, _ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: desk.root + "/" + path)[.posixPermissions] as? Int
    }

    @Test("The same key again finds what it made, whatever its text says now")
    func recognises() async throws {
        let desk = try Desk()
        let first = try #require(await desk.run("k1").output)
        let before = desk.files
        let again = try #require(await desk.run("k1", ["text": .string("Another text")]).output)
        #expect(again == first)
        #expect(desk.files == before)
        #expect(!desk.text(first["path"]!.asString!).contains("Another text"))
    }

    @Test("A file that was changed or taken away is told, not handed out", arguments: [true, false])
    func verifies(isTakenAway: Bool) async throws {
        let desk = try Desk()
        let path = desk.root + "/" + (await desk.run("k1").output?["path"]?.asString ?? "")
        if isTakenAway {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try Data("forged".utf8).write(to: URL(fileURLWithPath: path))
        }
        let failure = try #require(await desk.run("k1").failure)
        #expect(failure.code == "document.damaged")
        #expect(failure.retry == .never)
    }

    @Test("A renewed letter is the next version; the former stays")
    func renews() async throws {
        let desk = try Desk()
        let first = try #require(await desk.run("k1").output?["path"]?.asString)
        let former = desk.bytes(first)
        let second = try #require(
            await desk.run("k2", mode: .renew, sequence: 1, ["text": .string("The days moved.")]).output)
        #expect(second["version"] == .int(2))
        #expect(second["path"]?.asString == first.replacing(".html", with: "-v2.html"))
        #expect(desk.bytes(first) == former)
        #expect(desk.text(second["path"]!.asString!).contains("The days moved."))
        #expect(await desk.run("k1").output?["path"] == .string(first))
        #expect(try desk.record()["versions"]?.asList?.compactMap { $0["sequence"]?.asInt } == [0, 1])
    }

    @Test("An undone letter is void in its record and stays on the disk; made again, it holds again")
    func undoes() async throws {
        let desk = try Desk()
        let path = try #require(await desk.run("k1").output?["path"])
        let files = desk.files
        let undone = await desk.run("k2", mode: .undo, sequence: 1)
        #expect(undone.output?["path"] == path)
        #expect(desk.files == files)
        #expect(try desk.record()["void"]?["key"] == .string("k2"))
        #expect(await desk.run("k3", mode: .undo, sequence: 2).output?["path"] == path)
        #expect(try desk.record()["void"]?["key"] == .string("k2"))
        // A late repetition of the making does not bring it back; a new making does.
        #expect(await desk.run("k1").output?["version"] == .int(1))
        #expect(try desk.record()["void"] != .null)
        #expect(await desk.run("k4", sequence: 3).output?["version"] == .int(2))
        #expect(try desk.record()["void"] == .null)
    }

    @Test("Undoing what was never made makes nothing")
    func undoesNothing() async throws {
        let desk = try Desk()
        #expect(await desk.run("k1", mode: .undo).output == ["version": .int(0)])
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
    }

    @Test("A dry run changes nothing", arguments: [ActionCall.Mode.make, .renew, .undo])
    func dryRun(mode: ActionCall.Mode) async throws {
        let desk = try Desk()
        #expect(await desk.run("k1", mode: mode, isDryRun: true).output != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
    }

    @Test("Documents of two things never share a file, and no input chooses a name")
    func names() async throws {
        let desk = try Desk()
        let hostile = "../../Étc/Passwd\u{202E}"
        var paths: Set<String> = []
        for (index, thing) in ["a", "b", "../x", "A", "é", "e\u{301}"].enumerated() {
            let output = await desk.run(
                "k\(index)", ["thing": .string(thing), "template": .string(hostile)]
            ).output
            paths.insert(try #require(output?["path"]?.asString))
        }
        #expect(paths.count == 6)
        for path in paths {
            let name = try #require(path.split(separator: "/").last)
            #expect(name.wholeMatch(of: /[a-z0-9-]+\.html/) != nil)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root) == ["documents"])
    }

    @Test(
        "A reference that could lead elsewhere is refused",
        arguments: ["", "..", ".", "../ST-1", "a/b", "/etc", "a\u{0}b", "-x", "ST 1", "é"])
    func references(reference: String) async throws {
        let desk = try Desk()
        #expect(await desk.run("k1", reference: reference).failure?.code == "document.input")
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
    }

    @Test("A wrong call is refused with every mistake at once")
    func mistakes() async throws {
        let desk = try Desk()
        let failure = try #require(
            await desk.run(
                "k1",
                [
                    "title": .string("two\r\nlines"), "language": .string("<b>"), "template": nil,
                    "text": .string(String(repeating: "a", count: 256 << 10 | 1)),
                ]
            ).failure)
        #expect(failure.code == "document.input")
        #expect(failure.retry == .never)
        for part in ["\"title\"", "\"language\"", "\"template\" is missing", "longer than 262144 bytes"] {
            #expect(failure.message.contains(part))
        }
    }

    @Test("Forty calls at once for one thing make forty versions and one whole record")
    func concurrency() async throws {
        let desk = try Desk()
        let versions = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<40 {
                group.addTask { await desk.run("k\(number)", mode: .renew).output?["version"]?.asInt }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(versions.compactMap { $0 }.sorted() == Array(1...40))
        #expect(try desk.record()["versions"]?.asList?.count == 40)
    }

    @Test("Settings that are none are told all at once")
    func settings() {
        let mistakes = #expect(throws: ConfigurationMistakes.self) {
            try DocumentPlugin(
                configuration: Configuration(
                    values: ["leterhead": .string("x"), "letterhead": .string("a\nb")], folder: ""))
        }
        #expect(mistakes?.messages.count == 3)
    }
}
