import Expressions
import Testing

@Suite struct `Functions on lists` {
    private static let environment = Environment(
        variables: ["rows": .list(.named("$row")), "numbers": .list(.dyn)],
        structs: ["$row": ["day": .init(.string), "at": .init(.string), "n": .init(.int)]], friendlyNumbers: true)

    private static func row(_ day: String, _ at: String, _ number: Int64) -> Value {
        .object(["day": .string(day), "at": .string(at), "n": .int(number)])
    }

    private static let bindings = Bindings([
        "rows": .list([row("Tue", "10:00", 1), row("Mon", "14:00", 2), row("Tue", "09:00", 3), row("Mon", "14:00", 4)]),
        "numbers": .list([
            .int(1), .double(1), .uint(1), .double(1.5), .string("1"), .int(1), .uint(.max), .double(.nan),
        ]),
    ])

    private func value(_ text: String) throws -> Value {
        try Self.environment.compile(text).get().evaluate(Self.bindings)
    }

    @Test(arguments: [
        ("rows.map(r, r.day).distinct()", "['Tue', 'Mon']"), ("rows.map(r, r.day).distinct().sort()", "['Mon', 'Tue']"),
        ("rows.sortBy(r, r.at).map(r, r.n)", "[3, 1, 2, 4]"), ("rows.sortBy(r, -r.n).map(r, r.n)", "[4, 3, 2, 1]"),
        ("[3, 1.5, 2u].sort()", "[1.5, 2u, 3]"), ("[].sort()", "[]"), ("[].distinct()", "[]"),
        ("['é', 'z', 'a', '\u{10000}', '\u{FFFD}'].sort()", "['a', 'z', 'é', '\u{FFFD}', '\u{10000}']"),
        ("[[1], [2], [1]].distinct()", "[[1], [2]]"), ("numbers.distinct().size()", "5"),
        ("rows.filter(r, r.day == 'Mon').sortBy(r, r.n).size()", "2"),
    ])
    func `lists are put in order, equal ones as they stood, and said once`(text: String, wanted: String) throws {
        #expect(try value(text) == value(wanted))
    }

    @Test func `what has no order is a failure, not a guess`() throws {
        #expect(throws: EvaluationError("int and string have no order")) { try value("[1, dyn('a')].sort()") }
        #expect(throws: EvaluationError.self) { try value("[[1], [2]].sort()") }
        #expect(throws: EvaluationError.self) { try value("numbers.sort()") }
    }

    @Test(arguments: [
        ("rows.sortBy(r, r.att)", "\"att\"; did you mean \"at\"?"), ("rows.sortBy(r, r.at).map(r, r.dya)", "\"day\"?"),
        ("rows.distinct(1)", "distinct cannot be used"), ("'a'.sort()", "sort cannot be used with a text"),
    ])
    func `a slip in them is found before anything runs`(text: String, message: String) {
        guard case .failure(let mistakes) = Self.environment.compile(text) else {
            Issue.record("\(text) was taken")
            return
        }
        #expect(mistakes.mistakes.contains { $0.message.contains(message) }, "\(mistakes.mistakes.map(\.message))")
    }
}
