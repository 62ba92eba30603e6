/// One mistake in one row, with its place and, in plain words, what stands there and what to write instead.
package struct TableMistake: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of mistake it is, for counting; the words are in `text`.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        // The record itself cannot be read.
        case notUTF8, openQuote, textAfterQuote, fieldTooLong, recordTooLong, tooManyColumns, columnCount
        // The record reads, but a field does not fit the mapping.
        case blankRow, blank, control, notADate, reversed, notANumber, unknownValue, refusedValue, repeated
    }

    /// The line where the mistake stands (the first line of the record, unless the place is known better), from 1.
    package let line: Int
    /// The column's name in the header, where one column is at fault.
    package let column: String?
    package let reason: Reason
    package let text: String

    package init(line: Int, column: String? = nil, reason: Reason, text: String) {
        self.line = line
        self.column = column
        self.reason = reason
        self.text = text
    }

    /// "line 5123: start is empty; a request needs a first month".
    package var description: String { "line \(line): \(text)" }
}

/// All mistakes of one row, never none.
package struct RowMistakes: Error, Hashable, Sendable {
    package let line: Int
    package let all: [TableMistake]

    package init(line: Int, all: [TableMistake]) {
        self.line = line
        self.all = all
    }
}

/// A value as a message shows it: in quotation marks, control characters as dots, cut at a readable length.
func shown(_ value: String) -> String {
    var text: String = ""
    for scalar: Unicode.Scalar in value.unicodeScalars {
        guard text.utf8.count < TableLimits.quotedBytes else { return "\"\(text)…\"" }
        let isPlain: Bool = scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
        text.unicodeScalars.append(isPlain ? scalar : "·")
    }
    return "\"\(text)\""
}
