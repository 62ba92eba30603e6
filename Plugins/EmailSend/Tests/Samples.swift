import ActionKit
import Calendars
import EmailSend
import Expressions
import Foundation

/// A folder of its own for each test, deleted at its end.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "email-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func configuration(_ values: [String: Value] = [:], password: String? = nil) -> Configuration {
        Configuration(values: values, folder: path, secret: { $0 == "smtp.password" ? password : nil })
    }

    func plugin(_ values: [String: Value] = [:], password: String? = nil) throws -> EmailPlugin {
        try EmailPlugin(configuration: configuration(values, password: password))
    }

    func mail(_ key: String) -> String { path + "/mail/" + key + ".eml" }
}

/// The input of an ordinary mail, with changes; nil takes a field away.
func input(_ changes: [String: Value?] = [:]) -> [String: Value] {
    var result: [String: Value] = [
        "to": .string("amina@example.org"), "to_name": .string("Amina"), "language": .string("fr"),
        "subject": .string("Votre visite"),
        "text": .string("Bonjour,\nà bientôt.\n"),
    ]
    for (name, value) in changes { result[name] = value }
    return result
}

/// 2027-03-01T09:00:00Z, when all calls are made.
let someTime = Instant(milliseconds: 1_803_891_600_000)

func call(
    _ key: String, _ input: [String: Value], attempt: Int = 1, mode: ActionCall.Mode = .make, seconds: Int64 = 30,
    isDryRun: Bool = false, replyTag: String = "", unsubscribe: String = ""
) -> ActionCall {
    ActionCall(
        key: key, attempt: attempt, mode: mode, input: input, sequence: 0, now: someTime,
        deadline: someTime.adding(seconds: seconds), caseReference: "ST-2027-0042", programme: "study-tour",
        isDryRun: isDryRun, replyTag: replyTag, unsubscribe: unsubscribe)
}

extension EmailPlugin {
    func send(_ call: ActionCall) async -> ActionOutcome { await actions[0].run(call) }
}

extension ActionOutcome {
    var messageID: String? { if case .done(let output) = self { output["message_id"]?.asString } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    var doubt: String? { if case .unknown(let message) = self { message } else { nil } }
}
