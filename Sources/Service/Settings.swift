package import Expressions
import Foundation
import ProgrammeLanguage

/// What the hub sets for its plugins: `sojourn.yaml` beside the database, and secrets in a file that only it can read.
package struct Settings: Sendable {
    /// By plugin, then by name; nested names are joined with a point (`smtp.host`).
    package var plugins: [String: [String: Value]]
    /// Resolves a secret's name, such as `smtp.password`.
    package var secret: @Sendable (String) -> String?

    package init(
        plugins: [String: [String: Value]] = [:], secret: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.plugins = plugins
        self.secret = secret
    }

    /// The names of the files in a data folder.
    package static let file = "sojourn.yaml"
    package static let secretsFile = "secrets"

    /// Reads the settings of a data folder; none is none.
    ///
    /// - Parameter credentials: the folder of credentials that systemd names, if it does.
    /// - Throws: `SettingsMistakes` with every mistake.
    package static func read(folder: String, credentials: String? = nil) throws(SettingsMistakes) -> Settings {
        var settings = Settings()
        let path = folder + "/" + file
        if let data = FileManager.default.contents(atPath: path) {
            let read = YAMLReader.read(file: path, bytes: Array(data))
            guard read.diagnostics.isEmpty else { throw SettingsMistakes(read.diagnostics.map(\.description)) }
            guard let root = read.root, case .mapping(let entries) = root.content else {
                throw SettingsMistakes(["\(path): settings are written plugin: with its settings below"])
            }
            for (key, value) in entries {
                guard let name = key.scalarText else { continue }
                settings.plugins[name] = flatten(value, "")
            }
        }
        let sources = settings.plugins.removeValue(forKey: "secrets") ?? [:]
        let secrets = try Secrets(file: folder + "/" + secretsFile, settings: sources, credentials: credentials)
        settings.secret = { secrets($0) }
        return settings
    }

    private static func flatten(_ node: ProgrammeLanguage.Node, _ prefix: String) -> [String: Value] {
        switch node.content {
        case .scalar(let text, _): return [prefix: .string(text)]
        case .sequence(let items):
            return [prefix: .list(items.compactMap(\.scalarText).map { .string($0) })]
        case .mapping(let entries):
            var result: [String: Value] = [:]
            for (key, value) in entries {
                guard let name = key.scalarText else { continue }
                result.merge(flatten(value, prefix.isEmpty ? name : prefix + "." + name)) { $1 }
            }
            return result
        }
    }
}

/// Everything that is wrong with the settings.
package struct SettingsMistakes: Error, Sendable, CustomStringConvertible {
    package let messages: [String]

    package init(_ messages: [String]) {
        self.messages = messages
    }

    package var description: String { messages.joined(separator: "\n") }
}
