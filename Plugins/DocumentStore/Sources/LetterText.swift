/// The text of a letter: simple Markdown, which plain text already is.
///
/// An empty line ends a paragraph, a line's end stays one, `#` to `###` begin a heading (the title above is the first
/// rank, so they are the second and third), `- ` and `1. ` an entry of a list, `**so**` is strong and `*so*` stressed.
/// Lines that begin with `|` are a table, if the second is its rule (`|---|---|`); `\|` and `\\` are the signs themselves.
/// Everything else, links and HTML before all, is what it is: signs.
struct LetterText {
    enum Block {
        case paragraph([Substring])
        /// Of rank 2 or 3.
        case heading(rank: Int, Substring)
        case list(isNumbered: Bool, [Substring])
        case table(LetterTable)
    }

    let blocks: [Block]

    init(_ text: String) {
        let lines = Self.lines(text)
        var blocks: [Block] = []
        var isOpen = false
        var next = 0
        while next < lines.count {
            if let table = LetterTable(lines[next...]) {
                blocks.append(.table(table))
                next += table.lineCount
                isOpen = false
                continue
            }
            let line = lines[next]
            next += 1
            if line.isEmpty {
                isOpen = false
                continue
            }
            let block = Self.block(line)
            switch (isOpen ? blocks.last : nil, block) {
            case (.paragraph(let before)?, .paragraph(let now)):
                blocks[blocks.count - 1] = .paragraph(before + now)
            case (.list(let isNumbered, let before)?, .list(let isAlso, let now)) where isNumbered == isAlso:
                blocks[blocks.count - 1] = .list(isNumbered: isNumbered, before + now)
            default: blocks.append(block)
            }
            isOpen = true
        }
        self.blocks = blocks
    }

    /// The lines without the spaces around them. U+2028 ends a line too, but not a row of a table: there it is a line's
    /// end within a cell.
    private static func lines(_ text: String) -> [Substring] {
        // CR LF is one Character in Swift, so lines are split at scalars.
        normalised(text).split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
            let whole = trimmed(line)
            if LetterTable.isRow(whole) { return [whole] }
            return line.split(separator: "\u{2028}", omittingEmptySubsequences: false).map(trimmed)
        }
    }

    private static func normalised(_ text: String) -> Substring.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        var followsReturn = false
        for scalar in text.unicodeScalars {
            let isBreak = scalar == "\n" && followsReturn
            followsReturn = scalar == "\r"
            if isBreak { continue }
            result.append(followsReturn || scalar == "\u{85}" ? "\n" : scalar)
        }
        return result[...]
    }

    private static func trimmed(_ line: Substring.UnicodeScalarView) -> Substring {
        var line = line
        while line.first == " " || line.first == "\t" { line.removeFirst() }
        while line.last == " " || line.last == "\t" { line.removeLast() }
        return Substring(line)
    }

    private static func block(_ line: Substring) -> Block {
        let scalars = line.unicodeScalars
        for rank in 1...3 {
            let mark = String(repeating: "#", count: rank) + " "
            if line.utf8.starts(with: mark.utf8) {
                return .heading(rank: min(rank + 1, 3), Substring(scalars.dropFirst(mark.utf8.count)))
            }
        }
        if line.utf8.starts(with: "- ".utf8) {
            return .list(isNumbered: false, [Substring(scalars.dropFirst(2))])
        }
        let digits = scalars.prefix { ("0"..."9").contains($0) }.count
        let behind = scalars.dropFirst(digits)
        if (1...3).contains(digits), behind.starts(with: ". ".unicodeScalars) {
            return .list(isNumbered: true, [Substring(behind.dropFirst(2))])
        }
        return .paragraph([line])
    }

    /// The blocks, one element a line.
    var html: String {
        blocks.map { block in
            switch block {
            case .paragraph(let lines): "<p>\(lines.map { Self.inline($0) }.joined(separator: "<br>\n"))</p>\n"
            case .heading(let rank, let line): "<h\(rank)>\(Self.inline(line))</h\(rank)>\n"
            case .list(let isNumbered, let entries):
                Self.list(isNumbered ? "ol" : "ul", entries)
            case .table(let table): table.html
            }
        }.joined()
    }

    private static func list(_ element: String, _ entries: [Substring]) -> String {
        "<\(element)>\n" + entries.map { "<li>\(inline($0))</li>\n" }.joined() + "</\(element)>\n"
    }

    /// The elements of strong and stressed words: those of HTML, or those of Pango's markup.
    struct Elements {
        let strong: String
        let stressed: String

        static let html = Elements(strong: "strong", stressed: "em")
        static let pango = Elements(strong: "b", stressed: "i")
    }

    /// Marks that have their other half on the line; the rest are stars. One walk, so that no text makes it slow.
    static func inline(_ line: Substring, _ elements: Elements = .html) -> String {
        var open: [(mark: String, place: Int)] = []
        var pieces: [String] = []
        var plain = String.UnicodeScalarView()
        func isSpace(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { $0.properties.isWhitespace } ?? true }
        let scalars = Array(line.unicodeScalars)
        var index = 0
        while index < scalars.count {
            if scalars[index] == "\\", index + 1 < scalars.count, ["\\", "|"].contains(scalars[index + 1]) {
                plain.append(scalars[index + 1])
                index += 2
                continue
            }
            guard scalars[index] == "*" else {
                plain.append(scalars[index])
                index += 1
                continue
            }
            // Of three stars the inner mark closes first.
            let run = scalars[index...].prefix(3).prefix { $0 == "*" }.count
            let isDouble = run == 2 || (run == 3 && open.last?.mark != "*")
            let mark = isDouble ? "**" : "*"
            let before = index > 0 ? scalars[index - 1] : nil
            index += mark.utf8.count
            let after = index < scalars.count ? scalars[index] : nil
            pieces.append(HTML.escaped(String(plain)))
            plain = .init()
            let name = isDouble ? elements.strong : elements.stressed
            if open.last?.mark == mark, !isSpace(before), let start = open.popLast() {
                pieces[start.place] = "<\(name)>"
                pieces.append("</\(name)>")
            } else {
                // A mark opens only before a word, and only once: what stays open stays a star.
                if !isSpace(after), !open.contains(where: { $0.mark == mark }) { open.append((mark, pieces.count)) }
                pieces.append(mark)
            }
        }
        pieces.append(HTML.escaped(String(plain)))
        return pieces.joined()
    }
}
