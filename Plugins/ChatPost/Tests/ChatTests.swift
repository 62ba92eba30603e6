import ActionKit
import Expressions
import Foundation
import Testing
import WebhookReceiver

@testable import ChatPost

/// What would be markup, a mention, a link or a formula of the two chats.
private let hostile =
    "<!channel> & <https://evil.example|bank> *bold* _it_ `x` :bomb: [a](https://e.example) {{DATE(x)}}"

@Suite struct `Posting to a chat` {
    @Test func `Slack gets blocks of plain text, in which nothing is markup`() async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver)
        let outcome = await poster.post(
            hostile + "\r\nsecond\u{0}\u{7} line",
            [
                "title": .string("Case <ST-1>"), "link": .string("https://hub.example/?a=1|2>3"),
                "link_title": .string("Open & see"),
            ])
        #expect(outcome.output == ["status": .int(200)])
        let body = try onlyBody(receiver)
        let blocks = body["blocks"]?.asList ?? []
        #expect(blocks.count == 3)
        #expect(blocks[0]["text"]?["text"] == .string("Case &lt;ST-1&gt;"))
        let text = try #require(blocks[1]["text"]?["text"]?.asString)
        #expect(blocks[1]["text"]?["type"] == .string("plain_text") && blocks[1]["text"]?["emoji"] == .bool(false))
        #expect(text.hasPrefix("&lt;!channel&gt; &amp; &lt;https") && text.hasSuffix("\nsecond line"))
        #expect(
            blocks[2]["text"]?["text"] == .string("<https://hub.example/?a=1%7C2%3E3|Open &amp; see>"))
        for name in ["mrkdwn", "link_names", "unfurl_links", "unfurl_media"] { #expect(body[name] == .bool(false)) }
        #expect(body["text"] == .string("Case &lt;ST-1&gt;"))
        await poster.plugin.close()
    }

    @Test func `Teams gets an Adaptive Card of rich text, in which nothing is markup`() async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver)
        let outcome = await poster.post(
            hostile + "\n\nlast", to: "hosts",
            ["title": .string("Case\nST-1"), "link": .string("https://hub.example/"), "link_title": .string("Open")])
        #expect(outcome.output == ["status": .int(200)])
        let attachment = try #require(try onlyBody(receiver)["attachments"]?.asList?.first)
        #expect(attachment["contentType"] == .string("application/vnd.microsoft.card.adaptive"))
        let card = try #require(attachment["content"])
        #expect(card["type"] == .string("AdaptiveCard") && card["version"] == .string("1.4"))
        let body = card["body"]?.asList ?? []
        #expect(body.allSatisfy { $0["type"] == .string("RichTextBlock") })
        let texts = body.compactMap { $0["inlines"]?.asList?.first?["text"]?.asString }
        #expect(texts == ["Case ST-1", hostile, "\u{A0}", "last"])
        #expect(card["actions"]?.asList?.first?["url"] == .string("https://hub.example/"))
        await poster.plugin.close()
    }

    @Test func `a long text is parted where Slack wants it, and loses nothing`() async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver)
        let lines = (1...190).map { "line \($0) " + String(repeating: "x", count: 40) }
        let text = lines.joined(separator: "\n") + "\n" + String(repeating: "y", count: 2_000)
        #expect(await poster.post(text).output != nil)
        let blocks = try onlyBody(receiver)["blocks"]?.asList ?? []
        let texts = blocks.compactMap { $0["text"]?["text"]?.asString }
        #expect(texts.count >= 4 && texts.allSatisfy { $0.count <= 3_000 })
        #expect(texts.joined(separator: "\n") == text)
        let letters = ChatText.pieces([String(repeating: "z", count: 10)], letters: 4)
        #expect(letters == ["zzzz", "zzzz", "zz"])
        await poster.plugin.close()
    }

    @Test func `what is too long, or for a channel that nobody named, is refused in words and never sent`() async throws
    {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver)
        let long = await poster.post(String(repeating: "x", count: 12_001)).failure
        #expect(long?.code == "chat.input" && long?.retry == .never)
        #expect(await poster.post(String(repeating: "\n", count: 200)).failure?.message.contains("200 lines") == true)
        #expect(
            await poster.post("x", to: "nobody").failure?.message
                == "chat.channels names no \"nobody\"; it names hosts, hub")
        #expect(await poster.post("x", ["link": .string("javascript:alert(1)")]).failure?.code == "chat.input")
        #expect(await poster.post("x", isDryRun: true).output == ["status": .int(0)])
        #expect(try receiver.log().isEmpty)
        await poster.plugin.close()
    }

    @Test(arguments: [
        ("/status/429/7", "chat.429", ActionOutcome.Failure.Retry.after(seconds: 7)),
        ("/status/503", "chat.503", .usual), ("/status/500", "chat.500", .usual), ("/status/403", "chat.403", .never),
        ("/status/404", "chat.404", .never), ("/status/410", "chat.410", .never), ("/redirect", "chat.307", .never),
    ])
    func `an answer says whether to come again`(
        path: String, code: String, retry: ActionOutcome.Failure.Retry
    ) async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver, path)
        let failure = await poster.post("x").failure
        #expect(failure?.code == code && failure?.retry == retry)
        if code == "chat.429" { #expect(failure?.scope == .domain("localhost")) }
        await poster.plugin.close()
    }

    @Test func `Teams says too many in the words of a 200`() async throws {
        let receiver = try Receiver(secrets: [])
        let words =
            "Webhook%20message%20delivery%20failed:%20Microsoft%20Teams%20endpoint%20returned%20HTTP%20error%20429%20with%20ContextId%20x"
        let poster = try Poster(receiver, "/words/200/\(words)")
        #expect(await poster.post("x", to: "hosts").failure?.code == "chat.429")
        // The same words in Slack's channel are an answer like any other.
        #expect(await poster.post("x", to: "hub").output != nil)
        await poster.plugin.close()
    }

    @Test(arguments: ["/drop", "/garbage", "/hang"])
    func `without an answer nobody knows`(path: String) async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver, path, ["timeout": .int(1)])
        #expect(await poster.post("x").isUnknown)
        #expect(poster.plugin.actions[0].description.idempotency == .none)
        await poster.plugin.close()
    }

    @Test func `an answer without end is cut off, and its status counts`() async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(receiver, "/endless")
        #expect(await poster.post("x").output == ["status": .int(200)])
        await poster.plugin.close()
    }

    @Test(arguments: ["127.0.0.1", "127.1", "0x7f000001", "localhost", "[::ffff:127.0.0.1]"])
    func `this machine is not reached, however its address is spelt`(host: String) async throws {
        let receiver = try Receiver(secrets: [])
        let poster = try Poster(address: receiver.url("/ok", host: host), ["allow_private": .bool(false)])
        let failure = await poster.post("x").failure
        #expect(["chat.address", "chat.name"].contains(failure?.code))
        #expect(try receiver.log().isEmpty)
        await poster.plugin.close()
    }

    @Test func `every mistake of the settings is told at once, and no address of a webhook is in it`() {
        let address = "ftp://hooks.example/T0/B0/verysecret"
        do {
            _ = try Poster(
                address: address,
                [
                    "channels.hub.kind": .string("irc"), "channels.x.kind": .string("slack"),
                    "channels.y.color": .string("red"), "channels.z.kind": .string("teams"),
                    "channels.z.secret": .string("none"), "timeout": .int(99), "speed": .int(1),
                ])
            Issue.record("these settings are wrong")
        } catch {
            let text = "\(error)"
            for part in [
                "chat.channels.hub.kind", "chat.channels.x.secret", "chat.channels.y.color", "names \"none\"",
                "chat.timeout", "chat.speed", "\"chat.hosts\" must be the address of an incoming webhook",
            ] { #expect(text.contains(part), Comment(rawValue: part)) }
            #expect(!text.contains("verysecret"))
        }
    }
}
