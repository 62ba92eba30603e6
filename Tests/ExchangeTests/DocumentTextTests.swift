import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `Texts of documents` {
    @Test(arguments: [
        ("one | two", "one \\| two"), ("C:\\x", "C:\\\\x"), ("a\nb\r\nc\rd", "a\u{2028}b\u{2028}c\u{2028}d"),
        ("plain **so**", "plain **so**"), ("", ""),
    ])
    func `a filled value stays within its cell`(value: String, filled: String) {
        #expect(MessageRendering.cell(value) == filled)
    }

    @Test(arguments: [
        ("en", "Monday", "Sunday"), ("fr", "Lundi", "Dimanche"), ("es", "Lunes", "Domingo"),
        ("pt", "Segunda-feira", "Domingo"), ("ar", "الاثنين", "الأحد"), ("zh", "星期一", "星期日"),
        ("ru", "Понедельник", "Воскресенье"), ("pt-BR", "Segunda-feira", "Domingo"),
    ])
    func `days of the week are named as the reader names them`(language: String, monday: String, sunday: String) {
        let wordings = Wordings(language: language)
        #expect(wordings.weekday(1) == monday)
        #expect(wordings.weekday(7) == sunday)
    }

    @Test func `weekday takes a day and gives what a text writes`() throws {
        let environment = Environment(
            functions: ProgrammeFunctions.general(calendar: .mondayToFriday))
        let value = try environment.compile("weekday('2027-06-14')").get().evaluate(Bindings([:]))
        #expect(
            Wordings(language: "en").text(value, .named(ProgrammeFunctions.weekdayType)) == "Monday")
        #expect(throws: EvaluationError.self) {
            try environment.compile("weekday('soon')").get().evaluate(Bindings([:]))
        }
    }
}
