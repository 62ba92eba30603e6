package import Calendars
package import Expressions
import Synchronization

/// All answers to one form, the newest in force.
package struct FormAnswers: Sendable {
    package struct Answer: Hashable, Sendable {
        /// The party that answered.
        package var by: String
        package var values: [String: Value]
        package var at: Instant

        package init(by: String, values: [String: Value], at: Instant) {
            self.by = by
            self.values = values
            self.at = at
        }
    }

    /// 1, 2, 3 … with each answer in force; never reused, so that a signature binds one text.
    package var version: Int { didSet { memo = Memo() } }
    /// Order of answering among all forms of the case: later answers have greater numbers, even within one instant.
    package var order: Int { didSet { memo = Memo() } }
    /// The answers of those who were asked together; the last is the newest. Empty: not answered, or void.
    package var answers: [Answer] { didSet { memo = Memo() } }
    /// The entry of the task that these belong to.
    package var entry: Int
    /// What conditions read, made when it is first asked for: many commands read what one has answered.
    private var memo = Memo()

    package init() {
        version = 0
        order = 0
        answers = []
        entry = 0
    }

    package var isKnown: Bool { !answers.isEmpty }
    package var newest: Answer? { answers.last }

    /// The form as conditions read it: its fields with `version`, `order`, `at` (milliseconds) and `answers`; an empty map
    /// where nothing is known.
    var reading: Value {
        memo.value.withLock { known in
            if let known { return known }
            let value = makeReading()
            known = value
            return value
        }
    }

    private func makeReading() -> Value {
        guard let newest else { return .object([:]) }
        let all = answers.map { Value.object($0.values).entries }
        var fields = all.last ?? [:]
        fields[.string("version")] = .int(Int64(version))
        // Order, not time: two answers of one instant are still one after the other.
        fields[.string("order")] = .int(Int64(order))
        fields[.string("at")] = .int(newest.at.milliseconds)
        fields[.string("answers")] = .list(
            zip(all, answers).map { fields, answer in
                var fields = fields
                fields[.string("by")] = .string(answer.by)
                return .map(fields)
            })
        return .map(fields)
    }

    private final class Memo: Sendable {
        let value = Mutex<Value?>(nil)
    }
}

extension FormAnswers: Hashable {
    package static func == (left: FormAnswers, right: FormAnswers) -> Bool {
        left.version == right.version && left.order == right.order && left.entry == right.entry
            && left.answers == right.answers
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(order)
        hasher.combine(entry)
        hasher.combine(answers)
    }
}
