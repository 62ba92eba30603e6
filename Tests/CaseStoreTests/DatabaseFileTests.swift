import Calendars
import CaseStore
import Foundation
import SQLiteStore
import Testing

@Suite("The SQLite store knows its file from others")
struct DatabaseFileTests {
    private let folder: TemporaryFolder
    private let path: String
    private let files = FileManager.default

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path + "/store.sqlite"
    }

    /// Opens, does something, closes.
    @discardableResult
    private func visit<Result>(
        _ path: String? = nil, _ body: (SQLiteStore) async throws -> Result
    ) async throws -> Result {
        let store = try SQLiteStore.open(path: path ?? self.path)
        let result = try await body(store)
        await store.close()
        return result
    }

    private func hold(_ path: String? = nil) async throws -> String? {
        try await visit(path) { try await $0.outboundHold() }
    }

    /// Writes bytes into a file without making it anew.
    private func overwrite(_ path: String, at offset: UInt64 = 0, _ bytes: Data) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    private func mode(_ path: String) throws -> Int {
        try #require(files.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test("its files, and the folder that it makes, are their owner's alone")
    func modes() async throws {
        let path = folder.path + "/new/er/store.sqlite"
        let store = try SQLiteStore.open(path: path)
        _ = try await store.commit([.sample("a")])
        for suffix in ["", "-wal", "-shm", ".lock"] { #expect(try mode(path + suffix) == 0o600) }
        #expect(try mode(folder.path + "/new") == 0o700)
        #expect(try mode(folder.path + "/new/er") == 0o700)
        try await store.backup(to: folder.path + "/copy")
        #expect(try mode(folder.path + "/copy") == 0o600)
        await store.close()
        #expect(chmod(path, 0o644) == 0)
        try await visit(path) { _ in }
        #expect(try mode(path) == 0o600)
    }

    @Test("a second store, also of another process and by another name, is refused")
    func inUse() async throws {
        let store = try SQLiteStore.open(path: path)
        #expect(throws: StoreFailure.inUse(path: path)) { try SQLiteStore.open(path: path) }
        try files.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: path)
        #expect(throws: StoreFailure.inUse(path: path)) { try SQLiteStore.open(path: folder.path + "/link") }
        let child = try Child.run([path, "1"])
        #expect(child.status == 5)
        #expect(child.failures == [StoreFailure.inUse(path: path).description])
        // The attempts did the store no harm.
        #expect(try await store.commit([.sample("a")]) == [.written])
        await store.close()
        let found = try await visit { try await $0.findCase(id: "a") }
        #expect(found != nil)
    }

    @Test("a database of a newer program, of another program, or none at all is left alone")
    func foreign() async throws {
        try await visit { _ = try await $0.commit([.sample("a")]) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        // SQLite's header: the layout's number is at 60, the application's at 68.
        try overwrite(path, at: 60, Data([0, 0, 1, 0]))
        #expect(throws: StoreFailure.newer(found: 256, known: 3)) { try SQLiteStore.open(path: path) }
        try overwrite(path, at: 60, whole[60..<64])
        try overwrite(path, at: 68, Data([1, 2, 3, 4]))
        #expect(throws: StoreFailure.notADatabase(path: path)) { try SQLiteStore.open(path: path) }
        try overwrite(path, at: 68, whole[68..<72])
        let found = try await visit { try await $0.findCase(id: "a") }
        #expect(found != nil)
        let text = folder.path + "/letter.txt"
        let words = Data(String(repeating: "Dear host, ", count: 500).utf8)
        try words.write(to: URL(fileURLWithPath: text))
        #expect(throws: StoreFailure.notADatabase(path: text)) { try SQLiteStore.open(path: text) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: text)) == words)
        for wrong in ["", "/", folder.path + "/", folder.path] {
            #expect(throws: StoreFailure.self) { try SQLiteStore.open(path: wrong) }
        }
    }

    @Test("opened again where it was, it sends; copied, moved or restored, it waits for a person")
    func copies() async throws {
        for _ in 0..<3 {
            let none = try await hold()
            #expect(none == nil)
        }
        let copy = folder.path + "/copy.sqlite"
        try files.copyItem(atPath: path, toPath: copy)
        #expect(try await hold(copy) != nil)
        try await visit(copy) { try await $0.setOutboundHold(nil) }
        #expect(try await hold(copy) == nil, "a person's word stays")

        // Moved with its lock file.
        let moved = folder.path + "/moved.sqlite"
        try files.moveItem(atPath: copy, toPath: moved)
        try files.moveItem(atPath: copy + ".lock", toPath: moved + ".lock")
        #expect(try await hold(moved) != nil)

        // An older copy written over the same file: the same path and inode.
        let older = try Data(contentsOf: URL(fileURLWithPath: path))
        try await visit { _ = try await $0.commit([.sample("a")]) }
        try overwrite(path, older)
        #expect(truncate(path, older.count) == 0)
        #expect(try await hold() != nil)
        try await visit { try await $0.setOutboundHold(nil) }
        try files.removeItem(atPath: path + ".lock")
        #expect(try await hold() != nil)
    }

    @Test("a file that is moved or replaced while it is open is not written any more")
    func replaced() async throws {
        let store = try SQLiteStore.open(path: path)
        #expect(try await store.commit([.sample("a")]) == [.written])
        try files.moveItem(atPath: path, toPath: folder.path + "/away")
        await #expect(throws: StoreFailure.replaced(path: path)) { try await store.commit([.sample("b")]) }
        try files.moveItem(atPath: folder.path + "/away", toPath: path)
        await #expect(throws: StoreFailure.replaced(path: path)) { try await store.commit([.sample("b")]) }
        #expect(try await store.findCase(id: "a") != nil)
        #expect(try await store.findCase(id: "b") == nil)
        await store.close()
        try await visit { store async throws -> Void in
            #expect(try await store.findCase(id: "a") != nil)
            #expect(try await store.commit([.sample("b")]) == [.written])
        }
    }

    @Test("a backup is one whole file, made while others write, and overwrites nothing")
    func backup() async throws {
        let store = try SQLiteStore.open(path: path)
        let copy = folder.path + "/backup.sqlite"
        try await store.add(programme: .sample("study-tour"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 { group.addTask { _ = try await store.commit([.sample("w\(number)")]) } }
            group.addTask { try await store.backup(to: copy) }
            try await group.waitForAll()
        }
        await #expect(throws: StoreFailure.self) { try await store.backup(to: copy) }
        await #expect(throws: StoreFailure.self) { try await store.backup(to: folder.path + "/none/backup") }
        #expect(try folder.names.filter { $0.hasPrefix("backup") } == ["backup.sqlite"])
        let findings = try await visit(copy) { try await $0.inspect() }
        #expect(findings == [])
        await store.close()
    }

    @Test("a backup put in the place of a database that died is not mixed with the log it left")
    func restoredOverALog() async throws {
        let said = try Child.run([path, "1"], killAfter: 300)
        #expect(said.status == SIGKILL)
        let backup = folder.path + "/backup.sqlite"
        try await visit(folder.path + "/other.sqlite") { store async throws -> Void in
            try await store.add(programme: .sample("study-tour"))
            _ = try await store.commit((0..<300).map { .sample("b\($0)") })
            try await store.backup(to: backup)
        }
        #expect(files.fileExists(atPath: path + "-wal"))
        try overwrite(path, Data(contentsOf: URL(fileURLWithPath: backup)))
        #expect(truncate(path, try Data(contentsOf: URL(fileURLWithPath: backup)).count) == 0)
        try await visit { store async throws -> Void in
            #expect(try await store.inspect() == [])
            #expect(try await store.counts().cases == 300)
            #expect(try await store.outboundHold() == "restored from a backup")
        }
    }

    @Test("a page that was changed from outside is found")
    func damaged() async throws {
        try await visit { store async throws -> Void in
            try await store.add(programme: .sample("study-tour"))
            _ = try await store.commit((0..<300).map { .sample("b\($0)") })
        }
        let size = try #require(files.attributesOfItem(atPath: path)[.size] as? Int)
        for page in 20..<size / 4_096 where page % 5 == 0 {
            try overwrite(path, at: UInt64(page * 4_096), Data(repeating: 0xA5, count: 300))
        }
        var findings: [String] = []
        do { findings = try await visit { try await $0.inspect() } } catch let failure as StoreFailure {
            findings = [failure.description]
        }
        #expect(!findings.isEmpty)
    }
}
