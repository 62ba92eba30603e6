import CPango

/// Tables: columns as wide as what stands in them, rows that stay whole, headings again on every page.
extension LetterSheet {
    struct Column {
        /// Of the table's columns; those without anything in them are left out.
        let number: Int
        /// From the text's edge at which lines begin.
        let start: Double
        let width: Double
    }

    /// How wide a column must be for its longest word, and would be on one line, in points.
    struct Wish {
        var least = 0.0
        var most = 0.0
    }

    /// The columns that tables with the same headings share, so that what is alike stands below each other.
    func columns(of tables: [LetterTable]) -> [Column] {
        let numbers = Set(tables.flatMap(\.columns)).sorted()
        var wishes = Array(repeating: Wish(), count: numbers.count)
        for table in tables {
            let rows = table.cells(.pango, lineEnd: "\u{2028}")
            for (index, number) in numbers.enumerated() {
                let heading = LetterText.inline(table.headings[number], .pango)
                measure(heading, size: PDFPage.smallSize, isBold: true, &wishes[index])
                for row in rows { measure(row[number], size: PDFPage.tableSize, isBold: false, &wishes[index]) }
            }
        }
        let widths = Self.widths(wishes, into: PDFPage.textWidth - PDFPage.columnGap * Double(numbers.count - 1))
        var start = 0.0
        return zip(numbers, widths).map { number, width in
            defer { start += width + PDFPage.columnGap }
            return Column(number: number, start: start, width: width)
        }
    }

    /// The widths of a table as wide as the text: each column between its longest word and its longest line, by the same
    /// share of the way (the automatic layout of CSS 2.1, section 17.5.2.2).
    static func widths(_ wishes: [Wish], into room: Double) -> [Double] {
        let least = wishes.reduce(0) { $0 + $1.least }
        let most = wishes.reduce(0) { $0 + $1.most }
        if most <= room { return wishes.map { $0.most * room / max(most, 1) } }
        if least >= room { return wishes.map { $0.least * room / max(least, 1) } }
        return wishes.map { $0.least + ($0.most - $0.least) * (room - least) / (most - least) }
    }

    /// Adds a table below the heading that waits for it, if one does.
    func add(_ table: LetterTable, _ columns: [Column], space: Double) {
        guard !columns.isEmpty else { return }
        let heading = pending
        pending = nil
        let headings = TableRow(
            cells: columns.map {
                lines(LetterText.inline(table.headings[$0.number], .pango), $0, size: PDFPage.smallSize, isBold: true)
            }, role: .columnHeading)
        let above = heading.map { height($0.rows) + $0.space } ?? 0
        // Headings that would fill the page are said once.
        let isRepeated = above + headings.height < PDFPage.textEnd / 3
        let rows = table.cells(.pango, lineEnd: "\u{2028}").map { cells in
            TableRow(cells: columns.map { lines(cells[$0.number], $0, size: PDFPage.tableSize) }, role: .cell)
        }
        let least = above + space + headings.height + min(rows.first?.height ?? 0, PDFPage.textEnd / 3)
        if place + least > PDFPage.textEnd { turn() }
        if let heading { put(heading.rows, heading.role, space: heading.space) }
        if place > PDFPage.margin { place += space }
        put(headings, isFirst: true, isLast: rows.isEmpty)
        // Whether nothing of the table but its headings stands on the page.
        var isFresh = true
        for (index, row) in rows.enumerated() {
            var rest = row
            while place + rest.height > PDFPage.textEnd {
                if isFresh { put(rest.split(at: PDFPage.textEnd - place)) }
                turn()
                if isRepeated {
                    if let heading {
                        put(heading.rows, nil, space: 0)
                        place += space
                    }
                    put(headings.again)
                }
                isFresh = true
            }
            put(rest, isLast: index == rows.count - 1)
            isFresh = false
        }
    }

    struct TableRow {
        /// The lines of each cell.
        var cells: [[Row]]
        let role: Role?

        var height: Double { (cells.map { $0.reduce(0) { $0 + $1.height } }.max() ?? 0) + 2 * PDFPage.cellPadding }

        /// The same, not said again.
        var again: TableRow { TableRow(cells: cells, role: nil) }

        /// Takes away what fits into so many points: at least a line of each cell, so that there is an end.
        mutating func split(at room: Double) -> TableRow {
            var taken: [[Row]] = []
            for index in cells.indices {
                var left = room - 2 * PDFPage.cellPadding
                let count = cells[index].prefix { line in
                    left -= line.height
                    return left >= 0
                }.count
                taken.append(Array(cells[index].prefix(max(count, 1))))
                cells[index] = Array(cells[index].dropFirst(max(count, 1)))
            }
            return TableRow(cells: taken, role: role)
        }
    }

    /// Sets a row with a rule below it.
    private func put(_ row: TableRow, isFirst: Bool = false, isLast: Bool = false) {
        for (index, lines) in row.cells.enumerated() {
            var y = place + PDFPage.cellPadding
            var piece = Piece(role: row.role, lines: [])
            for line in lines {
                piece.lines.append(Line(line: line.line, x: line.x, y: y + line.baseline))
                y += line.height
            }
            if row.role != nil {
                if index == 0 { piece.begins = isFirst ? ["Table", "TR"] : ["TR"] }
                if index == row.cells.count - 1 { piece.ends = isLast ? ["TR", "Table"] : ["TR"] }
            }
            pages[pages.count - 1].append(piece)
        }
        place += row.height
        rule(space: 0, isLight: row.role == .cell)
    }

    private func height(_ rows: [Row]) -> Double { rows.reduce(0) { $0 + $1.height } }

    private func lines(_ markup: String, _ column: Column, size: Double, isBold: Bool = false) -> [Row] {
        let left =
            isRightToLeft
            ? PDFPage.width - PDFPage.margin - column.start - column.width : PDFPage.margin + column.start
        return rows(of: layout(markup, size: size, width: column.width, isBold: isBold), left: left)
    }

    private func measure(_ markup: String, size: Double, isBold: Bool, _ wish: inout Wish) {
        let layout = layout(markup, size: size, width: PDFPage.textWidth, isBold: isBold)
        func width(within limit: Int32) -> Double {
            pango_layout_set_width(layout, limit)
            var width: Int32 = 0
            pango_layout_get_size(layout, &width, nil)
            // A little more, so that nothing breaks for a rounding.
            return Double(width) / Double(PANGO_SCALE) + 0.5
        }
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD)
        wish.least = max(wish.least, width(within: 0))
        wish.most = max(wish.most, width(within: -1))
    }
}
