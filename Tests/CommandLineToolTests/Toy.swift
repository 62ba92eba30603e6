import Synchronization

@testable import CommandLineTool

/// A small tree of commands that uses all that specs can say, and its answers in memory.
enum Toy {
    enum Order: String, CaseIterable { case newest, oldest }

    static let tree = CommandTree(
        "sojourn", "Looks after exchange programmes.", version: "1.2.3",
        discussion: "Every verb works on one database file.",
        examples: [("sojourn case list", "Lists the cases.")],
        verbs: [
            CommandSpec("case", "Works on cases.", subcommands: [list, show]),
            CommandSpec(
                "import", "Reads tables of applications.",
                discussion: """
                    Each row becomes one case. Rows that cannot be read are listed with their line, and nothing is imported \
                    until all can be read, unless --partly is given.

                      name,email,host
                      Ada,ada@example.org,Kyiv

                    The first line names the columns.
                    """,
                arguments: [
                    Positional("table", "The CSV files, plain or gzipped.", repeating: true, completion: .file)
                ],
                options: [
                    Option("partly", short: "p", "Imports what can be read."),
                    Option("verbose", short: "v", "Tells each row."),
                    Option(
                        "into", short: "i", value: "FOLDER", "Where letters go.", required: true, completion: .folder),
                ]
            ) { parsed, terminal in
                terminal.note("\(parsed.texts("table").count) tables")
                return .success
            },
            CommandSpec("fail", "Fails.", arguments: [Positional("how", "In which way.", optional: true)]) {
                parsed, _ in
                switch parsed.text("how") {
                case "cancelled": throw CancellationError()
                case "other": throw Unforeseen.happened("\u{1B}[31m")
                default: throw Failure("the case \(parsed.text("how") ?? "") is closed")
                }
            },
        ])

    enum Unforeseen: Error { case happened(String) }

    private static let list = CommandSpec(
        "list", "Lists cases.",
        examples: [
            ("sojourn case list --limit 5", "Lists the five newest cases."),
            ("sojourn case list open closed --order oldest", "Lists open and closed cases, the oldest first."),
        ],
        arguments: [
            Positional(
                "state", "Which cases; all where none is named.", optional: true, repeating: true,
                completion: .choices(["open", "closed", "on hold"]))
        ],
        options: [
            Option("limit", short: "n", value: "N", "How many cases at most.", default: "50"),
            Option("order", value: "ORDER", "Which come first.", completion: .choices(["newest", "oldest"])),
            Option("tag", short: "t", value: "TAG", "Only cases with this tag.", repeating: true),
        ]
    ) { parsed, terminal in
        let limit = try parsed.integer("limit", 1...1000) ?? 0
        let order = try parsed.choice("order", Order.self)
        terminal.print(
            "limit \(limit), order \(order?.rawValue ?? "none"), tags \(parsed.texts("tag").joined(separator: "+"))")
        return .success
    }

    private static let show = CommandSpec(
        "show", "Shows a case.",
        arguments: [
            Positional(
                "case", "The number of the case.",
                completion: .dynamic { parsed, beginning in
                    ["KX-1", "KX-2", "ZZ \(parsed.text("database") ?? "none")", "KX-\u{1B}[2J"]
                })
        ]
    ) { parsed, terminal in
        terminal.print("Case \(parsed["case"], .bold)")
        return .success
    }

    struct Answer {
        let code: Int32
        let output: String
        let errors: String
    }

    /// - Parameter columns: the width of the terminal it runs on, or nil for pipes.
    static func run(_ line: String, columns: Int? = nil, environment: [String: String] = [:]) async -> Answer {
        await run(line.split(separator: " ").map(String.init), columns: columns, environment: environment)
    }

    static func run(_ words: [String], columns: Int? = nil, environment: [String: String] = [:]) async -> Answer {
        let terminal = Terminal.inMemory(columns: columns, environment: environment)
        let code = await tree.answer(words, on: terminal)
        return Answer(code: code.rawValue, output: terminal.output.text, errors: terminal.errors.text)
    }
}

extension Terminal {
    static func inMemory(
        columns: Int? = nil, environment: [String: String] = [:], clock: @escaping @Sendable () -> Duration = { .zero },
        interruption: Interruption = Interruption()
    ) -> Terminal {
        Terminal(
            output: Sink(memory: columns), errors: Sink(memory: columns), environment: { environment[$0] },
            clock: clock,
            interruption: { interruption })
    }
}

/// A clock that stands until it is set.
final class StandingClock: Sendable {
    private let time = Mutex(Duration.zero)

    var now: Duration { time.withLock { $0 } }
    func advance(by pause: Duration) { time.withLock { $0 += pause } }
}
