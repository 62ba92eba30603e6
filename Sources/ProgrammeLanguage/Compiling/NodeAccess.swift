import Exchange

/// The keys of one map, each asked for once; what is left over is a mistake.
struct Fields {
    let node: Node
    let entries: [(key: Node, value: Node)]

    init?(_ node: Node) {
        guard case .mapping(let entries) = node.content else { return nil }
        self.init(node: node, entries: entries)
    }

    init(node: Node, entries: [(key: Node, value: Node)]) {
        self.node = node
        self.entries = entries
    }

    subscript(key: String) -> Node? { entries.first { $0.key.scalarText == key }?.value }

    func key(_ name: String) -> Node? { entries.first { $0.key.scalarText == name }?.key }
}

extension Compilation {
    func error(_ node: Node, _ message: String, offset: Int = 0) {
        append(node.diagnostic(.error, message, offset: offset))
    }

    func warning(_ node: Node, _ message: String) {
        append(node.diagnostic(.warning, message))
    }

    func note(_ node: Node, _ message: String) {
        notes.append(node.diagnostic(.note, message))
    }

    /// Keeps a mistake, unless it only echoes what could not be read.
    func append(_ found: Diagnostic) {
        if damaged[found.file]?.contains(found.line) ?? false { return }
        diagnostics.append(found)
    }

    /// Remembers what a file's damage may have swallowed.
    func note(_ read: YAMLReader.Reading, file: String) {
        diagnostics.append(contentsOf: read.diagnostics)
        damaged[file] = read.damaged
        lost.formUnion(read.lost)
    }

    /// Whether something within a node, or the line above where it may have begun, could not be read as it was meant.
    func isDamaged(_ node: Node) -> Bool {
        guard let lines = damaged[node.file], !lines.isEmpty else { return false }
        return lines.contains { node.line - 1 <= $0 && $0 <= node.endLine }
    }

    /// The map of a node, misspelt keys taken for those that were meant; a mistake and nil for anything else.
    func fields(_ node: Node, of kind: String) -> Fields? {
        if let fields = Fields(node) { return corrected(fields, kind) }
        let words = KeyTable.all[kind]?.words ?? "a map"
        error(
            node, "\(words) is written as keys with values, such as {\(KeyTable.all[kind]?.keys.first?.example ?? "")}")
        return nil
    }

    private func corrected(_ fields: Fields, _ kind: String) -> Fields {
        guard let table = KeyTable.all[kind] else { return fields }
        var taken = Set(fields.entries.compactMap(\.key.scalarText))
        var entries = fields.entries
        for (index, entry) in entries.enumerated() {
            guard let name = entry.key.scalarText, !table.contains(name), let meant = meantKey(name, table)?.key,
                taken.insert(meant).inserted
            else { continue }
            let key = Node(
                .scalar(meant, .plain), file: entry.key.file, line: entry.key.line, column: entry.key.column,
                endLine: entry.key.endLine, isFlow: entry.key.isFlow)
            misspelt[ObjectIdentifier(key)] = (key, name)
            entries[index].key = key
        }
        return Fields(node: fields.node, entries: entries)
    }

    /// Reports keys that a kind of thing does not have, and those that it needs.
    func checkKeys(_ fields: Fields, _ kind: String, also names: Set<String> = []) {
        guard let table = KeyTable.all[kind] else { return }
        for (key, value) in fields.entries {
            guard let name = misspelt[ObjectIdentifier(key)]?.name ?? key.scalarText, !table.contains(name),
                !names.contains(name)
            else { continue }
            error(key, unknownKey(name, table, value))
        }
        guard !isDamaged(fields.node) else { return }
        for entry in table.keys where entry.isRequired && fields[entry.name] == nil {
            error(fields.node, "\(table.words) needs \"\(entry.name)\"; write for example \(entry.example)")
        }
    }

    /// The key that a misspelt or foreign one stands for, and what is said about it.
    private func meantKey(_ name: String, _ kind: KeyTable.Kind) -> (key: String, message: String)? {
        let lower = name.lowercased()
        if kind.contains(lower), lower != name { return (lower, "keys are written in small letters: \"\(lower)\"") }
        let hyphens = String(lower.map { $0 == "_" ? "-" : $0 })
        if kind.contains(hyphens) { return (hyphens, "keys of the language have a hyphen: \"\(hyphens)\"") }
        let trimmed = String(lower.reversed().drop { $0 == "_" || $0 == "-" }.reversed())
        if kind.contains(trimmed) { return (trimmed, "the key is written \"\(trimmed)\"") }
        if let near = Spelling.nearest(name, among: kind.keys.map(\.name)) {
            return (near, "\(kind.words) has no \"\(name)\"; did you mean \"\(near)\"?")
        }
        if let other = KeyTable.otherWords[lower], let entry = kind.keys.first(where: { $0.name == other }) {
            return (other, "\"\(name)\" is called \"\(other)\" here; write \(entry.example)")
        }
        return nil
    }

    private func unknownKey(_ name: String, _ kind: KeyTable.Kind, _ value: Node) -> String {
        if name.contains(":") {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            return "a space is missing after the colon; write \"\(parts.joined(separator: ": "))\""
        }
        if let meant = meantKey(name, kind) { return meant.message }
        let homes = KeyTable.all.kinds(with: name).filter { $0.name != kind.name }
        if let home = homes.first {
            let more = home.keys.first { $0.name == name }.map { "; write it in \(home.words), such as \($0.example)" }
            return "\"\(name)\" does not belong to \(kind.words), it belongs to \(home.words)\(more ?? "")"
        }
        return "\(kind.words) has no \"\(name)\"; what it has: \(kind.keys.map(\.name).joined(separator: ", "))"
    }

    // MARK: Scalars

    /// The text of a scalar; a mistake for a map or list.
    func text(_ node: Node, _ what: String) -> String? {
        if let text = node.scalarText { return text }
        let isMap = Fields(node) != nil
        error(
            node,
            isMap
                ? "\(what) is a text here, not a map; if it begins with a brace, put it in quotes"
                : "\(what) takes one value here, not a list")
        return nil
    }

    func flag(_ node: Node?, _ what: String) -> Bool {
        guard let node else { return false }
        switch node.scalarText {
        case "yes": return true
        case "no": return false
        case let text?:
            error(node, "write yes or no, not \"\(text)\"")
        case nil: error(node, "\"\(what)\" takes yes or no")
        }
        return false
    }

    func whole(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(node, "\"\(what)\"") else { return nil }
        guard let number = Int(text), range.contains(number), String(number) == text else {
            error(
                node,
                "\"\(what)\" takes a whole number from \(range.lowerBound) to \(range.upperBound), not \"\(text)\"")
            return nil
        }
        return number
    }

    /// One scalar or a list of scalars; empty where there is none.
    func words(_ node: Node?, _ what: String) -> [(text: String, node: Node)] {
        guard let node else { return [] }
        if let items = node.itemList {
            return items.compactMap { item in text(item, what).map { ($0, item) } }
        }
        return text(node, what).map { [($0, node)] } ?? []
    }

    // MARK: Names

    /// What a name is for: it decides which words it may not be.
    enum NameUse {
        /// Stands in no condition by itself: states, answers, messages.
        case word
        /// A field, read after a point or inside its own form.
        case field
        /// A variable of conditions and texts.
        case variable
    }

    /// Words that CEL keeps for itself.
    static let keywords: Set<String> = [
        "in", "as", "if", "for", "true", "false", "null", "break", "const", "continue", "else", "function", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    /// What conditions and texts know by these names everywhere.
    static let variables: Set<String> = [
        "self", "row", "everyone", "reader", "task", "link", "reason", "given", "offer", "case",
    ]

    /// The name that a key gives to something of the user's own; nil and a mistake if it is none.
    func name(_ node: Node, _ what: String, hyphens: Bool = false, for use: NameUse = .word) -> String? {
        guard let text = text(node, what) else { return nil }
        let scalars = Array(text.unicodeScalars)
        let isGood =
            !scalars.isEmpty && scalars.count <= 40 && ("a"..."z").contains(scalars[0])
            && scalars.allSatisfy {
                ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "_" || (hyphens && $0 == "-")
            }
        if isGood {
            let isTaken = use != .word && Self.keywords.contains(text)
            if isTaken || use == .variable && Self.variables.contains(text) {
                lost.insert(text)
                error(node, "\"\(text)\" is a word of conditions; choose another, such as \"\(text)_1\"")
                return nil
            }
            return text
        }
        lost.formUnion([text, Spelling.plainName(text)])
        if scalars.count > 40 {
            error(node, "a name has at most 40 letters")
        } else if text.contains("-"), !hyphens {
            let fixed = String(text.map { $0 == "-" ? "_" : $0 })
            error(node, "names use _ and not -, because conditions read - as minus; write \"\(fixed)\"")
        } else {
            let plain = Spelling.plainName(text)
            let proposal = plain.isEmpty ? "" : "; write \"\(plain)\", and title: \(text)"
            error(node, "names use a–z, 0–9 and _, and begin with a letter\(proposal)")
        }
        return nil
    }

    /// A name that must be known, or a mistake with the nearest.
    func known(_ text: String, among names: [String], _ what: String, at node: Node, add: String = "") -> Bool {
        if names.contains(text) { return true }
        if let near = Spelling.nearest(text, among: names) {
            error(node, "no \(what) \"\(text)\"; did you mean \"\(near)\"?")
        } else {
            let known = names.isEmpty ? "there is none" : "what there is: \(names.prefix(20).joined(separator: ", "))"
            error(node, "no \(what) \"\(text)\"; \(add.isEmpty ? known : add)")
        }
        return false
    }
}
