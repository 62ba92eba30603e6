/// The page that `--help` prints.
struct HelpPage {
    /// Longer lines are hard to read.
    static let widest = 100
    static let narrowest = 40
    /// Names longer than this stand on a line of their own.
    private static let nameColumns = 26

    private let path: [CommandSpec]
    private let width: Int
    private(set) var lines: [TerminalText] = []

    /// - Parameter path: from the root to the command.
    init(_ path: [CommandSpec], width: Int) {
        self.path = path
        self.width = max(Self.narrowest, min(width, Self.widest))
        let command = path[path.count - 1]
        section("Usage") { $0.indented([Self.usage(path)], by: 2) }
        section("What it does") { page in
            page.indented([command.summary] + (command.discussion.isEmpty ? [] : ["", command.discussion]), by: 2)
        }
        section("Arguments", command.arguments) { page, argument in
            page.entry(argument.usage, argument.help + Self.choices(argument.completion))
        }
        let own = path.count > 1 ? command.options : []
        section("Options", own) { $0.entry(option: $1) }
        let inherited = path.dropLast(path.count > 1 ? 1 : 0).flatMap(\.options)
        section(own.isEmpty ? "Options" : "Options of every verb", inherited) { $0.entry(option: $1) }
        section("Examples", command.examples) { page, example in
            page.indented([example.line], by: 2, hanging: 4)
            page.indented([example.what], by: 6)
        }
        section("Subcommands", command.shownSubcommands) { $0.entry($1.name, $1.summary) }
    }

    /// `sojourn case list [options] [CASE ...]`.
    static func usage(_ path: [CommandSpec]) -> String {
        let command = path[path.count - 1]
        let required = path.flatMap(\.options).filter(\.isRequired).map { "--\($0.long) \($0.value ?? "")" }
        let places =
            command.subcommands.isEmpty
            ? command.arguments.map(\.usage)
            : [
                (path.count > 1 ? "SUBCOMMAND" : "VERB")
                    + (command.usual?.arguments.first.map { " | \($0.name.uppercased())" } ?? "")
            ]
        return (path.map(\.name) + ["[options]"] + required + places).joined(separator: " ")
    }

    private mutating func section(_ title: String, _ fill: (inout HelpPage) -> Void) {
        if !lines.isEmpty { lines.append("") }
        lines.append("\(title, .bold)\(":", .bold)")
        fill(&self)
    }

    private mutating func section<Item>(_ title: String, _ items: [Item], _ each: (inout HelpPage, Item) -> Void) {
        guard !items.isEmpty else { return }
        section(title) { page in for item in items { each(&page, item) } }
    }

    private mutating func entry(option: Option) {
        let short = option.short.map { "-\($0), " } ?? "    "
        var help = option.help + Self.choices(option.completion)
        if let standard = option.standard { help += " Default: \(standard)." }
        if option.isRepeating { help += " May be given several times." }
        if option.isRequired { help += " Must be given." }
        let name = short + "--\(option.long)" + (option.value.map { " \($0)" } ?? "")
        entry(name, help)
    }

    private static func choices(_ completion: Completion) -> String {
        completion.choices.map { " One of: \($0.joined(separator: ", "))." } ?? ""
    }

    private mutating func entry(_ name: String, _ help: String) {
        let left = 2 + Self.nameColumns + 2
        let wrapped = Self.wrap(help, to: width - left)
        let first: TerminalText = "  \(name, .cyan)"
        if first.columns <= left - 2, let start = wrapped.first {
            lines.append(first + "\(String(repeating: " ", count: left - first.columns))\(start)")
        } else {
            lines.append(first)
            wrapped.first.map { lines.append("\(String(repeating: " ", count: left))\($0)") }
        }
        for line in wrapped.dropFirst() { lines.append("\(String(repeating: " ", count: left))\(line)") }
    }

    private mutating func indented(_ texts: [String], by indent: Int, hanging: Int = 0) {
        let blank = String(repeating: " ", count: indent)
        for text in texts {
            for (index, line) in Self.wrap(text, to: width - indent - hanging).enumerated() {
                let more = String(repeating: " ", count: index > 0 ? hanging : 0)
                lines.append(line.isEmpty ? "" : "\(blank)\(more)\(line)")
            }
        }
    }

    /// Paragraphs broken between words; lines that begin with a space are left alone.
    static func wrap(_ text: String, to width: Int) -> [String] {
        var (lines, line): ([String], String) = ([], "")
        func close() {
            if !line.isEmpty { lines.append(line) }
            line = ""
        }
        for source in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard !source.isEmpty, !source.hasPrefix(" ") else {
                close()
                lines.append(String(source))
                continue
            }
            for word in source.split(separator: " ") {
                if !line.isEmpty, line.columns + 1 + String(word).columns > width { close() }
                line += line.isEmpty ? String(word) : " \(word)"
            }
        }
        close()
        return lines
    }
}
