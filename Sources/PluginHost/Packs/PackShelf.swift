import Foundation
import Glibc
package import ProgrammeLanguage

/// The packs that lie in a folder: `<folder>/<any name>/pack.yaml`, or one level deeper, several versions side by side.
package struct PackShelf: Sendable {
    /// The folder that was looked through.
    package let folder: String
    /// By name, then from the oldest version to the newest.
    package private(set) var packs: [Pack] = []
    /// Mistakes of manifests, each with its place.
    package private(set) var mistakes = Diagnostics()
    /// What is wrong with the folder as a whole, in sentences.
    package private(set) var faults: [String] = []

    /// Looks through a folder; one that is not there holds nothing.
    package static func read(folder: String) -> PackShelf {
        var shelf = PackShelf(folder: folder)
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return shelf }
        if status.st_mode & 0o022 != 0 {
            shelf.faults.append(
                "others can write into \(folder), where programs are run from; run: chmod go-w \(folder)")
            return shelf
        }
        for place in places(folder) {
            guard shelf.packs.count < PackLimits.packs else {
                shelf.faults.append("\(folder) holds more than \(PackLimits.packs) packs; the rest is not read")
                break
            }
            let (pack, mistakes) = PackReader.read(folder: place)
            shelf.mistakes.append(contentsOf: mistakes)
            if let pack { shelf.packs.append(pack) }
        }
        shelf.packs.sort { ($0.name, $0.version) < ($1.name, $1.version) }
        shelf.dropDoubles()
        return shelf
    }

    /// Folders with a manifest, at most two levels down.
    private static func places(_ folder: String) -> [String] {
        var result: [String] = []
        for name in names(folder) {
            let place = folder + "/" + name
            if isFile(place + "/" + PackReader.file) {
                result.append(place)
                continue
            }
            result += names(place).map { place + "/" + $0 }.filter { isFile($0 + "/" + PackReader.file) }
        }
        return result
    }

    private static func names(_ folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted()
    }

    private static func isFile(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Nobody knows which of two folders with the same name and version is meant, so neither is run; of two packs that
    /// offer one action, the one whose name is first is.
    private mutating func dropDoubles() {
        let counts = Dictionary(grouping: packs, by: \.id)
        for (id, found) in counts.sorted(by: { $0.key < $1.key }) where found.count > 1 {
            faults.append("\(id) stands in two folders, \(found[0].folder) and \(found[1].folder); remove one")
        }
        packs.removeAll { (counts[$0.id]?.count ?? 0) > 1 }
        var owners: [String: String] = [:]
        for pack in packs {
            for action in pack.actions {
                let owner = owners[action.name] ?? pack.name
                owners[action.name] = owner
                if owner != pack.name {
                    faults.append("the action \(action.name) is offered by \(owner) and by \(pack.name); remove one")
                }
            }
        }
        for index in packs.indices {
            let name = packs[index].name
            packs[index].actions.removeAll { owners[$0.name] != name }
        }
    }

    /// Versions of a pack, the oldest first.
    package func versions(of name: String) -> [Pack] { packs.filter { $0.name == name } }

    /// The newest version of each pack: what a new programme is checked against, and a new case begins with.
    ///
    /// A version before a release is newest only where there is no release.
    package var newest: [Pack] {
        var result: [String: Pack] = [:]
        for pack in packs {
            if let known = result[pack.name], !pack.version.before.isEmpty, known.version.before.isEmpty { continue }
            result[pack.name] = pack
        }
        return result.values.sorted { $0.name < $1.name }
    }
}
