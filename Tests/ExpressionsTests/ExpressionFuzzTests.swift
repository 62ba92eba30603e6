import Engine
import Foundation
import Testing

@testable import Expressions

/// How many drawn texts are tried: more with `SOJOURN_FUZZ_RUNS`.
private let runs = ProcessInfo.processInfo.environment["SOJOURN_FUZZ_RUNS"].flatMap { Int($0) } ?? 4_000

@Suite struct `Drawn expressions` {
    private static let words = [
        "a", "b.c", "x", "1", "-1", "2.5", "9223372036854775807", "-9223372036854775808", "1u", "'t'", "\"q\"", "true",
        "null", "[1, 2]", "{'k': 1}", "a.all(x, x > 0)", "size(a)", "has(b.c)", "(", ")", "[", "]", "{", "}", ".", ",",
        "?", ":", "&&", "||", "!", "==", "!=", "<", ">=", "+", "-", "*", "/", "%", "in", "matches('a+')",
        "duration('1h')",
        "timestamp('2027-06-14T00:00:00Z')", "b'\\x00'", "r'raw'", "'''long'''", "\u{0}", "\u{202E}", "é", "𝄞", "//c\n",
        "a.map(x, x * x)", "int('7')", "string(1.0)", "double('nan')", "type(1)", "{{", "}}", "\\",
    ]

    private static let environment = Environment(
        variables: ["a": .list(.int), "b": .map(.string, .int), "x": .double], friendlyNumbers: true)

    @Test func `any text is an expression or gets an answer, and any expression a value or a reason`() {
        var chance = SeededChance(seed: 7)
        let bindings = Bindings([
            "a": .list([.int(3), .int(-4)]), "b": .object(["c": .int(.max)]), "x": .double(.nan),
        ])
        var compiled = 0
        for _ in 0..<runs {
            let count = Int.random(in: 1...12, using: &chance)
            var text = (0..<count).map { _ in Self.words.randomElement(using: &chance) ?? "" }.joined(separator: " ")
            if Bool.random(using: &chance), !text.isEmpty {
                let cut = Int.random(in: 0..<text.unicodeScalars.count, using: &chance)
                text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(cut)))
            }
            switch Self.environment.compile(text) {
            case .success(let expression):
                compiled += 1
                _ = try? expression.evaluate(bindings)
            case .failure(let mistakes):
                #expect(!mistakes.mistakes.isEmpty)
                let length = text.unicodeScalars.count
                #expect(mistakes.mistakes.allSatisfy { $0.offset >= 0 && $0.offset <= length && !$0.message.isEmpty })
            }
            _ = Self.environment.compileTemplate("{{ \(text) }} {{ for y in \(text) }}{{ y }}{{ end }}")
        }
        #expect(compiled > runs / 100)
    }

    @Test func `sums of whole numbers are right or overflow, never wrong`() throws {
        var chance = SeededChance(seed: 11)
        for _ in 0..<runs {
            let left = Int64.random(in: .min ... .max, using: &chance) >> Int64.random(in: 0...62, using: &chance)
            let right = Int64.random(in: .min ... .max, using: &chance) >> Int64.random(in: 0...62, using: &chance)
            let environment = Environment(variables: ["l": .int, "r": .int])
            let bindings = Bindings(["l": .int(left), "r": .int(right)])
            for (sign, sum) in [
                ("+", left.addingReportingOverflow(right)), ("-", left.subtractingReportingOverflow(right)),
                ("*", left.multipliedReportingOverflow(by: right)),
            ] {
                let value = try? environment.compile("l \(sign) r").get().evaluate(bindings)
                #expect(value == (sum.overflow ? nil : .int(sum.partialValue)))
            }
        }
    }

    @Test func `a text that costs too much ends with a reason`() throws {
        let environment = Environment(variables: ["a": .list(.int)])
        let nested = "a.all(x, a.all(y, a.all(z, x + y + z > 0)))"
        let expression = try environment.compile(nested).get()
        let bindings = Bindings(["a": .list((1...400).map { .int($0) })])
        #expect(throws: EvaluationError.self) { _ = try expression.evaluate(bindings) }
        let deep = String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
        #expect((try? environment.compile(deep).get()) == nil)
    }
}
