/// `completion SHELL`, which prints a script, and the hidden verb that the scripts ask for values only the program knows.
enum CompletionVerbs {
    enum Shell: String, CaseIterable, Sendable { case bash, zsh, fish }

    /// What the scripts call: `complete-value -- NAME BEGINNING WORD ...`.
    static let valueVerb = "complete-value"
    /// More values than a person reads.
    private static let mostValues = 1000

    /// - Parameter root: the tree without these verbs.
    static func verbs(of root: CommandSpec) -> [CommandSpec] {
        let script = CommandSpec(
            "completion", "Prints a script that completes \(root.name)'s command lines in a shell.",
            examples: [
                ("\(root.name) completion bash > ~/.local/share/bash-completion/completions/\(root.name)", "For bash."),
                ("\(root.name) completion zsh > ~/.zfunc/_\(root.name)", "For zsh, with ~/.zfunc on its fpath."),
                ("\(root.name) completion fish > ~/.config/fish/completions/\(root.name).fish", "For fish."),
            ],
            arguments: [
                Positional("shell", "The shell.", completion: .choices(Shell.allCases.map(\.rawValue)))
            ]
        ) { parsed, terminal in
            let tree = CommandTree.complete(root)
            let text =
                switch try parsed.choice("shell", Shell.self) ?? .bash {
                case .bash: tree.bashCompletion
                case .zsh: tree.zshCompletion
                case .fish: tree.fishCompletion
                }
            terminal.write(text.utf8)
            return .success
        }
        let value = CommandSpec(
            valueVerb, "Prints the values that a word may become, one a line.",
            arguments: [
                Positional("name", "The option or argument."), Positional("beginning", "What is typed of it."),
                Positional("words", "What is typed in front of it.", optional: true, repeating: true),
            ], isHidden: true
        ) { parsed, terminal in
            let reader = ArgumentReader(parsed.texts("words"), of: CommandTree.complete(root))
            let completions =
                reader.options.filter { $0.long == parsed["name"] }.map(\.completion)
                + reader.command.arguments.filter { $0.name == parsed["name"] }.map(\.completion)
            guard case .dynamic(let ask)? = completions.first else { return .success }
            let values = await ask(reader.parsed, parsed["beginning"]).filter { value in
                value.hasPrefix(parsed["beginning"]) && !value.unicodeScalars.contains(where: \.isSteering)
            }
            for value in values.prefix(mostValues) { terminal.print("\(value)") }
            return .success
        }
        return [script, value]
    }
}

/// A command as the scripts see it: with its way from the root and every option that it understands.
struct PlacedCommand {
    let path: String
    let spec: CommandSpec
    let options: [Option]

    /// `_sojourn_case_list`.
    var function: String { "_" + String(path.map { $0 == " " || $0 == "-" ? "_" : $0 }) }
}

extension CommandSpec {
    /// This command and all below it that are shown.
    func placed(under path: String = "", inherited: [Option] = []) -> [PlacedCommand] {
        let place = PlacedCommand(
            path: path.isEmpty ? name : "\(path) \(name)", spec: self, options: inherited + options)
        return [place] + shownSubcommands.flatMap { $0.placed(under: place.path, inherited: place.options) }
    }
}

extension String {
    /// In single quotes as bash and zsh read them.
    var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }
}
