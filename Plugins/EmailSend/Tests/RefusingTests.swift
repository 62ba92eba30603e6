import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// Calls that are wrong are refused for good, with a sentence that names the field and shows no value.
@Suite("Calls that are refused")
struct RefusingTests {
    /// The failure of a call, when nothing was written.
    private func refusal(_ changes: [String: Value?], key: String = "k1", mode: ActionCall.Mode = .make) async throws
        -> ActionOutcome.Failure
    {
        let scratch = try Scratch()
        let outcome = try await scratch.plugin().send(call(key, input(changes), mode: mode))
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/mail"))
        let failure = try #require(outcome.failure, "\(outcome)")
        #expect(failure.retry == .never)
        #expect(failure.scope == .call)
        #expect(!failure.suppressesAddress)
        return failure
    }

    static let injections = [
        "\r\n", "\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{2029}", "\u{7F}", "\u{8D}", "\t", "\u{202E}", "\u{B}",
    ]

    @Test("no control character gets into a header", arguments: injections)
    func control(_ sign: String) async throws {
        let text = "x" + sign + "Bcc: victim@example.org"
        for field in ["subject", "to_name", "language", "reference"] {
            let failure = try await refusal([field: .string(text)])
            #expect(failure.message.contains("\"\(field)\""))
            #expect(!failure.message.contains("victim"))
        }
        for field in ["to", "reply_to"] {
            let failure = try await refusal([field: .string("a" + sign + "b@example.org")])
            #expect(failure.message.contains("\"\(field)\""))
            _ = try await refusal([field: .string("a@exam" + sign + "ple.org")])
        }
        for field in ["name", "type", "path"] {
            var attachment: [String: Value] = ["name": .string("a"), "content": .string("b")]
            attachment[field] = .string(text)
            let failure = try await refusal(["attachments": .list([.object(attachment)])])
            #expect(failure.message.contains("attachments[1]"))
        }
        // The text of a calendar may have lines; its method becomes a parameter of a header.
        if !sign.utf8.contains(0x0A), !sign.utf8.contains(0x0D) {
            _ = try await refusal(["calendar": .string("BEGIN:VCALENDAR\r\nMETHOD:REQUEST" + sign + ";x=y\r\n")])
        }
    }

    static let wrongAddresses = [
        "", "a", "a@", "@b.org", "a@b", "a@b@c.org", "a b@c.org", "a.@c.org", ".a@c.org", "a..b@c.org", "a@c..org",
        "a@.org", "a@c.org.", "a@-c.org", "a@[127.0.0.1]", "a@127.0.0.1", "<a@c.org>", "a@c.org>", "a,b@c.org",
        "\"a\"@c.org", "a@c_d.org", "a(x)@c.org", "a@c.org RSET", "a\u{200B}b@c.org", "a@\u{202E}c.org",
        "a\u{A0}@c.org",
        "a@" + String(repeating: "x", count: 64) + ".org", String(repeating: "x", count: 65) + "@c.org",
        "a@xn--\u{E9}\u{2024}.org",
    ]

    @Test("what is no address is refused", arguments: wrongAddresses)
    func addresses(_ text: String) async throws {
        let failure = try await refusal(["to": .string(text)])
        #expect(failure.code == "mail.input")
        #expect(failure.message.contains("\"to\""))
    }

    @Test("what is too long is refused")
    func lengths() async throws {
        let long = Value.string(String(repeating: "x", count: 10_000))
        #expect(try await refusal(["subject": long]).message == "\"subject\" is longer than 900 bytes")
        #expect(try await refusal(["to_name": long]).message == "\"to_name\" is longer than 300 bytes")
        let huge = Value.string(String(repeating: "x", count: 1 << 20) + "x")
        #expect(try await refusal(["text": huge]).message == "\"text\" is longer than 1048576 bytes")
        let bytes = Value.bytes([UInt8](repeating: 0, count: 6 << 20))
        let six = Value.object(["name": .string("a"), "content": bytes])
        #expect(
            try await refusal(["attachments": .list([six, six, six])]).message
                == "the attachments are larger than 15 MB together")
        let many = Value.list([Value](repeating: .object(["name": .string("a"), "content": .string("")]), count: 11))
        #expect(try await refusal(["attachments": many]).message == "\"attachments\" has more than 10 entries")
    }

    @Test("every mistake of the shape is told at once")
    func together() async throws {
        let failure = try await refusal(["to": nil, "subject": .int(3), "text": nil])
        #expect(failure.message == "\"to\" is missing; \"subject\" must be a text; \"text\" is missing")
    }

    @Test("attachments have one content, a plain type and a plain name")
    func attachments() async throws {
        let wrong: [[String: Value]] = [
            ["name": .string("a")], ["name": .string("a"), "content": .int(3)],
            ["name": .string("a"), "content": .string("b"), "path": .string("c")],
            ["name": .string("../a"), "content": .string("b")], ["name": .string("a\\b"), "content": .string("b")],
            ["name": .string(""), "content": .string("b")],
            ["name": .string("=?utf-8?q?x?="), "content": .string("b")],
        ]
        let types = ["text", "a/b/c", "text/html; charset=x", "multipart/mixed", "message/rfc822", "/", "a/b\""]
        let typed: [[String: Value]] = types.map {
            ["name": .string("a"), "content": .string("b"), "type": .string($0)]
        }
        for attachment in wrong + typed {
            let failure = try await refusal(["attachments": .list([.object(attachment)])])
            #expect(failure.message.contains("attachments[1]"))
        }
    }

    @Test("a calendar and its method belong together")
    func calendars() async throws {
        let ics = Value.string("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR")
        _ = try await refusal(["calendar": .string("hello")])
        _ = try await refusal(["calendar_method": .string("REQUEST")])
        _ = try await refusal(["calendar": ics, "calendar_method": .string("CANCEL")])
        _ = try await refusal(["calendar": ics, "calendar_method": .string("request")])
        _ = try await refusal(["calendar": .string("BEGIN:VCALENDAR\nMETHOD:STEAL\nEND:VCALENDAR")])
    }

    @Test("a mail is neither renewed nor undone, and its key is one word")
    func modes() async throws {
        _ = try await refusal([:], mode: .renew)
        _ = try await refusal([:], mode: .undo)
        for key in ["", "../x", "a b", "a.b", String(repeating: "k", count: 65)] {
            _ = try await refusal([:], key: key)
        }
    }
}
