import Engine
package import Expressions
import Foundation
import Matching

/// Calls as a whole beside the solvers of others, on the same instances in the same run.
package struct MatchBench: Sendable {
    package var requests = 5_000
    package var hosts = 1_000
    package var capacity = 5
    /// Of the sparse instance, one pair in so many is possible.
    package var sparseness = 10
    /// The Python that has SciPy, OR-Tools and matching, as far as they are installed.
    package var python = "python3"
    /// Told what is being measured.
    package var tell: @Sendable (String) -> Void = { _ in }
    /// Asked many times a second.
    package var goesOn: @Sendable () -> Bool = { true }
    private let folder: String
    /// Repetitions of which the fastest counts, for us and for the others alike one warm run.
    private static let repetitions = 3
    private static let marks = 5
    /// Between two looks at the others.
    private static let lookMicroseconds: UInt32 = 20_000
    /// The instance of the stable matching that Python's `matching` is given: it needs a second for it.
    private static let peerApplicants = 500
    private static let peerHosts = 100

    /// - Parameter folder: for the instances, removed afterwards by the caller.
    package init(folder: String) { self.folder = folder }

    /// One instance: seconds and totals by solver.
    package struct Row: Sendable {
        package let instance: String
        /// `sojourn` and those of the others that are installed.
        package fileprivate(set) var seconds: [String: Double] = [:]
        package fileprivate(set) var totals: [String: Double] = [:]
        /// Whether our result is proven to be the best, or stable.
        package fileprivate(set) var isProven = false

        package var value: Value {
            .object([
                "instance": .string(instance), "proven": .bool(isProven),
                "seconds": .object(seconds.mapValues { .double($0) }),
                "total": .object(totals.mapValues { .double($0) }),
            ])
        }
    }

    /// Measures every instance.
    /// - Throws: `MatchingStopped` as soon as it is not to go on.
    package func run() throws -> [Row] {
        [
            try assignment(named: "dense \(requests) × \(hosts), capacity \(capacity)", oneIn: 1),
            try assignment(named: "one pair in \(sparseness) of it", oneIn: sparseness),
            // As a person would mark; nearly every choice is between equals.
            try assignment(named: "dense, marks of 0 to \(Self.marks)", oneIn: 1, marks: Self.marks),
            try stable(named: "stable \(requests) × \(hosts), whole lists", requests, hosts, asksPeers: false),
            try stable(
                named: "stable \(Self.peerApplicants) × \(Self.peerHosts), whole lists", Self.peerApplicants,
                Self.peerHosts, asksPeers: true),
        ]
    }

    // MARK: Assignment

    /// - Parameter marks: the best mark, where scores are whole numbers from 0; nil: two decimals.
    private func assignment(named name: String, oneIn share: Int, marks: Int? = nil) throws -> Row {
        tell(name)
        var chance = SeededChance(seed: UInt64(share))
        var numbers = [Double](repeating: .nan, count: requests * hosts)
        var pairs = PairTable()
        pairs.reserve(pairs: numbers.count / share, requests: requests)
        for request in 0..<requests {
            for host in 0..<hosts where share == 1 || Int.random(in: 0..<share, using: &chance) == 0 {
                // Two decimals, as a person would give, so that OR-Tools' whole numbers are the same scores.
                let score =
                    marks.map { Double(Int.random(in: 0...$0, using: &chance)) }
                    ?? Double(Int.random(in: 0..<10_000, using: &chance)) / 100
                numbers[request * hosts + host] = score
                pairs.add(host: host, score: score)
            }
            pairs.endRequest()
        }
        let call = Call(
            requests: (0..<requests).map { Call.Request("r\($0)") },
            hosts: (0..<hosts).map { Call.Host("h\($0)", capacity: capacity) }, pairs: pairs)
        var row = Row(instance: name)
        let (result, seconds) = try Self.fastest { try call.solve { _, _ in goesOn() } }
        (row.seconds["sojourn"], row.totals["sojourn"], row.isProven) = (seconds, result.total, result.isProven)
        try ask("assignment", numbers, requests, hosts, into: &row)
        return row
    }

    // MARK: Stable matching

    private func stable(named name: String, _ requests: Int, _ hosts: Int, asksPeers: Bool) throws -> Row {
        tell(name)
        var chance = SeededChance(seed: 3)
        var likes: [Double] = []
        func table(_ members: Int, _ others: Int) -> PreferenceTable {
            var table = PreferenceTable()
            table.reserve(lists: members, entries: members * others)
            for _ in 0..<members {
                let order = Array(0..<others).shuffled(using: &chance)
                var places = [Double](repeating: 0, count: others)
                for (place, other) in order.enumerated() {
                    table.add(other, level: place)
                    places[other] = Double(place)
                }
                likes += places
                table.endList()
            }
            return table
        }
        let call = StableCall(
            applicants: (0..<requests).map { "r\($0)" },
            hosts: (0..<hosts).map { Call.Host("h\($0)", capacity: capacity) }, wishes: table(requests, hosts),
            ranks: table(hosts, requests))
        var row = Row(instance: name)
        let (result, seconds) = try Self.fastest { try call.solve { _, _ in goesOn() } }
        (row.seconds["sojourn"], row.totals["sojourn"]) = (seconds, Double(result.placedCount))
        row.isProven = result.isStable
        if asksPeers { try ask("stable", likes, requests, hosts, into: &row) }
        return row
    }

    private static func fastest<Result>(_ work: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
        var best: (Result, Double)?
        for _ in 1..<repetitions {
            let start = ContinuousClock.now
            let result = try work()
            let seconds = Self.seconds(since: start)
            if best.map({ seconds < $0.1 }) ?? true { best = (result, seconds) }
        }
        let start = ContinuousClock.now
        let result = try work()
        let seconds = Self.seconds(since: start)
        guard let best, best.1 < seconds else { return (result, seconds) }
        return best
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        let spent = ContinuousClock.now - start
        return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }

    // MARK: The others

    /// The script beside the sources, looked for from here and from where the program lies.
    private var script: String? {
        let name = "Tests/Counterparts/match_peers.py"
        var folders = [FileManager.default.currentDirectoryPath]
        var place = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for _ in 0..<6 {
            place.deleteLastPathComponent()
            folders.append(place.path)
        }
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    /// Lets the others solve an instance; what is not installed is left out.
    private func ask(
        _ kind: String, _ numbers: [Double], _ requests: Int, _ hosts: Int, into row: inout Row
    ) throws {
        guard let script else { return }
        let path = "\(folder)/instance"
        try numbers.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: path)) }
        let (answer, errors) = ("\(folder)/answer", "\(folder)/errors")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python, script, kind, path, "\(requests)", "\(hosts)", "\(capacity)"]
        // Files, which do not fill up as pipes do while nobody reads.
        for name in [answer, errors] { try Data().write(to: URL(fileURLWithPath: name)) }
        process.standardOutput = FileHandle(forWritingAtPath: answer)
        process.standardError = FileHandle(forWritingAtPath: errors)
        guard (try? process.run()) != nil else { return }
        while process.isRunning {
            guard goesOn() else {
                process.terminate()
                process.waitUntilExit()
                throw MatchingStopped()
            }
            usleep(Self.lookMicroseconds)
        }
        process.waitUntilExit()
        let output = try Data(contentsOf: URL(fileURLWithPath: answer))
        guard process.terminationStatus == 0, let found = try? Value(json: output), case .map(let peers) = found else {
            let said = String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self)
            let last = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? "no reason given"
            return tell("the others gave no answer to this one: \(last)")
        }
        for case (.string(let name), let peer) in peers {
            row.seconds[name] = peer["seconds"]?.asDouble
            row.totals[name] = peer["total"]?.asDouble
        }
    }
}
