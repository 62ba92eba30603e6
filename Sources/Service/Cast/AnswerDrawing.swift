import Calendars
import Engine
import Exchange
import Expressions
import Foundation

/// Draws a plausible answer to a form: within its bounds, from what the case knows, by a seeded chance.
struct AnswerDrawing {
    let machine: CaseMachine
    let script: CastScript
    var chance: SeededChance
    /// The case as it stands, and for whom the answer is.
    let c: Case
    let member: Int?
    let today: LocalDate
    /// Hints of an event, by field; they come before the script's.
    var own: [String: CastScript.Hint] = [:]
    /// Whether a column of rows is drawn: rows differ where a form does not.
    private var isInRow = false

    init(
        machine: CaseMachine, script: CastScript, chance: SeededChance, c: Case, member: Int?, today: LocalDate,
        own: [String: CastScript.Hint] = [:]
    ) {
        self.machine = machine
        self.script = script
        self.chance = chance
        self.c = c
        self.member = member
        self.today = today
        self.own = own
    }

    private var programme: Programme {
        _read { yield machine.programme }
    }

    /// Draws the fields of these forms.
    mutating func values(forms: [String], only: [String]) -> [String: Value] {
        var result: [String: Value] = [:]
        for name in forms {
            guard let form = programme.forms[name] else { continue }
            for field in form.fields where only.isEmpty || only.contains(field.name) {
                guard isAsked(field) else { continue }
                // Questions that may be left open are answered two times in three.
                let isHinted = own[field.name] != nil || script.hints["\(name).\(field.name)"] != nil
                // Who is asked again changes what was wrong, not everything.
                if !isHinted, !changesWithTime(field), let former = former(name)?.newest?.values[field.name] {
                    result[field.name] = former
                    continue
                }
                if !field.isRequired, !isHinted, Int.random(in: 0..<3, using: &chance) == 0 { continue }
                if case .dates = field.type, !isHinted, form.plansSeries {
                    result[field.name] = period().value
                } else if let value = value(field, form: name) {
                    result[field.name] = value
                }
            }
        }
        return result
    }

    /// Whether what can be chosen depends on the day: what was open then may be closed now.
    private func changesWithTime(_ field: Field) -> Bool {
        if case .choice(.openNow) = field.type { true } else { false }
    }

    /// A year that holds the days which rows draw.
    private func period() -> DateSpan {
        let first = today.adding(days: 60)
        return DateSpan(first: first, last: first.adding(days: 364)) ?? DateSpan(first)
    }

    private func former(_ form: String) -> FormAnswers? {
        member.flatMap { c.member($0)?.answers[form] } ?? c.answers[form]
    }

    private func isAsked(_ field: Field) -> Bool {
        guard let condition = field.condition else { return true }
        return (try? condition.expression.evaluate(machine.reading(of: c, member: member))) == .bool(true)
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }

    private mutating func one<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &chance) }

    private func like(_ path: [String], less: Double) -> Double? {
        machine.reading(of: c, member: member).value(at: Path(path))?.asDouble.map { max($0 - less, 1) }
    }

    private mutating func value(_ field: Field, form: String) -> Value? {
        switch own[field.name] ?? script.hints["\(form).\(field.name)"] {
        case .text(let text)?: return .string(text)
        case .between(let low, let high)?: return .double(Double(number(Int(low)...Int(high))))
        case .like(let path, let less)?:
            if case .rows = field.type { break }
            if case .dates = field.type { return like(path, less: less).map { days(Int($0)).value } }
            return like(path, less: less).map { .double($0) }
        case .moved(let days)?: return known().map { Self.moved($0, days).value }
        case nil: break
        }
        return drawn(field, form: form)
    }

    private mutating func drawn(_ field: Field, form: String) -> Value? {
        switch field.type {
        case .text: return .string(one(Names.sentences) ?? "as agreed")
        case .number:
            let least = Int((field.least ?? 1).rounded(.up))
            let greatest = Int((field.greatest ?? Double(least + 9)).rounded(.down))
            return .double(Double(number(least...max(least, greatest))))
        case .yesNo: return .bool(number(0...3) > 0)
        case .choice(let source): return one(choices(source)).map { .string($0) }
        case .choices(let source):
            let all = choices(source)
            guard !all.isEmpty else { return nil }
            let least = max(Int(field.least ?? 1), 1)
            return .list(
                all.shuffled(using: &chance).prefix(number(least...max(least, min(3, all.count)))).map { .string($0) })
        case .date: return .string(day().iso)
        case .dates: return days().value
        case .dateTime:
            return .string("\(edge(field.name).iso)T\(one(["08:40", "11:15", "14:30", "18:05"]) ?? "12:00")")
        case .time: return .string(one(["09:00", "10:30", "13:30", "15:00"]) ?? "09:00")
        case .dateWindows:
            let first = today.adding(days: number(100...150))
            let windows = (0..<max(Int(field.least ?? 1), 1)).map { place in
                DateSpan(first: first.adding(days: 90 * place), last: first.adding(days: 90 * place + 60))
            }
            return .list(windows.compactMap { $0?.value })
        case .money: return .object(["amount": .double(Double(number(4...60) * 100)), "currency": .string("EUR")])
        case .person: return person()
        case .file: return .object(["name": .string("\(field.name).pdf"), "type": .string("application/pdf")])
        case .country:
            if isInRow, answer(["country"]) == nil, let other = one(SimulationRegister.countries) {
                return .string(other)
            }
            return .string(country())
        case .countries: return .list([.string(country())])
        case .language: return .string(language())
        case .languages: return .list([.string(language())])
        case .url: return .string("https://meet.example.org/\(c.reference.lowercased())")
        case .rows(let columns, _, let each): return rows(columns, each: each, field, form: form)
        }
    }

    private mutating func rows(_ columns: [Field], each: String?, _ field: Field, form: String) -> Value {
        func row(_ drawing: inout AnswerDrawing) -> [String: Value] {
            var row: [String: Value] = [:]
            drawing.isInRow = true
            defer { drawing.isInRow = false }
            for column in columns {
                if let value = drawing.value(column, form: "\(form).\(field.name)") { row[column.name] = value }
            }
            return row
        }
        if let each, programme.tracks[each] != nil {
            return .list(
                c.members(of: each).filter { !$0.hasEnded }.map { member in
                    var row = row(&self)
                    row["member"] = .int(Int64(member.number))
                    return .object(row)
                })
        }
        var count = max(Int(field.least ?? 1), 1) + number(0...1)
        if let names = each?.split(separator: ".").map(String.init), names.count == 2 {
            // One row for each row of an answer, such as each planned result.
            count = c.answers[names[0]]?.newest?.values[names[1]]?.asList?.count ?? count
        }
        if case .like(let path, let less)? = own[field.name] ?? script.hints["\(form).\(field.name)"],
            let found = like(path, less: less)
        {
            count = Int(found)
        }
        return .list((0..<count).map { place in .object(row(&self).mapValues { later($0, place) }) })
    }

    /// Days in rows follow each other: each is five weeks after the one before.
    private func later(_ value: Value, _ place: Int) -> Value {
        guard place > 0, value["first"] != nil, let span = DateSpan(value: value) else { return value }
        return Self.moved(span, 35 * place).value
    }

    private func choices(_ source: ChoiceSource) -> [String] {
        switch source {
        case .these(let words): return words
        case .list(let name): return programme.lists[name]?.choices.map(\.name) ?? programme.tables[name]?.order ?? []
        case .openNow(let name):
            let table = programme.tables[name]
            return (table?.order ?? []).filter { key in
                guard let row = table?.rows[key], let opens = row["opens"]?.asString.flatMap(LocalDate.init(iso:)),
                    let closes = row["closes"]?.asString.flatMap(LocalDate.init(iso:))
                else { return false }
                return opens <= today && today <= closes
            }
        }
    }

    // MARK: Days

    /// The days that the case knows, those of its member first.
    private func known() -> DateSpan? {
        if let member, let cell = c.member(member)?.dates.values.compactMap(\.span).first { return cell }
        return programme.dates.compactMap { date in
            date.sources.contains { if case .answer = $0 { true } else { false } } ? c.dates[date.name]?.span : nil
        }.first
    }

    private static func moved(_ span: DateSpan, _ days: Int) -> DateSpan {
        DateSpan(first: span.first.adding(days: days), last: span.last.adding(days: days)) ?? span
    }

    private mutating func day() -> LocalDate {
        if let span = known() { return span.first.adding(days: number(0...Int(span.last.day - span.first.day))) }
        return today.adding(days: number(10...60))
    }

    /// A day at the beginning or the end of what is known: people arrive the day before.
    private func edge(_ name: String) -> LocalDate {
        guard let span = known() else { return today.adding(days: 30) }
        let isEnd = ["leaves", "departs", "ends", "departure"].contains(name)
        return isEnd ? span.last.adding(days: 1) : span.first.adding(days: -1)
    }

    /// So many days from a Monday inside one of the wished windows, far enough ahead for all that must come before.
    private mutating func days(_ count: Int = 5) -> DateSpan {
        let earliest = today.adding(days: 100)
        for window in windows() {
            var first = max(window.first, earliest)
            while first.weekday != 1 { first = first.adding(days: 1) }
            let last = first.adding(days: count - 1)
            if last <= window.last, let span = DateSpan(first: first, last: last) { return span }
        }
        var first = earliest.adding(days: number(0...20))
        while first.weekday != 1 { first = first.adding(days: 1) }
        return DateSpan(first: first, last: first.adding(days: count - 1)) ?? DateSpan(first)
    }

    private func windows() -> [DateSpan] {
        var result: [DateSpan] = []
        for name in programme.formsOrder {
            for field in programme.forms[name]?.fields ?? [] {
                guard case .dateWindows = field.type,
                    let list = c.answers[name]?.newest?.values[field.name]?.asList
                else { continue }
                result += list.compactMap(DateSpan.init(value:))
            }
        }
        return result
    }

    // MARK: People and places

    private func answer(_ names: Set<String>) -> Value? {
        for form in programme.formsOrder {
            for field in programme.forms[form]?.fields ?? [] where names.contains(field.name) {
                if let value = c.answers[form]?.newest?.values[field.name] { return value }
            }
        }
        return nil
    }

    private func country() -> String { answer(["country"])?.asString ?? "BA" }

    private func language() -> String { answer(["languages"])?.asList?.first?.asString ?? programme.languages[0] }

    private mutating func person() -> Value {
        let name = one(Names.people) ?? "Amina Hadžić"
        let number = number(100...999)
        let plain = name.split(separator: " ").map { Names.plain(String($0)) }.joined(separator: ".")
        return .object([
            "name": .string(name), "address": .string("\(plain).\(number)@example.org"),
            "language": .string(language()), "country": .string(country()),
        ])
    }
}

extension Form {
    /// Whether it plans several days within its own, such as the visits of a project.
    var plansSeries: Bool {
        fields.contains { field in
            guard case .rows(let columns, _, _) = field.type else { return false }
            return columns.contains { if case .dates = $0.type { true } else { false } }
        }
    }
}

/// Invented names and sentences for demonstrations; any likeness is chance.
enum Names {
    static let people = [
        "Amina Hadžić", "Luka Kovačević", "Selma Begić", "Grace Wanjiku", "Peter Otieno", "Aminata Diop",
        "Moussa Ndiaye", "Beatriz Almeida", "João Machava", "Lucía Quispe", "Carlos Mamani", "Nguyễn Thị Lan",
        "Trần Văn Minh", "Sita Gurung", "Bikash Thapa", "ليلى حداد", "عمر الخطيب", "Nino Beridze", "Giorgi Lomidze",
        "Eva Novak", "Marko Petrović", "Fatima El Amrani", "Youssef Benali", "Ana Souza", "Paulo Nunes", "Mary Achieng",
    ]

    static let sentences = [
        "How the service was set up, and what they would do otherwise today.",
        "Which steps took longest, and who had to agree.", "What it costs in a year, and who pays for it.",
        "How staff were trained, and how many stayed.", "What the first results were after a year.",
        "The law that was needed, and how it came about.",
    ]

    /// Letters of the alphabet for an address; `person` where none is left.
    static func plain(_ name: String) -> String {
        let folded = name.lowercased().unicodeScalars.compactMap { scalar -> Character? in
            if ("a"..."z").contains(scalar) { return Character(scalar) }
            let base = String(Character(scalar)).decomposedStringWithCanonicalMapping.unicodeScalars.first
            return base.flatMap { ("a"..."z").contains($0) ? Character($0) : nil }
        }
        return folded.isEmpty ? "person" : String(folded)
    }
}
