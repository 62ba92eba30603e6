import Expressions
import Foundation
import Service
import Testing

@testable import CommandLineTool

/// A hub with a pack in Python whose action a small programme names.
struct PackHub {
    let hub = Hub()

    var packs: String { hub.folder + "/data/packs" }

    /// Appends a line to the pack's own file: what was written is seen, also twice.
    static let program = #"""
        import json, os, sys

        written = os.path.join(os.environ["SOJOURN_DATA"], "written.txt")

        def answer(request, result):
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}), flush=True)

        for line in sys.stdin:
            request = json.loads(line)
            method, params = request["method"], request["params"]
            if method == "hello":
                answer(request, {"protocol": 1, "features": []})
            elif method == "check":
                answer(request, {"mistakes": []})
            elif method == "run":
                if not params["dry_run"]:
                    with open(written, "a") as file:
                        file.write(params["key"] + " " + params["input"]["text"] + "\n")
                answer(request, {"key": params["key"], "outcome": "done", "output": {"path": "written.txt"}})
            elif method == "bye":
                break
        """#

    static let manifest = """
        name: note
        version: 1.0.0
        title: Writes a line into a file.
        protocol: [1]
        exec: [python3, main.py]
        actions:
          note.write:
            title: Writes a line.
            input: {type: object, properties: {text: {type: string, format: line, maxLength: 200}}, required: [text]}
            output: {type: object, properties: {path: {type: string}}, required: [path]}
            idempotent: none
            timeout: 20 seconds
        """

    static let programme = """
        format: 1
        programme: simple
        version: 1
        people:
          clerk: {title: Clerk, staff: yes}
        stages:
          request:
            open:
              do: [note.write: {text: "Begun {{ case.reference }}"}]
              task: {who: clerk, due: 5 working days}
              clock: {due: {escalate: clerk}, 10 days: expired}
              next: {done: closed}
        ends: {closed: fulfilled, expired: expired}
        """

    func install() async throws {
        let folder = packs + "/note-1.0.0"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Self.manifest.write(toFile: folder + "/pack.yaml", atomically: true, encoding: .utf8)
        try Self.program.write(toFile: folder + "/main.py", atomically: true, encoding: .utf8)
    }

    /// Starts a case of the programme and lets the service look once; what it said.
    func begin() async throws -> Hub.Answer {
        let programme = try hub.file("simple.yaml", Self.programme)
        let added = await hub.run("programme", "add", programme)
        #expect(added.code == 0, Comment(rawValue: added.errors + added.output))
        let started = await hub.run(
            "case", "start", "simple", "--as", "clerk", "--person", "clerk=Clerk <clerk@hub.example>")
        #expect(started.code == 0, Comment(rawValue: started.errors))
        return await hub.run("run", "--once")
    }

    var written: [String] {
        let text = try? String(contentsOfFile: hub.folder + "/data/pack-data/note/written.txt", encoding: .utf8)
        return (text ?? "").split(separator: "\n").map(String.init)
    }

    func effects() async -> [Value] {
        await hub.run("outbox", "list", "--all", "--json").json?["effects"]?.asList?.filter {
            $0["action"]?.asString == "note.write"
        } ?? []
    }
}

@Suite struct `Verbs of packs` {
    private let desk = PackHub()
    private var hub: Hub { desk.hub }

    @Test func `an action of a locked pack is done by run once, exactly once`() async throws {
        try await desk.install()
        #expect(await hub.run("plugin", "lock").code == 0)
        let ran = try await desk.begin()
        #expect(ran.code == 0, Comment(rawValue: ran.errors))
        let effect = try #require(await desk.effects().first)
        #expect(effect["state"]?.asString == "done", Comment(rawValue: effect.json))
        #expect(desk.written.count == 1)
        #expect(desk.written.first?.hasSuffix(" Begun 2027-0001") ?? false, "\(desk.written)")
        _ = await hub.run("run", "--once")
        #expect(desk.written.count == 1)
        let listed = await hub.run("plugin", "list", "--json").json?["packs"]?.asList?.first
        #expect(listed?["state"]?.asString == "well")
    }

    @Test func `a pack that nobody has locked, or that was changed since, is not run and its step waits`() async throws
    {
        try await desk.install()
        _ = try await desk.begin()
        #expect(desk.written.isEmpty)
        var effect = try #require(await desk.effects().first)
        #expect(effect["state"]?.asString == "queued")
        #expect(effect["failure"]?.asString?.contains("plugin.not-locked") ?? false, Comment(rawValue: effect.json))
        #expect(await hub.run("plugin", "lock").code == 0)
        #expect(await hub.run("plugin", "verify").code == 0)
        try (PackHub.program + "\n").write(
            toFile: desk.packs + "/note-1.0.0/main.py", atomically: true, encoding: .utf8)
        let verified = await hub.run("plugin", "verify")
        #expect(verified.code == 1 && verified.output.contains("main.py was changed"))
        try await hub.turn(to: "2027-01-11T09:00:00Z")
        #expect(desk.written.isEmpty)
        effect = try #require(await desk.effects().first)
        #expect(effect["failure"]?.asString?.contains("main.py was changed") ?? false, Comment(rawValue: effect.json))
        #expect(await hub.run("plugin", "list").output.contains("changed"))
        #expect(await hub.run("plugin", "lock").code == 0)
        try await hub.turn(to: "2027-01-11T10:00:00Z")
        #expect(desk.written.count == 1)
    }

    @Test func `an action is called by hand, and with a dry run nothing is changed`() async throws {
        try await desk.install()
        let pack = desk.packs + "/note-1.0.0"
        let tried = await hub.run(
            "plugin", "call", pack, "note.write", "--input", #"{"text":"Hello"}"#, "--dry-run", "--json")
        _ = await hub.run("plugin", "lock")
        let called = await hub.run("plugin", "call", "note", "note.write", "--input", #"{"text":"Hello"}"#, "--json")
        #expect(tried.code == 0, Comment(rawValue: tried.errors + tried.output))
        #expect(called.json?["output"]?["path"]?.asString == "written.txt", Comment(rawValue: called.errors))
        let shown = await hub.run("plugin", "call", "note", "note.write", "--input", #"{"text":"Hello"}"#)
        #expect(shown.output.contains("done: {\n  \"path\": \"written.txt\"\n}\n"), "for people, in lines")
        let wrong = await hub.run("plugin", "call", "note", "note.write", "--input", #"{"text":5}"#)
        #expect(wrong.code == 1 && wrong.errors.contains("\"text\" must be a text"))
    }

    @Test func `packs run wherever the database is named from`() throws {
        let packs = try Packs.read(folder: "data", settings: Settings())
        #expect(packs.data == FileManager.default.currentDirectoryPath + "/data/pack-data")
    }

    @Test func `a manifest that is wrong is told of at all its places, a line each`() async throws {
        let pack = desk.packs + "/wrong"
        try FileManager.default.createDirectory(atPath: pack, withIntermediateDirectories: true)
        try "name: Wrong!\nversion: 1\nprotocol: [9]\nexec: run\nactions: {}\n".write(
            toFile: pack + "/pack.yaml", atomically: true, encoding: .utf8)
        let tested = await hub.run("plugin", "test", pack)
        #expect(tested.code == 1)
        #expect(!tested.errors.contains("\\n"))
        for place in ["1:7", "2:10", "3:11"] {
            #expect(
                tested.errors.split(separator: "\n").contains { $0.contains("pack.yaml:\(place): error: ") }, "\(place)"
            )
        }
    }
}
