import Dispatch
import Glibc
import Synchronization

/// The wish of a person (SIGINT) or of the system (SIGTERM) that the process end: a flag, and something to wait for.
///
/// The first signal only raises the flag, so that work can be brought to a good end; a SIGINT behind it ends the
/// process at once with 130.
final class Interruption: Sendable {
    enum Cause: Int32, Sendable {
        case interrupt = 2
        case terminate = 15

        /// The code that shells expect of a process that a signal ended: 130 or 143.
        var exitCode: ExitCode { ExitCode(rawValue: 128 + rawValue) }
    }

    private struct State {
        var cause: Cause?
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var nextWaiting = 0
    }

    private let state = Mutex(State())

    /// One that only `raise` raises.
    init() {}

    /// What came first, or nil.
    var cause: Cause? { state.withLock { $0.cause } }
    var isRequested: Bool { cause != nil }

    func raise(_ cause: Cause) {
        let waiting = state.withLock { state in
            if state.cause == nil { state.cause = cause }
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        waiting.forEach { $0.resume() }
    }

    /// Returns when the wish is there, or when the task is cancelled.
    func wait() async {
        let number = state.withLock { state in
            state.nextWaiting += 1
            return state.nextWaiting
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.cause != nil || Task.isCancelled { return true }
                    state.waiting[number] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    /// Runs work that is cancelled when the wish comes; its result or error is handed on either way.
    func cancelling<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = Task { try await work() }
        let watch = Task {
            await wait()
            task.cancel()
        }
        defer { watch.cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The process's own; the first use catches the two signals.
    static let ofProcess: Interruption = {
        let interruption = Interruption()
        var ends: [Int32] = [0, 0]
        // Without a pipe the signals keep their old meaning, which is to end the process.
        guard pipe(&ends) == 0 else { return interruption }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            // A full pipe must not hold up the handler, an empty one not the queue.
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        let readEnd = ends[0]
        signalPipe.store(ends[1], ordering: .sequentiallyConsistent)
        let source = DispatchSource.makeReadSource(
            fileDescriptor: readEnd, queue: DispatchQueue(label: "sojourn.interruption"))
        source.setEventHandler {
            var number: UInt8 = 0
            while read(readEnd, &number, 1) == 1 {
                if let cause = Cause(rawValue: Int32(number)) { interruption.raise(cause) }
            }
            // The handler holds the source, which nothing else would keep.
            withExtendedLifetime(source) {}
        }
        source.resume()
        var action = sigaction()
        action.__sigaction_handler.sa_handler = signalArrived
        action.sa_flags = SA_RESTART
        sigaction(SIGINT, &action, nil)
        sigaction(SIGTERM, &action, nil)
        return interruption
    }()
}

/// The writing end of the pipe between handler and queue.
private let signalPipe = Atomic<Int32>(-1)
private let signalsSeen = Atomic<Int32>(0)

/// Runs inside the signal: nothing but atomics, write and _exit may be used here.
private func signalArrived(_ number: Int32) {
    let earlier = signalsSeen.add(1, ordering: .sequentiallyConsistent).oldValue
    if number == SIGINT, earlier > 0 { _exit(130) }
    var byte = UInt8(truncatingIfNeeded: number)
    let savedError = errno
    _ = write(signalPipe.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = savedError
}
