import Expressions
import Glibc
import Matching

/// `match solve`: a call as a whole, from a file: who gets which place, and why not a better one.
enum MatchSolve {
    static let unreadable = ExitCode(rawValue: 2)
    /// Files above this are not read.
    static let fileBytes = 4 << 30

    private enum Problem: String, CaseIterable { case assignment }

    static let spec = CommandSpec(
        "solve", "Finds who gets which place.",
        discussion: """
            An assignment has the best total score, and says whether that is proven:
              {"requests": {"r1": {"places": 1, "scores": {"h1": 7.5}}}, "hosts": {"h1": {"capacity": 5}}}
            A large one may be a table, a row a request and a column a host, with --scores.

            Ends with 0 if there is a result, with 2 if the file cannot be read or cannot be meant.
            """,
        examples: [
            ("sojourn match solve --problem assignment call.json", "Prints who goes where, and the total."),
            ("sojourn match solve --json --scores scores.csv --capacity 5", "The same of a table, for a program."),
        ],
        arguments: [Positional("file", "The call, as JSON.", optional: true, completion: .file)],
        options: [
            Option(
                "problem", value: "PROBLEM", "What is to be found.", default: "assignment",
                completion: .choices(Problem.allCases.map(\.rawValue))),
            Option("scores", value: "FILE", "Takes the scores from a table (CSV).", completion: .file),
            Option("capacity", value: "N", "The capacity of each host of the table.", default: "1"),
        ]
    ) { parsed, terminal in
        let call = try read(parsed)
        let start = terminal.clock()
        let result = try solved(call, terminal)
        let seconds = (terminal.clock() - start).seconds
        if parsed.flag("json") {
            terminal.print(json: value(result, of: call, seconds: seconds))
        } else {
            print(result, of: call, on: terminal)
        }
        return .success
    }

    private static func read(_ parsed: Parsed) throws -> Call {
        do {
            let capacity = try parsed.integer("capacity", 0...Call.most) ?? 1
            switch (parsed.text("file"), parsed.text("scores")) {
            case (let path?, nil): return try bytes(of: path).withUnsafeBufferPointer { try Call(json: $0) }
            case (nil, let path?):
                return try bytes(of: path).withUnsafeBufferPointer { try Call(scores: $0, capacity: capacity) }
            case (nil, nil): throw UsageMistake("a FILE, or --scores, must be given")
            case (_?, _?): throw UsageMistake("FILE and --scores cannot both be given")
            }
        } catch let mistake as MatchingMistake {
            throw Failure(mistake.description, exitCode: unreadable)
        }
    }

    /// Solves with progress on the terminal; SIGINT ends the search, not the process.
    private static func solved(_ call: Call, _ terminal: Terminal) throws -> CallResult {
        let interruption = terminal.interruption
        var (bar, shown): (ProgressBar?, Int) = (nil, 0)
        defer { bar?.finish() }
        do {
            return try call.solve { done, total in
                if bar == nil { bar = ProgressBar("matching", total: total, on: terminal) }
                bar?.advance(by: done - shown)
                shown = done
                return !interruption.isRequested
            }
        } catch is MatchingStopped {
            throw Failure("stopped; nothing was decided", exitCode: interruption.cause?.exitCode ?? .interrupted)
        } catch let mistake as MatchingMistake {
            throw Failure(mistake.description, exitCode: unreadable)
        }
    }

    private static func value(_ result: CallResult, of call: Call, seconds: Double) -> Value {
        var (assignments, unassigned): ([String: Value], [Value]) = ([:], [])
        for (request, hosts) in zip(call.requests, result.hostsOf) {
            let ids = hosts.map { Value.string(call.hosts[$0].id) }
            if request.places > 1 { assignments[request.id] = .list(ids) } else { assignments[request.id] = ids.first }
            if ids.count < request.places { unassigned.append(.string(request.id)) }
        }
        return .object([
            "assignments": .object(assignments), "unassigned": .list(unassigned), "total": .double(result.total),
            "bound": .double(result.bound), "proven": .bool(result.isProven), "tolerance": .double(result.tolerance),
            "seconds": .double(seconds),
        ])
    }

    private static func print(_ result: CallResult, of call: Call, on terminal: Terminal) {
        var table = Table(.init("REQUEST"), .init("HOST"), .init("SCORE", .right))
        for (request, hosts) in result.hostsOf.enumerated() {
            for host in hosts {
                let score = call.pairs.score(request, host).map { "\($0)" } ?? ""
                table.add("\(call.requests[request].id)", "\(call.hosts[host].id)", "\(score)")
            }
            if hosts.isEmpty { table.add("\(call.requests[request].id)", "none") }
        }
        terminal.print(table)
        let proof = result.isProven ? "proven to be the best" : "not proven; none is above \(result.bound)"
        terminal.note("\(result.placedCount) places, total \(result.total), \(proof)")
    }

    /// The whole file.
    static func bytes(of path: String) throws -> [UInt8] {
        func failure(_ reason: String) -> Failure { Failure("\(path): \(reason)", exitCode: unreadable) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw failure(String(cString: strerror(errno))) }
        guard facts.st_mode & S_IFMT != S_IFDIR else { throw failure("is a folder") }
        guard facts.st_size <= fileBytes else { throw failure("has more than \(fileBytes >> 30) GiB") }
        var (all, isOver) = ([UInt8](), false)
        all.reserveCapacity(Int(facts.st_size))
        let pieceBytes = 1 << 20
        while !isOver {
            guard all.count <= fileBytes else { throw failure("has more than \(fileBytes >> 30) GiB") }
            let piece = try [UInt8](unsafeUninitializedCapacity: pieceBytes) { buffer, count in
                let got = Glibc.read(descriptor, buffer.baseAddress, pieceBytes)
                guard got >= 0 || errno == EINTR else { throw failure(String(cString: strerror(errno))) }
                (count, isOver) = (max(0, got), got == 0)
            }
            all += piece
        }
        return all
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
