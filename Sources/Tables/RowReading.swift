import Calendars
import Foundation

/// One row on its way through a mapping: the fields' values, and the mistakes met.
struct RowReading {
    let row: TableRow
    let mapping: Mapping
    let positions: [String: Int]
    private(set) var mistakes: [TableMistake] = []

    init(row: TableRow, mapping: Mapping, positions: [String: Int]) {
        self.row = row
        self.mapping = mapping
        self.positions = positions
    }

    /// The field's value; nil where it is blank or a mistake was noted.
    mutating func value(of rule: FieldRule) -> MappedValue? {
        if case .span(let first, let last) = rule.source { return span(first, last, of: rule) }
        guard let text: String = sourceText(of: rule) else { return nil }
        let parts: [String] = rule.split.map { (separator: String) in split(text, at: separator) } ?? [text]
        let values: [String] = parts.compactMap { (part: String) in single(part, of: rule) }
        guard values.count == parts.count else { return nil }
        let kept: [String] = values.filter { (value: String) in !value.isEmpty }
        guard !kept.isEmpty else {
            noteBlank(rule)
            return nil
        }
        return rule.isList || rule.split != nil ? .list(kept) : .text(kept[0])
    }

    /// The trimmed, composed text of a column as a key uses it.
    func plainText(of column: String) -> String {
        guard let position: Int = positions[column], !row.isEmpty(position) else { return "" }
        return composed(trimmed(row[position]))
    }

    // MARK: - Text

    /// The text of the rule's columns; nil after noting that it is blank.
    private mutating func sourceText(of rule: FieldRule) -> String? {
        var text: String?
        switch rule.source {
        case .constant(let constant): text = constant
        case .column(let name): text = peek(name)
        case .firstOf(let names): text = names.lazy.compactMap { [self] (name: String) in peek(name) }.first
        case .joined(let names, let between):
            let parts: [String] = names.compactMap { (name: String) in peek(name) }
            text = parts.isEmpty ? nil : parts.joined(separator: between)
        case .span: text = nil
        }
        guard let found: String = text, !found.isEmpty else {
            noteBlank(rule)
            return nil
        }
        if let control: Unicode.Scalar = found.unicodeScalars.first(where: isForbidden) {
            let code: String = String(control.value, radix: 16, uppercase: true)
            note(
                rule.columns.first, .control,
                "holds an invisible control character (U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code)); delete it"
            )
            return nil
        }
        return found
    }

    /// The column's text, trimmed, composed (NFC), with LF as its line end; nil if blank.
    private func peek(_ column: String) -> String? {
        let text: String = plainText(of: column)
        guard !text.isEmpty, !mapping.blanks.contains(text) else { return nil }
        return text
    }

    private func split(_ text: String, at separator: String) -> [String] {
        text.components(separatedBy: separator).map(trimmed).filter { (part: String) in
            !part.isEmpty && !mapping.blanks.contains(part)
        }
    }

    /// One value after its dictionary and its kind; nil after noting a mistake.
    private mutating func single(_ text: String, of rule: FieldRule) -> String? {
        let column: String? = rule.columns.first
        if let reason: String = rule.refused[text] {
            note(column, .refusedValue, "is \(shown(text)); \(reason)")
            return nil
        }
        var value: String = text
        if let replacement: String = rule.values[text] {
            value = replacement
        } else if rule.others == .refused {
            note(column, .unknownValue, "is \(shown(text)), which the mapping does not list; add it under values")
            return nil
        }
        switch rule.reading {
        case .text: return value
        case .date(let formats): return days(value, column, formats)?.first.iso
        case .number(let mark): return number(value, column, mark)
        }
    }

    // MARK: - Days and numbers

    private mutating func span(_ first: String, _ last: String, of rule: FieldRule) -> MappedValue? {
        let formats: [DateFormat] =
            if case .date(let declared) = rule.reading { declared } else { FieldRule.usualFormats }
        let before: Int = mistakes.count
        let starts: (first: LocalDate, last: LocalDate)? = endDays(first, rule, formats)
        let ends: (first: LocalDate, last: LocalDate)? = first == last ? starts : endDays(last, rule, formats)
        guard let starts: (first: LocalDate, last: LocalDate) = starts,
            let ends: (first: LocalDate, last: LocalDate) = ends
        else {
            // Half a span is a mistake even where the whole is optional.
            if (starts == nil) != (ends == nil), mistakes.count == before {
                note(starts == nil ? first : last, .blank, "is empty; a span needs both its ends")
            }
            return nil
        }
        guard starts.first <= ends.last else {
            let told: String = "\(shown(plainText(of: last))) is before \(first) \(shown(plainText(of: first)))"
            note(last, .reversed, "\(told); a span ends when or after it starts")
            return nil
        }
        let text: String = "\(starts.first.iso)/\(ends.last.iso)"
        return rule.isList ? .list([text]) : .text(text)
    }

    private mutating func endDays(
        _ column: String, _ rule: FieldRule, _ formats: [DateFormat]
    ) -> (first: LocalDate, last: LocalDate)? {
        guard let text: String = peek(column) else {
            noteBlank(rule, at: column)
            return nil
        }
        return days(text, column, formats)
    }

    private mutating func days(
        _ text: String, _ column: String?, _ formats: [DateFormat]
    ) -> (first: LocalDate, last: LocalDate)? {
        for format: DateFormat in formats {
            if let days: (first: LocalDate, last: LocalDate) = format.read(text) { return days }
        }
        let known: String = formats.map(\.pattern).joined(separator: " or ")
        note(column, .notADate, "is \(shown(text)), which is no date written as \(known)")
        return nil
    }

    private mutating func number(_ text: String, _ column: String?, _ mark: String) -> String? {
        let plain: String = text.replacingOccurrences(of: mark, with: ".")
        guard mark == "." || !text.contains("."), isPlainNumber(plain) else {
            note(column, .notANumber, "is \(shown(text)); write digits only, as 1250\(mark)50")
            return nil
        }
        return plain
    }

    // MARK: - Mistakes

    private mutating func noteBlank(_ rule: FieldRule, at column: String? = nil) {
        guard case .required(let reason) = rule.need else { return }
        let needed: String = reason ?? "a \(mapping.record) needs \(rule.field)"
        let columns: [String] = column.map { (name: String) in [name] } ?? rule.columns
        let isOne: Bool = columns.count < 2
        note(
            isOne ? columns.first : columns.joined(separator: " and "), .blank,
            "\(isOne ? "is" : "are") empty; \(needed)")
    }

    private mutating func note(_ column: String?, _ reason: TableMistake.Reason, _ words: String) {
        let text: String = "\(column ?? mapping.record) \(words)"
        mistakes.append(TableMistake(line: row.line, column: column, reason: reason, text: text))
    }
}

/// Composes (NFC) and makes every line end LF; texts below U+0300 without CR are as they should be already.
private func composed(_ text: String) -> String {
    var text: String = text
    let isPlain: Bool = text.withUTF8 { (bytes: UnsafeBufferPointer<UInt8>) in
        for byte: UInt8 in bytes where byte >= 0xCC || byte == Mark.carriageReturn { return false }
        return true
    }
    guard !isPlain else { return text }
    var lines: String.UnicodeScalarView = String.UnicodeScalarView()
    var isAfterReturn: Bool = false
    for scalar: Unicode.Scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
        switch scalar {
        case "\r", "\u{2028}", "\u{2029}": lines.append("\n")
        case "\n" where isAfterReturn: break
        default: lines.append(scalar)
        }
        isAfterReturn = scalar == "\r"
    }
    return String(lines)
}

/// Controls other than tab and LF have no place in a text; neither have the overrides of writing direction.
private func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: false
    case 0x00...0x1F, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
}

/// Digits with an optional sign, point and decimals; no more than a form's number holds.
func isPlainNumber(_ text: String) -> Bool {
    var rest: Substring.UTF8View = text[...].utf8
    if rest.first == 0x2D || rest.first == 0x2B { rest = rest.dropFirst() }
    let whole: Substring.UTF8View = rest.prefix { (byte: UInt8) in (0x30...0x39).contains(byte) }
    rest = rest.dropFirst(whole.count)
    guard !whole.isEmpty else { return false }
    guard rest.first == 0x2E else { return rest.isEmpty }
    rest = rest.dropFirst()
    return !rest.isEmpty && rest.allSatisfy { (byte: UInt8) in (0x30...0x39).contains(byte) }
}
