import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import Synchronization
import Testing

@testable import Engine

/// An action whose receiver knows no keys; it tells how many calls were under way at once, and what each found on the disk.
private final class KeylessAction: Action {
    let description = ActionDescription(
        name: "webhook.post", title: "", input: .anything, output: .anything, isKept: false, idempotency: .keyed,
        timeoutSeconds: 5)
    private let state = Mutex<(running: Int, most: Int, keys: [String], unwritten: Int)>((0, 0, [], 0))
    private let store: MemoryStore
    private let receiver: String?

    init(_ store: MemoryStore, receiver: String?) {
        (self.store, self.receiver) = (store, receiver)
    }

    func receiver(of input: [String: Value]) -> String? { receiver }

    var most: Int { state.withLock { $0.most } }
    /// Calls that began while what became of an earlier one was not written down.
    var unwritten: Int { state.withLock { $0.unwritten } }

    func run(_ call: ActionCall) async -> ActionOutcome {
        let earlier = state.withLock { state in
            state.running += 1
            state.most = max(state.most, state.running)
            defer { state.keys.append(call.key) }
            return state.keys
        }
        for key in earlier where (try? await store.effect(key: key))?.state != .done {
            state.withLock { $0.unwritten += 1 }
        }
        for _ in 0..<100 { await Task.yield() }
        state.withLock { $0.running -= 1 }
        return .done(output: [:])
    }
}

@Suite struct `A receiver that may not recognise a key` {
    @Test(arguments: ["example.org", nil])
    func `gets one call at a time, each after the one before is written down`(receiver: String?) async throws {
        let store = MemoryStore()
        let action = KeylessAction(store, receiver: receiver)
        let bench = try await Bench(filing, store: store, actions: [ScriptedAction("email.send"), action])
        for _ in 0..<20 { _ = try await bench.open() }
        _ = try await bench.engine.outbox.drain()
        #expect(try await bench.effects(.done).filter { $0.action == "webhook.post" }.count == 20)
        if receiver == nil {
            #expect(action.most > 1, "others get several at once")
        } else {
            #expect(action.most == 1 && action.unwritten == 0)
        }
    }

    @Test func `who would wait long comes again, one after the other, and soon enough if it was thought too slow`() {
        var line = ReceiverLine()
        let now = Bench.start
        // A call takes ten seconds: of those that come next, one waits here.
        #expect(line.join("a", isPatient: false, at: now) == nil)
        #expect(line.join("a", isPatient: false, at: now) == nil)
        line.leave("a", took: 10_000)
        let places = (0..<10).map { _ in line.join("a", isPatient: false, at: now) }
        let first = [12_000, 22_000, 32_000].map { Optional(now.adding(milliseconds: $0)) }
        #expect(Array(places.prefix(3)) == first)
        #expect(places.allSatisfy { $0.map { $0 <= now.adding(milliseconds: ReceiverLine.longestPause) } ?? false })
        #expect(line.join("b", isPatient: false, at: now) == nil, "another receiver is not concerned")
        #expect(line.join("a", isPatient: true, at: now) == nil, "unless nobody would come again")
        line.leave("a", took: 10_000)
        line.leave("a", took: nil)
        #expect(line.join("a", isPatient: false, at: now) == nil, "an empty line is a new one")
    }
}
