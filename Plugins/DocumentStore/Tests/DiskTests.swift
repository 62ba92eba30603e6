import ActionKit
import DocumentStore
import Expressions
import Foundation
import Testing

@Suite("Documents and the disk")
struct DiskTests {
    @Test("A link where a folder or a file is due is refused, and nothing is written through it")
    func links() async throws {
        let outside = NSTemporaryDirectory() + "outside-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: outside) }

        let first = try Desk()
        try FileManager.default.createSymbolicLink(
            atPath: first.root + "/documents", withDestinationPath: outside)
        #expect(await first.run("k1").failure?.code == "document.unsafe")

        let second = try Desk()
        try FileManager.default.createDirectory(
            atPath: second.root + "/documents", withIntermediateDirectories: false)
        try FileManager.default.createSymbolicLink(
            atPath: second.root + "/documents/ST-2027-0042", withDestinationPath: outside)
        let failure = await second.run("k1").failure
        #expect(failure?.code == "document.unsafe")
        #expect(failure?.retry == .never)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside).isEmpty)

        let third = try Desk()
        let path = third.root + "/" + (await third.run("k1").output?["path"]?.asString ?? "")
        try FileManager.default.moveItem(atPath: path, toPath: outside + "/letter")
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: outside + "/letter")
        #expect(await third.run("k1").failure?.code == "document.unsafe")
    }

    @Test("What a crash in the middle left is no document, and the next try replaces it")
    func crash() async throws {
        let desk = try Desk()
        let path = try #require(await desk.run("k1").output?["path"]?.asString)
        let folder = desk.root + "/documents/ST-2027-0042/"
        let name = (path as NSString).lastPathComponent
        // As after a crash between the letter and the record, with half a record under way.
        let record = name.replacing(".html", with: ".json")
        try FileManager.default.removeItem(atPath: folder + record)
        try Data("half".utf8).write(to: URL(fileURLWithPath: folder + ".part-" + record))
        try Data("half a letter".utf8).write(to: URL(fileURLWithPath: folder + name))
        #expect(await desk.run("k1").output?["version"] == .int(1))
        #expect(desk.text(path).contains("</html>"))
        #expect(desk.files.count == 2)
    }

    @Test(
        "A record that cannot be read stops everything about its document", arguments: ["", "{}", "[1", "{\"case\":1}"])
    func damagedRecord(text: String) async throws {
        let desk = try Desk()
        _ = await desk.run("k1")
        let record = try #require(desk.files.first { $0.hasSuffix(".json") })
        try Data(text.utf8).write(to: URL(fileURLWithPath: desk.root + "/" + record))
        for mode in [ActionCall.Mode.make, .renew, .undo] {
            #expect(await desk.run("k2", mode: mode).failure?.code == "document.damaged")
        }
    }

    @Test(
        "A full disk is told as such, leaves nothing half, and the next try goes through", .enabled(if: SmallDisk.canBe)
    )
    func full() async throws {
        let disk = try SmallDisk(kilobytes: 64)
        defer { disk.end() }
        let desk = try Desk(root: disk.path)
        #expect(await desk.run("k1").output != nil)
        let before = desk.files
        let failure = try #require(
            await desk.run("k2", mode: .renew, ["text": .string(String(repeating: "long ", count: 20_000))]).failure)
        #expect(failure.code == "document.full")
        #expect(failure.message.contains("the disk is full"))
        #expect(failure.retry == .usual)
        #expect(failure.scope == .service)
        #expect(desk.files == before)
        #expect(await desk.run("k2", mode: .renew).output?["version"] == .int(2))
    }

    @Test("A folder that is not there is a clear failure, without its path")
    func missing() async throws {
        let desk = try Desk()
        try FileManager.default.removeItem(atPath: desk.root)
        let failure = try #require(await desk.run("k1").failure)
        #expect(failure.code == "document.broken")
        #expect(!failure.message.contains("/"))
    }
}

/// A small disk in memory, which only root may mount.
struct SmallDisk {
    let path: String

    static let canBe: Bool = {
        guard let disk = try? SmallDisk(kilobytes: 64) else { return false }
        disk.end()
        return true
    }()

    init(kilobytes: Int) throws {
        path = NSTemporaryDirectory() + "disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        do {
            try Counterpart.run("/bin/mount", ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path])
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
    }

    func end() {
        _ = try? Counterpart.run("/bin/umount", ["-l", path])
        try? FileManager.default.removeItem(atPath: path)
    }
}
