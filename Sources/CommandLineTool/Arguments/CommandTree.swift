import Glibc

/// The whole command line of a program: its verbs, the options of every verb, help, completion, and how it all ends.
struct CommandTree: Sendable {
    static let helpOption = Option("help", short: "h", "Shows this page.")

    let root: CommandSpec
    let version: String

    /// - Parameter verbs: `completion` and what every verb has (`--database`, `--json`, `--quiet`, `--no-color`, `--help`,
    ///   `--version`) is added.
    init(
        _ name: String, _ summary: String, version: String, discussion: String = "",
        examples: [(line: String, what: String)] = [], verbs: [CommandSpec]
    ) {
        self.version = version
        let options = [
            Option("database", value: "PATH", "The database file to work on.", completion: .file),
            Option("json", "Prints JSON, for programs."),
            Option("quiet", "Leaves out remarks and progress."),
            Option("no-color", "Leaves out colours."),
            Self.helpOption,
            Option("version", "Prints the version."),
        ]
        root = Self.complete(
            CommandSpec(name, summary, discussion: discussion, examples: examples, options: options, subcommands: verbs)
        )
    }

    /// The program's own tree with the verbs of completion, which speak of the tree that they stand in.
    static func complete(_ root: CommandSpec) -> CommandSpec {
        CommandSpec(
            root.name, root.summary, discussion: root.discussion, examples: root.examples, options: root.options,
            subcommands: root.subcommands + CompletionVerbs.verbs(of: root))
    }

    /// Reads the arguments (without the program's name), runs the verb and says how the process is to end.
    func answer(_ arguments: [String], on terminal: Terminal) async -> ExitCode {
        let reader = ArgumentReader(arguments, of: root)
        var terminal = terminal
        terminal.isQuiet = reader.parsed.flag("quiet")
        terminal.isPlain = reader.parsed.flag("no-color")
        let code = await answer(reader, on: terminal)
        terminal.flush()
        switch terminal.output.failure {
        case nil: return code
        case EPIPE: return .brokenPipe
        case let failure?:
            let reason = String(cString: strerror(failure))
            terminal.complain("\(reader.commandLine): standard output cannot be written: \(reason)")
            return code == .success ? .failure : code
        }
    }

    private func answer(_ reader: ArgumentReader, on terminal: Terminal) async -> ExitCode {
        let name = reader.commandLine
        if reader.parsed.flag("version") {
            terminal.print("\(root.name) \(version)")
            return .success
        }
        let page = HelpPage(reader.path, width: terminal.columns(of: terminal.output))
        if reader.wantsHelp, !reader.isLost {
            page.lines.forEach { terminal.print($0) }
            return .success
        }
        guard reader.mistakes.isEmpty else { return complain(UsageMistake(reader.mistakes), name, terminal) }
        guard let run = reader.command.run else {
            page.lines.forEach { terminal.complain($0) }
            return .usage
        }
        do {
            return try await run(reader.parsed, terminal)
        } catch let answer as ForwardedAnswer {
            terminal.output.write(answer.output.utf8)
            terminal.flush()
            terminal.errors.write(answer.errors.utf8)
            return answer.exitCode
        } catch let mistake as UsageMistake {
            return complain(mistake, name, terminal)
        } catch let failure as Failure {
            let message: TerminalText = failure.hasLines ? "\(lines: failure.message)" : "\(failure.message)"
            terminal.complain("\(name, .bold): \(message)")
            return failure.exitCode
        } catch is CancellationError {
            return .interrupted
        } catch {
            terminal.complain("\(name, .bold): \(String(describing: error))")
            return .failure
        }
    }

    private func complain(_ mistake: UsageMistake, _ name: String, _ terminal: Terminal) -> ExitCode {
        for message in mistake.messages { terminal.complain("\(name, .bold): \(message)") }
        terminal.complain("try '\(name) --help'")
        return .usage
    }
}
