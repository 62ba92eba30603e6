import CaseStore

/// Writes one step inside the writer's transaction: judged first, written only when nothing speaks against it.
struct StepTransaction {
    let connection: Connection

    /// - Throws: `StoreFailure.refused` for a mistake of the program, which refuses the whole batch.
    func write(_ step: Step) throws -> StepResult {
        if let refusal = step.refusal { throw refusal }
        let stored = try stored(step.case.id)
        if let key = step.commandKey, let stored, let known = try known(key, of: stored.number) {
            return known.bodyHash == key.bodyHash ? .repeated(answer: known.answer) : .conflict
        }
        let version = stored?.version ?? 0
        guard version == step.expectedVersion else { return .stale(actual: version) }
        if let full = try full(step) { return .full(offer: full.offer) }
        if let refusal = step.journalRefusal(after: stored?.entries ?? 0) { throw refusal }
        let written = try put(step, over: stored)
        try write(step, of: written.number)
        connection.cases.note(written, of: step.case.id)
        return .written
    }

    // MARK: Judging

    private func stored(_ id: String) throws -> StoredCase? {
        if let known = connection.cases[id] { return known }
        return try connection.first(
            """
            SELECT number, version, entries, reference, programme_name, is_stuck, has_ended FROM "case" WHERE id = ?
            """, id
        ) {
            StoredCase(
                number: $0.integer(0), version: $0.int(1), entries: $0.int(2), reference: $0.text(3),
                programmeName: $0.text(4), isStuck: $0.flag(5), hasEnded: $0.flag(6))
        }
    }

    private func known(_ key: CommandKey, of number: Int64) throws -> CommandKey? {
        try connection.first(
            "SELECT body_hash, answer FROM command_key WHERE case_number = ? AND key = ?", number, key.key
        ) { CommandKey(key: key.key, bodyHash: $0.bytes(0), answer: $0.bytes(1)) }
    }

    private func full(_ step: Step) throws -> Reservation? {
        guard !step.reservations.isEmpty else { return nil }
        return try Reservation.firstFull(of: step.reservations) { offer, period in
            let held = try connection.all(
                "SELECT owner, places FROM reservation WHERE offer = ? AND period = ?", offer, period
            ) { (ByteName($0.text(0)), $0.int(1)) }
            return Dictionary(held) { first, _ in first }
        }
    }

    // MARK: Writing

    /// Writes the case's row and returns what the database has of it now.
    private func put(_ step: Step, over stored: StoredCase?) throws -> StoredCase {
        let row = step.case
        if try isTaken(row.reference, by: stored) { throw StoreFailure.referenceTaken(row.reference) }
        let entries = (stored?.entries ?? 0) + step.journal.count
        guard let stored else {
            try connection.run(
                """
                INSERT INTO "case" (
                    id, reference, programme, programme_name, stage, state, version, entries, is_held, is_stuck,
                    has_ended, opened_at, changed_at, title, body
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, row.id, row.reference, row.programme, row.programmeName, row.stage, row.state, row.version,
                entries, row.isHeld, row.isStuck, row.hasEnded, row.openedAt, row.changedAt, row.title, row.body)
            return StoredCase(row, number: connection.lastNumber, entries: entries)
        }
        try connection.run(
            """
            UPDATE "case" SET programme = ?, stage = ?, state = ?, version = ?, entries = ?, is_held = ?,
                opened_at = ?, changed_at = ?, title = ?, body = ?
            WHERE number = ?
            """, row.programme, row.stage, row.state, row.version, entries, row.isHeld, row.openedAt, row.changedAt,
            row.title, row.body, stored.number)
        // Columns of indexes are named only when they change, so that the indexes are left alone.
        if stored.reference != row.reference || stored.programmeName != row.programmeName
            || stored.isStuck != row.isStuck || stored.hasEnded != row.hasEnded
        {
            try connection.run(
                """
                UPDATE "case" SET reference = ?, programme_name = ?, is_stuck = ?, has_ended = ? WHERE number = ?
                """, row.reference, row.programmeName, row.isStuck, row.hasEnded, stored.number)
        }
        return StoredCase(row, number: stored.number, entries: entries)
    }

    private func isTaken(_ reference: String, by stored: StoredCase?) throws -> Bool {
        if let stored, ByteName(stored.reference) == ByteName(reference) { return false }
        let owner = try connection.first("SELECT number FROM \"case\" WHERE reference = ?", reference) { $0.integer(0) }
        return owner != nil
    }

    private func write(_ step: Step, of number: Int64) throws {
        for entry in step.journal {
            try connection.run(
                "INSERT INTO journal (case_number, number, at, kind, actor, body, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
                number, entry.number, entry.at, entry.kind, entry.actor, entry.body, entry.hash)
        }
        for row in step.tasks { try put(row, of: number) }
        for id in step.tasksClosed { try removeTask(id) }
        for timer in step.timersRemoved { try remove(timer, of: number) }
        for row in step.timers {
            try connection.run(
                "INSERT OR REPLACE INTO timer (at, case_number, key, kind, label) VALUES (?, ?, ?, ?, ?)", row.at,
                number, row.key, row.kind, row.label)
        }
        for row in step.effects { try add(row, of: number) }
        for key in step.effectsRecalled {
            try connection.run(
                "UPDATE effect SET state = 'recalled' WHERE key = ? AND state IN ('held', 'queued')", key)
        }
        for finish in step.effectsFinished { try write(finish) }
        for one in step.reservations { try write(one) }
        if let key = step.commandKey {
            try connection.run(
                "INSERT INTO command_key (case_number, key, body_hash, answer) VALUES (?, ?, ?, ?)", number, key.key,
                key.bodyHash, key.answer)
        }
    }

    private func remove(_ timer: TimerPlace, of number: Int64) throws {
        try connection.run(
            "DELETE FROM timer WHERE at = ? AND case_number = ? AND key = ?", timer.at, number, timer.key)
        // It does not stand where the step says: one left behind would wake its case for ever.
        guard connection.changes == 0 else { return }
        try connection.run("DELETE FROM timer WHERE case_number = ? AND key = ?", number, timer.key)
    }

    private func put(_ row: TaskRow, of number: Int64) throws {
        // Most tasks are new, and nothing has to be looked up for them.
        try connection.run(
            """
            INSERT OR IGNORE INTO task (id, case_number, role, holders, state, form, title, opened_at, due_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, row.id, number, row.role, row.holders, row.state, row.form, row.title, row.openedAt, row.dueAt)
        if connection.changes == 0 { return try change(row, of: number) }
        try add(row.holders, of: row.id)
    }

    private func change(_ row: TaskRow, of number: Int64) throws {
        let former = try holders(of: row.id)
        try connection.run(
            """
            UPDATE task SET case_number = ?, role = ?, holders = ?, state = ?, form = ?, title = ?, opened_at = ?,
                due_at = ?
            WHERE id = ?
            """, number, row.role, row.holders, row.state, row.form, row.title, row.openedAt, row.dueAt, row.id)
        guard former.map(ByteName.init) != ByteName(row.holders) else { return }
        try remove(former, of: row.id)
        try add(row.holders, of: row.id)
    }

    private func add(_ holders: String, of task: String) throws {
        for holder in holders.split(separator: " ") {
            try connection.run(
                "INSERT OR IGNORE INTO task_holder (holder, task_id) VALUES (?, ?)", String(holder), task)
        }
    }

    private func removeTask(_ id: String) throws {
        let former = try connection.first("DELETE FROM task WHERE id = ? RETURNING holders", id) { $0.text(0) }
        try remove(former, of: id)
    }

    private func holders(of task: String) throws -> String? {
        try connection.first("SELECT holders FROM task WHERE id = ?", task) { $0.text(0) }
    }

    private func remove(_ holders: String?, of task: String) throws {
        for holder in holders?.split(separator: " ") ?? [] {
            try connection.run("DELETE FROM task_holder WHERE holder = ? AND task_id = ?", String(holder), task)
        }
    }

    private func add(_ row: EffectRow, of number: Int64) throws {
        try connection.run(
            """
            INSERT INTO effect (
                key, case_number, action, label, state, due_at, attempts, created_at, sequence, sequence_index, failure,
                body
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET
                case_number = excluded.case_number, action = excluded.action, label = excluded.label,
                state = excluded.state, due_at = excluded.due_at, sequence = excluded.sequence,
                sequence_index = excluded.sequence_index, body = excluded.body
            WHERE state IN ('held', 'queued')
            """, row.key, number, row.action, row.label, row.state.rawValue, row.dueAt, row.attempts, row.createdAt,
            row.sequence, row.index, row.failure, row.body)
    }

    /// Writes what became of a claimed effect; one that is not claimed is left.
    func write(_ finish: EffectFinish) throws {
        let isQueued = finish.state == .queued
        try connection.run(
            """
            UPDATE effect SET state = ?, failure = ?, settled_at = ?, output = ?, due_at = iif(?, ?, due_at)
            WHERE key = ? AND state = 'claimed'
            """, finish.state.rawValue, finish.failure, finish.at, finish.output.isEmpty ? nil : finish.output,
            isQueued, finish.dueAt, finish.key)
    }

    private func write(_ one: Reservation) throws {
        if one.places > 0 {
            try connection.run(
                """
                INSERT INTO reservation (offer, period, owner, places) VALUES (?, ?, ?, ?)
                ON CONFLICT (offer, period, owner) DO UPDATE SET places = excluded.places
                """, one.offer, one.period, one.owner, one.places)
        } else {
            try connection.run(
                "DELETE FROM reservation WHERE offer = ? AND period = ? AND owner = ?", one.offer, one.period, one.owner
            )
        }
    }
}
