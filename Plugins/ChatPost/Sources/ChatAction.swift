import ActionKit
import Couriers
import Expressions

/// `chat.post`: says something in a channel of the office's chat.
struct ChatAction: Action {
    let settings: ChatSettings
    let courier: Courier

    let description = ActionDescription(
        name: "chat.post", title: "Says something in a channel of Slack or Teams.",
        input: .object([
            SchemaField("to", .text(.line, maximumBytes: ChatLimits.channelNameBytes)),
            SchemaField("title", .text(.plain, maximumBytes: ChatLimits.titleBytes), isRequired: false),
            SchemaField("text", .text(.plain, maximumBytes: ChatLimits.textBytes)),
            SchemaField("link", .text(.url, maximumBytes: ChatLimits.urlBytes), isRequired: false),
            SchemaField("link_title", .text(.plain, maximumBytes: ChatLimits.titleBytes), isRequired: false),
        ]), output: .object([SchemaField("status", .integer(0...599))]), isKept: false,
        // A chat knows no keys: what was perhaps posted is a person's to say.
        idempotency: .none, timeoutSeconds: CourierLimits.timeoutSeconds.upperBound + 5)

    func run(_ call: ActionCall) async -> ActionOutcome {
        let mistakes = description.input.check(.object(call.input))
        guard mistakes.isEmpty else { return refused(mistakes.joined(separator: "; ")) }
        guard let channel = settings.channels[call.text("to")] else {
            let known = settings.channels.keys.sorted().joined(separator: ", ")
            return refused("chat.channels names no \"\(call.text("to"))\"; it names \(known)")
        }
        guard ChatText.lines(call.text("text")).count <= ChatLimits.lines else {
            return refused("\"text\" has more than \(ChatLimits.lines) lines")
        }
        let linkTitle = call.text("link_title")
        let message = ChatMessage(
            title: call.text("title"), text: call.text("text"), link: call.text("link"),
            linkTitle: linkTitle.isEmpty ? call.text("link") : linkTitle)
        let body = message.body(for: channel.kind).jsonBytes
        guard body.count <= ChatLimits.bodyBytes else {
            return refused("the message is larger than \(ChatLimits.bodyBytes) bytes")
        }
        if call.isDryRun { return .done(output: ["status": .int(0)]) }
        var posting = settings.courier.posting(to: channel.address, body: body, by: call.deadline, now: call.now)
        posting.keptAnswerBytes = ChatLimits.answerBytes
        let result = await courier.carry(posting)
        return PostingOutcome(family: ChatPlugin.name, host: channel.address.host, now: call.now)
            .outcome(of: channel.kind == .teams ? Self.understood(result) : result)
    }

    /// The older connectors of Teams answer 200 whatever became of the message, and say in words that it was too many.
    private static func understood(_ result: PostingResult) -> PostingResult {
        let words = String(decoding: result.answer, as: UTF8.self)
        guard result.status == 200, let range = words.firstRange(of: "returned HTTP error ") else { return result }
        var meant = result
        meant.status = Int(words[range.upperBound...].prefix { $0.isASCII && $0.isNumber }) ?? 502
        return meant
    }

    private func refused(_ message: String) -> ActionOutcome {
        .failed(.init(code: "chat.input", message: message, retry: .never))
    }
}
