import Engine
import Expressions
import Foundation
import PluginHost
import Service

/// `sojourn bench`: figures of this machine, each beside its physical floor or the solvers of others.
enum BenchVerb {
    static let spec = CommandSpec(
        "bench", "Measures this machine's figures, each beside a physical floor or another's solver.",
        examples: [
            ("sojourn bench engine --json", "Steps a second, the floor of the same rows, timers, memory."),
            ("sojourn bench engine --timers 150000", "With fewer armed timers."),
            ("sojourn bench check", "How long a check takes: 400 lines, 10,000 states, 1 MB of nonsense."),
            ("sojourn bench match --python venv/bin/python", "Calls as a whole beside SciPy and OR-Tools."),
            ("sojourn bench plugin --json", "Calls of a plugin a second, beside a raw pipe."),
            ("sojourn bench mail --python venv/bin/python", "10,000 reminders due in a minute, to a mail server here."),
            ("sojourn bench shortlist --json", "Shortlists over 100,000 offers, beside one pass over their columns."),
        ],
        arguments: [
            Positional(
                "what", "What is measured.",
                completion: .choices(["engine", "check", "mail", "match", "plugin", "shortlist"]))
        ],
        options: [
            Option("calls", value: "COUNT", "Calls of a plugin.", default: "100000"),
            Option("cases", value: "COUNT", "Cases from start to finish.", default: "1920"),
            Option("offers", value: "COUNT", "Offers of the register that is searched.", default: "100000"),
            Option("mails", value: "COUNT", "Reminders that fall due within a minute.", default: "10000"),
            BenchMatch.pythonOption,
            Option("timers", value: "COUNT", "Armed timers.", default: "1000000"),
            Option(
                "folder", value: "PATH", "Where the databases are made; on the disk that is meant.", completion: .folder
            ),
        ]
    ) { parsed, terminal in
        switch parsed.text("what") {
        case "check":
            var bench = CheckBench()
            bench.tell = { text in terminal.note("\(text)") }
            show(bench.run(), parsed, terminal)
        case "shortlist":
            var bench = ShortlistBench()
            bench.offers = try parsed.integer("offers", 1...1_000_000) ?? bench.offers
            bench.tell = { text in terminal.note("\(text)") }
            show(try bench.run(), parsed, terminal)
        case let what:
            let parent = parsed.text("folder") ?? FileManager.default.temporaryDirectory.path
            let folder = "\(parent)/sojourn-bench-\(ProcessInfo.processInfo.processIdentifier)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            switch what {
            case "match": return try BenchMatch.run(parsed, folder: folder, on: terminal)
            case "mail": show(try await mail(parsed, folder, terminal), parsed, terminal)
            case "plugin": show(try await plugin(parsed, folder), parsed, terminal)
            default: show(try await engine(parsed, folder, terminal), parsed, terminal)
            }
        }
        return .success
    }

    private static func plugin(_ parsed: Parsed, _ folder: String) async throws -> [String: Value] {
        var bench = CallBench(folder: folder, sandbox: .available)
        bench.calls = try parsed.integer("calls", 1_000...10_000_000) ?? bench.calls
        do {
            return try await bench.run(now: World.real.now)
        } catch let fault as PackFault {
            throw Failure("\(fault)")
        }
    }

    private static func mail(_ parsed: Parsed, _ folder: String, _ terminal: Terminal) async throws
        -> [String: Value]
    {
        var bench = MailBench(folder: folder)
        bench.mails = try parsed.integer("mails", 10...1_000_000) ?? bench.mails
        bench.python = parsed["python"]
        bench.tell = { text in terminal.note("\(text)") }
        do {
            return try await bench.run()
        } catch let fault as DemonstrationFault {
            throw Failure("\(fault)")
        }
    }

    private static func engine(_ parsed: Parsed, _ folder: String, _ terminal: Terminal) async throws
        -> [String: Value]
    {
        var bench = EngineBench(folder: folder)
        bench.cases = try parsed.integer("cases", 64...1_000_000) ?? bench.cases
        bench.timers = try parsed.integer("timers", 100...10_000_000) ?? bench.timers
        bench.tell = { text in terminal.note("\(text)") }
        return try await bench.run()
    }

    private static func show(_ result: [String: Value], _ parsed: Parsed, _ terminal: Terminal) {
        guard !parsed.flag("json") else { return terminal.print(json: .object(result)) }
        var table = Table(.init("what"), .init("figure", .right))
        for (name, value) in result.sorted(by: { $0.key < $1.key }) { table.add("\(name)", "\(value.json)") }
        terminal.print(table)
    }
}
