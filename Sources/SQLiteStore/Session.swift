import CaseStore

/// One opening of the database: its number, and whether the database is the one that was closed last.
struct Session {
    /// Counts openings and closings of the database; effects claimed under another number belong to a run that died.
    var number: Int

    /// Begins a session; a database that was copied, moved or restored gets its outbound effects put on hold.
    static func begin(_ connection: Connection, file: DatabaseFile) throws -> Session {
        let stored = try setting("session", connection) { $0.int(0) }
        let identity = try setting("identity", connection) { $0.text(0) }
        let number = (stored ?? 0) + 1
        let known = try file.sessions()
        let doubt = doubt(stored: stored, known: known, identity: identity, own: file.identity)
        // In doubt the lock file keeps its number until the hold is durable.
        try advance(connection, file: file, from: doubt == nil ? [stored ?? 0] : nil, to: number) {
            try set("identity", to: file.identity, connection)
            if let doubt, try setting("outbound_hold", connection, read: { $0.text(0) }) == nil {
                try set("outbound_hold", to: doubt, connection)
            }
        }
        return Session(number: number)
    }

    /// Ends it in order: a copy that was made meanwhile is told from the database by its number.
    func end(_ connection: Connection, file: DatabaseFile) throws {
        try file.check()
        try Self.advance(connection, file: file, from: [number], to: number + 1) {}
    }

    /// The lock file names both numbers until the database has the new one, so that a crash between is no doubt.
    private static func advance(
        _ connection: Connection, file: DatabaseFile, from former: [Int]?, to number: Int, also body: () throws -> Void
    ) throws {
        if let former { try file.write(sessions: former + [number]) }
        try connection.execute("BEGIN IMMEDIATE")
        do {
            try set("session", to: number, connection)
            try body()
            try connection.execute("COMMIT")
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            throw error
        }
        try file.write(sessions: [number])
    }

    /// Why this may be a copy; nil if it is the database that was here before, or a new one.
    private static func doubt(stored: Int?, known: [Int], identity: String?, own: String) -> String? {
        guard let stored, let identity else { return nil }
        if known.isEmpty { return "the database came without its lock file: it was copied, moved or restored" }
        if !known.contains(stored) { return "the database is an older copy of the one that was here: it was restored" }
        if identity != own { return "the database is not where it was: it was copied, moved or restored" }
        return nil
    }

    // MARK: Settings

    static func setting<Value>(_ name: String, _ connection: Connection, read: (Row) -> Value) throws -> Value? {
        try connection.first("SELECT value FROM setting WHERE name = ?", name, read: read)
    }

    static func set(_ name: String, to value: some Bindable, _ connection: Connection) throws {
        try connection.run(
            "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name, value)
    }

    static func removeSetting(_ name: String, _ connection: Connection) throws {
        try connection.run("DELETE FROM setting WHERE name = ?", name)
    }
}
