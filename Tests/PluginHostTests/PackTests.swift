import ActionKit
import Digests
import Expressions
import Foundation
import ProgrammeLanguage
import Testing

@testable import PluginHost

@Suite struct `A pack's manifest` {
    static let good = """
        name: sms
        version: 1.2.0
        title: Sends text messages
        protocol: [1]
        exec: [python3, main.py]
        concurrency: 4
        limits: {memory: 256 MB, processes: 8}
        capabilities: {net: [gateway.example], fs: ro /usr/share/zoneinfo}
        settings:
          type: object
          properties: {url: {type: string, format: uri}, tries: {type: integer, minimum: 1, maximum: 9}}
          required: [url]
        secrets: [token]
        actions:
          sms.send:
            title: Sends a text message.
            input:
              type: object
              properties: {to: {type: string, format: line, maxLength: 20}, text: {type: string}}
              required: [to, text]
            output: {type: object, properties: {id: {type: string}}}
            secrets: [token]
            idempotent: keyed
            timeout: 2 minutes
        """

    @Test func `is read with everything that it says`() throws {
        let folder = try Folder()
        try folder.write("pack.yaml", Self.good)
        let (found, mistakes) = PackReader.read(folder: folder.path)
        #expect(mistakes.lines == [])
        let pack = try #require(found)
        #expect(pack.id == "sms 1.2.0")
        #expect(pack.exec == ["python3", "main.py"] && pack.concurrency == 4)
        #expect(pack.allowance.memoryBytes == 256 << 20 && pack.allowance.processes == 8)
        #expect(pack.capabilities.hosts == ["gateway.example"])
        #expect(pack.capabilities.reads == ["/usr/share/zoneinfo"])
        let action = try #require(pack.actions.first)
        #expect(action.timeoutSeconds == 120 && action.idempotency == .keyed && action.secrets == ["token"])
        #expect(action.input.check(.object(["to": .string("+387"), "text": .string("a")])) == [])
        #expect(action.input.check(.object(["to": .string("a\nb")])).count == 2)
        #expect(pack.settings.check(.object(["url": .string("x"), "tries": .int(10)])).count == 2)
    }

    @Test func `tells all of its mistakes at once, each with its place and what to write`() throws {
        let folder = try Folder()
        try folder.write(
            "pack.yaml",
            """
            name: SMS
            version: "1.0"
            protocol: [7]
            exec: /bin/sh
            concurency: 4
            limits: {memory: lots}
            secrets: [token]
            actions:
              send:
                title: Sends.
                input: {type: object, properties: {to: {type: strange}}, required: [too]}
                output: {type: string}
                secrets: [other]
                idempotent: perhaps
                timeout: 2 weeks
            """)
        let (pack, mistakes) = PackReader.read(folder: folder.path)
        #expect(pack == nil)
        let lines = mistakes.lines.map { $0.replacing(folder.path + "/pack.yaml:", with: "") }
        for (place, words) in [
            ("1:7", "small letters"), ("2:10", "three numbers"), ("1:1", "lacks \"title\""),
            ("3:11", "speaks protocol 1"),
            ("4:7", "a path within the pack"), ("5:1", "did you mean \"concurrency\""), ("6:18", "such as 256 MB"),
            ("9:3", "family.verb"), ("11:51", "\"type\" is one of"), ("11:12", "\"required\" names \"too\""),
            ("12:13", "type: object"), ("13:14", "no secret of this pack"), ("14:17", "one of native, keyed, none"),
            ("15:14", "20 seconds"),
        ] {
            #expect(lines.contains { $0.hasPrefix(place) && $0.contains(words) }, "\(place) \(words) in \(lines)")
        }
    }

    @Test func `versions are ordered as semantic versioning says`() throws {
        let words = [
            "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0", "1.2.0", "1.10.0", "2.0.0",
        ]
        let versions = words.compactMap { PackVersion($0) }
        #expect(versions.map(\.description) == words)
        #expect(versions.shuffled().sorted() == versions)
        for wrong in ["1", "1.0", "1.0.0.0", "01.0.0", "1.0.-1", "a.b.c", "1.0.0-", "1.0.0-a..b", "９.0.0", ""] {
            #expect(PackVersion(wrong) == nil, "\(wrong)")
        }
    }
}

@Suite struct `A folder of packs` {
    private func pack(_ folder: Folder, _ place: String, _ version: String, name: String = "sms") throws {
        let text = `A pack's manifest`.good.replacing("1.2.0", with: version).replacing(
            "name: sms", with: "name: \(name)")
        try folder.write(place + "/pack.yaml", text)
        try folder.write(place + "/main.py", "print(1)\n")
    }

    @Test func `holds several versions side by side, of which a release is newer than what came before it`() throws {
        let folder = try Folder()
        try pack(folder, "sms-old", "1.9.0")
        try pack(folder, "sms/1.10.0", "1.10.0")
        try pack(folder, "sms/next", "2.0.0-beta.1")
        let shelf = PackShelf.read(folder: folder.path)
        #expect(shelf.packs.map(\.id) == ["sms 1.9.0", "sms 1.10.0", "sms 2.0.0-beta.1"])
        #expect(shelf.newest.map(\.id) == ["sms 1.10.0"])
        #expect(shelf.faults == [])
    }

    @Test func `says what nobody can decide: doubles, and one action of two packs`() throws {
        let folder = try Folder()
        try pack(folder, "a", "1.0.0")
        try pack(folder, "b", "1.0.0")
        try pack(folder, "c", "1.0.0", name: "post")
        try pack(folder, "d", "1.0.0", name: "tele")
        let shelf = PackShelf.read(folder: folder.path)
        #expect(shelf.packs.map(\.id) == ["post 1.0.0", "tele 1.0.0"])
        #expect(shelf.packs.map { $0.actions.count } == [1, 0])
        #expect(shelf.faults.count == 2)
    }

    @Test func `in which others can write is not run from`() throws {
        let folder = try Folder()
        try pack(folder, "a", "1.0.0")
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        let shelf = PackShelf.read(folder: folder.path)
        #expect(shelf.packs.isEmpty && shelf.faults.first?.contains("chmod go-w") ?? false)
    }

    @Test func `is locked file by file: what was changed, added or removed is named`() throws {
        let folder = try Folder()
        try pack(folder, "a", "1.0.0")
        let shelf = PackShelf.read(folder: folder.path)
        let pack = try #require(shelf.packs.first)
        let trust = PackGate.Trust.locked(folder: folder.path, keys: [])
        #expect(throws: PackFault.notLocked) { try trust.verify(pack) }
        var lock = PackLock()
        lock.packs[pack.id] = try PackFiles.read(folder: pack.folder)
        try lock.write(folder: folder.path)
        #expect(try PackLock.read(folder: folder.path) == lock)
        try trust.verify(pack)
        try folder.write("a/main.py", "print(2)\n")
        try folder.write("a/more/x.py", "")
        try FileManager.default.removeItem(atPath: pack.folder + "/pack.yaml")
        #expect(
            throws: PackFault.changed(["main.py was changed", "more/x.py was added", "pack.yaml was removed"])
        ) { try trust.verify(pack) }
        try folder.write("packs.lock", "{}")
        #expect(throws: PackFault.self, "a damaged lock lets nothing run") { try trust.verify(pack) }
    }

    @Test func `is signed: any other byte, file, version or key is refused`() throws {
        let folder = try Folder()
        try pack(folder, "a", "1.0.0")
        let pack = try #require(PackShelf.read(folder: folder.path).packs.first)
        let seed = randomBytes(32)
        let key = base64Text(Signature.publicKey(seed: seed))
        let stranger = base64Text(Signature.publicKey(seed: randomBytes(32)))
        func verify(_ keys: [String], as other: Pack? = nil) throws {
            try PackSeal.verify(other ?? pack, try PackFiles.read(folder: pack.folder), keys: keys)
        }
        #expect(throws: PackFault.self) { try verify([key]) }
        try PackSeal.sign(pack, seed: seed)
        try verify([stranger, key])
        #expect(throws: PackFault.self) { try verify([stranger]) }
        var next = pack
        next.version = PackVersion(1, 0, 1)
        #expect(throws: PackFault.self) { try verify([key], as: next) }
        try folder.write("a/main.py", "print(3)\n")
        #expect(throws: PackFault.self) { try verify([key]) }
    }
}
