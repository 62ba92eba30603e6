import ActionKit
import Calendars
import ChatPost
import Expressions
import Foundation
import WebhookReceiver

/// The plugin with one channel of each kind, both at one receiver, and calls of its action.
final class Poster: Sendable {
    let plugin: ChatPlugin

    /// - Parameter path: what the receiver does, such as `/ok`.
    convenience init(_ receiver: Receiver, _ path: String = "/ok", _ changes: [String: Value] = [:]) throws {
        try self.init(address: receiver.url(path), changes)
    }

    /// Without changes it may do what the tests need: plain HTTP to this machine.
    init(address: String, _ changes: [String: Value] = [:]) throws {
        let values: [String: Value] = [
            "channels.hub.kind": .string("slack"), "channels.hub.secret": .string("chat.hub"),
            "channels.hosts.kind": .string("teams"), "channels.hosts.secret": .string("chat.hosts"),
            "allow_http": .bool(true), "allow_private": .bool(true),
        ]
        plugin = try ChatPlugin(
            configuration: Configuration(values: values.merging(changes) { _, new in new }, folder: "") { name in
                ["chat.hub": address, "chat.hosts": address][name]
            })
    }

    static let now = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))

    func post(
        _ text: String, to channel: String = "hub", seconds: Int64 = 20, isDryRun: Bool = false,
        _ more: [String: Value] = [:]
    ) async -> ActionOutcome {
        let input: [String: Value] = ["to": .string(channel), "text": .string(text)]
        return await plugin.actions[0].run(
            ActionCall(
                key: "k1", attempt: 1, mode: .make, input: input.merging(more) { _, new in new }, sequence: 0,
                now: Self.now, deadline: Self.now.adding(seconds: seconds), caseReference: "ST-1",
                programme: "study-tour", isDryRun: isDryRun))
    }
}

extension ActionOutcome {
    var output: [String: Value]? { if case .done(let output) = self { output } else { nil } }
    var failure: Failure? { if case .failed(let failure) = self { failure } else { nil } }
    var isUnknown: Bool { if case .unknown = self { true } else { false } }
}

/// The body of the only request that came.
func onlyBody(_ receiver: Receiver) throws -> Value {
    let log = try receiver.log()
    guard log.count == 1, let body = log[0]["body"]?.asString else {
        throw Receiver.Failed("\(log.count) requests came")
    }
    return try Value(json: body.utf8)
}
