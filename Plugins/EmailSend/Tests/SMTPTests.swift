import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// The way over a mail server, against aiosmtpd.
@Suite("Mails over a server")
struct SMTPTests {
    private func to(_ local: String) -> [String: Value] { input(["to": .string(local + "@example.org")]) }

    @Test("a mail arrives as it was composed, over TLS and with a password", arguments: ["required", "starttls"])
    func arrives(tls: String) async throws {
        let server = try MailServer(tls: tls, options: ["--user", "sojourn", "--password", "pässword"])
        let plugin = try server.plugin(
            ["smtp.user": .string("sojourn"), "return_path": .string("bounces@example.net")], password: "pässword")
        let text = "Bonjour,\n.\n..\n.x\n" + String(repeating: "long ", count: 1000) + "\nfin"
        let outcome = await plugin.send(call("k1", input(["text": .string(text)])))
        #expect(outcome.messageID == "k1@example.net", "\(outcome)")
        let entry = try #require(try server.log().first)
        #expect(entry.from == "bounces@example.net")
        #expect(entry.to == ["amina@example.org"])
        #expect(entry.user == "sojourn")
        #expect(entry.isEncrypted)
        #expect(entry.greeting == "example.net")
        let mail = try #require(try server.mails().first)
        #expect(mail.defects == [])
        #expect(mail.parts[0].text == text + "\n")
        #expect(mail.all("Message-ID") == ["<k1@example.net>"])
        await plugin.close()
    }

    @Test("mails share a connection, and one that the server closed is made again")
    func reuse() async throws {
        let server = try MailServer()
        let plugin = try server.plugin()
        for number in 1...5 { #expect(await plugin.send(call("a\(number)", to("a"))).messageID != nil) }
        #expect(await plugin.send(call("b1", to("then-close"))).messageID != nil)
        try await Task.sleep(for: .milliseconds(200))
        #expect(await plugin.send(call("b2", to("a"))).messageID != nil)
        #expect(try server.log().map(\.connection) == [1, 1, 1, 1, 1, 1, 2])
    }

    @Test("many mails at a time all arrive once, over the connections that are allowed")
    func many() async throws {
        let server = try MailServer()
        let plugin = try server.plugin(["smtp.connections": .int(3)])
        let sent = await withTaskGroup(of: String?.self) { group in
            for number in 1...250 {
                group.addTask { await plugin.send(call("m\(number)", to("person\(number)"), seconds: 300)).messageID }
            }
            return await group.reduce(into: Set<String>()) { if let id = $1 { $0.insert(id) } }
        }
        #expect(sent.count == 250)
        let log = try server.log()
        #expect(Set(log.flatMap(\.to)).count == 250)
        #expect(log.count == 250)
        #expect(Set(log.map(\.connection)).count == 3)
        await plugin.close()
    }

    @Test("a recipient whose server hangs holds nobody else up")
    func hanging() async throws {
        let server = try MailServer()
        let plugin = try server.plugin(["smtp.connections": .int(2)])
        await withTaskGroup(of: String?.self) { group in
            group.addTask { await plugin.send(call("h0", to("hang-rcpt"), seconds: 300)).messageID }
            for number in 1...40 {
                group.addTask { await plugin.send(call("h\(number)", to("a\(number)"), seconds: 300)).messageID }
            }
            for _ in 1...40 {
                let sent = await group.next()
                #expect(sent != .some(nil), "all others go while one hangs")
            }
            server.stop()
        }
        #expect(try server.log().count == 40)
        await plugin.close()
    }

    @Test("a connection is given up after a hundred mails")
    func hundred() async throws {
        let server = try MailServer()
        let plugin = try server.plugin()
        for number in 1...102 { _ = await plugin.send(call("h\(number)", to("a"))) }
        let connections = try server.log().map(\.connection)
        #expect(connections.filter { $0 == 1 }.count == 100)
        #expect(connections.filter { $0 == 2 }.count == 2)
    }

    struct Answer: Sendable {
        let local: String
        let code: String
        let retry: ActionOutcome.Failure.Retry
        var scope = ActionOutcome.Failure.Scope.call
        var ends = false
    }

    static let answers = [
        Answer(local: "rcpt-450", code: "smtp.450", retry: .usual, scope: .domain("example.org")),
        Answer(local: "rcpt-451-4.7.1", code: "smtp.451", retry: .usual),
        Answer(local: "rcpt-452", code: "smtp.452", retry: .usual, scope: .domain("example.org")),
        Answer(local: "rcpt-421", code: "smtp.421", retry: .usual, scope: .service),
        Answer(local: "rcpt-550", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "rcpt-550-5.1.1", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "rcpt-551", code: "smtp.551", retry: .never, ends: true),
        Answer(local: "rcpt-553-5.1.3", code: "smtp.553", retry: .never, ends: true),
        Answer(local: "rcpt-550-5.7.1", code: "smtp.550", retry: .never),
        Answer(local: "says-relay", code: "smtp.550", retry: .never),
        Answer(local: "says-sender", code: "smtp.550", retry: .never),
        Answer(local: "says-spam", code: "smtp.550", retry: .never),
        Answer(local: "says-full", code: "smtp.550", retry: .never),
        Answer(local: "says-loop", code: "smtp.550", retry: .never),
        Answer(local: "says-unknown", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "says-gmail", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "says-exchange", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "says-closed", code: "smtp.550", retry: .never, ends: true),
        Answer(local: "rcpt-552-5.2.2", code: "smtp.552", retry: .never),
        Answer(local: "rcpt-554", code: "smtp.554", retry: .never),
        Answer(local: "data-554-5.7.1", code: "smtp.554", retry: .never),
        Answer(local: "data-550", code: "smtp.550", retry: .never),
        Answer(local: "data-451", code: "smtp.451", retry: .usual),
        Answer(local: "drop-rcpt", code: "smtp.broken", retry: .usual),
    ]

    @Test("each answer means what it says, and the next mail goes")
    func answered() async throws {
        let server = try MailServer()
        let plugin = try server.plugin()
        for (number, answer) in Self.answers.enumerated() {
            let outcome = await plugin.send(call("r\(number)", to(answer.local)))
            let failure = try #require(outcome.failure, "\(answer.local): \(outcome)")
            #expect(failure.code == answer.code)
            #expect(failure.retry == answer.retry, "\(answer.local)")
            #expect(failure.scope == answer.scope, "\(answer.local)")
            #expect(failure.suppressesAddress == answer.ends, "\(answer.local)")
            #expect(!failure.message.contains("@"))
            #expect(!failure.message.contains("wish"))
            #expect(await plugin.send(call("n\(number)", to("a"))).messageID != nil)
        }
        #expect(try server.log().count == Self.answers.count)
    }

    @Test("a connection that ends when all was handed over leaves a doubt, and one mail; before, it leaves none")
    func dropped() async throws {
        let server = try MailServer()
        let plugin = try server.plugin()
        let outcome = await plugin.send(call("d1", to("drop-after")))
        #expect(outcome.doubt == "the connection to the mail server ended after the mail was handed over", "\(outcome)")
        #expect(try server.log().count == 1)
        let again = await plugin.send(call("d1", to("a"), attempt: 2))
        #expect(again.messageID == "d1@example.net")
        #expect(Set(try server.mails().flatMap { $0.all("Message-ID") }) == ["<d1@example.net>"])
        var large = to("drop-before")
        let bytes = Value.bytes([UInt8](repeating: 7, count: 8 << 20))
        large["attachments"] = .list([.object(["name": .string("a"), "content": bytes])])
        let before = await plugin.send(call("d2", large))
        #expect(before.failure?.code == "smtp.broken", "\(before)")
        #expect(before.failure?.retry == .usual)
    }

    @Test("the deadline ends a call, before the mail as a failure and after it as a doubt")
    func slow() async throws {
        let server = try MailServer()
        let start = ContinuousClock.now
        let before = try await server.plugin().send(call("s1", to("slow-rcpt"), seconds: 3))
        #expect(before.failure?.code == "smtp.timeout", "\(before)")
        #expect(before.failure?.retry == .usual)
        let plugin = try server.plugin()
        let after = await plugin.send(call("s2", to("slow-after"), seconds: 15))
        #expect(after.doubt != nil, "\(after)")
        // The answer that comes too late must not be taken for that of the next mail.
        let next = await plugin.send(call("s3", to("rcpt-550")))
        #expect(next.failure?.suppressesAddress == true, "\(next)")
        let late = await plugin.send(call("s4", to("a"), seconds: 0))
        #expect(late.failure?.code == "smtp.timeout")
        #expect(ContinuousClock.now - start < .seconds(40))
    }

    @Test("a dry run says nothing to the server")
    func dryRun() async throws {
        let server = try MailServer(options: ["--silent"])
        let outcome = try await server.plugin().send(call("k1", input(), seconds: 2, isDryRun: true))
        #expect(outcome.messageID == "k1@example.net")
        #expect(try server.log().isEmpty)
    }

    @Test("letters outside ASCII before the @ go to servers that take them, and are refused for others")
    func utf8() async throws {
        let mail = input(["to": .string("амина@пример.example")])
        let server = try MailServer()
        let plugin = try server.plugin()
        #expect(await plugin.send(call("u0", to("a"))).messageID != nil)
        #expect(await plugin.send(call("u1", mail)).messageID != nil)
        let entry = try #require(try server.log().last)
        #expect(entry.to == ["амина@xn--e1afmkfd.example"])
        #expect(entry.options.contains("SMTPUTF8"))
        #expect(try server.log()[0].options.contains("SMTPUTF8") == false)
        #expect(try server.mails()[1].to.first?.last == "амина@xn--e1afmkfd.example")
        let old = try MailServer(options: ["--no-utf8"])
        let other = try old.plugin()
        #expect(await other.send(call("u2", to("a"))).messageID != nil)
        let failure = await other.send(call("u3", mail)).failure
        #expect(failure?.code == "smtp.utf8")
        #expect(failure?.retry == .never)
        #expect(failure?.suppressesAddress == false)
        #expect(await other.send(call("u4", to("b"))).messageID != nil)
        #expect(try old.log().map(\.to) == [["a@example.org"], ["b@example.org"]])
    }
}
