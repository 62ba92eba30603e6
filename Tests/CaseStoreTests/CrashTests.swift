import Calendars
import CaseStore
import Foundation
import SQLiteStore
import TestKit
import Testing

@Suite("A store whose process is killed keeps all that it acknowledged")
struct CrashTests {
    /// `SOJOURN_CRASH_ROUNDS` for more, `SOJOURN_CRASH_SEED` to repeat a run.
    private static let rounds = number("SOJOURN_CRASH_ROUNDS") ?? 10
    private static let seed = number("SOJOURN_CRASH_SEED") ?? Int.random(in: 1...1_000_000)

    private static func number(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap { Int($0) } }

    /// What a child said before it died.
    private struct Said {
        var versions: [String: Int] = [:]
        var numbers: [Int] = []
        var claimed: Set<String> = []
        var finished: Set<String> = []
        var lines = 0

        mutating func read(_ line: Substring) {
            let words = line.split(separator: " ").map(String.init)
            lines += 1
            switch words.first {
            case "w": versions[words[1]] = Int(words[2])
            case "n": numbers.append(Int(words[1]) ?? 0)
            case "c": claimed.insert(words[1])
            case "f": finished.insert(words[1])
            default: Issue.record("the child said \(line)")
            }
        }
    }

    @Test("killed at a random moment under load, round after round in one database")
    func killed() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/store.sqlite"
        var chance = SeededChance(seed: UInt64(Self.seed))
        var highest = 0
        for round in 1...Self.rounds {
            let patience = Int.random(in: 1...3_000, using: &chance)
            let said = try runAndKill(path: path, round: round, afterLines: patience)
            #expect(said.lines >= patience)
            let store = try SQLiteStore.open(path: path)
            try await check(said, in: store, round: round)
            let next = try await store.nextNumber(of: "crash")
            #expect(Set(said.numbers).count == said.numbers.count)
            #expect(said.numbers.allSatisfy { $0 > highest && $0 < next }, "round \(round), seed \(Self.seed)")
            highest = next
            await store.close()
        }
    }

    private func check(_ said: Said, in store: SQLiteStore, round: Int) async throws {
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

    /// Lets a child write until it has acknowledged so many lines, and kills it.
    private func runAndKill(path: String, round: Int, afterLines count: Int) throws -> Said {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appendingPathComponent("store-crash")
        child.arguments = [path, String(round)]
        let output = Pipe()
        child.standardOutput = output
        try child.run()
        var said = Said()
        var rest = ""
        var isKilled = false
        while true {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            rest += String(decoding: data, as: UTF8.self)
            let lines = rest.split(separator: "\n", omittingEmptySubsequences: false)
            for line in lines.dropLast() { said.read(line) }
            rest = lines.last.map(String.init) ?? ""
            if said.lines >= count, !isKilled {
                kill(child.processIdentifier, SIGKILL)
                isKilled = true
            }
        }
        child.waitUntilExit()
        #expect(isKilled, "the child ended by itself with \(child.terminationStatus)")
        return said
    }
}
