import Synchronization

/// So many calls at once; more wait in the order in which they came.
final class Places: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ count: Int) { state = Mutex(State(free: count)) }

    /// Takes a place, waits for one if all are taken; false if too many wait already.
    func take() async -> Bool {
        let isFull = state.withLock { state -> Bool? in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            return state.waiting.count >= PackLimits.queue
        }
        guard let isFull else { return true }
        if isFull { return false }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.free > 0 {
                    state.free -= 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
        return true
    }

    func give() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}
