import Foundation
import Testing

@testable import CommandLineTool

@Suite struct `Display width` {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("東京", 4), ("한국", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1),
        ("Ａ", 2),
        ("👍", 2), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇫🇷", 2), ("1️⃣", 2), ("❤️", 2), ("❤", 1), ("✓", 1), ("…", 1), ("█", 1),
        ("a\u{200D}", 1),
        ("שלום", 4), ("สวัสดี", 4), ("Łódź", 4), ("1", 1), ("©", 1),
    ])
    func `columns of texts`(text: String, columns: Int) {
        #expect(text.columns == columns)
    }

    /// Python knows the East Asian Width of each code point; marks are told apart by their category. Left out are the
    /// halves of flags, which are wide only as pairs, and the divination signs that Unicode 16 made wide.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")))
    func `every assigned code point is as wide as Python's tables say`() throws {
        let script = """
            import unicodedata
            for c in range(0x300, 0x40000):
                k = unicodedata.category(chr(c))
                if k in ('Cn', 'Cs', 'Mn', 'Me', 'Cf', 'Co') or 0x1160 <= c <= 0x11ff or 0xd7b0 <= c <= 0xd7ff: continue
                if 0x1f1e6 <= c <= 0x1f1ff or 0x4dc0 <= c <= 0x4dff or 0x1d300 <= c <= 0x1d376: continue
                print(c, 2 if unicodedata.east_asian_width(chr(c)) in 'WF' else 1)
            """
        let answer = try Shell.run("/usr/bin/python3", ["-c", script])
        var wrong: [String] = []
        var count = 0
        for line in answer.split(separator: "\n") {
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            let scalar = try #require(Unicode.Scalar(numbers[0]))
            count += 1
            if scalar.columns != Int(numbers[1]) { wrong.append("\(String(numbers[0], radix: 16)): \(scalar.columns)") }
        }
        #expect(count > 100_000)
        #expect(wrong == [])
    }
}
