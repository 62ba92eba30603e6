import CaseStore
import Foundation

/// A folder of its own for a test; all of them go when the tests end, and not before a store has let go of its files.
struct TemporaryFolder: Sendable {
    let path: String

    private static let root: URL = {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("sojourn-stores-\(UUID().uuidString)")
        atexit { try? FileManager.default.removeItem(at: TemporaryFolder.root) }
        return root
    }()

    init() throws {
        let folder = Self.root.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    /// What lies in the folder, by name.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() } }
}
