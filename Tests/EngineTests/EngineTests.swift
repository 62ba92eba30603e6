import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import ProgrammeLanguage
import Synchronization
import Testing

@testable import Engine

/// An action whose outcomes are set by the test, and which remembers its calls.
final class ScriptedAction: Action {
    let description: ActionDescription
    private let state = Mutex<(calls: [ActionCall], outcomes: [ActionOutcome])>(([], []))

    init(
        _ name: String, idempotency: ActionDescription.Idempotency = .none, pauses: [Int] = [],
        tellsHandOver: Bool = false
    ) {
        description = ActionDescription(
            name: name, title: "", input: .anything, output: .anything, isKept: true, idempotency: idempotency,
            timeoutSeconds: 5, retryPauses: pauses, tellsHandOver: tellsHandOver)
    }

    var calls: [ActionCall] { state.withLock { $0.calls } }

    func next(_ outcomes: ActionOutcome...) { state.withLock { $0.outcomes += outcomes } }

    func run(_ call: ActionCall) async -> ActionOutcome {
        state.withLock { state in
            state.calls.append(call)
            return state.outcomes.isEmpty ? .done(output: [:]) : state.outcomes.removeFirst()
        }
    }
}

/// An engine over the memory store in virtual time.
struct Bench {
    static let start = Instant(milliseconds: 1_798_790_400_000)

    let world: VirtualWorld
    let store: MemoryStore
    let mail = ScriptedAction("email.send", idempotency: .keyed)
    let hook: ScriptedAction
    let engine: Engine
    let machine: CaseMachine
    var clerk = Party(id: "b", name: "Clerk", address: "clerk@hub.example")
    let actor = Actor(id: "b", role: "clerk")

    /// - Parameters:
    ///   - actions: stand in for `mail` and `hook`.
    ///   - prefix: of identifiers; another one where a store was opened again.
    ///   - pauses: of `webhook.post`, between its tries.
    init(
        _ text: String, store: MemoryStore = MemoryStore(), pauses: [Int] = [], actions: [any Action]? = nil,
        notifications: NotificationTerms = NotificationTerms(), prefix: String = "c"
    ) async throws {
        world = VirtualWorld(from: Self.start, prefix: prefix)
        self.store = store
        hook = ScriptedAction("webhook.post", pauses: pauses)
        let source = ProgrammeSource(text: text)
        let compiled = ProgrammeCompiler.compile(source)
        let programme = try #require(
            compiled.programme, Comment(rawValue: compiled.diagnostics.lines.joined(separator: "\n")))
        engine = Engine(
            store: store, world: world.world, actions: actions ?? [mail, hook],
            compile: { ProgrammeSource(packed: $0).flatMap { ProgrammeCompiler.compile($0).programme } },
            notifications: notifications)
        machine = try await engine.add(programme, source: source.packed())
    }

    func open() async throws -> Case {
        try await engine.cases.start(machine, people: ["clerk": [clerk]], roster: [:], by: actor)
    }

    func answer(_ c: Case, _ task: Int = 1, _ outcome: String? = nil, key: String? = nil) async throws -> Case {
        try await engine.cases.submit(
            .answer(task: task, outcome: outcome, values: [:], reason: nil), to: c.id, by: actor, key: key
        ).case
    }

    func pass(hours: Int) { world.advance(to: world.now.adding(seconds: Int64(hours) * 3600)) }

    func now(_ c: Case) async throws -> Case { try await engine.cases.load(c.id).case }

    func effects(_ states: EffectState...) async throws -> [EffectRow] {
        var filter = EffectFilter()
        filter.states = Set(states)
        return try await store.effects(filter)
    }
}

private let simple = """
    format: 1
    programme: simple
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 10 days: expired}
          next:
            done: {to: closed, do: [webhook.post: {url: "https://example.org/x", type: closed, if-unsure: ask}]}
            wait: open
    ends: {closed: fulfilled, expired: expired}
    """

@Suite struct `Outbox` {
    @Test func `an effect that fails for now is tried again later with the same key`() async throws {
        let bench = try await Bench(simple)
        bench.mail.next(.failed(.init(code: "smtp.450", message: "later", retry: .usual)))
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 1)
        let waiting = try #require(try await bench.effects(.queued).first)
        #expect(waiting.dueAt == bench.world.now.adding(seconds: OutboxService.firstPauseSeconds))
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 1, "not before its time")
        bench.pass(hours: 1)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 2)
        #expect(bench.mail.calls[0].key == bench.mail.calls[1].key)
        #expect(bench.mail.calls[1].attempt == 2)
        #expect(try await bench.effects(.done).count == 1)
    }

    @Test func `an action with pauses of its own is tried again after each of them, and has failed behind the last`()
        async throws
    {
        let bench = try await Bench(simple, pauses: [5, 300])
        let failure = ActionOutcome.failed(.init(code: "webhook.500", message: "later", retry: .usual))
        for _ in 0..<3 { bench.hook.next(failure) }
        let c = try await bench.open()
        _ = try await bench.answer(c, 1, "done")
        for (number, pause) in [5, 300].enumerated() {
            _ = try await bench.engine.outbox.drain()
            #expect(bench.hook.calls.count == number + 1)
            let waiting = try #require(try await bench.effects(.queued).first { $0.action == "webhook.post" })
            #expect(waiting.dueAt == bench.world.now.adding(seconds: Int64(pause)))
            bench.pass(hours: 1)
        }
        _ = try await bench.engine.outbox.drain()
        #expect(bench.hook.calls.count == 3)
        #expect(try await bench.effects(.failed).first?.action == "webhook.post")
    }

    @Test func `an outcome that nobody can know is asked about, and a person's word is taken`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        bench.hook.next(.unknown(message: "the connection broke"))
        _ = try await bench.answer(c, 1, "done")
        _ = try await bench.engine.outbox.drain()
        #expect(try await bench.effects(.unknown).count == 1)
        bench.pass(hours: 48)
        _ = try await bench.engine.turn()
        #expect(bench.hook.calls.count == 1, "never repeated by itself")
        let key = try #require(try await bench.effects(.unknown).first?.key)
        try await bench.engine.outbox.release(key)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.hook.calls.count == 2)
        #expect(bench.hook.calls[0].key == bench.hook.calls[1].key)
    }

    @Test func `what a dead run had claimed is repeated only where the key protects`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        _ = try await bench.answer(c, 1, "done")
        let claimed = try await bench.store.claimEffects(at: bench.world.now, limit: 10)
        #expect(claimed.map(\.action).contains("webhook.post"))
        let revived = try await Bench(simple, store: await bench.store.reopened())
        #expect(try await revived.engine.outbox.recover() == claimed.count)
        _ = try await revived.engine.outbox.drain()
        #expect(revived.hook.calls.isEmpty, "a webhook without idempotency is asked about")
        #expect(try await revived.effects(.unknown).map(\.action) == ["webhook.post"])
    }

    @Test func `a store on hold sends nothing until a person says so`() async throws {
        let bench = try await Bench(simple)
        try await bench.store.setOutboundHold("restored from a backup")
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.isEmpty)
        try await bench.store.setOutboundHold(nil)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 1)
    }

    @Test func `a mail to the staff that fails opens no task that would mail again`() async throws {
        let bench = try await Bench(simple)
        bench.mail.next(.failed(.init(code: "smtp.550", message: "no such mailbox", retry: .never)))
        let c = try await bench.open()
        _ = try await bench.engine.turn()
        #expect(bench.mail.calls.count == 1)
        #expect(try await bench.now(c).tasks.count == 1)
    }
}

@Suite struct `Commands` {
    @Test func `the same key with the same body is answered once, with another body refused`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        let first = try await bench.answer(c, 1, "wait", key: "k1")
        let again = try await bench.engine.cases.submit(
            .answer(task: 1, outcome: "wait", values: [:], reason: nil), to: c.id, by: bench.actor, key: "k1")
        #expect(again.isRepeated)
        #expect(again.case.version == first.version)
        await #expect(throws: EngineFailure.conflict(key: "k1")) {
            _ = try await bench.answer(c, 2, "done", key: "k1")
        }
    }

    @Test func `sixty-four who answer at once: one is taken, the others are told`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    (try? await bench.engine.cases.submit(
                        .answer(task: 1, outcome: "done", values: [:], reason: nil), to: c.id, by: bench.actor)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 1)
        #expect(try await bench.now(c).end?.name == "closed")
    }

    @Test func `a journal that was changed is found by its chain`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        _ = try await bench.answer(c, 1, "wait")
        let rows = try await bench.engine.cases.journal(c.id)
        #expect(rows.count == 2)
        var forged = rows[1]
        forged.actor = "somebody else"
        #expect(StepWriter.isIntact(rows[1], after: rows[0].hash))
        #expect(!StepWriter.isIntact(forged, after: rows[0].hash))
        #expect(!StepWriter.isIntact(rows[1], after: []))
    }
}

@Suite struct `Scheduler` {
    @Test func `what is due fires at its instant, once`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        _ = try await bench.engine.turn()
        while let next = try await bench.store.nextTimer(), try await bench.now(c).end == nil {
            bench.world.advance(to: next)
            _ = try await bench.engine.turn()
        }
        let ended = try await bench.now(c)
        #expect(ended.end?.name == "expired")
        // The task, and one escalation when it was due.
        #expect(bench.mail.calls.count == 2)
        #expect(try await bench.store.nextTimer() == nil)
    }

    @Test func `an end whose last day the service was away for is put off, so nobody expires unseen`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        _ = try await bench.engine.scheduler.look()
        let end = try #require(try await bench.now(c).timers.first { $0.rank == 0 }?.at)
        bench.world.advance(to: end.adding(seconds: -3600))
        try await bench.store.setLastSeen(end.adding(seconds: -5 * 86_400))
        bench.world.advance(to: end.adding(seconds: 3600))
        let report = try await bench.engine.scheduler.look()
        #expect(report.outage != nil)
        #expect(try await bench.now(c).end == nil, "the task can still be answered")
        #expect(try await bench.now(c).timers.contains { $0.rank == 0 && $0.at > bench.world.now })
    }

    @Test func `a clock that jumps far ahead fires nothing until a person believes it`() async throws {
        let bench = try await Bench(simple)
        let c = try await bench.open()
        _ = try await bench.engine.scheduler.look()
        bench.pass(hours: 24 * 400)
        let parked = try await bench.engine.scheduler.look()
        #expect(parked.isParked)
        #expect(try await bench.now(c).end == nil)
        let believed = try await bench.engine.scheduler.look(acceptsJump: true)
        #expect(!believed.isParked)
        #expect(believed.cases == 1)
    }
}

private let hosting = """
    format: 1
    programme: hosting
    version: 1
    people:
      clerk: {title: Clerk, staff: yes, acts-for: [host]}
      host: {title: Host, from: hosts}
    forms:
      ask: {people: {type: number, from: 1, required: yes}}
    rules:
      any: {filters: {room: {if: "offer.people >= ask.people", say: too small}}, score: {size: {weight: 1, points: "1.0"}}}
    stages:
      request:
        draft:
          task: {who: clerk, form: ask, due: 5 working days}
          next: {done: searching}
      match:
        searching:
          match: {from: hosts, rules: any, track: hosts, at-once: 1, want: 1, reach: accepted}
          clock: {90 days: none_found}
          next: {found: closed, none: none_found}
    tracks:
      hosts:
        each: match
        during: searching
        left: stood_down
        states:
          offered:
            task: {who: self}
            clock: {10 days: silent}
            next: {accept: accepted, decline: declined}
        ends: {accepted: fulfilled, declined: refused, silent: expired, stood_down: withdrawn}
    ends: {closed: fulfilled, none_found: refused}
    """

@Suite struct `Places` {
    private func offer(_ id: String, people: Double, capacity: Double) -> Value {
        .object([
            "id": .string(id), "name": .string("Host \(id)"), "people": .double(people), "capacity": .double(capacity),
        ])
    }

    private func ask(_ bench: Bench, people: String) async throws -> Case {
        let c = try await bench.open()
        _ = try await bench.engine.cases.submit(
            .answer(task: 1, outcome: nil, values: ["people": .string(people)], reason: nil), to: c.id, by: bench.actor)
        _ = try await bench.engine.turn()
        return try await bench.now(c)
    }

    @Test func `an offer's place is held by the first case, and the second is passed on`() async throws {
        let bench = try await Bench(hosting)
        try await bench.engine.register.put(
            offers: [offer("h1", people: 5, capacity: 1), offer("h2", people: 5, capacity: 1)], kind: "hosts")
        let first = try await ask(bench, people: "2")
        let second = try await ask(bench, people: "2")
        let third = try await ask(bench, people: "2")
        #expect(first.members.map(\.key) == ["h1"])
        #expect(second.members.map(\.key) == ["h2"])
        #expect(third.end?.name == "none_found")
    }

    @Test func `a refusal gives the place back, and the next host is asked`() async throws {
        let bench = try await Bench(hosting)
        try await bench.engine.register.put(
            offers: [
                offer("h1", people: 5, capacity: 1), offer("h2", people: 5, capacity: 1),
                offer("h3", people: 1, capacity: 9),
            ],
            kind: "hosts")
        let c = try await ask(bench, people: "2")
        #expect(c.search?.excluded.map(\.offer) == ["h3"])
        let task = try #require(c.tasks.first)
        let after = try await bench.answer(c, task.number, "decline")
        #expect(after.members.map(\.region.state) == ["declined", "offered"])
        let other = try await ask(bench, people: "2")
        #expect(other.members.map(\.key) == ["h1"])
    }
}

private let retention = """
    format: 1
    programme: retention
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    forms:
      papers:
        passport: {type: text, privacy: identity, erase: 30 days after the end, required: yes}
        note: {type: text}
    stages:
      request:
        open:
          task: {who: clerk, form: papers, due: 5 working days}
          next: {done: closed}
    ends: {closed: fulfilled}
    """

@Suite struct `Data clocks` {
    @Test func `an answer that is erased can be read nowhere any more, and the chain still holds`() async throws {
        let bench = try await Bench(retention)
        let c = try await bench.open()
        let passport = "CANARY-4711"
        _ = try await bench.engine.cases.submit(
            .answer(
                task: 1, outcome: nil, values: ["passport": .string(passport), "note": .string("hello")], reason: nil),
            to: c.id, by: bench.actor)
        func bytes() async throws -> (journal: String, body: String, command: Value?) {
            let rows = try await bench.engine.cases.journal(c.id)
            let answered = rows.first { $0.kind == "answer" }
            let row = try await bench.store.findCase(id: c.id)
            let command = try Value(json: answered?.body ?? [])["command"]
            return (
                rows.map { String(decoding: $0.body, as: UTF8.self) }.joined(),
                String(decoding: row?.body ?? [], as: UTF8.self),
                command?["values"]?["passport"]
            )
        }
        let before = try await bytes()
        #expect(!before.journal.contains(passport), "the journal keeps it sealed")
        #expect(before.journal.contains("hello"))
        #expect(before.body.contains(passport))
        let sealed = try #require(before.command)
        let open = try await bench.now(c)
        #expect(StepWriter.opened(sealed, in: open) == .string(passport))
        while let next = try await bench.store.nextTimer() {
            bench.world.advance(to: next)
            _ = try await bench.engine.turn()
        }
        let after = try await bytes()
        #expect(!after.body.contains(passport))
        #expect(!after.journal.contains(passport))
        let closed = try await bench.now(c)
        #expect(StepWriter.opened(sealed, in: closed) == nil, "the key is gone with it")
    }
}
