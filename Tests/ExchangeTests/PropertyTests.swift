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
    static let days = "{{ if known(visit) }}from {{ visit.first }}{{ end }}"

    /// The machine of a text that passes every proof but that of what may be missing: faults are walked too.
    private static func machine(_ text: String) throws -> CaseMachine {
        do {
            return try Trial.machine(text, days: days, isProven: true)
        } catch let mistake as TrialMistake {
            let others = mistake.description.split(separator: "\n").filter { line in
                line.contains("error:") && !line.contains("may be left open") && !line.contains("answered")
            }
            guard others.isEmpty else { throw mistake }
            return try Trial.machine(text, days: days)
        }
    }

    /// The same programmes with every condition guarded, which pass every proof.
    private static let proven: [(seed: UInt64, machine: CaseMachine)] = (1...UInt64(runs)).compactMap { seed in
        let text = RandomProgramme.text(seed: seed).replacing("plan.size >", with: "has(plan.size) && plan.size >")
        return (try? Trial.machine(text, days: days, isProven: true)).map { (seed, $0) }
    }

    /// The machines of so many programmes that pass the checker, with the seed of each.
    static let machines: [(seed: UInt64, machine: CaseMachine)] = {
        var result: [(seed: UInt64, machine: CaseMachine)] = []
        var seed: UInt64 = 1
        while result.count < runs, seed < UInt64(runs) * 10 {
            let text = RandomProgramme.text(seed: seed)
            if let machine = try? Self.machine(text) { result.append((seed, machine)) }
            seed += 1
        }
        return result
    }()

    @Test func `the generator mostly writes what the checker takes`() {
        var mistakes: [String: Int] = [:]
        for seed in 1...100 {
            do {
                _ = try Self.machine(RandomProgramme.text(seed: UInt64(seed)))
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

    /// Steps by hand, corrections and erasures are outside what is proven, so that a walk ends with the first.
    @Test func `I31: a proven programme reads nothing that is missing`() {
        var steps = 0
        for (seed, machine) in Self.proven {
            let found = RuleProperty.readsNothingMissing(machine, seed, commands: commandsPerRun)
            #expect(found.holds, "programme \(seed), command \(found.steps)")
            steps += found.steps
        }
        #expect(Self.proven.count > runs / 2)
        #expect(steps > runs * 5)
    }
}
