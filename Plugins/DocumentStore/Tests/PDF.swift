import Foundation
import Testing

/// A letter as Poppler reads it.
struct PDF {
    let path: String

    var information: String {
        get throws { String(decoding: try Counterpart.run("/usr/bin/pdfinfo", [path]), as: UTF8.self) }
    }

    /// The text in the order of reading, letters in their plain forms, without the marks that only order it.
    var text: String {
        get throws {
            let raw = String(
                decoding: try Counterpart.run("/usr/bin/pdftotext", ["-enc", "UTF-8", path, "-"]), as: UTF8.self)
            let marks: [ClosedRange<Unicode.Scalar>] = [
                "\u{200E}"..."\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}",
            ]
            return String(
                String.UnicodeScalarView(
                    raw.precomposedStringWithCompatibilityMapping.unicodeScalars.filter { scalar in
                        !marks.contains { $0.contains(scalar) }
                    }))
        }
    }

    var words: String { get throws { try text.split(whereSeparator: \.isWhitespace).joined(separator: " ") } }

    /// A font each: its name, and whether it is inside.
    var fonts: [(name: String, isInside: Bool)] {
        get throws {
            String(decoding: try Counterpart.run("/usr/bin/pdffonts", [path]), as: UTF8.self)
                .split(separator: "\n").dropFirst(2)
                .map { line in (String(line.prefix { $0 != " " }), line.contains(" yes ")) }
        }
    }

    /// How many sheets it has.
    var pageCount: Int {
        get throws {
            try #require(
                try information.components(separatedBy: "Pages:").last?.split(separator: "\n").first
                    .flatMap { Int($0.trimmingCharacters(in: .whitespaces)) })
        }
    }

    /// The words of one sheet, the first being 1.
    func words(ofPage page: Int) throws -> String {
        String(
            decoding: try Counterpart.run(
                "/usr/bin/pdftotext", ["-f", "\(page)", "-l", "\(page)", "-raw", "-enc", "UTF-8", path, "-"]),
            as: UTF8.self
        ).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// The elements of its structure in the order in which they are read aloud, such as `Table TR TH`.
    var structure: [String] {
        get throws {
            String(decoding: try Counterpart.run("/usr/bin/pdfinfo", ["-struct", path]), as: UTF8.self)
                .split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// From the left edge of the first to the right edge of the last of some signs, in points. Poppler tells Arabic
    /// letter by letter, other scripts word by word.
    func reach(of isMeant: (Substring) -> Bool) throws -> ClosedRange<Double> {
        let page = String(decoding: try Counterpart.run("/usr/bin/pdftotext", ["-bbox", path, "-"]), as: UTF8.self)
        var edges: [Double] = []
        for line in page.split(separator: "\n") {
            guard let text = line.split(separator: ">").dropFirst().first?.split(separator: "<").first, isMeant(text)
            else { continue }
            for name in ["xMin", "xMax"] {
                edges +=
                    line.components(separatedBy: "\(name)=\"").dropFirst().first
                    .flatMap { $0.split(separator: "\"").first }.flatMap { Double($0) }.map { [$0] } ?? []
            }
        }
        let least = try #require(edges.min())
        return least...(edges.max() ?? least)
    }
}

func isArabic(_ text: Substring) -> Bool {
    text.unicodeScalars.contains { (0x600...0x6FF).contains($0.value) || (0xFB50...0xFEFC).contains($0.value) }
}
