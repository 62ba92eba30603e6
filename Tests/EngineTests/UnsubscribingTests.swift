import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import Testing

@testable import Engine

/// A task that reminds twice.
private let nudges = """
    format: 1
    programme: nudges
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          task: {who: clerk, due: 20 days}
          clock: {2 and 4 days: remind, due: {escalate: clerk}, 60 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

@Suite struct `Readers who unsubscribe` {
    private let base = "https://hub.example/unsubscribe/"

    private func bench(
        store: MemoryStore = MemoryStore(), prefix: String = "c", _ set: (inout NotificationTerms) -> Void = { _ in }
    ) async throws -> Bench {
        var terms = NotificationTerms()
        terms.unsubscribeAddress = base
        set(&terms)
        return try await Bench(nudges, store: store, notifications: terms, prefix: prefix)
    }

    /// Lets days pass, and gives the calls of mail that came of it.
    private func after(days: Int, _ bench: Bench) async throws -> [ActionCall] {
        let before = bench.mail.calls.count
        bench.pass(hours: 24 * days + 2)
        _ = try await bench.engine.turn()
        return Array(bench.mail.calls.dropFirst(before))
    }

    /// The token in a mail's address.
    private func token(_ call: ActionCall) throws -> String {
        try #require(call.unsubscribe.hasPrefix(base))
        return String(call.unsubscribe.dropFirst(base.count))
    }

    @Test func `a reminder names its reader's own address, the same in every mail, and a task names none`() async throws
    {
        let bench = try await bench()
        _ = try await bench.open()
        let task = try await after(days: 0, bench)
        #expect(task.map(\.unsubscribe) == [""])
        let reminders = try await after(days: 2, bench) + after(days: 2, bench)
        #expect(reminders.count == 2)
        #expect(Set(reminders.map(\.unsubscribe)).count == 1)
        let token = try token(reminders[0])
        #expect(token.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        #expect(!spells(token, "clerk"), "the address is sealed")
    }

    @Test func `who unsubscribes gets no further reminder and still gets tasks, and nobody is bothered with it`()
        async throws
    {
        let store = MemoryStore()
        let bench = try await bench(store: store)
        let c = try await bench.open()
        _ = try await after(days: 0, bench)
        let reminder = try #require(try await after(days: 2, bench).first)
        #expect(try await bench.engine.outbox.unsubscribe(token(reminder)))
        #expect(try await bench.engine.outbox.unsubscribe(token(reminder)), "again, and nothing changes")
        #expect(try await bench.engine.suppressions.all().map(\.source) == [.unsubscribed])
        #expect(try await after(days: 2, bench).isEmpty)
        let recalled = try await bench.effects(.recalled)
        #expect(recalled.map(\.failure) == ["its reader has unsubscribed from such mails"])
        #expect(try await bench.now(c).tasks.allSatisfy(\.isDeclared), "no task for the staff")
        _ = try await bench.open()
        #expect(try await after(days: 0, bench).count == 1, "a new task")
        // It is on the disk, and holds also where the hub offers no address any more.
        let again = try await Bench(nudges, store: await store.reopened(), prefix: "d")
        again.world.advance(to: bench.world.now)
        #expect(try await after(days: 2, again).isEmpty)
    }

    @Test func `a token is made by this hub or it is none`() async throws {
        let bench = try await bench()
        let secret = try await bench.engine.outbox.hubSecret()
        let token = UnsubscribeToken.text("Ana@City.example", secret: secret)
        #expect(UnsubscribeToken.address(in: token, secret: secret) == "ana@city.example")
        #expect(UnsubscribeToken.text("ana@city.example", secret: secret) == token)
        #expect(UnsubscribeToken.text("eva@city.example", secret: secret).prefix(48) != token.prefix(48))
        let other = UnsubscribeToken.text("ana@city.example", secret: [UInt8](repeating: 7, count: 32))
        var forged = [
            other, "", "00", "x", token + "00", String(token.dropLast(2)), String(repeating: "0", count: 10_000),
        ]
        for place in stride(from: 0, to: token.utf8.count, by: 7) {
            var letters = Array(token.utf8)
            letters[place] = letters[place] == 0x30 ? 0x31 : 0x30
            forged.append(String(decoding: letters, as: UTF8.self))
        }
        for wrong in forged { #expect(try await !bench.engine.outbox.unsubscribe(wrong), "\(wrong.prefix(80))") }
        #expect(try await bench.engine.suppressions.all().isEmpty)
        let longest = String(repeating: "x", count: 60) + "@" + String(repeating: "y", count: 189) + ".org"
        #expect(UnsubscribeToken.text(longest, secret: secret).utf8.count <= UnsubscribeToken.longest)
        #expect(try await bench.engine.outbox.unsubscribe(UnsubscribeToken.text(longest, secret: secret)))
    }

    @Test func `a mailbox that is there again still gets no reminders, until that too is taken back`() async throws {
        let list = try await bench().engine.suppressions
        let name = "ana@city.example"
        func add(_ source: Suppression.Source) async throws {
            try await list.add(Suppression(address: name, source: source, reason: "", since: Bench.start))
        }
        try await add(.unsubscribed)
        #expect(try await list.entry(name) == nil, "everything else still goes there")
        try await add(.bounced)
        #expect(try await list.all().map(\.source) == [.bounced, .unsubscribed])
        #expect(try await list.remove(name)?.source == .bounced)
        #expect(try await list.hasUnsubscribed("ANA@city.example"))
        #expect(try await list.remove(name)?.source == .unsubscribed)
        #expect(try await list.remove(name) == nil)
    }

    @Test
    func `a digest names the address only if its reader need get nothing of it, and leaves out what they want no more`()
        async throws
    {
        let bench = try await bench { $0.digestSeconds = 3_600 }
        for _ in 0..<2 { _ = try await bench.open() }
        _ = try await after(days: 0, bench)
        bench.pass(hours: 1)
        _ = try await bench.engine.turn()
        #expect(bench.mail.calls.map(\.unsubscribe) == [""], "two tasks in one mail")
        _ = try await after(days: 2, bench)
        bench.pass(hours: 1)
        _ = try await bench.engine.turn()
        let reminders = try #require(bench.mail.calls.last)
        #expect(bench.mail.calls.count == 2)
        let token = try token(reminders)
        // The next two are gathered already when their reader unsubscribes; a task that came with them still goes.
        _ = try await after(days: 2, bench)
        _ = try await bench.open()
        _ = try await bench.engine.turn()
        #expect(bench.mail.calls.count == 2)
        #expect(try await bench.engine.outbox.unsubscribe(token))
        bench.pass(hours: 1)
        _ = try await bench.engine.turn()
        #expect(bench.mail.calls.count == 3)
        #expect(try #require(bench.mail.calls.last).unsubscribe == "")
        #expect(try await bench.effects(.recalled).count == 2)
    }
}

/// Whether hexadecimal digits spell a word.
private func spells(_ digits: String, _ word: String) -> Bool {
    let all = Array(digits.utf8)
    let wanted = word.utf8.flatMap { Array(String($0, radix: 16).utf8) }
    return all.indices.contains { all[$0...].starts(with: wanted) }
}
