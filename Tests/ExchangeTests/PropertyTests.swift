import Calendars
import Engine
import Expressions
import Foundation
import Testing

@testable import Exchange

/// How many random programmes a run tries; more by `SOJOURN_PROPERTY_RUNS`.
private let runs: Int = ProcessInfo.processInfo.environment["SOJOURN_PROPERTY_RUNS"].flatMap { Int($0) } ?? 200

/// Commands given to the case of each programme.
private let commandsPerRun = 60

@Suite(.serialized) struct `Properties of random programmes` {
    /// The machines of so many programmes that pass the checker, with the seed of each.
    static let machines: [(seed: UInt64, machine: CaseMachine)] = {
        var result: [(seed: UInt64, machine: CaseMachine)] = []
        var seed: UInt64 = 1
        while result.count < runs, seed < UInt64(runs) * 10 {
            let text = RandomProgramme.text(seed: seed)
            if let machine = try? Trial.machine(text, days: "from {{ visit.first }}") { result.append((seed, machine)) }
            seed += 1
        }
        return result
    }()

    @Test func `the generator mostly writes what the checker takes`() {
        var mistakes: [String: Int] = [:]
        for seed in 1...100 {
            do {
                _ = try Trial.machine(RandomProgramme.text(seed: UInt64(seed)), days: "from {{ visit.first }}")
            } catch {
                let first = "\(error)".split(separator: "\n").first { $0.contains("error") } ?? ""
                mistakes[String(first.split(separator: ":").last ?? ""), default: 0] += 1
            }
        }
        #expect(mistakes.values.reduce(0, +) < 30, "\(mistakes)")
        #expect(Self.machines.count == runs)
    }

    @Test func `I1 to I24: every case and every step of a random walk`() {
        var seen: Set<String> = []
        for (seed, machine) in Self.machines {
            var walk = RandomWalk(machine: machine, draw: Draw(seed: seed &* 7_919))
            for number in 1...commandsPerRun {
                let fired = walk.everFired
                let (before, entry, after) = walk.step()
                let invariants = Invariants(machine: machine, case: walk.c)
                invariants.ofCase()
                invariants.ofStep(from: before, entry, after)
                invariants.ofBooks(walk, after, fired: fired)
                #expect(
                    invariants.broken.isEmpty,
                    "programme \(seed), command \(number) (\(entry.command.kind)): \(invariants.broken.prefix(4))")
                if !invariants.broken.isEmpty { break }
                seen.insert(entry.command.kind)
                // A case that has ended has little more to show.
                if walk.c.end != nil, walk.draw.happens(20) { walk = RandomWalk(machine: machine, draw: walk.draw) }
            }
        }
        // The walks come by every kind of command.
        #expect(seen.count >= 13, "\(seen.sorted())")
    }
}
