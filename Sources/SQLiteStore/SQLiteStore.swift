import CaseStore
import Dispatch

/// The store in one SQLite file: one thread that writes in groups, a few that read.
///
/// Every write is on the disk when its verb returns (`synchronous=FULL`); writes that wait together share one sync.
/// The file may be moved or copied while the store is closed; when that was done, outbound effects are on hold at the
/// next opening until a person lets them go.
package final class SQLiteStore: CaseStore {
    let writer: Writer
    let readers: Readers
    let session: Session
    let file: DatabaseFile
    /// Left when the last thread has ended and the file is closed.
    private let ended: DispatchGroup

    /// Opens the database at this path, or makes a new one, readable by its owner alone.
    ///
    /// - Throws: `StoreFailure`: `.inUse`, `.newer`, `.notADatabase`, `.damaged`, `.diskFull`, `.io`, `.refused`.
    package static func open(path: String) throws -> SQLiteStore {
        let file = try DatabaseFile(path: path)
        var opened: [Connection] = []
        do {
            let connection = try Connection(path: file.path)
            opened.append(connection)
            try Schema.prepare(connection)
            try connection.execute(settings + "PRAGMA synchronous = FULL; PRAGMA cache_size = -65536")
            let session = try Session.begin(connection, file: file)
            for _ in 0..<Readers.connectionCount {
                let reader = try Connection(path: file.path)
                opened.append(reader)
                try reader.execute(settings + "PRAGMA query_only = ON; PRAGMA cache_size = -16384")
            }
            return try SQLiteStore(opened, session: session, file: file)
        } catch {
            for connection in opened.reversed() { connection.close() }
            file.unlock()
            throw error
        }
    }

    /// For every connection. Temporary things stay in memory: they hold personal data too.
    private static let settings = """
        PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
        PRAGMA cell_size_check = ON; PRAGMA journal_size_limit = 67108864;
        """

    private init(_ connections: [Connection], session: Session, file: DatabaseFile) throws {
        self.session = session
        self.file = file
        writer = Writer(connections[0], file: file)
        readers = Readers()
        let reading = DispatchGroup()
        let ended = DispatchGroup()
        self.ended = ended
        let others = Array(connections.dropFirst())
        for _ in others { reading.enter() }
        ended.enter()
        let writer = writer
        // The writer's connection is closed last, so that it alone brings the log into the database.
        let areRunning =
            readers.start(others) { reading.leave() }
            && writer.start { connection in
                reading.wait()
                // A session that cannot be ended is one that died: nothing is lost by it.
                if writer.failure == nil { try? session.end(connection, file: file) }
                connection.close(keepingLog: writer.failure != nil)
                file.unlock()
                ended.leave()
            }
        guard areRunning else { preconditionFailure("the system gives no thread for the database") }
    }

    deinit {
        readers.close()
        _ = writer.close()
    }

    package func close() async {
        readers.close()
        _ = writer.close()
        await withCheckedContinuation { continuation in
            ended.notify(queue: .global()) { continuation.resume() }
        }
    }
}
