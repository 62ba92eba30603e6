import CPango

/// The paragraphs and tables of one letter, broken into lines and spread over pages.
///
/// Pango breaks, shapes and orders the lines (Arabic joined and from right to left, Chinese between any two signs); what
/// is done here is where a page ends: a heading stays with what follows, no single line of a paragraph stands alone, and
/// a table that goes on has its headings again (`LetterSheet+Table.swift`).
final class LetterSheet {
    /// What a piece is for a reader who listens: an element of the PDF's structure.
    enum Role: String {
        case paragraph = "P"
        case title = "H1"
        case heading = "H2"
        case subheading = "H3"
        case entry = "LI"
        case columnHeading = "TH"
        case cell = "TD"

        var isHeading: Bool { self == .title || self == .heading || self == .subheading }
    }

    struct Line {
        let line: UnsafeMutablePointer<PangoLayoutLine>
        /// From the page's left edge to the line's start, and from its top to the base line.
        let x: Double
        let y: Double
    }

    struct Piece {
        /// nil: said before, such as the headings of a table that goes on; a reader who listens hears it once.
        let role: Role?
        var lines: [Line]
        /// Elements of the structure that begin with this piece, the outermost first, and those that end with it.
        var begins: [String] = []
        var ends: [String] = []
    }

    struct Rule {
        let page: Int
        let y: Double
        /// Between the rows of a table a rule is lighter.
        let isLight: Bool
    }

    struct Row {
        let line: UnsafeMutablePointer<PangoLayoutLine>
        let x: Double
        let height: Double
        let baseline: Double
    }

    private let context: OpaquePointer
    let isRightToLeft: Bool
    var pages: [[Piece]] = [[]]
    /// Where the next line begins, from the top of the last page.
    var place = PDFPage.margin
    /// A heading that waits for what it is the heading of.
    var pending: (role: Role, rows: [Row], space: Double)?
    private(set) var rules: [Rule] = []
    private var layouts: [OpaquePointer] = []

    init(context: OpaquePointer, isRightToLeft: Bool) {
        self.context = context
        self.isRightToLeft = isRightToLeft
    }

    deinit {
        for layout in layouts { g_object_unref(UnsafeMutableRawPointer(layout)) }
    }

    /// A layout of marked-up text of so many points' width; it lives as long as the sheet.
    func layout(_ markup: String, size: Double, width: Double, isBold: Bool = false) -> OpaquePointer {
        // Pango makes a layout for every context; there is no failure but the end of memory, which ends the process.
        let layout = pango_layout_new(context)!
        layouts.append(layout)
        let font = pango_font_description_from_string("\(PDFPage.families) \(isBold ? "bold " : "")\(size)")
        pango_layout_set_font_description(layout, font)
        pango_font_description_free(font)
        // The letter's direction holds for each of its lines, as it does in the page.
        pango_layout_set_auto_dir(layout, 0)
        pango_layout_set_alignment(layout, isRightToLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
        pango_layout_set_line_spacing(layout, Float(PDFPage.lineSpacing))
        pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
        pango_layout_set_markup(layout, markup, -1)
        return layout
    }

    /// Adds one paragraph, heading or entry.
    ///
    /// - Parameters:
    ///   - mark: what stands before an entry, such as `•`.
    ///   - space: points above it; none at the top of a page.
    func add(_ markup: String, as role: Role, size: Double, isBold: Bool = false, mark: String = "", space: Double) {
        let indent = mark.isEmpty ? 0 : PDFPage.indent
        let left = PDFPage.margin + (isRightToLeft ? 0 : indent)
        var rows = rows(of: layout(markup, size: size, width: PDFPage.textWidth - indent, isBold: isBold), left: left)
        if !mark.isEmpty, let first = rows.first {
            let width = indent - 8
            let layout = layout(mark, size: size, width: width)
            let marks = self.rows(
                of: layout, left: isRightToLeft ? PDFPage.width - PDFPage.margin - width : left - indent)
            // On the entry's first line: of no height of its own.
            if let row = marks.first {
                rows.insert(Row(line: row.line, x: row.x, height: 0, baseline: first.baseline), at: 0)
            }
        }
        flow(rows, role, space: space)
    }

    func rows(of layout: OpaquePointer, left: Double) -> [Row] {
        guard let walk = pango_layout_get_iter(layout) else { return [] }
        defer { pango_layout_iter_free(walk) }
        var rows: [Row] = []
        repeat {
            guard let line = pango_layout_iter_get_line_readonly(walk) else { continue }
            var extents = PangoRectangle()
            pango_layout_iter_get_line_extents(walk, nil, &extents)
            var top: Int32 = 0
            var bottom: Int32 = 0
            pango_layout_iter_get_line_yrange(walk, &top, &bottom)
            rows.append(
                Row(
                    line: line, x: left + points(extents.x), height: points(bottom - top),
                    baseline: points(pango_layout_iter_get_baseline(walk) - top)))
        } while pango_layout_iter_next_line(walk) != 0
        return rows
    }

    private func points(_ units: Int32) -> Double { Double(units) / Double(PANGO_SCALE) }

    // MARK: Pages

    private func flow(_ rows: [Row], _ role: Role, space: Double) {
        if role.isHeading {
            // A heading waits for what it is the heading of.
            settle()
            pending = (role, rows, space)
            return
        }
        let heading = pending
        pending = nil
        func height(_ rows: some Sequence<Row>) -> Double { rows.reduce(0) { $0 + $1.height } }
        // The first two lines, so that no line stands alone at the foot of a page.
        let least = height(rows.prefix(rows.first?.height == 0 ? 3 : 2))
        let above = heading.map { height($0.rows) + $0.space } ?? 0
        if place + above + space + least > PDFPage.textEnd { turn() }
        if let heading { put(heading.rows, heading.role, space: heading.space) }
        put(rows, role, space: space)
    }

    /// Sets a heading that nothing follows.
    func settle() {
        guard let heading = pending else { return }
        pending = nil
        if place + heading.space + heading.rows.reduce(0, { $0 + $1.height }) > PDFPage.textEnd { turn() }
        put(heading.rows, heading.role, space: heading.space)
    }

    func put(_ rows: [Row], _ role: Role?, space: Double) {
        if place > PDFPage.margin { place += space }
        var piece = Piece(role: role, lines: [])
        for (index, row) in rows.enumerated() {
            let isLonely = index == rows.count - 2 && place + row.height + rows[index + 1].height > PDFPage.textEnd
            if place + row.height > PDFPage.textEnd || (isLonely && index > 1) {
                pages[pages.count - 1].append(piece)
                piece.lines = []
                turn()
            }
            piece.lines.append(Line(line: row.line, x: row.x, y: place + row.baseline))
            place += row.height
        }
        pages[pages.count - 1].append(piece)
    }

    func turn() {
        guard place > PDFPage.margin else { return }
        pages.append([])
        place = PDFPage.margin
    }

    /// Draws a rule below what stands.
    func rule(space: Double, isLight: Bool = false) {
        settle()
        rules.append(Rule(page: pages.count - 1, y: place + space, isLight: isLight))
        place += space
    }
}
