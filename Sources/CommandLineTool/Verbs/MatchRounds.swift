import CaseStore
import Engine
import Exchange
import Expressions
import Matching
import Service

/// `match rounds | show | compare | confirm`: what rounds gave, and putting one into effect.
enum MatchRounds {
    static func specs(_ place: Workplace) -> [CommandSpec] {
        [list(place), show(place), compare(place), confirm(place)]
    }

    // MARK: List

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "rounds", "Lists the rounds that were made.",
            examples: [("sojourn match rounds --programme study-tour --json", "Prints them as JSON.")],
            options: [Option("programme", value: "NAME", "Only rounds of this programme.")]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let headings = try await service.engine.rounds.headings(of: parsed.text("programme"))
                if parsed.flag("json") {
                    terminal.print(json: .object(["rounds": .list(headings)]))
                    return .success
                }
                var table = Table(
                    .init("ROUND", shrinks: false), .init("PROBLEM"), .init("MADE (UTC)"), .init("REQUESTS", .right),
                    .init("PLACED", .right), .init("TOTAL", .right), .init("NOTE"))
                for heading in headings {
                    let isConfirmed = heading["confirmed_at"] != nil
                    let parent = heading["parent"]?.asString.map { "adjusted from \($0)" } ?? ""
                    table.add(
                        "\(heading["round"]?.asString ?? "", .bold)", "\(heading["problem"]?.asString ?? "")",
                        "\((heading["made_at"]?.asString ?? "").prefix(16))", "\(heading["requests"]?.asInt ?? 0)",
                        "\(heading["placed"]?.asInt ?? 0)", "\(heading["total"]?.asDouble ?? 0)",
                        "\(isConfirmed ? "confirmed" : parent, .dim)")
                }
                Lists.print(table, hasMore: false, nothing: "no round was made yet", on: terminal)
                return .success
            }
        }
    }

    // MARK: Show

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a round: who got what, why not something better, and what rules left out.",
            discussion: """
                Finds the result anew from the inputs that were kept, and says so if it is another one. With --inputs the \
                call is printed in the neutral file form, for "sojourn match solve" or any other program.
                """,
            examples: [
                ("sojourn match show study-tour/3", "Shows a round."),
                ("sojourn match show study-tour/3 --request ST-2027-0004", "One request, with each offer left out."),
                ("sojourn match show study-tour/3 --inputs", "Prints what went in."),
            ],
            arguments: [MatchRound.argument(place)],
            options: [
                Option("request", value: "CASE", "Only this request."), Option("inputs", "Prints the inputs as JSON."),
            ]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let round = try await service.engine.rounds.round(parsed["round"])
                if parsed.flag("inputs") {
                    terminal.print(json: round.call)
                    return .success
                }
                let only = parsed.text("request")
                if let only, round.cases[only] == nil {
                    throw Failure(
                        "\(round.id) has no request \"\(only)\"\(Naming.proposal(only, among: Array(round.cases.keys)))"
                    )
                }
                let solution = try MatchRound.refused {
                    try MatchSolve.timed(terminal) { watch in try round.solution(watch: watch) }.result
                }
                let page = RoundPage(round, solution, only: only)
                if parsed.flag("json") { terminal.print(json: try page.value()) } else { try page.print(on: terminal) }
                return .success
            }
        }
    }

    // MARK: Compare

    private static func compare(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "compare", "Says what two rounds give differently.",
            examples: [
                ("sojourn match compare study-tour/3 study-tour/4", "Lists the requests that get something else.")
            ],
            arguments: [MatchRound.argument(place, "first"), MatchRound.argument(place, "second")]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let first = try await service.engine.rounds.round(parsed["first"])
                let second = try await service.engine.rounds.round(parsed["second"])
                if parsed.flag("json") {
                    terminal.print(json: value(first, second))
                } else {
                    print(first, second, on: terminal)
                }
                return .success
            }
        }
    }

    private static func value(_ first: Round, _ second: Round) -> Value {
        let comparison = RoundComparison(first, second)
        func texts(_ list: [String]) -> Value { .list(list.map { .string($0) }) }
        return .object([
            "first": first.heading, "second": second.heading, "same": .int(Int64(comparison.sameCount)),
            "changed": .list(
                comparison.changes.map {
                    .object(["request": .string($0.request), "from": texts($0.from), "to": texts($0.to)])
                }), "only_in_first": texts(comparison.onlyInFirst), "only_in_second": texts(comparison.onlyInSecond),
        ])
    }

    static func print(_ first: Round, _ second: Round, on terminal: Terminal) {
        let comparison = RoundComparison(first, second)
        var table = Table(.init("REQUEST"), .init("IN \(first.id)"), .init("IN \(second.id)"))
        func words(_ hosts: [String]) -> String { hosts.isEmpty ? "none" : hosts.joined(separator: ", ") }
        for change in comparison.changes {
            table.add("\(change.request)", "\(words(change.from))", "\(words(change.to))")
        }
        for request in comparison.onlyInFirst {
            table.add("\(request)", "\(words(first.result.assignments[request] ?? []))", "not in it")
        }
        for request in comparison.onlyInSecond {
            table.add("\(request)", "not in it", "\(words(second.result.assignments[request] ?? []))")
        }
        if !table.rows.isEmpty { terminal.print(table) }
        terminal.note(
            "\(Naming.count(comparison.sameCount, "request gets", "requests get")) the same; placed \(first.placedCount) and \(second.placedCount), total \(first.result.total) and \(second.result.total)"
        )
    }

    // MARK: Confirm

    private static func confirm(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "confirm", "Puts a round into effect: its proposals are made in the cases.",
            discussion: """
                Only the staff may. Where a case has moved on since, or an offer no longer fits, nothing is done and every \
                reason is told. Confirming again takes up a confirmation that was broken off; nobody is asked twice.
                """,
            examples: [("sojourn match confirm study-tour/3 --as coordinator", "Makes the proposals.")],
            arguments: [MatchRound.argument(place)],
            options: [
                Actors.roleOption, Actors.byOption,
                Option("close", "Requests that got nothing no longer wait for another round."),
            ]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let rounds = service.engine.rounds
                let round = try await rounds.round(parsed["round"])
                if round.confirmedAt != nil { terminal.note("\(round.id) was \(RoundPage.standing(round)) already") }
                let machine = try await service.engine.shelf.newest(named: round.programme)
                let actor = try await StaffActor.actor(parsed, machine, service)
                let watch = Watch("confirming", terminal)
                let done = try await watch.stopping {
                    try await rounds.confirm(round, by: actor, closes: parsed.flag("close"), watch: watch.goesOn)
                }
                return show(done, round, parsed, terminal)
            }
        }
    }

    private static func show(
        _ done: RoundService.Confirmation, _ round: Round, _ parsed: Parsed, _ terminal: Terminal
    ) -> ExitCode {
        if parsed.flag("json") {
            terminal.print(
                json: .object([
                    "round": .string(round.id), "proposed": .list(done.proposed.map { .string($0) }),
                    "closed": .list(done.closed.map { .string($0) }),
                    "failed": .list(
                        done.failed.map { .object(["request": .string($0.reference), "why": .string($0.why)]) }),
                ]))
        } else {
            for reference in done.proposed {
                terminal.print(
                    "\(reference, .bold)  proposed to \(Naming.list(round.result.assignments[reference] ?? []))")
            }
            for reference in done.closed { terminal.print("\(reference, .bold)  told that nothing was found") }
            for failed in done.failed { terminal.print("\(failed.reference, .bold)  not proposed: \(failed.why)") }
            terminal.note("\(Naming.count(done.proposed.count, "request")) proposed")
        }
        return done.failed.isEmpty ? .success : .failure
    }
}
