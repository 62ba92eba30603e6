/// Writes a table of comma-separated values (RFC 4180, UTF-8, CR LF) that no spreadsheet takes for formulas.
///
/// A text that begins with `=` `+` `-` `@`, their full-width forms, a tab or a line end gets an apostrophe in front
/// (T18 of the promises), also behind leading spaces; a plain number such as -12.5 stays. Bytes gather in `bytes`; the
/// caller writes them out and calls `drain()` as often as it likes.
package struct TableWriter: Sendable {
    package private(set) var bytes: [UInt8] = []
    private let separator: UInt8
    /// Whether the table is read again by this program, so that texts stay as they are.
    private let isForReading: Bool

    /// - Parameter marksUTF8: begins with a byte-order mark, which spreadsheets want before they believe in UTF-8.
    package init(separator: UInt8 = UInt8(ascii: ","), marksUTF8: Bool = false) {
        self.separator = separator
        isForReading = false
        if marksUTF8 { bytes = [0xEF, 0xBB, 0xBF] }
    }

    /// For what a reader of this room takes up again: no apostrophes, and a line break in a text as U+2028, so that every
    /// record is one line.
    init(isForReading: Bool) {
        separator = UInt8(ascii: ",")
        self.isForReading = isForReading
    }

    mutating func addEmptyLine() { bytes += [Mark.carriageReturn, Mark.newLine] }

    package mutating func add(_ fields: [String]) {
        for (column, field): (Int, String) in fields.enumerated() {
            if column > 0 { bytes.append(separator) }
            // A row of one empty field would read as an empty line.
            let mustQuote: Bool = fields.count == 1 && field.isEmpty
            append(field, quoted: mustQuote)
        }
        bytes += [Mark.carriageReturn, Mark.newLine]
    }

    /// What was written since the last call.
    package mutating func drain() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    private mutating func append(_ field: String, quoted: Bool) {
        let safe: String =
            isForReading ? onOneLine(field) : isFormula(field) ? "'" + field : field
        let needsQuotes: Bool =
            quoted || safe.first == " " || safe.last == " "
            || safe.utf8.contains { (byte: UInt8) in
                byte == separator || byte == Mark.quote || byte == Mark.newLine || byte == Mark.carriageReturn
            }
        guard needsQuotes else {
            bytes += safe.utf8
            return
        }
        bytes.append(Mark.quote)
        for byte: UInt8 in safe.utf8 {
            if byte == Mark.quote { bytes.append(Mark.quote) }
            bytes.append(byte)
        }
        bytes.append(Mark.quote)
    }
}

/// Whether a spreadsheet might compute the text.
private func isFormula(_ field: String) -> Bool {
    guard !isPlainNumber(field) else { return false }
    guard let first: Unicode.Scalar = field.unicodeScalars.first(where: { (scalar: Unicode.Scalar) in scalar != " " })
    else { return false }
    switch first {
    case "=", "+", "-", "@", "\t", "\r", "\n", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": return true
    default: return false
    }
}

/// The text with each line end as U+2028, which the reader of tables takes for a line break within a text.
private func onOneLine(_ text: String) -> String {
    guard text.utf8.contains(where: { (byte: UInt8) in byte == Mark.newLine || byte == Mark.carriageReturn }) else {
        return text
    }
    var result: String.UnicodeScalarView = String.UnicodeScalarView()
    var isAfterReturn: Bool = false
    for scalar: Unicode.Scalar in text.unicodeScalars {
        if scalar == "\r" || (scalar == "\n" && !isAfterReturn) { result.append("\u{2028}") }
        if scalar != "\r", scalar != "\n" { result.append(scalar) }
        isAfterReturn = scalar == "\r"
    }
    return String(result)
}
