import CaseStore
import Synchronization

/// A write that waits for its turn.
struct WriteJob: Sendable {
    /// How much of a group it fills, in steps.
    var weight: Int
    /// Does it; what it returns resumes the caller once the group is durable, or tells it that the group failed.
    ///
    /// It may be run a second time, after everything that the first run wrote was taken back.
    var run: @Sendable (Connection) throws -> @Sendable ((any Error)?) -> Void
    /// Tells the caller that it was not done.
    var refuse: @Sendable (any Error) -> Void
}

/// The one thread that writes: all writes that wait go into one transaction, whose end is one sync of the disk.
final class Writer: Sendable {
    /// Writes that may wait; a caller above it is refused.
    static let waitingWrites = 100_000
    /// The log is brought into the database when it has this many pages (of 4 KiB): a page that
    /// changes often is then copied once. After a crash the log is read again, 64 MiB at most unless a reader was in the
    /// way: some tenths of a second.
    private static let logPages = 16_384

    private let queue = JobQueue<WriteJob>(limit: Writer.waitingWrites)
    /// Set once by a failure after which nothing may be written until a restart.
    private let broken = Mutex<StoreFailure?>(nil)
    private let connection: Connection
    private let file: DatabaseFile

    init(_ connection: Connection, file: DatabaseFile) {
        self.connection = connection
        self.file = file
    }

    /// Why nothing is written any more; nil while all is well.
    var failure: StoreFailure? { broken.withLock { $0 } }

    /// Begins to work; `atEnd` runs on the writer's thread when all is done after `close`.
    func start(atEnd: @escaping @Sendable (Connection) -> Void) -> Bool {
        startThread {
            // What came while the last group was written is the next one: waiting for more would leave a processor idle
            // that could decide or write.
            while true {
                let jobs = self.queue.take(upTo: StoreLimits.stepsPerCommit)
                guard !jobs.isEmpty else { break }
                self.work(jobs)
            }
            atEnd(self.connection)
        }
    }

    /// Does a write and returns when it is durable.
    func write<Result: Sendable>(
        weight: Int = 1, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let job = WriteJob(
                weight: weight,
                run: { connection in
                    let result = try body(connection)
                    return { failure in
                        if let failure {
                            continuation.resume(throwing: failure)
                        } else {
                            continuation.resume(returning: result)
                        }
                    }
                },
                refuse: { continuation.resume(throwing: $0) })
            switch queue.add(job) {
            case .taken: break
            case .closed: continuation.resume(throwing: StoreFailure.closed)
            case .full: continuation.resume(throwing: StoreFailure.refused(message: "too many writes are waiting"))
            }
        }
    }

    /// Takes no further writes; false if that was so before.
    func close() -> Bool { queue.close() }

    // MARK: On the writer's thread

    /// Cuts what waited into groups of at most `stepsPerCommit` steps and writes each.
    private func work(_ jobs: [WriteJob]) {
        var start = 0
        while start < jobs.count {
            var end = start + 1
            var weight = jobs[start].weight
            while end < jobs.count, weight + jobs[end].weight <= StoreLimits.stepsPerCommit {
                weight += jobs[end].weight
                end += 1
            }
            write(Array(jobs[start..<end]))
            start = end
        }
    }

    private func write(_ group: [WriteJob]) {
        do {
            if let failure { throw failure }
            var finished = try transaction { try together(group) }
            if finished == nil { finished = try transaction { try apart(group) } }
            for finish in finished ?? [] { finish(nil) }
            checkpointWhenLong()
        } catch {
            note(error)
            for job in group { job.refuse(error) }
        }
    }

    private typealias Finish = @Sendable ((any Error)?) -> Void

    /// Runs a group inside BEGIN and COMMIT; nil if the body gives up, which takes everything back.
    private func transaction(_ body: () throws -> [Finish]?) throws -> [Finish]? {
        try connection.run("BEGIN IMMEDIATE")
        do {
            guard let finished = try body() else {
                connection.cases.forget()
                try connection.run("ROLLBACK")
                return nil
            }
            try file.check()
            try connection.run("COMMIT")
            return finished
        } catch {
            connection.cases.forget()
            // SQLite may have taken it back itself.
            if connection.isInTransaction { try? connection.run("ROLLBACK") }
            throw error
        }
    }

    /// All jobs without a savepoint: steps are judged before they write, so that as good as none is taken back.
    /// - Returns: nil if one failed in the middle of its writing; then each needs a savepoint.
    private func together(_ group: [WriteJob]) throws -> [Finish]? {
        var finished: [Finish] = []
        for job in group {
            let before = connection.totalChanges
            do {
                finished.append(try job.run(connection))
            } catch let failure as StoreFailure where failure.isOfOneJob {
                guard connection.totalChanges == before else { return nil }
                finished.append { _ in job.refuse(failure) }
            }
        }
        return finished
    }

    /// Each job under its own savepoint.
    private func apart(_ group: [WriteJob]) throws -> [Finish]? {
        var finished: [Finish] = []
        for job in group {
            try connection.run("SAVEPOINT job")
            do {
                finished.append(try job.run(connection))
            } catch let failure as StoreFailure where failure.isOfOneJob {
                connection.cases.forget()
                try connection.run("ROLLBACK TO job")
                finished.append { _ in job.refuse(failure) }
            }
            try connection.run("RELEASE job")
        }
        return finished
    }

    private func checkpointWhenLong() {
        guard connection.logPages >= Self.logPages else { return }
        do { try connection.checkpoint() } catch { note(error) }
    }

    /// Remembers a failure after which nothing may be written again.
    private func note(_ error: any Error) {
        guard let failure = error as? StoreFailure, failure.isFinal else { return }
        broken.withLock { $0 = $0 ?? failure }
    }
}

extension StoreFailure {
    /// Whether only the job that met it fails, and the group goes on.
    var isOfOneJob: Bool {
        if case .refused = self { true } else { false }
    }

    /// Whether nothing may be written after it until a restart.
    var isFinal: Bool {
        switch self {
        case .io, .damaged, .replaced, .notADatabase: true
        case .closed, .inUse, .newer, .diskFull, .refused: false
        }
    }
}
