import CaseStore

/// Threads that read, each on its own connection: a reader sees what was durable when it began, and waits for no writer.
final class Readers: Sendable {
    private typealias Job = @Sendable (Connection) -> Void

    /// Connections, and threads, that read.
    static let connectionCount = 2
    /// Reads that may wait; a caller above it is refused.
    static let waitingReads = 100_000

    private let queue = JobQueue<Job>(limit: Readers.waitingReads)

    /// - Parameter atEnd: runs on each reader's thread when it has closed its connection.
    func start(_ connections: [Connection], atEnd: @escaping @Sendable () -> Void) -> Bool {
        connections.allSatisfy { connection in
            startThread {
                while let job = self.queue.take(upTo: 1).first { job(connection) }
                connection.close()
                atEnd()
            }
        }
    }

    func read<Result: Sendable>(_ body: @escaping @Sendable (Connection) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let answer = queue.add { connection in
                continuation.resume(with: Swift.Result { try body(connection) })
            }
            switch answer {
            case .taken: break
            case .closed: continuation.resume(throwing: StoreFailure.closed)
            case .full: continuation.resume(throwing: StoreFailure.refused(message: "too many reads are waiting"))
            }
        }
    }

    /// Takes no further reads.
    func close() { _ = queue.close() }
}
