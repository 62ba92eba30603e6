import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// What Python's email package reads in the mails that are made here.
@Suite("Mails as another program reads them")
struct ComposingTests {
    private func sent(_ changes: [String: Value?], settings: [String: Value] = [:]) async throws -> ReadMail {
        let scratch = try Scratch()
        let plugin = try scratch.plugin(settings)
        let outcome = await plugin.send(call("k1", input(changes)))
        try #require(outcome.messageID != nil, "\(outcome)")
        let mail = try #require(try ReadMail.read([scratch.mail("k1")]).first)
        #expect(mail.defects == [])
        #expect(mail.parts.flatMap(\.defects) == [])
        #expect(mail.bareLineEnds == 0)
        #expect(mail.longestLine <= 998)
        #expect(mail.isASCII)
        return mail
    }

    @Test("a plain mail has every header once, as the standards want it")
    func headers() async throws {
        let mail = try await sent(
            ["reference": .string("ST-2027-0042"), "reply_to": .string("office@example.org")],
            settings: [
                "from": .string("exchange@example.net"), "from_name": .string("Exchange office"),
                "list_unsubscribe": .string("mailto:stop@example.net"),
            ])
        #expect(mail.all("Subject") == ["Votre visite"])
        #expect(mail.all("Message-ID") == ["<k1@example.net>"])
        #expect(mail.all("Date") == ["Mon, 01 Mar 2027 09:00:00 +0000"])
        #expect(mail.all("Auto-Submitted") == ["auto-generated"])
        #expect(mail.all("Content-Language") == ["fr"])
        #expect(mail.all("List-Unsubscribe") == ["<mailto:stop@example.net>"])
        #expect(mail.all("References") == ["<case.ST-2027-0042@example.net>"])
        #expect(mail.all("Reply-To") == ["office@example.org"])
        #expect(mail.all("MIME-Version") == ["1.0"])
        #expect(mail.from == [["Exchange office", "exchange@example.net"]])
        #expect(mail.to == [["Amina", "amina@example.org"]])
        #expect(mail.tree == ["text/plain"])
        #expect(mail.parts[0].text == "Bonjour,\nà bientôt.\n")
    }

    static let names = [
        "أمينة بنت خالد الهاشمي", "王小明", "Дмитрий Иванович Щербаков-Преображенский", "Zoë 🦊👩‍👩‍👧‍👦", "दिव्या शर्मा",
        "O'Brien, \"Pat\" <x@y.z> (x); y", "a\\b", "=?utf-8?q?x?=", "ไทย " + String(repeating: "ยาว", count: 20),
        "İI ıi",
        "\u{5D0}\u{200F}\u{2066}abc\u{2069}", "Zoe\u{301}", "=?utf-8?q?=0D=0ABcc:_x@example.org?= =?", "@", "-",
    ]

    @Test("names, subjects and texts in every script come back as they were", arguments: names)
    func scripts(name: String) async throws {
        let mail = try await sent(
            ["to_name": .string(name), "subject": .string("Re: " + name), "text": .string(name + "\n" + name)],
            settings: ["from": .string("a@example.org"), "from_name": .string(name)])
        #expect(bytes(mail.to[0][0]) == bytes(name))
        #expect(mail.to[0][1] == "amina@example.org")
        #expect(mail.to.count == 1)
        #expect(bytes(mail.from[0][0]) == bytes(name))
        #expect(mail.all("Subject").map(bytes) == [bytes("Re: " + name)])
        // A text of one part ends with a line end, be it written or not.
        #expect(bytes(mail.parts[0].text).starts(with: bytes(name + "\n" + name)))
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test(
        "names of attachments come back as they were, with their bytes",
        arguments: names.filter { !$0.utf8.contains(0x5C) && !$0.contains("=?") })
    func attachmentNames(name: String) async throws {
        let content = [UInt8](0...255) + [0x0D, 0x0A, 0x2E, 0x0D, 0x0A]
        let name = name.replacingOccurrences(of: "/", with: "") + ".pdf"
        let mail = try await sent([
            "attachments": .list([
                .object(["name": .string(name), "type": .string("application/pdf"), "content": .bytes(content)]),
                .object(["name": .string("notes.txt"), "type": .string("text/plain"), "content": .string("héllo\n")]),
            ])
        ])
        #expect(mail.tree == ["multipart/mixed", "text/plain", "application/pdf", "text/plain"])
        #expect(bytes(mail.parts[1].fileName) == bytes(name))
        #expect(mail.parts[1].disposition == "attachment")
        #expect(mail.parts[1].size == content.count)
        #expect(mail.parts[2].text == "héllo\n")
        #expect(mail.parts[2].size == "héllo\n".utf8.count)
    }

    @Test("a text, its HTML and an invitation are alternatives, with what is attached beside them")
    func tree() async throws {
        let ics =
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Visite à Zürich\r\n"
            + "END:VEVENT\r\nEND:VCALENDAR\r\n"
        let mail = try await sent([
            "html": .string("<p>Bonjour,<br>à bientôt.</p>"), "calendar": .string(ics),
            "attachments": .list([.object(["name": .string("a.bin"), "content": .string("x")])]),
        ])
        #expect(
            mail.tree == [
                "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
                "application/octet-stream",
            ])
        #expect(mail.parts[1].text == "<p>Bonjour,<br>à bientôt.</p>")
        #expect(mail.parts[2].parameters == ["charset": "utf-8", "method": "REQUEST"])
        #expect(mail.parts[2].text == ics.replacingOccurrences(of: "\r\n", with: "\n"))
        #expect(mail.parts[2].disposition == "")
    }

    @Test("a calendar without a method is a file for the reader")
    func calendarFile() async throws {
        let mail = try await sent([
            "calendar": .string("BEGIN:VCALENDAR\nBEGIN:VEVENT\nMETHOD:X\nEND:VEVENT\nEND:VCALENDAR")
        ])
        #expect(mail.tree == ["multipart/mixed", "text/plain", "text/calendar"])
        #expect(mail.parts[1].fileName == "calendar.ics")
        #expect(mail.parts[1].parameters["method"] == nil)
    }

    static let texts: [String] = [
        "", ".", ".\n", "..\r\n.\r\n", "From here\nFrom there\n", "a\rb\r\nc\nd", "trailing  \nspaces\t\n",
        String(repeating: "x", count: 5000), String(repeating: "长", count: 3000), "=3D =\n=20\n",
        "--=_a_k1\n--=_m_k1--\n",
        "\u{FEFF}bom\n", "\u{1B}[31m\u{07}", "Subject: x\r\n\r\nbody", "\n\n\n", "é", "\u{2028}\u{2029}\u{85}",
    ]

    @Test("every text comes back with its lines", arguments: texts)
    func lines(text: String) async throws {
        let mail = try await sent(["text": .string(text), "html": .string("<p>x</p>")])
        let unified = text.replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\r", with: "\n")
        #expect(bytes(mail.parts[0].text) == bytes(unified))
        #expect(mail.tree == ["multipart/alternative", "text/plain", "text/html"])
    }

    @Test("a domain of another script is written in ASCII")
    func domains() async throws {
        let mail = try await sent(["to": .string("amina@bücher.example")])
        #expect(mail.to[0][1] == "amina@xn--bcher-kva.example")
    }

    @Test("the same call makes the same bytes, whenever it is made")
    func stable() async throws {
        let (one, other) = (try Scratch(), try Scratch())
        let mail = input([
            "html": .string("<p>x</p>"),
            "attachments": .list([.object(["name": .string("ä"), "content": .string("x")])]),
        ])
        _ = try await one.plugin().send(call("k7", mail))
        _ = try await other.plugin().send(call("k7", mail, attempt: 3))
        let first = try Data(contentsOf: URL(fileURLWithPath: one.mail("k7")))
        #expect(first == (try Data(contentsOf: URL(fileURLWithPath: other.mail("k7")))))
        #expect(first.count > 100)
    }
}
