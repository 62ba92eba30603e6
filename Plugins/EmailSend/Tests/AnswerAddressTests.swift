import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// What a mail says about where answers go, as aiosmtpd takes it and Python reads it.
@Suite("Where answers go")
struct AnswerAddressTests {
    private func sent(
        _ changes: [String: Value?], tag: String = "", unsubscribe: String = ""
    ) async throws -> (MailServer.Entry, ReadMail) {
        let server = try MailServer()
        let plugin = try server.plugin(changes)
        let outcome = await plugin.send(call("k1", input(), replyTag: tag, unsubscribe: unsubscribe))
        #expect(outcome.messageID == "k1@example.net", "\(outcome)")
        await plugin.close()
        return (try #require(try server.log().first), try #require(try server.mails().first))
    }

    @Test("one POST is offered for an address with https: and for no other (RFC 8058)")
    func unsubscribe() async throws {
        let (_, web) = try await sent(["list_unsubscribe": .string("https://hub.example/stop?x=1")])
        #expect(web.all("List-Unsubscribe") == ["<https://hub.example/stop?x=1>"])
        #expect(web.all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"])
        let (_, mail) = try await sent(["list_unsubscribe": .string("mailto:stop@hub.example")])
        #expect(mail.all("List-Unsubscribe") == ["<mailto:stop@hub.example>"])
        #expect(mail.all("List-Unsubscribe-Post").isEmpty)
        #expect(mail.all("Auto-Submitted") == ["auto-generated"])
    }

    @Test("a mail that its reader need not get names the reader's own address first, and the office's only by mail")
    func ownUnsubscribe() async throws {
        let own = "https://hub.example/unsubscribe/" + String(repeating: "0123456789abcdef", count: 36)
        let (_, alone) = try await sent([:], unsubscribe: own)
        #expect(alone.all("List-Unsubscribe") == ["<\(own)>"])
        #expect(alone.all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"])
        let (_, both) = try await sent(["list_unsubscribe": .string("mailto:stop@hub.example")], unsubscribe: own)
        #expect(both.all("List-Unsubscribe") == ["<\(own)>, <mailto:stop@hub.example>"])
        let (_, web) = try await sent(["list_unsubscribe": .string("https://hub.example/stop")], unsubscribe: own)
        #expect(web.all("List-Unsubscribe") == ["<\(own)>"], "two addresses on the web would be one too many")
        let scratch = try Scratch()
        let plugin = try scratch.plugin(["list_unsubscribe": .string("mailto:stop@hub.example")])
        _ = await plugin.send(call("k1", input(), unsubscribe: own))
        // As it is: in an encoded word no mail program looks for an address.
        let raw = try String(contentsOfFile: scratch.mail("k1"), encoding: .utf8)
        #expect(raw.contains("\r\nList-Unsubscribe: <\(own)>,\r\n <mailto:stop@hub.example>\r\n"))
        #expect(try ReadMail.read([scratch.mail("k1")]).first?.bareLineEnds == 0)
        for wrong in ["http://hub.example/u", "https://hub.example/u>\r\nBcc: a@b.example", "mailto:a@b.example"] {
            #expect(await plugin.send(call("k2", input(), unsubscribe: wrong)).failure?.code == "mail.input")
        }
    }

    @Test("answers and bounces go to an address that names the mail, where the hub wants it")
    func tags() async throws {
        let tag = "0123456789abcdef0123456789abcdef.0123456789abcdef0123"
        let (entry, mail) = try await sent(["plus_addresses": .string("yes")], tag: tag)
        #expect(entry.from == "exchange+\(tag)@example.net")
        #expect(mail.all("Reply-To") == ["exchange+\(tag)@example.net"])
        let (plain, without) = try await sent([:], tag: tag)
        #expect(plain.from == "exchange@example.net")
        #expect(without.all("Reply-To").isEmpty)
    }

    @Test("an address that would be too long with a tag stays as it is, and a call's own Reply-To too")
    func limits() async throws {
        let tag = "0123456789abcdef0123456789abcdef.0123456789abcdef0123"
        let long = "the-exchange-programme@example.net"
        let (entry, mail) = try await sent(["plus_addresses": .string("yes"), "from": .string(long)], tag: tag)
        #expect(entry.from == long)
        #expect(mail.all("Reply-To") == [long])
        let server = try MailServer()
        let plugin = try server.plugin(["plus_addresses": .string("yes")])
        let office = input(["reply_to": .string("office@hub.example")])
        _ = await plugin.send(call("k2", office, replyTag: tag))
        #expect(try server.mails().first?.all("Reply-To") == ["office@hub.example"])
    }
}
