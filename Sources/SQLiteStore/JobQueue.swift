import Dispatch
import Glibc
import Synchronization

/// Work that waits for threads of its own, so that no thread of the tasks' pool ever blocks on a disk.
final class JobQueue<Job: Sendable>: Sendable {
    private struct State {
        var waiting: [Job] = []
        var sleepers = 0
        var isClosed = false
    }

    enum Answer { case taken, closed, full }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let limit: Int

    /// - Parameter limit: jobs that may wait.
    init(limit: Int) { self.limit = limit }

    /// Adds a job behind the others.
    func add(_ job: Job) -> Answer {
        let (answer, isAsleep) = state.withLock { state -> (Answer, Bool) in
            if state.isClosed { return (.closed, false) }
            if state.waiting.count >= limit { return (.full, false) }
            state.waiting.append(job)
            guard state.sleepers > 0 else { return (.taken, false) }
            state.sleepers -= 1
            return (.taken, true)
        }
        if isAsleep { bell.signal() }
        return answer
    }

    /// The jobs that wait, in order, at most `count`; waits for one, and is empty only when the queue is closed.
    func take(upTo count: Int) -> [Job] {
        while true {
            let taken = state.withLock { state -> [Job]? in
                if !state.waiting.isEmpty {
                    let jobs = Array(state.waiting.prefix(count))
                    state.waiting.removeFirst(jobs.count)
                    return jobs
                }
                if state.isClosed { return [] }
                state.sleepers += 1
                return nil
            }
            if let taken { return taken }
            bell.wait()
        }
    }

    /// Takes no further jobs; those that wait are still done. False if it was closed before.
    func close() -> Bool {
        let sleepers = state.withLock { state -> Int? in
            if state.isClosed { return nil }
            state.isClosed = true
            defer { state.sleepers = 0 }
            return state.sleepers
        }
        for _ in 0..<(sleepers ?? 0) { bell.signal() }
        return sleepers != nil
    }
}

/// Starts a thread that runs the body once.
/// - Returns: false if the system gives no thread.
func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    guard code == 0 else {
        box.release()
        return false
    }
    pthread_detach(thread)
    return true
}
