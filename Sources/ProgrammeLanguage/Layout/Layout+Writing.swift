/// The lines as they are written.
extension Layout {
    /// The whole file in bytes.
    var written: [UInt8] {
        var result: [String] = []
        var (depth, isBlank) = (0, true)
        for index in lines.indices {
            if let line = line(index, &depth) {
                result.append(line)
                isBlank = false
            } else if !isBlank {
                // One blank line where there were several.
                result.append("")
                isBlank = true
            }
        }
        if isBlank, !result.isEmpty { result.removeLast() }
        guard !result.isEmpty else { return [] }
        // The last line of a text after "|" has an end of its own only if one is written.
        let last = lines.indices.last { kinds[$0] != .blank }
        let isText = last.map { if case .block = kinds[$0] { true } else { false } } ?? false
        return Array((result.joined(separator: "\n") + (isText && !endsWithNewline ? "" : "\n")).utf8)
    }

    /// A line anew; nil for a blank one that stands outside a text.
    private func line(_ index: Int, _ depth: inout Int) -> String? {
        let line = lines[index]
        let now = Self.indent(line)
        switch kinds[index] {
        case .blank: return nil
        case .mark: return trimmed(line[...])
        case .comment: return spaces(commentIndent(index)) + trimmed(line.drop { $0 == " " || $0 == "\t" })
        case .code(let indent): return spaces(indent) + respaced(index, from: now, &depth)
        case .continuation(let base, let isText):
            let isEmpty = line.allSatisfy { $0 == " " || $0 == "\t" }
            if isEmpty { return isText ? "" : nil }
            let shift = newIndent(base) - Self.indent(lines[base])
            let isClosing = now < line.count && (line[now] == "}" || line[now] == "]")
            let indent = max(newIndent(base) + (isClosing ? 0 : 2), now + shift)
            return spaces(indent) + respaced(index, from: now, &depth)
        case .block(let from, let to):
            if line.allSatisfy({ $0 == " " }), line.count <= from { return "" }
            return spaces(to + max(0, now - from)) + text(line[min(now, line.count)...])
        }
    }

    private func newIndent(_ index: Int) -> Int {
        switch kinds[index] {
        case .code(let indent): indent
        case .continuation(let base, _): newIndent(base) + 2
        default: 0
        }
    }

    /// A comment stands as deep as the line below it, or as the one above if it stood with that.
    private func commentIndent(_ index: Int) -> Int {
        let now = Self.indent(lines[index])
        func isCode(_ other: Int) -> Bool { if case .code = kinds[other] { true } else { false } }
        let below = lines.indices.suffix(from: index).first(where: isCode)
        let above = lines.indices.prefix(index).last(where: isCode)
        if let below, Self.indent(lines[below]) == now { return newIndent(below) }
        // Of the lines above the nearest that stands so deep: the comment belongs to what it closes.
        let equal = lines.indices.prefix(index).last { isCode($0) && Self.indent(lines[$0]) == now }
        if let equal { return newIndent(equal) }
        return below.map(newIndent) ?? above.map(newIndent) ?? 0
    }

    // MARK: Blanks between words

    /// The content of a line from a column on, with the blanks between its parts set.
    private func respaced(_ index: Int, from start: Int, _ depth: inout Int) -> String {
        let line = lines[index]
        let spans = spans[index].sorted { $0.range.lowerBound < $1.range.lowerBound }
        var (result, place, next) = ("", start, 0)
        // What stands before: brackets, commas and colons decide which blanks are wanted.
        var former: Unicode.Scalar = " "
        var blanks: [Unicode.Scalar] = []
        func gap(before sign: Unicode.Scalar, isScalar: Bool) -> String {
            guard !result.isEmpty else { return "" }
            if sign == "#", !isScalar { return blanks.contains("\t") || blanks.isEmpty ? " " : text(blanks[...]) }
            if depth > 0 {
                if !isScalar, [",", "}", "]", ":"].contains(sign) { return "" }
                return former == "," || former == ":" ? " " : ""
            }
            if sign == ":", !isScalar { return "" }
            if former == "-" { return " " }
            return blanks.contains("\t") ? " " : text(blanks[...])
        }
        while place < line.count {
            if next < spans.count, spans[next].range.lowerBound <= place {
                let span = spans[next]
                result +=
                    gap(before: "x", isScalar: true)
                    + (span.text ?? text(line[place..<min(span.range.upperBound, line.count)]))
                (place, former, blanks) = (max(span.range.upperBound, place + 1), "x", [])
                next += 1
                continue
            }
            let sign = line[place]
            if sign == " " || sign == "\t" {
                blanks.append(sign)
                place += 1
                continue
            }
            let before = gap(before: sign, isScalar: false)
            if sign == "#" { return trimmed((Array((result + before).unicodeScalars) + line[place...])[...]) }
            if sign == "}" || sign == "]" { depth = max(0, depth - 1) }
            result += before
            result.unicodeScalars.append(sign)
            if sign == "{" || sign == "[" { depth += 1 }
            (former, blanks) = (sign, [])
            place += 1
        }
        return result
    }

    // MARK: Text

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }

    private func trimmed(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var rest = scalars
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return text(rest)
    }
}
