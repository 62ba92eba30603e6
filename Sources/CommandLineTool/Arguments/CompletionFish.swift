extension CommandSpec {
    /// A script for fish 3.4 and later.
    var fishCompletion: String {
        let all = placed()
        let verbs = all.dropFirst().map { $0.path.fishQuoted }.joined(separator: " ")
        let valued = all.flatMap { place in
            place.spec.options.filter(\.takesValue).flatMap { option in
                option.spellings.flatMap { ["\(place.path) \($0)".fishQuoted, "\(place.path) * \($0)".fishQuoted] }
            }
        }
        let rules = all.flatMap { place in
            place.fishVerbs(of: name) + place.spec.options.map { place.fishRule($0, of: name) }
                + place.fishArguments(of: name)
        }
        return """
            # Completes \(name) in fish; printed by: \(name) completion fish

            # The verb and its parents, then the number of arguments behind it, of the words typed so far.
            function __\(name)_place
                set -l path \(name)
                set -l place 0
                set -l pending ''
                set -l typed (commandline -opc)
                for word in $typed[2..-1]
                    if test -n "$pending"
                        set pending ''
                        continue
                    end
                    switch "$path $word"
                        case \(valued.joined(separator: " "))
                            set pending 1
                        case '* -*'
                        case \(verbs)
                            set path "$path $word"
                        case '*'
                            set place (math $place + 1)
                    end
                end
                echo "$path @$place"
            end

            function __\(name)_at
                string match -q -- $argv[1] (__\(name)_place)
            end

            function __\(name)_ask
                set -l typed (commandline -opc)
                set -l current (commandline -ct | string replace -r '^--[^=]*=' '')
                command $typed[1] \(CompletionVerbs.valueVerb) -- $argv[1] "$current" $typed[2..-1] 2>/dev/null
            end

            complete -c \(name) -f
            \(rules.joined(separator: "\n"))

            """
    }
}

extension PlacedCommand {
    private func condition(_ program: String, _ pattern: String) -> String {
        "complete -c \(program) -n \("__\(program)_at '\(pattern)'".fishQuoted)"
    }

    fileprivate func fishVerbs(of program: String) -> [String] {
        spec.shownSubcommands.map { verb in
            "\(condition(program, "\(path) @0")) -a \(verb.name) -d \(verb.summary.fishQuoted)"
        }
    }

    fileprivate func fishRule(_ option: Option, of program: String) -> String {
        let short = option.short.map { " -s \($0)" } ?? ""
        let value = option.takesValue ? option.completion.fishAction(program, option.long, isOption: true) : ""
        // A blank behind the path: below the command and at it.
        return "\(condition(program, "\(path) *")) -l \(option.long)\(short)\(value) -d \(option.help.fishQuoted)"
    }

    fileprivate func fishArguments(of program: String) -> [String] {
        spec.arguments.enumerated().compactMap { index, argument in
            if case .none = argument.completion { return nil }
            let place = condition(program, "\(path) @\(argument.isRepeating ? "*" : "\(index)")")
            return place + argument.completion.fishAction(program, argument.name, isOption: false)
        }
    }
}

extension Completion {
    /// An option's value is wanted (`-r`) and alone (`-x`, no files); an argument only has its proposals.
    fileprivate func fishAction(_ program: String, _ name: String, isOption: Bool) -> String {
        let alone = isOption ? " -x" : ""
        return switch self {
        case .none: alone
        case .file: isOption ? " -r -F" : " -F"
        case .folder: "\(alone) -a '(__fish_complete_directories)'"
        case .choices(let words): "\(alone) -a \(words.joined(separator: " ").fishQuoted)"
        case .dynamic: "\(alone) -a '(__\(program)_ask \(name))'"
        }
    }
}

extension String {
    /// In single quotes as fish reads them.
    fileprivate var fishQuoted: String {
        "'" + replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
