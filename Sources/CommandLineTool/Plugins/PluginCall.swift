import ActionKit
import Calendars
import Engine
import Expressions
import PluginHost

/// `plugin call`: one action by hand.
enum PluginCall {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "call", "Calls one action of a pack by hand, and shows what came of it.",
            discussion: """
                Nothing of a case or of the outbox is touched. With --dry-run the plugin checks everything and changes \
                nothing. Ends with 0 if it was done, with 1 otherwise.
                """,
            examples: [
                (
                    #"sojourn plugin call sms sms.send --input '{"to":"+38761000000","text":"Hello"}' --dry-run"#,
                    "Checks a text message without sending it."
                ),
                ("sojourn plugin call ./my-pack note.write --input - < input.json", "Takes the input from a file."),
            ],
            arguments: [PackDesk.word, Positional("action", "The action, such as sms.send.")],
            options: [
                Option("input", value: "JSON", "The input as a JSON object; - reads standard input.", default: "{}"),
                Option("dry-run", "Checks everything, changes nothing."),
                Option("key", value: "KEY", "The idempotency key; the same key twice is one thing."),
                Option(
                    "mode", value: "MODE", "What is to happen to the thing.", default: "make",
                    completion: .choices(["make", "renew", "undo"])),
            ]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let found = try desk.find(parsed["pack"])
            let names = found.pack.actions.map(\.name)
            guard let action = found.pack.actions.first(where: { $0.name == parsed["action"] }) else {
                throw Failure(
                    "\(found.pack.id) has no action \"\(parsed["action"])\"; there are \(Naming.list(names))")
            }
            let input = try input(parsed["input"], place)
            let mistakes = action.input.check(.object(input)) + unknown(input, action)
            guard mistakes.isEmpty else { throw Failure(mistakes.joined(separator: "; ")) }
            let now = place.world.now()
            let call = ActionCall(
                key: parsed.text("key") ?? place.world.identifier(), attempt: 1,
                mode: ActionCall.Mode(rawValue: parsed["mode"]) ?? .make, input: input, sequence: 0, now: now,
                deadline: now.adding(seconds: Int64(action.timeoutSeconds)), caseReference: "", programme: "",
                isDryRun: parsed.flag("dry-run"))
            let outcome = try await desk.trying(found) { supervisor in
                let outcome = await supervisor.run(action, call)
                for line in supervisor.log { terminal.note("\(line, .dim)") }
                return outcome
            }
            return print(outcome, parsed, terminal)
        }
    }

    /// What the action would pass over: by hand it is a slip.
    private static func unknown(_ input: [String: Value], _ action: PackAction) -> [String] {
        guard case .object(let fields) = action.input else { return [] }
        let known = fields.map(\.name) + (action.isKept ? ["thing"] : [])
        return input.keys.sorted().filter { !known.contains($0) }.map {
            "\(action.name) has no input \"\($0)\"\(Naming.proposal($0, among: known))"
        }
    }

    private static func input(_ text: String, _ place: Workplace) throws -> [String: Value] {
        var bytes = Array(text.utf8)
        if text == "-" {
            bytes = []
            while let piece = place.read(), bytes.count <= PackLimits.lineBytes { bytes += piece }
        }
        guard let value = try? Value(json: bytes), case .map(let entries) = value else {
            throw UsageMistake("--input is a JSON object, such as '{\"text\": \"Hello\"}'")
        }
        var result: [String: Value] = [:]
        for (name, value) in entries { if let name = name.asString { result[name] = value } }
        return result
    }

    private static func print(_ outcome: ActionOutcome, _ parsed: Parsed, _ terminal: Terminal) -> ExitCode {
        let fields: [String: Value]
        let words: TerminalText
        switch outcome {
        case .done(let output):
            fields = ["outcome": .string("done"), "output": .object(output)]
            words = "done: \(lines: Value.object(output).prettyJSON)"
        case .failed(let failure):
            fields = ["outcome": .string("failed"), "code": .string(failure.code), "message": .string(failure.message)]
            words = "failed: \(failure.code): \(failure.message)"
        case .unknown(let message):
            fields = ["outcome": .string("unknown"), "message": .string(message)]
            words = "nobody knows whether it was done: \(message)"
        case .waiting(let waiting):
            fields = ["outcome": .string("waiting"), "poll_after": waiting.pollSeconds.map { .number($0) } ?? .null]
            words = "it waits for an answer from outside"
        case .asks(let question):
            fields = [
                "outcome": .string("input_required"), "title": .string(question.title),
                "form": question.form.jsonSchema,
            ]
            words = "a person must say: \(question.title)"
        }
        if parsed.flag("json") { terminal.print(json: .object(fields)) } else { terminal.print(words) }
        if case .done = outcome { return .success }
        return .failure
    }
}
