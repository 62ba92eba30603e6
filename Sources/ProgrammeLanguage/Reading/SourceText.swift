/// The text of a file, checked before YAML is read: what libyaml would take in silence is found here.
struct SourceText {
    /// Bytes of one file at most.
    static let byteLimit = 1 << 20

    let file: String
    let text: String
    private(set) var diagnostics: [Diagnostic] = []

    /// nil when the bytes are no text at all; then the one diagnostic says why.
    static func read(file: String, bytes: [UInt8]) -> Result<SourceText, Diagnostic> {
        func failure(_ line: Int, _ column: Int, _ message: String) -> Result<SourceText, Diagnostic> {
            .failure(Diagnostic(.error, file: file, line: line, column: column, message: message))
        }
        guard bytes.count <= byteLimit else {
            return failure(
                1, 1, "the file has \(bytes.count) bytes, more than \(byteLimit); a programme is far smaller")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return failure(1, 1, "the file is UTF-16; save it as UTF-8")
        }
        let plain = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: plain, as: UTF8.self) else {
            let (line, column) = firstBadPlace(plain)
            return failure(line, column, "this is no UTF-8; save the file as UTF-8")
        }
        var source = SourceText(file: file, text: text)
        source.scan()
        return .success(source)
    }

    private init(file: String, text: String) {
        self.file = file
        self.text = text
    }

    private static func firstBadPlace(_ bytes: [UInt8]) -> (Int, Int) {
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar):
                if scalar == "\n" {
                    line += 1
                    column = 1
                } else {
                    column += 1
                }
            case .emptyInput, .error: return (line, column)
            }
        }
    }

    private mutating func report(_ line: Int, _ column: Int, _ message: String) {
        diagnostics.append(Diagnostic(.error, file: file, line: line, column: column, message: message))
    }

    private mutating func scan() {
        var line = 0
        var blockIndent: Int?
        for raw in text.split(separator: "\n", omittingEmptySubsequences: false) {
            line += 1
            let scalars = Array(raw.unicodeScalars)
            controls(scalars, line)
            let indent = scalars.prefix { $0 == " " }.count
            let content = scalars.dropFirst(indent)
            if let block = blockIndent {
                // Inside a block of text everything stands as it is.
                if content.isEmpty || content.allSatisfy({ $0 == "\r" }) || indent > block { continue }
                blockIndent = nil
            }
            if content.first == "\t" {
                report(line, indent + 1, "this line begins with a tab; use spaces, 2 for each level")
                continue
            }
            if isMergeMark(raw) {
                report(
                    line, 1,
                    "an unfinished merge of two versions; keep one side and delete the lines <<<<<<< ======= >>>>>>>")
                continue
            }
            guard content.first != "#" else { continue }
            punctuation(Array(content), indent, line)
            comments(scalars, line)
            if startsBlock(scalars) { blockIndent = indent }
        }
    }

    private mutating func controls(_ scalars: [Unicode.Scalar], _ line: Int) {
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            case 0x2028, 0x2029, 0x85:
                report(line, index + 1, "a hidden line separator stands here; delete it and press Enter instead")
            case 0x202A...0x202E, 0x2066...0x2069:
                report(line, index + 1, "a hidden sign that turns the direction of text stands here; delete it")
            case 0xFEFF: report(line, index + 1, "a hidden byte order mark stands inside the text; delete it")
            case 0..<0x09, 0x0B..<0x0D, 0x0E..<0x20, 0x7F:
                report(line, index + 1, "a control character stands here; delete it")
            default: break
            }
        }
    }

    private func isMergeMark(_ line: Substring) -> Bool {
        line.hasPrefix("<<<<<<<") || line.hasPrefix(">>>>>>>") || line.hasPrefix("=======")
    }

    /// Printed quotes around a value, no-break spaces and full-width colons after a key, anywhere in the line.
    private mutating func punctuation(_ content: [Unicode.Scalar], _ indent: Int, _ line: Int) {
        var quote: Unicode.Scalar?
        var isValue = false
        for (index, scalar) in content.enumerated() {
            if let open = quote {
                if scalar == open { quote = nil }
                continue
            }
            let column = indent + index + 1
            switch scalar {
            case "\"", "'":
                if isValue || index == 0 { quote = scalar }
                isValue = false
            case ":":
                let next = index + 1 < content.count ? content[index + 1] : " "
                if next == "\u{A0}" || next == "\u{202F}" {
                    return report(line, column + 1, "this is a no-break space; type a plain one")
                }
                isValue = next == " "
            case "\u{FF1A}" where content[..<index].allSatisfy({ Self.isKey($0) }):
                return report(line, column, "this is a full-width colon (：); type a plain one and a space")
            case "\u{201C}", "\u{201D}", "\u{201E}", "\u{AB}", "\u{2018}":
                if isValue {
                    return report(
                        line, column, "these are printed quotes (\(scalar)); type straight ones (\")")
                }
            case "[", "{", "-": isValue = isValue || scalar != "-" || index == 0
            case " ", ",": break
            default: isValue = false
            }
        }
    }

    private static func isKey(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_" || scalar == "-" || scalar == "."
    }

    /// A number sign glued to a word after a space cuts the text: `Room #4`.
    private mutating func comments(_ scalars: [Unicode.Scalar], _ line: Int) {
        var quote: Unicode.Scalar?
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            if let open = quote {
                if scalar == "\\", open == "\"" { index += 1 } else if scalar == open { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                // Only at the beginning of a value; an apostrophe inside a word is none.
                let before = scalars[..<index].last { $0 != " " }
                if before == nil || [":", ",", "[", "{", "-"].contains(before) { quote = scalar }
            } else if scalar == "#", index > 0, scalars[index - 1] == " " {
                let next = index + 1 < scalars.count ? scalars[index + 1] : " "
                let kept = String(String.UnicodeScalarView(scalars[..<index]))
                if next != " ", next != "\r", next != "#", kept.contains(": ") {
                    let value = kept.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? ""
                    let whole = String(String.UnicodeScalarView(scalars[(scalars.count - (scalars.count - index))...]))
                    let ended = value.trimmingSpaces
                    report(
                        line, index + 1,
                        "\" #\" begins a comment, so the text ends at \"\(ended)\"; put it in quotes: \"\(ended) \(whole.trimmingSpaces)\""
                    )
                }
                return
            }
            index += 1
        }
    }

    private func startsBlock(_ scalars: [Unicode.Scalar]) -> Bool {
        let text = String(String.UnicodeScalarView(scalars)).trimmingSpaces
        for mark in ["|", ">", "|-", ">-", "|+", ">+"] where text.hasSuffix(": " + mark) || text.hasSuffix("- " + mark)
        {
            return true
        }
        return false
    }
}

extension StringProtocol {
    /// Without spaces and line ends at both ends.
    var trimmingSpaces: String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, first == " " || first == "\r" || first == "\n" || first == "\t" {
            scalars.removeFirst()
        }
        while let last = scalars.last, last == " " || last == "\r" || last == "\n" || last == "\t" {
            scalars.removeLast()
        }
        return String(Substring(scalars))
    }
}
