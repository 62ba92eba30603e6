import ActionKit
import Foundation
package import ProgrammeLanguage

/// Reads a pack's manifest, or tells all of its mistakes at once, each with its place.
package enum PackReader {
    package static let file = "pack.yaml"
    /// Versions of the protocol that this host speaks.
    package static let protocols = [1]
    private static let keys = [
        "name", "version", "title", "protocol", "exec", "channel", "concurrency", "limits", "capabilities", "settings",
        "secrets", "actions",
    ]
    private static let actionKeys = [
        "title", "input", "output", "secrets", "kept", "idempotent", "timeout",
    ]

    /// The pack in a folder; nil with mistakes.
    package static func read(folder: String) -> (pack: Pack?, mistakes: Diagnostics) {
        let path = folder + "/" + file
        var mistakes = Diagnostics()
        guard let bytes = FileManager.default.contents(atPath: path) else {
            mistakes.append(Diagnostic(.error, file: path, line: 1, column: 1, message: "there is no \(file) here"))
            return (nil, mistakes)
        }
        guard bytes.count <= PackLimits.manifestBytes else {
            mistakes.append(
                Diagnostic(
                    .error, file: path, line: 1, column: 1,
                    message: "the manifest is larger than \(PackLimits.manifestBytes) bytes"))
            return (nil, mistakes)
        }
        let read = YAMLReader.read(file: path, bytes: Array(bytes))
        mistakes.append(contentsOf: read.diagnostics)
        guard let root = read.root, let map = ManifestNode(root, "a manifest", &mistakes) else {
            return (nil, mistakes)
        }
        let pack = pack(map, folder: folder, &mistakes)
        mistakes.sort()
        return (mistakes.hasErrors ? nil : pack, mistakes)
    }

    private static func pack(_ map: ManifestNode, folder: String, _ mistakes: inout Diagnostics) -> Pack? {
        map.allow(keys, &mistakes)
        let name = map.needed("name", "sms", &mistakes)
        if let name, !isName(name), let place = map["name"] {
            mistakes.append(
                place.diagnostic(.error, "a pack's name has 1 to 40 small letters, digits and hyphens, a letter first"))
        }
        if let name, PackLimits.ownNames.contains(name), let place = map["name"] {
            mistakes.append(place.diagnostic(.error, "\"\(name)\" is a name of Sojourn's own; choose another"))
        }
        let version = map.needed("version", "1.0.0", &mistakes)
        let number = version.flatMap { PackVersion($0) }
        if version != nil, number == nil, let place = map["version"] {
            mistakes.append(place.diagnostic(.error, "a version has three numbers, such as 1.0.0"))
        }
        let title = map.needed("title", "Sends text messages", &mistakes)
        let spoken = protocols(map, &mistakes)
        let exec = exec(map, &mistakes)
        let channel = map.choice("channel", Pack.Channel.self, &mistakes) ?? .stdio
        let concurrency = map.number("concurrency", in: PackLimits.concurrency, &mistakes) ?? 1
        let allowance = allowance(map, &mistakes)
        let capabilities = capabilities(map, &mistakes)
        let settings = map["settings"].flatMap { SchemaReader.read($0, "\"settings\"", &mistakes) } ?? .object([])
        let secrets = map.list("secrets", &mistakes) ?? []
        for secret in secrets where !isIdentifier(secret) {
            mistakes.append(
                (map["secrets"] ?? map.node).diagnostic(
                    .error, "a secret's name has small letters, digits and _, a letter first"))
        }
        let actions = actions(map, secrets: secrets, &mistakes)
        guard let name, let number, let title, let exec else { return nil }
        return Pack(
            name: name, version: number, title: title, folder: folder, protocols: spoken, exec: exec,
            channel: channel, concurrency: concurrency, allowance: allowance, capabilities: capabilities,
            settings: settings, secrets: secrets, actions: actions)
    }

    /// Small letters, digits and hyphens, a letter first: a name that is safe in paths and settings.
    package static func isName(_ text: String) -> Bool { isWord(text, with: 0x2D) }

    private static func isIdentifier(_ text: String) -> Bool { isWord(text, with: 0x5F) }

    private static func isWord(_ text: String, with other: UInt8) -> Bool {
        guard let first = text.utf8.first, (0x61...0x7A).contains(first), text.utf8.count <= 40 else { return false }
        return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == other }
    }

    private static func protocols(_ map: ManifestNode, _ mistakes: inout Diagnostics) -> [Int] {
        guard let place = map["protocol"] else {
            mistakes.append(map.node.diagnostic(.error, "a manifest lacks \"protocol\", such as protocol: [1]"))
            return []
        }
        let spoken = (map.list("protocol", &mistakes) ?? []).compactMap { ManifestNode.whole($0) }
        if !spoken.contains(where: protocols.contains) {
            let known = protocols.map { String($0) }.joined(separator: ", ")
            mistakes.append(place.diagnostic(.error, "this Sojourn speaks protocol \(known); write protocol: [1]"))
        }
        return spoken
    }

    private static func exec(_ map: ManifestNode, _ mistakes: inout Diagnostics) -> [String]? {
        guard let place = map["exec"] else {
            mistakes.append(map.node.diagnostic(.error, "a manifest lacks \"exec\", such as exec: [python3, main.py]"))
            return nil
        }
        guard let exec = map.list("exec", &mistakes), let program = exec.first else { return nil }
        let parts = program.split(separator: "/", omittingEmptySubsequences: false)
        if program.hasPrefix("/") || parts.contains("..") || program.isEmpty {
            mistakes.append(
                place.diagnostic(
                    .error,
                    "\"exec\" begins with the name of a program, such as python3, or a path within the pack, such as ./run"
                ))
            return nil
        }
        return exec
    }

    private static func allowance(_ map: ManifestNode, _ mistakes: inout Diagnostics) -> Pack.Allowance {
        var result = Pack.Allowance()
        guard let node = map["limits"], let limits = ManifestNode(node, "\"limits\"", &mistakes) else { return result }
        limits.allow(["memory", "disk", "files", "processes"], &mistakes)
        let units = ["MB": 1 << 20, "GB": 1 << 30]
        if let bytes = limits.amount(
            "memory", units: units, in: 16 << 20...64 << 30, example: "256 MB", &mistakes)
        {
            result.memoryBytes = bytes
        }
        if let bytes = limits.amount("disk", units: units, in: 1 << 20...64 << 30, example: "64 MB", &mistakes) {
            result.fileBytes = bytes
        }
        result.files = limits.number("files", in: 16...65_536, &mistakes) ?? result.files
        result.processes = limits.number("processes", in: 1...10_000, &mistakes) ?? result.processes
        return result
    }

    private static func capabilities(_ map: ManifestNode, _ mistakes: inout Diagnostics) -> Pack.Capabilities {
        var result = Pack.Capabilities()
        guard let node = map["capabilities"], let named = ManifestNode(node, "\"capabilities\"", &mistakes) else {
            return result
        }
        named.allow(["net", "fs"], &mistakes)
        result.hosts = named.list("net", &mistakes) ?? []
        for path in named.list("fs", &mistakes) ?? [] {
            let words = path.split(separator: " ", maxSplits: 1)
            if words.count == 2, words[0] == "ro", words[1].hasPrefix("/"), !words[1].contains("..") {
                result.reads.append(String(words[1]))
            } else {
                mistakes.append(
                    (named["fs"] ?? node).diagnostic(.error, "\"fs\" lists paths as: ro /usr/share/zoneinfo"))
            }
        }
        return result
    }

    private static func actions(
        _ map: ManifestNode, secrets: [String], _ mistakes: inout Diagnostics
    ) -> [PackAction] {
        guard let node = map["actions"], let named = ManifestNode(node, "\"actions\"", &mistakes) else {
            if map["actions"] == nil { mistakes.append(map.node.diagnostic(.error, "a manifest lacks \"actions\"")) }
            return []
        }
        if named.all.isEmpty || named.all.count > PackLimits.actions {
            mistakes.append(node.diagnostic(.error, "a pack has 1 to \(PackLimits.actions) actions"))
        }
        return named.all.compactMap { name, key, value in
            let words = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            if words.count != 2 || !words.allSatisfy(isIdentifier) {
                mistakes.append(key.diagnostic(.error, "an action is called family.verb, such as sms.send"))
            }
            guard let fields = ManifestNode(value, "the action \"\(name)\"", &mistakes) else { return nil }
            return action(name, fields, secrets: secrets, &mistakes)
        }
    }

    private static func action(
        _ name: String, _ map: ManifestNode, secrets: [String], _ mistakes: inout Diagnostics
    ) -> PackAction? {
        map.allow(actionKeys, &mistakes)
        let title = map.needed("title", "Sends a text message.", &mistakes) ?? ""
        let input = map["input"].flatMap { SchemaReader.read($0, "the input of \(name)", &mistakes) } ?? .object([])
        let output = map["output"].flatMap { SchemaReader.read($0, "the output of \(name)", &mistakes) } ?? .object([])
        for (schema, place) in [(input, map["input"]), (output, map["output"])] {
            guard case .object = schema else {
                mistakes.append((place ?? map.node).diagnostic(.error, "input and output have type: object"))
                continue
            }
        }
        let own = map.list("secrets", &mistakes) ?? []
        for secret in own where !secrets.contains(secret) {
            mistakes.append(
                (map["secrets"] ?? map.node).diagnostic(
                    .error, "\"\(secret)\" is no secret of this pack; name it under \"secrets\" of the manifest too"))
        }
        let timeout =
            map.amount(
                "timeout", units: ["second": 1, "seconds": 1, "minute": 60, "minutes": 60],
                in: PackLimits.timeoutSeconds, example: "20 seconds", &mistakes) ?? 30
        let idempotent = map.choice("idempotent", Idempotent.self, &mistakes) ?? .none
        return PackAction(
            name: name, title: title, input: input, output: output, secrets: own,
            isKept: map.flag("kept", &mistakes) ?? false,
            idempotency: ActionDescription.Idempotency(rawValue: idempotent.rawValue) ?? .none, timeoutSeconds: timeout)
    }

    private enum Idempotent: String, CaseIterable {
        case native, keyed, none
    }
}
