package import Calendars
package import CaseStore

extension SQLiteStore {
    package func claimEffects(at now: Instant, limit: Int, except full: Set<String>) async throws -> [EffectRow] {
        guard limit > 0 else { return [] }
        // No action has a space in its name.
        let full = " " + full.sorted().joined(separator: " ") + " "
        let run = session.number
        return try await writer.write { connection in
            guard try Session.setting("outbound_hold", connection, read: { $0.text(0) }) == nil else { return [] }
            var rows = try connection.all(
                """
                SELECT e.key, c.id, c.reference, e.action, e.label, e.state, e.due_at, e.attempts, e.created_at,
                    e.sequence, e.sequence_index, e.body, e.failure
                FROM effect e JOIN "case" c ON c.number = e.case_number
                WHERE e.state = 'queued' AND e.due_at <= ? AND instr(?, ' ' || e.action || ' ') = 0
                    AND (e.sequence = '' OR NOT EXISTS (
                        SELECT 1 FROM effect b
                        WHERE b.sequence = e.sequence AND b.sequence_index < e.sequence_index
                            AND b.sequence <> '' AND b.sequence <> b.key AND b.state NOT IN ('done', 'recalled')))
                    AND (e.sequence = '' OR e.sequence = e.key OR NOT EXISTS (
                        SELECT 1 FROM effect b
                        WHERE b.key = e.sequence AND b.sequence = b.key AND b.sequence_index < e.sequence_index
                            AND b.state NOT IN ('done', 'recalled')))
                ORDER BY e.due_at, e.key LIMIT ?
                """, now, full, limit, read: EffectRow.init(stored:))
            for index in rows.indices {
                rows[index].state = .claimed
                rows[index].attempts += 1
                try connection.run(
                    "UPDATE effect SET state = 'claimed', attempts = ?, run = ? WHERE key = ? AND state = 'queued'",
                    rows[index].attempts, run, rows[index].key)
            }
            return rows
        }
    }

    package func finishEffect(_ finish: EffectFinish) async throws {
        try await writer.write { connection in
            try StepTransaction(connection: connection).write(finish)
            guard !finish.countsAsTry, connection.changes == 1 else { return }
            try connection.run("UPDATE effect SET attempts = attempts - 1 WHERE key = ?", finish.key)
        }
    }

    package func moveEffect(key: String, from: EffectState, to: EffectState, at now: Instant) async throws -> Bool {
        try await writer.write { connection in
            try connection.run(
                """
                UPDATE effect SET state = ?, due_at = iif(?, max(due_at, ?), due_at), settled_at = ?
                WHERE key = ? AND state = ?
                """, to.rawValue, to == .queued, now, now, key, from.rawValue)
            return connection.changes == 1
        }
    }

    package func effect(key: String) async throws -> EffectRow? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT e.key, c.id, c.reference, e.action, e.label, e.state, e.due_at, e.attempts, e.created_at,
                    e.sequence, e.sequence_index, e.body, e.failure
                FROM effect e JOIN "case" c ON c.number = e.case_number WHERE e.key = ?
                """, key, read: EffectRow.init(stored:))
        }
    }

    package func effects(_ filter: EffectFilter) async throws -> [EffectRow] {
        let limit = StoreLimits.rows(filter.limit)
        let states = filter.states.isEmpty ? Set(EffectState.allCases) : filter.states
        return try await readers.read { connection in
            // Each state has its own order in the index; the first of all are among the first of each.
            var rows: [EffectRow] = []
            try connection.execute("BEGIN")
            defer { try? connection.execute("COMMIT") }
            for state in states {
                rows += try Self.effects(in: state, caseID: filter.caseID, limit: limit, connection)
            }
            rows.sort { ($0.dueAt, ByteName($0.key)) < ($1.dueAt, ByteName($1.key)) }
            return Array(rows.prefix(limit))
        }
    }

    private static func effects(
        in state: EffectState, caseID: String?, limit: Int, _ connection: Connection
    ) throws -> [EffectRow] {
        var query = Query(
            """
            SELECT e.key, c.id, c.reference, e.action, e.label, e.state, e.due_at, e.attempts, e.created_at,
                e.sequence, e.sequence_index, e.body, e.failure
            FROM effect e JOIN "case" c ON c.number = e.case_number
            """)
        // The plus keeps the planner on the index of the case, whose effects are few.
        query.when(caseID == nil ? "e.state = ?" : "+e.state = ?", state.rawValue)
        query.whenGiven(caseID, "e.case_number = (SELECT number FROM \"case\" WHERE id = ?)")
        query.end("ORDER BY e.due_at, e.key LIMIT ?", limit)
        return try query.all(connection, read: EffectRow.init(stored:))
    }

    package func interruptedEffects() async throws -> [EffectRow] {
        let run = session.number
        return try await readers.read { connection in
            try connection.all(
                """
                SELECT e.key, c.id, c.reference, e.action, e.label, e.state, e.due_at, e.attempts, e.created_at,
                    e.sequence, e.sequence_index, e.body, e.failure
                FROM effect e JOIN "case" c ON c.number = e.case_number
                WHERE e.state = 'claimed' AND e.run <> ? ORDER BY e.due_at, e.key
                """, run, read: EffectRow.init(stored:))
        }
    }
}

extension EffectRow {
    /// Reads the columns in the order in which this room always names them.
    fileprivate init(stored row: Row) throws {
        guard let state = EffectState(rawValue: row.text(5)) else {
            throw StoreFailure.damaged(message: "an effect is in a state that does not exist")
        }
        self.init(
            key: row.text(0), caseID: row.text(1), reference: row.text(2), action: row.text(3), label: row.text(4),
            state: state, dueAt: row.instant(6), attempts: row.int(7), createdAt: row.instant(8),
            sequence: row.text(9), index: row.int(10), body: row.bytes(11), failure: row.text(12))
    }
}
