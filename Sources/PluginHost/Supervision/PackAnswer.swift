import ActionKit
import Expressions

/// What a plugin answers to `run` and `status`, as what became of the call.
enum PackAnswer {
    /// How long an action waits that does not say how long.
    private static let patienceSeconds = 30 * 86_400
    /// Fields of one question.
    private static let formFields = 50

    private static func checkpoint(_ value: Value, _ redaction: Redaction) throws(PackFault) -> Value? {
        guard let checkpoint = value["checkpoint"] else { return nil }
        guard checkpoint.jsonBytes.count <= PackLimits.checkpointBytes else {
            throw PackFault.violation("a checkpoint has at most \(PackLimits.checkpointBytes) bytes")
        }
        return redacted(checkpoint, redaction)
    }

    /// - Parameter key: of the call; an answer that names another is a mistake of the plugin's.
    static func outcome(
        of value: Value, action: PackAction, key: String, redaction: Redaction
    ) throws(PackFault) -> ActionOutcome? {
        guard value["key"]?.asString == key else {
            throw PackFault.violation("the answer is for another key than the call's")
        }
        switch value["outcome"]?.asString {
        case "done":
            let output = redacted(value["output"] ?? .object([:]), redaction)
            let mistakes = action.output.check(output)
            guard mistakes.isEmpty else {
                let words = redaction.apply(mistakes.prefix(3).joined(separator: "; "))
                return .failed(
                    .init(
                        code: "plugin.output",
                        message:
                            "it says that it is done, but what it gives is not as declared: \(PlainWords.line(words))",
                        retry: .never))
            }
            return .done(output: fields(output))
        case "unknown": return .unknown(message: words(value["message"], redaction, "the plugin does not know"))
        case "not_done": return nil
        case "waiting":
            let wait = value["poll_after"]?.asInt
            return .waiting(
                .init(
                    pollSeconds: wait.map { max($0, 1) }, patienceSeconds: value["patience"]?.asInt ?? patienceSeconds,
                    checkpoint: try checkpoint(value, redaction)))
        case "input_required":
            guard let title = value["title"]?.asString, let form = value["form"].flatMap({ Schema(jsonSchema: $0) }),
                case .object(let fields) = form, !fields.isEmpty, fields.count <= formFields
            else {
                throw PackFault.violation(
                    "\"input_required\" needs a \"title\" and a \"form\": a JSON Schema of type object with 1 to \(formFields) properties"
                )
            }
            return .asks(
                .init(
                    title: PlainWords.line(redaction.apply(title)), form: form,
                    checkpoint: try checkpoint(value, redaction)))
        case let other:
            throw PackFault.violation("there is no outcome \"\(PlainWords.line(other ?? ""))\"")
        }
    }

    /// An error of JSON-RPC as a failure: its `data` says the code, whether trying again may help, and what it concerns.
    static func failure(of fault: Message.RemoteFault, redaction: Redaction) -> ActionOutcome {
        let data = fault.data
        let code = data["code"]?.asString.map(PlainWords.line) ?? "plugin.error"
        let retry: ActionOutcome.Failure.Retry
        if let seconds = data["retry_after"]?.asInt, seconds > 0 {
            retry = .after(seconds: min(seconds, 5 * 86_400))
        } else {
            retry = data["retryable"]?.asBool ?? false ? .usual : .never
        }
        let scope: ActionOutcome.Failure.Scope =
            switch data["scope"]?.asString {
            case "service": .service
            case let text? where text.hasPrefix("domain:"): .domain(PlainWords.line(String(text.dropFirst(7))))
            default: .call
            }
        return .failed(
            .init(
                code: code, message: PlainWords.line(redaction.apply(fault.message)), retry: retry, scope: scope,
                suppressesAddress: data["suppresses_address"]?.asBool ?? false))
    }

    static func words(_ value: Value?, _ redaction: Redaction, _ otherwise: String) -> String {
        value?.asString.map { PlainWords.line(redaction.apply($0)) } ?? otherwise
    }

    static func redacted(_ value: Value, _ redaction: Redaction) -> Value {
        switch value {
        case .string(let text): .string(redaction.apply(text))
        case .list(let values): .list(values.map { redacted($0, redaction) })
        case .map(let entries): .map(entries.mapValues { redacted($0, redaction) })
        default: value
        }
    }

    static func fields(_ value: Value) -> [String: Value] {
        guard case .map(let entries) = value else { return [:] }
        var result: [String: Value] = [:]
        for (key, value) in entries { if let key = key.asString { result[key] = value } }
        return result
    }
}
