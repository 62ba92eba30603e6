import Expressions

/// Reads a command line against the specs, as GNU does: `--long value`, `--long=value`, `-x value`, `-xvalue`, flags in
/// a cluster, `--` before what are arguments all the same, options at any place. Goes on behind mistakes.
struct ArgumentReader {
    /// From the root to the verb that was found.
    private(set) var path: [CommandSpec]
    private(set) var mistakes: [String] = []
    private(set) var wantsHelp = false
    /// Whether a verb was not found, so that what stands behind it was not read.
    private(set) var isLost = false
    private var values: [String: [String]] = [:]
    private var places: [String] = []
    private var rest: ArraySlice<String>

    init(_ arguments: [String], of root: CommandSpec) {
        path = [root]
        rest = arguments[...]
        read()
    }

    var command: CommandSpec { path[path.count - 1] }
    var commandLine: String { path.map(\.name).joined(separator: " ") }
    var options: [Option] { path.flatMap(\.options) }
    var parsed: Parsed {
        Parsed(command: commandLine, values: values, options: options, arguments: command.arguments)
    }

    private mutating func mistake(_ text: String) { if !mistakes.contains(text) { mistakes.append(text) } }

    private mutating func read() {
        var isOpen = true
        while let word = rest.popFirst() {
            if isOpen, word == "--" {
                isOpen = false
            } else if isOpen, word.hasPrefix("--") {
                readLong(word)
            } else if isOpen, word.count > 1, word.hasPrefix("-"), !isNegativeNumber(word) {
                readCluster(word.dropFirst())
            } else if !command.subcommands.isEmpty {
                guard descend(to: word) else { return }
            } else {
                places.append(word)
            }
        }
        settlePlaces()
        for option in options where option.isRequired && values[option.long] == nil {
            mistake("option '--\(option.long)' is missing (\(option.value ?? ""))")
        }
    }

    /// `-5` is an argument unless a digit is someone's short form.
    private func isNegativeNumber(_ word: String) -> Bool {
        Double(word) != nil && !options.contains { $0.short == word.dropFirst().first }
    }

    /// Goes into a subcommand; without one of that name nothing behind it can be read.
    private mutating func descend(to word: String) -> Bool {
        let group = command
        if let next = group.subcommands.first(where: { $0.name == word }) {
            path.append(next)
        } else if let usual = group.usual, group.nearest(to: word) == nil, word != "help" {
            path.append(usual)
            places.append(word)
        } else if word == "help" {
            wantsHelp = true
        } else {
            let proposal = proposal(word, among: group.shownSubcommands.map(\.name)) { $0 }
            isLost = true
            mistake("unknown \(path.count == 1 ? "verb" : "subcommand") '\(word)'" + proposal)
            return false
        }
        return true
    }

    private func proposal(_ word: String, among known: [String], _ spell: (String) -> String) -> String {
        let near = closest(to: word, among: known) ?? known.sorted().first { word.count >= 3 && $0.hasPrefix(word) }
        return near.map { "; did you mean '\(spell($0))'?" } ?? ""
    }

    private mutating func readLong(_ word: String) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let (name, attached) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : nil)
        guard let option = options.first(where: { $0.long == name }) else {
            mistake("unknown option '--\(name)'" + proposal(name, among: options.map(\.long)) { "--" + $0 })
            return
        }
        if !option.takesValue {
            if attached != nil { mistake("option '--\(name)' takes no value") }
            take(option, "")
        } else if let value = attached ?? nextValue() {
            take(option, value)
        } else {
            mistake("option '--\(name)' wants a value (\(option.value ?? ""))")
        }
    }

    private mutating func readCluster(_ letters: Substring) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let option = options.first(where: { $0.short == letter }) else {
                mistake("unknown option '-\(letter)'")
                return
            }
            guard option.takesValue else {
                take(option, "")
                continue
            }
            if let value = letters.isEmpty ? nextValue() : String(letters) {
                take(option, value)
            } else {
                mistake("option '-\(letter)' wants a value (\(option.value ?? ""))")
            }
            return
        }
    }

    /// The next word, unless it is an option of this verb: then the value was forgotten (`--x=--y` says otherwise).
    private mutating func nextValue() -> String? {
        guard let next = rest.first, next != "--", !options.contains(where: { $0.spellings.contains(next) }) else {
            return nil
        }
        return rest.popFirst()
    }

    private mutating func take(_ option: Option, _ value: String) {
        if option.long == CommandTree.helpOption.long { wantsHelp = true }
        check(value, option.completion, "option '--\(option.long)'")
        values[option.long, default: []].append(value)
    }

    private mutating func check(_ value: String, _ completion: Completion, _ name: String) {
        guard let words = completion.choices, !words.contains(value) else { return }
        let proposal = proposal(value, among: words) { $0 }
        mistake("\(name) wants one of \(words.joined(separator: ", ")), not '\(value)'" + proposal)
    }

    private mutating func settlePlaces() {
        var left = places[...]
        for argument in command.arguments {
            let taken = argument.isRepeating ? left : left.prefix(1)
            left = left.dropFirst(taken.count)
            if taken.isEmpty, !argument.isOptional { mistake("\(argument.name.uppercased()) is missing") }
            for value in taken { check(value, argument.completion, argument.name.uppercased()) }
            if !taken.isEmpty { values[argument.name] = Array(taken) }
        }
        for extra in left { mistake("'\(extra)' is one argument too many") }
    }
}
