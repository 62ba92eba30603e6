package import ActionKit
package import Calendars
import Exchange
package import Expressions

/// What stands between two calls of one effect: what the action remembers, how long it waits, what it asks.
package struct EffectPause: Sendable {
    /// The kind of document under which it is kept, by the effect's key.
    static let kind = "effect-pause"
    /// Seconds that an action may wait at most, and the least between two calls.
    static let longestSeconds = 400 * 86_400
    static let shortestPoll = 1

    package var checkpoint: Value?
    /// When nobody knows any more; nil: it does not wait.
    package var until: Instant?
    /// What a person is asked, and the shape of the answers.
    package var question: (title: String, form: Schema)?
    package var answers: [String: Value] = [:]

    init(_ waiting: ActionOutcome.Waiting, since: Instant) {
        checkpoint = waiting.checkpoint
        until = since.adding(seconds: Int64(min(max(waiting.patienceSeconds, 1), Self.longestSeconds)))
    }

    init(_ question: ActionOutcome.Question) {
        checkpoint = question.checkpoint
        self.question = (question.title, question.form)
    }

    /// As it is kept.
    var bytes: [UInt8] {
        var fields: [String: Value] = ["answers": .object(answers)]
        fields["checkpoint"] = checkpoint
        fields["until"] = until.map { .string($0.rfc3339) }
        if let question { fields["question"] = .string(question.title) }
        fields["form"] = question?.form.jsonSchema
        return Value.object(fields).jsonBytes
    }

    init?(_ bytes: [UInt8]) {
        guard let value = try? Value(json: bytes) else { return nil }
        checkpoint = value["checkpoint"]
        until = value["until"]?.asString.flatMap { Instant(rfc3339: $0) }
        if let title = value["question"]?.asString, let form = value["form"].flatMap({ Schema(jsonSchema: $0) }) {
            question = (title, form)
        }
        answers = value["answers"]?.fields ?? [:]
    }
}
