import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import ProgrammeLanguage
import Testing

@testable import Engine

@Suite struct `A digest` {
    private let hour = 3_600

    private func bench(
        store: MemoryStore = MemoryStore(), prefix: String = "c", _ set: (inout NotificationTerms) -> Void = { _ in }
    ) async throws -> Bench {
        var terms = NotificationTerms()
        terms.digestSeconds = hour
        set(&terms)
        return try await Bench(visits, store: store, notifications: terms, prefix: prefix)
    }

    /// Three mails within half an hour, none of which has left.
    private func gathered(_ bench: Bench) async throws -> [Case] {
        var cases: [Case] = []
        for _ in 0..<3 {
            cases.append(try await bench.open())
            _ = try await bench.engine.outbox.drain()
            bench.world.advance(to: bench.world.now.adding(seconds: 600))
        }
        #expect(bench.mail.calls.isEmpty)
        return cases
    }

    private func after(_ seconds: Int, _ bench: Bench) async throws {
        bench.world.advance(to: bench.world.now.adding(seconds: Int64(seconds)))
        _ = try await bench.engine.outbox.drain()
    }

    @Test func `gathers what one person would get in an hour, and each effect keeps its own row and journal entry`()
        async throws
    {
        let bench = try await bench()
        let cases = try await gathered(bench)
        try await after(hour, bench)
        let call = try #require(bench.mail.calls.first)
        #expect(bench.mail.calls.count == 1)
        #expect(call.text("subject") == "3 messages for you")
        for c in cases {
            #expect(call.text("text").contains("in case \(c.reference)"))
            #expect(call.text("html").contains("<h2>[\(c.reference)] Please do"))
        }
        #expect(call.input["reference"] == nil, "it is of several conversations")
        let done = try await bench.effects(.done)
        #expect(done.count == 3)
        #expect(!done.map(\.key).contains(call.key))
        for c in cases {
            let entries = try await bench.store.journal(caseID: c.id, from: 1, limit: 100)
            #expect(entries.count { $0.kind == "effect" } == 1)
        }
        #expect(try await bench.engine.outbox.effects(ofMail: call.key).count == 3, "an answer finds all its cases")
    }

    @Test func `leaves out what was taken back before it left`() async throws {
        let bench = try await bench()
        let cases = try await gathered(bench)
        _ = try await bench.answer(cases[1], 1, "done")
        try await after(hour, bench)
        let call = try #require(bench.mail.calls.first)
        #expect(call.text("subject") == "2 messages for you")
        #expect(!call.text("text").contains(cases[1].reference))
        #expect(try await bench.effects(.recalled).count == 1)
        #expect(try await bench.effects(.done).count == 2)
    }

    @Test func `of one is the mail as it is, under its own key`() async throws {
        let bench = try await bench()
        _ = try await bench.open()
        _ = try await bench.engine.outbox.drain()
        let key = try #require(try await bench.effects(.queued).first?.key)
        try await after(hour, bench)
        #expect(bench.mail.calls.map(\.key) == [key])
        #expect(bench.mail.calls[0].text("subject").hasPrefix("["))
    }

    @Test func `that fails for now is tried again with the same key, and counts as one try of each`() async throws {
        let bench = try await bench()
        _ = try await gathered(bench)
        bench.mail.next(.failed(.init(code: "smtp.450", message: "later", retry: .usual)))
        try await after(hour, bench)
        #expect(bench.mail.calls.count == 1)
        #expect(try await bench.effects(.queued).count == 3)
        // Another comes meanwhile: it begins the next one.
        _ = try await bench.open()
        try await after(300, bench)
        #expect(bench.mail.calls.count == 2)
        #expect(Set(bench.mail.calls.map(\.key)).count == 1)
        #expect(try await bench.effects(.done).count == 3)
        #expect(try await bench.effects(.queued).count == 1)
    }

    @Test func `that fails for good fails each of its effects`() async throws {
        let bench = try await bench()
        _ = try await gathered(bench)
        bench.mail.next(
            .failed(.init(code: "smtp.550", message: "no such person", retry: .never, suppressesAddress: true)))
        try await after(hour, bench)
        #expect(try await bench.effects(.failed).count == 3)
        #expect(try await bench.engine.suppressions.all().count == 1)
    }

    @Test func `whose outcome nobody knows asks about each, and what is let go again has the same key`() async throws {
        let bench = try await bench()
        _ = try await gathered(bench)
        bench.mail.next(.unknown(message: "the connection broke"))
        try await after(hour, bench)
        let unknown = try await bench.effects(.unknown)
        #expect(unknown.count == 3)
        for row in unknown { try await bench.engine.outbox.release(row.key) }
        try await after(1, bench)
        #expect(bench.mail.calls.count == 2)
        #expect(bench.mail.calls[0].key == bench.mail.calls[1].key)
        #expect(try await bench.effects(.done).count == 3)
    }

    @Test func `of a run that died in the middle is sent again as the same mail`() async throws {
        let store = MemoryStore()
        let bench = try await bench(store: store)
        _ = try await gathered(bench)
        // Everything is claimed, the digest is put together and its call lost: as after a kill.
        bench.mail.next(.unknown(message: "killed"))
        try await after(hour, bench)
        let key = try #require(bench.mail.calls.first?.key)
        for row in try await bench.effects(.unknown) {
            _ = try await store.moveEffect(key: row.key, from: .unknown, to: .queued, at: bench.world.now)
        }
        _ = try await store.claimEffects(at: bench.world.now, limit: 2)
        let again = try await self.bench(store: await store.reopened(), prefix: "d")
        again.world.advance(to: bench.world.now)
        #expect(try await again.engine.outbox.recover() == 2)
        _ = try await again.engine.outbox.drain()
        #expect(again.mail.calls.map(\.key) == [key])
        #expect(try await again.effects(.done).count == 3)
    }

    @Test func `goes in the morning with all of the night, and is one of the day's mails`() async throws {
        let bench = try await bench { terms in
            terms.quietHours = QuietHours("21:00-07:00")
            terms.dailyCap = 1
        }
        bench.world.advance(to: try #require(Instant(rfc3339: "2027-01-04T20:30:00Z")))
        _ = try await gathered(bench)
        bench.world.advance(to: try #require(Instant(rfc3339: "2027-01-05T03:00:00Z")))
        for _ in 0..<2 { _ = try await bench.open() }
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.isEmpty)
        bench.world.advance(to: try #require(Instant(rfc3339: "2027-01-05T07:00:00Z")))
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.map { $0.text("subject") } == ["5 messages for you"])
        _ = try await bench.open()
        try await after(hour, bench)
        #expect(bench.mail.calls.count == 1, "the next one waits for tomorrow")
        #expect(try await bench.effects(.queued).allSatisfy { $0.attempts == 0 })
    }

    @Test func `does not take what is urgent, what must be there before it, and what a calendar must find`()
        async throws
    {
        let bench = try await bench()
        let c = try await bench.open()
        let row = try #require(try await bench.effects(.queued).first)
        let body = try #require(try? Value(json: row.body))
        let origin = try await bench.engine.cases.load(c.id)
        let mail = MailOnItsWay(row, body, origin: origin)
        #expect(mail.canBeMerged && !mail.isUrgent)
        #expect(!MailOnItsWay(row, body).canBeMerged, "nothing is known of one that no case waits for")
        for name in ["calendar", "attachments"] {
            var fields = body.fields
            fields["input"] = .object((body["input"]?.fields ?? [:]).merging([name: .string("x")]) { $1 })
            #expect(!MailOnItsWay(row, .object(fields), origin: origin).canBeMerged)
        }
        let due = try #require(mail.deadline)
        #expect(mail.isDue(within: hour, of: due.adding(seconds: -1_800)))
        #expect(!mail.isDue(within: hour, of: due.adding(seconds: -7_200)))
        #expect(!mail.isDue(within: hour, of: due.adding(seconds: 7_200)), "it is late already")
    }

    @Test func `is not waited for by a message that is marked urgent`() async throws {
        let urgent = ProgrammeSource(
            files: [
                "programme.yaml": Array((visits + "\nlanguages: [en]\n").utf8),
                "texts/en.yaml": Array(
                    "language: en\nmessages:\n  task: {subject: Now, body: At once, urgent: yes}\n".utf8),
            ])
        let compiled = ProgrammeCompiler.compile(urgent)
        let programme = try #require(compiled.programme, Comment(rawValue: compiled.diagnostics.lines.joined()))
        #expect(programme.messages["task"]?.isUrgent == true)
        let bench = try await bench { $0.quietHours = QuietHours("00:00-23:00") }
        let machine = try await bench.engine.add(programme, source: urgent.packed())
        _ = try await bench.engine.cases.start(
            machine, people: ["clerk": [bench.clerk]], roster: [:], by: bench.actor)
        _ = try await bench.engine.outbox.drain()
        #expect(bench.mail.calls.map { $0.text("subject") } == ["Now"])
    }

    @Test func `is in the reader's language and direction`() {
        func mail(_ texts: [String: String]) -> [String: Value] { texts.mapValues { .string($0) } }
        let input = DigestMail.input(of: [
            mail([
                "language": "ar", "subject": "أ <b>", "text": "نص",
                "html": "<html><body dir=\"rtl\"><p>نص</p></body></html>",
            ]), mail(["language": "ar", "subject": "ب", "text": "a < b"]),
        ])
        #expect(input["subject"]?.asString == "2 رسائل لكم")
        let html = input["html"]?.asString ?? ""
        #expect(html.contains("dir=\"rtl\"") && html.contains("<li>أ &lt;b&gt;</li>") && html.contains("a &lt; b"))
        #expect(html.split(separator: "<body").count == 2, "the pages are parts of one")
    }
}
