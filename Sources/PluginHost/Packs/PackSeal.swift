import Digests
import Foundation

/// The signature of a pack: Ed25519 over its name, its version and the hash of each of its files, in `pack.sig`.
package enum PackSeal {
    package static let file = "pack.sig"

    /// What is signed: a line for the format, one for name and version, and one for each file in the order of its bytes.
    package static func text(of pack: Pack, _ files: PackFiles) -> [UInt8] {
        var text = "sojourn pack 1\n\(pack.id)\n"
        for path in files.hashes.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            text += "\(files.hashes[path] ?? "") \(path)\n"
        }
        return Array(text.utf8)
    }

    /// Checks the signature by any of the keys (base64 of 32 bytes).
    ///
    /// - Throws: `PackFault.notSigned` if there is none, or none of these keys made it.
    package static func verify(_ pack: Pack, _ files: PackFiles, keys: [String]) throws(PackFault) {
        guard let data = FileManager.default.contents(atPath: pack.folder + "/" + file) else {
            throw PackFault.notSigned("the settings ask for a signature, and there is no \(file)")
        }
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        let signature = base64Bytes(text) ?? []
        let message = Self.text(of: pack, files)
        let isGood = keys.contains { key in
            base64Bytes(key).map { Signature.isValid(signature, of: message, by: $0) } ?? false
        }
        guard isGood else {
            throw PackFault.notSigned(
                "the signature is by none of the keys in the settings, or files were changed after it was made")
        }
    }

    /// Whether this is the base64 of a public key.
    package static func isKey(_ text: String) -> Bool { base64Bytes(text)?.count == Signature.keyBytes }

    /// Signs the files as they are now, and puts `pack.sig` in place.
    package static func sign(_ pack: Pack, seed: [UInt8]) throws {
        let files = try PackFiles.read(folder: pack.folder)
        let signature = Signature.sign(text(of: pack, files), seed: seed)
        try Data((base64Text(signature) + "\n").utf8).write(
            to: URL(fileURLWithPath: pack.folder + "/" + file), options: .atomic)
    }
}
