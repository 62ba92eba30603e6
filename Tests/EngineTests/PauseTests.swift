import ActionKit
import Calendars
import CaseStore
import Digests
import Exchange
import Expressions
import Testing

@testable import Engine

@Suite struct `An effect that waits for somebody` {
    private func signed(_ call: ActionCall, _ body: String, at now: Instant) throws -> (String, String) {
        let timestamp = String(now.milliseconds / 1_000)
        let secret = try #require(base64Bytes(String(call.callbackSecret.dropFirst(6))))
        let code = HMACSHA256.code(for: Array("\(call.key).\(timestamp).\(body)".utf8), key: secret)
        return (timestamp, "v1,\(code.base64)")
    }

    @Test func `is finished by a signed callback, and by no other`() async throws {
        let bench = try await Bench(filing)
        bench.hook.next(.waiting(.init(pollSeconds: nil, patienceSeconds: 86_400, checkpoint: .string("job 7"))))
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        let call = try #require(bench.hook.calls.first)
        #expect(try await bench.effects(.queued).first { $0.key == call.key }?.failure.contains("waits") ?? false)
        let body = #"{"outcome":"done","output":{"number":"A-17"}}"#
        let (timestamp, signature) = try signed(call, body, at: bench.world.now)
        let outbox = bench.engine.outbox
        func callback(_ key: String, _ timestamp: String, _ signature: String, _ body: String) async throws {
            try await outbox.callback(key: key, timestamp: timestamp, signature: signature, body: Array(body.utf8))
        }
        for (key, time, mark, text) in [
            (call.key, timestamp, signature, body + " "), (call.key, "1", signature, body),
            (String(call.key.reversed()), timestamp, signature, body), (call.key, timestamp, "v1,AAAA", body),
            (call.key, timestamp, "", body),
        ] {
            await #expect(throws: OutboxService.CallbackRefusal.notSigned) { try await callback(key, time, mark, text) }
        }
        bench.pass(hours: 1)
        await #expect(throws: OutboxService.CallbackRefusal.notSigned, "an hour old") {
            try await callback(call.key, timestamp, signature, body)
        }
        let (later, mark) = try signed(call, body, at: bench.world.now)
        try await callback(call.key, later, mark, body)
        #expect(try await bench.effects(.done).contains { $0.key == call.key })
        await #expect(throws: OutboxService.CallbackRefusal.notWaiting, "a replay changes nothing") {
            try await callback(call.key, later, mark, body)
        }
        #expect(bench.hook.calls.count == 1)
    }

    @Test func `is looked at again with what the action remembers, and nobody knows when the time is over`()
        async throws
    {
        let bench = try await Bench(filing)
        let waiting = ActionOutcome.waiting(.init(pollSeconds: 3_600, patienceSeconds: 10_000, checkpoint: .int(7)))
        bench.hook.next(waiting, waiting, waiting, waiting)
        _ = try await bench.open()
        for _ in 0..<8 {
            _ = try await bench.engine.outbox.drain()
            bench.pass(hours: 1)
        }
        #expect(bench.hook.calls.map(\.checkpoint) == [nil, .int(7), .int(7), .int(7)])
        #expect(Set(bench.hook.calls.map(\.key)).count == 1)
        #expect(try await bench.effects(.unknown).count == 1)
        let kept = try await bench.store.document(kind: EffectPause.kind, id: bench.hook.calls[0].key)
        #expect(kept != nil, "a person may still let it be tried again")
    }

    @Test func `opens a task for a person, and goes on with the answers, which the case does not keep`() async throws {
        let bench = try await Bench(filing)
        let form = Schema.object([
            SchemaField("folder", .choice(["north", "south"])),
            SchemaField("pages", .integer(1...9), isRequired: false),
        ])
        bench.hook.next(.asks(.init(title: "Which folder?", form: form, checkpoint: .string("at the desk"))))
        let c = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        let key = try #require(bench.hook.calls.first?.key)
        let task = try #require(
            try await bench.now(c).tasks.first { $0.kind == .question(key: key, title: "Which folder?") })
        #expect(try await bench.effects(.held).map(\.key) == [key])
        let outbox = bench.engine.outbox
        #expect(try await outbox.question(of: key)?.form == form)
        let wrong = try await outbox.answer(key, ["folder": .string("west"), "page": .string("1")])
        #expect(wrong.count == 2, "\(wrong)")
        #expect(try await outbox.answer(key, ["folder": .string("north"), "pages": .string("3")]) == [])
        _ = try await bench.engine.cases.submit(
            .resolve(task: task.number, choice: "answer", reason: ""), to: c.id, by: bench.actor)
        try await outbox.release(key)
        _ = try await outbox.drain()
        #expect(bench.hook.calls.last?.answers == ["folder": .string("north"), "pages": .int(3)])
        #expect(bench.hook.calls.last?.checkpoint == .string("at the desk"))
        #expect(try await bench.effects(.done).contains { $0.key == key })
        #expect(try await bench.store.document(kind: EffectPause.kind, id: key) == nil)
        let journal = try await bench.store.journal(caseID: c.id, from: 0, limit: 100)
        #expect(!journal.contains { String(decoding: $0.body, as: UTF8.self).contains("north") })
    }
}
