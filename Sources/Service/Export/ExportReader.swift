import Calendars
import Exchange
import Expressions
import ProgrammeLanguage
import Tables

/// For whom a table is written: the language of its words, and the personal data that the reader's role may see.
///
/// Identity papers and special data (health, diet) never leave in a table, whoever reads it. Without a role no personal data
/// are in it at all.
package struct ExportReader: Sendable {
    /// BCP 47; nil: each programme's first.
    package var language: String?
    /// A role of the programmes; nil sees no personal data.
    package var role: String?

    package init(language: String? = nil, role: String? = nil) {
        self.language = language
        self.role = role
    }

    /// The classes that never leave in a table.
    private static let kept: Set<PrivacyClass> = [.identity, .special]

    /// What the reader may see in cases of this programme.
    func sees(_ programme: Programme) -> Set<PrivacyClass> {
        let role = role.flatMap { programme.people[$0] }
        return (role?.sees ?? []).subtracting(Self.kept).union([.content])
    }

    /// Whether the reader may see the answers of a field.
    ///
    /// - Parameter outer: the field of rows in which it is a column; its class holds for all of them.
    func sees(_ field: Field, in outer: Field? = nil, _ programme: Programme) -> Bool {
        let classes = [field.privacy, outer?.privacy].compactMap(\.self)
        if let hidden = Self.kept.first(where: { classes.contains($0) }) { return sees(programme).contains(hidden) }
        let isPerson = if case .person = field.type { true } else { false }
        // What will be erased must not live on in a table of somebody whom its class does not concern.
        let isPassing = field.erase != nil || outer?.erase != nil
        let needed = classes.isEmpty ? (isPerson || isPassing ? [.contact] : []) : classes
        return Set(needed).isSubset(of: sees(programme))
    }

    func words(_ programme: Programme) -> ProgrammeWords { ProgrammeWords(programme, language: language) }

    func word(_ word: ExportWord) -> String { word.text(language ?? "en") }
}

/// Answers as cells of a table.
struct AnswerCells {
    let words: ProgrammeWords

    /// The cell of an answer; nil for what is no answer of one cell, such as rows and files.
    func cell(_ value: Value, _ type: FieldType) -> TableCell? {
        switch type {
        case .rows, .file: return nil
        case .number: return value.asDouble.map { .number($0) }
        case .yesNo:
            guard case .bool(let isTrue) = value else { return nil }
            return .text((isTrue ? ExportWord.yes : .no).text(words.language))
        case .date: return value.asString.flatMap { LocalDate(iso: $0) }.map { .day($0) }
        case .dates: return DateSpan(value: value).map { .text($0.text) }
        case .dateWindows: return joined((value.asList ?? []).compactMap { DateSpan(value: $0)?.text })
        case .money:
            guard let amount = value["amount"]?.asDouble, let currency = value["currency"]?.asString else { return nil }
            return .text("\(TableCell.number(amount).text) \(currency)")
        case .person: return value["name"]?.asString.map { .text($0) }
        case .choice, .choices: return joined(choices(value, type).map { label($0, type) })
        case .countries, .languages: return joined((value.asList ?? []).compactMap(\.asString))
        case .text, .country, .language, .url, .time, .dateTime: return value.asString.map { .text($0) }
        }
    }

    /// The words that were chosen.
    func choices(_ value: Value, _ type: FieldType) -> [String] {
        switch type {
        case .choice: [value.asString].compactMap(\.self)
        case .choices: (value.asList ?? []).compactMap(\.asString)
        default: []
        }
    }

    /// What a word of a list is called.
    func label(_ word: String, _ type: FieldType) -> String {
        guard case .choice(.list(let name)) = type.asChoice,
            let labels = words.programme.lists[name]?.choices.first(where: { $0.name == word })?.labels
        else { return word }
        let main = String(words.language.prefix { $0 != "-" })
        return labels[words.language] ?? labels[main] ?? labels[words.programme.languages[0]] ?? words.spelled(word)
    }

    private func joined(_ texts: [String]) -> TableCell? { texts.isEmpty ? nil : .text(texts.joined(separator: "; ")) }
}

extension FieldType {
    /// A choice of several as a choice of one.
    fileprivate var asChoice: FieldType {
        if case .choices(let source) = self { .choice(source) } else { self }
    }
}
