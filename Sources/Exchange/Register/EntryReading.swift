import Calendars
package import Expressions

/// A mistake in one field of an entry, in a sentence.
package struct EntryMistake: Error, Hashable, Sendable {
    package let field: String
    package let sentence: String

    package init(field: String, sentence: String) {
        self.field = field
        self.sentence = sentence
    }
}

/// All mistakes of one entry.
package struct EntryMistakes: Error, Hashable, Sendable {
    package let all: [EntryMistake]

    package init(_ all: [EntryMistake]) { self.all = all }
}

/// Entries as people write them: texts to values, and values to texts.
package enum EntryReading {
    /// Bytes of one text.
    package static let textBytes = 16 << 10
    /// Items of one list.
    package static let items = 200

    /// An entry of texts by field; a list may come as several texts, or as one with `;` between.
    ///
    /// - Parameter former: the entry that is changed; a field without text is taken out of it.
    /// - Returns: the entry, or all that is wrong with it.
    package static func read(
        _ texts: [String: [String]], kind: EntryKind, former: Value? = nil
    ) -> Result<Value, EntryMistakes> {
        var fields = former?.fields ?? [:]
        var mistakes: [EntryMistake] = []
        let known = Dictionary(kind.fields.map { ($0.name, $0) }) { first, _ in first }
        for (name, given) in texts.sorted(by: { $0.key < $1.key }) {
            guard let field = known[name] else {
                mistakes.append(
                    EntryMistake(
                        field: name,
                        sentence:
                            "\(article(kind)) has no \"\(name)\"; it has \(kind.fields.map(\.name).joined(separator: ", "))"
                    ))
                continue
            }
            let items = split(given, field)
            guard !items.isEmpty else {
                set(nil, name, in: &fields)
                continue
            }
            switch value(items, field) {
            case .success(let value): set(value, name, in: &fields)
            case .failure(let mistake): mistakes.append(mistake)
            }
        }
        if fields["id"]?.asString?.isEmpty ?? true {
            mistakes.append(
                EntryMistake(
                    field: "id", sentence: "\(article(kind)) needs an id, the same each time it is imported"))
        }
        if fields["name"] == nil { fields["name"] = fields["institution"] }
        if fields["name"] == nil, fields["institution_id"] == nil, fields["expert_id"] == nil {
            let what = kind.isOffer ? "a name, an institution or an expert" : "a name"
            mistakes.append(EntryMistake(field: "name", sentence: "\(article(kind)) needs \(what)"))
        }
        return mistakes.isEmpty ? .success(.object(fields)) : .failure(EntryMistakes(mistakes))
    }

    private static func article(_ kind: EntryKind) -> String {
        kind.isOffer ? "an offer" : kind == .hub ? "a hub" : "an \(kind.noun)"
    }

    private static func split(_ given: [String], _ field: EntryField) -> [String] {
        switch field.kind {
        case .list, .windows:
            given.flatMap { $0.utf8.split(separator: 0x3B) }.map { (String($0) ?? "").trimmed }.filter { !$0.isEmpty }
        default: given.map(\.trimmed).filter { !$0.isEmpty }
        }
    }

    private static func set(_ value: Value?, _ name: String, in fields: inout [String: Value]) {
        guard name.hasPrefix("deputy.") else {
            fields[name] = value
            return
        }
        var deputy = fields["deputy"]?.fields ?? [:]
        deputy[String(name.dropFirst("deputy.".count))] = value
        fields["deputy"] = deputy.isEmpty ? nil : .object(deputy)
    }

    private static func value(_ items: [String], _ field: EntryField) -> Result<Value, EntryMistake> {
        func refuse(_ sentence: String) -> Result<Value, EntryMistake> {
            .failure(EntryMistake(field: field.name, sentence: sentence))
        }
        guard items.count <= Self.items, items.allSatisfy({ $0.utf8.count <= textBytes }) else {
            return refuse("\"\(field.name)\" has at most \(Self.items) items of \(textBytes) bytes")
        }
        guard !items.contains(where: { $0.unicodeScalars.contains(where: PersonRules.isControl) }) else {
            return refuse("\"\(field.name)\" holds an invisible control character; delete it")
        }
        let text = items.joined(separator: "; ")
        switch field.kind {
        case .text, .address:
            let part = field.name.split(separator: ".").last.map(String.init) ?? field.name
            if let sentence = PersonRules.mistake(in: text, of: part) {
                return refuse("\"\(field.name)\": \(sentence)")
            }
            return .success(.string(text))
        case .list: return .success(.list(items.map { .string($0) }))
        case .number:
            guard let number = Double(text), number.isFinite, number >= 0, isDigits(text) else {
                return refuse("\"\(field.name)\" is a number, 0 or more")
            }
            return .success(.double(number))
        case .choice(let words):
            guard words.contains(text) else {
                return refuse("\"\(field.name)\" is \(words.joined(separator: " or "))")
            }
            return .success(.string(text))
        case .windows:
            let spans = items.compactMap { DateSpan(text: $0) }
            guard spans.count == items.count else {
                return refuse("a window is written first/last, such as 2027-06-01/2027-06-30")
            }
            return .success(.list(spans.map(\.value)))
        case .money:
            let parts = text.split(separator: " ").map(String.init)
            guard let amount = parts.first.flatMap({ isDigits($0) ? Double($0) : nil }), amount.isFinite, amount >= 0,
                parts.count <= 2
            else { return refuse("money is written 1200.50 EUR") }
            return .success(
                .object(["amount": .double(amount), "currency": .string(parts.count == 2 ? parts[1] : "EUR")]))
        }
    }

    /// Digits with a point at most: `Double` reads "nan" and "0x1p4" too.
    private static func isDigits(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }

    // MARK: Writing

    /// The field's texts; empty where the entry says nothing.
    package static func texts(of entry: Value, _ field: EntryField) -> [String] {
        let value =
            field.name.hasPrefix("deputy.")
            ? entry["deputy"]?[String(field.name.dropFirst("deputy.".count))] : entry[field.name]
        guard let value else { return [] }
        switch field.kind {
        case .list, .windows: return (value.asList ?? [value]).map(text)
        default: return [text(value)]
        }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .string(let text): return text
        case .double(let number): return plain(number)
        case .int(let number): return String(number)
        case .map:
            if let span = DateSpan(value: value) { return "\(span.first.iso)/\(span.last.iso)" }
            let amount = value["amount"]?.asDouble.map(plain) ?? ""
            return [amount, value["currency"]?.asString ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        default: return value.json
        }
    }

    private static func plain(_ number: Double) -> String {
        Int(exactly: number).map(String.init) ?? String(number)
    }
}
