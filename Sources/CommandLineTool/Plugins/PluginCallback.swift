import Engine
import Expressions
import Service

/// `plugin callback`: a signed message of an outside system that says what became of a call.
enum PluginCallback {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "callback", "Takes a signed callback for an action that waits; the body comes on standard input.",
            discussion: """
                For the web server or the queue at the edge of your network: it hands on the three headers of Standard \
                Webhooks and the body as they came. Who may not is told nothing. Ends with 0 if it was taken, with 1 if \
                not, with 75 if it should come again.
                """,
            examples: [
                (
                    "sojourn plugin callback --id 2ef5b2cc --timestamp 1798790400 --signature 'v1,…' < body.json",
                    "Takes one callback."
                )
            ],
            options: [
                Option("id", value: "KEY", "The header webhook-id: the effect's key.", required: true),
                Option("timestamp", value: "SECONDS", "The header webhook-timestamp.", required: true),
                Option("signature", value: "TEXT", "The header webhook-signature.", required: true),
            ]
        ) { parsed, terminal in
            var body: [UInt8] = []
            while let piece = place.read(), body.count <= OutboxService.callbackBytes { body += piece }
            let whole = body
            return try await place.withService(parsed, forwards: false) { service in
                do {
                    try await service.engine.outbox.callback(
                        key: parsed["id"], timestamp: parsed["timestamp"], signature: parsed["signature"], body: whole)
                } catch OutboxService.CallbackRefusal.busy {
                    terminal.complain("the effect is being looked at; come again")
                    return ExitCode(rawValue: 75)
                } catch let refusal as OutboxService.CallbackRefusal {
                    throw Failure(words(refusal))
                }
                if parsed.flag("json") { terminal.print(json: .object(["taken": .bool(true)])) }
                return .success
            }
        }
    }

    private static func words(_ refusal: OutboxService.CallbackRefusal) -> String {
        switch refusal {
        case .notSigned: "the callback is not signed for this effect, or too old"
        case .unreadable(let why): why
        case .notWaiting: "the effect does not wait, or not any more"
        case .busy: "the effect is being looked at"
        }
    }
}
