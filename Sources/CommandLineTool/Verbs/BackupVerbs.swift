import CaseStore
import Engine
import Expressions
import Foundation
import Glibc
import SQLiteStore
import Service

/// `backup` and `restore`.
enum BackupVerbs {
    static func backup(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "backup", "Copies the database, whole and consistent, into a new file.",
            discussion: """
                The file appears under its name only when it is complete, and no file is overwritten. What plugins keep \
                beside the database (documents, messages) is not in it: copy the database's folder for that.
                """,
            examples: [("sojourn backup /srv/backups/sojourn-monday.db", "Makes a backup.")],
            arguments: [Positional("path", "The new file.", completion: .file)]
        ) { parsed, terminal in
            let path = parsed["path"]
            return try await place.withService(parsed) { service in
                try await service.engine.store.backup(to: path)
                let counts = try await service.engine.store.counts()
                tell("backed up into", path, counts, hold: nil, parsed, terminal)
                return .success
            }
        }
    }

    static func restore(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "restore", "Makes a database of a backup; nothing is sent until you say so.",
            discussion: """
                The database is made where --database says, and no file is overwritten. It is checked page by page. What \
                the backup had still to send stays on hold, because it may have been sent since: look at "sojourn outbox \
                list", then let it go with "sojourn outbox release --hold-of-store".
                """,
            examples: [
                (
                    "sojourn restore /srv/backups/sojourn-monday.db --database /srv/sojourn/sojourn.db",
                    "Restores a backup into a new database."
                )
            ],
            arguments: [Positional("path", "The backup.", completion: .file)]
        ) { parsed, terminal in
            let database = try place.databasePath(parsed)
            try Workplace.makeFolder(Workplace.folder(of: database))
            try copy(parsed["path"], to: database)
            do {
                let store = try SQLiteStore.open(path: database)
                let result: (counts: StoreCounts, hold: String?)
                do {
                    result = try await check(store)
                    await store.close()
                } catch {
                    await store.close()
                    throw error
                }
                tell("restored into", database, result.counts, hold: result.hold, parsed, terminal)
                return .success
            } catch {
                // A file that is no whole database must not stand where one is looked for.
                for end in ["", "-wal", "-shm", ".lock"] { unlink(database + end) }
                throw error
            }
        }
    }

    private static func check(_ store: SQLiteStore) async throws -> (counts: StoreCounts, hold: String?) {
        let findings = try await store.inspect()
        guard findings.isEmpty else {
            throw Failure("the backup is damaged: \(findings.prefix(3).joined(separator: "; ")); take an older one")
        }
        if try await store.outboundHold() == nil { try await store.setOutboundHold("restored from a backup") }
        return (try await store.counts(), try await store.outboundHold())
    }

    /// Copies the bytes under a name of their own first, so that the database's name never shows half of it.
    private static func copy(_ source: String, to database: String) throws {
        guard access(database, F_OK) != 0 else {
            throw Failure("\(database) exists; restore never overwrites, so move it away or give another --database")
        }
        guard access(source, F_OK) == 0 else { throw Failure("there is no file \(source)") }
        guard access(source + "-wal", F_OK) != 0 else {
            throw Failure("\(source) is a database in use, not a backup; make one with \"sojourn backup\"")
        }
        let partial = database + ".partial"
        unlink(partial)
        defer { unlink(partial) }
        func fault(_ what: String) -> Failure { Failure("\(what): \(String(cString: strerror(errno)))") }
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw fault("\(source) cannot be read") }
        defer { Glibc.close(input) }
        let output = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw fault("\(partial) cannot be made") }
        defer { Glibc.close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 30)
            if count == 0 { break }
            if count < 0, errno != EINTR { throw fault("\(source) cannot be copied") }
        }
        guard fsync(output) == 0 else { throw fault("\(partial) cannot be written") }
        guard link(partial, database) == 0 else { throw fault("\(database) cannot be made") }
    }

    private static func tell(
        _ done: TerminalText, _ path: String, _ counts: StoreCounts, hold: String?, _ parsed: Parsed,
        _ terminal: Terminal
    ) {
        if parsed.flag("json") {
            terminal.print(
                json: .object([
                    "path": .string(path), "cases": .number(counts.cases), "open_cases": .number(counts.openCases),
                    "open_tasks": .number(counts.openTasks), "armed_timers": .number(counts.armedTimers),
                    "journal_entries": .number(counts.journalEntries), "outbound_hold": .text(hold),
                ]))
            return
        }
        terminal.print(
            "\(done) \(path, .bold): \(Naming.count(counts.cases, "case")), \(Naming.count(counts.journalEntries, "journal entry", "journal entries"))"
        )
        if let hold {
            terminal.note("nothing is sent: \(hold); \"sojourn outbox release --hold-of-store\" lets it go")
        }
    }
}
