package import CaseStore
import Glibc

/// The physical floor of a benchmark: the rows of steps written by plain prepared statements, nothing checked.
///
/// One connection, `synchronous=FULL`, one COMMIT for each batch; what a store adds to this is its own cost.
package enum RawFloor {
    /// Writes the steps into a new database and returns how many seconds that took.
    ///
    /// - Parameter batch: steps in one transaction.
    package static func write(_ steps: [Step], path: String, batch: Int) throws -> Double {
        guard creat(path, 0o600) >= 0 else { throw StoreFailure.io(message: "\(path) cannot be made") }
        let connection = try Connection(path: path)
        defer { connection.close() }
        try connection.execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY")
        try Schema.prepare(connection)
        try connection.execute("PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
        var numbers: [String: Int64] = [:]
        let start = ContinuousClock.now
        for first in stride(from: 0, to: steps.count, by: batch) {
            try connection.execute("BEGIN IMMEDIATE")
            for step in steps[first..<min(first + batch, steps.count)] { try write(step, connection, &numbers) }
            try connection.execute("COMMIT")
        }
        let spent = ContinuousClock.now - start
        return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }

    private static func write(_ step: Step, _ connection: Connection, _ numbers: inout [String: Int64]) throws {
        let row = step.case
        let number: Int64
        if let known = numbers[row.id] {
            number = known
            try connection.run(
                "UPDATE \"case\" SET stage = ?, state = ?, version = ?, entries = ?, changed_at = ?, body = ? WHERE number = ?",
                row.stage, row.state, row.version, row.version, row.changedAt, row.body, number)
        } else {
            try connection.run(
                """
                INSERT INTO "case" (
                    id, reference, programme, programme_name, stage, state, version, entries, is_held, is_stuck,
                    has_ended, opened_at, changed_at, title, body
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, row.id, row.reference, row.programme, row.programmeName, row.stage, row.state, row.version,
                row.version, row.isHeld, row.isStuck, row.hasEnded, row.openedAt, row.changedAt, row.title, row.body)
            number = connection.lastNumber
            numbers[row.id] = number
        }
        for entry in step.journal {
            try connection.run(
                "INSERT INTO journal (case_number, number, at, kind, actor, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                number, entry.number, entry.at, entry.kind, entry.actor, entry.body, entry.hash)
        }
        for task in step.tasks {
            try connection.run(
                """
                INSERT INTO task (id, case_number, role, holders, state, form, title, opened_at, due_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, task.id, number, task.role, task.holders, task.state, task.form, task.title, task.openedAt,
                task.dueAt)
            try connection.run("INSERT INTO task_holder (holder, task_id) VALUES (?, ?)", task.holders, task.id)
        }
        for id in step.tasksClosed {
            try connection.run("DELETE FROM task_holder WHERE holder = ? AND task_id = ?", "b", id)
            try connection.run("DELETE FROM task WHERE id = ?", id)
        }
        for timer in step.timersRemoved {
            try connection.run(
                "DELETE FROM timer WHERE at = ? AND case_number = ? AND key = ?", timer.at, number, timer.key)
        }
        for timer in step.timers {
            try connection.run(
                "INSERT INTO timer (at, case_number, key, kind, label) VALUES (?, ?, ?, ?, ?)", timer.at, number,
                timer.key, timer.kind, timer.label)
        }
    }
}
