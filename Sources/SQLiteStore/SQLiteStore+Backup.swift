import CaseStore
import Glibc

extension SQLiteStore {
    /// Copies the database as it is now, while others write. Until the copy is whole and durable it is named
    /// `<path>.partial`; the path itself never shows half a backup. An existing file is not overwritten.
    ///
    /// - Throws: `StoreFailure`; `.refused` when the path exists.
    package func backup(to path: String) async throws {
        try await readers.read { source in
            guard access(path, F_OK) != 0 else { throw StoreFailure.refused(message: "\(path) exists already") }
            let partial = path + ".partial"
            unlink(partial)
            do {
                try DatabaseFile.make(partial)
                try Self.fill(partial, from: source)
                try DatabaseFile.sync(partial)
                // A link, not a renaming: it fails when somebody else made the path meanwhile.
                guard link(partial, path) == 0 else {
                    throw StoreFailure.refused(message: "\(path) cannot be made, system \(errno)")
                }
                unlink(partial)
                try DatabaseFile.syncFolder(of: path)
            } catch {
                unlink(partial)
                throw error
            }
        }
    }

    /// Fills the new file, and puts its outbound effects on hold before it has the name of a backup.
    private static func fill(_ path: String, from source: Connection) throws {
        let target = try Connection(path: path)
        defer { target.close() }
        try source.copy(to: target)
        // A backup is one file: without a log beside it.
        try target.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
        try target.run("BEGIN IMMEDIATE")
        if try Session.setting("outbound_hold", target, read: { $0.text(0) }) == nil {
            try Session.set("outbound_hold", to: "restored from a backup", target)
        }
        try target.run("COMMIT")
    }

    /// Checks every page and index, and what one table says about another.
    package func inspect() async throws -> [String] {
        let size = StoreLimits.findings
        return try await readers.read { connection in
            try connection.execute("BEGIN")
            defer { try? connection.execute("COMMIT") }
            var findings = try connection.all("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
            for (question, words) in Self.crossChecks {
                let count = try connection.statement(text: question).count()
                if count > 0 { findings.append("\(count) \(words)") }
            }
            return Array(findings.prefix(size))
        }
    }

    /// What must count nothing.
    private static let crossChecks: [(question: String, words: String)] = [
        (
            """
            SELECT count(*) FROM "case" c WHERE c.entries <> (SELECT count(*) FROM journal j WHERE j.case_number = c.number)
                OR c.entries <> (SELECT ifnull(max(number), 0) FROM journal j WHERE j.case_number = c.number)
            """, "cases whose journal has a hole"
        ),
        (
            "SELECT count(*) FROM journal j WHERE NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.number = j.case_number)",
            "journal entries without a case"
        ),
        (
            "SELECT count(*) FROM effect e WHERE NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.number = e.case_number)",
            "effects without a case"
        ),
        (
            "SELECT count(*) FROM timer t WHERE NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.number = t.case_number)",
            "timers without a case"
        ),
        (
            "SELECT count(*) FROM task t WHERE NOT EXISTS (SELECT 1 FROM \"case\" c WHERE c.number = t.case_number)",
            "tasks without a case"
        ),
        (
            "SELECT count(*) FROM task_holder h WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.id = h.task_id)",
            "holders of tasks that are closed"
        ),
        (
            "SELECT count(*) FROM \"case\" c WHERE NOT EXISTS (SELECT 1 FROM programme p WHERE p.hash = c.programme)",
            "cases whose programme is missing"
        ),
        ("SELECT ifnull(max(number), 0) - count(*) FROM \"case\"", "cases that were removed"),
        ("SELECT ifnull(max(position), 0) - count(*) FROM journal", "journal entries that were removed"),
    ]
}

extension StoreLimits {
    /// Findings that an inspection lists.
    static let findings = 100
}

extension Statement {
    /// The number in the first column of the only row.
    fileprivate func count() throws -> Int {
        var result = 0
        try forEach { row in
            result = row.int(0)
            return false
        }
        return result
    }
}
