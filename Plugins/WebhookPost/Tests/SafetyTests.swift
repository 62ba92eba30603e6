import ActionKit
import Expressions
import Foundation
import Testing
import WebhookReceiver

@testable import WebhookPost

@Suite("Where webhooks may go")
struct SafetyTests {
    @Test("This machine is not reached, however its address is spelt")
    func loopback() async throws {
        let receiver = try Receiver()
        let sender = try Sender(["allow_private": .bool(false)])
        let hosts = [
            "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "LOCALHOST", "0.0.0.0", "0",
            "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "127.0.0.1.", "localhost.",
        ]
        for host in hosts {
            let failure = await sender.post(receiver.url("/ok", host: host)).failure
            #expect(
                ["webhook.address", "webhook.name"].contains(failure?.code), "\(host): \(String(describing: failure))")
            if failure?.code == "webhook.address" { #expect(failure?.retry == .never) }
        }
        #expect(try receiver.log().isEmpty)
        // The same receiver is reached once it may be: the silence above is the rule's.
        let allowed = try Sender()
        #expect(await allowed.post(receiver.url("/ok", host: "127.1")).output != nil)
        await sender.plugin.close()
        await allowed.plugin.close()
    }

    @Test(
        "Networks that are not public are refused before anything is sent",
        arguments: [
            "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200",
            "168.63.129.16", "198.18.0.1", "224.0.0.1", "255.255.255.255", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]",
            "[2002:7f00:1::]", "[2001:db8::1]",
        ])
    func privateNetworks(host: String) async throws {
        let sender = try Sender(["allow_private": .bool(false), "timeout": .int(2)])
        #expect(await sender.post("https://\(host)/").failure?.code == "webhook.address")
        await sender.plugin.close()
    }

    @Test("A certificate must hold; one that the operator trusts does")
    func certificates() async throws {
        let receiver = try Receiver(isSafe: true)
        let certificate = try #require(receiver.certificate)
        let strict = try Sender()
        let failure = await strict.post(receiver.url("/ok")).failure
        #expect(failure?.code == "webhook.tls")
        #expect(failure?.retry == .usual)
        let trusting = try Sender(["ca_file": .string(certificate), "allow_http": .bool(false)])
        #expect(await trusting.post(receiver.url("/ok")).output == ["status": .int(200)])
        // The certificate says localhost and nothing else.
        #expect(await trusting.post(receiver.url("/ok", host: "127.0.0.1")).failure?.code == "webhook.tls")
        #expect(try receiver.log().count == 1)
        await strict.plugin.close()
        await trusting.plugin.close()
    }

    @Test("A receiver that closes in the middle of a request does not end the service")
    func pipes() async {
        await #expect(processExitsWith: .success) {
            let receiver = try Receiver(isSafe: true)
            let certificate = try #require(receiver.certificate)
            let sender = try Sender(["ca_file": .string(certificate)])
            let data = Value.string(String(repeating: "x", count: 250_000))
            for _ in 0..<20 {
                let outcome = await sender.post(receiver.url("/close-before"), data: data)
                try #require(outcome.isUnknown)
            }
            await sender.plugin.close()
        }
    }

    @Test("A proxy of the environment is not asked")
    func proxy() async {
        // In a process of its own: the environment belongs to every test of this one.
        await #expect(processExitsWith: .success) {
            setenv("http_proxy", "http://127.0.0.1:1", 1)
            let receiver = try Receiver()
            let sender = try Sender()
            let outcome = await sender.post(receiver.url("/ok", host: "127.0.0.1"))
            await sender.plugin.close()
            try #require(outcome.output != nil)
        }
    }

    @Test(
        "An address that is none is refused",
        arguments: [
            "http://example.org/", "https://user:pw@example.org/", "https://user@example.org/", "ftp://example.org/",
            "file:///etc/passwd", "https://", "example.org", "https://exa mple.org",
            "https://example.org/\r\nX-Evil: 1", "https://example.org:99999/", "gopher://x", "https://[::1", "",
        ])
    func urls(url: String) async throws {
        let sender = try Sender(["allow_http": .bool(false), "allow_private": .bool(false)])
        let failure = await sender.post(url).failure
        #expect(failure?.code == "webhook.input")
        #expect(failure?.retry == .never)
    }

    @Test("A key that could become a header of its own is refused", arguments: ["", "a\r\nX: 1", "a b", "é"])
    func keys(key: String) async throws {
        #expect(await (try Sender()).post("http://localhost:1/", key: key).failure?.code == "webhook.input")
    }

    @Test("Settings are checked all at once, and no secret stands in a message")
    func settings() {
        func mistakes(_ values: [String: Value]) -> [String] {
            do throws(ConfigurationMistakes) {
                _ = try WebhookPlugin(configuration: Sender.configuration(values))
                return []
            } catch {
                return error.messages
            }
        }
        #expect(mistakes(["secret": .string("hook")]).isEmpty)
        #expect(mistakes([:]).count == 1)
        #expect(mistakes(["secret": .string("absent")]).first?.contains("no such secret") == true)
        for name in ["short", "bare"] {
            #expect(mistakes(["secret": .string(name)]).first?.contains("24 to 64 bytes") == true)
            #expect(mistakes(["secret": .string(name)]).first?.contains("c2hvcnQ") == false)
        }
        let many = mistakes([
            "timeout": .int(0), "allow_http": .string("perhaps"), "allow_private": .int(1), "ca_file": .int(1),
            "sercet": .string("hook"),
        ])
        #expect(many.count == 6)
    }
}

@Suite("The body of webhooks")
struct PlainJSONTests {
    @Test(
        "Every value is plain JSON",
        arguments: [
            (Value.timestamp(seconds: 1_813_000_000, nanos: 500_000_000), "\"2027-06-14T19:06:40.500Z\""),
            (.duration(seconds: 90, nanos: 0), "\"90s\""),
            (.duration(seconds: 0, nanos: -5_000_000), "\"-0.005000000s\""),
            (.bytes([0, 255]), "\"AP8=\""), (.uint(UInt64.max), "18446744073709551615"), (.double(1.5), "1.5"),
            (.map([.int(2): .null, .string("a"): .bool(true)]), "{\"2\":null,\"a\":true}"),
            (.object(["$ref": .string("x")]), "{\"$ref\":\"x\"}"), (.list([]), "[]"), (.object([:]), "{}"),
            (.type("int"), "\"int\""), (.string("a\"\u{0}é"), "\"a\\\"\\u0000é\""),
        ])
    func values(value: Value, text: String) throws {
        #expect(try PlainJSON.text(of: value) == text)
        // Another reader takes it.
        _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }

    @Test("What JSON does not have is refused, and so is what has no end")
    func mistakes() async throws {
        for value in [
            Value.double(.nan), .double(.infinity), .map([.int(1): .null, .string("1"): .null]), .map([.null: .null]),
            .timestamp(seconds: .max, nanos: 0), (0..<40).reduce(Value.null) { value, _ in .list([value]) },
            .string(String(repeating: "x", count: 256 << 10)),
        ] {
            #expect(await (try Sender()).post("http://localhost:1/", data: value).failure?.code == "webhook.input")
        }
    }
}
