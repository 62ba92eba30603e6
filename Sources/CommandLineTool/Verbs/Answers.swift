import Exchange
import Expressions
import Foundation

/// The values of an answer, as `--set` and `--values` give them, and its mistakes in words.
enum Answers {
    static let fieldOptions = [
        Option(
            "set", value: "FIELD=VALUE",
            "A field's value as text; FIELD:=JSON for rows and the like. Given again it makes a list.", repeating: true),
        Option(
            "values", value: "FILE", "A JSON object with fields and values; --set comes before it.", completion: .file),
    ]

    static let options =
        fieldOptions + [
            Option("reason", value: "CODE", "The reason, where the step asks for one."),
            Option("key", value: "KEY", "Your own key: the same command with it again changes nothing."),
        ]

    /// Bytes of a file of values.
    static let fileBytes = 1 << 20

    static func values(_ parsed: Parsed) throws -> [String: Value] {
        var mistakes: [String] = []
        var result = try parsed.text("values").map(file) ?? [:]
        var given: [String: [Value]] = [:]
        for text in parsed.texts("set") {
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                mistakes.append("--set is written FIELD=VALUE, not '\(text)'")
                continue
            }
            var name = String(text[..<equals])
            let value = String(text[text.index(after: equals)...])
            if name.hasSuffix(":") {
                name.removeLast()
                do throws(JSONMistake) {
                    given[name, default: []].append(try Value(json: value.utf8))
                } catch {
                    mistakes.append("--set \(name):= is no JSON: \(error.message) (byte \(error.offset + 1))")
                }
            } else {
                given[name, default: []].append(.string(value))
            }
        }
        guard mistakes.isEmpty else { throw UsageMistake(mistakes) }
        for (name, values) in given { result[name] = values.count == 1 ? values[0] : .list(values) }
        return result
    }

    private static func file(_ path: String) throws -> [String: Value] {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try handle.read(upToCount: fileBytes + 1)
        else { throw Failure("the file \(path) cannot be read") }
        guard data.count <= fileBytes else { throw Failure("the file \(path) is larger than \(fileBytes) bytes") }
        let value: Value
        do throws(JSONMistake) {
            value = try Value(json: data)
        } catch {
            throw Failure("\(path) is no JSON: \(error.message) (byte \(error.offset + 1))")
        }
        guard case .map = value else { throw Failure("\(path) holds no JSON object") }
        return value.fields
    }

    /// Says every reason of a refusal, one a line, with proposals for fields and words that were misspelt.
    static func complain(
        _ refusal: Refusal, fields: [String], in programme: Programme, reason: String?, on terminal: Terminal,
        as command: String
    ) -> ExitCode {
        switch refusal {
        case .answers(let problems):
            for problem in problems {
                let isUnknown = !fields.contains(problem.field) && !problem.field.contains("[")
                let proposal = isUnknown ? Naming.proposal(problem.field, among: fields) : ""
                // A form's rule is told by the name of its text.
                let label = programme.labels["rules.\(problem.sentence)"]?[programme.languages[0]]
                terminal.complain("\(command, .bold): \(label ?? problem.sentence)\(proposal)")
            }
        case .noOutcome(let given?, let choices):
            terminal.complain("\(command, .bold): \(refusal.sentence)\(Naming.proposal(given, among: choices))")
        case .noSuchDecision(let name, let choices):
            terminal.complain("\(command, .bold): \(refusal.sentence)\(Naming.proposal(name, among: choices))")
        case .noReason(let choices):
            let proposal = reason.map { Naming.proposal($0, among: choices) } ?? ""
            terminal.complain("\(command, .bold): \(refusal.sentence) (--reason CODE)\(proposal)")
        default: terminal.complain("\(command, .bold): \(refusal.sentence)")
        }
        return .failure
    }
}
