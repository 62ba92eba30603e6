import CSQLite
import CaseStore
import Glibc

/// One connection to the database, used by one thread at a time; it never leaves the room.
///
/// Unchecked: it is handed to a worker's thread when it is opened and stays there.
final class Connection: @unchecked Sendable {
    let path: String
    private let handle: OpaquePointer
    /// Statements by the address of their SQL, which is a literal.
    private var statements: [UnsafePointer<UInt8>: Statement] = [:]
    /// Pages in the write-ahead log after the last commit of this connection.
    private let walPages: UnsafeMutablePointer<Int32>
    /// What it wrote of cases; only the connection that writes asks it.
    var cases = KnownCases()

    /// How long another connection's lock is waited for; only the recovery after a crash holds one for long.
    private static let patienceMilliseconds: Int32 = 10_000

    /// Before the first connection of the process; where another library has begun SQLite, it stays as it is.
    private static let configured: Void = { _ = sojourn_sqlite_without_memory_count() }()

    /// Opens an existing file.
    init(path: String) throws {
        self.path = path
        _ = Self.configured
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = SQLiteFault(code: code, systemError: 0, text: "cannot be opened").failure(path: path)
            sqlite3_close_v2(opened)
            throw failure
        }
        handle = opened
        walPages = .allocate(capacity: 1)
        walPages.initialize(to: 0)
        sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
        // The hook also takes the place of SQLite's own checkpoints: only the writer makes them, and sees their errors.
        sqlite3_wal_hook(
            handle,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: Int32.self).pointee = pages
                return SQLITE_OK
            }, walPages)
    }

    /// Closes it; nothing may use it any more. The last one brings the log into the database and removes it, unless
    /// it shall be kept: after a failure of the disk, or when the path may name another file by now.
    func close(keepingLog: Bool = false) {
        statements = [:]
        if keepingLog { sojourn_sqlite_keep_log_on_close(handle) }
        sqlite3_close_v2(handle)
    }

    deinit { walPages.deallocate() }

    /// Runs SQL without parameters, one statement or many.
    func execute(_ sql: String) throws {
        errno = 0
        try check(sqlite3_exec(handle, sql, nil, nil, nil))
    }

    /// The statement of a literal, prepared once.
    func statement(_ sql: StaticString) throws -> Statement {
        if let known = statements[sql.utf8Start] { return known }
        let new = try Statement(self, handle, sql.description, isKept: true)
        statements[sql.utf8Start] = new
        return new
    }

    /// A statement that is used once.
    func statement(text sql: String) throws -> Statement { try Statement(self, handle, sql, isKept: false) }

    /// Runs a literal with its parameters.
    func run<each Value: Bindable>(_ sql: StaticString, _ values: repeat each Value) throws {
        try statement(sql).run(repeat each values)
    }

    /// The first row of a literal with its parameters.
    func first<Result, each Value: Bindable>(
        _ sql: StaticString, _ values: repeat each Value, read: (Row) throws -> Result
    ) throws -> Result? {
        var result: Result?
        try statement(sql).forEach(repeat each values) { row in
            result = try read(row)
            return false
        }
        return result
    }

    /// All rows of a literal with its parameters.
    func all<Result, each Value: Bindable>(
        _ sql: StaticString, _ values: repeat each Value, read: (Row) throws -> Result
    ) throws -> [Result] {
        var result: [Result] = []
        try statement(sql).forEach(repeat each values) { row in
            result.append(try read(row))
            return true
        }
        return result
    }

    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
    /// Rows that this connection has changed since it was opened.
    var totalChanges: Int64 { sqlite3_total_changes64(handle) }
    /// Rows that the last statement changed.
    var changes: Int { Int(sqlite3_changes64(handle)) }
    var lastNumber: Int64 { sqlite3_last_insert_rowid(handle) }
    var logPages: Int { Int(walPages.pointee) }

    /// Brings the write-ahead log into the database without waiting for readers.
    func checkpoint() throws {
        let code = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        // A reader in the way: the next round takes up the rest.
        if code & 0xFF != SQLITE_BUSY { try check(code) }
    }

    /// Copies the whole database as it is now into the other, in one step.
    func copy(to target: Connection) throws {
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            return try target.check(sqlite3_extended_errcode(target.handle))
        }
        sqlite3_backup_step(backup, -1)
        try target.check(sqlite3_backup_finish(backup))
    }

    /// Throws what a result code means.
    func check(_ code: Int32) throws {
        guard code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW else { return }
        // The thread's own number: SQLite's copy of it is not taken when a commit fails, and never cleared.
        let systemError = errno
        throw SQLiteFault(code: code, systemError: systemError, text: String(cString: sqlite3_errmsg(handle)))
            .failure(path: path)
    }
}
