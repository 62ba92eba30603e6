import ActionKit
import CaseStore
import Exchange
import Synchronization
import Testing

@testable import Engine

/// Mail whose receivers know no keys: the first so many are handed over, the others wait for a connection; none is answered
/// until the test lets it.
private final class LeavingAction: Action {
    let description = ActionDescription(
        name: "email.send", title: "", input: .anything, output: .anything, isKept: false, idempotency: .none,
        timeoutSeconds: 5, tellsHandOver: true)
    private let leaving: Int
    private let state = Mutex<(calls: Int, waiting: [CheckedContinuation<Void, Never>])>((0, []))
    private let ready: @Sendable () -> Void
    private let total: Int

    init(leaving: Int, of total: Int, ready: @escaping @Sendable () -> Void) {
        (self.leaving, self.total, self.ready) = (leaving, total, ready)
    }

    func run(_ call: ActionCall) async -> ActionOutcome {
        let number = state.withLock { state in
            state.calls += 1
            return state.calls
        }
        if number <= leaving { #expect(await call.handOver()) }
        await withCheckedContinuation { continuation in
            let isLast = state.withLock { state in
                state.waiting.append(continuation)
                return state.waiting.count == total
            }
            if isLast { ready() }
        }
        return .done(output: [:])
    }

    func open() {
        for continuation in state.withLock({ $0.waiting }) { continuation.resume() }
    }
}

@Suite struct `What a dead run had not handed over` {
    @Test func `is sent again and nobody is asked; what it had is in doubt`()
        async throws
    {
        let (news, told) = AsyncStream.makeStream(of: Void.self)
        let dying = LeavingAction(leaving: 2, of: 6) { told.finish() }
        let bench = try await Bench(visits, actions: [dying])
        for _ in 0..<6 { _ = try await bench.open() }
        async let handled = bench.engine.outbox.drain()
        for await _ in news {}
        // What a kill would leave: a copy of what is on the disk while all of them are under way.
        let mail = ScriptedAction("email.send", tellsHandOver: true)
        let revived = try await Bench(visits, store: await bench.store.reopened(), actions: [mail], prefix: "d")
        #expect(try await revived.engine.outbox.recover() == 6)
        #expect(try await revived.effects(.unknown).count == 2)
        _ = try await revived.engine.outbox.drain()
        #expect(mail.calls.count == 4)
        #expect(Set(mail.calls.map(\.key)).isDisjoint(with: try await revived.effects(.unknown).map(\.key)))
        let kept = try await revived.store.documents(kind: "handed-over", after: "", limit: 10)
        #expect(kept.isEmpty, "a mark goes with its outcome")
        // Its store is closed, as a dead run's is.
        dying.open()
        _ = try? await handled
    }
}
