import Expressions
import PluginHost
import ProgrammeLanguage
import Service

/// `plugin check`: the manifest, the settings, the secrets and the greeting of a pack.
enum PluginCheck {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "check", "Checks packs: manifest, settings and secrets, and whether the program starts and takes them.",
            discussion: "Without a name, all installed packs. Ends with 1 if there is anything to look at.",
            examples: [
                ("sojourn plugin check", "Checks all installed packs."),
                ("sojourn plugin check ./my-pack", "Checks a pack in a folder."),
            ],
            arguments: [
                Positional(
                    "pack", "A pack's folder, or the name of one that is installed.", optional: true, repeating: true,
                    completion: .folder)
            ]
        ) { parsed, terminal in
            let desk = try PackDesk(place, parsed)
            let words = parsed.texts("pack")
            let shelf = desk.packs.shelf
            var faults = words.isEmpty ? shelf.mistakes.lines + shelf.faults : []
            let found =
                words.isEmpty
                ? shelf.packs.map { PackDesk.Found(pack: $0, isInstalled: true) } : try words.map { try desk.find($0) }
            var values: [Value] = []
            for found in found {
                let mistakes = try await mistakes(of: found, desk)
                faults += mistakes.map { "\(found.pack.id): \($0)" }
                values.append(
                    .object([
                        "name": .string(found.pack.name), "version": .string("\(found.pack.version)"),
                        "mistakes": .texts(mistakes),
                    ]))
                if mistakes.isEmpty, !parsed.flag("json") { terminal.note("\(found.pack.id) is good") }
            }
            if parsed.flag("json") {
                terminal.print(json: .object(["packs": .list(values), "mistakes": .texts(faults)]))
            } else {
                for fault in faults { terminal.print("\(fault)") }
            }
            return faults.isEmpty ? .success : .failure
        }
    }

    private static func mistakes(of found: PackDesk.Found, _ desk: PackDesk) async throws -> [String] {
        let pack = found.pack
        var result = PackSettings.read(desk.settings.plugins[pack.name] ?? [:], for: pack).mistakes
        for name in pack.secrets where desk.settings.secret("\(pack.name).\(name)") == nil {
            result.append("there is no secret \"\(pack.name).\(name)\"")
        }
        let mistakes = try await desk.trying(found) { supervisor in await supervisor.trial() }
        // What the settings lack was said above.
        if let fault = mistakes, !(result.count > 0 && fault.code == "plugin.settings") { result.append("\(fault)") }
        return result
    }
}
