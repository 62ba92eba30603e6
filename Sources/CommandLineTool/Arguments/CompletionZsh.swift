extension CommandSpec {
    /// A script for zsh's completion system, as a file `_sojourn` on the fpath or sourced: one function a command.
    var zshCompletion: String {
        let functions = placed().map { $0.spec.subcommands.isEmpty ? $0.zshLeaf : $0.zshGroup(isRoot: $0.path == name) }
        return """
            #compdef \(name)
            # Completes \(name) in zsh; printed by: \(name) completion zsh

            _\(name)_ask() {
                local -a found
                found=(${(f)"$("${typed[1]}" \(CompletionVerbs.valueVerb) -- "$1" "$PREFIX" "${(@)typed[2,-1]}" 2>/dev/null)"})
                compadd -a found
            }

            \(functions.joined(separator: "\n"))
            if [[ "$funcstack[1]" == _\(name) ]]; then
                _\(name) "$@"
            else
                compdef _\(name) \(name)
            fi

            """
    }
}

extension PlacedCommand {
    fileprivate var zshLeaf: String {
        let arguments = spec.arguments.enumerated().map { index, argument in
            let number = argument.isRepeating ? "*" : argument.isOptional ? "\(index + 1):" : "\(index + 1)"
            return "\(number):\(argument.name.zshEscaped):\(argument.completion.zshAction(root, argument.name))"
                .shellQuoted
        }
        return """
            \(function)() {
                _arguments -s -S \\
                    \((zshOptions + arguments).joined(separator: " \\\n        "))
            }

            """
    }

    fileprivate func zshGroup(isRoot: Bool) -> String {
        let verbs = spec.shownSubcommands.map { "\($0.name):\($0.summary)".shellQuoted }
        let below = spec.shownSubcommands.map { "\($0.name)) \(function)_\($0.name.replacing("-", with: "_")) ;;" }
        let typed = isRoot ? "\n    local -a typed=(\"${(@)words[1,CURRENT-1]}\")" : ""
        return """
            \(function)() {
                local context state state_descr line curcontext="$curcontext"
                typeset -A opt_args\(typed)
                local -a verbs=(
                    \(verbs.joined(separator: "\n        "))
                )
                _arguments -C -s -S \\
                    \(zshOptions.joined(separator: " \\\n        ")) \\
                    '1: :->verb' '*:: :->rest'
                case "$state" in
                    verb) _describe subcommand verbs ;;
                    rest) case "$words[1]" in
                        \(below.joined(separator: "\n            "))
                    esac ;;
                esac
            }

            """
    }

    private var root: String { String(path.prefix { $0 != " " }) }

    /// `'(-n --limit)--limit=[Help]:N:action'`, once for each spelling.
    private var zshOptions: [String] {
        options.flatMap { option in
            option.spellings.map { spelling in
                let once = option.isRepeating ? "*" : "(\(option.spellings.joined(separator: " ")))"
                let joint = !option.takesValue ? "" : spelling.hasPrefix("--") ? "=" : "+"
                let help = option.help.zshEscaped
                let value = option.value.map { ":\($0.zshEscaped):\(option.completion.zshAction(root, option.long))" }
                return "\(once)\(spelling)\(joint)[\(help)]\(value ?? "")".shellQuoted
            }
        }
    }
}

extension Completion {
    fileprivate func zshAction(_ root: String, _ name: String) -> String {
        switch self {
        case .none: " "
        case .file: "_files"
        case .folder: "_files -/"
        case .choices(let words): "(\(words.map { $0.zshEscaped.replacing(" ", with: "\\ ") }.joined(separator: " ")))"
        case .dynamic: "{_\(root)_ask \(name)}"
        }
    }
}

extension String {
    /// Without the meaning that colons and brackets have in _arguments.
    fileprivate var zshEscaped: String {
        reduce(into: "") { $0 += "\\:[]()".contains($1) ? "\\\($1)" : String($1) }
    }
}
