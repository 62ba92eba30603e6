import Exchange
import Expressions

/// Messages, documents and labels in each language (`texts/LANGUAGE.yaml`).
extension Compilation {
    func texts() {
        var seen: [String: TextNames] = [:]
        for language in p.languages {
            let path = "texts/\(language).yaml"
            guard let bytes = source.files[path] else {
                if !messageUses.isEmpty || !documentUses.isEmpty, let node = root.flatMap({ Fields($0) })?["languages"]
                {
                    error(node, "there is no file \(path); add it with the messages in that language")
                }
                continue
            }
            let read = YAMLReader.read(file: source.shown(path), bytes: bytes)
            note(read, file: source.shown(path))
            guard let root = read.root, let fields = Fields(root) else { continue }
            let names = texts(language, fields)
            // What could not be read there is not missing.
            if read.damaged.isEmpty { seen[language] = names }
        }
        for path in source.files.keys.sorted() where path.hasPrefix("texts/") && path.hasSuffix(".yaml") {
            let language = String(path.dropFirst(6).dropLast(5))
            if !p.languages.contains(language) {
                diagnostics.append(
                    Diagnostic(
                        .warning, file: source.shown(path), line: 1, column: 1,
                        message: "\"\(language)\" is not among the programme's languages, so nobody reads this file"))
            }
        }
        missing(messageUses, names: seen.mapValues(\.messages), what: "message")
        missing(documentUses, names: seen.mapValues(\.documents), what: "document")
        for (name, node) in ruleTexts {
            let lacking = p.languages.filter { p.labels["rules.\(name)"]?[$0] == nil && seen[$0] != nil }
            if !lacking.isEmpty {
                error(
                    node,
                    "\"\(name)\" has no words in \(list(lacking)); add it under labels: rules: in \(files(lacking))")
            }
        }
    }

    private func list(_ languages: [String]) -> String { languages.joined(separator: ", ") }

    private func files(_ languages: [String]) -> String {
        languages.map { "texts/\($0).yaml" }.joined(separator: " and ")
    }

    private func missing(_ uses: [String: [TextUse]], names: [String: Set<String>], what: String) {
        for name in uses.keys.sorted() {
            let lacking = p.languages.filter { language in names[language].map { !$0.contains(name) } ?? false }
            guard !lacking.isEmpty, let node = uses[name]?.first?.node else { continue }
            let all = names.values.reduce(into: Set()) { $0.formUnion($1) }.sorted()
            if lacking.count == p.languages.count, let near = Spelling.nearest(name, among: all) {
                error(node, "no \(what) \"\(name)\"; did you mean \"\(near)\"?")
            } else {
                error(node, "\(what) \"\(name)\" has no text in \(list(lacking)); add it in \(files(lacking))")
            }
        }
    }

    /// The names that one file has, whether their texts are right or not.
    private struct TextNames {
        var messages: Set<String> = []
        var documents: Set<String> = []
    }

    /// One file; the names that it has.
    private func texts(_ language: String, _ fields: Fields) -> TextNames {
        for (key, _) in fields.entries
        where !["language", "messages", "documents", "labels"].contains(key.scalarText ?? "") {
            error(key, "a file of texts has language, messages, documents and labels")
        }
        if let node = fields["language"], node.scalarText != language {
            error(node, "this file is the one of \"\(language)\"; write language: \(language)")
        }
        var names = TextNames()
        for (key, value) in section(fields["messages"]) {
            guard let name = name(key, "a message's name") else { continue }
            names.messages.insert(name)
            if messageUses[name] == nil, language == p.languages[0] {
                warning(key, "message \"\(name)\" is never sent; send it or delete it")
            }
            checkMark(value, "messages.\(name)", language)
            guard
                let text = message(
                    value, uses: messageUses[name] ?? [], first: "subject",
                    as: TextName(kind: .message, name: name, language: language))
            else { continue }
            p.messages[name, default: Message(name: name, texts: [:])].texts[language] = text
            if flag(Fields(value)?["urgent"], "urgent") { p.messages[name]?.isUrgent = true }
            if flag(Fields(value)?["optional"], "optional") { p.messages[name]?.isOptional = true }
        }
        for (key, value) in section(fields["documents"]) {
            guard let name = name(key, "a document's name") else { continue }
            names.documents.insert(name)
            if documentUses[name] == nil, language == p.languages[0] {
                warning(key, "document \"\(name)\" is never made; use it or delete it")
            }
            checkMark(value, "documents.\(name)", language)
            guard
                let text = message(
                    value, uses: documentUses[name] ?? [], first: "title",
                    as: TextName(kind: .document, name: name, language: language))
            else { continue }
            p.documents[name, default: Message(name: name, texts: [:])].texts[language] = text
        }
        if let labels = fields["labels"] { flatten(labels, path: [], keys: [], language) }
        return names
    }

    /// A translation that was checked against what the first language said before is told.
    private func checkMark(_ node: Node, _ key: String, _ language: String) {
        guard let first = p.languages.first else { return }
        if language == first {
            sourceMarks[key] = Translation.mark(of: node)
        } else if let mark = Fields(node)?[Translation.markKey], let source = sourceMarks[key],
            mark.scalarText != source
        {
            warning(
                mark,
                "the text in \(first) has changed since this translation was checked; look it over, then run sojourn texts accept"
            )
        }
    }

    private func section(_ node: Node?) -> [(key: Node, value: Node)] {
        guard let node else { return [] }
        guard let fields = Fields(node) else {
            error(node, "texts stand below, one name each")
            return []
        }
        return fields.entries
    }

    /// A message is compiled for where it is sent from; from several places it can name what all of them know.
    private func message(_ node: Node, uses: [TextUse], first: String, as whole: TextName) -> MessageText? {
        guard let fields = Fields(node) else {
            error(node, "a message has \(first): and body:")
            return nil
        }
        for (key, _) in fields.entries
        where ![first, "body", "parts", "checked-against"].contains(key.scalarText ?? "")
            && !(first == "subject" && ["urgent", "optional"].contains(key.scalarText ?? ""))
        {
            error(key, "a message has \(first), body and parts")
        }
        guard let head = fields[first], let body = fields["body"], let headText = text(head, "\"\(first)\""),
            let bodyText = text(body, "\"body\"")
        else {
            if fields[first] == nil || fields["body"] == nil, !isDamaged(node) {
                error(node, "a message needs \(first): and body:")
            }
            return nil
        }
        let scopes = Set(uses.map(\.scope))
        var environment = scopes.count == 1 ? self.environment(scopes.first ?? .case) : caseEnvironment
        for (name, type) in Self.readerTypes(&environment) { environment.variables[name] = type }
        var parts: [String: MessagePart] = [:]
        for (key, value) in section(fields["parts"]) {
            guard let name = name(key, "a part's name", for: .variable),
                let part = part(value, environment, whole.language)
            else {
                continue
            }
            parts[name] = part
            environment.variables[name] = .string
        }
        guard let subject = template(headText, head, environment), let text = blockTemplate(bodyText, body, environment)
        else { return nil }
        textPlaces[whole] = TextPlace(
            head: head, body: body,
            parts: Dictionary(section(fields["parts"]).map { ($0.key.scalarText ?? "", $0.value) }) { first, _ in first
            },
            environment: environment)
        return MessageText(subject: subject, body: text, parts: parts)
    }

    /// What every message knows beside the case: who reads it, the task that it is about, the reason.
    private static func readerTypes(_ environment: inout Environment) -> [(String, ValueType)] {
        func fields(_ names: String...) -> [String: Environment.StructField] {
            Dictionary(uniqueKeysWithValues: names.map { ($0, Environment.StructField(.string)) })
        }
        environment.structs["$reader"] = fields("name", "institution", "language", "role")
        environment.structs["$task"] = fields("title", "due", "number")
        return [("reader", .named("$reader")), ("task", .named("$task")), ("reason", .string), ("link", .string)]
    }

    /// The text of a block begins on the line below its key, so places are counted from there.
    private func blockTemplate(_ text: String, _ node: Node, _ environment: Environment) -> Template? {
        switch environment.compileTemplate(text) {
        case .success(let template):
            usedNames.formUnion(template.references.map(\.variable))
            return template
        case .failure(let mistakes):
            for mistake in mistakes.mistakes { report(.error, inText: node, mistake.message, offset: mistake.offset) }
            return nil
        }
    }

    /// Says something about a place in a text of one line or a block.
    func report(_ severity: Diagnostic.Severity, inText node: Node, _ message: String, offset: Int) {
        guard node.endLine > node.line, let text = node.scalarText else {
            append(node.diagnostic(severity, message, offset: offset))
            return
        }
        let line = text.unicodeScalars.prefix(offset).count { $0 == "\n" }
        append(Diagnostic(severity, file: node.file, line: node.line + 1 + line, column: 1, message: message))
    }

    private func part(_ node: Node, _ environment: Environment, _ language: String) -> MessagePart? {
        guard let fields = Fields(node) else {
            error(node, "a part has count: or choose:, and its forms, other among them")
            return nil
        }
        let selector: MessagePart.Selector
        if let count = fields["count"] {
            guard let made = condition(count, environment, wants: .double, what: "\"count\"") else { return nil }
            selector = .count(made)
        } else if let choose = fields["choose"] {
            guard let made = condition(choose, environment, wants: .string, what: "\"choose\"") else { return nil }
            selector = .choose(made)
        } else {
            error(node, "a part has count: or choose:")
            return nil
        }
        var forms: [String: Template] = [:]
        for (key, value) in fields.entries where !["count", "choose"].contains(key.scalarText ?? "") {
            guard let form = key.scalarText, let text = text(value, "a form"),
                let made = template(text, value, environment)
            else { continue }
            forms[form] = made
        }
        if case .count = selector { checkForms(node, fields, language) }
        guard forms["other"] != nil else {
            error(node, "a part needs \"other\", the form for everything else")
            return nil
        }
        return MessagePart(selector: selector, forms: forms)
    }

    /// `labels: {states: {screening: …}}` as `states.screening`; a title or question belongs to the thing itself.
    private func flatten(_ node: Node, path: [String], keys: [Node], _ language: String) {
        if let text = node.scalarText {
            labelPlaces.append(LabelPlace(path: path, keys: keys))
            var names = path
            if let last = names.last, ["title", "question"].contains(last), names.count > 2 { names.removeLast() }
            p.labels[names.joined(separator: "."), default: [:]][language] = text
            return
        }
        guard let fields = Fields(node), path.count < 6 else {
            error(node, "labels are names with their words")
            return
        }
        for (key, value) in fields.entries {
            flatten(value, path: path + [key.scalarText ?? ""], keys: keys + [key], language)
        }
    }
}
