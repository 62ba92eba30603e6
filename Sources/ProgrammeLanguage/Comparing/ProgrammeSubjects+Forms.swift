import Exchange
import Expressions

/// What is asked, and the lists from which is chosen.
extension ProgrammeSubjects {
    static func forms(_ p: Programme) -> [Subject] {
        p.formsOrder.compactMap { p.forms[$0] }.flatMap { form -> [Subject] in
            let key = "forms.\(form.name)"
            var whole = Subject(key: key, name: "The form \(name(form.name))")
            whole.aspects = [Aspect("title", "is called", "\"\(form.title)\"")]
            whole.aspects += form.must.map {
                Aspect("must.\($0.say)", "wants", "`\($0.rule.text)` (says \(name($0.say)))")
            }
            return [whole]
                + form.fields.flatMap {
                    field($0, key: "\(key).\($0.name)", name: "The question \(name($0.name)) of \(name(form.name))")
                }
        }
    }

    /// A field, and the columns of its rows.
    static func field(_ field: Field, key: String, name whole: String) -> [Subject] {
        var aspects = [Aspect("type", "is answered with", type(field.type))]
        aspects += flag(field.isRequired, "required", "is required")
        if !field.question.isEmpty { aspects.append(Aspect("question", "reads", "\"\(field.question)\"")) }
        aspects += condition(field.condition, "if", "is asked only if")
        if let least = field.least { aspects.append(Aspect("least", "takes at least", number(least))) }
        if let greatest = field.greatest { aspects.append(Aspect("greatest", "takes at most", number(greatest))) }
        if let privacy = field.privacy { aspects.append(Aspect("privacy", "is data of the class", privacy.rawValue)) }
        aspects += phrase(field.erase, "erase", "is erased")
        var subjects = [Subject(key: key, name: whole, aspects: aspects)]
        if case .rows(let columns, _, _) = field.type {
            subjects += columns.flatMap {
                self.field($0, key: "\(key).\($0.name)", name: "The column \(name($0.name)) of \(decapitalised(whole))")
            }
        }
        return subjects
    }

    private static func decapitalised(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }

    private static func type(_ type: FieldType) -> String {
        switch type {
        case .text: "text"
        case .number: "a number"
        case .yesNo: "yes or no"
        case .choice(let source): "one of \(choices(source))"
        case .choices(let source): "some of \(choices(source))"
        case .date: "a day"
        case .dates: "a first and a last day"
        case .dateTime: "a day and an hour"
        case .time: "an hour"
        case .dateWindows: "periods"
        case .money: "an amount of money"
        case .person: "a person"
        case .file: "a file"
        case .country: "a country"
        case .countries: "countries"
        case .language: "a language"
        case .languages: "languages"
        case .url: "a web address"
        case .rows(_, let number, let each):
            "rows" + (number.isEmpty ? "" : " numbered \(number)")
                + (each.map { ", one for each of \(name($0))" } ?? "")
        }
    }

    private static func choices(_ source: ChoiceSource) -> String {
        switch source {
        case .these(let words): all(words.map(name))
        case .list(let list): "the list \(name(list))"
        case .openNow(let table): "what is open now in \(name(table))"
        }
    }

    static func lists(_ p: Programme) -> [Subject] {
        let lists = p.lists.keys.sorted().compactMap { p.lists[$0] }.map { list in
            Subject(
                key: "lists.\(list.name)", name: "The list \(name(list.name))",
                aspects: each("choice", "offers", list.choices.map { name($0.name) })
                    + list.choices.flatMap { choice in
                        choice.labels.keys.sorted().map { language in
                            Aspect(
                                "label.\(choice.name).\(language)", "calls \(name(choice.name)) in \(language)",
                                "\"\(choice.labels[language] ?? "")\"")
                        }
                    })
        }
        let tables = p.tables.keys.sorted().compactMap { p.tables[$0] }.map { table in
            var aspects = [
                Aspect("columns", "has the columns", all(table.columns.map(name))),
                Aspect("keys", "is looked up by its first columns, so many:", String(table.keyCount)),
            ]
            for key in table.order {
                let shown = key.split(separator: "\u{1F}", omittingEmptySubsequences: false).joined(separator: ", ")
                let row = table.rows[key] ?? [:]
                let cells = table.columns.dropFirst(table.keyCount).map { column in
                    row[column].map { $0.asString ?? number($0.asDouble ?? 0) } ?? ""
                }
                aspects.append(
                    Aspect(
                        "row.\(key)", "has for \(shown)", cells.isEmpty ? "" : "\"\(cells.joined(separator: ", "))\""))
            }
            return Subject(key: "lists.\(table.name)", name: "The table \(name(table.name))", aspects: aspects)
        }
        return lists + tables
    }
}
