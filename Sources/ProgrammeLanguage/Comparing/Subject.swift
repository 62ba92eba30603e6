/// A thing of a programme as sentences about its changes speak of it: its name and what holds of it.
struct Subject: Hashable, Sendable {
    /// Something that holds: `leads to` with `screening`.
    struct Aspect: Hashable, Sendable {
        /// The same in two versions for what can change from one value to another.
        let key: String
        /// In the third person: `leads to`, `is due`.
        let verb: String
        /// Empty where the verb says all.
        let value: String

        init(_ key: String, _ verb: String, _ value: String = "") {
            (self.key, self.verb, self.value) = (key, verb, value)
        }

        var words: String { value.isEmpty ? verb : "\(verb) \(value)" }
    }

    /// The same in two versions: `states.draft.clock.7 days`. What stands inside begins with it and a point.
    let key: String
    /// With its article, for the beginning of a sentence: ``The answer `accept` in `screening` ``.
    let name: String
    var aspects: [Aspect] = []
    /// Several of one kind, of which the order counts: steps of which the first that holds is taken, tasks, actions.
    var ways: [[Aspect]] = []
    /// What one of the ways is called.
    var way = "way"
    /// Things of one pairing that differ only in `time` are one that moved.
    var pairing = ""
    var time = ""
    /// Said of it when it is new: where it stands.
    var note = ""
}

extension Subject.Aspect {
    /// As the verb of a sentence: `is now due`, `now leads to`.
    private func spoken(_ adverb: String) -> String {
        guard verb.hasPrefix("is ") else { return "\(adverb) \(verb)" }
        return "is \(adverb) \(verb.dropFirst(3))"
    }

    var begun: String { join(spoken("now"), value) }
    var ended: String { join(spoken("no longer"), value) }

    func changed(from old: Self) -> String {
        guard !old.value.isEmpty, !value.isEmpty, old.verb == verb else { return "\(begun) (before: \(old.words))" }
        return "\(spoken("now")) \(Self.instead(value, of: old.value))"
    }

    private func join(_ verb: String, _ value: String) -> String { value.isEmpty ? verb : "\(verb) \(value)" }

    /// `10 instead of 5 working days`, where only one word differs; else the two whole.
    static func instead(_ new: String, of old: String) -> String {
        guard let parts = parts(old, new) else { return "\(new) instead of \(old)" }
        return [parts.head, "\(parts.new) instead of \(parts.old)", parts.tail].filter { !$0.isEmpty }
            .joined(separator: " ")
    }

    /// `from 14 to 10 days before visit`, where only one word differs; else the two whole.
    static func from(_ old: String, to new: String) -> String {
        guard let parts = parts(old, new), parts.head.isEmpty else { return "from \"\(old)\" to \"\(new)\"" }
        return "from \(parts.old) to \(parts.new)" + (parts.tail.isEmpty ? "" : " \(parts.tail)")
    }

    /// Two plain texts of a few words that differ in a single number, in what they share and what they do not.
    private static func parts(_ old: String, _ new: String) -> (head: String, old: String, new: String, tail: String)? {
        let (before, after) = (old.split(separator: " "), new.split(separator: " "))
        guard before.count == after.count, before.count > 1 else { return nil }
        let differing = before.indices.filter { before[$0] != after[$0] }
        guard differing.count == 1, let place = differing.first, Int(before[place]) != nil, Int(after[place]) != nil
        else { return nil }
        return (
            before[..<place].joined(separator: " "), String(before[place]), String(after[place]),
            before[(place + 1)...].joined(separator: " ")
        )
    }
}
