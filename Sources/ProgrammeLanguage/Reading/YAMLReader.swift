import CYAML

/// Reads a file into nodes, or says every mistake; a subset of YAML without anchors, tags and repeated keys.
package struct YAMLReader {
    /// Levels of nesting at most.
    package static let depthLimit = 64
    /// Nodes of one file at most.
    package static let nodeLimit = 200_000

    /// How often a file is read again without the lines that cannot be read, at most.
    static let roundsLimit = 20
    /// Bytes that all rounds together may read.
    static let roundsBytes = 4 << 20

    /// What a file gave.
    package struct Reading: Sendable {
        /// nil when nothing at all could be read.
        package let root: Node?
        package let diagnostics: [Diagnostic]
        /// Lines that were not read as they were meant; what is missing or odd there is no further mistake.
        package let damaged: Set<Int>
        /// Words of those lines: names that may have been declared there.
        package let lost: Set<String>
    }

    private let file: String
    private let lines: [Substring]
    private var diagnostics: [Diagnostic]
    private var nodes = 0
    private var stop = false
    /// Lines about which something has been said already; one mistake is said once.
    private var told: Set<Int>
    /// Lines that are left out from the next round on.
    private var blank: Set<Int> = []
    /// Lines about which the scan of the source has said something.
    private let scanned: Set<Int>
    /// A line that was read as part of another; what follows it in the round is no further mistake.
    private var swallowing: Int?
    /// Where a syntax error stopped the round: the lines to leave out.
    private var broken: ClosedRange<Int>?

    /// The file's root, if it has one, with all mistakes; total and quick for any bytes.
    ///
    /// libyaml stops at the first error of syntax, so that the file is read again without the lines concerned.
    package static func read(file: String, bytes: [UInt8]) -> Reading {
        switch SourceText.read(file: file, bytes: bytes) {
        case .failure(let diagnostic): return Reading(root: nil, diagnostics: [diagnostic], damaged: [], lost: [])
        case .success(let source):
            var reader = YAMLReader(source)
            let rounds = max(1, min(roundsLimit, roundsBytes / max(1, bytes.count)))
            var root: Node?
            for _ in 0..<rounds {
                root = reader.parse(reader.whole)
                guard let broken = reader.broken, reader.leaveOut(broken) else { break }
            }
            return Reading(
                root: root, diagnostics: reader.diagnostics, damaged: reader.told.union(reader.blank),
                lost: reader.lostWords)
        }
    }

    private init(_ source: SourceText) {
        file = source.file
        lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
        diagnostics = source.diagnostics
        scanned = Set(source.diagnostics.map(\.line))
        told = scanned
    }

    private mutating func report(_ line: Int, _ column: Int, _ message: String) {
        guard told.insert(line).inserted else { return }
        diagnostics.append(Diagnostic(.error, file: file, line: line, column: column, message: message))
    }

    // MARK: Rounds

    private var whole: String {
        var text = ""
        for (index, line) in lines.enumerated() {
            if index > 0 { text += "\n" }
            if !blank.contains(index + 1) { text += line }
        }
        return text
    }

    /// Leaves out what cannot be read with everything below it; false when that changes nothing.
    private mutating func leaveOut(_ range: ClosedRange<Int>) -> Bool {
        guard lines.indices.contains(range.lowerBound - 1), !blank.contains(range.upperBound) else { return false }
        let indent = Self.indent(lines[range.lowerBound - 1])
        var last = min(range.upperBound, lines.count)
        // A line whose own signs are wrong takes nothing with it.
        let isAlone = scanned.contains(range.lowerBound) || swallowing == range.lowerBound
        while !isAlone, last < lines.count {
            let isBelow = lines[last].allSatisfy { $0.isWhitespace } || Self.indent(lines[last]) > indent
            guard isBelow else { break }
            last += 1
        }
        blank.formUnion(range.lowerBound...last)
        stop = false
        broken = nil
        swallowing = nil
        nodes = 0
        return true
    }

    private static func indent(_ line: Substring) -> Int { line.unicodeScalars.prefix { $0 == " " }.count }

    private var lostWords: Set<String> {
        var result: Set<String> = []
        for line in told.union(blank) where lines.indices.contains(line - 1) {
            let isPart: (Character) -> Bool = { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" || $0 == "." }
            for word in lines[line - 1].split(whereSeparator: { !isPart($0) }) { result.insert(String(word)) }
        }
        return result
    }

    // MARK: Events

    private mutating func parse(_ text: String) -> Node? {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else {
            report(1, 1, "the file could not be read; there is not enough memory")
            return nil
        }
        defer { yaml_parser_delete(&parser) }
        var bytes = Array(text.utf8)
        return bytes.withUnsafeMutableBufferPointer { buffer in
            yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
            yaml_parser_set_input_string(&parser, buffer.baseAddress, buffer.count)
            return document(&parser)
        }
    }

    private mutating func next(_ parser: inout yaml_parser_t) -> yaml_event_t? {
        guard !stop else { return nil }
        var event = yaml_event_t()
        guard yaml_parser_parse(&parser, &event) == 1 else {
            stop = true
            syntax(parser)
            return nil
        }
        return event
    }

    private mutating func document(_ parser: inout yaml_parser_t) -> Node? {
        var root: Node?
        var documents = 0
        while var event = next(&parser) {
            defer { yaml_event_delete(&event) }
            switch event.type {
            case YAML_STREAM_END_EVENT: return root
            case YAML_DOCUMENT_START_EVENT:
                documents += 1
                if documents == 2 {
                    report(
                        Int(event.start_mark.line) + 1, 1,
                        "a second document begins here (---); one file holds one programme, so move it to a file of its own"
                    )
                    stop = true
                }
            case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: break
            default:
                let node = node(event, &parser, depth: 1, isFlow: false)
                if root == nil { root = node }
            }
        }
        return root
    }

    private mutating func node(
        _ event: yaml_event_t, _ parser: inout yaml_parser_t, depth: Int, isFlow: Bool
    ) -> Node? {
        let line = Int(event.start_mark.line) + 1
        let column = Int(event.start_mark.column) + 1
        nodes += 1
        guard depth <= Self.depthLimit, nodes <= Self.nodeLimit else {
            if !stop {
                report(
                    line, column,
                    depth > Self.depthLimit
                        ? "more than \(Self.depthLimit) levels are nested here"
                        : "the file has more than \(Self.nodeLimit) parts")
            }
            stop = true
            return nil
        }
        var event = event
        if sojourn_yaml_has_anchor(&event) == 1 {
            report(line, column, "anchors (&, *) and \"<<\" are not used here; write the lines out")
        } else if sojourn_yaml_has_tag(&event) == 1 {
            report(
                line, column, "YAML takes a leading \"!\" for itself; put the text in quotes: \"\(rest(line, column))\""
            )
        }
        switch event.type {
        case YAML_SCALAR_EVENT: return scalar(event, line, column, isFlow: isFlow)
        case YAML_SEQUENCE_START_EVENT: return sequence(event, &parser, line, column, depth)
        case YAML_MAPPING_START_EVENT: return mapping(event, &parser, line, column, depth)
        default: return nil
        }
    }

    /// The rest of a line up to a comma or bracket, for proposals.
    private func rest(_ line: Int, _ column: Int) -> String {
        guard lines.indices.contains(line - 1) else { return "" }
        let text = lines[line - 1].unicodeScalars.dropFirst(column - 1).prefix {
            $0 != "," && $0 != "}" && $0 != "]" && $0 != "#"
        }
        return String(text).trimmingSpaces
    }

    private mutating func scalar(_ event: yaml_event_t, _ line: Int, _ column: Int, isFlow: Bool) -> Node {
        var event = event
        var length = 0
        let pointer = sojourn_yaml_scalar(&event, &length)
        let text =
            pointer.map {
                String(decoding: UnsafeRawBufferPointer(start: $0, count: length), as: UTF8.self)
            } ?? ""
        let endLine = Int(event.end_mark.line) + 1
        let style: Node.Style =
            switch sojourn_yaml_scalar_style(&event) {
            case YAML_SINGLE_QUOTED_SCALAR_STYLE: .single
            case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .double
            case YAML_LITERAL_SCALAR_STYLE: .literal
            case YAML_FOLDED_SCALAR_STYLE: .folded
            default: .plain
            }
        if style == .plain, endLine > line {
            continued(text, line, endLine)
        }
        return Node(
            .scalar(text, style), file: file, line: line, column: column, endLine: endLine,
            endColumn: Int(event.end_mark.column) + 1, isFlow: isFlow)
    }

    /// A plain text that runs on over a line swallows what was meant as a key.
    private mutating func continued(_ text: String, _ line: Int, _ endLine: Int) {
        if told.contains(line) { return }
        let first = lines.indices.contains(line - 1) ? lines[line - 1].trimmingSpaces : ""
        if let colon = text.firstIndex(of: ":"), colon != text.startIndex, text.index(after: colon) < text.endIndex,
            first.hasPrefix(text[...text.index(after: colon)]), text[text.index(after: colon)] != " ",
            text[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" })
        {
            let indent = Self.indent(lines[line - 1])
            swallowing = swallowing ?? line
            report(
                line, indent + text.distance(from: text.startIndex, to: colon) + 2,
                "a space is missing after the colon; write \"\(first.replacing(":", with: ": ", maxReplacements: 1))\"")
            return
        }
        let place = lines.indices.contains(line) ? line + 1 : endLine
        let next = lines.indices.contains(place - 1) ? lines[place - 1] : ""
        let indent = next.unicodeScalars.prefix { $0 == " " }.count
        let words = next.trimmingSpaces.split(separator: " ", maxSplits: 1).map(String.init)
        let isKey = words.first?.allSatisfy { $0.isLetter || $0 == "-" || $0 == "_" } ?? false
        let proposal =
            words.count == 2 && isKey
            ? "; is a colon missing? write \"\(words[0]): \(words[1])\"" : "; put the text in quotes, or use |"
        let shown = text.count > 60 ? text.prefix(60) + "…" : text[...]
        report(place, indent + 1, "this line continues the text above (\"\(shown)\")\(proposal)")
    }

    private mutating func sequence(
        _ event: yaml_event_t, _ parser: inout yaml_parser_t, _ line: Int, _ column: Int, _ depth: Int
    ) -> Node? {
        var event = event
        let isFlow = sojourn_yaml_is_flow(&event) == 1
        var items: [Node] = []
        while var next = next(&parser) {
            defer { yaml_event_delete(&next) }
            if next.type == YAML_SEQUENCE_END_EVENT {
                return Node(
                    .sequence(items), file: file, line: line, column: column, endLine: Int(next.end_mark.line) + 1,
                    endColumn: Int(next.end_mark.column) + 1, isFlow: isFlow)
            }
            if let item = node(next, &parser, depth: depth + 1, isFlow: isFlow) {
                if !item.isQuoted, item.scalarText == "" {
                    report(item.line, item.column, "this entry of the list has no value; write one, or delete the line")
                } else {
                    items.append(item)
                }
            }
        }
        return nil
    }

    private mutating func mapping(
        _ event: yaml_event_t, _ parser: inout yaml_parser_t, _ line: Int, _ column: Int, _ depth: Int
    ) -> Node? {
        var event = event
        let isFlow = sojourn_yaml_is_flow(&event) == 1
        var entries: [(key: Node, value: Node)] = []
        var seen: [String: Node] = [:]
        var key: Node?
        var isKey = true
        var cut = false
        while var next = next(&parser) {
            defer { yaml_event_delete(&next) }
            if next.type == YAML_MAPPING_END_EVENT {
                return Node(
                    .mapping(entries), file: file, line: line, column: column, endLine: Int(next.end_mark.line) + 1,
                    endColumn: Int(next.end_mark.column) + 1, isFlow: isFlow)
            }
            let node = node(next, &parser, depth: depth + 1, isFlow: isFlow)
            if isKey {
                key = node
                if let node, node.scalarText == nil {
                    beginsWithBracket(node)
                    key = nil
                } else if node?.scalarText == "<<" {
                    report(
                        node?.line ?? line, node?.column ?? column,
                        "anchors (&, *) and \"<<\" are not used here; write the lines out")
                    key = nil
                }
            } else if let found = key, let value = node, let name = found.scalarText {
                if value.scalarText == "", !value.isQuoted, sojourn_yaml_has_tag(&next) == 0 {
                    if isFlow {
                        cut = commaCut(found, before: entries.last) || cut
                    } else {
                        // What stood below was left out for a mistake of its own.
                        if !blank.contains(found.line + 1) { report(found.line, found.column, empty(name)) }
                    }
                } else if let former = seen[name] {
                    report(
                        found.line, found.column,
                        "\"\(name)\" is already at line \(former.line); rename one or join them")
                } else {
                    seen[name] = found
                    entries.append((found, value))
                }
            }
            isKey.toggle()
        }
        return nil
    }

    /// A map or list where a key should stand is a text that begins with a bracket.
    private mutating func beginsWithBracket(_ node: Node) {
        let isMap = node.itemList == nil
        let column = isMap ? max(1, node.column - 1) : node.column
        let line = lines.indices.contains(node.line - 1) ? lines[node.line - 1] : ""
        var text = String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(column - 1))).trimmingSpaces
        if let end = text.firstRange(of: "}}, ") { text = text[..<end.lowerBound] + "}}" }
        if !scanned.contains(node.line) {
            // What was said about the inside of the brackets was said too early.
            diagnostics.removeAll { $0.line == node.line }
            told.remove(node.line)
        }
        report(node.line, column, "a text that begins with \"\(isMap ? "{{" : "[")\" needs quotes: \"\(text)\"")
    }

    private func empty(_ name: String) -> String {
        if let colon = name.firstIndex(of: ":"), name.index(after: colon) < name.endIndex {
            let first = name[..<colon]
            let second = name[name.index(after: colon)...]
            return "a space is missing after the colon; write \"\(first): \(second)\""
        }
        return "\"\(name)\" has no value; write a value, or delete the line"
    }

    /// In braces a key without a value is what a comma cut off a text or a condition.
    private mutating func commaCut(_ key: Node, before: (key: Node, value: Node)?) -> Bool {
        let name = key.scalarText ?? ""
        if let colon = name.firstIndex(of: ":"), name.index(after: colon) < name.endIndex,
            name[..<colon].allSatisfy({ $0.isLetter || $0 == "-" || $0 == "_" })
        {
            report(key.line, key.column, empty(name))
            return false
        }
        guard let before, let text = before.value.scalarText else {
            report(key.line, key.column, "\"\(name)\" has no value; write one after a colon and a space")
            return false
        }
        let isOpen = text.filter { $0 == "(" }.count > text.filter { $0 == ")" }.count
        let whole = "\(text), \(name)"
        report(
            key.line, key.column,
            isOpen
                ? "the comma cuts this condition in two; put it in quotes: \(before.key.scalarText ?? "if"): \"\(whole)\""
                : "a comma inside { } begins a new key; put the text in quotes: \"\(whole)\"")
        return true
    }

    // MARK: Syntax errors of libyaml in our words

    private mutating func syntax(_ parser: yaml_parser_t) {
        let problem = parser.problem.map { String(cString: $0) } ?? ""
        let context = parser.context.map { String(cString: $0) } ?? ""
        let line = Int(parser.problem_mark.line) + 1
        let column = Int(parser.problem_mark.column) + 1
        let openLine = Int(parser.context_mark.line) + 1
        let openColumn = Int(parser.context_mark.column) + 1
        let isOpen = problem.contains("expected ',' or") || problem.contains("unexpected end of stream")
        broken = isOpen && openLine < line ? openLine...openLine : line...line
        // What has been said already is the cause.
        let causes =
            [swallowing, openLine, line].compactMap(\.self)
            + (max(1, line - 5)...line).reversed().filter(scanned.contains)
        if let cause = causes.first(where: { told.contains($0) && !blank.contains($0) }) {
            broken = cause...cause
            return
        }
        if isOpen {
            // What was read behind an open bracket was read wrongly.
            for found in diagnostics where found.line > openLine && !scanned.contains(found.line) {
                told.remove(found.line)
            }
            diagnostics.removeAll { $0.line > openLine && !scanned.contains($0.line) }
        }
        let text = lines.indices.contains(line - 1) ? String(lines[line - 1]) : ""
        if problem.contains("expected ',' or ']'") {
            report(openLine, openColumn, "\"[\" is opened here and never closed; add \"]\"")
        } else if problem.contains("expected ',' or '}'") {
            report(openLine, openColumn, "\"{\" is opened here and never closed; add \"}\"")
        } else if problem.contains("unexpected end of stream") {
            report(openLine, openColumn, "the quote that opens here is never closed")
        } else if problem.contains("mapping values are not allowed") {
            colon(text, line, column)
        } else if problem.contains("cannot start any token") {
            let sign = text.unicodeScalars.dropFirst(column - 1).first.map { String(Character($0)) } ?? ""
            report(line, column, "a text that begins with \"\(sign)\" needs quotes: \"\(rest(line, column))\"")
        } else if problem.contains("could not find expected ':'") {
            report(openLine, openColumn, "this line has no colon; write \"name: value\"")
        } else if problem.contains("did not find expected key") || problem.contains("block end")
            || problem.contains("'-' indicator")
        {
            indentation(text, line, column, openLine, openColumn)
        } else if problem.contains("escape") {
            report(line, column, "in double quotes \\ begins an escape; write \\\\, or use single quotes")
        } else if problem.contains("tab") {
            report(line, column, "a tab stands here; use spaces")
        } else if problem.contains("block entries are not allowed") {
            report(line, column, "a list's \"-\" begins a line of its own, 2 spaces deeper than its key")
        } else if problem.contains("alias") || problem.contains("anchor") {
            report(
                line, column,
                "anchors (&, *) and \"<<\" are not used here; write the lines out, or put the text in quotes")
        } else {
            report(
                line, column,
                "this cannot be read (\(context.isEmpty ? problem : context)); look at the quotes, colons and indentation here"
            )
        }
    }

    private mutating func colon(_ text: String, _ line: Int, _ column: Int) {
        let parts = text.trimmingSpaces.split(separator: ": ", maxSplits: 1).map(String.init)
        let proposal = parts.count == 2 ? "\"\(parts[1])\"" : "\"…\""
        if parts.count == 2, parts[1].contains(": ") || parts[1].hasSuffix(":") {
            report(line, column, "a second \": \" in one line; put the text in quotes: \(proposal)")
        } else {
            let indent = text.unicodeScalars.prefix { $0 == " " }.count
            indentation(text, line, indent + 1, line - 1, 1)
        }
    }

    private mutating func indentation(_ text: String, _ line: Int, _ column: Int, _ openLine: Int, _ openColumn: Int) {
        if let opened = lines.indices.contains(line - 1) ? lines[line - 1] : nil,
            let quote = opened.firstIndex(where: { $0 == "'" }), opened.filter({ $0 == "'" }).count > 2
        {
            let place = opened.unicodeScalars.distance(from: opened.unicodeScalars.startIndex, to: quote)
            report(line, place + 1, "the quote ends at the apostrophe; use double quotes instead")
            return
        }
        let indent = text.unicodeScalars.prefix { $0 == " " }.count
        var levels: Set<Int> = []
        for former in lines.prefix(line - 1).suffix(40) where !former.trimmingSpaces.isEmpty {
            levels.insert(former.unicodeScalars.prefix { $0 == " " }.count)
        }
        if !levels.contains(indent) {
            let below = levels.filter { $0 < indent }.max() ?? 0
            let above = levels.filter { $0 > indent }.min()
            report(
                line, indent + 1,
                "this line stands between two levels (\(indent) spaces); use \(below)\(above.map { " or \($0)" } ?? "") as the lines around it"
            )
        } else {
            report(
                line, column,
                "this line does not fit the lines above it; look at its indentation and at quotes and brackets before it"
            )
        }
    }
}
