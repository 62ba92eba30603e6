import ActionKit
import Calendars
package import Expressions
import ProgrammeLanguage

/// The tests that every pack must pass, and what is found: in words that an author understands.
package struct PackConformance: Sendable {
    package enum Verdict: String, Sendable {
        case good
        /// It works, but somebody will be hurt by it one day.
        case look
        case bad
        /// What it would need is not there.
        case skipped
    }

    package struct Finding: Sendable {
        package let name: String
        package let verdict: Verdict
        /// What was seen, and what to do about it; empty for good.
        package let words: String
    }

    package let pack: Pack
    package let examples: [PackExample]
    let gate: PackGate
    let settings: [String: Value]
    let secret: @Sendable (String) -> String?

    /// Milliseconds for what needs no thinking.
    static let shortMilliseconds = 5_000

    /// - Parameter secret: resolves the pack's own names; where there is none, the tests use a word of their own.
    package init(
        _ pack: Pack, examples: [PackExample], gate: PackGate, settings: [String: Value],
        secret: @escaping @Sendable (String) -> String?
    ) {
        (self.pack, self.examples, self.gate, self.settings) = (pack, examples, gate, settings)
        self.secret = secret
    }

    /// Runs all tests; each finding is told as it is made.
    package func run(_ tell: (Finding) -> Void) async -> [Finding] {
        var findings: [Finding] = []
        func add(_ finding: Finding) {
            findings.append(finding)
            tell(finding)
        }
        let starting = Starting(pack: pack, gate: gate, settings: settings)
        do throws(PackFault) {
            let started = try await starting.start()
            var process = started.process
            add(Finding(name: "says hello", verdict: .good, words: ""))
            let quiet = process.processes
            var noise = 0
            /// A program that a test ended is started again for the next one.
            func next(_ test: (PackProcess) async -> Finding) async throws(PackFault) {
                if !process.isUsable {
                    noise += process.noise
                    await process.end()
                    process = try await starting.start().process
                }
                add(await test(process))
            }
            try await next(method)
            try await next(garbage)
            try await next(hugeLine)
            for example in examples { try await next { await play(example, $0) } }
            if examples.isEmpty { add(skipped("does as its examples say")) }
            try await next(repeated)
            try await next(cancelled)
            try await next { await leftovers($0, before: quiet) }
            noise += process.noise
            add(clean(noise))
            try await next(bye)
            add(await killed(started.features))
            add(await terminated())
        } catch {
            add(Finding(name: findings.isEmpty ? "says hello" : "starts again", verdict: .bad, words: "\(error)"))
        }
        return findings
    }

    // MARK: The protocol

    private func good(_ name: String, if isGood: Bool, _ words: String, _ otherwise: Verdict = .bad) -> Finding {
        Finding(name: name, verdict: isGood ? .good : otherwise, words: isGood ? "" : words)
    }

    private func skipped(_ name: String) -> Finding {
        Finding(
            name: name, verdict: .skipped,
            words: "\(PackExample.file) has no example that can be called; write one: - action: …, input: {…}")
    }

    private func answersPing(_ process: PackProcess) async -> Bool {
        if case .result = await process.request("ping", .object([:]), milliseconds: Self.shortMilliseconds).reply {
            return true
        }
        return false
    }

    private func method(_ process: PackProcess) async -> Finding {
        let name = "refuses a method that it does not know"
        switch await process.request("test.unknown", .object([:]), milliseconds: Self.shortMilliseconds).reply {
        case .fault(let fault):
            return good(
                name, if: fault.number == -32601,
                "it answers a method that it does not know with error \(fault.number); JSON-RPC's number is -32601",
                .look)
        case .result:
            return good(name, if: false, "it gives a result for a method that it cannot know; answer error -32601")
        case .lost(let fault):
            return good(
                name, if: false, "it was asked for a method that it does not know: \(fault); answer error -32601")
        }
    }

    private func garbage(_ process: PackProcess) async -> Finding {
        process.inject(Array("this is no JSON {\"jsonrpc\n\u{FF}\n".utf8) + [0xFF, 0x00, 0x0A])
        return good(
            "goes on after a line of garbage", if: await answersPing(process),
            "after a line that is no JSON it answers nothing any more; pass such a line over, and remark it on standard error"
        )
    }

    private func hugeLine(_ process: PackProcess) async -> Finding {
        let padding = String(repeating: "x", count: PackLimits.lineBytes - 200)
        let params: Value = .object(["padding": .string(padding)])
        let isAnswered =
            if case .lost = await process.request("ping", params, milliseconds: Self.shortMilliseconds).reply {
                false
            } else {
                true
            }
        return good(
            "reads a line of 1 MiB", if: isAnswered,
            "a line of 1 MiB ended it or was never answered; read whole lines of any length up to 1,048,576 bytes")
    }

    // MARK: Calls

    func call(_ example: PackExample, key: String, isDryRun: Bool? = nil, attempt: Int = 1) -> ActionCall {
        let now = gate.now()
        return ActionCall(
            key: key, attempt: attempt, mode: .make, input: example.input, sequence: 0, now: now,
            deadline: now.adding(seconds: Int64(example.action.timeoutSeconds)), caseReference: "TEST-0001",
            programme: "test", isDryRun: isDryRun ?? example.isDryRun)
    }

    func request(_ example: PackExample, _ call: ActionCall, _ process: PackProcess) async -> PackProcess.Reply {
        let secrets = Dictionary(
            example.action.secrets.map { ($0, Value.string(secret("\(pack.name).\($0)") ?? "test-\($0)")) }
        ) { first, _ in first }
        return await process.request(
            "run",
            json: PackSupervisor.params(
                example.action, call, secrets: secrets, milliseconds: example.action.timeoutSeconds * 1_000),
            milliseconds: example.action.timeoutSeconds * 1_000
        ).reply
    }

    /// What a reply is, or why it is none.
    func outcome(_ reply: PackProcess.Reply, _ example: PackExample, key: String) -> Result<ActionOutcome, PackFault> {
        switch reply {
        case .fault(let fault): return .success(PackAnswer.failure(of: fault, redaction: Redaction()))
        case .lost(let fault): return .failure(fault)
        case .result(let value):
            do throws(PackFault) {
                let outcome = try PackAnswer.outcome(
                    of: value, action: example.action, key: key, redaction: Redaction())
                return outcome.map { .success($0) } ?? .failure(.violation("\"not_done\" answers \"status\" only"))
            } catch {
                return .failure(error)
            }
        }
    }

    private func play(_ example: PackExample, _ process: PackProcess) async -> Finding {
        let name = "does as its example in line \(example.line) says"
        let key = "conformance-\(example.line)"
        let reply = await request(example, call(example, key: key), process)
        switch outcome(reply, example, key: key) {
        case .failure(let fault): return good(name, if: false, "\(fault)")
        case .success(.done(let output)):
            if let code = example.fails { return good(name, if: false, "it is done, and should fail with \(code)") }
            let wrong = example.gives.keys.sorted().filter { output[$0] != example.gives[$0] }
            let words = wrong.map {
                "\"\($0)\" is \(output[$0]?.json ?? "not there"), not \(example.gives[$0]?.json ?? "")"
            }
            return good(name, if: wrong.isEmpty, words.joined(separator: "; "))
        case .success(.failed(let failure)):
            return good(name, if: failure.code == example.fails, "it failed with \(failure.code): \(failure.message)")
        case .success(let other):
            return good(name, if: false, "it is neither done nor failed: \(other)")
        }
    }

    private func repeated(_ process: PackProcess) async -> Finding {
        let name = "gives the same for the same key"
        guard let example = examples.first(where: { !$0.isDryRun && $0.fails == nil }) else { return skipped(name) }
        guard example.action.idempotency != .none else {
            return Finding(
                name: name, verdict: .skipped,
                words: "\(example.action.name) says idempotent: none; after a crash a person is asked each time")
        }
        var outputs: [[String: Value]] = []
        for attempt in 1...2 {
            let key = "conformance-repeated"
            let reply = await request(example, call(example, key: key, attempt: attempt), process)
            if case .success(.done(let output)) = outcome(reply, example, key: key) { outputs.append(output) }
        }
        return good(
            name, if: outputs.count == 2 && outputs[0] == outputs[1],
            "the second call with the same key did not give what the first gave; it says idempotent: \(example.action.idempotency.rawValue)"
        )
    }

    private func cancelled(_ process: PackProcess) async -> Finding {
        let name = "answers a call that is cancelled"
        guard let example = examples.first else { return skipped(name) }
        let key = "conformance-cancelled"
        async let reply = request(example, call(example, key: key, isDryRun: true), process)
        process.notify("cancel", .object(["call": .int(0)]))
        process.notify("cancel", .object(["call": .string("none")]))
        let isAnswered = if case .lost = await reply { false } else { true }
        let isAlive = await answersPing(process)
        return good(
            name, if: isAnswered && isAlive,
            "after the notification \"cancel\" it answered nothing any more; every call is answered, also a cancelled one, and a cancel of an unknown call is passed over"
        )
    }

    // MARK: Manners

    private func leftovers(_ process: PackProcess, before: Int) async -> Finding {
        var now = process.processes
        // What was started for the last answer may still be ending.
        for _ in 0..<100 where now > before {
            try? await Task.sleep(for: .milliseconds(20))
            now = process.processes
        }
        return good(
            "leaves no process behind", if: now <= before,
            "\(now - before) more processes run after the calls than before them; wait for what you start, the host ends it with you",
            .look)
    }

    private func clean(_ count: Int) -> Finding {
        good(
            "keeps its messages clean", if: count == 0,
            "\(count) lines on the protocol's channel were no messages; print remarks on standard error, or say channel: descriptors",
            .look)
    }

    private func ends(_ process: PackProcess) async -> Bool {
        let deadline = ContinuousClock.now + .milliseconds(PackLimits.byeMilliseconds - 200)
        while ContinuousClock.now < deadline {
            if process.isOver { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return process.isOver
    }

    private func bye(_ process: PackProcess) async -> Finding {
        async let over: Void = process.end()
        let isEnded = await ends(process)
        await over
        return good(
            "ends when it is told goodbye", if: isEnded,
            "it did not end within two seconds of \"bye\" and the end of its input, and was killed", .look)
    }

    private func terminated() async -> Finding {
        let name = "ends on SIGTERM"
        var open = gate
        // The sandbox would end on the signal by itself.
        open.sandbox = SandboxChoice(.off)
        let starting = Starting(pack: pack, gate: open, settings: settings)
        guard let process = try? await starting.start().process else {
            return Finding(name: name, verdict: .skipped, words: "it does not start outside of the sandbox")
        }
        process.terminate()
        let isEnded = await ends(process)
        process.kill(.closed)
        await process.end()
        return good(
            name, if: isEnded, "it ignores SIGTERM; the host kills it all the same, in the middle of whatever it does",
            .look)
    }

    // MARK: A crash

    private func killed(_ features: Set<String>) async -> Finding {
        let name = "is found again after a crash in the middle"
        guard let example = examples.first(where: { !$0.isDryRun && $0.fails == nil }) else { return skipped(name) }
        let starting = Starting(pack: pack, gate: gate, settings: settings)
        let key = "conformance-killed"
        do throws(PackFault) {
            let first = try await starting.start().process
            async let lost = request(example, call(example, key: key), first)
            first.kill(.ended(9, log: ""))
            _ = await lost
            await first.end()
            let second = try await starting.start().process
            let finding: Finding
            if features.contains("status") {
                finding = await status(example, key, second, name)
            } else if example.action.idempotency == .none {
                finding = Finding(
                    name: name, verdict: .look,
                    words:
                        "it has neither \"status\" nor says that it may be repeated: after every crash a person is asked"
                )
            } else {
                let reply = await request(example, call(example, key: key, attempt: 2), second)
                let isDone = if case .success(.done) = outcome(reply, example, key: key) { true } else { false }
                finding = good(name, if: isDone, "the repetition after a crash was not done")
            }
            await second.end()
            return finding
        } catch {
            return good(name, if: false, "it did not start again: \(error)")
        }
    }

    private func status(_ example: PackExample, _ key: String, _ process: PackProcess, _ name: String) async -> Finding
    {
        let params: Value = .object(["action": .string(example.action.name), "key": .string(key)])
        let reply = await process.request("status", params, milliseconds: Self.shortMilliseconds).reply
        guard case .result(let value) = reply else {
            return good(name, if: false, "it offers \"status\" in its greeting and does not answer it")
        }
        do throws(PackFault) {
            _ = try PackAnswer.outcome(of: value, action: example.action, key: key, redaction: Redaction())
            return good(name, if: true, "")
        } catch {
            return good(name, if: false, "its answer to \"status\" is wrong: \(error)")
        }
    }
}
