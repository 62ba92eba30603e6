import Calendars
package import CaseStore

extension SQLiteStore {
    package func entry(kind: String, id: String) async throws -> EntryRow? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT kind, id, name, state, version, changed_at, confirmed_at, body FROM entry
                WHERE kind = ? AND id = ?
                """, kind, id, read: EntryRow.init(stored:))
        }
    }

    package func entries(_ filter: EntryFilter) async throws -> [EntryRow] {
        var query = Query("SELECT kind, id, name, state, version, changed_at, confirmed_at, body FROM entry")
        query.when("(kind, id) > (?", filter.after.kind)
        query.end(", ?)", filter.after.id)
        query.whenGiven(filter.kind, "kind = ?")
        query.whenGiven(filter.state?.rawValue, "state = ?")
        query.whenGiven(filter.confirmedBefore, "confirmed_at < ?")
        query.end("ORDER BY kind, id LIMIT ?", StoreLimits.rows(filter.limit))
        return try await readers.read { [query] in try query.all($0, read: EntryRow.init(stored:)) }
    }

    package func change(entries changes: [EntryChange]) async throws -> EntryResult {
        guard changes.count <= StoreLimits.entriesPerChange else { throw StoreFailure.tooManyEntries }
        for change in changes { if let refusal = change.refusal { throw refusal } }
        return try await writer.write(weight: changes.count) { connection in
            // All are judged before any is written: a result that is no error takes nothing back.
            var versions: [[String]: Int] = [:]
            for change in changes {
                let name = [change.row.kind, change.row.id]
                let stored = try connection.first(
                    "SELECT version FROM entry WHERE kind = ? AND id = ?", change.row.kind, change.row.id
                ) { $0.int(0) }
                let actual = versions[name] ?? stored ?? 0
                guard actual == change.expectedVersion else {
                    return .stale(kind: change.row.kind, id: change.row.id, actual: actual)
                }
                versions[name] = change.row.version
            }
            for change in changes { try Self.write(change, connection) }
            return .written
        }
    }

    private static func write(_ change: EntryChange, _ connection: Connection) throws {
        let row = change.row
        try connection.run(
            """
            INSERT INTO entry (kind, id, name, state, version, changed_at, confirmed_at, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, id) DO UPDATE SET name = excluded.name, state = excluded.state,
                version = excluded.version, changed_at = excluded.changed_at, confirmed_at = excluded.confirmed_at,
                body = excluded.body
            """, row.kind, row.id, row.name, row.state.rawValue, row.version, row.changedAt, row.confirmedAt, row.body)
        let number =
            try connection.first("SELECT number FROM entry WHERE kind = ? AND id = ?", row.kind, row.id) {
                $0.integer(0)
            } ?? 0
        if change.isErasure {
            try connection.run("UPDATE entry_version SET body = x'' WHERE entry_number = ?", number)
        }
        try connection.run(
            """
            INSERT INTO entry_version (entry_number, version, at, actor, what, state, body)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, number, row.version, row.changedAt, change.actor, change.what, row.state.rawValue, row.body)
        try write(change.text, connection)
    }

    package func history(
        kind: String, id: String, after version: Int, limit: Int
    ) async throws -> [EntryVersion] {
        try await readers.read { connection in
            try connection.all(
                """
                SELECT v.version, v.at, v.actor, v.what, v.state, v.body
                FROM entry_version v JOIN entry e ON e.number = v.entry_number
                WHERE e.kind = ? AND e.id = ? AND v.version > ? ORDER BY v.version LIMIT ?
                """, kind, id, version, StoreLimits.rows(limit)
            ) {
                EntryVersion(
                    version: $0.int(0), at: $0.instant(1), actor: $0.text(2), what: $0.text(3),
                    state: EntryRow.State(rawValue: $0.text(4)) ?? .active, body: $0.bytes(5))
            }
        }
    }

    // MARK: Searching

    package func index(_ texts: [SearchText], through position: Int?) async throws {
        try await writer.write(weight: texts.count) { connection in
            for text in texts { try Self.write(text, connection) }
            if let position { try Session.set("indexed_position", to: position, connection) }
        }
    }

    private static func write(_ text: SearchText, _ connection: Connection) throws {
        let former = try connection.first(
            "SELECT number FROM search_text WHERE kind = ? AND id = ?", text.kind, text.id
        ) { $0.integer(0) }
        if let former {
            try connection.run("DELETE FROM search_word WHERE rowid = ?", former)
            if text.isEmpty { try connection.run("DELETE FROM search_text WHERE number = ?", former) }
        }
        guard !text.isEmpty else { return }
        try connection.run(
            """
            INSERT INTO search_text (kind, id, original) VALUES (?, ?, ?)
            ON CONFLICT (kind, id) DO UPDATE SET original = excluded.original
            """, text.kind, text.id, text.original)
        try connection.run(
            "INSERT INTO search_word (rowid, title, body) VALUES (?, ?, ?)", former ?? connection.lastNumber,
            text.title, text.body)
    }

    package func search(_ query: SearchQuery) async throws -> [SearchHit] {
        guard query.terms.count <= StoreLimits.searchTerms else { throw StoreFailure.tooManyTerms }
        let match = query.terms.compactMap(\.expression).joined(separator: " AND ")
        guard !match.isEmpty else { return [] }
        var sql = Query(
            """
            SELECT t.kind, t.id, t.original FROM search_word w JOIN search_text t ON t.number = w.rowid
            """)
        sql.when("w.search_word MATCH ?", match)
        if !query.kinds.isEmpty {
            // The kinds as one JSON list: their number is known only here.
            let list = query.kinds.sorted().map { "\"" + $0.replacing("\"", with: "") + "\"" }.joined(separator: ",")
            sql.when("t.kind IN (SELECT value FROM json_each(?))", "[\(list)]")
        }
        sql.end(
            "ORDER BY bm25(search_word, 3.0, 1.0), t.kind, t.id LIMIT ?", StoreLimits.rows(query.limit))
        return try await readers.read { [sql] in
            try sql.all($0) { SearchHit(kind: $0.text(0), id: $0.text(1), original: $0.text(2)) }
        }
    }

    package func casesChanged(after position: Int, limit: Int) async throws -> (ids: [String], position: Int) {
        try await readers.read { connection in
            let rows = try connection.all(
                """
                SELECT j.position, c.id FROM journal j JOIN "case" c ON c.number = j.case_number
                WHERE j.position > ? ORDER BY j.position LIMIT ?
                """, position, StoreLimits.rows(limit)
            ) { (position: $0.int(0), id: $0.text(1)) }
            var seen: Set<String> = []
            return (rows.map(\.id).filter { seen.insert($0).inserted }, rows.last?.position ?? position)
        }
    }

    package func indexedPosition() async throws -> Int {
        try await readers.read { try Session.setting("indexed_position", $0) { $0.int(0) } ?? 0 }
    }
}

extension SearchQuery.Term {
    /// The term in the words of FTS5, every word in quotation marks: nothing that a person wrote is an operator.
    fileprivate var expression: String? {
        guard !words.isEmpty else { return nil }
        let quoted = words.map { $0.replacing("\"", with: "") }.joined(separator: " ")
        return "\"\(quoted)\"" + (isBeginning ? " *" : "")
    }
}

extension EntryRow {
    /// Reads the columns in the order in which this room always names them.
    fileprivate init(stored row: Row) {
        self.init(
            kind: row.text(0), id: row.text(1), name: row.text(2), state: State(rawValue: row.text(3)) ?? .active,
            version: row.int(4), changedAt: row.instant(5), confirmedAt: row.instant(6), body: row.bytes(7))
    }
}
