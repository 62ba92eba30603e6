import CaseStore
import Engine
import Exchange
import Expressions
import Matching
import Service

/// `match round | adjust`: hosts for all open requests of a programme at once, and the same with pairs set by hand.
enum MatchRound {
    private static let force = Option(
        "force", value: "CASE=OFFER", "This request goes to this host, whatever the rules say.", repeating: true)
    private static let forbid = Option(
        "forbid", value: "CASE=OFFER", "This request never goes to this host.", repeating: true)

    static func specs(_ place: Workplace) -> [CommandSpec] { [round(place), adjust(place)] }

    static func argument(_ place: Workplace, _ name: String = "round") -> Positional {
        Positional(
            name, "The round, such as study-tour/3.",
            completion: .dynamic { parsed, _ in
                let names = try? await place.withService(parsed) { service in
                    try await service.engine.rounds.headings(of: nil).compactMap { $0["round"]?.asString }
                }
                return names ?? []
            })
    }

    // MARK: Round

    private static func round(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "round", "Finds hosts for all open requests of a programme at once.",
            discussion: """
                Reads every case that looks for hosts, filters and scores the offers by the programme's rules, and finds the \
                best total score within what each offer still has room for; with --problem stable a matching in which no \
                request and host would both rather have each other. The round is kept with its inputs; nothing is proposed \
                until "sojourn match confirm".

                A file of conditions holds what else must be, as docs/reference/matching.md tells:
                  {"minimum": 0.4, "quotas": [{"requests": {"request.country": "KE"}, "max": 3}], "conflicts": [["ST-1", "ST-2"]]}
                """,
            examples: [
                ("sojourn match round study-tour", "Prints who would go where, and why not elsewhere."),
                (
                    "sojourn match round study-tour --where request.call=spring_2027 --conditions quotas.json",
                    "Only the requests of one call, within quotas."
                ),
                (
                    "sojourn match round study-tour --problem stable --ranks merit",
                    "Hosts rank requests by the programme's rules \"merit\"."
                ),
            ],
            arguments: [
                Positional("programme", "The programme's name.", completion: ProgrammeVerbs.completion(place))
            ],
            options: [
                Option(
                    "problem", value: "PROBLEM", "What is to be found.", default: "assignment",
                    completion: .choices(Round.Problem.allCases.map(\.rawValue))),
                Option("state", value: "STATE", "Only cases in this state."),
                Option("where", value: "FORM.FIELD=TEXT", "Only cases with this answer.", repeating: true),
                Option(
                    "conditions", value: "FILE", "Minimum, quotas, conflicts and pairs, as JSON.", completion: .file),
                force, forbid,
                Option("ranks", value: "RULES", "The rules by which hosts rank requests in a stable matching."),
                Option(
                    "optimal-for", value: "SIDE", "Whose wishes come first where several matchings are stable.",
                    default: "requests", completion: .choices(StableCall.Side.allCases.map(\.rawValue))),
                Option("dry-run", "Keeps nothing."),
            ]
        ) { parsed, terminal in
            let order = try order(parsed)
            let change = try adjustment(parsed)
            return try await place.withService(parsed) { service in
                let name = try await ProgrammeVerbs.machine(parsed["programme"], in: service).programme.name
                let rounds = service.engine.rounds
                let watch = Watch("reading cases", terminal)
                var round = try await watch.stopping { try await rounds.inputs(of: name, order, watch: watch.goesOn) }
                if !change.isEmpty {
                    round = try rounds.adjusted(round, change)
                    round.parent = nil
                }
                return try await finish(round, keeps: !parsed.flag("dry-run"), parsed, terminal, rounds)
            }
        }
    }

    private static func order(_ parsed: Parsed) throws -> RoundOrder {
        var order = RoundOrder()
        order.problem = try parsed.choice("problem", Round.Problem.self) ?? .assignment
        order.side = try parsed.choice("optimal-for", StableCall.Side.self) ?? .requests
        (order.state, order.ranks) = (parsed.text("state"), parsed.text("ranks"))
        var mistakes: [String] = []
        for text in parsed.texts("where") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2, parts[0].contains(".") {
                order.answers.append((Path(parts[0].split(separator: ".").map(String.init)), parts[1]))
            } else {
                mistakes.append("--where is written FORM.FIELD=TEXT, such as request.call=spring_2027, not '\(text)'")
            }
        }
        if let path = parsed.text("conditions") {
            let known = RoundOrder.conditionNames(order.problem)
            guard let fields = try? Value(json: WholeFile.bytes(of: path)), case .map = fields else {
                throw Failure("\(path): is no JSON object", exitCode: MatchSolve.unreadable)
            }
            order.conditions = fields.fields
            for name in fields.fields.keys.sorted() where !known.contains(name) {
                mistakes.append("\(path): unknown field \"\(name)\"; known are \(known.joined(separator: ", "))")
            }
        }
        guard mistakes.isEmpty else { throw UsageMistake(mistakes) }
        return order
    }

    // MARK: Adjust

    private static func adjust(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "adjust", "Makes a round anew with pairs that a person sets.",
            discussion: """
                Takes the inputs that were kept with the round, so that nothing else changes, and keeps the result as a \
                round of its own. What it costs stands in the comparison.
                """,
            examples: [
                (
                    "sojourn match adjust study-tour/3 --force ST-2027-0004=h12 --forbid ST-2027-0009=h3",
                    "Places one request by hand and keeps another from a host."
                )
            ],
            arguments: [argument(place)],
            options: [
                force, forbid,
                Option(
                    "free", value: "CASE=OFFER", "This pair is no longer forced nor forbidden.", repeating: true),
            ]
        ) { parsed, terminal in
            let change = try adjustment(parsed, frees: true)
            guard !change.isEmpty else {
                throw UsageMistake("at least one of --force, --forbid and --free must be given")
            }
            return try await place.withService(parsed) { service in
                let rounds = service.engine.rounds
                let former = try await rounds.round(parsed["round"])
                let round = try refused { try rounds.adjusted(former, change) }
                let code = try await finish(round, keeps: true, parsed, terminal, rounds)
                guard !parsed.flag("json"), let kept = try await rounds.headings(of: round.programme).last,
                    let id = kept["round"]?.asString
                else { return code }
                MatchRounds.print(former, try await rounds.round(id), on: terminal)
                return code
            }
        }
    }

    private static func adjustment(_ parsed: Parsed, frees: Bool = false) throws -> RoundAdjustment {
        var change = RoundAdjustment()
        var mistakes: [String] = []
        func pairs(_ option: String) -> [RoundAdjustment.Pair] {
            parsed.texts(option).compactMap { text in
                let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
                if parts.count == 2 { return RoundAdjustment.Pair(request: parts[0], host: parts[1]) }
                mistakes.append("--\(option) is written CASE=OFFER, such as ST-2027-0004=h12, not '\(text)'")
                return nil
            }
        }
        (change.forced, change.forbidden) = (pairs("force"), pairs("forbid"))
        if frees { change.freed = pairs("free") }
        guard mistakes.isEmpty else { throw UsageMistake(mistakes) }
        return change
    }

    /// Solves, keeps and shows a round.
    private static func finish(
        _ unsolved: Round, keeps: Bool, _ parsed: Parsed, _ terminal: Terminal, _ rounds: RoundService
    ) async throws -> ExitCode {
        var round = unsolved
        let solution = try refused {
            try MatchSolve.timed(terminal) { watch in try round.solution(watch: watch) }.result
        }
        round.result = Round.Result(solution)
        if keeps { round = try await rounds.keep(round) }
        let page = RoundPage(round, solution)
        if parsed.flag("json") {
            terminal.print(json: try page.value())
        } else {
            try page.print(on: terminal)
            if round.cases.isEmpty { terminal.note("no case of \(round.programme) looks for hosts") }
            if keeps, !round.cases.isEmpty {
                terminal.note("nothing is proposed yet; \"sojourn match confirm \(round.id) --as ROLE\" does it")
            }
        }
        return .success
    }

    /// Mistakes of the inputs, told as such.
    static func refused<Result>(_ work: () throws -> Result) throws -> Result {
        do {
            return try work()
        } catch let mistake as MatchingMistake {
            throw Failure(mistake.description, exitCode: MatchSolve.unreadable)
        }
    }
}
