import Calendars
import Expressions

/// Reads the answers to one form: text becomes typed values once, here; all mistakes at once.
struct FormReading {
    struct Problems: Error {
        let problems: [FieldProblem]
    }

    let machine: CaseMachine
    let form: Form
    /// The fields that are asked; empty: all. The rest keeps its former answer.
    let only: Set<String>
    let former: [String: Value]
    let today: LocalDate

    /// The typed answers, or every mistake.
    func read(_ given: [String: Value], in context: CaseReading) -> Result<[String: Value], Problems> {
        var values = only.isEmpty ? [:] : former
        var problems: [FieldProblem] = []
        for field in form.fields {
            if let value = given[field.name], !isBlank(value) {
                switch typed(value, field.type, field, at: field.name) {
                case .success(let value): values[field.name] = value
                case .failure(let found): problems += found.problems
                }
            } else if given[field.name] != nil {
                values[field.name] = nil
            }
        }
        if !problems.isEmpty {
            // What is missing whatever the other answers say is told together with them; conditions need typed answers.
            for field in form.fields where isMissing(field, given, values) && field.condition == nil {
                problems.append(missing(field))
            }
            return .failure(Problems(problems: problems))
        }
        // The form itself is readable to its own conditions, as if it were answered.
        let reading = FormContext(form: form.name, values: values, base: context)
        for field in form.fields where field.isRequired && values[field.name] == nil {
            guard isAsked(field, reading) else { continue }
            problems.append(missing(field))
        }
        for rule in form.must {
            let holds = try? rule.rule.expression.evaluate(reading)
            if holds != .bool(true) { problems.append(FieldProblem(field: form.name, sentence: rule.say)) }
        }
        return problems.isEmpty ? .success(values) : .failure(Problems(problems: problems))
    }

    /// Whether a field that must be answered was asked, not given, and not answered before.
    private func isMissing(_ field: Field, _ given: [String: Value], _ values: [String: Value]) -> Bool {
        field.isRequired && (only.isEmpty || only.contains(field.name)) && values[field.name] == nil
            && (given[field.name].map(isBlank) ?? true)
    }

    private func missing(_ field: Field) -> FieldProblem {
        let question = field.question.isEmpty ? "it must be answered" : field.question
        return FieldProblem(field: field.name, sentence: "\"\(field.name)\" is missing: \(question)")
    }

    private func isBlank(_ value: Value) -> Bool {
        switch value {
        case .null: true
        case .string(let text): text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        case .list(let values): values.isEmpty
        default: false
        }
    }

    private func isAsked(_ field: Field, _ reading: FormContext) -> Bool {
        if !only.isEmpty, !only.contains(field.name) { return false }
        guard let condition = field.condition else { return true }
        return (try? condition.expression.evaluate(reading)) == .bool(true)
    }

    // MARK: Types

    private func problem(_ place: String, _ sentence: String) -> Result<Value, Problems> {
        .failure(Problems(problems: [FieldProblem(field: place, sentence: "\"\(place)\": \(sentence)")]))
    }

    private func text(_ value: Value) -> String? {
        switch value {
        case .string(let text): text
        case .int(let number): String(number)
        case .double(let number): String(number)
        case .bool(let flag): flag ? "yes" : "no"
        default: nil
        }
    }

    func typed(_ value: Value, _ type: FieldType, _ field: Field, at place: String) -> Result<Value, Problems> {
        switch type {
        case .text:
            guard let text = text(value) else { return problem(place, "a text is needed") }
            guard text.utf8.count <= Limits.textBytes else {
                return problem(place, "longer than \(Limits.textBytes) bytes")
            }
            guard !text.unicodeScalars.contains(where: PersonRules.isControl) else {
                return problem(place, "holds an invisible control character; delete it")
            }
            return .success(.string(text))
        case .number: return number(value, field, place)
        case .yesNo:
            switch value {
            case .bool: return .success(value)
            case .string("yes"): return .success(.bool(true))
            case .string("no"): return .success(.bool(false))
            default: return problem(place, "write yes or no")
            }
        case .choice(let source):
            guard let text = text(value) else { return problem(place, "one of the list is needed") }
            return choice(text, source, place).map { .string($0) }
        case .choices(let source):
            return list(value, field, place) { item, place in
                text(item).map { choice($0, source, place).map { .string($0) } } ?? problem(place, "a text is needed")
            }
        case .date:
            guard let text = text(value), let date = LocalDate(iso: text) else {
                return problem(place, "a day is written year-month-day and must exist, such as 2027-06-14")
            }
            return .success(.string(date.iso))
        case .dates:
            guard let span = DateSpan(value: value) else {
                return problem(
                    place, "days are written first/last, such as 2027-06-14/2027-06-18, the first not after the last")
            }
            return .success(span.value)
        case .dateWindows:
            return list(value, field, place) { item, place in
                DateSpan(value: item).map { .success($0.value) }
                    ?? problem(place, "a window is written first/last, such as 2027-06-01/2027-06-30")
            }
        case .dateTime: return dateTime(value, place)
        case .time:
            guard let text = text(value), let time = LocalTime(text) else {
                return problem(place, "an hour is written 09:00")
            }
            return .success(.string(time.description))
        case .money: return money(value, place)
        case .person:
            guard let party = Party(value: (value.asString.map { Self.person($0) }) ?? value, id: "") else {
                return problem(place, "a person needs a name")
            }
            let mistakes = PersonRules.mistakes(in: party)
            guard mistakes.isEmpty else {
                return .failure(
                    Problems(
                        problems: mistakes.map {
                            FieldProblem(field: place, sentence: "\"\(place).\($0.part)\": \($0.sentence)")
                        }))
            }
            // Every part is there, if only empty: conditions and texts may read it.
            return .success(.object(value.fields.merging(party.value.fields) { $1 }))
        case .file:
            if case .string(let name) = value { return .success(.object(["name": .string(name)])) }
            guard case .string? = value["name"] else { return problem(place, "a file needs a name") }
            return .success(value)
        case .country, .language: return code(value, place)
        case .countries, .languages: return list(value, field, place) { code($0, $1) }
        case .url:
            guard let text = text(value), text.hasPrefix("https://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { return problem(place, "an address is written https://…") }
            return .success(.string(text))
        case .rows(let columns, _, _): return rows(value, columns, field, place)
        }
    }

    private func number(_ value: Value, _ field: Field, _ place: String) -> Result<Value, Problems> {
        let number: Double?
        switch value {
        case .string(let text):
            // Only plain decimals: `Double` also reads nan, inf and 0x1p4.
            number =
                text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D } ? Double(text) : nil
        default: number = value.asDouble
        }
        guard let number, number.isFinite else { return problem(place, "a number is needed") }
        if let least = field.least, number < least { return problem(place, "at least \(Self.plain(least))") }
        if let greatest = field.greatest, number > greatest { return problem(place, "at most \(Self.plain(greatest))") }
        return .success(.double(number))
    }

    static func plain(_ number: Double) -> String { Int(exactly: number).map(String.init) ?? String(number) }

    private func choice(_ word: String, _ source: ChoiceSource, _ place: String) -> Result<String, Problems> {
        let choices: [String]
        switch source {
        case .these(let words): choices = words
        case .list(let name):
            choices = machine.programme.lists[name]?.choices.map(\.name) ?? machine.programme.tables[name]?.order ?? []
        case .openNow(let name):
            let table = machine.programme.tables[name]
            choices = (table?.order ?? []).filter { key in
                guard let row = table?.rows[key], case .string(let opens)? = row["opens"],
                    case .string(let closes)? = row["closes"], let first = LocalDate(iso: opens),
                    let last = LocalDate(iso: closes)
                else { return false }
                return first <= today && today <= last
            }
        }
        guard choices.contains(word) else {
            let shown = choices.prefix(12).joined(separator: ", ")
            let more = choices.count > 12 ? " …" : ""
            return .failure(
                Problems(problems: [
                    FieldProblem(
                        field: place,
                        sentence: "\"\(place)\": there is no \"\(word)\" in the list; choose one of \(shown)\(more)")
                ]))
        }
        return .success(word)
    }

    private func list(
        _ value: Value, _ field: Field, _ place: String, _ item: (Value, String) -> Result<Value, Problems>
    ) -> Result<Value, Problems> {
        let items: [Value]
        switch value {
        case .list(let values): items = values
        case .string(let text):
            items = text.split(separator: ";").map { .string(String($0).trimmed) }.filter { $0 != .string("") }
        default: items = [value]
        }
        guard items.count <= Limits.rowsPerAnswer else { return problem(place, "more than \(Limits.rowsPerAnswer)") }
        if let least = field.least, Double(items.count) < least {
            return problem(place, "at least \(Self.plain(least)) are needed, \(items.count) given")
        }
        if let greatest = field.greatest, Double(items.count) > greatest {
            return problem(place, "at most \(Self.plain(greatest)) are possible, \(items.count) given")
        }
        var result: [Value] = []
        var problems: [FieldProblem] = []
        for (index, value) in items.enumerated() {
            switch item(value, "\(place)[\(index + 1)]") {
            case .success(let value): result.append(value)
            case .failure(let found): problems += found.problems
            }
        }
        return problems.isEmpty ? .success(.list(result)) : .failure(Problems(problems: problems))
    }

    private func dateTime(_ value: Value, _ place: String) -> Result<Value, Problems> {
        guard let text = text(value) else { return problem(place, "a day and hour are written 2027-06-14T09:00") }
        let parts = text.split(separator: "T", omittingEmptySubsequences: false)
        guard parts.count == 2, let date = LocalDate(iso: String(parts[0])), let time = LocalTime(String(parts[1]))
        else {
            return problem(place, "a day and hour are written 2027-06-14T09:00")
        }
        return .success(.string("\(date.iso)T\(time.description)"))
    }

    private func money(_ value: Value, _ place: String) -> Result<Value, Problems> {
        var amount: Double?
        var currency = "EUR"
        switch value {
        case .string(let text):
            let parts = text.split(separator: " ")
            if let first = parts.first, first.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }) {
                amount = Double(first)
            }
            if parts.count == 2 { currency = String(parts[1]) }
            if parts.count > 2 { amount = nil }
        case .map:
            amount = value["amount"]?.asDouble
            if case .string(let text)? = value["currency"] { currency = text }
        default: amount = value.asDouble
        }
        guard let amount, amount.isFinite, amount >= 0, currency.utf8.count == 3,
            currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) })
        else { return problem(place, "money is written 1200.50 EUR") }
        return .success(.object(["amount": .double(amount), "currency": .string(currency)]))
    }

    private func code(_ value: Value, _ place: String) -> Result<Value, Problems> {
        guard let text = text(value), (2...12).contains(text.utf8.count),
            text.utf8.allSatisfy({
                (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D || (0x30...0x39).contains($0)
            })
        else { return problem(place, "a code is written with letters, such as BA or pt-BR") }
        return .success(.string(text))
    }

    /// A person as a table's cell writes one: a name, or `Amina Hadžić <amina@example.org>`.
    private static func person(_ text: String) -> Value {
        let parts = text.split(separator: "<", maxSplits: 1, omittingEmptySubsequences: false).map {
            String($0).trimmed
        }
        guard parts.count == 2, parts[1].hasSuffix(">"), !parts[0].isEmpty else {
            return .object(["name": .string(text.trimmed)])
        }
        return .object(["name": .string(parts[0]), "address": .string(String(parts[1].dropLast()).trimmed)])
    }

    /// A row as a table's cell writes one: its columns in their order, with `|` between them.
    private static func row(_ text: String, _ columns: [Field]) -> Value? {
        let cells = text.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmed }
        guard cells.count > 1, cells.count <= columns.count else { return nil }
        return .object(Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), cells.map { .string($0) })))
    }

    private func rows(_ value: Value, _ columns: [Field], _ field: Field, _ place: String) -> Result<Value, Problems> {
        return list(value, field, place) { row, place in
            var row = row
            if case .string(let text) = row {
                // One column: the text itself is the row.
                if columns.count == 1 {
                    return typed(row, columns[0].type, columns[0], at: place).map { .object([columns[0].name: $0]) }
                }
                row = Self.row(text, columns) ?? row
            }
            guard case .map = row else {
                return problem(place, "a row is needed, with \(columns.map(\.name).joined(separator: " | "))")
            }
            var result: [String: Value] = [:]
            var problems: [FieldProblem] = []
            let given = row.fields
            if let member = given["member"] { result["member"] = member }
            for column in columns {
                guard let cell = given[column.name], !isBlank(cell) else {
                    if column.isRequired {
                        problems.append(FieldProblem(field: place, sentence: "\"\(place).\(column.name)\" is missing"))
                    }
                    continue
                }
                switch typed(cell, column.type, column, at: "\(place).\(column.name)") {
                case .success(let value): result[column.name] = value
                case .failure(let found): problems += found.problems
                }
            }
            let names = Set(columns.map(\.name) + ["member"])
            for key in given.keys.sorted() where !names.contains(key) {
                problems.append(
                    FieldProblem(
                        field: place,
                        sentence:
                            "\"\(place)\" has no \"\(key)\"; what it has: \(columns.map(\.name).joined(separator: ", "))"
                    ))
            }
            return problems.isEmpty ? .success(.object(result)) : .failure(Problems(problems: problems))
        }
    }
}

/// A form being answered, readable to its own conditions by field and as a whole.
final class FormContext: Activation {
    private let form: String
    private let values: [String: Value]
    private let base: CaseReading

    init(form: String, values: [String: Value], base: CaseReading) {
        self.form = form
        self.values = values
        self.base = base
    }

    func value(of name: String) throws(EvaluationError) -> Value? {
        if name == form {
            var whole = values
            whole["order"] = .int(.max)
            return .object(whole)
        }
        if let value = values[name] { return value }
        if base.machine.programme.forms[form]?[name] != nil { return .null }
        return try base.value(of: name)
    }

    func value(of name: String, field: String) throws(EvaluationError) -> Value? {
        if name == form || values[name] != nil || base.machine.programme.forms[form]?[name] != nil { return nil }
        return try base.value(of: name, field: field)
    }
}

extension String {
    /// Without spaces at both ends.
    var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
