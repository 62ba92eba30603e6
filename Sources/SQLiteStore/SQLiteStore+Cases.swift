import Calendars
package import CaseStore

extension SQLiteStore {
    // MARK: Programmes

    package func add(programme: ProgrammeRow) async throws {
        try await writer.write { connection in
            try connection.run(
                """
                INSERT INTO programme (hash, name, version, source, added_at) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (hash) DO NOTHING
                """, programme.hash, programme.name, programme.version, programme.source, programme.addedAt)
        }
    }

    package func programme(hash: String) async throws -> ProgrammeRow? {
        try await readers.read { connection in
            try connection.first("SELECT name, version, source, added_at FROM programme WHERE hash = ?", hash) {
                ProgrammeRow(
                    hash: hash, name: $0.text(0), version: $0.int(1), source: $0.bytes(2), addedAt: $0.instant(3))
            }
        }
    }

    package func programmes() async throws -> [ProgrammeRow] {
        try await readers.read { connection in
            try connection.all("SELECT hash, name, version, added_at FROM programme ORDER BY name, version, hash") {
                ProgrammeRow(hash: $0.text(0), name: $0.text(1), version: $0.int(2), source: [], addedAt: $0.instant(3))
            }
        }
    }

    // MARK: Cases

    package func commit(_ steps: [Step]) async throws -> [StepResult] {
        guard steps.count <= StoreLimits.stepsPerCommit else { throw StoreFailure.batchTooLarge }
        return try await writer.write(weight: steps.count) { connection in
            let transaction = StepTransaction(connection: connection)
            return try steps.map { try transaction.write($0) }
        }
    }

    package func commitTogether(_ steps: [Step]) async throws -> [StepResult] {
        guard steps.count <= StoreLimits.stepsTogether else { throw StoreFailure.tooManyTogether }
        return try await writer.write(weight: steps.count) { connection in
            let transaction = StepTransaction(connection: connection)
            try connection.run("SAVEPOINT together")
            // Every step is judged, so that all that stands in the way is told at once.
            let results = try steps.map { try transaction.write($0) }
            if !results.allSatisfy({ $0 == .written }) {
                connection.cases.forget()
                try connection.run("ROLLBACK TO together")
            }
            try connection.run("RELEASE together")
            return results
        }
    }

    package func findCase(id: String) async throws -> CaseRow? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT id, reference, programme, programme_name, stage, state, version, is_held, is_stuck, has_ended,
                    opened_at, changed_at, title, body
                FROM "case" WHERE id = ?
                """, id, read: CaseRow.init(stored:))
        }
    }

    package func findCase(reference: String) async throws -> CaseRow? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT id, reference, programme, programme_name, stage, state, version, is_held, is_stuck, has_ended,
                    opened_at, changed_at, title, body
                FROM "case" WHERE reference = ?
                """, reference, read: CaseRow.init(stored:))
        }
    }

    package func cases(_ filter: CaseFilter) async throws -> [CaseRow] {
        var query = Query(
            """
            SELECT id, reference, programme, programme_name, stage, state, version, is_held, is_stuck, has_ended,
                opened_at, changed_at, title, x'' FROM "case"
            """)
        query.whenGiven(filter.programme, "programme_name = ?")
        query.whenGiven(filter.stage, "stage = ?")
        query.whenGiven(filter.state, "state = ?")
        // Literals, so that the planner may take the indexes of open and of stuck cases.
        if let hasEnded = filter.hasEnded { query.when(hasEnded ? "has_ended = 1" : "has_ended = 0") }
        if let isStuck = filter.isStuck { query.when(isStuck ? "is_stuck = 1" : "is_stuck = 0") }
        query.whenGiven(filter.after, "reference > ?")
        query.end("ORDER BY reference LIMIT ?", StoreLimits.rows(filter.limit))
        return try await readers.read { [query] in try query.all($0, read: CaseRow.init(stored:)) }
    }

    package func nextNumbers(of sequence: String, count: Int) async throws -> Int {
        try await writer.write { connection in
            let last = try connection.first(
                """
                INSERT INTO numbering (sequence, last) VALUES (?, ?)
                ON CONFLICT (sequence) DO UPDATE SET last = last + excluded.last RETURNING last
                """, sequence, count
            ) { $0.int(0) }
            return (last ?? count) - count + 1
        }
    }

    package func answer(toKey key: String, caseID: String) async throws -> CommandKey? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT body_hash, answer FROM command_key
                WHERE case_number = (SELECT number FROM "case" WHERE id = ?) AND key = ?
                """, caseID, key
            ) { CommandKey(key: key, bodyHash: $0.bytes(0), answer: $0.bytes(1)) }
        }
    }

    package func heldPlaces() async throws -> [String: [String: Int]] {
        try await readers.read { connection in
            let rows = try connection.all(
                "SELECT offer, period, sum(places) FROM reservation GROUP BY offer, period HAVING sum(places) > 0"
            ) { (offer: $0.text(0), period: $0.text(1), places: $0.int(2)) }
            return rows.reduce(into: [:]) { held, row in held[row.offer, default: [:]][row.period] = row.places }
        }
    }

    package func journal(caseID: String, from number: Int, limit: Int) async throws -> [JournalRow] {
        try await readers.read { connection in
            try connection.all(
                """
                SELECT number, at, kind, actor, body, hash FROM journal
                WHERE case_number = (SELECT number FROM "case" WHERE id = ?) AND number >= ? ORDER BY number LIMIT ?
                """, caseID, number, StoreLimits.rows(limit)
            ) {
                JournalRow(
                    caseID: caseID, number: $0.int(0), at: $0.instant(1), kind: $0.text(2), actor: $0.text(3),
                    body: $0.bytes(4), hash: $0.bytes(5))
            }
        }
    }
}

extension CaseRow {
    /// Reads the columns in the order in which this room always names them.
    fileprivate init(stored row: Row) {
        self.init(
            id: row.text(0), reference: row.text(1), programme: row.text(2), programmeName: row.text(3),
            stage: row.text(4), state: row.text(5), version: row.int(6), isHeld: row.flag(7), isStuck: row.flag(8),
            hasEnded: row.flag(9), openedAt: row.instant(10), changedAt: row.instant(11), title: row.text(12),
            body: row.bytes(13))
    }
}
