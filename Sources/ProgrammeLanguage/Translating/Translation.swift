import Digests
import Exchange

/// The texts of a programme in one language beside those of its first: what is said, what is missing, what has grown stale.
package struct Translation: Sendable {
    /// One text: the key under which it stands, such as `messages.briefing.subject`.
    package struct Entry: Hashable, Sendable {
        package let path: [String]
        /// In the programme's first language; for a plural form that it does not have, its "other".
        package let source: String
        /// nil where the language has none.
        package let text: String?

        package var key: String { path.joined(separator: ".") }
    }

    /// How a message or document stands to the text from which it was translated.
    package enum Standing: String, Sendable {
        /// Nobody has said that the two belong together.
        case unchecked
        /// Translated from what the first language says now.
        case checked
        /// The first language says something else by now.
        case stale
        case missing
    }

    /// A message or document as a whole.
    package struct Unit: Hashable, Sendable {
        /// `messages.briefing`.
        package let path: [String]
        package let standing: Standing
        /// The mark of what the first language says now.
        package let mark: String

        package var key: String { path.joined(separator: ".") }
    }

    package let language: String
    /// Every text in the order of the first language's file, then what only this language has.
    package private(set) var entries: [Entry] = []
    package private(set) var units: [Unit] = []

    /// Texts that the first language has and this one has not.
    package var missing: [Entry] { entries.filter { $0.text == nil } }

    /// Sections whose members are translated as a whole.
    static let wholes = ["messages", "documents"]
    /// What a part chooses by: no text.
    static let selectors: Set<String> = ["count", "choose"]
    /// Says from which text a translation was made.
    package static let markKey = "checked-against"

    /// - Parameters:
    ///   - source: the file of the first language; nil: it has none.
    ///   - target: the file of this language; nil: it has none yet.
    ///   - more: labels that any language has, with what the programme itself says there.
    init(language: String, source: Node?, target: Node?, more: [(path: [String], text: String)] = []) {
        self.language = language
        let own = Self.texts(of: target)
        var original = Self.texts(of: source)
        let first = Set(original.map(\.path))
        original += more.filter { !first.contains($0.path) }
        let said = Dictionary(original.map { ($0.path, $0.text) }) { first, _ in first }
        let known = Dictionary(own.map { ($0.path, $0.text) }) { first, _ in first }
        let counted = Self.countedParts(of: source).union(Self.countedParts(of: target))
        let forms = PluralRules.categories(of: language)
        var seen: Set<[String]> = []
        for (path, text) in original {
            var wanted = [path]
            if let forms, path.count == 5, counted.contains(Array(path.prefix(4))), Self.categories.contains(path[4]) {
                // The forms are those of this language, told where "other" stands.
                let part = Array(path.prefix(4))
                wanted = path[4] == "other" ? (forms + ["other"]).map { part + [$0] } : []
            }
            for path in wanted where seen.insert(path).inserted {
                entries.append(Entry(path: path, source: said[path] ?? text, text: known[path]))
            }
        }
        for (path, text) in own where seen.insert(path).inserted {
            entries.append(Entry(path: path, source: said[path.dropLast() + ["other"]] ?? "", text: text))
        }
        units = Self.wholes.flatMap { section in
            (Fields(source, section)?.entries ?? []).compactMap { key, value in
                guard let name = key.scalarText else { return nil }
                let mark = Self.mark(of: value)
                let there = Fields(target, section)?[name]
                return Unit(path: [section, name], standing: Self.standing(there, mark), mark: mark)
            }
        }
    }

    private static let categories: Set<String> = ["zero", "one", "two", "few", "many", "other"]

    /// Parts that choose by a number.
    private static func countedParts(of root: Node?) -> Set<[String]> {
        var result: Set<[String]> = []
        for section in wholes {
            for (key, value) in Fields(root, section)?.entries ?? [] {
                guard let parts = Fields(value)?["parts"].flatMap({ Fields($0) }) else { continue }
                for (part, forms) in parts.entries where Fields(forms)?["count"] != nil {
                    result.insert([section, key.scalarText ?? "", "parts", part.scalarText ?? ""])
                }
            }
        }
        return result
    }

    static func standing(_ node: Node?, _ mark: String) -> Standing {
        guard let node else { return .missing }
        guard let against = Fields(node)?[markKey]?.scalarText else { return .unchecked }
        return against == mark ? .checked : .stale
    }

    /// What a message says, as eight hexadecimal digits of SHA-256.
    static func mark(of node: Node) -> String {
        var parts: [String] = []
        func walk(_ node: Node, _ path: String) {
            if let text = node.scalarText { parts.append(path + "\u{1F}" + text) }
            for (key, value) in Fields(node)?.entries ?? [] where key.scalarText != markKey {
                walk(value, path + "\u{1F}" + (key.scalarText ?? ""))
            }
        }
        walk(node, "")
        return String(SHA256.hash(Array(parts.sorted().joined(separator: "\u{1E}").utf8)).hex.prefix(8))
    }

    /// Every text of a file by its path, in the order of the file.
    static func texts(of root: Node?) -> [(path: [String], text: String)] {
        var result: [(path: [String], text: String)] = []
        func walk(_ node: Node, _ path: [String]) {
            if let text = node.scalarText {
                result.append((path, text))
                return
            }
            for (key, value) in Fields(node)?.entries ?? [] {
                let name = key.scalarText ?? ""
                if name == markKey || path.count == 4 && path[2] == "parts" && selectors.contains(name) { continue }
                walk(value, path + [name])
            }
        }
        for section in wholes + ["labels"] {
            if let node = root.flatMap({ Fields($0) })?[section] { walk(node, [section]) }
        }
        return result
    }
}

extension Fields {
    /// The map under a key of a file; nil where there is none.
    fileprivate init?(_ root: Node?, _ section: String) {
        guard let node = root.flatMap({ Fields($0) })?[section] else { return nil }
        self.init(node)
    }
}
