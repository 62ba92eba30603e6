import Digests
import Expressions
import Foundation
import Glibc
import PluginHost
import ProgrammeLanguage
import Service

/// `plugin lock | verify | sign`: whose files may run.
enum PluginLock {
    private static let packs = Positional(
        "pack", "Names of installed packs; without one, all.", optional: true, repeating: true)

    static func lock(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "lock", "Locks the files of installed packs as they are now: the service runs nothing else.",
            discussion: """
                The hash of every file is written into packs.lock in the folder of the packs. Look at a pack before you \
                lock it: from then on it runs.
                """,
            examples: [
                ("sojourn plugin lock sms", "Locks all versions of one pack."),
                ("sojourn plugin lock", "Locks all packs, and forgets those that are gone."),
            ], arguments: [packs]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let shelf = desk.packs.shelf
            var lock: PackLock
            do throws(PackFault) { lock = try PackLock.read(folder: shelf.folder) } catch { lock = PackLock() }
            let chosen = try choose(parsed, desk)
            let all = Set(shelf.packs.map(\.id))
            if parsed.texts("pack").isEmpty { lock.packs = lock.packs.filter { all.contains($0.key) } }
            for pack in chosen {
                do throws(PackFault) {
                    lock.packs[pack.id] = try PackFiles.read(folder: pack.folder)
                } catch {
                    throw Failure("\(pack.id): \(error)")
                }
            }
            do {
                try lock.write(folder: shelf.folder)
            } catch {
                throw Failure("the lock cannot be written into \(shelf.folder): \(error.localizedDescription)")
            }
            if parsed.flag("json") {
                terminal.print(json: .object(["locked": .texts(chosen.map(\.id))]))
            } else {
                for pack in chosen {
                    let count = lock.packs[pack.id]?.hashes.count ?? 0
                    terminal.print("locked: \(pack.id), \(Naming.count(count, "file"))")
                }
            }
            for line in shelf.mistakes.lines + shelf.faults { terminal.complain("\(line)") }
            return shelf.mistakes.hasErrors || !shelf.faults.isEmpty ? .failure : .success
        }
    }

    static func verify(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "verify",
            "Compares the files of installed packs with the lock, and checks their signatures if they need any.",
            discussion: "Ends with 1 if a file differs, or a pack is not locked or not signed.",
            examples: [("sojourn plugin verify", "Verifies all installed packs.")], arguments: [packs]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let rows = try choose(parsed, desk).map { ($0, desk.packs.objection(to: $0)) }
            if parsed.flag("json") {
                terminal.print(
                    json: .object([
                        "packs": .list(
                            rows.map { pack, objection in
                                .object([
                                    "name": .string(pack.name), "version": .string("\(pack.version)"),
                                    "is_good": .bool(objection == nil), "why": .text(objection.map { "\($0)" }),
                                ])
                            })
                    ]))
            } else {
                for (pack, objection) in rows {
                    if let objection {
                        terminal.print("\("look", [.bold, .yellow])  \(pack.id): \(objection)")
                    } else {
                        terminal.print("\("good", .green)  \(pack.id)")
                    }
                }
            }
            return rows.allSatisfy { $0.1 == nil } ? .success : .failure
        }
    }

    private static func choose(_ parsed: Parsed, _ desk: PackDesk) throws -> [Pack] {
        let words = parsed.texts("pack")
        guard !words.isEmpty else { return desk.packs.shelf.packs }
        return try words.flatMap { word in
            let versions = desk.packs.shelf.versions(of: word)
            return versions.isEmpty ? [try desk.find(word).pack] : versions
        }
    }

    // MARK: Signing

    static let sign = CommandSpec(
        "sign", "Signs the files of a pack with a key of yours, and prints the public key.",
        discussion: """
            The key file holds the secret key; it is made if it is not there, and only you can read it. Give the public \
            key to those who are to trust your packs: they write it under packs.keys in sojourn.yaml.
            """,
        examples: [("sojourn plugin sign ./my-pack --key ~/.sojourn-key", "Writes pack.sig into the pack.")],
        arguments: [Positional("folder", "The pack's folder.", completion: .folder)],
        options: [
            Option("key", value: "PATH", "The file of the secret key.", required: true, completion: .file)
        ]
    ) { parsed, terminal in
        let (pack, mistakes) = PackReader.read(folder: parsed["folder"])
        guard let pack else { throw Failure(lines: mistakes.lines) }
        let seed = try seed(parsed["key"])
        do {
            try PackSeal.sign(pack, seed: seed)
        } catch let fault as PackFault {
            throw Failure("\(fault)")
        }
        let key = base64Text(Signature.publicKey(seed: seed))
        if parsed.flag("json") {
            terminal.print(json: .object(["signed": .string(pack.id), "public_key": .string(key)]))
        } else {
            terminal.note("signed: \(pack.id); the public key is")
            terminal.print("\(key)")
        }
        return .success
    }

    /// The secret key of a file that only its owner can read, made if it is not there.
    private static func seed(_ path: String) throws -> [UInt8] {
        var status = stat()
        if stat(path, &status) != 0 {
            let seed = randomBytes(Signature.seedBytes)
            let isMade = FileManager.default.createFile(
                atPath: path, contents: Data((base64Text(seed) + "\n").utf8), attributes: [.posixPermissions: 0o600])
            guard isMade else { throw Failure("the key file \(path) cannot be made") }
            return seed
        }
        guard status.st_mode & 0o077 == 0 else { throw Failure("others can read \(path); run: chmod 600 \(path)") }
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        guard let seed = base64Bytes(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            seed.count == Signature.seedBytes
        else { throw Failure("\(path) holds no key; name a file that is not there to make one") }
        return seed
    }
}
