import ActionKit
import Calendars
import CaseStore
import Exchange
import Synchronization
import Testing

@testable import Engine

/// An action that answers nothing until the test lets it.
private final class HangingAction: Action {
    let description = ActionDescription(
        name: "webhook.post", title: "", input: .anything, output: .anything, isKept: true, idempotency: .keyed,
        timeoutSeconds: 5)
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func run(_ call: ActionCall) async -> ActionOutcome {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
        return .done(output: [:])
    }

    var hanging: Int { state.withLock { $0.waiting.count } }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// An action that tells when it has been called so often.
private final class CountingAction: Action {
    let description = ActionDescription(
        name: "email.send", title: "", input: .anything, output: .anything, isKept: false, idempotency: .keyed,
        timeoutSeconds: 5)
    private let target: Int
    private let count = Mutex(0)
    private let reached: @Sendable () -> Void

    init(target: Int, reached: @escaping @Sendable () -> Void) {
        self.target = target
        self.reached = reached
    }

    func run(_ call: ActionCall) async -> ActionOutcome {
        let now = count.withLock { count in
            count += 1
            return count
        }
        if now == target { reached() }
        return .done(output: [:])
    }
}

@Suite struct `The window of effects under way` {
    @Test(.timeLimit(.minutes(10)))
    func `goes on while an action hangs, however many effects it has`() async throws {
        let (news, told) = AsyncStream.makeStream(of: Void.self)
        let cases = 100
        let hook = HangingAction()
        let mail = CountingAction(target: cases) { told.finish() }
        let bench = try await Bench(filing, actions: [mail, hook])
        for _ in 0..<cases { _ = try await bench.open() }
        async let handled = bench.engine.outbox.drain()
        for await _ in news {}
        #expect(hook.hanging <= EffectWindow.places / 2, "a hanging action has half of the places at most")
        hook.open()
        #expect(try await handled == 2 * cases)
        #expect(try await bench.effects(.done).count == 2 * cases)
    }

    @Test func `leaves room after every action that fills its share`() {
        var window = EffectWindow()
        for action in ["a", "b", "c", "d", "e"] {
            #expect(window.room > 0)
            while window.running[action, default: 0] == 0 || !window.full.contains(action) { window.begin(action) }
        }
        #expect(window.running == ["a": 32, "b": 16, "c": 8, "d": 4, "e": 2])
        #expect(window.room == 1)
        for _ in 0..<32 { window.end("a") }
        #expect(window.running["a"] == nil)
        #expect(window.count == 30)
    }
}
