import Calendars
import CaseStore
import Engine
import Exchange
package import Expressions
import Foundation
import ProgrammeLanguage
import SQLiteStore

/// The engine's figures beside the physical floor of the same machine in the same run.
package struct EngineBench: Sendable {
    /// Cases that go on at once.
    package var concurrency = 64
    /// Cases from start to finish.
    package var cases = 1_920
    /// Armed timers.
    package var timers = 1_000_000
    /// The folder for the databases, removed afterwards by the caller.
    package let folder: String
    /// Told what is being measured.
    package var tell: @Sendable (String) -> Void = { _ in }

    package init(folder: String) {
        self.folder = folder
    }

    private static func seconds(_ work: () async throws -> Void) async rethrows -> Double {
        let start = ContinuousClock.now
        try await work()
        return Self.seconds(since: start)
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let spent = ContinuousClock.now - start
        return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }

    /// Measures everything; rates a second, times in seconds, memory in bytes.
    package func run() async throws -> [String: Value] {
        var result: [String: Value] = [:]
        tell("the floor: the same rows by plain statements, 64 a commit")
        let deciding = ContinuousClock.now
        let steps = try recorded()
        result["decide_microseconds"] = .double(
            (Self.seconds(since: deciding) / Double(steps.count) * 10_000_000).rounded() / 10)
        let before = try RawFloor.write(steps, path: folder + "/floor1.db", batch: concurrency)
        tell("the engine: \(cases) cases, \(concurrency) at once")
        let engine = try await cases(into: &result)
        let after = try RawFloor.write(steps, path: folder + "/floor2.db", batch: concurrency)
        let floor = Double(steps.count) / min(before, after)
        result["steps_per_second"] = .double(engine.rounded())
        result["floor_steps_per_second"] = .double(floor.rounded())
        result["share_of_floor"] = .double((engine / floor * 1000).rounded() / 1000)
        tell("a visit with 30 people is moved")
        try await move(into: &result)
        tell("\(timers) armed timers")
        try await timers(into: &result)
        return result
    }

    /// The steps of the benchmark's cases, as the engine would write them, in rounds.
    private func recorded() throws -> [Step] {
        let (machine, _) = try BenchProgrammes.machine(BenchProgrammes.chain)
        let writer = StepWriter(machine: machine)
        let clerk = Party(id: "b", name: "Clerk")
        let actor = Actor(id: "b", role: "clerk")
        let start = Instant(milliseconds: 1_800_000_000_000)
        var steps: [Step] = []
        for first in stride(from: 0, to: cases, by: concurrency) {
            var live: [Case] = []
            for number in first..<min(first + concurrency, cases) {
                var begun = machine.start(
                    id: "f\(number)", reference: "F-\(number)", people: ["clerk": [clerk]], by: actor, at: start)
                let step = writer.step(
                    from: nil, &begun, command: .start(people: ["clerk": [clerk]], origin: [:]), actor: actor)
                live.append(begun.case)
                steps.append(step)
            }
            for round in 1...BenchProgrammes.steps {
                for index in live.indices {
                    let command = Command.answer(task: round, outcome: nil, values: [:], reason: nil)
                    var next = machine.apply(
                        command, by: actor, at: start.adding(seconds: Int64(round)), to: live[index])
                    let step = writer.step(from: live[index], &next, command: command, actor: actor)
                    live[index] = next.case
                    steps.append(step)
                }
            }
        }
        return steps
    }

    private func cases(into result: inout [String: Value]) async throws -> Double {
        let store = try SQLiteStore.open(path: folder + "/engine.db")
        let service = try Service(store: store, world: .real, folder: folder)
        let (machine, source) = try BenchProgrammes.machine(BenchProgrammes.chain)
        _ = try await service.engine.add(machine.programme, source: source.packed())
        let clerk = Party(id: "b", name: "Clerk")
        let actor = Actor(id: "b", role: "clerk")
        let perLane = cases / concurrency
        var times: [Double] = []
        let spent = try await Self.seconds {
            times = try await withThrowingTaskGroup(of: [Double].self) { group in
                for _ in 0..<concurrency {
                    group.addTask {
                        var times: [Double] = []
                        for _ in 0..<perLane {
                            let begin = ContinuousClock.now
                            let c = try await service.engine.cases.start(
                                machine, people: ["clerk": [clerk]], roster: [:], by: actor)
                            for round in 1...BenchProgrammes.steps {
                                _ = try await service.engine.cases.submit(
                                    .answer(task: round, outcome: nil, values: [:], reason: nil), to: c.id, by: actor)
                            }
                            times.append(Self.seconds(since: begin))
                        }
                        return times
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        await service.close()
        times.sort()
        result["case_of_10_steps_p50_seconds"] = .double(times[times.count / 2])
        result["case_of_10_steps_p99_seconds"] = .double(times[min(times.count - 1, times.count * 99 / 100)])
        return Double(times.count * (BenchProgrammes.steps + 1)) / spent
    }

    private func move(into result: inout [String: Value]) async throws {
        let store = try SQLiteStore.open(path: folder + "/visit.db")
        let world = VirtualWorld(from: Instant(milliseconds: 1_800_000_000_000))
        let service = try Service(store: store, world: world.world, folder: folder)
        let (machine, source) = try BenchProgrammes.machine(BenchProgrammes.visit)
        _ = try await service.engine.add(machine.programme, source: source.packed())
        let actor = Actor(id: "b", role: "clerk")
        let c = try await service.engine.cases.start(
            machine, people: ["clerk": [Party(id: "b", name: "Clerk")]], roster: [:], by: actor)
        let first = machine.programme.zone.date(of: world.now).adding(days: 120)
        let people = (1...30).map { Value.object(["name": .object(["name": .string("P\($0)")])]) }
        _ = try await service.engine.cases.submit(
            .answer(
                task: 1, outcome: nil,
                values: ["days": .string("\(first.iso)/\(first.adding(days: 4).iso)"), "people": .list(people)],
                reason: nil), to: c.id, by: actor)
        var times: [Double] = []
        for move in 1...20 {
            let day = first.adding(days: move)
            times.append(
                try await Self.seconds {
                    _ = try await service.engine.cases.submit(
                        .decide(
                            name: "move", member: nil,
                            values: ["days": .string("\(day.iso)/\(day.adding(days: 4).iso)")], reason: nil),
                        to: c.id, by: actor)
                })
        }
        let moved = try await service.engine.cases.load(c.id).case
        await service.close()
        result["move_30_people_seconds"] = .double(times.sorted()[times.count / 2])
        result["move_30_people_timers"] = .int(Int64(moved.timers.count))
    }

    // MARK: Timers

    private static let timersPerCase = 100
    private static let batch = 128
    private static let firstDueMilliseconds: Int64 = 1_800_000_000_000

    /// Timers that lie all over a year, those of one case far from each other.
    private static func dueMilliseconds(_ number: Int, _ index: Int) -> Int64 {
        firstDueMilliseconds + Int64((number * 7919 + index * 104_729) % 31_536_000) * 1000
    }

    private func timers(into result: inout [String: Value]) async throws {
        let path = folder + "/timers.db"
        var store = try SQLiteStore.open(path: path)
        let count = timers / Self.timersPerCase
        let base = Self.firstDueMilliseconds
        func row(_ number: Int, version: Int) -> CaseRow {
            CaseRow(
                id: "t\(number)", reference: "T-\(number)", programme: "p", programmeName: "bench", stage: "visit",
                state: "waiting", version: version, isHeld: false, isStuck: false, hasEnded: false,
                openedAt: Instant(milliseconds: base), changedAt: Instant(milliseconds: base), title: "",
                body: [UInt8](repeating: 7, count: 800))
        }
        let armed = try await Self.seconds {
            for first in stride(from: 0, to: count, by: Self.batch) {
                _ = try await store.commit(
                    (first..<min(first + Self.batch, count)).map { number in
                        let timers = (0..<Self.timersPerCase).map { index in
                            TimerRow(
                                caseID: "t\(number)", key: "m\(index)",
                                at: Instant(milliseconds: Self.dueMilliseconds(number, index)),
                                kind: "remind", label: "waiting")
                        }
                        return Step(expectedVersion: 0, case: row(number, version: 1), journal: [], timers: timers)
                    })
            }
        }
        result["timers_armed"] = .int(Int64(count * Self.timersPerCase))
        result["timers_armed_per_second"] = .double((Double(count * Self.timersPerCase) / armed).rounded())
        await store.close()
        let open = try await Self.seconds {
            store = try SQLiteStore.open(path: path)
            _ = try await store.nextTimer()
            _ = try await store.casesDue(at: Instant(milliseconds: base), limit: 256)
        }
        result["cold_start_seconds"] = .double(open)
        let looks = 2_000
        let looking = try await Self.seconds { for _ in 0..<looks { _ = try await store.nextTimer() } }
        result["next_due_lookups_per_second"] = .double((Double(looks) / looking).rounded())
        // In the order in which they fall due, as the scheduler takes them: the cases come as chance has it.
        let order = (0..<count).flatMap { number in
            (0..<Self.timersPerCase).map { (at: Self.dueMilliseconds(number, $0), number: number, index: $0) }
        }.sorted { $0.at < $1.at }.prefix(100_000)
        var versions = [Int](repeating: 1, count: count)
        let firing = try await Self.seconds {
            for first in stride(from: 0, to: order.count, by: Self.batch) {
                let steps = order[first..<min(first + Self.batch, order.count)].map { timer in
                    let version = versions[timer.number]
                    versions[timer.number] += 1
                    return Step(
                        expectedVersion: version, case: row(timer.number, version: version + 1),
                        journal: [
                            JournalRow(
                                caseID: "t\(timer.number)", number: version,
                                at: Instant(milliseconds: timer.at), kind: "tick", actor: "",
                                body: [UInt8](repeating: 9, count: 200), hash: [UInt8](repeating: 1, count: 32))
                        ],
                        timersRemoved: [
                            TimerPlace(key: "m\(timer.index)", at: Instant(milliseconds: timer.at))
                        ])
                }
                guard try await store.commit(steps).allSatisfy({ $0 == .written }) else {
                    throw DemonstrationFault(["a timer of the benchmark was not fired"])
                }
            }
        }
        let fired = order.count
        result["timers_fired_per_second"] = .double((Double(fired) / firing).rounded())
        result["resident_bytes"] = .int(Int64(Self.residentBytes()))
        await store.close()
    }

    /// Memory of this process, from /proc/self/status.
    static func residentBytes() -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.hasPrefix("VmRSS:") {
            let words = line.split(separator: " ")
            if words.count >= 2, let kilobytes = Int(words[1].trimmingCharacters(in: .whitespaces)) {
                return kilobytes << 10
            }
        }
        return 0
    }
}
