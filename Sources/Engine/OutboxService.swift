import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions
import Synchronization

/// Does the effects that cases have decided: each at least once, with a stable key; what nobody can know is asked.
package final class OutboxService: Sendable {
    /// Seconds between two looks for what has fallen due, at most.
    static let wakeSeconds = 0.5
    /// A failed effect is tried again after 5, 10, 20 … minutes, at most 4 hours apart, for 5 days (promises.md).
    static let firstPauseSeconds: Int64 = 300
    static let longestPauseSeconds: Int64 = 4 * 3600
    static let patienceSeconds: Int64 = 5 * 86_400
    /// An unknown outcome is not repeated before this (F26).
    static let unknownPauseSeconds: Int64 = 600

    let cases: CaseService
    private let actions: [String: any Action]
    private let register: Register
    /// Told of each effect that was done, failed or became unknown.
    private let observe: @Sendable (EffectRow, EffectResult?) -> Void
    let gate: MailGate
    private let rest = Mutex(ServiceRest())
    /// Receivers that get one call at a time.
    private let receivers = Turns()
    private let lines = Mutex(ReceiverLine())
    /// One at a time for each person whose mails are gathered.
    let turns = Turns()
    /// The key from which the secrets of callbacks are made, once it is known.
    let hubKey = Mutex<[UInt8]?>(nil)

    init(
        cases: CaseService, register: Register, actions: [any Action], gate: MailGate,
        observe: @escaping @Sendable (EffectRow, EffectResult?) -> Void
    ) {
        self.cases = cases
        self.actions = Dictionary(actions.map { ($0.description.name, $0) }) { first, _ in first }
        self.register = register
        self.gate = gate
        self.observe = observe
    }

    var store: any CaseStore { cases.store }

    /// What an action gives; nil if there is none of this name.
    func output(of action: String) -> Schema? { actions[action]?.description.output }

    /// Does everything that is due now, and what follows from it; returns how many were handled.
    ///
    /// - Parameter limit: effects at most; the rest waits for the next call.
    package func drain(limit: Int = .max) async throws -> Int { try await flow(limit: limit, staysAwake: false) }

    /// Does what is due, as it falls due, until the task is cancelled; what is under way then is finished.
    package func run() async throws { _ = try await flow(limit: .max, staysAwake: true) }

    private func flow(limit: Int, staysAwake: Bool) async throws -> Int {
        var window = EffectWindow()
        var handled = 0
        try await withThrowingTaskGroup(of: String?.self) { group in
            var isAwaiting = false
            while true {
                while handled < limit, window.room > 0, !Task.isCancelled {
                    let now = cases.world.now()
                    let resting = rest.withLock { $0.resting(at: now) }
                    let claimed = try await store.claimEffects(
                        at: now, limit: min(window.room, limit - handled), except: window.full.union(resting))
                    guard !claimed.isEmpty else { break }
                    handled += claimed.count
                    // Searches and rankings compete for the same offers and money: one after another, in the order of
                    // the store.
                    for row in claimed where isInner(row.action) { try await handle(row, isPatient: true) }
                    for row in claimed where !isInner(row.action) {
                        window.begin(row.action)
                        group.addTask {
                            try await self.handle(row, isPatient: !staysAwake)
                            return row.action
                        }
                    }
                }
                if staysAwake, !isAwaiting, !Task.isCancelled {
                    isAwaiting = true
                    group.addTask {
                        try? await self.cases.world.sleep(Self.wakeSeconds)
                        return nil
                    }
                }
                guard let ended = try await group.next() else { break }
                if let ended { window.end(ended) } else { isAwaiting = false }
            }
        }
        return handled
    }

    /// Resolves effects that a run which died had claimed (F34): repeated where a key protects or nothing was handed over; elsewhere
    /// first the action is asked, if it can tell, then the programme says what doubt means.
    package func recover() async throws -> Int {
        let rows = try await store.interruptedEffects()
        for row in rows {
            let why = "the service ended while this was being done"
            let action = actions[row.action]
            var isSafe = isInner(row.action) || [.native, .keyed].contains(action?.description.idempotency)
            if !isSafe, action?.description.tellsHandOver ?? false { isSafe = try await !wasHandedOver(row) }
            if isSafe {
                try await requeue(row, at: cases.world.now(), failure: why)
            } else if let body = try? Value(json: row.body) {
                let pause = try await pause(of: row)
                var outcome = ActionOutcome.unknown(message: why)
                if let action {
                    let call = try await call(row, body, action, pause: pause, at: cases.world.now())
                    outcome = await action.outcome(of: call) ?? outcome
                }
                try await settle(row, outcome, body, pause: pause, at: cases.world.now())
                if let action { try await endDoubt(of: [row.key], by: action) }
            } else {
                try await finish(row, .unknown(message: why))
            }
        }
        return rows.count
    }

    /// What the engine does itself; an action that was given under such a name stands in for it.
    private func isInner(_ action: String) -> Bool { InnerActions.names.contains(action) && actions[action] == nil }

    /// - Parameter isPatient: it waits for its turn however long that takes, because nobody would come again for it.
    private func handle(_ row: EffectRow, isPatient: Bool) async throws {
        let now = cases.world.now()
        guard let body = try? Value(json: row.body) else {
            try await finish(row, .failed(code: "damaged", message: "the effect cannot be read"))
            return
        }
        if isInner(row.action) {
            do {
                try await InnerActions(cases: cases, register: register).run(row, input: body["input"]?.fields ?? [:])
                try await finish(row, .done(output: [:]))
            } catch let failure as EngineFailure {
                try await finish(row, .failed(code: "inner", message: failure.description))
            }
            return
        }
        guard let action = actions[row.action] else {
            try await finish(row, .failed(code: "no-action", message: "there is no action \(row.action)"))
            return
        }
        let input = body["input"]?.fields ?? [:]
        let mistakes = action.description.input.check(.object(input))
        guard mistakes.isEmpty else {
            try await finish(row, .failed(code: "input", message: mistakes.joined(separator: "; ")))
            return
        }
        let mail = row.action == MailGate.action ? try await onItsWay(row, body) : nil
        if let mail {
            if try await takesBack(row, mail) { return }
            if let seconds = gate.terms.digestSeconds {
                if mail.canBeMerged, !mail.isDue(within: seconds, of: now) {
                    return try await gather(row, mail, seconds: seconds, at: now)
                }
                // A digest may have taken it along since it was claimed, and its case wait for it no more.
                guard try await store.effect(key: row.key)?.state == .claimed else { return }
            }
            let passage = try await gate.passage(mail, at: now)
            guard passage == .goes else { return try await holdBack(row, passage) }
        }
        guard let receiver = action.receiver(of: input) else { return try await perform(row, body, action, mail) }
        let name = "\(row.action) \(receiver)"
        if let later = lines.withLock({ $0.join(name, isPatient: isPatient, at: now) }) {
            return try await putOff(row, until: later, why: "waits for its turn: its receiver gets one at a time")
        }
        try await receivers.take(name) {
            let begin = cases.world.now()
            guard isPatient || !Task.isCancelled else {
                lines.withLock { $0.leave(name, took: nil) }
                return try await putOff(row, until: begin, why: "waits: the service is ending")
            }
            // What became of it is on the disk before the next begins.
            defer {
                lines.withLock { $0.leave(name, took: cases.world.now().milliseconds - begin.milliseconds) }
            }
            try await perform(row, body, action, mail)
        }
    }

    /// Calls the action, and writes down what became of it.
    private func perform(_ row: EffectRow, _ body: Value, _ action: any Action, _ mail: MailOnItsWay?) async throws {
        let now = cases.world.now()
        let pause = try await pause(of: row)
        let unsubscribe = try await unsubscribeAddress(of: mail.map { [$0] } ?? [])
        var outcome = await action.run(
            try await call(row, body, action, pause: pause, unsubscribe: unsubscribe, at: now))
        learn(outcome, of: row.action, at: now)
        if let mail { outcome = try await gate.learn(outcome, of: mail, at: now) }
        if let end = pause?.until, end <= now, case .waiting = outcome {
            try await finish(row, .unknown(message: "no answer came from outside until \(end.rfc3339)"))
            return
        }
        try await settle(row, outcome, body, pause: pause, at: now)
        try await endDoubt(of: [row.key], by: action)
    }

    /// What the way of a mail depends on; its case is read only where something asks for it: what the hub has set, or a
    /// reader who has unsubscribed.
    func onItsWay(_ row: EffectRow, _ body: Value) async throws -> MailOnItsWay {
        let plain = MailOnItsWay(row, body)
        var asksForCase = gate.terms.asksForCase
        if !asksForCase { asksForCase = try await gate.suppressions.hasUnsubscribed(plain.address) }
        return asksForCase ? MailOnItsWay(row, body, origin: try await cases.load(row.caseID)) : plain
    }

    /// A mail that does not leave now waits, or its address takes none.
    ///
    /// - Parameters:
    ///   - isClaimed: it was claimed by itself, which counted as a try that is given back.
    ///   - tells: whether the staff are told that a daily cap is reached.
    func holdBack(
        _ row: EffectRow, _ passage: MailGate.Passage, isClaimed: Bool = true, tells: Bool = true
    ) async throws {
        switch passage {
        case .goes: break
        case .refused(let code, let message): try await finish(row, .failed(code: code, message: message))
        case .waits(let until, let why): try await putOff(row, until: until, why: why, isClaimed: isClaimed)
        case .waitsCapped(let until, let cap):
            try await putOff(
                row, until: until, why: "waits for tomorrow: the reader has had \(cap) mails today",
                isClaimed: isClaimed)
            guard tells else { return }
            _ = try await cases.submit(
                .mailNews(label: row.label, news: .waits(cap: cap)), to: row.caseID, by: .service)
        }
    }

    func learn(_ outcome: ActionOutcome, of action: String, at now: Instant) {
        switch outcome {
        case .failed(let failure) where failure.scope == .service: rest.withLock { $0.begin(action, at: now) }
        case .failed, .unknown: break
        case .done, .waiting, .asks: rest.withLock { $0.end(action) }
        }
    }

    /// The action of this name; nil if there is none.
    func action(_ name: String) -> (any Action)? { actions[name] }

    /// - Parameter members: the effects that it does; its own alone without them.
    func call(
        _ row: EffectRow, _ body: Value, _ action: any Action, pause: EffectPause?, unsubscribe: String = "",
        members: [String]? = nil, at now: Instant
    ) async throws -> ActionCall {
        ActionCall(
            key: row.key, attempt: row.attempts, mode: ActionCall.Mode(rawValue: body["mode"]?.asString ?? "") ?? .make,
            input: body["input"]?.fields ?? [:], sequence: body["order"]?.asInt ?? 0, now: now,
            deadline: now.adding(seconds: Int64(action.description.timeoutSeconds)), caseReference: row.reference,
            programme: body["programme"]?.asString ?? "", checkpoint: pause?.checkpoint, answers: pause?.answers ?? [:],
            callbackSecret: try await callbackSecret(row.key),
            replyTag: row.action == MailGate.action
                ? ReplyTag.text(row.key, secret: try await hubSecret()) : "", unsubscribe: unsubscribe,
            handOver: handOver(members ?? [row.key], by: action))
    }

    func settle(
        _ row: EffectRow, _ outcome: ActionOutcome, _ body: Value, pause: EffectPause?, at now: Instant
    ) async throws {
        let policy = IfUnsure(rawValue: body["ifUnsure"]?.asString ?? "") ?? .ask
        switch outcome {
        case .waiting(let waiting): try await wait(row, waiting, former: pause, at: now)
        case .asks(let question): try await ask(row, question, former: pause)
        case .done(let output): try await finish(row, .done(output: output))
        case .failed(let failure):
            if let next = nextTry(row, failure.retry, at: now) {
                try await requeue(row, at: next, failure: "\(failure.code): \(failure.message)")
            } else {
                try await finish(row, .failed(code: failure.code, message: failure.message))
            }
        case .unknown(let message):
            switch policy {
            case .sendAgain:
                try await requeue(
                    row, at: now.adding(seconds: Self.unknownPauseSeconds), failure: "perhaps done: \(message)")
            case .takeAsSent: try await finish(row, .done(output: [:]))
            case .ask: try await finish(row, .unknown(message: message))
            }
        }
    }

    /// When a failed effect is tried again; nil: never.
    private func nextTry(_ row: EffectRow, _ retry: ActionOutcome.Failure.Retry, at now: Instant) -> Instant? {
        let pauses = actions[row.action]?.description.retryPauses ?? []
        let patience = pauses.isEmpty ? Self.patienceSeconds : pauses.reduce(0) { $0 + Int64($1) }
        let end = row.createdAt.adding(seconds: patience)
        switch retry {
        case .never: return nil
        case .after(let seconds):
            let next = now.adding(seconds: Int64(max(seconds, 1)))
            return next <= end ? next : nil
        case .usual where !pauses.isEmpty:
            let place = max(row.attempts - 1, 0)
            return place < pauses.count ? now.adding(seconds: Int64(pauses[place])) : nil
        case .usual:
            let doublings = min(max(row.attempts - 1, 0), 10)
            let pause = min(Self.firstPauseSeconds << Int64(doublings), Self.longestPauseSeconds)
            let next = now.adding(seconds: pause)
            return next <= end ? next : nil
        }
    }

    func requeue(_ row: EffectRow, at next: Instant, failure: String) async throws {
        try await store.finishEffect(
            EffectFinish(
                key: row.key, state: .queued, dueAt: next, at: cases.world.now(), output: [], failure: failure))
        observe(row, nil)
    }

    /// Puts an effect off before its action was called: no try of it is used up.
    func putOff(_ row: EffectRow, until: Instant, why: String, isClaimed: Bool = true) async throws {
        try await store.finishEffect(
            EffectFinish(
                key: row.key, state: .queued, dueAt: until, at: cases.world.now(), output: [], failure: why,
                countsAsTry: !isClaimed))
        observe(row, nil)
    }

    /// Tells the case what became of its effect, in the transaction that finishes it.
    ///
    /// - Parameter why: why it was dropped; a sentence without personal data.
    func finish(_ row: EffectRow, _ result: EffectResult, why: String = "") async throws {
        let state: EffectState
        var output: [UInt8] = []
        var failure = ""
        switch result {
        case .done(let values):
            state = .done
            output = Value.object(values).jsonBytes
        case .failed(let code, let message):
            state = .failed
            failure = "\(code): \(message)"
        case .unknown(let message):
            state = .unknown
            failure = message
        case .asks(let title):
            state = .held
            failure = "asks: \(title)"
        case .dropped:
            state = .recalled
            failure = why
        }
        let now = cases.world.now()
        let finish = EffectFinish(key: row.key, state: state, dueAt: now, at: now, output: output, failure: failure)
        _ = try await cases.submit(
            .effectFinished(key: row.key, result: result), to: row.caseID, by: .service, finished: finish)
        // What was said in between is needed no more; it may hold what a person answered.
        if state.isFinished, row.attempts > 1 { try await keep(nil, of: row.key) }
        observe(row, result)
    }

    // MARK: Mails that were sent

    /// The effects that went out as the mail with this key; empty if there is no such mail.
    func effects(ofMail key: String) async throws -> [EffectRow] {
        if let row = try await store.effect(key: key) { return row.action == MailGate.action ? [row] : [] }
        guard let held = try await store.document(kind: DigestPage.mailKind, id: key),
            let members = try? Value(json: held)
        else { return [] }
        var rows: [EffectRow] = []
        for member in DigestPage.list(members) {
            // One that fell out was not in the mail.
            if let row = try await store.effect(key: member), row.state != .recalled { rows.append(row) }
        }
        return rows
    }

    /// The effects that went out as the mail of a signed tag; empty if this hub did not sign it.
    func effects(ofTag tag: String) async throws -> [EffectRow] {
        guard let key = ReplyTag.key(in: tag, secret: try await hubSecret()) else { return [] }
        return try await effects(ofMail: key)
    }

    // MARK: A person's decisions

    /// Lets a held effect go, or sends one again whose outcome nobody knows or which failed for good.
    package func release(_ key: String) async throws {
        guard let row = try await store.effect(key: key) else { throw EngineFailure.noEffect(key) }
        guard row.state == .held || row.state == .unknown,
            try await store.moveEffect(key: key, from: row.state, to: .queued, at: cases.world.now())
        else { throw EngineFailure.noEffect("\(key), which is \(row.state.rawValue)") }
    }

    /// Takes a held or unknown effect out of the outbox.
    package func drop(_ key: String) async throws {
        guard let row = try await store.effect(key: key) else { throw EngineFailure.noEffect(key) }
        guard row.state == .held || row.state == .unknown || row.state == .queued,
            try await store.moveEffect(key: key, from: row.state, to: .recalled, at: cases.world.now())
        else { throw EngineFailure.noEffect("\(key), which is \(row.state.rawValue)") }
        _ = try await cases.submit(.effectFinished(key: key, result: .dropped), to: row.caseID, by: .service)
    }
}
