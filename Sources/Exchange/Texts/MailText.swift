import Foundation

/// A message's body in its two forms: plain for every reader, HTML for those that show it.
///
/// The body is plain text with paragraphs, `- ` lists and `**emphasis**`; nothing that is filled in can become markup,
/// because everything is escaped before the marks are read, and marks are only read in pairs within a paragraph.
enum MailText {
    /// Without the marks of emphasis.
    static func plain(_ body: String) -> String {
        body.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            emphasis(String(line), open: "", close: "")
        }.joined(separator: "\n")
    }

    /// A small document that needs no style of its own, with the direction of its language.
    static func html(_ body: String, language: String) -> String {
        let direction = Wordings.isRightToLeft(language) ? "rtl" : "ltr"
        var blocks: [String] = []
        var lines: [String] = []
        func close() {
            guard !lines.isEmpty else { return }
            if lines.allSatisfy({ $0.hasPrefix("- ") }) {
                blocks.append(
                    "<ul>" + lines.map { "<li>" + marked(String($0.dropFirst(2))) + "</li>" }.joined() + "</ul>")
            } else {
                blocks.append("<p>" + lines.map(marked).joined(separator: "<br>\n") + "</p>")
            }
            lines = []
        }
        for line in body.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if line.trimmed.isEmpty { close() } else { lines.append(line) }
        }
        close()
        return """
            <!DOCTYPE html>
            <html lang="\(escaped(language))" dir="\(direction)">
            <body style="font-family: sans-serif; line-height: 1.5; max-width: 40em">
            \(blocks.joined(separator: "\n"))
            </body>
            </html>
            """
    }

    private static func marked(_ line: String) -> String {
        emphasis(escaped(line), open: "<strong>", close: "</strong>")
    }

    private static func emphasis(_ line: String, open: String, close: String) -> String {
        let parts = line.components(separatedByPair: "**")
        // An odd count of marks leaves the last one as it was written.
        guard parts.count >= 3 else { return line }
        var result = ""
        let pairs = parts.count % 2 == 1 ? parts.count : parts.count - 1
        for index in 0..<pairs {
            result += index % 2 == 0 ? parts[index] : open + parts[index] + close
        }
        if pairs < parts.count { result += "**" + parts[parts.count - 1] }
        return result
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension String {
    /// The parts between a mark of two letters.
    fileprivate func components(separatedByPair mark: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.range(of: mark) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        parts.append(String(rest))
        return parts
    }
}
