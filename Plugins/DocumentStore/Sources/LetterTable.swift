/// A table of a letter: a row of headings, a rule, and rows of as many cells.
///
///     | Time | Session |
///     |------|---------|
///     | 09:00 | Welcome |
struct LetterTable {
    let headings: [Substring]
    /// Each with as many cells as there are headings; what is too much stands in the last cell.
    let rows: [[Substring]]
    /// Lines of the text that it takes, its headings and rule among them.
    let lineCount: Int

    /// The table at the start of these trimmed lines; nil if they begin with none.
    init?(_ lines: ArraySlice<Substring>) {
        guard let first = lines.first, Self.isRow(first), let second = lines.dropFirst().first, Self.isRule(second)
        else { return nil }
        let headings = Self.cells(first)
        let rows = lines.dropFirst(2).prefix(while: Self.isRow)
        self.headings = headings
        self.rows = rows.map { Self.fitted(Self.cells($0), to: headings.count) }
        lineCount = rows.count + 2
    }

    static func isRow(_ line: Substring) -> Bool { line.utf8.first == 0x7C }

    private static func isRule(_ line: Substring) -> Bool {
        isRow(line) && line.utf8.contains(0x2D) && line.utf8.allSatisfy { [0x7C, 0x2D, 0x3A, 0x20].contains($0) }
    }

    /// What stands between the bars; a bar behind `\` is a sign of its cell, and the marks stay for the inline reading.
    private static func cells(_ line: Substring) -> [Substring] {
        var cells: [Substring] = []
        let scalars = line.unicodeScalars
        var start = scalars.index(after: scalars.startIndex)
        var index = start
        while index < scalars.endIndex {
            if scalars[index] == "\\" {
                index = scalars.index(after: index)
                if index == scalars.endIndex { break }
            } else if scalars[index] == "|" {
                cells.append(trimmed(scalars[start..<index]))
                start = scalars.index(after: index)
            }
            index = scalars.index(after: index)
        }
        let rest = trimmed(scalars[start...])
        return rest.isEmpty && !cells.isEmpty ? cells : cells + [rest]
    }

    private static func trimmed(_ scalars: Substring.UnicodeScalarView) -> Substring {
        var scalars = scalars
        func isSpace(_ scalar: Unicode.Scalar?) -> Bool { scalar == " " || scalar == "\t" || scalar == "\u{2028}" }
        while isSpace(scalars.first) { scalars.removeFirst() }
        while isSpace(scalars.last) { scalars.removeLast() }
        return Substring(scalars)
    }

    private static func fitted(_ cells: [Substring], to count: Int) -> [Substring] {
        guard cells.count > count else { return cells + Array(repeating: "", count: count - cells.count) }
        return Array(cells.prefix(count - 1)) + [Substring(cells[(count - 1)...].joined(separator: " "))]
    }

    /// The numbers of the columns in which something stands below the heading.
    var columns: [Int] { headings.indices.filter { column in rows.contains { !$0[column].isBlank } } }

    /// The rows, each cell in the markup of `elements` with `lineEnd` between its lines.
    func cells(_ elements: LetterText.Elements, lineEnd: String) -> [[String]] {
        rows.map { $0.map { Self.cell($0, elements, lineEnd) } }
    }

    static func cell(_ cell: Substring, _ elements: LetterText.Elements, _ lineEnd: String) -> String {
        cell.unicodeScalars.split(separator: "\u{2028}").map { LetterText.inline(Substring($0), elements) }
            .joined(separator: lineEnd)
    }

    /// One row a line; a column in which nothing stands is left out.
    var html: String {
        let columns = columns
        guard !columns.isEmpty else { return "" }
        func row(_ cells: [Substring], _ element: String, _ attributes: String) -> String {
            "<tr>"
                + columns.map { "<\(element)\(attributes)>\(Self.cell(cells[$0], .html, "<br>"))</\(element)>" }
                .joined()
                + "</tr>\n"
        }
        return "<table>\n<thead>\n\(row(headings, "th", " scope=\"col\""))</thead>\n<tbody>\n"
            + rows.map { row($0, "td", "") }.joined() + "</tbody>\n</table>\n"
    }
}

extension Substring {
    /// Whether nobody sees anything of it: spaces, and the isolates with which filled values come.
    fileprivate var isBlank: Bool {
        unicodeScalars.allSatisfy { $0.properties.isWhitespace || (0x2066...0x2069).contains($0.value) }
    }
}
