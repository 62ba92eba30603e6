import CaseStore
package import Engine
import Expressions
import Foundation
package import PluginHost

/// The packs of a hub: where they lie, who must have signed them, how they are closed in.
package struct Packs: Sendable {
    /// The sections of the settings that are no plugin's.
    static let section = "packs"
    /// In the folder of the data: packs, and what each keeps for itself.
    package static let folder = "packs"
    package static let dataFolder = "pack-data"

    package let shelf: PackShelf
    /// Base64 of the public keys of those whose packs may run; empty: no signature is asked for.
    package let keys: [String]
    package let wish: Sandbox.Wish
    /// The folder under which each pack has one of its own.
    package let data: String

    /// Reads the section `packs` of the settings, and what lies in its folder.
    ///
    /// - Throws: every mistake of the section; those of packs are the packs' own.
    package static func read(folder: String, settings: Settings) throws(SettingsMistakes) -> Packs {
        let own = settings.plugins[section] ?? [:]
        var mistakes: [String] = []
        for name in own.keys.sorted() where !["folder", "keys", "sandbox"].contains(name) {
            mistakes.append("packs.\(name) is no setting; there are folder, keys and sandbox")
        }
        let named = own["folder"]?.asString ?? Self.folder
        // A program starts in a folder of its own, from which a path that begins here leads nowhere.
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        let keys = own["keys"]?.asList?.compactMap(\.asString) ?? own["keys"]?.asString.map { [$0] } ?? []
        for key in keys where !PackSeal.isKey(key) {
            mistakes.append("packs.keys holds \"\(key)\", which is no public key; \"sojourn plugin sign\" prints one")
        }
        let words = own["sandbox"]?.asString ?? Sandbox.Wish.available.rawValue
        let wish = Sandbox.Wish(rawValue: words)
        if wish == nil {
            let known = Sandbox.Wish.allCases.map(\.rawValue).joined(separator: ", ")
            mistakes.append("packs.sandbox is one of \(known), not \"\(words)\"")
        }
        guard mistakes.isEmpty, let wish else { throw SettingsMistakes(mistakes) }
        return Packs(
            shelf: PackShelf.read(folder: named.hasPrefix("/") ? named : folder + "/" + named), keys: keys, wish: wish,
            data: folder + "/" + dataFolder)
    }

    /// The gate of the service: only what is locked may run.
    package func gate(_ world: World) -> PackGate {
        PackGate(
            trust: .locked(folder: shelf.folder, keys: keys), sandbox: SandboxChoice(wish), data: data, now: world.now)
    }

    func host(store: any CaseStore, world: World, settings: Settings) -> PluginHost {
        PluginHost(
            shelf: shelf, gate: gate(world), settings: settings.plugins, secret: settings.secret,
            memory: PackMemory(
                load: { kind, id in
                    (try? await store.document(kind: kind.rawValue, id: id)).flatMap { $0 }.flatMap {
                        try? Value(json: $0)
                    }
                },
                keep: { kind, id, value in
                    try? await store.setDocument(kind: kind.rawValue, id: id, body: value.jsonBytes)
                }))
    }
}
