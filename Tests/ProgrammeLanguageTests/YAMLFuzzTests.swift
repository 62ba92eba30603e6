import Engine
import Foundation
import Testing

@testable import ProgrammeLanguage

private let runs = ProcessInfo.processInfo.environment["SOJOURN_FUZZ_RUNS"].flatMap { Int($0) } ?? 300

@Suite struct `Drawn files` {
    @Test func `any bytes are read or answered, with places inside the file`() {
        var chance = SeededChance(seed: 3)
        let pieces = [
            "a: 1\n", "- b\n", "{", "}", "[", "]", "\"", "'", ": ", "#", " #c", "|\n", ">\n", "&x ", "*x", "<<: ",
            "!t ",
            "---\n", "...\n", "\t", "  ", "\r\n", "\u{FEFF}", "\u{2028}", "\u{202E}", "é", "key: value\n  deeper: x\n",
            "\u{0}", "%YAML 1.1\n", "? ", "@", "`", ",", "<<<<<<< HEAD\n", "“", "\u{A0}",
        ]
        for _ in 0..<(runs * 20) {
            var bytes = (0..<Int.random(in: 0...20, using: &chance)).flatMap { _ in
                Array((pieces.randomElement(using: &chance) ?? "").utf8)
            }
            if Int.random(in: 0..<4, using: &chance) == 0, !bytes.isEmpty {
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            let reading = YAMLReader.read(file: "f", bytes: bytes)
            let diagnostics = reading.diagnostics
            if let root = reading.root { #expect(root.line >= 1 && root.column >= 1) }
            #expect(diagnostics.allSatisfy { $0.line >= 1 && $0.column >= 1 && !$0.message.isEmpty })
        }
    }

    @Test func `a shipped programme with drawn damage compiles or says why, and never stops`() throws {
        let source = try ProgrammeSource.read(path: workflows + "/study-tour")
        let main = try #require(source.files[ProgrammeSource.mainFile])
        var chance = SeededChance(seed: 5)
        for _ in 0..<runs / 10 {
            var bytes = main
            for _ in 0..<Int.random(in: 1...3, using: &chance) {
                let at = Int.random(in: 0..<bytes.count, using: &chance)
                switch Int.random(in: 0..<3, using: &chance) {
                case 0: bytes.remove(at: at)
                case 1: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &chance), at: at)
                default: bytes.replaceSubrange(at..<min(at + 40, bytes.count), with: [])
                }
            }
            var damaged = source
            damaged.files[ProgrammeSource.mainFile] = bytes
            let (programme, diagnostics) = ProgrammeCompiler.compile(damaged)
            #expect((programme == nil) == diagnostics.hasErrors)
        }
    }
}
