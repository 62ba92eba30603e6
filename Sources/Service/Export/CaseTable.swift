import Exchange
import Expressions
import ProgrammeLanguage
import Tables

/// One row a case: where it stands, who visits whom and when; with one programme, the answers to its forms as well.
struct CaseTable: ExportTable {
    let reader: ExportReader
    /// Questions that are columns, the same for every version of the programme.
    private let questions: [(form: String, field: Field)]
    let header: [String]

    init(reader: ExportReader, programme: Programme?) {
        self.reader = reader
        var questions: [(String, Field)] = []
        var titles: [String] = []
        if let programme {
            let words = reader.words(programme)
            let tracked = Set(programme.tracks.values.flatMap(\.forms))
            for name in programme.formsOrder where !tracked.contains(name) {
                for field in programme.forms[name]?.fields ?? [] where Self.isColumn(field) {
                    guard reader.sees(field, programme) else { continue }
                    questions.append((name, field))
                    titles.append("\(words.form(name)): \(words.question(field, of: name))")
                }
            }
        }
        self.questions = questions
        header =
            [
                ExportWord.reference, .programme, .stage, .state, .reason, .isHeld, .isStuck, .opened, .changed, .ended,
                .guest, .hosts, .firstDay, .lastDay,
            ].map(reader.word) + titles
    }

    func rows(of c: Case, _ machine: CaseMachine) -> [[TableCell]] {
        let one = ExportedCase(c: c, machine: machine, reader: reader)
        let words = one.words
        let stage = machine.programme.states[c.region.state]?.stage
        let kind = machine.programme.stages.first { $0.kind == stage }
        let visit = one.visit
        let row: [TableCell] = [
            one.reference, one.title, .text(kind.map(words.stage) ?? ""), .text(words.state(c.region.state)),
            .text(c.end.map { words.reason($0.reason) } ?? ""), one.mark(c.hold != nil), one.mark(!c.stuck.isEmpty),
            one.day(c.openedAt), one.day(c.lastAt), one.day(c.end?.at), one.guest, one.hosts, visit.first, visit.last,
        ]
        let cells = AnswerCells(words: words)
        return [
            row
                + questions.map { question in
                    // An older version may ask otherwise, or call personal what is not so any more.
                    guard let field = machine.programme.forms[question.form]?[question.field.name],
                        reader.sees(field, machine.programme),
                        let value = c.answers[question.form]?.newest?.values[field.name]
                    else { return .empty }
                    return cells.cell(value, field.type) ?? .empty
                }
        ]
    }

    private static func isColumn(_ field: Field) -> Bool {
        switch field.type {
        case .rows, .file: false
        default: true
        }
    }
}
