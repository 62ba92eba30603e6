import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `match rank`: the ranking of a call within its budget: who is in, the cut, and who waits behind it.
enum MatchRank {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "rank", "Shows the ranking of a call within its budget, and takes or ends it.",
            discussion: """
                Without --take and --close nothing is decided; the ranking is made by itself when the call ends. --take does \
                it now. --close ends the waitlist: those behind the cut are out, and what their programme sends them, such as \
                a regret letter that is held for review, waits in the outbox until "sojourn outbox release".
                """,
            examples: [
                ("sojourn match rank study-tour spring_2027", "Shows who is in and who waits."),
                ("sojourn match rank study-tour spring_2027 --close --as coordinator", "Ends the waitlist."),
            ],
            arguments: [
                Positional("programme", "The programme's name.", completion: ProgrammeVerbs.completion(place)),
                Positional("call", "The call, as the programme's answers name it."),
            ],
            options: [
                Option("take", "Tells those above the cut that they are in."),
                Option("close", "Tells those below the cut that they are out."),
                Option("as", value: "ROLE", "The role in which you act."), Actors.byOption,
            ]
        ) { parsed, terminal in
            let (takes, closes) = (parsed.flag("take"), parsed.flag("close"))
            guard !(takes || closes) || parsed.text("as") != nil else {
                throw UsageMistake("--take and --close want --as, the role in which you act")
            }
            return try await place.withService(parsed) { service in
                let machine = try await ProgrammeVerbs.machine(parsed["programme"], in: service)
                let (name, call) = (machine.programme.name, parsed["call"])
                let rankings = service.engine.rankings
                guard let ranking = try await rankings.ranking(of: call, programme: name) else {
                    throw Failure("no case of \(name) waits for the ranking of a call \"\(call)\"")
                }
                guard takes || closes else {
                    show(ranking, parsed, terminal)
                    return .success
                }
                let actor = try await StaffActor.actor(parsed, machine, service)
                if !parsed.flag("json") { show(ranking, parsed, terminal) }
                let told = takes ? try await rankings.take(ranking, programme: name, by: actor) : []
                let ended = closes ? try await rankings.close(ranking, by: actor) : []
                let held = try await heldLetters(ranking, service)
                if parsed.flag("json") {
                    let done: [String: Value] = [
                        "told_in": .texts(told), "told_out": .texts(ended), "letters_held": .number(held),
                    ]
                    show(ranking, parsed, terminal, done: done)
                }
                terminal.note(
                    "\(told.count) told that they are in, \(ended.count) that they are out; \(Naming.count(held, "letter is", "letters are")) held in the outbox"
                )
                return .success
            }
        }
    }

    private static func heldLetters(_ ranking: CallRanking, _ service: Service) async throws -> Int {
        var count = 0
        for line in ranking.lines {
            var filter = EffectFilter()
            (filter.caseID, filter.states) = (line.entry.caseID, [.held])
            count += try await service.engine.store.effects(filter).count
        }
        return count
    }

    /// - Parameter done: what was decided, for a program.
    private static func show(
        _ ranking: CallRanking, _ parsed: Parsed, _ terminal: Terminal, done: [String: Value] = [:]
    ) {
        var waiting = 0
        let rows = ranking.lines.enumerated().map { place, line -> (Int, CallRanking.Line, String) in
            guard !line.isIn else { return (place + 1, line, "in") }
            waiting += 1
            return (place + 1, line, why(line, waiting, ranking))
        }
        if parsed.flag("json") {
            let fields: [String: Value] = [
                "call": .string(ranking.call), "budget": .double(ranking.budget), "spent": .double(ranking.spent),
                "left": .double(ranking.left),
                "ranking": .list(
                    rows.map { place, line, why in
                        .object([
                            "place": .int(Int64(place)), "case": .string(line.reference),
                            "score": .double(line.entry.score), "spend": .double(line.entry.spend),
                            "in": .bool(line.isIn), "why": .string(why),
                        ])
                    }),
            ]
            terminal.print(json: .object(fields.merging(done) { first, _ in first }))
            return
        }
        var table = Table(
            .init("", .right), .init("CASE", shrinks: false), .init("SCORE", .right), .init("SPENDS", .right), .init("")
        )
        for (place, line, why) in rows {
            table.add(
                "\(place)", "\(line.reference, .bold)", "\(line.entry.score)", "\(line.entry.spend)",
                "\(why, line.isIn ? .green : .dim)")
        }
        terminal.print(table)
        terminal.note("budget \(ranking.budget), spent before \(ranking.spent), left \(ranking.left)")
    }

    private static func why(_ line: CallRanking.Line, _ waiting: Int, _ ranking: CallRanking) -> String {
        let place = "place \(waiting) on the waitlist"
        guard waiting == 1 else { return "\(place), behind the cut" }
        let lacking = line.entry.spend - ranking.left
        return lacking > 0 ? "\(place): \(lacking) more would be needed" : place
    }
}
