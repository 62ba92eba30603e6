import Expressions
import Foundation
import Testing

@testable import CommandLineTool

/// What a hub does with packs over months: new versions, signatures, secrets, illness.
@Suite struct `The life of packs` {
    private let desk = PackHub()
    private var hub: Hub { desk.hub }

    private static let secretPrograms = PackHub.program.replacing(
        #"params["key"] + " " + params["input"]["text"]"#,
        with: #"params["input"]["text"] + " " + str(params["secrets"]["token"][::-1] == "buh-eht-fo-t3rc3s")"#)

    /// Writes a version of the pack `note`, its manifest and program changed as asked.
    private func install(
        _ version: String, _ manifest: (String) -> String = { $0 }, program: String = PackHub.program
    ) throws {
        let folder = desk.packs + "/note-" + version
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let text = manifest(PackHub.manifest.replacing("version: 1.0.0", with: "version: \(version)"))
        try text.write(toFile: folder + "/pack.yaml", atomically: true, encoding: .utf8)
        try program.write(toFile: folder + "/main.py", atomically: true, encoding: .utf8)
    }

    /// Whether a text stands in any file of the hub's data: the database and what packs keep among them.
    private func stands(_ text: String, except names: Set<String>) throws -> [String] {
        let folder = hub.folder + "/data"
        let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return files.filter { name in
            guard !names.contains(name), let data = FileManager.default.contents(atPath: folder + "/" + name) else {
                return false
            }
            return data.range(of: Data(text.utf8)) != nil
        }
    }

    @Test func `a case goes on with the version that it began with, a new one takes the newest`() async throws {
        let twice = PackHub.programme.replacing(
            "next: {done: closed}",
            with:
                "next: {done: later}\n    later:\n      do: [note.write: {text: \"Later {{ case.reference }}\"}]\n      task: {who: clerk, due: 5 working days}\n      clock: {due: {escalate: clerk}, 10 days: expired}\n      next: {done: closed}"
        )
        func marked(_ mark: String) -> String {
            PackHub.program.replacing(#"params["key"] + " ""#, with: #""\#(mark) ""#)
        }
        try install("1.0.0", program: marked("one"))
        _ = await hub.run("plugin", "lock")
        let file = try hub.file("simple.yaml", twice)
        let added = await hub.run("programme", "add", file)
        #expect(added.code == 0, Comment(rawValue: added.errors))
        let person = "clerk=Clerk <clerk@hub.example>"
        func look() async { _ = await hub.run("run", "--once") }
        _ = await hub.run("case", "start", "simple", "--as", "clerk", "--person", person)
        await look()
        try install("2.0.0", program: marked("two"))
        _ = await hub.run("plugin", "lock")
        _ = await hub.run("case", "start", "simple", "--as", "clerk", "--person", person)
        await look()
        #expect(desk.written == ["one Begun 2027-0001", "two Begun 2027-0002"])
        for reference in ["2027-0001", "2027-0002"] {
            let done = await hub.run("task", "answer", "\(reference).1", "done", "--as", "clerk")
            #expect(done.code == 0, Comment(rawValue: done.errors))
        }
        await look()
        #expect(Set(desk.written.suffix(2)) == ["one Later 2027-0001", "two Later 2027-0002"])
        let both = await hub.run("plugin", "list", "--json").json?["packs"]?.asList ?? []
        #expect(both.compactMap { $0["version"]?.asString }.sorted() == ["1.0.0", "2.0.0"])
        // Taken away, its steps wait, and the reason says which one.
        try FileManager.default.removeItem(atPath: desk.packs + "/note-1.0.0")
        let shown = await hub.run("plugin", "show", "note")
        #expect(shown.code == 0 && shown.output.contains("note.write") && shown.output.contains("2.0.0"))
    }

    @Test func `where signatures are asked for, only what one of the keys signed is run`() async throws {
        try install("1.0.0")
        let folder = desk.packs + "/note-1.0.0"
        let signed = await hub.run("plugin", "sign", folder, "--key", hub.folder + "/key", "--json")
        #expect(signed.code == 0, Comment(rawValue: signed.errors))
        let key = try #require(signed.json?["public_key"]?.asString)
        let again = await hub.run("plugin", "sign", folder, "--key", hub.folder + "/key", "--json")
        #expect(again.json?["public_key"]?.asString == key, "the same key signs again")
        let mode = try FileManager.default.attributesOfItem(atPath: hub.folder + "/key")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        _ = try hub.file("data/sojourn.yaml", "packs:\n  keys: \"\(key)\"\n")
        _ = await hub.run("plugin", "lock")
        _ = try await desk.begin()
        #expect(desk.written.count == 1)
        // Another's signature, and then none: the step of the next case waits.
        _ = await hub.run("plugin", "sign", folder, "--key", hub.folder + "/other")
        _ = await hub.run("plugin", "lock")
        _ = await hub.run("case", "start", "simple", "--as", "clerk", "--person", "clerk=Clerk <clerk@hub.example>")
        _ = await hub.run("run", "--once")
        #expect(desk.written.count == 1)
        let verified = await hub.run("plugin", "verify")
        #expect(verified.code == 1 && (verified.output + verified.errors).contains("sign"))
        _ = await hub.run("plugin", "sign", folder, "--key", hub.folder + "/key")
        #expect(await hub.run("plugin", "lock").code == 0)
        try await hub.turn(to: "2027-01-11T12:00:00Z")
        #expect(desk.written.count == 2)
        chmod(hub.folder + "/key", 0o644)
        let open = await hub.run("plugin", "sign", folder, "--key", hub.folder + "/key")
        #expect(open.code == 1 && open.errors.contains("others can read"))
    }

    @Test(arguments: ["folder", "command"])
    func `a secret comes from a folder or a command, and stands nowhere else`(source: String) async throws {
        try install(
            "1.0.0",
            {
                $0.replacing("exec: [python3, main.py]", with: "exec: [python3, main.py]\nsecrets: [token]")
                    .replacing("idempotent: none", with: "secrets: [token]\n    idempotent: none")
            }, program: Self.secretPrograms)
        let secret = "s3cr3t-of-the-hub"
        if source == "folder" {
            let path = try hub.file("credentials/note.token", secret + "\n")
            _ = try hub.file("data/sojourn.yaml", "secrets:\n  directory: \(hub.folder)/credentials\n")
            // As systemd leaves credentials: for the service's user alone.
            chmod(path, 0o644)
            _ = await hub.run("plugin", "lock")
            #expect(await hub.run("plugin", "check").output.contains("there is no secret \"note.token\""))
            chmod(path, 0o400)
        } else {
            let path = try hub.file("vault", "#!/bin/sh\ntest \"$1\" = note.token && echo \(secret)\n")
            chmod(path, 0o700)
            _ = try hub.file("data/sojourn.yaml", "secrets:\n  command: [\(path)]\n")
        }
        _ = await hub.run("plugin", "lock")
        let checked = await hub.run("plugin", "check")
        #expect(checked.code == 0, Comment(rawValue: checked.output + checked.errors))
        let ran = try await desk.begin()
        #expect(desk.written == ["Begun 2027-0001 True"], Comment(rawValue: ran.errors))
        #expect(try stands(secret, except: []) == [])
        for words in [["export", "2027-0001"], ["journal", "2027-0001", "--json"], ["plugin", "show", "note"]] {
            let told = await hub.run(["--database", hub.database] + words)
            #expect(told.code == 0 && !told.output.contains(secret) && !told.errors.contains(secret))
        }
    }

    @Test func `a pack that fails again and again is ill: the staff see it, and other cases go on`() async throws {
        try install("1.0.0", program: "import sys\nprint('no licence', file=sys.stderr)\nsys.exit(3)\n")
        _ = await hub.run("plugin", "lock")
        _ = try await desk.begin()
        for hour in 9..<20 { try await hub.turn(to: "2027-01-11T\(hour < 10 ? "0" : "")\(hour):00:00Z") }
        let doctor = await hub.run("doctor")
        #expect(doctor.code == 1 && doctor.output.contains("note 1.0.0 is ill since"), Comment(rawValue: doctor.output))
        #expect(doctor.output.contains("its steps wait"))
        let shown = await hub.run("case", "show", "2027-0001")
        #expect(
            shown.output.contains("note.write") && shown.output.contains("waits: plugin."),
            Comment(rawValue: shown.output))
        let json = await hub.run("case", "show", "2027-0001", "--json").json
        let effect = json?["effects"]?.asList?.first { $0["action"] == .string("note.write") }
        #expect(effect?["failure"]?.asString?.contains("note 1.0.0") == true)
        let listed = await hub.run("plugin", "list", "--json").json?["packs"]?.asList?.first
        #expect(listed?["state"]?.asString == "ill")
        // The case itself is not held up: its person answers, and it closes.
        #expect(await hub.run("task", "answer", "2027-0001.1", "done", "--as", "clerk").code == 0)
        #expect(await hub.run("case", "show", "2027-0001", "--json").json?["end"]?["name"] == .string("closed"))
    }

    @Test(arguments: ["packs", "secrets", "register", "inbox", "email", "documents", "calendar", "webhook", "chat"])
    func `a name that settings know already is no pack's`(name: String) async throws {
        try install("1.0.0") {
            $0.replacing("name: note", with: "name: \(name)").replacing("note.write", with: "\(name).write")
        }
        let checked = await hub.run("plugin", "check", desk.packs + "/note-1.0.0")
        #expect(checked.code == 1)
        #expect((checked.output + checked.errors).contains("\"\(name)\" is a name of Sojourn's own"))
    }

    @Test func `what a programme gives an action is held against the pack's schema when it is added`() async throws {
        try install("1.0.0")
        _ = await hub.run("plugin", "lock")
        for (wrong, words) in [
            (#"{text: [a, b]}"#, "text"), (#"{tekst: "x"}"#, "tekst"), ("{}", "text"),
        ] {
            let file = try hub.file(
                "wrong.yaml", PackHub.programme.replacing(#"{text: "Begun {{ case.reference }}"}"#, with: wrong))
            let added = await hub.run("programme", "add", file)
            #expect(added.code == 1, Comment(rawValue: wrong))
            #expect((added.output + added.errors).contains(words))
        }
    }
}
