import Calendars

/// Where each line belongs, by what stands on it.
extension Layout {
    private static let step = 2
    /// Keys whose values are time phrases.
    private static let phrases: Set<String> = ["due", "erase", "until", "since"]
    /// What YAML 1.1 takes for yes or no: as the code of a language it is put in quotes.
    private static let flags: Set<String> = ["no", "on", "yes", "off", "y", "n"]

    static func indent(_ line: [Unicode.Scalar]) -> Int { line.prefix { $0 == " " }.count }

    /// Takes the lines of a node in block style.
    ///
    /// - Parameters:
    ///   - indent: how deep it is to begin.
    ///   - key: the key behind which it stands.
    mutating func place(_ node: Node, indent: Int, key: String = "") {
        switch node.content {
        case .mapping(let entries) where !node.isFlow:
            for (name, value) in entries {
                code(name.line, indent)
                note(name, as: isProgramme && key == "clock" ? phrase(name) : nil)
                inner(value, below: name.line, indent, now: name.column - 1, key: name.scalarText ?? "")
            }
        case .sequence(let items) where !node.isFlow:
            for item in items {
                let dash = dashLine(of: item)
                code(dash, indent)
                inner(item, below: dash, indent, now: Self.indent(lines[dash - 1]), key: key)
            }
        default: flow(node, key: key)
        }
    }

    /// What stands behind a key or a dash, which stands so deep now.
    private mutating func inner(_ node: Node, below line: Int, _ indent: Int, now: Int, key: String) {
        if node.line > line { code(node.line, indent + Self.step) }
        switch node.content {
        case .scalar(_, let style) where style == .literal || style == .folded:
            block(node, indent, now: now)
        case .scalar: note(node, as: other(node, behind: key))
        case .mapping, .sequence:
            if node.isFlow { flow(node, key: key) } else { place(node, indent: indent + Self.step, key: key) }
        }
    }

    private mutating func code(_ line: Int, _ indent: Int) {
        if case .code = kinds[line - 1] { return }
        kinds[line - 1] = .code(indent: indent)
    }

    /// The line of the dash before an entry of a list.
    private func dashLine(of item: Node) -> Int {
        var line = item.line
        let own = Self.indent(lines[line - 1])
        if own < item.column - 1, lines[line - 1][own] == "-" { return line }
        while line > 1 {
            line -= 1
            let text = lines[line - 1]
            let start = Self.indent(text)
            if start < text.count, text[start] == "-" { return line }
        }
        return item.line
    }

    // MARK: Brackets

    private mutating func flow(_ node: Node, key: String) {
        if node.endLine > node.line {
            for line in node.line..<node.endLine where kinds[line] == .mark || kinds[line] == .comment {
                kinds[line] = .continuation(of: node.line - 1, isText: false)
            }
        }
        inside(node, key: key)
    }

    private mutating func inside(_ node: Node, key: String) {
        switch node.content {
        case .scalar: note(node, as: other(node, behind: key))
        case .sequence(let items): for item in items { inside(item, key: key) }
        case .mapping(let entries):
            for (name, value) in entries {
                note(name, as: isProgramme && key == "clock" ? phrase(name) : nil)
                inside(value, key: name.scalarText ?? "")
            }
        }
    }

    // MARK: Scalars

    /// What is written for a value instead: a time phrase as everywhere, in quotes what other readers of YAML take for yes or
    /// no; nil: what stands there.
    private mutating func other(_ node: Node, behind key: String) -> String? {
        guard isProgramme, case .scalar(let text, let style) = node.content else { return nil }
        if key == "languages", style == .plain, Self.flags.contains(text) { return "\"\(text)\"" }
        return Self.phrases.contains(key) ? phrase(node) : nil
    }

    /// A time phrase as it is written everywhere; nil where it is so already, or is none.
    private mutating func phrase(_ node: Node) -> String? {
        guard let text = node.scalarText, node.line == node.endLine,
            case .success(let phrase) = TimePhrase.parse(text), phrase.text != text
        else { return nil }
        rewritten[ObjectIdentifier(node)] = phrase.text
        return phrase.text
    }

    private mutating func note(_ node: Node, as text: String?) {
        guard case .scalar(let content, let style) = node.content else { return }
        guard node.line == node.endLine else {
            spans[node.line - 1].append(Span(range: node.column - 1..<lines[node.line - 1].count, text: nil))
            for line in node.line..<node.endLine {
                kinds[line] = .continuation(of: node.line - 1, isText: true)
                let end = line == node.endLine - 1 ? node.endColumn - 1 : lines[line].count
                spans[line].append(Span(range: min(Self.indent(lines[line]), end)..<end, text: nil))
            }
            return
        }
        var shown = text
        switch style {
        case .single:
            let words = text ?? content
            let isPlain = !words.unicodeScalars.contains { $0 == "\"" || $0 == "\\" || $0.value < 0x20 }
            shown = isPlain ? "\"\(words)\"" : nil
        case .double: shown = text.map { "\"\($0)\"" }
        case .plain, .literal, .folded: break
        }
        spans[node.line - 1].append(Span(range: node.column - 1..<node.endColumn - 1, text: shown))
    }

    /// The lines of a text after `|` or `>`, which begin where the first of them does.
    private mutating func block(_ node: Node, _ indent: Int, now: Int) {
        let header = lines[node.line - 1].dropFirst(node.column).prefix { $0 != " " && $0 != "\t" && $0 != "#" }
        spans[node.line - 1].append(Span(range: node.column - 1..<node.column + header.count, text: nil))
        let digit = header.compactMap { $0.properties.numericType == .decimal ? Int(String($0)) : nil }.first
        var last = node.line
        var first: Int?
        for line in node.line..<lines.count {
            let text = lines[line]
            let isBlank = text.allSatisfy { $0 == " " }
            if !isBlank {
                guard Self.indent(text) > now else { break }
                first = first ?? line
            }
            let isContent =
                !isBlank || header.contains("+") || text.count > (first.map { Self.indent(lines[$0]) } ?? .max)
            if isContent { last = line + 1 }
        }
        guard let first else { return }
        let from = digit.map { now + $0 } ?? Self.indent(lines[first])
        let to = indent + (digit ?? Self.step)
        for line in node.line..<last { kinds[line] = .block(from: from, to: to) }
    }
}
