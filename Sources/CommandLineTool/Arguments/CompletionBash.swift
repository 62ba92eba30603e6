extension CommandSpec {
    /// A script for bash 4.4 and later that needs no other.
    ///
    /// It walks over the words typed so far to find the verb (`path`), the option that waits for a value (`pending`) or
    /// else the number of the argument (`place`). Values are quoted, so that no value can become a command.
    var bashCompletion: String {
        let all = placed()
        let verbs = all.dropFirst().map { $0.path.shellQuoted }.joined(separator: "|")
        let valued = all.flatMap { place in
            place.spec.options.filter(\.takesValue).map { Self.bashPattern(place, $0) }
        }
        var actions: [String] = []
        for place in all {
            for option in place.spec.options where option.takesValue {
                actions.append("\(Self.bashPattern(place, option))) \(option.completion.bashAction(option.long)) ;;")
            }
            for (index, argument) in place.spec.arguments.enumerated() {
                let number = argument.isRepeating ? "*" : "\(index)"
                let action = argument.completion.bashAction(argument.name)
                actions.append("\("\(place.path) @".shellQuoted)\(number)) \(action) ;;")
            }
        }
        let options = all.map { place in
            let words = place.options.map { "--\($0.long)".shellQuoted }.joined(separator: " ")
            return "\(place.path.shellQuoted)) found=(\(words)) ;;"
        }
        let groups = all.filter { !$0.spec.shownSubcommands.isEmpty }.map { place in
            let words = place.spec.shownSubcommands.map(\.name.shellQuoted).joined(separator: " ")
            return "\(place.path.shellQuoted)) found=(\(words)) ;;"
        }
        return """
            # Completes \(name) in bash; printed by: \(name) completion bash
            _\(name)() {
                local path=\(name) pending='' place=0 isPlain='' kind='' asked='' word index
                local current="${COMP_WORDS[COMP_CWORD]}"
                local -a words=() found=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    word="${COMP_WORDS[index]}"
                    if [[ -n $pending ]]; then
                        # bash cuts --name=value into three words.
                        [[ $word == '=' ]] && continue
                        words+=("$word")
                        pending=''
                        continue
                    fi
                    words+=("$word")
                    if [[ -n $isPlain ]]; then
                        place=$((place + 1))
                        continue
                    fi
                    case "$path $word" in
                        *' --') isPlain=1 ;;
                        \(valued.joined(separator: "|"))) pending="$word" ;;
                        *' -'*) ;;
                        \(verbs)) path="$path $word" ;;
                        *) place=$((place + 1)) ;;
                    esac
                done
                [[ -n $pending && $current == '=' ]] && current=''
                if [[ -z $pending && -z $isPlain && $current == -* ]]; then
                    case "$path" in
                        \(options.joined(separator: "\n            "))
                    esac
                else
                    case "$path ${pending:-@$place}" in
                        \(actions.joined(separator: "\n            "))
                    esac
                    [[ -z $pending && -z $kind ]] && case "$path" in
                        \(groups.joined(separator: "\n            "))
                    esac
                fi
                COMPREPLY=()
                case "$kind" in
                    file | folder)
                        compopt -o filenames 2>/dev/null
                        mapfile -t COMPREPLY < <(compgen -A "${kind/folder/directory}" -- "$current")
                        return
                        ;;
                    asked)
                        mapfile -t found < <(
                            "${COMP_WORDS[0]}" \(CompletionVerbs.valueVerb) -- "$asked" "$current" "${words[@]}" 2>/dev/null
                        )
                        ;;
                esac
                for word in "${found[@]}"; do
                    if [[ $word == "$current"* ]]; then
                        printf -v word '%q' "$word"
                        COMPREPLY+=("$word")
                    fi
                done
            }
            complete -F _\(name) \(name)

            """
    }

    /// The option behind the command that declares it and behind all below.
    private static func bashPattern(_ place: PlacedCommand, _ option: Option) -> String {
        option.spellings.flatMap { spelling in
            ["\(place.path) \(spelling)".shellQuoted, "\("\(place.path) ".shellQuoted)*\(" \(spelling)".shellQuoted)"]
        }.joined(separator: "|")
    }
}

extension Completion {
    fileprivate func bashAction(_ name: String) -> String {
        switch self {
        case .none: "kind=none"
        case .file: "kind=file"
        case .folder: "kind=folder"
        case .choices(let words): "kind=words found=(\(words.map(\.shellQuoted).joined(separator: " ")))"
        case .dynamic: "kind=asked asked=\(name.shellQuoted)"
        }
    }
}
