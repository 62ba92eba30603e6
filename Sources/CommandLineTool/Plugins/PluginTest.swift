import Expressions
import Foundation
import PluginHost
import ProgrammeLanguage
import Service

/// `plugin test`: the conformance tests against any pack, in words for its author.
enum PluginTest {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "test", "Tests a pack: its examples, and whether it keeps to the protocol whatever happens.",
            discussion: """
                The examples stand in tests.yaml in the pack: - action, input, dry-run, gives or fails. They are called, so \
                use dry-run where a call would reach somebody. Ends with 1 if anything is bad; "look" is a warning, which \
                --strict takes for bad.
                """,
            examples: [("sojourn plugin test ./my-pack", "Tests a pack while you write it.")],
            arguments: [PackDesk.word], options: [Option("strict", "Takes warnings for mistakes.")]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let pack = try desk.find(parsed["pack"]).pack
            let (examples, mistakes) = PackExample.read(pack)
            guard !mistakes.hasErrors else { throw Failure(lines: mistakes.lines) }
            let data = FileManager.default.temporaryDirectory.path + "/sojourn-pack-" + UUID().uuidString
            defer { try? FileManager.default.removeItem(atPath: data) }
            var gate = desk.packs.gate(place.world)
            (gate.trust, gate.data) = (.author, data)
            let conformance = PackConformance(
                pack, examples: examples, gate: gate, settings: desk.settings.plugins[pack.name] ?? [:],
                secret: desk.settings.secret)
            let isJSON = parsed.flag("json")
            let findings = await conformance.run { finding in
                if !isJSON {
                    print(finding, on: terminal)
                    terminal.flush()
                }
            }
            if isJSON {
                terminal.print(
                    json: .object([
                        "pack": .string(pack.id),
                        "findings": .list(
                            findings.map {
                                .object([
                                    "name": .string($0.name), "verdict": .string($0.verdict.rawValue),
                                    "text": .string($0.words),
                                ])
                            }),
                    ]))
            }
            let isBad = findings.contains { $0.verdict == .bad || parsed.flag("strict") && $0.verdict == .look }
            return isBad ? .failure : .success
        }
    }

    private static func print(_ finding: PackConformance.Finding, on terminal: Terminal) {
        let style: Style =
            switch finding.verdict {
            case .good: .green
            case .look: [.bold, .yellow]
            case .bad: [.bold, .red]
            case .skipped: .dim
            }
        terminal.print("\(finding.verdict.rawValue, style)  \(finding.name)")
        if !finding.words.isEmpty { terminal.print("      \(finding.words)") }
    }
}
