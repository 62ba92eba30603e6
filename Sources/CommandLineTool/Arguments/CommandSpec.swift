import Expressions

/// A verb of the command line, or a group of verbs, written down as a value: parsing, help and completion read it.
///
/// A group has `subcommands`, a leaf has `run`. Names of options and arguments share one space along the way from the
/// root to a leaf; `faults()` says what does not hold.
struct CommandSpec: Sendable {
    /// What a leaf does; mistakes of use are thrown as `UsageMistake`, failures as `Failure`.
    typealias Run = @Sendable (Parsed, Terminal) async throws -> ExitCode

    let name: String
    /// A sentence with a full stop.
    let summary: String
    /// Paragraphs with blank lines between; lines that begin with a space stay as they are.
    let discussion: String
    let examples: [(line: String, what: String)]
    let arguments: [Positional]
    /// Also those of its subcommands.
    let options: [Option]
    let subcommands: [CommandSpec]
    /// The subcommand that is meant where a word is the name of none: `match ST-2027-0001`.
    let usualName: String?
    let run: Run?
    /// Left out of help and completion.
    let isHidden: Bool

    /// A leaf.
    init(
        _ name: String, _ summary: String, discussion: String = "", examples: [(line: String, what: String)] = [],
        arguments: [Positional] = [], options: [Option] = [], isHidden: Bool = false, run: @escaping Run
    ) {
        (self.name, self.summary, self.discussion, self.examples) = (name, summary, discussion, examples)
        (self.arguments, self.options, self.isHidden) = (arguments, options, isHidden)
        (subcommands, usualName, self.run) = ([], nil, run)
    }

    /// A group.
    init(
        _ name: String, _ summary: String, discussion: String = "", examples: [(line: String, what: String)] = [],
        options: [Option] = [], subcommands: [CommandSpec], usual: String? = nil
    ) {
        (self.name, self.summary, self.discussion, self.examples) = (name, summary, discussion, examples)
        (self.options, self.subcommands) = (options, subcommands)
        usualName = usual
        (arguments, run, isHidden) = ([], nil, false)
    }

    var usual: CommandSpec? { subcommands.first { $0.name == usualName } }

    /// The subcommand that a word misspells, if any.
    func nearest(to word: String) -> String? { closest(to: word, among: shownSubcommands.map(\.name)) }

    var shownSubcommands: [CommandSpec] { subcommands.filter { !$0.isHidden } }
}

/// An argument known by its place.
struct Positional: Sendable {
    /// Small letters; help shows it in capitals.
    let name: String
    let help: String
    let isOptional: Bool
    /// Takes all that is left; only the last one may.
    let isRepeating: Bool
    let completion: Completion

    init(
        _ name: String, _ help: String, optional: Bool = false, repeating: Bool = false, completion: Completion = .none
    ) {
        (self.name, self.help, self.completion) = (name, help, completion)
        (isOptional, isRepeating) = (optional, repeating)
    }

    /// `CASE`, `[CASE]`, `CASE ...`, `[CASE ...]`.
    var usage: String {
        let shown = name.uppercased() + (isRepeating ? " ..." : "")
        return isOptional ? "[\(shown)]" : shown
    }
}

/// An argument known by its name: a flag, or with `value` one that takes a value.
struct Option: Sendable {
    /// Without the two hyphens.
    let long: String
    let short: Character?
    let help: String
    /// How help calls the value, such as `PATH`; nil for a flag.
    let value: String?
    /// What holds where the option is not given.
    let standard: String?
    let isRepeating: Bool
    let isRequired: Bool
    let completion: Completion

    init(
        _ long: String, short: Character? = nil, value: String? = nil, _ help: String, default standard: String? = nil,
        repeating: Bool = false, required: Bool = false, completion: Completion = .none
    ) {
        (self.long, self.short, self.value, self.help) = (long, short, value, help)
        (self.standard, self.completion) = (standard, completion)
        (isRepeating, isRequired) = (repeating, required)
    }

    /// `--limit`, and `-n` if it has a short form.
    var spellings: [String] { ["--\(long)"] + (short.map { ["-\($0)"] } ?? []) }
    var takesValue: Bool { value != nil }
}

/// What a shell proposes for a value.
enum Completion: Sendable {
    case none
    case file
    case folder
    /// Also the only values that are taken.
    case choices([String])
    /// Asked of the program, given what was typed so far (mistakes left out) and the beginning of the value.
    case dynamic(@Sendable (Parsed, String) async -> [String])

    var choices: [String]? { if case .choices(let words) = self { words } else { nil } }
}

extension CommandSpec {
    /// What is wrong with the declaration, for a test of the whole tree; empty if nothing is.
    func faults(under path: String = "", inherited: [Option] = []) -> [String] {
        let path = path.isEmpty ? name : "\(path) \(name)"
        var faults: [String] = []
        func check(_ holds: Bool, _ fault: String) { if !holds { faults.append("\(path): \(fault)") } }
        let known = inherited + options
        let names = known.map(\.long) + arguments.map(\.name)
        for name in Set(names).sorted() where names.filter({ $0 == name }).count > 1 { check(false, "\(name) twice") }
        let shorts = known.compactMap(\.short)
        check(Set(shorts).count == shorts.count, "a short option stands twice")
        check(summary.hasSuffix("."), "the summary is no sentence")
        check(Set(subcommands.map(\.name)).count == subcommands.count, "a subcommand stands twice")
        for name in names + [self.name] {
            let isPlain = name.utf8.allSatisfy {
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
            check(isPlain && !name.isEmpty && !name.hasPrefix("-"), "'\(name)' is not of small letters, digits and -")
        }
        for option in options {
            check(
                option.takesValue || option.standard == nil && !option.isRequired, "flag \(option.long) wants a value")
            if let words = option.completion.choices, let standard = option.standard {
                check(words.contains(standard), "the default of \(option.long) is no choice")
            }
        }
        check(!arguments.dropLast().contains(where: \.isRepeating), "an argument stands behind a repeating one")
        let optional = arguments.drop { !$0.isOptional }
        check(optional.allSatisfy(\.isOptional), "an argument that must be stands behind one that may")
        for (line, _) in examples where !line.contains("|") {
            check("\(line) ".hasPrefix("\(path) "), "the example '\(line)' is of another verb")
        }
        return faults + subcommands.flatMap { $0.faults(under: path, inherited: known) }
    }
}
