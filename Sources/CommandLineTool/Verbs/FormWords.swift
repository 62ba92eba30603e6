import Calendars
import Exchange
import Expressions

/// The questions of forms, with what is taken as an answer.
struct FormWords {
    let programme: Programme
    /// For choices that are open only at times.
    let today: LocalDate

    /// What a field takes, in a few words.
    func words(_ field: Field) -> String {
        let kind = words(field.type)
        let bounds =
            switch (field.least, field.greatest) {
            case (let least?, let greatest?): " from \(plain(least)) to \(plain(greatest))"
            case (let least?, nil): ", at least \(plain(least))"
            case (nil, let greatest?): ", at most \(plain(greatest))"
            case (nil, nil): ""
            }
        return kind + bounds
    }

    private func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }

    private func words(_ type: FieldType) -> String {
        switch type {
        case .text: "text"
        case .number: "number"
        case .yesNo: "yes or no"
        case .choice: "one of a list"
        case .choices: "some of a list (a;b)"
        case .date: "day (2027-06-14)"
        case .dates: "days (2027-06-14/2027-06-18)"
        case .dateTime: "day and hour (2027-06-14T09:00)"
        case .time: "hour (09:00)"
        case .dateWindows: "periods (2027-06-01/2027-06-30;…)"
        case .money: "money (1200.50 EUR)"
        case .person: "person"
        case .file: "file"
        case .country: "country (BA)"
        case .countries: "countries (BA;HR)"
        case .language: "language (fr)"
        case .languages: "languages (fr;en)"
        case .url: "address (https://…)"
        case .rows(let columns, _, let each):
            (each.map { "rows, one for each of \($0), with " } ?? "rows of ")
                + columns.map { "\($0.name) (\(words($0.type)))" }.joined(separator: ", ")
        }
    }

    /// The name of a field's type, for programs.
    private func name(_ type: FieldType) -> String {
        switch type {
        case .text: "text"
        case .number: "number"
        case .yesNo: "yes-no"
        case .choice: "choice"
        case .choices: "choices"
        case .date: "date"
        case .dates: "dates"
        case .dateTime: "date-time"
        case .time: "time"
        case .dateWindows: "date-windows"
        case .money: "money"
        case .person: "person"
        case .file: "file"
        case .country: "country"
        case .countries: "countries"
        case .language: "language"
        case .languages: "languages"
        case .url: "url"
        case .rows: "rows"
        }
    }

    /// The words that may be chosen, with their labels; empty where anything may be written.
    func choices(_ type: FieldType) -> [(name: String, label: String)] {
        let source: ChoiceSource
        switch type {
        case .choice(let one), .choices(let one): source = one
        default: return []
        }
        switch source {
        case .these(let words): return words.map { ($0, $0) }
        case .list(let name):
            if let list = programme.lists[name] {
                return list.choices.map { ($0.name, $0.labels[programme.languages[0]] ?? $0.name) }
            }
            return (programme.tables[name]?.order ?? []).map { ($0, $0) }
        case .openNow(let name):
            guard let table = programme.tables[name] else { return [] }
            return table.order.filter { key in
                guard let row = table.rows[key], let opens = row["opens"]?.asString.flatMap({ LocalDate(iso: $0) }),
                    let closes = row["closes"]?.asString.flatMap({ LocalDate(iso: $0) })
                else { return false }
                return opens <= today && today <= closes
            }.map { ($0, $0) }
        }
    }

    func value(_ field: Field, isAsked: Bool = true) -> Value {
        var result: [String: Value] = [
            "name": .string(field.name), "type": .string(name(field.type)), "takes": .string(words(field)),
            "question": .string(field.question), "is_required": .bool(field.isRequired), "is_asked": .bool(isAsked),
            "asked_if": .text(field.condition?.text), "privacy": .text(field.privacy?.rawValue),
            "choices": .list(
                choices(field.type).map { .object(["name": .string($0.name), "label": .string($0.label)]) }),
            "least": field.least.map { .double($0) } ?? .null, "greatest": field.greatest.map { .double($0) } ?? .null,
        ]
        if case .rows(let columns, _, _) = field.type { result["columns"] = .list(columns.map { value($0) }) }
        return .object(result)
    }

    /// The fields of a form under each other.
    /// - Parameter only: the fields that are asked; empty: all.
    func print(_ form: Form, only: [String] = [], on terminal: Terminal) {
        terminal.print("\("Form \(form.name)", .bold)")
        for field in form.fields where only.isEmpty || only.contains(field.name) {
            var notes: [String] = [words(field)]
            if field.isRequired { notes.append("must be given") }
            if let condition = field.condition { notes.append("asked if \(condition.text)") }
            terminal.print("  \(field.name, .cyan)  \(field.question)")
            terminal.print("      \(notes.joined(separator: "; "))")
            for choice in choices(field.type) {
                let label = choice.label == choice.name ? "" : "  \(choice.label)"
                terminal.print("      \(choice.name, .bold)\(label)")
            }
        }
        for rule in form.must { terminal.print("  It must hold: \(rule.rule.text)") }
    }
}
