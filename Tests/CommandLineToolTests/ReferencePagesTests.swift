import CaseStore
import Engine
import Expressions
import Foundation
import Service
import Testing

@testable import CommandLineTool

/// docs/reference/, whose pages are held against the program.
private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("docs/reference")

/// The page of the command line, as the tree of verbs says it.
private enum CommandLinePage {
    private static let opening = """
        # The command line

        This page is made from the program's own help. Renew it with
        `SOJOURN_WRITE_REFERENCE=1 swift test --filter CommandLineToolTests`.

        `sojourn VERB --help` shows the same. With `--json` every verb prints JSON for programs. Results go to standard output,
        remarks and mistakes to standard error.

        | ends with | when |
        |---|---|
        | 0 | it was done; of `check` and `doctor`: nothing was found |
        | 1 | it could not be done, or was refused; of `check` and `doctor`: something was found |
        | 2 | the command line was wrong, or `check` could not read a file; nothing was done |
        | 130, 141 | it was interrupted; its reader went away |
        """

    static func markdown(_ root: CommandSpec) -> String {
        let verbs = root.shownSubcommands.flatMap { leaves($0, [root]) }
        let parts = [opening, options("Options of every verb", root.options, level: "##")] + verbs.map(section(of:))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private static func leaves(_ spec: CommandSpec, _ path: [CommandSpec]) -> [[CommandSpec]] {
        let here = path + [spec]
        return spec.subcommands.isEmpty ? [here] : spec.shownSubcommands.flatMap { leaves($0, here) }
    }

    private static func section(of path: [CommandSpec]) -> String {
        let command = path[path.count - 1]
        var parts = ["## \(path.map(\.name).joined(separator: " "))", command.summary]
        if !command.discussion.isEmpty { parts.append(command.discussion) }
        parts.append("    \(HelpPage.usage(path))")
        if !command.arguments.isEmpty {
            let rows = command.arguments.map { "| `\($0.usage)` | \(cell($0.help)) |" }
            parts.append((["| argument | what |", "|---|---|"] + rows).joined(separator: "\n"))
        }
        let own = path.dropFirst().flatMap(\.options)
        if !own.isEmpty { parts.append(options("", own, level: "")) }
        let examples = command.examples.map { "\($0.line)\n    \($0.what)" }
        if !examples.isEmpty { parts.append("```\n\(examples.joined(separator: "\n"))\n```") }
        return parts.joined(separator: "\n\n")
    }

    private static func options(_ title: String, _ options: [Option], level: String) -> String {
        var lines = title.isEmpty ? [] : ["\(level) \(title)", ""]
        lines += ["| option | what |", "|---|---|"]
        for option in options {
            let value = option.value.map { " \($0)" } ?? ""
            var help = option.help
            if let standard = option.standard { help += " Default: \(standard)." }
            if option.isRepeating { help += " May be given several times." }
            if option.isRequired { help += " Must be given." }
            lines.append("| `--\(option.long)\(value)` | \(cell(help)) |")
        }
        return lines.joined(separator: "\n")
    }

    /// Bars would end the cell, and what stands in angle brackets would be taken for a tag.
    private static func cell(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("<", with: "&lt;")
    }
}

@Suite struct `The reference pages` {
    /// The block of YAML of a page that begins so, in a file of its own.
    private func block(_ page: String, _ beginning: String) throws -> String {
        let text = try String(contentsOf: folder.appendingPathComponent(page), encoding: .utf8)
        let block = text.components(separatedBy: "```yaml\n").first { $0.hasPrefix(beginning) }
        let path = NSTemporaryDirectory() + "sojourn-\(UUID().uuidString).yaml"
        try Data(try #require(block?.components(separatedBy: "```").first).utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    @Test func `tell of every verb and option as the program does`() throws {
        let page = CommandLinePage.markdown(Sojourn.tree(at: Hub().place).root)
        let path = folder.appendingPathComponent("command-line.md")
        if ProcessInfo.processInfo.environment["SOJOURN_WRITE_REFERENCE"] == "1" {
            try Data(page.utf8).write(to: path)
        }
        #expect(
            try String(contentsOf: path, encoding: .utf8) == page,
            "renew it: SOJOURN_WRITE_REFERENCE=1 swift test --filter CommandLineToolTests")
    }

    @Test func `show a mapping that is read`() throws {
        let path = try block("mappings.md", "requests:")
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try MappingFile.read(path: path, named: "requests") != nil)
    }

    @Test func `show a cast that is read`() throws {
        let path = try block("cast.md", "seed:")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = try CastScript.read(path: path, dates: ["visit"])
        #expect(script.events.count == 5)
        #expect(script.hints["agreement.least"] == .like(path: ["request", "people"], less: 1))
    }

    @Test func `show settings that every plugin takes`() throws {
        let path = try block("settings.md", "email:")
        let data = path + ".folder"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: data)
        }
        try FileManager.default.moveItem(atPath: path, toPath: "\(data)/\(Settings.file)")
        let secrets = "smtp.password: none\nwebhook.erp: whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"
        _ = FileManager.default.createFile(
            atPath: "\(data)/\(Settings.secretsFile)", contents: Data(secrets.utf8),
            attributes: [.posixPermissions: 0o600])
        let settings = try Settings.read(folder: data)
        #expect(settings.plugins["email"]?["smtp.host"] == .string("mail.hub.example"))
        _ = try Service(store: MemoryStore(), world: .real, folder: data, settings: settings)
    }
}
