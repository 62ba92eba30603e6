import CSQLite
import CaseStore
import Glibc

/// What SQLite says went wrong, and what that means for a store.
struct SQLiteFault {
    /// The extended result code.
    var code: Int32
    /// The system's error number, 0 if there was none.
    var systemError: Int32
    var text: String

    func failure(path: String) -> StoreFailure {
        switch code & 0xFF {
        case SQLITE_FULL: .diskFull(path: path)
        case SQLITE_IOERR: isRoomMissing ? .diskFull(path: path) : .io(message: words)
        case SQLITE_CORRUPT: .damaged(message: words)
        case SQLITE_NOTADB: .notADatabase(path: path)
        case SQLITE_BUSY, SQLITE_LOCKED: .inUse(path: path)
        case SQLITE_CONSTRAINT: .refused(message: text)
        case SQLITE_READONLY where code == SQLITE_READONLY_DBMOVED_CODE: .replaced(path: path)
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .refused(message: "\(path) may not be written")
        case SQLITE_CANTOPEN: .refused(message: "\(path) cannot be opened")
        case SQLITE_NOMEM: .refused(message: "no memory is left for the database")
        default: .io(message: words)
        }
    }

    /// A full disk, a quota or a file-size limit that a write met. A failed sync is never counted here: what the system
    /// had taken before may be gone, so that nothing may be written again before a restart.
    private var isRoomMissing: Bool {
        [ENOSPC, EDQUOT, EFBIG].contains(systemError) && code != SQLITE_IOERR_FSYNC_CODE
            && code != SQLITE_IOERR_DIR_FSYNC_CODE
    }

    private var words: String { systemError == 0 ? "\(text), \(code)" : "\(text), \(code), system \(systemError)" }
}

// SQLite's extended codes are made with macros that Swift does not see.
private let SQLITE_IOERR_FSYNC_CODE = SQLITE_IOERR | 4 << 8
private let SQLITE_IOERR_DIR_FSYNC_CODE = SQLITE_IOERR | 5 << 8
private let SQLITE_READONLY_DBMOVED_CODE = SQLITE_READONLY | 4 << 8
