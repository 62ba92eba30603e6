import CPango
import Calendars
import Synchronization

/// Sets letters as PDF: A4, every shipped language and script, fonts inside, text that can be searched and read aloud.
final class LetterPDF: Sendable {
    /// Pango keeps what it knows of the machine's fonts in a map; reading it takes longer than a letter does. One letter
    /// at a time uses it.
    private let fonts = Mutex<Fonts?>(nil)

    private struct Fonts: ~Copyable {
        let map: UnsafeMutablePointer<PangoFontMap>

        init?() {
            guard let map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT) else { return nil }
            self.map = map
        }

        deinit { g_object_unref(UnsafeMutableRawPointer(map)) }
    }

    /// Why a letter cannot be set, without anything that it says.
    struct Refusal: Error {
        let message: String
    }

    /// The document in bytes; the same letter of the same instant gives the same bytes.
    ///
    /// - Parameter made: what the document says of when it was made.
    /// - Throws: `Refusal` if the machine's libraries cannot set it.
    func bytes(of letter: Letter, made: Instant) throws(Refusal) -> [UInt8] {
        let result = fonts.withLock { fonts -> Result<[UInt8], Refusal> in
            if fonts == nil { fonts = Fonts() }
            guard let map = fonts?.map else {
                return .failure(Refusal(message: "the machine's fonts cannot be read; install fonts-noto-core"))
            }
            return Self.draw(letter, made: made, map: map)
        }
        return try result.get()
    }

    private static func draw(
        _ letter: Letter, made: Instant, map: UnsafeMutablePointer<PangoFontMap>
    ) -> Result<[UInt8], Refusal> {
        guard let context = pango_font_map_create_context(map) else {
            return .failure(Refusal(message: "the page cannot be set"))
        }
        defer { g_object_unref(UnsafeMutableRawPointer(context)) }
        let isRightToLeft = Letter.direction(of: letter.language) == "rtl"
        pango_context_set_base_dir(context, isRightToLeft ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR)
        pango_context_set_language(context, pango_language_from_string(letter.language))
        // Lengths must not depend on a screen: the paper has no pixels to fit.
        pango_context_set_round_glyph_positions(context, 0)
        let output = PDFOutput()
        let surface = cairo_pdf_surface_create_for_stream(
            { closure, data, count in
                guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
                let output = Unmanaged<PDFOutput>.fromOpaque(closure).takeUnretainedValue()
                output.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                return CAIRO_STATUS_SUCCESS
            }, Unmanaged.passUnretained(output).toOpaque(), PDFPage.width, PDFPage.height)
        guard let surface else { return .failure(Refusal(message: "the page cannot be set")) }
        defer { cairo_surface_destroy(surface) }
        describe(letter, made: made, surface)
        guard let drawing = cairo_create(surface) else {
            return .failure(Refusal(message: "the page cannot be set"))
        }
        let sheet = sheet(letter, context, isRightToLeft: isRightToLeft)
        for number in sheet.pages.indices {
            draw(page: number, of: sheet, letter, drawing, isRightToLeft: isRightToLeft)
        }
        let drawn = cairo_status(drawing)
        cairo_destroy(drawing)
        cairo_surface_finish(surface)
        let written = cairo_surface_status(surface)
        guard drawn == CAIRO_STATUS_SUCCESS, written == CAIRO_STATUS_SUCCESS else {
            let status = drawn == CAIRO_STATUS_SUCCESS ? written : drawn
            return .failure(Refusal(message: String(cString: cairo_status_to_string(status))))
        }
        return .success(output.bytes)
    }

    private static func describe(_ letter: Letter, made: Instant, _ surface: OpaquePointer) {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, letter.title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, letter.caseReference)
        if !letter.letterhead.isEmpty {
            cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, letter.letterhead)
        }
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Sojourn")
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, made.rfc3339)
    }

    // MARK: The text

    private static func sheet(_ letter: Letter, _ context: OpaquePointer, isRightToLeft: Bool) -> LetterSheet {
        let sheet = LetterSheet(context: context, isRightToLeft: isRightToLeft)
        let size = PDFPage.textSize
        func isolated(_ text: String) -> String { "\u{2068}\(HTML.escaped(text))\u{2069}" }
        if !letter.letterhead.isEmpty {
            sheet.add(
                "<span foreground=\"#444444\">\(isolated(letter.letterhead))</span>", as: .paragraph, size: size - 1,
                space: 0)
            sheet.rule(space: size * 0.7)
        }
        if !letter.reader.isEmpty {
            sheet.add(isolated(letter.reader), as: .paragraph, size: size, space: size * 2.4)
        }
        sheet.add(HTML.escaped(letter.title), as: .title, size: size * 1.5, isBold: true, space: size * 2.4)
        let blocks = LetterText(letter.text).blocks
        let tables = blocks.compactMap { if case .table(let table) = $0 { table } else { nil } }
        let columns = Dictionary(grouping: tables, by: \.headings).mapValues { sheet.columns(of: $0) }
        for block in blocks {
            switch block {
            case .table(let table): sheet.add(table, columns[table.headings] ?? [], space: size * 0.4)
            case .paragraph(let lines):
                // U+2028 is Pango's line that ends while the paragraph goes on.
                let markup = lines.map { LetterText.inline($0, .pango) }.joined(separator: "\u{2028}")
                sheet.add(markup, as: .paragraph, size: size, space: size)
            case .heading(let rank, let line):
                sheet.add(
                    LetterText.inline(line, .pango), as: rank == 2 ? .heading : .subheading,
                    size: rank == 2 ? size * 1.2 : size, isBold: true, space: size * 1.6)
            case .list(let isNumbered, let entries):
                for (index, entry) in entries.enumerated() {
                    sheet.add(
                        LetterText.inline(entry, .pango), as: .entry, size: size,
                        mark: isNumbered ? "\(index + 1)." : "•", space: index == 0 ? size : size * 0.35)
                }
            }
        }
        sheet.settle()
        return sheet
    }

    // MARK: The page

    private static func draw(
        page number: Int, of sheet: LetterSheet, _ letter: Letter, _ drawing: OpaquePointer, isRightToLeft: Bool
    ) {
        cairo_set_source_rgb(drawing, 0.1, 0.1, 0.1)
        for piece in sheet.pages[number] where !piece.lines.isEmpty || !piece.begins.isEmpty || !piece.ends.isEmpty {
            for element in piece.begins { cairo_tag_begin(drawing, element, nil) }
            if let role = piece.role { cairo_tag_begin(drawing, role.rawValue, nil) }
            for line in piece.lines {
                cairo_move_to(drawing, line.x, line.y)
                pango_cairo_show_layout_line(drawing, line.line)
            }
            if let role = piece.role { cairo_tag_end(drawing, role.rawValue) }
            for element in piece.ends { cairo_tag_end(drawing, element) }
        }
        cairo_set_line_width(drawing, 0.5)
        for rule in sheet.rules where rule.page == number {
            let grey = rule.isLight ? 0.82 : 0.6
            cairo_set_source_rgb(drawing, grey, grey, grey)
            cairo_move_to(drawing, PDFPage.margin, rule.y)
            cairo_line_to(drawing, PDFPage.width - PDFPage.margin, rule.y)
            cairo_stroke(drawing)
        }
        cairo_set_source_rgb(drawing, 0.3, 0.3, 0.3)
        // The reference is read from left to right in every language.
        foot("\u{2066}\(HTML.escaped(letter.caseReference))\u{2069}", sheet, drawing, isAtEnd: false, isRightToLeft)
        if sheet.pages.count > 1 {
            foot("\u{2066}\(number + 1) / \(sheet.pages.count)\u{2069}", sheet, drawing, isAtEnd: true, isRightToLeft)
        }
        cairo_show_page(drawing)
    }

    private static func foot(
        _ markup: String, _ sheet: LetterSheet, _ drawing: OpaquePointer, isAtEnd: Bool, _ isRightToLeft: Bool
    ) {
        let layout = sheet.layout(markup, size: PDFPage.smallSize, width: PDFPage.textWidth)
        pango_layout_set_alignment(layout, isAtEnd != isRightToLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT)
        cairo_move_to(drawing, PDFPage.margin, PDFPage.height - PDFPage.bottomMargin - PDFPage.smallSize * 1.4)
        pango_cairo_show_layout(drawing, layout)
    }
}

/// Where cairo puts the bytes of a document.
private final class PDFOutput {
    var bytes: [UInt8] = []
}
