import Calendars
import CaseStore
import Foundation
import SQLiteStore
import Engine
import Testing

@Suite("A store whose process is killed keeps all that it acknowledged")
struct CrashTests {
    /// `SOJOURN_CRASH_ROUNDS` for more, `SOJOURN_CRASH_SEED` to repeat a run.
    private static let rounds = number("SOJOURN_CRASH_ROUNDS") ?? 10
    private static let seed = number("SOJOURN_CRASH_SEED") ?? Int.random(in: 1...1_000_000)

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    @Test("killed at a random moment under load, round after round in one database")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        var chance = SeededChance(seed: UInt64(Self.seed))
        var highest = 0
        for round in 1...Self.rounds {
            let patience = Int.random(in: 1...3_000, using: &chance)
            let said = try Child.run([path, String(round)], killAfter: patience)
            #expect(said.status == SIGKILL, "it ended by itself: \(said.failures)")
            let store = try SQLiteStore.open(path: path)
            try await check(said, in: store, round: round)
            let next = try await store.nextNumber(of: "crash")
            #expect(Set(said.numbers).count == said.numbers.count)
            #expect(said.numbers.allSatisfy { $0 > highest && $0 < next }, "round \(round), seed \(Self.seed)")
            highest = next
            await store.close()
        }
    }

    @Test(
        "a disk that fails a sync is not written to again, and what was acknowledged before is there",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")), arguments: [40, 41, 90])
    func failingSync(_ turn: Int) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        let trace = folder.path + "/trace"
        let said = try Child.run(
            wrapper: [
                "/usr/bin/strace", "-f", "-qq", "-o", trace, "-e", "trace=fsync,fdatasync,pwrite64,ftruncate,unlink",
                "-e", "inject=fsync,fdatasync:error=EIO:when=\(turn)",
            ], [path, "1"])
        #expect(said.status == 5)
        #expect(said.failures.count == 1)
        #expect(said.failures.first?.hasPrefix("the disk failed") == true)
        // Nothing but the answers on the pipe is written by the process after the sync that failed.
        let lines = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
        let after = lines.drop { !$0.hasSuffix("(INJECTED)") }.dropFirst()
        let writes = after.filter { line in
            ["fsync(", "fdatasync(", "pwrite64(", "ftruncate(", "unlink("].contains { line.contains($0) }
        }
        #expect(writes.isEmpty, "\(writes.prefix(3)), and \(writes.count) in all")
        let store = try SQLiteStore.open(path: path)
        try await check(said, in: store, round: 1)
        await store.close()
    }

    @Test("a full disk refuses steps, loses none, and takes them when there is room again")
    func fullDisk() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        let said = try Child.run([path, "1", "1000000"])
        #expect(said.failures == ["full"])
        #expect(said.status == 0)
        #expect(said.versions.count > 10)
        let store = try SQLiteStore.open(path: path)
        try await check(said, in: store, round: 1)
        #expect(try await store.counts().cases == said.versions.count)
        await store.close()
    }

    private func check(_ said: Child, in store: SQLiteStore, round: Int) async throws {
        let place: Comment = "round \(round), seed \(Self.seed)"
        #expect(try await store.outboundHold() == nil, place)
        try await store.add(
            programme: ProgrammeRow(hash: "p", name: "crash", version: 1, source: [], addedAt: moment(0)))
        // Versions, journals and rows without their case are counted here, for all cases of all rounds.
        #expect(try await store.inspect() == [], place)
        for (id, version) in said.versions {
            let row = try #require(try await store.findCase(id: id), place)
            // One more than acknowledged may be durable, never less.
            #expect(row.version == version || row.version == version + 1, place)
            #expect(row.body == [UInt8](repeating: UInt8(row.version), count: 700), place)
            let numbers = try await store.journal(caseID: id, from: 1, limit: 100).map(\.number)
            #expect(numbers == Array(1...row.version), place)
            var filter = EffectFilter()
            filter.caseID = id
            #expect(try await store.effects(filter).count == row.version, place)
            var timers = TimerFilter()
            timers.caseID = id
            #expect(try await store.timers(timers).count == row.version, place)
            for number in 1...row.version {
                #expect(try await store.answer(toKey: "k\(number)", caseID: id)?.answer == [UInt8(number)], place)
            }
        }
        let interrupted = Set(try await store.interruptedEffects().map(\.key))
        for key in said.claimed {
            let state = try await store.effect(key: key)?.state
            #expect(state == .done || state == .claimed && interrupted.contains(key), place)
            if said.finished.contains(key) { #expect(state == .done, place) }
        }
    }
}
