import Expressions
import Glibc
import Matching

/// `match solve`: a call as a whole, from a file: who gets which place, and why not a better one.
enum MatchSolve {
    static let unreadable = ExitCode(rawValue: 2)
    /// Hosts that `--why` tells of for each request.
    static let missedHosts = 5

    private enum Problem: String, CaseIterable { case assignment, stable }

    static let spec = CommandSpec(
        "solve", "Finds who gets which place.",
        discussion: """
            An assignment has the best total score, and says whether that is proven:
              {"requests": {"r1": {"places": 1, "scores": {"h1": 7.5}}}, "hosts": {"h1": {"capacity": 5}}}
            A large one may be a table, a row a request and a column a host, with --scores.

            In a stable matching no applicant and host would both rather have each other:
              {"applicants": {"a1": ["h1", ["h2", "h3"]]}, "hosts": {"h1": {"capacity": 2, "ranks": ["a1"]}}}

            docs/reference/matching.md tells all fields: quotas, conflicts, forced and forbidden pairs, groups.

            Ends with 0 if there is a result, with 2 if the file cannot be read or cannot be meant.
            """,
        examples: [
            ("sojourn match solve --problem assignment call.json", "Prints who goes where, and the total."),
            ("sojourn match solve --problem stable --why call.json", "Also why not something better."),
            ("sojourn match solve --json --scores scores.csv --capacity 5", "A table of scores, for a program."),
        ],
        arguments: [Positional("file", "The call, as JSON.", optional: true, completion: .file)],
        options: [
            Option(
                "problem", value: "PROBLEM", "What is to be found.", default: "assignment",
                completion: .choices(Problem.allCases.map(\.rawValue))),
            Option("scores", value: "FILE", "Takes the scores from a table (CSV).", completion: .file),
            Option("capacity", value: "N", "The capacity of each host of the table.", default: "1"),
            Option(
                "optimal-for", value: "SIDE", "Whose wishes come first where several matchings are stable.",
                default: "requests", completion: .choices(StableCall.Side.allCases.map(\.rawValue))),
            Option("why", "Also says why not something better, for up to \(missedHosts) hosts each."),
        ]
    ) { parsed, terminal in
        do {
            switch try parsed.choice("problem", Problem.self) ?? .assignment {
            case .assignment: try assignment(parsed, terminal)
            case .stable: try stable(parsed, terminal)
            }
        } catch let mistake as MatchingMistake {
            throw Failure(mistake.description, exitCode: unreadable)
        }
        return .success
    }

    private static func assignment(_ parsed: Parsed, _ terminal: Terminal) throws {
        let call = try readCall(parsed)
        let (result, seconds) = try timed(terminal) { watch in try call.solve(watch: watch) }
        let reasons = parsed.flag("why") ? try CallReasons(call, result) : nil
        if parsed.flag("json") {
            terminal.print(json: AssignmentPage(call, result, reasons).value(seconds: seconds))
        } else {
            AssignmentPage(call, result, reasons).print(on: terminal)
        }
    }

    private static func stable(_ parsed: Parsed, _ terminal: Terminal) throws {
        guard let path = parsed.text("file"), parsed.text("scores") == nil else {
            throw UsageMistake("a stable matching is of a FILE in which both sides rank; --scores is for an assignment")
        }
        let side = try parsed.choice("optimal-for", StableCall.Side.self) ?? .requests
        let call = try WholeFile.bytes(of: path).withUnsafeBufferPointer { try StableCall(json: $0) }
        let (result, seconds) = try timed(terminal) { watch in try call.solve(for: side, watch: watch) }
        let reasons = parsed.flag("why") ? StableReasons(call, result) : nil
        if parsed.flag("json") {
            terminal.print(json: StablePage(call, result, reasons).value(side, seconds: seconds))
        } else {
            StablePage(call, result, reasons).print(on: terminal)
        }
    }

    private static func readCall(_ parsed: Parsed) throws -> Call {
        let capacity = try parsed.integer("capacity", 0...Call.most) ?? 1
        switch (parsed.text("file"), parsed.text("scores")) {
        case (let path?, nil): return try WholeFile.bytes(of: path).withUnsafeBufferPointer { try Call(json: $0) }
        case (nil, let path?):
            return try WholeFile.bytes(of: path).withUnsafeBufferPointer { try Call(scores: $0, capacity: capacity) }
        case (nil, nil): throw UsageMistake("a FILE, or --scores, must be given")
        case (_?, _?): throw UsageMistake("FILE and --scores cannot both be given")
        }
    }

    /// Solves with progress on the terminal; SIGINT ends the search, not the process.
    static func timed<Result>(
        _ terminal: Terminal, _ solve: (MatchingWatch) throws -> Result
    ) throws -> (result: Result, seconds: Double) {
        let interruption = terminal.interruption
        var (bar, shown): (ProgressBar?, Int) = (nil, 0)
        defer { bar?.finish() }
        let start = terminal.clock()
        do {
            let result = try solve { done, total in
                if bar == nil { bar = ProgressBar("matching", total: total, on: terminal) }
                bar?.advance(by: done - shown)
                shown = done
                return !interruption.isRequested
            }
            // A small call is done before anybody looks; what was interrupted is not kept all the same.
            guard !interruption.isRequested else { throw MatchingStopped() }
            return (result, (terminal.clock() - start).seconds)
        } catch is MatchingStopped {
            throw Failure("stopped; nothing was decided", exitCode: interruption.cause?.exitCode ?? .interrupted)
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
