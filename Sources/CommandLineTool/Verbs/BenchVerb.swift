import Expressions
import Foundation
import Service

/// `sojourn bench`: figures of this machine, each beside its physical floor.
enum BenchVerb {
    static let spec = CommandSpec(
        "bench", "Measures the engine beside the physical floor of this machine.",
        examples: [
            ("sojourn bench engine --json", "Steps a second, the floor of the same rows, timers, memory."),
            ("sojourn bench engine --timers 150000", "With fewer armed timers."),
            ("sojourn bench check", "How long a check takes: 400 lines, 10,000 states, 1 MB of nonsense."),
        ],
        arguments: [Positional("what", "engine or check.", completion: .choices(["engine", "check"]))],
        options: [
            Option("cases", value: "COUNT", "Cases from start to finish.", default: "1920"),
            Option("timers", value: "COUNT", "Armed timers.", default: "1000000"),
            Option(
                "folder", value: "PATH", "Where the databases are made; on the disk that is meant.", completion: .folder
            ),
        ]
    ) { parsed, terminal in
        if parsed.text("what") == "check" {
            var bench = CheckBench()
            bench.tell = { text in terminal.note("\(text)") }
            show(bench.run(), parsed, terminal)
            return .success
        }
        let parent = parsed.text("folder") ?? FileManager.default.temporaryDirectory.path
        let folder = "\(parent)/sojourn-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var bench = EngineBench(folder: folder)
        bench.cases = try parsed.integer("cases", 64...1_000_000) ?? bench.cases
        bench.timers = try parsed.integer("timers", 100...10_000_000) ?? bench.timers
        bench.tell = { text in terminal.note("\(text)") }
        let result = try await bench.run()
        show(result, parsed, terminal)
        return .success
    }

    private static func show(_ result: [String: Value], _ parsed: Parsed, _ terminal: Terminal) {
        guard !parsed.flag("json") else { return terminal.print(json: .object(result)) }
        var table = Table(.init("what"), .init("figure", .right))
        for (name, value) in result.sorted(by: { $0.key < $1.key }) { table.add("\(name)", "\(value.json)") }
        terminal.print(table)
    }
}
