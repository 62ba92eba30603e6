import ActionKit
import CSpawn
package import Calendars
package import Expressions
import Foundation
import Glibc
import Synchronization

/// Measures warm calls of a pack beside the floor: the same bytes through a raw pipe to the same interpreter.
package struct CallBench: Sendable {
    /// Where the pack is written.
    let folder: String
    let sandbox: Sandbox.Wish
    package var calls = 100_000
    /// Calls in flight in the measure of how many there are a second.
    package static let inFlight = 16
    private static let warmUp = 2_000

    package init(folder: String, sandbox: Sandbox.Wish) {
        (self.folder, self.sandbox) = (folder, sandbox)
    }

    /// What one series gave.
    private struct Series: Sendable {
        let perSecond: Double
        let p50: Double
        let p99: Double

        init(nanoseconds: [Int64], whole: Duration) {
            let sorted = nanoseconds.sorted()
            perSecond =
                Double(sorted.count) / (Double(whole.components.seconds) + Double(whole.components.attoseconds) * 1e-18)
            p50 = Double(sorted[sorted.count / 2]) / 1_000
            p99 = Double(sorted[sorted.count * 99 / 100]) / 1_000
        }

        var value: Value {
            .object([
                "per_second": .double(perSecond.rounded()), "p50_microseconds": .double((p50 * 10).rounded() / 10),
                "p99_microseconds": .double((p99 * 10).rounded() / 10),
            ])
        }
    }

    private static let manifest = """
        name: bench
        version: 1.0.0
        title: Answers at once
        protocol: [1]
        exec: [python3, main.py]
        concurrency: 64
        actions:
          bench.echo:
            title: Gives what it takes.
            input: {type: object, properties: {text: {type: string}}}
            output: {type: object, properties: {text: {type: string}}}
            idempotent: native
            timeout: 60 seconds
        """

    private static let program = #"""
        import json, os, sys
        read, write = sys.stdin.buffer, sys.stdout.buffer
        for line in read:
            request = json.loads(line)
            method, params = request["method"], request["params"]
            if method == "bye":
                break
            if "id" not in request:
                continue
            if method == "run":
                result = {"key": params["key"], "outcome": "done", "output": params["input"]}
            elif method == "hello":
                result = {"protocol": 1, "features": []}
            else:
                result = {"mistakes": []}
            write.write(json.dumps({"jsonrpc": "2.0", "id": request["id"], "result": result}).encode() + b"\n")
            write.flush()
        """#

    private static let echo =
        "import sys\nfor line in sys.stdin.buffer:\n    sys.stdout.buffer.write(line)\n    sys.stdout.buffer.flush()\n"

    /// - Throws: `PackFault` where the interpreter is not there or the pack does not start.
    package func run(now: @escaping @Sendable () -> Instant) async throws -> [String: Value] {
        try Self.manifest.write(toFile: folder + "/pack.yaml", atomically: true, encoding: .utf8)
        try Self.program.write(toFile: folder + "/main.py", atomically: true, encoding: .utf8)
        guard let pack = PackReader.read(folder: folder).pack, let action = pack.actions.first else {
            throw PackFault.unreadable("the pack of the measurement cannot be read")
        }
        let choice = SandboxChoice(sandbox)
        let supervisor = PackSupervisor(
            pack, gate: PackGate(trust: .author, sandbox: choice, data: folder + "/data", now: now), settings: [:],
            secret: { _ in nil })
        let example = Self.call(action, "k0", now())
        _ = try await series(supervisor, action, Self.warmUp, Self.inFlight, now)
        let start = Self.resident()
        let many = try await series(supervisor, action, calls, Self.inFlight, now)
        let single = try await series(supervisor, action, calls / 5, 1, now)
        let grown = Self.resident() - start
        await supervisor.close()
        let line = Message.line(
            id: 1, method: "run", json: PackSupervisor.params(action, example, secrets: [:], milliseconds: 60_000))
        let floorMany = try floor(line, calls, Self.inFlight)
        let floorSingle = try floor(line, calls / 5, 1)
        return [
            "calls": .int(Int64(calls)), "in_flight": .int(Int64(Self.inFlight)),
            "calls_in_flight": many.value, "calls_one_by_one": single.value, "floor_in_flight": floorMany.value,
            "floor_one_by_one": floorSingle.value, "sandbox": .bool(choice.sandbox.program != nil),
            "of_floor": .double((many.perSecond / floorMany.perSecond * 100).rounded() / 100),
            "grown_bytes": .int(Int64(grown)),
        ]
    }

    private static func call(_ action: PackAction, _ key: String, _ now: Instant) -> ActionCall {
        ActionCall(
            key: key, attempt: 1, mode: .make, input: ["text": .string("The visit begins on Monday at nine.")],
            sequence: 0, now: now, deadline: now.adding(seconds: 60), caseReference: "ST-2027-0001",
            programme: "study-tour")
    }

    private func series(
        _ supervisor: PackSupervisor, _ action: PackAction, _ count: Int, _ lanes: Int,
        _ now: @escaping @Sendable () -> Instant
    ) async throws -> Series {
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var times: [Int64] = []
                    times.reserveCapacity(count / lanes)
                    for number in 0..<(count / lanes) {
                        let call = Self.call(action, "k\(lane)x\(number)", now())
                        let before = ContinuousClock.now
                        guard case .done = await supervisor.run(action, call) else {
                            throw PackFault.violation("a call of the measurement was not done")
                        }
                        times.append(Self.nanoseconds(ContinuousClock.now - before))
                    }
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Series(nanoseconds: times, whole: ContinuousClock.now - start)
    }

    private static func nanoseconds(_ time: Duration) -> Int64 {
        time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000
    }

    /// The same bytes to a program that gives each line back, from one thread without anything between.
    private func floor(_ line: [UInt8], _ count: Int, _ lanes: Int) throws -> Series {
        guard let python = Sandbox.find("python3") else { throw PackFault.cannotStart("python3 is not installed") }
        let child = try Child.start(
            [python, "-c", Self.echo], folder: "/", environment: ["PATH": Sandbox.path], channel: .stdio,
            limits: sojourn_limits(memory_bytes: 0, file_bytes: 0, descriptors: 0, processes: 0))
        defer {
            for descriptor in [child.input, child.output, child.log, child.line] { close(descriptor) }
            _ = sojourn_keeper_wait(child.keeper)
            close(child.end)
        }
        var sent: [ContinuousClock.Instant] = []
        var times: [Int64] = []
        times.reserveCapacity(count)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        func send() {
            sent.append(ContinuousClock.now)
            _ = line.withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
        }
        let start = ContinuousClock.now
        for _ in 0..<lanes { send() }
        var next = 0
        while times.count < count {
            var place = pollfd(fd: child.output, events: Int16(POLLIN), revents: 0)
            guard poll(&place, 1, 5_000) > 0 else { throw PackFault.hung("the floor of the measurement stands still") }
            let got = read(child.output, &buffer, buffer.count)
            guard got > 0 else { continue }
            for byte in buffer[..<got] where byte == 0x0A {
                times.append(Self.nanoseconds(ContinuousClock.now - sent[next]))
                next += 1
                if sent.count < count { send() }
            }
        }
        return Series(nanoseconds: times, whole: ContinuousClock.now - start)
    }

    private static func resident() -> Int {
        let words = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }
}
