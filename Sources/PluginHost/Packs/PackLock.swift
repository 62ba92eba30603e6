import Expressions
import Foundation

/// The lock file of a folder of packs: the hash of each file of each pack that somebody has looked at.
///
/// JSON, so that it can be read by anything: `{"lock": 1, "packs": {"sms 1.0.0": {"main.py": "<sha256>"}}}`.
package struct PackLock: Hashable, Sendable {
    package static let file = "packs.lock"
    private static let version: Int64 = 1
    /// Bytes of a lock file.
    private static let bytesLimit = 64 << 20

    /// By `name version`.
    package var packs: [String: PackFiles] = [:]

    package init() {}

    /// The lock of a folder; none is empty.
    ///
    /// - Throws: `PackFault.unreadable` for one that is damaged: then nothing is run.
    package static func read(folder: String) throws(PackFault) -> PackLock {
        let path = folder + "/" + file
        guard let data = FileManager.default.contents(atPath: path) else { return PackLock() }
        guard data.count <= bytesLimit, let value = try? Value(json: data), value["lock"] == .int(version),
            case .map(let packs)? = value["packs"]
        else { throw PackFault.unreadable("\(path) is no lock file of this version; run \"sojourn plugin lock\"") }
        var lock = PackLock()
        for (name, files) in packs {
            guard let name = name.asString, case .map(let entries) = files else { continue }
            var hashes: [String: String] = [:]
            for (path, hash) in entries {
                if let path = path.asString, let hash = hash.asString { hashes[path] = hash }
            }
            lock.packs[name] = PackFiles(hashes: hashes)
        }
        return lock
    }

    /// Puts the lock in place: whole or not at all.
    package func write(folder: String) throws {
        let packs = packs.mapValues { files in Value.object(files.hashes.mapValues { .string($0) }) }
        let value = Value.object(["lock": .int(Self.version), "packs": .object(packs)])
        try Data(value.jsonBytes + [0x0A]).write(
            to: URL(fileURLWithPath: folder + "/" + Self.file), options: .atomic)
    }
}
