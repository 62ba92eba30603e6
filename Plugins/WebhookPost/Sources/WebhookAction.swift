import ActionKit
import Calendars
import Couriers
import Digests
import Expressions

/// `webhook.post`: tells a service that something happened.
struct WebhookAction: Action {
    let settings: WebhookSettings
    let courier: Courier

    let description = ActionDescription(
        name: "webhook.post", title: "Tells another service what happened, with a signed request.",
        input: .object([
            SchemaField("url", .text(.url, maximumBytes: WebhookLimits.urlBytes)),
            SchemaField("type", .text(.line, maximumBytes: WebhookLimits.typeBytes)),
            SchemaField("data", .anything),
            SchemaField("at", .text(.line, maximumBytes: 40), isRequired: false),
        ]), output: .object([SchemaField("status", .integer(0...599))]), isKept: false, idempotency: .keyed,
        timeoutSeconds: CourierLimits.timeoutSeconds.upperBound + 5,
        retryPauses: WebhookLimits.retryPauses)

    /// The host, unless the hub knows that it recognises a `webhook-id`.
    func receiver(of input: [String: Value]) -> String? {
        guard
            let address = try? PostingAddress(input["url"]?.asString ?? "", allowsHTTP: settings.courier.allowsHTTP),
            !settings.keyed.contains(address.host)
        else { return nil }
        return address.host
    }

    func run(_ call: ActionCall) async -> ActionOutcome {
        let mistakes = description.input.check(.object(call.input))
        guard mistakes.isEmpty else { return refused(mistakes.joined(separator: "; ")) }
        guard !call.text("type").isEmpty else { return refused("\"type\" must say what happened") }
        // The key becomes a header.
        guard Folder.isSafe(call.key) else { return refused("the key of the call must be letters and digits") }
        let address: PostingAddress
        let body: [UInt8]
        do {
            address = try PostingAddress(call.text("url"), allowsHTTP: settings.courier.allowsHTTP)
            body = try event(call)
        } catch let mistake as PostingAddress.Mistake {
            return refused(mistake.message)
        } catch let mistake as PlainJSON.Mistake {
            return refused(mistake.message)
        } catch {
            return refused("the request cannot be written")
        }
        guard body.count <= WebhookLimits.bodyBytes else {
            return refused("\"data\" is larger than \(WebhookLimits.bodyBytes) bytes")
        }
        if call.isDryRun { return .done(output: ["status": .int(0)]) }
        var posting = settings.courier.posting(to: address, body: body, by: call.deadline, now: call.now)
        posting.contentType = "application/cloudevents+json; charset=utf-8"
        posting.headers = StandardWebhook.headers(
            id: call.key, seconds: call.now.milliseconds / 1000, body: body, keys: settings.keys)
        return PostingOutcome(family: WebhookPlugin.name, host: address.host, now: call.now)
            .outcome(of: await courier.carry(posting))
    }

    /// A CloudEvent in structured JSON: what happened, in which case, and when; when it happened, the same for every try, only
    /// `at` can say.
    private func event(_ call: ActionCall) throws -> [UInt8] {
        let data = try PlainJSON.text(of: call.input["data"] ?? .null)
        var at = call.now
        if call.input["at"] != nil {
            guard let given = Instant(rfc3339: call.text("at")) else {
                throw PlainJSON.Mistake(message: "\"at\" must be a time such as 2027-06-14T07:00:00Z")
            }
            at = given
        }
        let attributes = [
            ("specversion", "1.0"), ("id", call.key), ("source", settings.source + "/" + call.programme),
            ("type", call.text("type")), ("subject", call.caseReference), ("time", at.rfc3339),
            ("datacontenttype", "application/json"),
            // The name that Standard Webhooks gives the same; to a CloudEvent an extension.
            ("timestamp", at.rfc3339),
        ]
        // An attribute that is there is not empty.
        let members = attributes.filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\(Value.string($0.1).json)" }
        return Array("{\(members.joined(separator: ",")),\"data\":\(data)}".utf8)
    }

    private func refused(_ message: String) -> ActionOutcome {
        .failed(.init(code: "webhook.input", message: message, retry: .never))
    }
}
