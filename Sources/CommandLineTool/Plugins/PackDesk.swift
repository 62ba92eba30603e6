import ActionKit
import Expressions
import Foundation
import Glibc
import PluginHost
import ProgrammeLanguage
import Service

/// The packs that a verb speaks of: those of the data folder, and an author's own by their paths.
struct PackDesk {
    let place: Workplace
    let settings: Settings
    let packs: Packs

    /// - Throws: `Failure` with everything that is wrong with the settings.
    init(_ place: Workplace, _ parsed: Parsed) throws {
        self.place = place
        let folder = Workplace.folder(of: try place.databasePath(parsed))
        do throws(SettingsMistakes) {
            settings = try Settings.read(folder: folder, credentials: place.environment("CREDENTIALS_DIRECTORY"))
            packs = try Packs.read(folder: folder, settings: settings)
        } catch {
            throw Failure(error.messages.joined(separator: "; "))
        }
    }

    /// How a pack is named on the command line.
    static let word = Positional(
        "pack", "A pack's folder, or the name of one that is installed, with @VERSION if it is not the newest.",
        completion: .folder)

    /// A pack, and whether it was named as one that the service runs; what is named by its path is an author's own.
    struct Found {
        let pack: Pack
        let isInstalled: Bool
    }

    /// The pack of a path or a name.
    ///
    /// - Throws: `Failure` with every mistake of its manifest, with the names that there are, or because a folder here and an
    ///   installed pack are both named so.
    func find(_ word: String) throws -> Found {
        let isFolder = access(word + "/" + PackReader.file, F_OK) == 0
        if isFolder, !word.contains("/"), let installed = packs.shelf.newest.first(where: { $0.name == word }) {
            throw Failure(
                "\"\(word)\" is a folder here, and an installed pack: "
                    + "write ./\(word) for the folder, \(word)@\(installed.version) for the installed one")
        }
        if word.contains("/") || isFolder {
            let folder = word.hasPrefix("/") ? word : FileManager.default.currentDirectoryPath + "/" + word
            let path = URL(fileURLWithPath: folder).standardizedFileURL.path
            let (pack, mistakes) = PackReader.read(folder: path)
            guard let pack else { throw Failure(lines: mistakes.lines) }
            return Found(pack: pack, isInstalled: false)
        }
        let parts = word.split(separator: "@", maxSplits: 1).map(String.init)
        let versions = packs.shelf.versions(of: parts.first ?? "")
        let newest = packs.shelf.newest.first { $0.name == parts.first }
        let found = parts.count == 2 ? versions.first { "\($0.version)" == parts[1] } : newest
        guard let found else {
            let known = Set(packs.shelf.packs.map(\.name)).sorted()
            let those = known.isEmpty ? "none is in \(packs.shelf.folder)" : "there are \(Naming.list(known))"
            throw Failure("there is no pack \"\(word)\"\(Naming.proposal(word, among: known)); \(those)")
        }
        return Found(pack: found, isInstalled: true)
    }

    /// A supervisor for one use of a pack, with a folder for its data that is gone afterwards.
    func trying<Result>(
        _ found: Found, _ work: (PackSupervisor) async throws -> Result
    ) async throws -> Result {
        let data = FileManager.default.temporaryDirectory.path + "/sojourn-pack-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: data) }
        var gate = packs.gate(place.world)
        gate.data = data
        if !found.isInstalled { gate.trust = .author }
        let supervisor = PackSupervisor(
            found.pack, gate: gate, settings: settings.plugins[found.pack.name] ?? [:], secret: settings.secret)
        do {
            let result = try await work(supervisor)
            await supervisor.close()
            return result
        } catch {
            await supervisor.close()
            throw error
        }
    }
}

extension Packs {
    /// Why the service would not run a pack as it lies there; nil if it would. It reads every file of the pack.
    func objection(to pack: Pack) -> PackFault? {
        do throws(PackFault) {
            try PackGate.Trust.locked(folder: shelf.folder, keys: keys).verify(pack)
            return nil
        } catch {
            return error
        }
    }
}
