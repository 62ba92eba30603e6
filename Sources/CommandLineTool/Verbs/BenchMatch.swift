import Expressions
import Matching
import Service

/// `sojourn bench match`: calls as a whole beside SciPy, OR-Tools and PyPI's matching.
enum BenchMatch {
    static let pythonOption = Option(
        "python", value: "PATH", "The Python with scipy, ortools and matching, or aiosmtpd.",
        default: "python3", completion: .file)
    private static let peers = ["scipy", "ortools", "matching"]

    static func run(_ parsed: Parsed, folder: String, on terminal: Terminal) throws -> ExitCode {
        var bench = MatchBench(folder: folder)
        bench.python = parsed["python"]
        bench.tell = { text in terminal.note("\(text)") }
        let interruption = terminal.interruption
        bench.goesOn = { !interruption.isRequested }
        let rows: [MatchBench.Row]
        do {
            rows = try bench.run()
        } catch is MatchingStopped {
            throw Failure("stopped; nothing is shown", exitCode: interruption.cause?.exitCode ?? .interrupted)
        }
        if parsed.flag("json") {
            terminal.print(json: .object(["instances": .list(rows.map(\.value))]))
            return .success
        }
        let present = peers.filter { peer in rows.contains { $0.seconds[peer] != nil } }
        var table = Table(
            columns: [.init("INSTANCE"), .init("SOJOURN", .right)] + present.map { .init($0.uppercased(), .right) }
                + [.init("THE BEST IS THE SAME")])
        for row in rows {
            let ours = row.seconds["sojourn"] ?? 0
            let others = present.map { peer -> TerminalText in
                guard let seconds = row.seconds[peer] else { return "" }
                return
                    "\(rounded(seconds)) s (\(Int(exactly: (10 * seconds / ours).rounded()).map { Double($0) / 10 } ?? 0) ×)"
            }
            let totals = row.totals.values.sorted()
            let isSame = (totals.last ?? 0) - (totals.first ?? 0) < 1e-6 * (totals.last ?? 1)
            table.add(
                ["\(row.instance)", "\(rounded(ours)) s"] + others + ["\(isSame && row.isProven ? "yes" : "no")"])
        }
        terminal.print(table)
        if present.isEmpty {
            terminal.note("none of \(peers.joined(separator: ", ")) was found; --python names the Python that has them")
        }
        return .success
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 10_000).rounded() / 10_000 }
}
