import Foundation
import Testing

@testable import Tables

/// A small seeded generator (SplitMix64), so that a failing draw can be replayed from its printed seed.
struct SeededChance: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value: UInt64 = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Drawn tables of each seed; more with `SOJOURN_FUZZ_RUNS`.
private let runs = ProcessInfo.processInfo.environment["SOJOURN_FUZZ_RUNS"].flatMap { Int($0) } ?? 25

@Suite struct `Table reader under drawn input` {
    private static let alphabet: [UInt8] = Array("a1,;\t\"\"\"\r\n\n ".utf8) + [0xC3, 0xA9, 0xE9, 0xEF]

    @Test(arguments: UInt64(1)...40)
    func `any bytes in any pieces end in the same rows and mistakes, every line in order`(seed: UInt64) {
        var chance: SeededChance = SeededChance(state: seed)
        var limits: TableLimits = TableLimits()
        limits.fieldBytes = 12
        limits.recordBytes = 40
        for _ in 0..<runs {
            let count: Int = Int.random(in: 0...120, using: &chance)
            var bytes: [UInt8] = Array("a,b\n".utf8)
            for _ in 0..<count { bytes.append(Self.alphabet.randomElement(using: &chance) ?? 0x2C) }
            let whole: Reading = Reading(bytes, limits: limits)
            var narrow: TableLimits = limits
            narrow.windowBytes = Int.random(in: 4...20, using: &chance)
            let pieces: Reading = Reading(bytes, pieceBytes: Int.random(in: 1...9, using: &chance), limits: narrow)
            #expect(whole == pieces, "seed \(seed), bytes \(bytes)")
            #expect(whole.lines == whole.lines.sorted())
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `what the writer writes, the reader reads back`(seed: UInt64) {
        var chance: SeededChance = SeededChance(state: seed)
        let pieces: [String] = ["a", ",", ";", "\"", "\r\n", "\n", "\r", " ", "é", "م", "😀", "7", ".", "="]
        for _ in 0..<runs {
            var writer: TableWriter = TableWriter(marksUTF8: Bool.random(using: &chance))
            writer.add(["a", "b", "c"])
            var rows: [[String]] = []
            for _ in 0..<Int.random(in: 0...6, using: &chance) {
                let row: [String] = (0..<3).map { _ in
                    // An x in front keeps the formula guard out of this test's way.
                    "x"
                        + (0..<Int.random(in: 0...5, using: &chance)).map { _ in
                            pieces.randomElement(using: &chance) ?? ""
                        }.joined()
                }
                rows.append(row)
                writer.add(row)
            }
            let reading: Reading = Reading(writer.bytes)
            #expect(reading.rows == rows, "seed \(seed)")
            #expect(reading.mistakes.isEmpty && reading.fault == nil)
        }
    }
}
