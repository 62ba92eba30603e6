import Exchange
import Foundation
import Testing

@testable import ProgrammeLanguage

/// The folder of the programmes that are shipped.
let workflows = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("workflows").path

@Suite struct `Shipped programmes` {
    @Test(arguments: ["study-tour", "expert-visit", "twinning", "hub-referral", "thematic-visit"])
    func `compiles without a mistake`(name: String) throws {
        let source = try ProgrammeSource.read(path: workflows + "/" + name)
        let (programme, diagnostics) = ProgrammeCompiler.compile(source)
        #expect(diagnostics.isEmpty, Comment(rawValue: "\n" + diagnostics.lines.joined(separator: "\n")))
        #expect(programme?.name == name)
    }
}
