package import Calendars
package import CaseStore

extension SQLiteStore {
    // MARK: Tasks

    package func tasks(_ filter: TaskFilter) async throws -> [TaskRow] {
        var query = Query(
            """
            SELECT t.id, c.id, c.reference, t.role, t.holders, t.state, t.form, t.title, t.opened_at, t.due_at
            FROM task t JOIN "case" c ON c.number = t.case_number
            """)
        query.whenGiven(filter.caseID, "t.case_number = (SELECT number FROM \"case\" WHERE id = ?)")
        query.whenGiven(filter.holder, "t.id IN (SELECT task_id FROM task_holder WHERE holder = ?)")
        // A name with a space is nobody's: names in a list are separated by one.
        query.whenGiven(
            filter.role.map { $0.utf8.contains(0x20) ? "" : " \($0) " }, "instr(' ' || t.role || ' ', nullif(?, ''))")
        query.whenGiven(filter.dueBefore, "t.due_at IS NULL = 0 AND t.due_at < ?")
        query.end("ORDER BY t.due_at IS NULL, t.due_at, t.id LIMIT ?", StoreLimits.rows(filter.limit))
        return try await readers.read { [query] in try query.all($0, read: TaskRow.init(stored:)) }
    }

    package func task(id: String) async throws -> TaskRow? {
        try await readers.read { connection in
            try connection.first(
                """
                SELECT t.id, c.id, c.reference, t.role, t.holders, t.state, t.form, t.title, t.opened_at, t.due_at
                FROM task t JOIN "case" c ON c.number = t.case_number WHERE t.id = ?
                """, id, read: TaskRow.init(stored:))
        }
    }

    // MARK: Timers

    package func nextTimer() async throws -> Instant? {
        try await readers.read { connection in
            try connection.first("SELECT at FROM timer ORDER BY at LIMIT 1") { $0.instant(0) }
        }
    }

    package func casesDue(at now: Instant, limit: Int) async throws -> [String] {
        guard limit > 0 else { return [] }
        return try await readers.read { connection in
            var seen: Set<Int64> = []
            let statement = try connection.statement(
                "SELECT case_number FROM timer WHERE at <= ? ORDER BY at, case_number, key")
            var numbers: [Int64] = []
            try statement.forEach(now) { row in
                let number = row.integer(0)
                if seen.insert(number).inserted { numbers.append(number) }
                return numbers.count < limit
            }
            return try numbers.compactMap { number in
                try connection.first("SELECT id FROM \"case\" WHERE number = ?", number) { $0.text(0) }
            }
        }
    }

    package func timers(_ filter: TimerFilter) async throws -> [TimerRow] {
        var query = Query(
            "SELECT c.id, t.key, t.at, t.kind, t.label FROM timer t JOIN \"case\" c ON c.number = t.case_number")
        query.whenGiven(filter.caseID, "t.case_number = (SELECT number FROM \"case\" WHERE id = ?)")
        query.whenGiven(filter.before, "t.at < ?")
        query.end("ORDER BY t.at, t.case_number, t.key LIMIT ?", StoreLimits.rows(filter.limit))
        return try await readers.read { [query] in
            try query.all($0) {
                TimerRow(
                    caseID: $0.text(0), key: $0.text(1), at: $0.instant(2), kind: $0.text(3), label: $0.text(4))
            }
        }
    }
}

extension TaskRow {
    /// Reads the columns in the order in which this room always names them.
    fileprivate init(stored row: Row) {
        self.init(
            id: row.text(0), caseID: row.text(1), reference: row.text(2), role: row.text(3), holders: row.text(4),
            state: row.text(5), form: row.text(6), title: row.text(7), openedAt: row.instant(8),
            dueAt: row.isNull(9) ? nil : row.instant(9))
    }
}
