import Exchange
import Expressions

/// What changes in messages, documents and labels, by language.
enum TextDifference {
    typealias Sentence = ProgrammeDifference.Sentence

    /// What a text is, of two versions of which the languages that differ are told together.
    private struct Piece {
        let key: String
        let name: String
        /// By language.
        let words: [String: String]
    }

    static func sentences(from old: Programme, to new: Programme) -> [Sentence] {
        texts(old.messages, new.messages, "messages", "message")
            + texts(old.documents, new.documents, "documents", "document")
            + compare(labels(old), labels(new))
    }

    private static func texts(
        _ old: [String: Message], _ new: [String: Message], _ section: String, _ what: String
    ) -> [Sentence] {
        var result: [Sentence] = []
        for name in Set(old.keys).union(new.keys).sorted() {
            let (key, shown) = ("\(section).\(name)", "\(what) `\(name)`")
            switch (old[name], new[name]) {
            case (nil, .some): result.append(Sentence(kind: .new, about: key, text: "The \(shown) is new."))
            case (.some, nil): result.append(Sentence(kind: .gone, about: key, text: "The \(shown) is gone."))
            case (let old?, let new?): result += compare(pieces(old, key, shown), pieces(new, key, shown))
            case (nil, nil): break
            }
        }
        return result
    }

    private static func pieces(_ message: Message, _ key: String, _ shown: String) -> [Piece] {
        let parts = Set(message.texts.values.flatMap(\.parts.keys)).sorted().map { part in
            Piece(
                key: "\(key).parts.\(part)", name: "part `\(part)` of the \(shown)",
                words: message.texts.compactMapValues { $0.parts[part].map(self.words) })
        }
        return [
            Piece(
                key: "\(key).subject", name: "subject of the \(shown)", words: message.texts.mapValues(\.subject.text)),
            Piece(key: "\(key).body", name: "text of the \(shown)", words: message.texts.mapValues(\.body.text)),
        ] + parts
    }

    private static func words(_ part: MessagePart) -> String {
        let selector =
            switch part.selector {
            case .count(let condition): "count \(condition.text)"
            case .choose(let condition): "choose \(condition.text)"
            }
        return ([selector] + part.forms.keys.sorted().map { "\($0): \(part.forms[$0]?.text ?? "")" })
            .joined(separator: "\u{1F}")
    }

    private static func labels(_ programme: Programme) -> [Piece] {
        programme.labels.keys.sorted().map { key in
            Piece(key: "labels.\(key)", name: "label of `\(key)`", words: programme.labels[key] ?? [:])
        }
    }

    private static func compare(_ old: [Piece], _ new: [Piece]) -> [Sentence] {
        let before = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
        let after = Dictionary(new.map { ($0.key, $0) }) { first, _ in first }
        return Set(before.keys).union(after.keys).sorted().flatMap { key in compare(before[key], after[key]) }
    }

    private static func compare(_ old: Piece?, _ new: Piece?) -> [Sentence] {
        guard let piece = new ?? old else { return [] }
        let (before, after) = (old?.words ?? [:], new?.words ?? [:])
        let changed = before.keys.filter { after[$0] != nil && after[$0] != before[$0] }.sorted()
        var result: [Sentence] = []
        func say(_ kind: Sentence.Kind, _ text: String) {
            result.append(Sentence(kind: kind, about: piece.key, text: text))
        }
        if changed.count == 1, let (was, now) = short(before[changed[0]], after[changed[0]]) {
            say(.changed, "The \(piece.name) in \(changed[0]) is now \"\(now)\" instead of \"\(was)\".")
        } else if !changed.isEmpty {
            say(.changed, "The \(piece.name) changes in \(ProgrammeSubjects.all(changed)).")
        }
        let added = after.keys.filter { before[$0] == nil }.sorted()
        if !added.isEmpty { say(.new, "The \(piece.name) is new in \(ProgrammeSubjects.all(added)).") }
        let lost = before.keys.filter { after[$0] == nil }.sorted()
        if !lost.isEmpty { say(.gone, "The \(piece.name) is gone in \(ProgrammeSubjects.all(lost)).") }
        return result
    }

    /// Both, when they are short enough to be read in one sentence.
    private static func short(_ old: String?, _ new: String?) -> (String, String)? {
        guard let old, let new else { return nil }
        let isShort: (String) -> Bool = { $0.utf8.count <= 100 && !$0.utf8.contains(0x0A) && !$0.contains("\u{1F}") }
        return isShort(old) && isShort(new) ? (old, new) : nil
    }
}
