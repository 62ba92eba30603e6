import Exchange
import Foundation
import Testing

@testable import ProgrammeLanguage

/// Draws of each shipped programme; SOJOURN_MISTAKE_RUNS draws more.
private let runs = ProcessInfo.processInfo.environment["SOJOURN_MISTAKE_RUNS"].flatMap { Int($0) } ?? 60
private let isLong = ProcessInfo.processInfo.environment["SOJOURN_MISTAKE_RUNS"] != nil
private let seed = ProcessInfo.processInfo.environment["SOJOURN_MISTAKE_SEED"].flatMap { UInt64($0) } ?? 1

/// Slips of the hand are found (docs/decisions/0016).
///
/// What counts as changing the meaning: the compiled programme differs from the original, its places in the files left
/// out. A slip that changes it is found when `check` says anything. One that passes is *another programme* when it changes
/// the very statement that was touched and no other: the file then says what it does, `check` cannot know that something
/// else was meant, and `diff` tells it. It is *missed* when a statement changes whose lines nobody touched: then the file
/// does not say what it does. None may be missed. A found slip is on the right line when a message stands on a touched
/// line or beside it, or names a word of it: a state that is dropped is missed where it is used.
@Suite struct `Slips of the hand` {
    struct Tally {
        var found = 0
        var onLine = 0
        var named = 0
        var same = 0
        var other = 0
        var missed: [String] = []
        var astray: [String] = []
    }

    @Test func `are found wherever they change what was not touched, and nearly always on their line`() throws {
        var tally = Tally()
        for (index, name) in shippedNames.enumerated() {
            let source = try ProgrammeSource.read(path: workflows + "/" + name)
            let programme = try #require(ProgrammeCompiler.compile(source).programme)
            let model = ModelLines.of(programme)
            var generator = MistakeGenerator(source, roles: programme.peopleOrder, seed: seed &* 100 &+ UInt64(index))
            for _ in 0..<runs { judge(generator.next(), model, &tally) }
        }
        let right = Double(tally.onLine + tally.named) / Double(max(tally.found, 1))
        print(
            """
            slips: \(tally.found) found, \(tally.onLine) on a touched line, \(tally.named) more by name \
            (\(Int(right * 1000)) of 1000 right); \(tally.same) change nothing, \(tally.other) make another programme, \
            \(tally.missed.count) missed
            """)
        for line in tally.missed { print("missed: \(line)") }
        for line in tally.astray { print("astray: \(line)") }
        #expect(tally.missed.isEmpty)
        #expect(right >= 0.95)
        #expect(tally.found > runs)
    }

    private func judge(_ slip: Slip, _ model: [String: String], _ tally: inout Tally) {
        let (programme, diagnostics) = ProgrammeCompiler.compile(slip.source)
        guard diagnostics.isEmpty, let programme else {
            tally.found += 1
            let lines = slip.line - 1...slip.line + 2
            let isOn = diagnostics.all.contains { $0.file.hasSuffix(slip.file) && lines.contains($0.line) }
            if isOn {
                tally.onLine += 1
            } else if diagnostics.all.contains(where: { isNamed($0.message, slip) }) {
                tally.named += 1
            } else {
                tally.astray.append("\(slip)\n    \(diagnostics.lines.prefix(2).joined(separator: "\n    "))")
            }
            return
        }
        let changed = ModelLines.difference(model, ModelLines.of(programme))
        if changed.isEmpty {
            tally.same += 1
        } else if changed.subtracting(["order"]).filter({ !isBelow($0, slip) }).count <= (slip.kind == .swap ? 2 : 1) {
            tally.other += 1
            if isLong { print("another programme: \(slip)") }
        } else {
            tally.missed.append("\(slip)\n    \(changed.sorted().joined(separator: ", "))")
        }
    }

    /// Whether a statement stands below the touched line.
    private func isBelow(_ statement: String, _ slip: Slip) -> Bool {
        guard let name = statement.split(separator: ".").last else { return false }
        return slip.below.contains { $0.trimmingPrefix { $0 == " " }.hasPrefix("\(name):") }
    }

    private func isNamed(_ message: String, _ slip: Slip) -> Bool {
        let words = (slip.before + " " + slip.after).matches(of: /[a-z_]{3,}/).map { String($0.output) }
        let quoted = message.split(separator: "\"", omittingEmptySubsequences: false)
        return quoted.enumerated().contains { index, part in
            index % 2 == 1 && words.contains { part.split(separator: ".").map(String.init).contains($0) }
        }
    }
}
