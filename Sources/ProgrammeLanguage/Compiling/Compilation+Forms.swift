import Exchange
import Expressions

/// Forms and their fields.
extension Compilation {
    func forms(_ fields: Fields) {
        guard let node = fields["forms"] else { return }
        guard let forms = Fields(node) else {
            error(node, "forms are written name: with one field a line below it")
            return
        }
        for (key, value) in forms.entries {
            guard let name = name(key, "a form's name", for: .variable) else { continue }
            guard let found = Fields(value) else {
                error(value, "a form has one field a line, such as objective: {type: text}")
                continue
            }
            var form = Form(name: name, fields: [])
            for (key, value) in found.entries where key.scalarText != "must" && key.scalarText != "title" {
                guard let fieldName = self.name(key, "a field's name", for: .field),
                    let field = field(fieldName, value, form: name)
                else {
                    if let text = key.scalarText { lost.insert(text) }
                    continue
                }
                if ["version", "at", "order", "answers", "by"].contains(fieldName) {
                    error(
                        key,
                        "\"\(fieldName)\" is what every answer has already; choose another, such as \"\(fieldName)_1\"")
                }
                form.fields.append(field)
                fieldNodes["\(name).\(fieldName)"] = key
            }
            if let node = found["title"], let text = text(node, "\"title\"") { form.title = text }
            p.forms[name] = form
            p.formsOrder.append(name)
            formNodes.append((name, key, found))
        }
    }

    /// One field; its condition comes later, when types are known.
    func field(_ name: String, _ node: Node, form: String) -> Field? {
        if let text = node.scalarText {
            guard let type = plainType(text, node) else { return nil }
            var field = Field(name: name, type: type)
            field.line = node.line
            return field
        }
        guard let fields = fields(node, of: "field") else { return nil }
        checkKeys(fields, "field")
        guard let typeNode = fields["type"], var word = text(typeNode, "\"type\"") else { return nil }
        if let other = Self.otherTypes[word] {
            error(typeNode, "no field type \"\(word)\"; use \(other)")
            word = other
        }
        guard let type = type(word, typeNode, fields, name: name) else { return nil }
        var field = Field(name: name, type: type)
        field.line = node.line
        field.isRequired = flag(fields["required"], "required")
        if let node = fields["question"], let text = text(node, "\"question\"") { field.question = text }
        bounds(&field, fields)
        if let node = fields["privacy"], let text = text(node, "\"privacy\"") {
            field.privacy = PrivacyClass(rawValue: text)
            if field.privacy == nil { error(node, "no class of data \"\(text)\"; there are \(Self.privacyNames)") }
        }
        return field
    }

    private func bounds(_ field: inout Field, _ fields: Fields) {
        if let node = fields["between"], let text = text(node, "\"between\"") {
            let parts = text.split(separator: " ").map(String.init)
            if parts.count == 3, parts[1] == "to", let low = Double(parts[0]), let high = Double(parts[2]) {
                if low > high {
                    error(node, "\(parts[0]) to \(parts[2]) goes downward; write \"\(parts[2]) to \(parts[0])\"")
                }
                field.least = low
                field.greatest = high
            } else {
                error(node, "\"between\" is written with two numbers: 2 to 10")
            }
        }
        for (key, isLeast) in [("from", true), ("at-least", true), ("at-most", false)] {
            guard let node = fields[key], let text = text(node, "\"\(key)\"") else { continue }
            guard let number = Double(text), number.isFinite else {
                error(node, "\"\(key)\" takes a number, not \"\(text)\"")
                continue
            }
            if isLeast { field.least = number } else { field.greatest = number }
        }
    }

    static let typeNames = [
        "text", "number", "yes-no", "choice", "choices", "date", "dates", "date-time", "time", "date-windows", "money",
        "person", "file", "country", "countries", "language", "languages", "url", "rows",
    ]

    private static let otherTypes: [String: String] = [
        "dropdown": "choice", "select": "choice", "checkbox": "yes-no", "boolean": "yes-no", "bool": "yes-no",
        "string": "text", "integer": "number", "int": "number", "float": "number", "datetime": "date-time",
        "multiselect": "choices", "table": "rows", "list": "choices", "email": "person", "amount": "money",
        "upload": "file", "link": "url", "period": "dates", "textarea": "text",
    ]

    /// A type that needs nothing beside its name: `text`, `person`, `choice of indicators`.
    private func plainType(_ text: String, _ node: Node) -> FieldType? {
        for (prefix, isMany) in [("choice of ", false), ("choices of ", true)] where text.hasPrefix(prefix) {
            guard let source = choiceSource(String(text.dropFirst(prefix.count)), node) else { return nil }
            return isMany ? .choices(source) : .choice(source)
        }
        switch text {
        case "text": return .text
        case "number": return .number
        case "yes-no": return .yesNo
        case "date": return .date
        case "dates": return .dates
        case "date-time": return .dateTime
        case "time": return .time
        case "date-windows": return .dateWindows
        case "money": return .money
        case "person": return .person
        case "file": return .file
        case "country": return .country
        case "countries": return .countries
        case "language": return .language
        case "languages": return .languages
        case "url": return .url
        case "choice", "choices", "rows":
            error(
                node,
                "\"\(text)\" needs more: {type: \(text), \(text == "rows" ? "of: {text: text}" : "list: reasons")}")
            return nil
        default:
            if let other = Self.otherTypes[text] {
                error(node, "no field type \"\(text)\"; use \(other)")
            } else {
                _ = known(text, among: Self.typeNames, "field type", at: node)
            }
            return nil
        }
    }

    private func type(_ word: String, _ node: Node, _ fields: Fields, name: String) -> FieldType? {
        func listed(_ key: String, only words: Set<String>) {
            if let node = fields.key(key), !words.contains(word) {
                error(node, "\"\(key)\" goes with \(words.sorted().joined(separator: " and ")), this is \(word)")
            }
        }
        listed("list", only: ["choice", "choices"])
        listed("of", only: ["rows"])
        listed("each", only: ["rows"])
        listed("number", only: ["rows"])
        switch word {
        case "choice", "choices":
            guard let list = fields["list"] else {
                error(
                    fields.node,
                    "\(word) needs \"list\"; write for example list: [planned, done], or the name of a list")
                return nil
            }
            guard let source = choiceSource(list) else { return nil }
            return word == "choice" ? .choice(source) : .choices(source)
        case "rows":
            guard let of = fields["of"], let columns = Fields(of) else {
                error(fields.node, "rows need \"of\" with their columns, such as of: {name: person, hours: number}")
                return nil
            }
            var found: [Field] = []
            for (key, value) in columns.entries {
                guard let column = self.name(key, "a column's name", for: .field),
                    let field = field(column, value, form: name)
                else {
                    continue
                }
                if ["member"].contains(column) { error(key, "\"member\" is what such rows have already") }
                found.append(field)
            }
            let letter = fields["number"].flatMap { text($0, "\"number\"") } ?? ""
            let each = fields["each"].flatMap { text($0, "\"each\"") }
            return .rows(of: found, number: letter, each: each)
        default: return plainType(word, node)
        }
    }

    private func choiceSource(_ node: Node) -> ChoiceSource? {
        if node.itemList != nil {
            let words = words(node, "a choice")
            for (text, item) in words where text.isEmpty { error(item, "a choice is a word") }
            return .these(words.map(\.text))
        }
        guard let text = text(node, "\"list\"") else { return nil }
        return choiceSource(text, node)
    }

    private func choiceSource(_ text: String, _ node: Node) -> ChoiceSource? {
        if text.hasSuffix(" open now") {
            let table = String(text.dropLast(" open now".count))
            guard known(table, among: p.tables.keys.sorted(), "table", at: node) else { return nil }
            guard let columns = p.tables[table]?.columns, columns.contains("opens"), columns.contains("closes") else {
                error(node, "\"open now\" needs the columns opens and closes in \(table)")
                return nil
            }
            return .openNow(table)
        }
        let names = p.lists.keys.sorted() + p.tables.keys.sorted()
        return known(text, among: names, "list", at: node, add: names.isEmpty ? "declare it under \"lists\"" : "")
            ? .list(text) : nil
    }

    // MARK: Conditions of forms

    /// Second pass, when types are known: `if`, `erase`, `must`.
    func compileConditionsOfForms() {
        for (name, _, fields) in formNodes {
            guard let form = p.forms[name] else { continue }
            let scope = scope(ofForm: name)
            var environment = environment(scope)
            // The form's own fields can be named as they are, and win over facts of the same name.
            for field in form.fields { environment.variables[field.name] = type(of: field, in: name) }
            environment.variables[name] = .named("$form \(name)")
            for (index, field) in form.fields.enumerated() {
                guard let node = fields[field.name].flatMap({ Fields($0) }) else { continue }
                if let test = node["if"] {
                    let made = condition(test, environment, what: "\"if\"")
                    p.forms[name]?.fields[index].condition = made
                }
                if let erase = node["erase"] {
                    let made = phrase(erase, scope, what: "\"erase\"")
                    p.forms[name]?.fields[index].erase = made
                }
                checkEach(field, node)
            }
            if let must = fields["must"] {
                let made = rules(must, environment)
                p.forms[name]?.must = made
            }
        }
    }

    private func checkEach(_ field: Field, _ node: Fields) {
        guard case .rows(_, _, let each?) = field.type, let place = node["each"] else { return }
        if trackNodes.contains(where: { $0.name == each }) { return }
        let names = each.split(separator: ".").map(String.init)
        if names.count == 2, case .rows? = p.forms[names[0]]?[names[1]]?.type { return }
        _ = known(each, among: trackNodes.map(\.name), "track", at: place)
    }

    private func rules(_ node: Node, _ environment: Environment) -> [FormRule] {
        var result: [FormRule] = []
        for item in node.itemList ?? [node] {
            guard let fields = Fields(item), let rule = fields["rule"], let say = fields["say"] else {
                error(item, "a rule is written {rule: \"least <= request.people\", say: least_too_many}")
                continue
            }
            for (key, _) in fields.entries where !["rule", "say"].contains(key.scalarText ?? "") {
                error(key, "a rule has \"rule\" and \"say\"")
            }
            guard let text = name(say, "\"say\""), let test = condition(rule, environment, what: "\"rule\"") else {
                continue
            }
            ruleTexts.append((text, say))
            result.append(FormRule(rule: test, say: text))
        }
        return result
    }

    /// Where a form is asked: the case, or a track.
    func scope(ofForm name: String) -> Scope {
        p.tracksOrder.first { p.tracks[$0]?.forms.contains(name) ?? false }.map { .track($0) } ?? .case
    }
}
