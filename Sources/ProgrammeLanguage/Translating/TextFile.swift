/// A file of texts in which single texts are set, every other byte left as it is.
package struct TextFile: Sendable {
    /// What could not be set.
    package struct Fault: Error, Hashable, Sendable {
        package let message: String
    }

    private let name: String
    /// Without line ends.
    private var lines: [String]
    private var root: Node?

    /// - Throws: `LayoutRefusal` with the mistakes of syntax of a file that cannot be read.
    package init(name: String, bytes: [UInt8]) throws(LayoutRefusal) {
        self.name = name
        // Columns are counted without a byte order mark, and lines by their feeds.
        let text = String(
            decoding: bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes, as: UTF8.self)
        lines = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != "\r" }))
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        try read()
    }

    /// A new file of a language.
    package init(language: String) throws(LayoutRefusal) {
        try self.init(name: "texts/\(language).yaml", bytes: Array("language: \(language)\n".utf8))
    }

    package var bytes: [UInt8] { Array((lines.joined(separator: "\n") + "\n").utf8) }

    /// The text at a path; nil where there is none.
    package func text(at path: [String]) -> String? { node(at: path)?.scalarText }

    private mutating func read() throws(LayoutRefusal) {
        let read = YAMLReader.read(file: name, bytes: bytes)
        guard read.diagnostics.isEmpty else { throw LayoutRefusal(diagnostics: read.diagnostics) }
        root = read.root
    }

    private func node(at path: [String]) -> Node? {
        var node = root
        for name in path { node = node.flatMap { Fields($0) }?[name] }
        return node
    }

    /// Sets a text: in the place of the one that is there, else below what it belongs to.
    ///
    /// - Parameter isFirst: stands before all others below the same key.
    /// - Throws: `Fault` where something else stands in the way.
    package mutating func set(_ path: [String], to text: String, isFirst: Bool = false) throws {
        let before = Translation.texts(of: root)
        if let node = node(at: path) {
            guard node.scalarText != nil else { throw Fault(message: "\(path.joined(separator: ".")) is no text") }
            if node.scalarText == text { return }
            try replace(node, behind: path, text)
        } else {
            try insert(path, text, isFirst: isFirst)
        }
        try read()
        // Nothing but this text may have changed.
        let after = Translation.texts(of: root)
        let others = { (all: [(path: [String], text: String)]) in
            all.filter { $0.path != path }.map { $0.path + [$0.text] }
        }
        guard self.text(at: path) == text, Set(others(before)) == Set(others(after)) else {
            throw Fault(message: "\(path.joined(separator: ".")) cannot be set in \(name) without changing other texts")
        }
    }

    // MARK: In the place of another

    private mutating func replace(_ node: Node, behind path: [String], _ text: String) throws {
        let first = node.line - 1
        let head = String(String.UnicodeScalarView(lines[first].unicodeScalars.prefix(node.column - 1)))
        let last = lastLine(of: node)
        var tail = ""
        if case .scalar(_, let style) = node.content, style != .literal, style != .folded {
            tail = String(
                String.UnicodeScalarView(lines[node.endLine - 1].unicodeScalars.dropFirst(node.endColumn - 1)))
        }
        let key = keyNode(path)
        let depth = (key?.column ?? 1) - 1 + 2
        let isBlock = !node.isFlow && tail.allSatisfy { $0 == " " }
        lines.replaceSubrange(
            first...last, with: Self.written(text, head: head, tail: tail, depth: depth, isBlock: isBlock))
    }

    private func keyNode(_ path: [String]) -> Node? {
        guard let name = path.last else { return nil }
        return node(at: path.dropLast()).flatMap { Fields($0) }?.key(name)
    }

    /// The last line of a node; of a text after `|` the last that is not blank.
    private func lastLine(of node: Node) -> Int {
        guard case .scalar(_, let style) = node.content, style == .literal || style == .folded else {
            return node.endLine - 1
        }
        var last = min(node.endLine, lines.count) - 1
        // The mark of the end stands on the line behind.
        if node.endColumn == 1 || last >= lines.count { last = min(node.endLine - 2, lines.count - 1) }
        while last > node.line - 1, lines[last].allSatisfy({ $0 == " " }) { last -= 1 }
        return last
    }

    /// A text on lines: after `|` where it has several, else in quotes.
    private static func written(_ text: String, head: String, tail: String, depth: Int, isBlock: Bool) -> [String] {
        let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isPlainEnd = parts.count > 1 && parts.last == "" && parts.dropLast().last != ""
        let content = isPlainEnd ? Array(parts.dropLast()) : parts
        let canBlock =
            isBlock && content.count > 1 && !(content.first ?? "").isEmpty && content.first?.first != " "
            && content.last != ""
            && !text.unicodeScalars.contains {
                $0 == "\r" || $0 == "\t" || ($0.value < 0x20 && $0 != "\n") || $0.value == 0x7F
                    || (0x80..<0xA0).contains($0.value) || $0 == "\u{2028}" || $0 == "\u{2029}" || $0 == "\u{FEFF}"
            }
        guard canBlock else { return [head + quoted(text) + tail] }
        let indent = String(repeating: " ", count: depth)
        return [head + (isPlainEnd ? "|" : "|-")] + content.map { $0.isEmpty ? "" : indent + $0 }
    }

    /// In double quotes, as YAML reads them.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case _
            where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
                || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value):
                let hex = String(scalar.value, radix: 16, uppercase: true)
                result += "\\u" + String(repeating: "0", count: max(0, 4 - hex.count)) + hex
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    // MARK: Below what it belongs to

    private mutating func insert(_ path: [String], _ text: String, isFirst: Bool) throws {
        var depth = path.count - 1
        while depth > 0, node(at: Array(path.prefix(depth))) == nil { depth -= 1 }
        let parent = node(at: Array(path.prefix(depth))) ?? root
        guard let parent, let fields = Fields(parent), let first = fields.entries.first else {
            throw Fault(message: "\(path.prefix(depth).joined(separator: ".")) has no texts below it")
        }
        let rest = Array(path.dropFirst(depth))
        if parent.isFlow { return try insert(rest, text, into: parent) }
        let indent = first.key.column - 1
        var added: [String] = []
        for (step, name) in rest.enumerated() {
            let head = String(repeating: " ", count: indent + 2 * step) + Self.key(name) + ":"
            if step < rest.count - 1 {
                added.append(head)
            } else {
                added += Self.written(text, head: head + " ", tail: "", depth: indent + 2 * step + 2, isBlock: true)
            }
        }
        lines.insert(contentsOf: added, at: isFirst ? first.key.line - 1 : end(of: fields))
    }

    /// The line behind the last of a map in block style.
    private func end(of fields: Fields) -> Int {
        guard let last = fields.entries.last else { return lines.count }
        var node = last.value
        while let inner = Fields(node)?.entries.last?.value, !node.isFlow { node = inner }
        return lastLine(of: node) + 1
    }

    /// Into braces, before the closing one.
    private mutating func insert(_ rest: [String], _ text: String, into parent: Node) throws {
        let line = parent.endLine - 1
        let scalars = Array(lines[line].unicodeScalars)
        guard let place = scalars.prefix(parent.endColumn - 1).lastIndex(of: "}") else {
            throw Fault(message: "\(rest.joined(separator: ".")) cannot be set: no closing brace was found")
        }
        var inner = Self.quoted(text)
        for name in rest.dropFirst().reversed() { inner = "{\(Self.key(name)): \(inner)}" }
        let added = ", \(Self.key(rest[0])): \(inner)"
        lines[line] =
            String(String.UnicodeScalarView(scalars[..<place])) + added
            + String(String.UnicodeScalarView(scalars[place...]))
    }

    private static func key(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0) || $0 == "_"
                    || $0 == "-"
            }
        return isPlain && name.first != "-" ? name : quoted(name)
    }
}
