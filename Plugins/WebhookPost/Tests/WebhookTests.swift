import ActionKit
import Calendars
import Expressions
import Testing
import WebhookReceiver
import WebhookPost

@Suite("webhook.post")
struct WebhookTests {
    @Test("A request is a CloudEvent that its library reads, and its signature holds")
    func posts() async throws {
        let receiver = try Receiver(secrets: Receiver.secrets)
        let sender = try Sender(["secret": .list([.string("next"), .string("hook")])])
        let data = Value.object(["name": .string("Zoë \u{2028} 王 \"q\"\r\n"), "count": .int(3), "none": .null])
        let outcome = await sender.post(receiver.url("/ok?a=b"), data: data, ["at": .string("2027-06-14T07:00:00Z")])
        // The receiver answers 400 unless the signatures of both secrets hold.
        #expect(outcome.output == ["status": .int(200)], "\(outcome)")
        let entry = try #require(try receiver.log().first)
        #expect(entry["verified"] == .list([.bool(true), .bool(true)]))
        #expect(entry["path"] == .string("/ok?a=b"))
        let headers = try #require(entry["headers"])
        #expect(headers["webhook-id"] == .string("msg42"))
        #expect(headers["content-type"] == .string("application/cloudevents+json; charset=utf-8"))
        #expect(headers["expect"] == nil)
        let event = try #require(entry["event"], "the Python package cloudevents reads it")
        #expect(
            event
                == .object([
                    "specversion": .string("1.0"), "id": .string("msg42"), "source": .string("/sojourn/study-tour"),
                    "type": .string("case.moved"), "subject": .string("ST-1"),
                    "datacontenttype": .string("application/json"),
                    "time": .string("2027-06-14T07:00:00Z"), "timestamp": .string("2027-06-14T07:00:00Z"), "data": data,
                ]))
        await sender.plugin.close()
    }

    @Test("What failed for now is tried again over three days, with pauses that grow")
    func schedule() throws {
        let pauses = try Sender().plugin.actions[0].description.retryPauses
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 < $1 })
        let days = Double(pauses.reduce(0, +)) / 86_400
        #expect(days >= 3 && days < 3.3)
    }

    @Test("Where events come from is set, and must be part of an address")
    func source() async throws {
        let receiver = try Receiver()
        let sender = try Sender(["source": .string("https://hub.example/sojourn")])
        #expect(await sender.post(receiver.url("/ok")).output != nil)
        #expect(try receiver.log().first?["event"]?["source"] == .string("https://hub.example/sojourn/study-tour"))
        for wrong in ["", "a b", "https://hub.example/", "<x>", String(repeating: "x", count: 201)] {
            #expect(throws: ConfigurationMistakes.self) { try Sender(["source": .string(wrong)]) }
        }
        await sender.plugin.close()
    }

    @Test("A receiver with another secret refuses, and that is told")
    func otherSecret() async throws {
        let receiver = try Receiver(secrets: [Receiver.secrets[1]])
        let sender = try Sender()
        #expect(await sender.post(receiver.url("/ok")).failure?.code == "webhook.400")
        #expect(try receiver.log().first?["verified"] == .list([.bool(false)]))
        await sender.plugin.close()
    }

    @Test("A signature of ten minutes ago is refused by the receiver: the time is signed")
    func oldTime() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        let before = Sender.now.adding(seconds: -600)
        #expect(await sender.post(receiver.url("/ok"), now: before).failure?.code == "webhook.400")
        await sender.plugin.close()
    }

    /// What a status means: done, or whether and when it is tried again.
    static let statuses: [(status: Int, retry: ActionOutcome.Failure.Retry?)] = [
        (200, nil), (202, nil), (204, nil), (301, .never), (304, .never), (400, .never), (401, .never), (404, .never),
        (408, .usual), (410, .never), (422, .never), (425, .usual), (429, .usual), (500, .usual), (502, .usual),
        (503, .usual), (504, .usual),
    ]

    @Test("Every status says whether it is tried again")
    func statuses() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        for (status, retry) in Self.statuses {
            let outcome = await sender.post(receiver.url("/status/\(status)"))
            #expect(outcome.failure?.retry == retry, "\(status)")
            #expect(outcome.failure?.suppressesAddress ?? false == (status == 410), "\(status)")
            if retry == nil { #expect(outcome.output == ["status": .int(Int64(status))]) }
            if let failure = outcome.failure { #expect(failure.code == "webhook.\(status)") }
        }
        await sender.plugin.close()
    }

    @Test("Retry-After is kept, in seconds or as a date, within a day")
    func retryAfter() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        let now = try #require(Instant(rfc3339: "2027-06-14T07:00:00Z"))
        let cases: [(String, ActionOutcome.Failure.Retry)] = [
            ("120", .after(seconds: 120)), ("0", .after(seconds: 1)), ("99999999999999999999", .after(seconds: 86_400)),
            ("Mon,_14_Jun_2027_07:05:00_GMT", .after(seconds: 300)),
            ("Mon,_14_Jun_2021_07:05:00_GMT", .after(seconds: 1)),
            ("soon", .usual), ("-5", .usual), ("", .usual),
        ]
        for (text, retry) in cases {
            for status in [429, 503] {
                let failure = await sender.post(receiver.url("/status/\(status)/\(text)"), now: now).failure
                #expect(failure?.retry == retry, "\(status) \(text)")
                #expect(failure?.scope == .domain("localhost"))
            }
        }
        await sender.plugin.close()
    }

    @Test("A redirect is not followed")
    func redirect() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        let failure = await sender.post(receiver.url("/redirect")).failure
        #expect(failure?.code == "webhook.307")
        #expect(failure?.retry == .never)
        #expect(try receiver.log().map { $0["path"] } == [.string("/redirect")])
        await sender.plugin.close()
    }

    @Test("What went out and was not answered is unknown", arguments: ["/drop", "/continue", "/garbage"])
    func unanswered(path: String) async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        #expect(await sender.post(receiver.url(path)).isUnknown)
        await sender.plugin.close()
    }

    @Test(
        "A receiver that hangs is unknown at the deadline, whichever comes first", arguments: ["/hang", "/hang-before"])
    func hang(path: String) async throws {
        let receiver = try Receiver()
        let sender = try Sender(["timeout": .int(1)])
        let clock = ContinuousClock()
        let first = await clock.measure { #expect(await sender.post(receiver.url(path)).isUnknown) }
        // The receiver would answer after 30 seconds.
        #expect(first > .milliseconds(900) && first < .seconds(25))
        await sender.plugin.close()
    }

    @Test("A status once said holds, whatever the answer does afterwards")
    func brokenAnswers() async throws {
        let receiver = try Receiver()
        let sender = try Sender(["timeout": .int(1)])
        for path in ["/short/200", "/drip/200"] {
            #expect(await sender.post(receiver.url(path)).output == ["status": .int(200)], "\(path)")
        }
        #expect(await sender.post(receiver.url("/short/500")).failure?.code == "webhook.500")
        await sender.plugin.close()
    }

    @Test("An answer without an end is read up to the limit, and no longer", arguments: ["/endless", "/headers"])
    func endless(path: String) async throws {
        let receiver = try Receiver()
        let sender = try Sender(["timeout": .int(5)])
        #expect(await sender.post(receiver.url(path)).output == ["status": .int(200)])
        // The receiver notices a moment later; each look takes one, too.
        let taken = (0..<200).lazy.compactMap { _ in try? receiver.log().last?["taken"]?.asInt }.first
        // The limit, and what the system holds between the two.
        #expect(try #require(taken) < 32 << 20)
        await sender.plugin.close()
    }

    @Test("What never went out is tried again: no name, no connection")
    func unreached() async throws {
        let sender = try Sender()
        let name = await sender.post("http://receiver.invalid/").failure
        #expect(name?.code == "webhook.name")
        #expect(name?.retry == .usual)
        // Port 1 of this machine: nobody listens.
        let port = await sender.post("http://127.0.0.1:1/").failure
        #expect(port?.code == "webhook.connect")
        #expect(port?.retry == .usual)
        await sender.plugin.close()
    }

    @Test("Three hundred at once arrive, each once")
    func many() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        let count = 300
        let done = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<count {
                group.addTask { await sender.post(receiver.url("/ok"), key: "msg\(number)").output != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == count)
        #expect(Set(try receiver.log().map { $0["headers"]?["webhook-id"] }).count == count)
        await sender.plugin.close()
    }

    @Test("A closed plugin takes nothing any more, and closing twice is well")
    func closing() async throws {
        let receiver = try Receiver()
        let sender = try Sender()
        #expect(await sender.post(receiver.url("/ok")).output != nil)
        await sender.plugin.close()
        await sender.plugin.close()
        #expect(await sender.post(receiver.url("/ok")).failure?.code == "webhook.unready")
        #expect(try receiver.log().count == 1)
    }

    @Test("A dry run sends nothing")
    func dryRun() async throws {
        let receiver = try Receiver()
        #expect(await (try Sender()).post(receiver.url("/ok"), isDryRun: true).output == ["status": .int(0)])
        #expect(try receiver.log().isEmpty)
    }
}
