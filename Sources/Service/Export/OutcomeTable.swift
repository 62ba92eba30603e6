import Calendars
import Exchange
import Expressions
import ProgrammeLanguage
import Tables

/// One row for each answer that was given once the visit was over: ratings, outcomes reached, results of actions at home.
///
/// What counts is when it was answered: from the moment that the case first reached a state of its follow-up. Each chosen word
/// of a list is a row of its own, and each cell of rows too, so that a spreadsheet can count and sum them.
struct OutcomeTable: ExportTable {
    let reader: ExportReader
    let header: [String]

    init(reader: ExportReader) {
        self.reader = reader
        header = [
            ExportWord.reference, .programme, .guest, .hosts, .firstDay, .lastDay, .part, .number, .form, .question,
            .item,
            .answer, .value, .answered,
        ].map(reader.word)
    }

    func rows(of c: Case, _ machine: CaseMachine) -> [[TableCell]] {
        let one = ExportedCase(c: c, machine: machine, reader: reader)
        let followUp = machine.programme.states.values.filter { $0.stage == .followUp }
        guard let start = followUp.compactMap({ c.firstEntered[$0.name] }).min() else { return [] }
        let visit = one.visit
        let first = [one.reference, one.title, one.guest, one.hosts, visit.first, visit.last]
        let own = answers(c.answers, nil, since: start, one)
        let members = c.members.filter { !$0.isVoid }.flatMap { answers($0.answers, $0, since: start, one) }
        return (own + members).map { first + $0 }
    }

    private func answers(
        _ all: [String: FormAnswers], _ member: Member?, since start: Instant, _ one: ExportedCase
    ) -> [[TableCell]] {
        let programme = one.programme
        return programme.formsOrder.flatMap { name -> [[TableCell]] in
            guard let form = programme.forms[name], let given = all[name] else { return [] }
            return given.answers.filter { $0.at >= start }.flatMap { rows(of: $0, form, member, one) }
        }
    }

    private func rows(
        of answer: FormAnswers.Answer, _ form: Form, _ member: Member?, _ one: ExportedCase
    ) -> [[TableCell]] {
        let who: [TableCell] = who(answer.by, member, one)
        let day: TableCell = one.day(answer.at)
        var result: [[TableCell]] = []
        for field in form.fields {
            for row in rows(answer.values[field.name], field, of: form.name, one) { result.append(who + row + [day]) }
        }
        return result
    }

    /// The part and number of whoever answered; names are not told.
    private func who(_ id: String, _ member: Member?, _ one: ExportedCase) -> [TableCell] {
        if let member, let track = one.programme.tracks[member.track] {
            return [.text(one.words.track(track)), .number(Double(member.number))]
        }
        let role = one.programme.peopleOrder.first { role in
            one.machine.holders(of: role, in: one.c).contains { $0.id == id }
        }
        return [.text(role.map(one.words.person) ?? ""), .empty]
    }

    /// Form, question, row, answer and number of each cell of an answer.
    private func rows(_ value: Value?, _ field: Field, of form: String, _ one: ExportedCase) -> [[TableCell]] {
        guard let value, value != .null, reader.sees(field, one.programme) else { return [] }
        let words = one.words
        let title = TableCell.text(words.form(form))
        let question = words.question(field, of: form)
        guard case .rows(let columns, _, _) = field.type else {
            return cells(value, field.type, words).map { [title, .text(question), .empty] + $0 }
        }
        return (value.asList ?? []).enumerated().flatMap { index, row in
            columns.flatMap { column -> [[TableCell]] in
                guard let cell = row[column.name], reader.sees(column, in: field, one.programme) else { return [] }
                let item = TableCell.number(Double(index + 1))
                let name = column.question.isEmpty ? words.spelled(column.name) : column.question
                return cells(cell, column.type, words).map { [title, .text("\(question) – \(name)"), item] + $0 }
            }
        }
    }

    private func cells(_ value: Value, _ type: FieldType, _ words: ProgrammeWords) -> [[TableCell]] {
        let cells = AnswerCells(words: words)
        let chosen = cells.choices(value, type)
        if !chosen.isEmpty { return chosen.map { [.text(cells.label($0, type)), .empty] } }
        guard let cell = cells.cell(value, type) else { return [] }
        if case .number = cell { return [[.text(cell.text), cell]] }
        return [[cell, .empty]]
    }
}
