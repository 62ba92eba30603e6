import Expressions
import Foundation
import PluginHost

/// `plugin new`: the first files of a pack.
enum PluginNew {
    static let spec = CommandSpec(
        "new", "Writes a new pack that works: manifest, program, tests.",
        examples: [
            ("sojourn plugin new sms --language python", "Makes the folder sms."),
            ("sojourn plugin new badge --language swift --into packs", "Makes packs/badge."),
        ],
        arguments: [Positional("name", "The pack's name: small letters, digits and hyphens.")],
        options: [
            Option(
                "language", value: "LANGUAGE", "What it is written in.", required: true,
                completion: .choices(PackSkeleton.Language.allCases.map(\.rawValue))),
            Option("into", value: "FOLDER", "Where its folder is made.", default: ".", completion: .folder),
        ]
    ) { parsed, terminal in
        let name = parsed["name"]
        guard PackReader.isName(name) else {
            throw UsageMistake("NAME has 1 to 40 small letters, digits and hyphens, a letter first, not '\(name)'")
        }
        let skeleton = PackSkeleton(
            name: name, language: PackSkeleton.Language(rawValue: parsed["language"]) ?? .python)
        let folder = parsed["into"] + "/" + name
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw Failure("\(folder) is there already; nothing was written")
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for file in skeleton.files {
                let path = folder + "/" + file.path
                try Data(file.text.utf8).write(to: URL(fileURLWithPath: path))
                if file.isProgram {
                    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
                }
            }
        } catch {
            throw Failure("\(folder) cannot be written: \(error.localizedDescription)")
        }
        if parsed.flag("json") {
            terminal.print(
                json: .object(["folder": .string(folder), "files": .texts(skeleton.files.map(\.path))]))
        } else {
            for file in skeleton.files { terminal.print("\(folder)/\(file.path)") }
            let build = skeleton.language == .swift ? "run \(folder)/build, then " : ""
            terminal.note("\(build)try it: sojourn plugin test \(folder)")
        }
        return .success
    }
}
