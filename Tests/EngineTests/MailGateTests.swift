import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import Testing

@testable import Engine

/// 2027-01-01 is a Friday; the bench begins at 08:00 UTC.
@Suite struct `Mail that does not leave at once` {
    private func bench(
        zone: String = "", store: MemoryStore = MemoryStore(), prefix: String = "c",
        _ set: (inout NotificationTerms) -> Void
    ) async throws -> Bench {
        var terms = NotificationTerms()
        set(&terms)
        var bench = try await Bench(visits, store: store, notifications: terms, prefix: prefix)
        bench.clerk.zone = zone
        return bench
    }

    private func pass(to text: String, _ bench: Bench) throws {
        bench.world.advance(to: try #require(Instant(rfc3339: text)))
    }

    @Test(arguments: [
        ("21:00-07:00", "2027-01-01T20:59:59Z", nil), ("21:00-07:00", "2027-01-01T21:00:00Z", "2027-01-02T07:00:00Z"),
        ("21:00-07:00", "2027-01-02T06:59:00Z", "2027-01-02T07:00:00Z"), ("21:00-07:00", "2027-01-02T07:00:00Z", nil),
        ("12:00-14:00", "2027-01-02T13:00:00Z", "2027-01-02T14:00:00Z"), ("12:00-14:00", "2027-01-02T14:00:00Z", nil),
    ])
    func `quiet hours end when they say`(text: String, at: String, end: String?) throws {
        let hours = try #require(QuietHours(text))
        let now = try #require(Instant(rfc3339: at))
        #expect(hours.end(at: now, in: .utc) == end.flatMap { Instant(rfc3339: $0) })
    }

    @Test func `quiet hours end by the clock on the wall in the night in which it is moved`() throws {
        let hours = try #require(QuietHours("21:00-02:30"))
        let paris = try #require(Zone("Europe/Paris"))
        let spring = try #require(Instant(rfc3339: "2027-03-27T23:00:00Z"))
        #expect(hours.end(at: spring, in: paris)?.rfc3339 == "2027-03-28T01:00:00Z", "02:30 is left out: 03:00")
        let autumn = try #require(Instant(rfc3339: "2027-10-30T23:00:00Z"))
        #expect(hours.end(at: autumn, in: paris)?.rfc3339 == "2027-10-31T00:30:00Z", "the first 02:30")
    }

    @Test func `a mail of the night leaves in the morning of its reader, and no try is lost`() async throws {
        let bench = try await bench(zone: "Asia/Tokyo") { $0.quietHours = QuietHours("21:00-07:00") }
        try pass(to: "2027-01-01T13:00:00Z", bench)
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.isEmpty, "22:00 in Tokyo")
        let row = try #require(try await bench.effects(.queued).first)
        #expect(row.dueAt.rfc3339 == "2027-01-01T22:00:00.000Z" || row.dueAt.rfc3339 == "2027-01-01T22:00:00Z")
        #expect(row.attempts == 0)
        #expect(row.failure.contains("quiet"))
        bench.world.advance(to: row.dueAt)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.map(\.attempt) == [1])
    }

    @Test(arguments: [true, false])
    func `a mail whose task is due in the night goes anyway, or as the hub says`(sends: Bool) async throws {
        let bench = try await bench { terms in
            terms.quietHours = QuietHours("21:00-07:00")
            terms.sendsBeforeDue = sends
        }
        // Due at midnight after the fifth working day: the reader would learn of it seven hours late.
        try pass(to: "2027-01-01T22:00:00Z", bench)
        let c = try await bench.open()
        let due = try #require(try await bench.now(c).tasks.first?.dueAt)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.isEmpty, "there is time until the morning")
        var row = try #require(try await bench.effects(.queued).first)
        bench.world.advance(to: due.adding(seconds: -3_600))
        row.dueAt = bench.world.now
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == (sends ? 1 : 0))
    }

    @Test func `one person gets so many in a day of theirs, the rest on the next, and the staff are told once`()
        async throws
    {
        let store = MemoryStore()
        let bench = try await bench(store: store) { $0.dailyCap = 3 }
        var cases: [Case] = []
        for _ in 0..<5 { cases.append(try await bench.open()) }
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 3)
        let waiting = try await bench.effects(.queued)
        #expect(waiting.allSatisfy { $0.dueAt.rfc3339.hasPrefix("2027-01-02T00:00:00") })
        var tasks: [OpenTask] = []
        for c in cases { tasks += try await bench.now(c).tasks.filter { !$0.isDeclared } }
        #expect(tasks.map(\.kind) == [.mail(label: "message task to clerk", news: .waits(cap: 3))])
        // The count is on the disk: a service that starts again knows it.
        let again = try await self.bench(store: await store.reopened(), prefix: "d") { $0.dailyCap = 3 }
        again.world.advance(to: bench.world.now)
        _ = try await again.open()
        _ = try await again.engine.outbox.drain()
        #expect(again.mail.calls.isEmpty)
        try pass(to: "2027-01-02T00:00:00Z", again)
        _ = try await again.engine.outbox.drain()
        #expect(again.mail.calls.count == 3)
    }

    @Test func `a try that fails is no mail that the reader had`() async throws {
        let bench = try await bench { $0.dailyCap = 1 }
        bench.mail.next(.failed(.init(code: "smtp.450", message: "later", retry: .usual)))
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        bench.pass(hours: 1)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 2)
        #expect(try await bench.effects(.done).count == 1)
    }

    @Test func `a domain gets so many a minute, one by one`() async throws {
        let bench = try await bench { $0.domainRate = 6 }
        for _ in 0..<4 { _ = try await bench.open() }
        for sent in 1...4 {
            _ = try await bench.engine.outbox.drain()
            #expect(bench.mail.calls.count == sent)
            bench.world.advance(to: bench.world.now.adding(seconds: 10))
        }
        #expect(bench.mail.calls.allSatisfy { $0.attempt == 1 })
    }

    @Test func `a domain that says too fast is served slowly, and faster again when it takes mail`() {
        var pace = DomainPace(rate: nil)
        let now = Bench.start
        #expect(pace.wait(for: "a", to: "x.example", at: now) == nil)
        pace.slow("x.example", at: now)
        pace.slow("x.example", at: now)
        let first = pace.wait(for: "b", to: "x.example", at: now)
        let second = pace.wait(for: "c", to: "x.example", at: now)
        #expect(first == now.adding(milliseconds: 2_000))
        #expect(second == now.adding(milliseconds: 4_000), "each has its own place")
        #expect(pace.wait(for: "d", to: "y.example", at: now) == nil, "others are not concerned")
        #expect(pace.wait(for: "b", to: "x.example", at: now.adding(milliseconds: 2_000)) == nil)
        pace.ease("x.example")
        pace.ease("x.example")
        #expect(pace.wait(for: "e", to: "x.example", at: now.adding(milliseconds: 60_000)) == nil)
        #expect(pace.wait(for: "f", to: "x.example", at: now.adding(milliseconds: 60_000)) == nil, "at once again")
    }

    @Test func `an address that does not exist gets nothing further, until somebody takes it off the list`()
        async throws
    {
        let store = MemoryStore()
        let bench = try await bench(store: store) { _ in }
        bench.mail.next(
            .failed(.init(code: "smtp.550", message: "no such person", retry: .never, suppressesAddress: true)))
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        #expect(try await bench.engine.suppressions.all().map(\.reason) == ["smtp.550"])
        let again = try await self.bench(store: await store.reopened(), prefix: "d") { _ in }
        _ = try await again.open()
        _ = try await again.engine.outbox.drain()
        #expect(again.mail.calls.isEmpty)
        #expect(try await again.effects(.failed).contains { $0.failure.hasPrefix("suppressed: ") })
        #expect(try await again.engine.suppressions.remove("CLERK@hub.example") != nil)
        _ = try await again.open()
        _ = try await again.engine.outbox.drain()
        #expect(again.mail.calls.count == 1)
    }

    @Test func `while a mail server is away the others wait without losing a try`() async throws {
        let bench = try await bench { _ in }
        bench.mail.next(.failed(.init(code: "smtp.unreachable", message: "away", retry: .usual, scope: .service)))
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        for _ in 0..<3 { _ = try await bench.open() }
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 1)
        bench.world.advance(to: bench.world.now.adding(seconds: ServiceRest.firstSeconds))
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.count == 4)
        #expect(bench.mail.calls.allSatisfy { $0.attempt == 1 })
    }

    @Test func `a retry waits as mail servers expect, for five days`() async throws {
        let bench = try await bench { _ in }
        _ = try await bench.open()
        var pauses: [Int64] = []
        while true {
            bench.mail.next(.failed(.init(code: "smtp.450", message: "greylisted", retry: .usual)))
            _ = try await bench.engine.outbox.drain()
            guard let row = try await bench.effects(.queued).first else { break }
            pauses.append((row.dueAt.milliseconds - bench.world.now.milliseconds) / 1_000)
            bench.world.advance(to: row.dueAt)
        }
        #expect(Array(pauses.prefix(7)) == [300, 600, 1_200, 2_400, 4_800, 9_600, 14_400])
        #expect(pauses.allSatisfy { $0 <= 14_400 })
        let total = pauses.reduce(0, +)
        #expect(total <= 5 * 86_400 && total > 5 * 86_400 - 14_400, "\(total)")
        #expect(try await bench.effects(.failed).count == 1)
    }
}
