/// Rows under each other in aligned columns, for people; `--json` is for programs.
struct Table: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        let title: String
        let alignment: Alignment
        /// Whether the column gives way when the terminal is too narrow.
        let shrinks: Bool

        init(_ title: String, _ alignment: Alignment = .left, shrinks: Bool = true) {
            self.title = title
            self.alignment = alignment
            self.shrinks = shrinks
        }
    }

    /// What stands between two columns.
    private static let gap = 2
    /// A column that shrinks keeps this many columns of the terminal.
    private static let narrowest = 4

    private let columns: [Column]
    private(set) var rows: [[TerminalText]] = []

    init(_ columns: Column...) { self.columns = columns }
    init(columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells at its end are empty.
    mutating func add(_ cells: [TerminalText]) {
        precondition(cells.count <= columns.count, "the row has more cells than the table has columns")
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }

    mutating func add(_ cells: TerminalText...) { add(cells) }

    /// The lines, heading first.
    /// - Parameter width: the columns of the terminal to shrink to, or nil for as wide as the cells are.
    func lines(width: Int?) -> [TerminalText] {
        let widths = self.widths(in: width)
        let heading = columns.map { TerminalText($0.title, .bold) }
        return ([heading] + rows).map { row in
            var line: TerminalText = ""
            var owed = 0
            for (index, cell) in row.enumerated() {
                let shown = cell.truncated(columns: widths[index])
                let blank = widths[index] - shown.columns
                // Spaces are owed until something follows, so that no line ends in blanks.
                if columns[index].alignment == .right { owed += blank }
                if shown.columns > 0 {
                    line = line + "\(String(repeating: " ", count: owed))" + shown
                    owed = 0
                }
                owed += Self.gap + (columns[index].alignment == .left ? blank : 0)
            }
            return line
        }
    }

    private func widths(in width: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(columns[index].title.columns) { max($0, $1[index].columns) }
        }
        guard let width else { return widths }
        var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - width
        // The widest column gives way first, one step at a time, so that narrow ones stay whole.
        while excess > 0 {
            let candidates = columns.indices.filter { columns[$0].shrinks && widths[$0] > Self.narrowest }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
