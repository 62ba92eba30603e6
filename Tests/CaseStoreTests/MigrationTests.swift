import Calendars
import CaseStore
import Foundation
import SQLiteStore
import Testing

@Suite("A database of an earlier layout")
struct MigrationTests {
    /// Brings a database back to layout 1 with offers among its documents, by Python's own SQLite.
    private static let script = """
        import sqlite3, sys
        c = sqlite3.connect(sys.argv[1])
        for name in ("entry", "entry_version", "search_text", "search_word"): c.execute("DROP TABLE " + name)
        c.execute("CREATE TABLE earlier (case_number INTEGER NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, "
            "kind TEXT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (case_number, key)) STRICT, WITHOUT ROWID")
        c.execute("INSERT INTO earlier SELECT case_number, key, at, kind, label FROM timer")
        c.execute("DROP TABLE timer")
        c.execute("ALTER TABLE earlier RENAME TO timer")
        c.execute("CREATE INDEX timer_by_at ON timer (at)")
        c.execute("PRAGMA user_version = 1")
        put = "INSERT INTO document (kind, id, body) VALUES (?, ?, ?)"
        c.execute(put, ("offer:hosts", "h1", b'{"id":"h1","name":"Ana"}'))
        c.execute(put, ("offer:experts", "h1", b'{"id":"h1"}'))
        c.execute(put, ("roster", "head", b"[]"))
        c.commit()
        """

    @Test("is brought forward: offers become entries with a first version, timers stand by instant, the rest stays")
    func offers() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        let former = try SQLiteStore.open(path: path)
        try await former.add(programme: .sample("study-tour"))
        let timers: [TimerRow] = [.sample("a", "y", at: 30), .sample("a", "x", at: 40)]
        #expect(try await former.commit([.sample("a") { $0.timers = timers }]) == [.written])
        await former.close()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, path]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let store = try SQLiteStore.open(path: path)
        let entries = try await store.entries(EntryFilter())
        #expect(entries.map(\.kind) == ["expert_offer", "host_offer"])
        #expect(entries.map(\.name) == ["h1", "Ana"])
        #expect(entries.allSatisfy { $0.version == 1 && $0.state == .active })
        #expect(try await store.history(kind: "host_offer", id: "h1", after: 0, limit: 9).map(\.what) == ["added"])
        #expect(try await store.documents(kind: "offer:hosts", after: "", limit: 9).isEmpty)
        #expect(try await store.document(kind: "roster", id: "head") == Array("[]".utf8))
        #expect(try await store.timers(TimerFilter()) == timers)
        #expect(try await store.casesDue(at: .init(milliseconds: 30), limit: 9) == ["a"])
        #expect(try await store.inspect() == [])
        await store.close()
    }
}
