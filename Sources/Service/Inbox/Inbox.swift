import Calendars
import CaseStore
import Digests
import Engine
import Exchange
import Expressions
package import HTTPServer

/// What comes from outside by HTTP: signed callbacks of actions that wait, signed events for cases, and readers who
/// unsubscribe.
///
/// A stranger is told nothing: whatever is wrong with a message that is not signed, the answer is the same. Each event is
/// taken once: its `webhook-id` is kept with the case as the key of the command that it became.
package struct Inbox: Sendable {
    private let engine: Engine
    private let senders: [String: InboxSender]

    static let callbackPath = "/callbacks"
    static let eventPath = "/inbox/"
    static let healthPath = "/health"
    /// Seconds after which a sender should come again.
    private static let pauseSeconds = 5

    /// - Throws: every mistake of the settings.
    init(engine: Engine, settings: Settings) throws(SettingsMistakes) {
        self.engine = engine
        senders = try settings.senders()
    }

    /// Where a request went, for a log: never more of a path than is known.
    package func place(of request: HTTPRequest) -> String {
        if request.path == Self.callbackPath { return "callbacks" }
        if request.path.hasPrefix(Unsubscribing.path) { return "unsubscribe" }
        let name = String(request.path.dropFirst(Self.eventPath.count))
        return request.path.hasPrefix(Self.eventPath) && senders[name] != nil ? "inbox \(name)" : "elsewhere"
    }

    /// How much one request may be.
    package static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyBytes = OutboxService.callbackBytes
        return limits
    }

    package func answer(_ request: HTTPRequest) async -> HTTPAnswer {
        if request.path == Self.healthPath {
            return request.method == "GET" || request.method == "HEAD" ? .text(200, "running") : Self.wrongMethod("GET")
        }
        if request.path.hasPrefix(Unsubscribing.path) {
            return await guarded { try await Unsubscribing(engine: engine).answer(request) }
        }
        let isCallback = request.path == Self.callbackPath
        guard isCallback || request.path.hasPrefix(Self.eventPath) else { return .text(404, "there is nothing here") }
        guard request.method == "POST" else { return Self.wrongMethod("POST") }
        guard let id = request.header("webhook-id"), let timestamp = request.header("webhook-timestamp"),
            let signature = request.header("webhook-signature"), Self.isID(id)
        else { return Self.stranger }
        let seal = Seal(id: id, timestamp: timestamp, signature: signature)
        return await guarded {
            if isCallback { return try await callback(seal, request.body) }
            return try await event(String(request.path.dropFirst(Self.eventPath.count)), seal, request.body)
        }
    }

    /// What went wrong in here is told without its reason.
    private func guarded(_ answer: () async throws -> HTTPAnswer) async -> HTTPAnswer {
        do {
            return try await answer()
        } catch EngineFailure.busy {
            return Self.later
        } catch is StoreFailure {
            return Self.later
        } catch {
            return .text(500, "the service could not do this; its log says why")
        }
    }

    /// The headers of Standard Webhooks.
    private struct Seal {
        let id: String
        let timestamp: String
        let signature: String
    }

    /// Printable ASCII, as much as a command's key may have.
    private static func isID(_ id: String) -> Bool {
        (1...100).contains(id.utf8.count) && id.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static let stranger = HTTPAnswer.text(401, "the message is not signed for this address, or too old")
    private static let later = HTTPAnswer(
        503, headers: [("Retry-After", String(pauseSeconds)), ("Content-Type", "text/plain; charset=utf-8")],
        body: Array("come again\n".utf8))

    private static func wrongMethod(_ right: String) -> HTTPAnswer {
        var answer = HTTPAnswer.text(405, "this address takes \(right)")
        answer.headers.append(("Allow", right == "GET" ? "GET, HEAD" : right))
        return answer
    }

    private static func json(_ status: Int, _ fields: [String: Value]) -> HTTPAnswer {
        HTTPAnswer(
            status, headers: [("Content-Type", "application/json")], body: Value.object(fields).jsonBytes + [0x0A])
    }

    // MARK: Callbacks

    private func callback(_ seal: Seal, _ body: [UInt8]) async throws -> HTTPAnswer {
        do {
            try await engine.outbox.callback(
                key: seal.id, timestamp: seal.timestamp, signature: seal.signature, body: body)
            return Self.json(200, ["taken": .bool(true)])
        } catch let refusal as OutboxService.CallbackRefusal {
            switch refusal {
            case .notSigned: return Self.stranger
            case .unreadable(let why): return Self.json(400, ["problems": .list([.string(why)])])
            // It is signed, so it was meant; what is finished needs no further try.
            case .notWaiting: return Self.json(200, ["taken": .bool(false)])
            case .busy: return Self.later
            }
        }
    }

    // MARK: Events

    private func event(_ name: String, _ seal: Seal, _ body: [UInt8]) async throws -> HTTPAnswer {
        let now = engine.world.now().milliseconds / 1_000
        guard let sender = senders[name],
            StandardWebhook.isSigned(
                id: seal.id, timestamp: seal.timestamp, signature: seal.signature, body: body, keys: sender.keys,
                now: now)
        else { return Self.stranger }
        do {
            let event: InboxEvent
            do throws(InboxEvent.Mistakes) {
                event = try InboxEvent(body)
            } catch {
                return Self.json(400, ["problems": .list(error.sentences.map { .string($0) })])
            }
            return try await take(
                event, from: sender, key: "inbox.\(sender.name).\(seal.id)", said: SHA256.hash(body).bytes)
        } catch EngineFailure.refused(let refusal) {
            return Self.refused(refusal)
        } catch EngineFailure.conflict {
            return Self.json(409, ["problems": .list([.string("this webhook-id came before with something else")])])
        } catch EngineFailure.noCase {
            return Self.json(422, ["problems": .list([.string("there is no such case")])])
        }
    }

    private func take(
        _ event: InboxEvent, from sender: InboxSender, key: String, said: [UInt8]
    ) async throws -> HTTPAnswer {
        guard let role = event.role ?? (sender.roles.count == 1 ? sender.roles[0] : nil), sender.roles.contains(role)
        else {
            let known = sender.roles.joined(separator: ", ")
            return Self.json(422, ["problems": .list([.string("\"data.role\" is one of \(known)")])])
        }
        let (c, machine) = try await engine.cases.load(event.reference)
        // The task that it answered is closed by now, and another may wait for the same role.
        if let known = try await engine.store.answer(toKey: key, caseID: c.id) {
            guard known.answer.isEmpty || known.answer == said else { throw EngineFailure.conflict(key: key) }
            return Self.json(200, ["taken": .bool(true), "repeated": .bool(true)])
        }
        let command: Command
        let holder: String
        switch event.kind {
        case .decision:
            command = .decide(
                name: event.name ?? "", member: event.member, values: event.values, reason: event.reason)
            holder = machine.holders(of: role, in: c).first?.id ?? ""
        case .answer:
            let open = c.tasks.filter { task in
                task.isDeclared && (event.task.map { $0 == task.number } ?? true)
                    && task.holders.contains { $0.role == role && $0.outcome == nil }
            }
            guard open.count == 1, let task = open.first else {
                let what =
                    open.isEmpty ? "no such task waits for \(role)" : "several tasks wait for \(role); give data.task"
                return Self.json(422, ["problems": .list([.string(what)])])
            }
            command = .answer(task: task.number, outcome: event.name, values: event.values, reason: event.reason)
            holder = task.holders.first { $0.role == role && $0.outcome == nil }?.party.id ?? ""
        }
        let answer = try await engine.cases.submit(
            command, to: c.id, by: Actor(id: holder, role: role), key: key, said: said)
        return Self.json(200, ["taken": .bool(true), "repeated": .bool(answer.isRepeated)])
    }

    private static func refused(_ refusal: Refusal) -> HTTPAnswer {
        json(422, ["problems": .list([.string(refusal.sentence)])])
    }
}
