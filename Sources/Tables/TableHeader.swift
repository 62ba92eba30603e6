import Foundation

/// The names of a table's columns, trimmed and in Unicode's composed form.
package struct TableHeader: Hashable, Sendable {
    package let names: [String]
    private let positions: [String: Int]

    /// The position of a column, from 0.
    package func position(of name: String) -> Int? { positions[name] }

    /// Columns without a name (a spreadsheet's empty margin) are kept in place and cannot be asked for.
    init(_ row: TableRow) throws(TableFault) {
        var names: [String] = []
        var positions: [String: Int] = [:]
        var repeated: [String] = []
        for (column, raw): (Int, String) in row.fields.enumerated() {
            let name: String = trimmed(raw).precomposedStringWithCanonicalMapping
            names.append(name)
            guard !name.isEmpty else { continue }
            if let first: Int = positions[name] {
                repeated.append("\(shown(name)) names column \(first + 1) and column \(column + 1)")
            } else {
                positions[name] = column
            }
        }
        guard repeated.isEmpty else {
            throw TableFault(.header, line: row.line, repeated.joined(separator: "; ") + "; rename one of them")
        }
        guard !positions.isEmpty else {
            throw TableFault(.header, line: row.line, "the first row names no column; write the columns' names there")
        }
        self.names = names
        self.positions = positions
    }
}

/// The text without white space and byte-order marks at its ends.
func trimmed(_ text: String) -> String {
    // Visible ASCII at both ends is most of life.
    if let first: UInt8 = text.utf8.first, let last: UInt8 = text.utf8.last, (0x21...0x7E).contains(first),
        (0x21...0x7E).contains(last)
    {
        return text
    }
    let scalars: String.UnicodeScalarView = text.unicodeScalars
    func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isWhitespace || scalar.value == 0xFEFF || scalar.value == 0x200B
    }
    guard let first: String.Index = scalars.firstIndex(where: { (scalar: Unicode.Scalar) in !isBlank(scalar) }),
        let last: String.Index = scalars.lastIndex(where: { (scalar: Unicode.Scalar) in !isBlank(scalar) })
    else { return "" }
    return String(scalars[first...last])
}
