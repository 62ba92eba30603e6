import Exchange
import ProgrammeLanguage
import Testing

/// The phrases that the design refuses, in a programme: each is told at its place with what to write.
@Suite struct `Phrases that are none` {
    static let refused: [(phrase: String, says: String)] = [
        ("0 days before visit", "first day of visit"), ("-3 days before visit", "3 days after visit starts"),
        ("7 days, 14 days", "7 and 14 days"), ("2 to 4 weeks", "4 weeks"), ("two weeks", "2 weeks"),
        ("10 workdays", "10 working days"), ("10 business days", "10 working days"), ("1.5 days", "36 hours"),
        ("30 minutes", "1 hour"), ("5d", "5 days"), ("P5D", "5 days"), ("before visit", "how long before"),
        ("7 days before", "before what"), ("60 days before vist", "visit"),
        ("60 days before nominated", "nominated"), ("7 days before visit at 9am", "at 09:00"),
        ("7 days before visit at 24:00", "00:00"), ("7 days before visit at 09:00 CET", "CET"),
        ("48 hours before visit at 09:00", "2 days"),
        ("5 working days and 2 days", "working days"), ("10 days and 1 month", "1 month and 10 days"),
        ("end of the month", "dates"), ("next Monday", "dates"), ("10 jours ouvrables", "working days"),
        ("2027-06-14", "phrase"), ("T-60", "60 days before visit"),
    ]

    @Test(arguments: refused)
    func `are told at their place with what to write`(phrase: String, says: String) throws {
        let source = SmallTour.changed([
            ("programme.yaml", "30 days before visit: expired", "\"\(phrase)\": expired")
        ])
        let found = ProgrammeCompiler.compile(source).diagnostics.all
        #expect(found.count == 1, Comment(rawValue: found.map(\.description).joined(separator: "\n")))
        let mistake = try #require(found.first)
        #expect(mistake.line == 69 && mistake.column >= 71)
        #expect(mistake.message.contains(says), Comment(rawValue: mistake.message))
    }
}

/// Files as they come from elsewhere.
@Suite struct `Files from elsewhere` {
    private func lines(_ change: (String) -> [UInt8]) -> [String] {
        var source = SmallTour.changed([])
        let text = String(decoding: source.files["programme.yaml"] ?? [], as: UTF8.self)
        source.files["programme.yaml"] = change(text)
        return ProgrammeCompiler.compile(source).diagnostics.lines
    }

    @Test func `with the line ends of Windows are read`() {
        #expect(lines { Array($0.replacing("\n", with: "\r\n").utf8) } == [])
    }

    @Test func `with a byte order mark in front are read`() {
        #expect(lines { [0xEF, 0xBB, 0xBF] + Array($0.utf8) } == [])
    }

    @Test func `in UTF-16 are told to be saved as UTF-8`() {
        let found = lines { text in [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } }
        #expect(found == ["programme.yaml:1:1: error: the file is UTF-16; save it as UTF-8"])
    }

    @Test func `of ten megabytes are refused`() {
        let found = lines { Array($0.utf8) + Array(repeating: 0x23, count: 10 << 20) }
        #expect(found.count == 1 && found[0].contains("a programme is far smaller"))
    }

    @Test func `with ten thousand open brackets are refused where it begins`() {
        let found = lines { _ in Array("format: ".utf8) + Array(repeating: 0x5B, count: 10_000) }
        #expect(found.count == 1 && found[0].hasPrefix("programme.yaml:1:"))
    }
}
