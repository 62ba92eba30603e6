import ActionKit
import Calendars
import Expressions
import Foundation
import WebhookPost
import WebhookReceiver

/// A plugin, and calls of its action.
final class Sender: Sendable {
    let plugin: WebhookPlugin

    /// Without changes it may do what the tests need: plain HTTP to this machine.
    init(_ changes: [String: Value] = [:]) throws {
        let values: [String: Value] = [
            "secret": .string("hook"), "allow_http": .bool(true), "allow_private": .bool(true),
        ]
        plugin = try WebhookPlugin(configuration: Self.configuration(values.merging(changes) { _, new in new }))
    }

    static func configuration(_ values: [String: Value]) -> Configuration {
        let secrets = [
            "hook": Receiver.secrets[0], "next": Receiver.secrets[1], "short": "whsec_c2hvcnQ=", "bare": "x",
        ]
        return Configuration(values: values, folder: "") { secrets[$0] }
    }

    static let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    func post(
        _ url: String, key: String = "msg42", data: Value = .object(["case": .string("ST-1")]),
        now: Instant = now, seconds: Int64 = 20, isDryRun: Bool = false, _ more: [String: Value] = [:]
    ) async -> ActionOutcome {
        let input: [String: Value] = ["url": .string(url), "type": .string("case.moved"), "data": data]
        return await plugin.actions[0].run(
            ActionCall(
                key: key, attempt: 1, mode: .make, input: input.merging(more) { _, new in new }, sequence: 0, now: now,
                deadline: now.adding(seconds: seconds), caseReference: "ST-1", programme: "study-tour",
                isDryRun: isDryRun))
    }
}

extension ActionOutcome {
    var output: [String: Value]? { if case .done(let output) = self { output } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}
