package import ActionKit
import Calendars
package import Expressions
import Synchronization

/// One version of a pack at work: its program is started when it is first needed, watched, ended, and started again.
///
/// Whatever the program does, a call ends in an `ActionOutcome`; no failure of it is anybody else's.
package final class PackSupervisor: Sendable {
    private struct Running {
        let process: PackProcess
        let features: Set<String>
        /// Of the files when they were looked at last.
        var stamp: String
        var lookedAt: ContinuousClock.Instant
    }

    private struct State {
        var health: PackHealth
        var hasRemembered = false
        var running: Running?
        var isStarting = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isClosed = false
    }

    package let pack: Pack
    private let gate: PackGate
    private let starting: Starting
    private let places: Places
    private let secret: @Sendable (String) -> String?
    private let memory: PackMemory
    private let state: Mutex<State>

    /// Times that a request is given to a new process because the one before was just ending.
    private static let rounds = 3

    /// - Parameters:
    ///   - settings: of this pack, by name.
    ///   - secret: resolves `pack.name`; nil if there is none.
    package init(
        _ pack: Pack, gate: PackGate, settings: [String: Value], secret: @escaping @Sendable (String) -> String?,
        memory: PackMemory = .none
    ) {
        self.pack = pack
        self.gate = gate
        starting = Starting(pack: pack, gate: gate, settings: settings)
        places = Places(pack.concurrency)
        self.secret = secret
        self.memory = memory
        state = Mutex(State(health: PackHealth(now: gate.now())))
    }

    package var health: PackHealth { state.withLock { $0.health } }

    /// The last lines that its program printed, secrets left out.
    package var log: [String] { state.withLock { $0.running }?.process.log ?? [] }

    // MARK: Calls

    /// Does one call; returns by its deadline and a moment.
    package func run(_ action: PackAction, _ call: ActionCall) async -> ActionOutcome {
        let start = ContinuousClock.now
        let secrets: [String: Value]
        do throws(PackFault) {
            secrets = try await self.secrets(of: action)
        } catch {
            return await failure(error)
        }
        guard await places.take() else { return await failure(.busy) }
        defer { places.give() }
        let whole = max(call.deadline.milliseconds - call.now.milliseconds, 1)
        for _ in 0..<Self.rounds {
            let left = Int(clamping: whole) - Int(clamping: (ContinuousClock.now - start).milliseconds)
            guard left > 0 else { return await failure(.busy) }
            let running: Running
            do throws(PackFault) {
                running = try await self.running()
            } catch {
                return await failure(error)
            }
            var redaction = Redaction()
            if !secrets.isEmpty {
                redaction.add(secrets.values.compactMap(\.asString))
                running.process.redact(secrets.values.compactMap(\.asString))
            }
            let params = Self.params(action, call, secrets: secrets, milliseconds: left)
            guard params.count <= PackLimits.lineBytes - 256 else {
                return .failed(
                    .init(
                        code: "plugin.input", message: "what is to be handed over is longer than a line may be",
                        retry: .never))
            }
            let reply = await running.process.request("run", json: params, milliseconds: left).reply
            if case .lost(.closed) = reply { continue }
            return await settle(reply, action, call, redaction)
        }
        return await failure(.closed)
    }

    private func settle(
        _ reply: PackProcess.Reply, _ action: PackAction, _ call: ActionCall, _ redaction: Redaction
    ) async -> ActionOutcome {
        switch reply {
        case .fault(let fault):
            await note(nil)
            return PackAnswer.failure(of: fault, redaction: redaction)
        case .result(let value):
            do throws(PackFault) {
                guard
                    let outcome = try PackAnswer.outcome(
                        of: value, action: action, key: call.key, redaction: redaction)
                else { throw PackFault.violation("\"not_done\" is an answer to \"status\" only") }
                await note(nil)
                return outcome
            } catch {
                // Whoever answers for another call is not to be trusted with the next one.
                let process = state.withLock { $0.running?.process }
                process?.kill(error)
                return await lost(error, action, call)
            }
        case .lost(let fault): return await lost(fault, action, call)
        }
    }

    /// The program is gone and nobody has said what became of the call: ask it, repeat, or say that nobody knows.
    private func lost(_ fault: PackFault, _ action: PackAction, _ call: ActionCall) async -> ActionOutcome {
        await note(fault)
        let message = "\(pack.id): \(fault)"
        if let known = await status(of: action, call, isFresh: true) { return known }
        guard action.idempotency == .none else {
            return .failed(.init(code: fault.code, message: message, retry: .after(seconds: pause), scope: .call))
        }
        return .unknown(message: message)
    }

    /// What the plugin says about a call whose answer was lost; nil where it cannot tell.
    ///
    /// - Parameter isFresh: the call was lost just now, so that the pause after a failure does not hold yet.
    package func status(of action: PackAction, _ call: ActionCall, isFresh: Bool = false) async -> ActionOutcome? {
        guard let running = try? await running(ignoresPause: isFresh), running.features.contains("status") else {
            return nil
        }
        let params: Value = .object([
            "action": .string(action.name), "key": .string(call.key), "case": .string(call.caseReference),
        ])
        guard
            case .result(let value) = await running.process.request(
                "status", params, milliseconds: action.timeoutSeconds * 1_000
            ).reply
        else { return nil }
        do throws(PackFault) {
            let outcome = try PackAnswer.outcome(of: value, action: action, key: call.key, redaction: Redaction())
            if case .unknown? = outcome { return nil }
            return outcome
                ?? .failed(
                    .init(
                        code: "plugin.lost", message: "\(pack.id) ended in the middle and says that it was not done",
                        retry: .after(seconds: pause)))
        } catch {
            return nil
        }
    }

    /// Seconds until a call that failed for now is worth another try.
    private var pause: Int {
        let (until, now) = (health.until, gate.now())
        return max(Int(clamping: (until.milliseconds - now.milliseconds + 999) / 1_000), 1)
    }

    private func failure(_ fault: PackFault) async -> ActionOutcome {
        let seconds: Int
        switch fault {
        case .ill(_, let after): seconds = after
        case .busy, .closed: seconds = 5
        default: seconds = pause
        }
        return .failed(
            .init(
                code: fault.code, message: "\(pack.id): \(fault)", retry: .after(seconds: seconds), scope: .service))
    }

    private func secrets(of action: PackAction) async throws(PackFault) -> [String: Value] {
        guard !action.secrets.isEmpty else { return [:] }
        // A secret may come from a command, which blocks.
        let (names, pack, secret) = (action.secrets, pack, secret)
        let found = await Starting.aside { names.map { ($0, secret("\(pack.name).\($0)")) } }
        var result: [String: Value] = [:]
        for (name, value) in found {
            guard let value else { throw PackFault.noSecret("\(pack.name).\(name)") }
            result[name] = .string(value)
        }
        return result
    }

    /// The parameters of `run`, as JSON: written once, without making a value of them first.
    static func params(
        _ action: PackAction, _ call: ActionCall, secrets: [String: Value], milliseconds: Int
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 512)
        writer.put("action") { $0.string(action.name) }
        writer.put("key") { $0.string(call.key) }
        writer.put("attempt") { $0.int(Int64(call.attempt)) }
        writer.put("mode") { $0.string(call.mode.rawValue) }
        writer.put("sequence") { $0.int(Int64(call.sequence)) }
        writer.put("now") { $0.string(call.now.rfc3339) }
        writer.put("deadline") { $0.string(call.deadline.rfc3339) }
        writer.put("timeout_ms") { $0.int(Int64(milliseconds)) }
        writer.put("case") { $0.string(call.caseReference) }
        writer.put("programme") { $0.string(call.programme) }
        writer.put("dry_run") { $0.raw(call.isDryRun ? "true" : "false") }
        writer.put("input") { $0.write(plain: .object(call.input)) }
        writer.put("secrets") { $0.write(.object(secrets)) }
        if let checkpoint = call.checkpoint { writer.put("checkpoint") { $0.write(plain: checkpoint) } }
        if !call.answers.isEmpty { writer.put("answers") { $0.write(plain: .object(call.answers)) } }
        if !call.callbackSecret.isEmpty {
            writer.put("callback") {
                $0.write(.object(["id": .string(call.key), "secret": .string(call.callbackSecret)]))
            }
        }
        writer.raw("}")
        return writer.bytes
    }

    // MARK: The program

    /// A program that runs and whose files are those that may run.
    private func running(ignoresPause: Bool = false) async throws(PackFault) -> Running {
        await remember()
        while true {
            switch turn(ignoresPause: ignoresPause) {
            case .use(let running):
                guard ContinuousClock.now - running.lookedAt >= .milliseconds(PackLimits.lookMilliseconds) else {
                    return running
                }
                if await isUntouched(running) { return running }
            case .start: return try await startNow()
            case .wait: await waitForStart()
            case .refuse(let fault): throw fault
            }
        }
    }

    private enum Turn {
        case use(Running)
        case start, wait
        case refuse(PackFault)
    }

    private func turn(ignoresPause: Bool) -> Turn {
        let now = gate.now()
        return state.withLock { state in
            if state.isClosed { return .refuse(.closed) }
            if let running = state.running, running.process.isUsable { return .use(running) }
            if state.isStarting { return .wait }
            if !ignoresPause, now < state.health.until, state.health.state != .well {
                let seconds = (state.health.until.milliseconds - now.milliseconds + 999) / 1_000
                return .refuse(.ill(why: state.health.why, seconds: Int(clamping: seconds)))
            }
            state.isStarting = true
            return .start
        }
    }

    private func waitForStart() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isStarting { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    private func startNow() async throws(PackFault) -> Running {
        let former = state.withLock { $0.running?.process }
        // Two of one pack at a time would be one more than the settings allow.
        await former?.end()
        let stamp = await Starting.aside { [pack] in PackFiles.stamp(folder: pack.folder) }
        let outcome: Result<Running, PackFault>
        do throws(PackFault) {
            let started = try await starting.start()
            outcome = .success(
                Running(
                    process: started.process, features: started.features, stamp: stamp, lookedAt: ContinuousClock.now))
        } catch {
            outcome = .failure(error)
        }
        let (waiting, isClosed) = state.withLock { state in
            if case .success(let running) = outcome { state.running = running }
            state.isStarting = false
            defer { state.waiting = [] }
            return (state.waiting, state.isClosed)
        }
        waiting.forEach { $0.resume() }
        if case .failure(let fault) = outcome { await note(fault) }
        let running = try outcome.get()
        if isClosed {
            await running.process.end()
            throw PackFault.closed
        }
        return running
    }

    /// Whether the files are as they were; a program whose files have changed is ended when its calls are done.
    private func isUntouched(_ running: Running) async -> Bool {
        let stamp = await Starting.aside { [pack] in PackFiles.stamp(folder: pack.folder) }
        let isSame = stamp == running.stamp
        state.withLock { $0.running?.lookedAt = ContinuousClock.now }
        if !isSame { await running.process.end() }
        return isSame
    }

    // MARK: Health

    private func remember() async {
        guard state.withLock({ !$0.hasRemembered }) else { return }
        let kept = await memory.load(.health, pack.id).flatMap { PackHealth($0) }
        state.withLock { state in
            if !state.hasRemembered, let kept { state.health = kept }
            state.hasRemembered = true
        }
    }

    /// Writes down a failure, or with nil that all is well.
    private func note(_ fault: PackFault?) async {
        switch fault {
        case .busy?, .closed?, .ill?: return
        default: break
        }
        let now = gate.now()
        let changed = state.withLock { state -> PackHealth? in
            let former = state.health
            if let fault { state.health.fail(fault, at: now) } else { state.health.succeed(at: now) }
            return state.health == former ? nil : state.health
        }
        if let changed { await memory.keep(.health, pack.id, changed.value) }
    }

    /// Starts the program and lets it look at its settings; what is wrong, or nil.
    package func trial() async -> PackFault? {
        do throws(PackFault) {
            _ = try await running()
            return nil
        } catch {
            return error
        }
    }

    /// Ends the program, when the calls under way are answered or a moment has passed.
    package func close() async {
        let running = state.withLock { state in
            state.isClosed = true
            return state.running
        }
        await running?.process.end()
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}

extension JSONWriter {
    /// One more member of the object that is being written; the first opens it.
    fileprivate mutating func put(_ name: String, _ write: (inout JSONWriter) -> Void) {
        raw(isEmpty ? "{\"" : ",\"")
        raw(name)
        raw("\":")
        write(&self)
    }
}
