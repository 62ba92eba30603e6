package import ActionKit
import Calendars
import CaseStore
import Digests
import Exchange
package import Expressions
import Foundation
import Synchronization

/// Effects that wait for somebody: a person who is asked, or an outside system that says when it is done.
extension OutboxService {
    /// Bytes of one callback.
    package static let callbackBytes = 1 << 20
    /// The kind of document and the name of the key from which callbacks' secrets are made.
    private static let hubKey = (kind: "hub-key", id: "callback")

    func pause(of row: EffectRow) async throws -> EffectPause? {
        // What was never called before has never paused.
        guard row.attempts > 1 || row.state != .claimed else { return nil }
        return try await store.document(kind: EffectPause.kind, id: row.key).flatMap { EffectPause($0) }
    }

    func keep(_ pause: EffectPause?, of key: String) async throws {
        try await store.setDocument(kind: EffectPause.kind, id: key, body: pause?.bytes)
    }

    /// Waits: called again after a time, or when the time is over.
    func wait(_ row: EffectRow, _ waiting: ActionOutcome.Waiting, former: EffectPause?, at now: Instant) async throws {
        var pause = EffectPause(waiting, since: now)
        pause.until = former?.until ?? pause.until
        pause.answers = former?.answers ?? [:]
        try await keep(pause, of: row.key)
        let end = pause.until ?? now
        let next = waiting.pollSeconds.map { now.adding(seconds: Int64(max($0, EffectPause.shortestPoll))) } ?? end
        try await requeue(row, at: min(next, end), failure: "waits for an answer from outside until \(end.rfc3339)")
    }

    /// Asks a person: the effect is held, and the case opens a task.
    func ask(_ row: EffectRow, _ question: ActionOutcome.Question, former: EffectPause?) async throws {
        var pause = EffectPause(question)
        pause.answers = former?.answers ?? [:]
        try await keep(pause, of: row.key)
        try await finish(row, .asks(title: question.title))
    }

    // MARK: A person's answer

    /// What an effect asks; nil if it asks nothing.
    package func question(of key: String) async throws -> (title: String, form: Schema)? {
        try await store.document(kind: EffectPause.kind, id: key).flatMap { EffectPause($0) }?.question
    }

    /// Takes what a person answered, texts made what they are meant to be; the effect goes on when it is released.
    ///
    /// - Returns: every mistake; empty if the answers were taken.
    package func answer(_ key: String, _ values: [String: Value]) async throws -> [String] {
        guard var pause = try await store.document(kind: EffectPause.kind, id: key).flatMap({ EffectPause($0) }),
            let question = pause.question
        else { throw EngineFailure.noEffect(key) }
        let answers = question.form.typed(.object(values))
        var mistakes = question.form.check(answers)
        if case .object(let fields) = question.form {
            for name in values.keys.sorted() where !fields.contains(where: { $0.name == name }) {
                mistakes.append("\"\(name)\" is not asked")
            }
        }
        guard mistakes.isEmpty else { return mistakes }
        pause.answers.merge(answers.fields) { $1 }
        pause.question = nil
        try await keep(pause, of: key)
        return []
    }

    // MARK: A signed callback

    /// The secret with which whoever does this effect elsewhere signs that it is done.
    func callbackSecret(_ key: String) async throws -> String {
        Self.secret(of: key, try await hubSecret())
    }

    /// The key of this hub, made when it is first needed.
    func hubSecret() async throws -> [UInt8] {
        if let known = hubKey.withLock({ $0 }) { return known }
        let stored = try await store.document(kind: Self.hubKey.kind, id: Self.hubKey.id)
        // Effects that are done at the same time come here together: the first to make a key makes it for all.
        let chosen = hubKey.withLock { known in
            let chosen = known ?? stored ?? randomBytes(SHA256.size)
            known = chosen
            return chosen
        }
        if stored == nil { try await store.setDocument(kind: Self.hubKey.kind, id: Self.hubKey.id, body: chosen) }
        return chosen
    }

    private static func secret(of key: String, _ hub: [UInt8]) -> String {
        StandardWebhook.prefix + HMACSHA256.code(for: Array(key.utf8), key: hub).base64
    }

    /// Why a callback was not taken.
    package enum CallbackRefusal: Error, Hashable, Sendable {
        /// Not signed with this effect's secret, or too old; nothing more is said to a stranger.
        case notSigned
        case unreadable(String)
        /// The effect does not wait, or not any more.
        case notWaiting
        /// It is being looked at just now: come again.
        case busy
    }

    /// Takes a callback by Standard Webhooks 1.0, whose `webhook-id` is the effect's key.
    ///
    /// - Parameters:
    ///   - timestamp: seconds since 1970, as in `webhook-timestamp`.
    ///   - signature: `v1,<base64>`, several separated by spaces.
    ///   - body: `{"outcome": "done", "output": {…}}` or `{"outcome": "failed", "code": …, "message": …}`.
    package func callback(key: String, timestamp: String, signature: String, body: [UInt8]) async throws {
        let now = cases.world.now()
        let secret =
            base64Bytes(String(try await callbackSecret(key).dropFirst(StandardWebhook.prefix.utf8.count))) ?? []
        guard
            StandardWebhook.isSigned(
                id: key, timestamp: timestamp, signature: signature, body: body, keys: [secret],
                now: now.milliseconds / 1_000)
        else { throw CallbackRefusal.notSigned }
        guard body.count <= Self.callbackBytes, let value = try? Value(json: body) else {
            throw CallbackRefusal.unreadable("the body is no JSON")
        }
        guard let row = try await store.effect(key: key) else { throw CallbackRefusal.notWaiting }
        let result = try self.result(of: value, action: row.action)
        if row.state == .claimed { throw CallbackRefusal.busy }
        guard row.state == .queued, try await pause(of: row)?.until != nil,
            try await store.moveEffect(key: key, from: .queued, to: .claimed, at: now)
        else { throw CallbackRefusal.notWaiting }
        try await finish(row, result)
    }

    private func result(of value: Value, action: String) throws(CallbackRefusal) -> EffectResult {
        switch value["outcome"]?.asString {
        case "done":
            let output = value["output"] ?? .object([:])
            let mistakes = self.output(of: action)?.check(output) ?? []
            guard mistakes.isEmpty else { throw CallbackRefusal.unreadable(mistakes.joined(separator: "; ")) }
            return .done(output: output.fields)
        case "failed":
            return .failed(
                code: value["code"]?.asString ?? "callback.failed",
                message: String((value["message"]?.asString ?? "it failed elsewhere").prefix(500)))
        default: throw CallbackRefusal.unreadable("\"outcome\" is done or failed")
        }
    }
}
