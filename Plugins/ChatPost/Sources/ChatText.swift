/// Texts as they go to a chat: no control characters, one kind of line end.
enum ChatText {
    /// Lines of a text; `\r\n`, `\r`, `\n` and Unicode's own ends are one end each.
    static func lines(_ text: String) -> [String] {
        var lines = [String.UnicodeScalarView()]
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n" where isAfterReturn: break
            case "\r", "\n", "\u{85}", "\u{2028}", "\u{2029}": lines.append(String.UnicodeScalarView())
            case "\t": lines[lines.count - 1].append(" ")
            // Control characters say nothing to a reader.
            case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}": break
            default: lines[lines.count - 1].append(scalar)
            }
            isAfterReturn = scalar == "\r"
        }
        return lines.map { String($0) }
    }

    static func line(_ text: String) -> String { lines(text).joined(separator: " ") }

    /// A text in pieces of at most so many letters, parted at line ends where there are some.
    static func pieces(_ lines: [String], letters: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for line in lines {
            var rest = Substring(line)
            if !piece.isEmpty, length(piece) + 1 + length(rest) > letters {
                pieces.append(piece)
                piece = ""
            } else if !piece.isEmpty {
                piece += "\n"
            }
            while length(rest) > letters {
                let end = rest.unicodeScalars.index(rest.unicodeScalars.startIndex, offsetBy: letters)
                pieces.append(String(rest.unicodeScalars[..<end]))
                rest = rest[end...]
            }
            piece += rest
        }
        return (pieces + [piece]).filter { line in line.unicodeScalars.contains { !$0.properties.isWhitespace } }
    }

    private static func length(_ text: some StringProtocol) -> Int { text.unicodeScalars.count }
}
