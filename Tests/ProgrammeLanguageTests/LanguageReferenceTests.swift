import Calendars
import Exchange
import Expressions
import Foundation
import Testing

@testable import ProgrammeLanguage

@Suite struct `The reference page of the language` {
    private static let path = workflows + "/../docs/reference/language.md"

    /// The fenced blocks of a language in the page.
    private static func blocks(_ language: String) -> [String] {
        LanguageReference.markdown.components(separatedBy: "```\(language)\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
    }

    @Test func `is what the table of keys says`() throws {
        if ProcessInfo.processInfo.environment["SOJOURN_WRITE_REFERENCE"] == "1" {
            try Data(LanguageReference.markdown.utf8).write(to: URL(fileURLWithPath: Self.path))
        }
        let written = try String(contentsOfFile: Self.path, encoding: .utf8)
        #expect(
            written == LanguageReference.markdown,
            "renew it: SOJOURN_WRITE_REFERENCE=1 swift test --filter ProgrammeLanguageTests")
    }

    @Test func `shows programmes without a mistake`() {
        let programmes = Self.blocks("yaml").filter { $0.hasPrefix("format: 1") }
        #expect(!programmes.isEmpty)
        for text in programmes {
            let (programme, diagnostics) = ProgrammeCompiler.compile(ProgrammeSource(text: text))
            #expect(diagnostics.isEmpty, Comment(rawValue: diagnostics.lines.joined(separator: "\n")))
            #expect(programme != nil)
        }
    }

    @Test func `tells of every function of conditions`() {
        let none = LookupTable(name: "", columns: [], keyCount: 1, rows: [:], order: [])
        let track = [ValueType.named("$track t")]
        let declared =
            ProgrammeFunctions.general(calendar: .mondayToFriday) + ProgrammeFunctions.tracks(track)
            + ProgrammeFunctions.tables(["t": none], rows: []) + [
                ProgrammeFunctions.average(forms: []), ProgrammeFunctions.rowOf([]),
            ]
        for name in declared.map(\.name) + ProgrammeFunctions.macros.map(\.name) {
            let isTold = ["| `\(name)(", ".\(name)("].contains { LanguageReference.markdown.contains($0) }
            #expect(isTold, "\(name) stands nowhere in the page")
        }
    }

    @Test func `has every key once, with an example that begins with it`() {
        for kind in KeyTable.all.kinds {
            #expect(Set(kind.keys.map(\.name)).count == kind.keys.count)
            for key in kind.keys {
                #expect(key.example.hasPrefix("\(key.name): "), "\(kind.name), \(key.name): \(key.example)")
            }
        }
    }
}
