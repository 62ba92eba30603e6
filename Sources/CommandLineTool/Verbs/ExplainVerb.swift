import Calendars
import Exchange
import Expressions
import ProgrammeLanguage

/// `explain FOLDER`: a programme as the page of a manual.
enum ExplainVerb {
    /// Columns of the page where nobody says how wide the reader's terminal is.
    private static let standardWidth = 150
    /// A column of the page is never narrower.
    private static let narrowest = 12

    static let spec = CommandSpec(
        "explain",
        "Explains a programme as its manual's page: who is asked what by when, what reminds, where it leads.",
        discussion: """
            With --visit every time that hangs on the visit stands in a calendar with real days, as the programme's zone and \
            holidays make them. A day's end is written 24:00.
            """,
        examples: [
            ("sojourn explain workflows/study-tour", "Explains the study tour."),
            (
                "sojourn explain workflows/study-tour --language fr --visit 2027-06-14/2027-06-18",
                "In French, with a calendar for a sample visit."
            ),
            ("sojourn explain workflows/study-tour --markdown -o tour.md", "Writes the page as Markdown into a file."),
        ],
        arguments: [ReadProgramme.folder],
        options: [
            ReadProgramme.language,
            Option("visit", value: "DAYS", "The days of a sample visit, such as 2027-06-14/2027-06-18."),
            Option("markdown", "Writes Markdown instead of aligned tables."),
            ReadProgramme.output,
        ]
    ) { parsed, terminal in
        let visit = try parsed.value("visit", "two days like 2027-06-14/2027-06-18, the first before the last") {
            DateSpan(text: $0)
        }
        let (programme, _) = try ReadProgramme.compile(parsed["folder"])
        let page = ManualPage(try ReadProgramme.words(programme, parsed), visit: visit)
        if parsed.flag("json") {
            terminal.print(json: value(page))
        } else if parsed.flag("markdown") {
            try ReadProgramme.write(page.markdown, parsed, terminal)
        } else {
            let text = lines(page, width: terminal.width ?? standardWidth).joined(separator: "\n") + "\n"
            try ReadProgramme.write(text, parsed, terminal)
        }
        return .success
    }

    private static func value(_ page: ManualPage) -> Value {
        .object([
            "title": .string(page.title), "subtitle": .string(page.subtitle),
            "sections": .list(
                page.sections.map { section in
                    .object([
                        "title": .string(section.title), "columns": .texts(section.columns),
                        "rows": .list(section.rows.map { .list($0.map { .texts($0) }) }),
                        "notes": .texts(section.notes),
                    ])
                }),
        ])
    }

    // MARK: Aligned tables

    /// The page in lines no wider than the terminal, cells broken over several lines where they must be.
    private static func lines(_ page: ManualPage, width: Int) -> [String] {
        var result = [page.title, page.subtitle]
        for section in page.sections {
            result += ["", section.title, String(repeating: "─", count: min(width, max(section.title.columns, 1)))]
            if !section.columns.isEmpty { result += table(section, width: width) }
            for note in section.notes {
                for (index, line) in wrapped(note, width: width - 2).enumerated() {
                    result.append((index == 0 ? "• " : "  ") + line)
                }
            }
        }
        return result
    }

    private static func table(_ section: ManualPage.Section, width: Int) -> [String] {
        let all = [section.columns.map { [$0] }] + section.rows
        var widths = section.columns.indices.map { column in
            all.flatMap { $0[column] }.map(\.columns).max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0 {
            // The widest gives way, so that names and days stay on one line as long as they can.
            guard let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > narrowest else {
                break
            }
            widths[widest] -= 1
            excess -= 1
        }
        return all.flatMap { row in
            let cells = zip(row, widths).map { cell, width in
                cell.flatMap { line in
                    wrapped(line, width: width).enumerated().map { $0.offset == 0 ? $0.element : "  " + $0.element }
                }
            }
            let height = max(1, cells.map(\.count).max() ?? 1)
            return (0..<height).map { index in
                let line = zip(cells, widths).map { lines, width in
                    let text = index < lines.count ? lines[index] : ""
                    return text + String(repeating: " ", count: max(0, width - text.columns))
                }.joined(separator: "  ")
                return String(line.reversed().drop { $0 == " " }.reversed())
            }
        }
    }

    /// Words on lines; all but the first leave room for an indent of two. A word that is longer than a line is broken.
    private static func wrapped(_ text: String, width: Int) -> [String] {
        guard text.columns > width else { return text.isEmpty ? [] : [text] }
        var (lines, line) = ([String](), "")
        var room: Int { lines.isEmpty ? width : max(1, width - 2) }
        for word in text.split(separator: " ") {
            var rest = String(word)
            if !line.isEmpty, (line + " " + rest).columns <= room {
                line += " " + rest
                continue
            }
            if !line.isEmpty { lines.append(line) }
            while rest.columns > room {
                var piece = ""
                while let next = rest.first, piece.isEmpty || (piece + String(next)).columns <= room {
                    piece.append(rest.removeFirst())
                }
                lines.append(piece)
            }
            line = rest
        }
        return line.isEmpty ? lines : lines + [line]
    }
}
