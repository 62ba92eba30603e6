import Matching
import Synchronization

/// Shows how far work on a call is, and stops it when the user asks for that.
final class Watch: Sendable {
    private let label: String
    private let terminal: Terminal
    private let interruption: Interruption
    private let state = Mutex<(bar: ProgressBar?, shown: Int)>((nil, 0))

    init(_ label: String, _ terminal: Terminal) {
        (self.label, self.terminal, interruption) = (label, terminal, terminal.interruption)
    }

    func goesOn(_ done: Int, _ total: Int) -> Bool {
        state.withLock { state in
            if state.bar == nil { state.bar = ProgressBar(label, total: total, on: terminal) }
            state.bar?.advance(by: done - state.shown)
            state.shown = done
        }
        return !interruption.isRequested
    }

    /// Does work that this watch can stop.
    func stopping<Result>(_ work: () async throws -> Result) async throws -> Result {
        defer { state.withLock { $0.bar?.finish() } }
        do {
            return try await work()
        } catch is MatchingStopped {
            throw Failure("stopped; nothing was decided", exitCode: interruption.cause?.exitCode ?? .interrupted)
        } catch let mistake as MatchingMistake {
            throw Failure(mistake.description, exitCode: MatchSolve.unreadable)
        }
    }
}
