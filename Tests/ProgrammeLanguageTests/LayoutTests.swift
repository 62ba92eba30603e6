import Engine
import Exchange
import Foundation
import Testing

@testable import ProgrammeLanguage

@Suite struct `The layout of a file` {
    private func laidOut(_ text: String) throws -> String {
        String(decoding: try Layout.of(file: "p.yaml", bytes: Array(text.utf8)), as: UTF8.self)
    }

    /// All files of YAML of the shipped programmes, stories and samples among them.
    private static let files: [(path: String, bytes: [UInt8])] = {
        let names = FileManager.default.enumerator(atPath: workflows)?.compactMap { $0 as? String } ?? []
        return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
            FileManager.default.contents(atPath: workflows + "/" + name).map { (name, Array($0)) }
        }
    }()

    /// Keys, texts and their order, as lines.
    private func said(_ bytes: [UInt8]) -> [String] {
        var lines: [String] = []
        func walk(_ node: Node, _ path: String) {
            switch node.content {
            case .scalar(let text, _): lines.append("\(path) = \(text)")
            case .sequence(let items): for (index, item) in items.enumerated() { walk(item, "\(path)[\(index)]") }
            case .mapping(let entries):
                for (key, value) in entries { walk(value, "\(path).\(key.scalarText ?? "")") }
            }
        }
        let read = YAMLReader.read(file: "f", bytes: bytes)
        if let root = read.root { walk(root, "") }
        return read.diagnostics.map(\.description) + lines
    }

    @Test func `of what is shipped is as it should be`() throws {
        #expect(Self.files.count > 60)
        for file in Self.files {
            let after = try Layout.of(file: file.path, bytes: file.bytes)
            #expect(after == file.bytes, "\(file.path) would change")
        }
    }

    @Test func `is mended line by line, with comments where they stood`() throws {
        let text = """
            # A programme.\r
            format: 1


            programme:   'tour'   \t
            stages:
                request:
                # Before the first state.
                    draft:
                        task: { who: requester , form :request_1,due: "14 day" }\t# asked
                        clock:
                            7 days and 14 days: remind
                    # The end of the stage.
            list:
            - one
            -   two:  x
                three:
                  - a
            text: |
                 Kept  as it is.
                   - deeper \r

                 # no comment
            flow: {a: 1,
               b: [ 2,3 ],   # inside
            }


            """
        let expected = """
            # A programme.
            format: 1

            programme:   "tour"
            stages:
              request:
              # Before the first state.
                draft:
                  task: {who: requester, form :request_1, due: "14 days"} # asked
                  clock:
                    7 days and 14 days: remind
                # The end of the stage.
            list:
              - one
              - two:  x
                three:
                  - a
            text: |
              Kept  as it is.
                - deeper\u{20}

              # no comment
            flow: {a: 1,
               b: [2, 3],   # inside
            }

            """
        let after = try? laidOut(text.replacing("form :request_1", with: "form: request_1"))
        #expect(after == expected.replacing("form :request_1", with: "form: request_1"))
    }

    @Test func `leaves a file with a mistake of syntax alone, and says it`() {
        for text in ["a: [1, 2\nb: 3\n", "a: b: c\n", "\ta: 1\n", "a: &x 1\n"] {
            #expect(throws: LayoutRefusal.self) { try Layout.of(file: "p.yaml", bytes: Array(text.utf8)) }
        }
        do {
            _ = try Layout.of(file: "p.yaml", bytes: Array("a: [1, 2\n".utf8))
        } catch {
            #expect(error.diagnostics.first?.description.hasPrefix("p.yaml:1:4: error: ") ?? false)
        }
    }

    @Test func `keeps texts of every kind`() throws {
        for text in [
            "a: |\n   x\n\n    y\n", "a: |2\n    x\n", "a: >-\n  x\n  y\n\nb: 1\n", "a: |+\n  x\n\n\nb: 1\n",
            "a: |\n  x",
            "a: \"one\n    two \\\n  three\"\nb: 1\n", "a:\n    'it''s'\n", "- - a\n  - b\n- c: |\n    t\n  d: 'e'\n",
            "", "# c\n",
            "a:\n  - b: 1\n    # c\n    d: 2\n  # e\n", "---\na: 1\n", "a: 'x\"y'\n", "a: {\"b\": 1, 'c': [x,  y]}\n",
        ] {
            let before = Array(text.utf8)
            let after = try Layout.of(file: "p.yaml", bytes: before)
            #expect(said(after) == said(before), "\(text)\n\(String(decoding: after, as: UTF8.self))")
            #expect(try Layout.of(file: "p.yaml", bytes: after) == after, "\(text)")
        }
    }

    @Test func `is found again after damage, and never changes what a programme says`() throws {
        var damaged = 0
        for (index, file) in Self.files.enumerated() {
            for round in 0..<3 {
                var damage = LayoutDamage(seed: UInt64(index * 100 + round))
                let broken = damage.applied(to: file.bytes)
                guard broken != file.bytes else { continue }
                #expect(said(broken) == said(file.bytes), "the damage of \(file.path) is none of layout")
                let after = try Layout.of(file: file.path, bytes: broken)
                #expect(said(after) == said(file.bytes), "\(file.path), seed \(index * 100 + round)")
                #expect(try Layout.of(file: file.path, bytes: after) == after)
                #expect(after == file.bytes, "\(file.path), seed \(index * 100 + round)")
                damaged += 1
            }
        }
        #expect(damaged > 150)
    }

    @Test func `leaves a programme's model and the hash of its files when it is set twice`() throws {
        for name in shippedNames {
            let source = try ProgrammeSource.read(path: workflows + "/" + name)
            var damage = LayoutDamage(seed: 77)
            var other = source
            for (path, bytes) in source.files where path.hasSuffix(".yaml") {
                other.files[path] = try Layout.of(file: path, bytes: damage.applied(to: bytes, isPlain: true))
            }
            #expect(other.hash == source.hash, "\(name)")
            let (before, after) = (
                ProgrammeCompiler.compile(source).programme, ProgrammeCompiler.compile(other).programme
            )
            #expect(ModelLines.of(try #require(before)) == ModelLines.of(try #require(after)))
        }
    }
}

/// Draws what spoils the layout of a file and not what it says.
struct LayoutDamage {
    private var chance: SeededChance
    init(seed: UInt64) { chance = SeededChance(seed: seed) }

    mutating func applied(to bytes: [UInt8], isPlain: Bool = false) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let blocks = blockLines(lines)
        if Bool.random(using: &chance) {
            let factor = Int.random(in: 2...3, using: &chance)
            lines = lines.enumerated().map { index, line in
                // A text goes deeper as a whole.
                let indent = blocks[index] ?? line.prefix { $0 == " " }.count
                return line.isEmpty ? line : String(repeating: " ", count: indent * factor) + line.dropFirst(indent)
            }
        }
        for index in lines.indices where blocks[index] == nil {
            if !lines[index].isEmpty, Int.random(in: 0..<8, using: &chance) == 0 {
                lines[index] += [" ", "\t", "  \t "].randomElement(using: &chance) ?? " "
            }
            if !isPlain, Int.random(in: 0..<12, using: &chance) == 0 { quoted(&lines[index]) }
        }
        if !isPlain, Bool.random(using: &chance) {
            for index in lines.indices where blocks[index] == nil && Int.random(in: 0..<5, using: &chance) == 0 {
                spread(&lines[index])
            }
        }
        for index in lines.indices.reversed() where lines[index].isEmpty && blocks[index] == nil {
            if Bool.random(using: &chance) { lines.insert("", at: index) }
        }
        let end = Bool.random(using: &chance) ? "\r\n" : "\n"
        return Array(lines.joined(separator: end).utf8)
    }

    /// Straight quotes of the other kind around a text that has none inside.
    private func quoted(_ line: inout String) {
        guard line.filter({ $0 == "\"" }).count == 2, !line.contains("'"), !line.contains("\\"), !line.contains("#")
        else {
            return
        }
        line = line.replacing("\"", with: "'")
    }

    /// Blanks inside of braces that have no quotes.
    private func spread(_ line: inout String) {
        guard !line.contains("\""), !line.contains("'"), !line.contains("#"), !line.contains("{{"), line.contains("{"),
            line.contains("}"), !hasBraceInWord(line)
        else { return }
        line = line.replacing("{", with: "{ ").replacing("}", with: "  }").replacing(", ", with: " ,   ")
    }

    /// Whether a brace stands within a plain text, such as `ST-{year}`, where blanks would be part of it.
    private func hasBraceInWord(_ line: String) -> Bool {
        zip(" " + line, line).contains { before, sign in sign == "{" && !" [{,".contains(before) }
    }

    /// Lines that stand in a text after `|`, with the blank ones behind them, and how deep that text begins.
    private func blockLines(_ lines: [String]) -> [Int: Int] {
        var result: [Int: Int] = [:]
        var (open, base): (Int?, Int?) = (nil, nil)
        for (index, line) in lines.enumerated() {
            let indent = line.prefix { $0 == " " }.count
            if let depth = open {
                let isBlank = line.allSatisfy { $0 == " " }
                if isBlank || indent > depth {
                    if !isBlank { base = base ?? indent }
                    result[index] = base ?? depth + 2
                    continue
                }
                (open, base) = (nil, nil)
            }
            if [": |", ": >", ": |-", ": >-", "- |"].contains(where: { line.hasSuffix($0) }) { open = indent }
        }
        return result
    }
}
