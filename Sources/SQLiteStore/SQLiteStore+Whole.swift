package import Calendars
package import CaseStore

extension SQLiteStore {
    package func outboundHold() async throws -> String? {
        try await readers.read { try Session.setting("outbound_hold", $0) { $0.text(0) } }
    }

    package func setOutboundHold(_ reason: String?) async throws {
        try await writer.write { connection in
            if let reason {
                try Session.set("outbound_hold", to: reason, connection)
            } else {
                try Session.removeSetting("outbound_hold", connection)
            }
        }
    }

    package func lastSeen() async throws -> Instant? {
        try await readers.read { try Session.setting("last_seen", $0) { $0.instant(0) } }
    }

    package func setLastSeen(_ at: Instant) async throws {
        try await writer.write { try Session.set("last_seen", to: at, $0) }
    }

    // MARK: Documents

    package func document(kind: String, id: String) async throws -> [UInt8]? {
        try await readers.read { connection in
            try connection.first("SELECT body FROM document WHERE kind = ? AND id = ?", kind, id) { $0.bytes(0) }
        }
    }

    package func setDocument(kind: String, id: String, body: [UInt8]?) async throws {
        guard let body else {
            return try await writer.write { connection in
                try connection.run("DELETE FROM document WHERE kind = ? AND id = ?", kind, id)
            }
        }
        try await setDocuments([StoredDocument(kind: kind, id: id, body: body)])
    }

    package func setDocuments(_ documents: [StoredDocument]) async throws {
        try await writer.write(weight: documents.count) { connection in
            for document in documents {
                try connection.run(
                    """
                    INSERT INTO document (kind, id, body) VALUES (?, ?, ?)
                    ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
                    """, document.kind, document.id, document.body)
            }
        }
    }

    package func documents(kind: String, after id: String, limit: Int) async throws -> [StoredDocument] {
        try await readers.read { connection in
            try connection.all(
                "SELECT id, body FROM document WHERE kind = ? AND id > ? ORDER BY id LIMIT ?", kind, id,
                StoreLimits.rows(limit)
            ) { StoredDocument(kind: kind, id: $0.text(0), body: $0.bytes(1)) }
        }
    }

    // MARK: Books

    package func counts() async throws -> StoreCounts {
        try await readers.read { connection in
            func count(_ sql: StaticString) throws -> Int { try connection.first(sql) { $0.int(0) } ?? 0 }
            try connection.execute("BEGIN")
            defer { try? connection.execute("COMMIT") }
            var counts = StoreCounts()
            // Cases and entries are never removed, so that their last number is their count; inspect() counts them.
            counts.cases = try count("SELECT max(number) FROM \"case\"")
            counts.journalEntries = try count("SELECT max(position) FROM journal")
            counts.openCases = try count("SELECT count(*) FROM \"case\" WHERE has_ended = 0")
            counts.openTasks = try count("SELECT count(*) FROM task")
            counts.armedTimers = try count("SELECT count(*) FROM timer")
            let states = try connection.all("SELECT state, count(*) FROM effect GROUP BY state") {
                ($0.text(0), $0.int(1))
            }
            for (name, number) in states {
                if let state = EffectState(rawValue: name) { counts.effects[state] = number }
            }
            return counts
        }
    }
}
