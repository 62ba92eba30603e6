import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `case start | list | show | draw | do | hold | resume | cancel | reassign | correct | put`.
enum CaseVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "case", "Starts cases, shows where they stand, and decides what may be decided.",
            examples: [("sojourn case show ST-2027-0001", "Says where a case stands and what happens next.")],
            subcommands: [start(place), list(place), show(place), CaseDraw.spec(place), decide(place)]
                + StaffVerbs.specs(place) + StaffRepairs.specs(place))
    }

    static func argument(_ place: Workplace) -> Positional {
        Positional(
            "case", "The case's reference, such as ST-2027-0001, or its identifier.", completion: completion(place))
    }

    private static func completion(_ place: Workplace) -> Completion {
        .dynamic { parsed, _ in
            let names = try? await place.withService(parsed) { service in
                try await service.engine.store.cases(CaseFilter()).map(\.reference)
            }
            return names ?? []
        }
    }

    /// The case of this name, with a proposal for one that is misspelt.
    static func load(_ name: String, in service: Service) async throws -> (case: Case, machine: CaseMachine) {
        do {
            return try await service.engine.cases.load(name)
        } catch EngineFailure.noCase {
            let known = try await service.engine.store.cases(CaseFilter()).map(\.reference)
            throw Failure(
                "there is no case \"\(name)\"\(Naming.proposal(name, among: known)); \"sojourn case list\" shows them")
        }
    }

    /// What is said after a command was taken.
    static func tell(
        _ c: Case, _ machine: CaseMachine, _ parsed: Parsed, at place: Workplace, on terminal: Terminal
    ) {
        let report = CaseReport(c, machine: machine, now: place.world.now())
        if parsed.flag("json") {
            terminal.print(json: CaseShow(report).summary)
            return
        }
        terminal.print("\(c.reference, .bold)  \(machine.programme.title(ofState: c.region.state))")
        for sentence in report.waiting.sentences { terminal.print("\(sentence)") }
        // A service that runs sends them itself.
        if !c.effects.isEmpty, place.running == nil {
            terminal.note(
                "\(Naming.count(c.effects.count, "effect waits", "effects wait")) in the outbox until \"sojourn run\" runs"
            )
        }
    }

    // MARK: Start

    private static func start(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "start", "Starts a case of a programme.",
            discussion: """
                Roles of the staff that nobody is named for are held by the roster's people; the programme says which \
                roles become known only later.
                """,
            examples: [
                (
                    "sojourn case start study-tour --as coordinator --person 'requester=Ana Kovač <ana@city.example>; institution=City of Bihać; language=bs'",
                    "Starts a study tour for a city."
                )
            ],
            arguments: [
                Positional(
                    "programme", "The programme's name, or NAME@VERSION.", completion: ProgrammeVerbs.completion(place))
            ],
            options: [Actors.roleOption, Actors.personOption]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let machine = try await ProgrammeVerbs.machine(parsed["programme"], in: service)
                let role = try Actors.role(parsed, in: machine.programme)
                let people = try await Actors.people(parsed, in: machine.programme, service: service)
                var holders = people[role] ?? []
                if holders.isEmpty { holders = try await service.engine.register.roster()[role] ?? [] }
                let actor = Actor(id: holders.count == 1 ? holders[0].id : "", role: role)
                let c = try await service.engine.start(machine, people: people, by: actor)
                tell(c, machine, parsed, at: place, on: terminal)
                return .success
            }
        }
    }

    // MARK: List

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists cases by their references.",
            examples: [
                ("sojourn case list", "Lists the cases that have not ended."),
                ("sojourn case list --programme study-tour --stage match", "Lists study tours that look for a host."),
                ("sojourn case list --all --json", "Prints all cases as JSON."),
            ],
            options: [
                Option("programme", value: "NAME", "Only cases of this programme."),
                Option(
                    "stage", value: "STAGE", "Only cases in this stage.",
                    completion: .choices(Stage.Kind.allCases.map(\.rawValue))),
                Option("state", value: "STATE", "Only cases in this state."),
                Option("stuck", "Only cases that cannot go on by themselves."),
                Option("all", "Also cases that have ended."),
                Option("ended", "Only cases that have ended."),
                Option("after", value: "REFERENCE", "Only cases behind this one."),
                Lists.limit,
            ]
        ) { parsed, terminal in
            var filter = CaseFilter()
            filter.programme = parsed.text("programme")
            filter.stage = parsed.text("stage")
            filter.state = parsed.text("state")
            filter.isStuck = parsed.flag("stuck") ? true : nil
            filter.hasEnded = parsed.flag("ended") ? true : parsed.flag("all") ? nil : false
            filter.after = parsed.text("after") ?? ""
            let limit = try Lists.limit(parsed)
            let isJSON = parsed.flag("json")
            return try await place.withService(parsed) { [filter] service in
                let rows = try await rows(filter, limit: limit + 1, in: service)
                let shown = Array(rows.prefix(limit))
                let hasMore = rows.count > limit
                if isJSON {
                    terminal.print(
                        json: .object(["cases": .list(shown.map(CaseShow.value)), "has_more": .bool(hasMore)]))
                    return .success
                }
                var table = Table(
                    .init("CASE", shrinks: false), .init("PROGRAMME"), .init("STAGE"), .init("STATE"), .init("SINCE"),
                    .init("NOTE"))
                for row in shown {
                    let zone = try? await service.engine.shelf.machine(hash: row.programme).programme.zone
                    let note = row.hasEnded ? "ended" : row.isStuck ? "stuck" : row.isHeld ? "on hold" : ""
                    table.add(
                        "\(row.reference, .bold)", "\(row.programmeName)", "\(row.stage)", "\(row.state)",
                        "\(LocalWords(zone: zone ?? .utc).day(row.changedAt))", "\(note, row.isStuck ? .red : .dim)")
                }
                Lists.print(table, hasMore: hasMore, nothing: nothing(parsed), on: terminal)
                return .success
            }
        }
    }

    /// What is said where no case is shown.
    private static func nothing(_ parsed: Parsed) -> TerminalText {
        let isNarrowed = ["programme", "stage", "state", "after"].contains { parsed.text($0) != nil }
        if isNarrowed || ["stuck", "ended", "all"].contains(where: parsed.flag) { return "there is no such case" }
        return "no case is open; --all shows those that have ended too"
    }

    /// Pages of the store until there are so many.
    static func rows(_ filter: CaseFilter, limit: Int, in service: Service) async throws -> [CaseRow] {
        var filter = filter
        var result: [CaseRow] = []
        while result.count < limit {
            filter.limit = min(StoreLimits.page, limit - result.count)
            let page = try await service.engine.store.cases(filter)
            result += page
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.reference
        }
        return result
    }

    // MARK: Show

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a case: why it waits, for whom, and what is to come.",
            examples: [
                ("sojourn case show ST-2027-0001", "Shows a case."),
                ("sojourn case show ST-2027-0001 --json", "Prints the same for a program."),
            ], arguments: [argument(place)],
            options: [Option("entries", value: "N", "How many of the last entries of the journal.", default: "10")]
        ) { parsed, terminal in
            let count = try parsed.integer("entries", 0...StoreLimits.page) ?? 10
            return try await place.withService(parsed) { service in
                let (c, machine) = try await load(parsed["case"], in: service)
                let rows = try await service.engine.store.journal(
                    caseID: c.id, from: max(1, c.journalNumber - count + 1), limit: max(count, 1))
                let report = CaseReport(c, machine: machine, now: place.world.now())
                var filter = EffectFilter()
                filter.caseID = c.id
                filter.states = [.queued, .claimed]
                let waiting = try await service.engine.store.effects(filter).filter { !$0.failure.isEmpty }
                let failures = Dictionary(waiting.map { ($0.key, $0.failure) }) { first, _ in first }
                let page = CaseShow(report, journal: count == 0 ? [] : rows, failures: failures)
                if parsed.flag("json") {
                    terminal.print(json: page.value)
                } else {
                    page.print(on: terminal)
                }
                return .success
            }
        }
    }

    // MARK: Decide

    private static func decide(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "do", "Decides what the programme allows somebody to decide meanwhile.",
            discussion:
                "\"sojourn case show CASE\" lists the decisions that are possible now, who may take them, and what they ask.",
            examples: [
                ("sojourn case do ST-2027-0001 withdraw --as requester --reason no_funds", "Withdraws a request."),
                (
                    "sojourn case do ST-2027-0001 move --as host --set days=2027-06-21/2027-06-25",
                    "Moves the visit to other days."
                ),
            ],
            arguments: [argument(place), Positional("decision", "The decision's name.")],
            options: [
                Actors.roleOption, Actors.byOption,
                Option("member", value: "N", "The number of a track's member, where the decision is about one."),
            ] + Answers.options
        ) { parsed, terminal in
            let values = try Answers.values(parsed)
            let member = try parsed.integer("member", 1 ... .max)
            return try await place.withService(parsed) { service in
                let (c, machine) = try await load(parsed["case"], in: service)
                let actor = try Actors.actor(parsed, c, machine, member: member)
                let command = Command.decide(
                    name: parsed["decision"], member: member, values: values, reason: parsed.text("reason"))
                let decision = ProgrammePlace(member.map { .member($0) } ?? .case, of: c, in: machine.programme)
                    .decision(parsed["decision"])
                let forms = (decision?.steps ?? []).compactMap(\.form).compactMap { machine.programme.forms[$0] }
                return try await submit(
                    command, to: c, machine, by: actor, fields: forms.flatMap { $0.fields.map(\.name) }, parsed, place,
                    service, terminal)
            }
        }
    }

    /// Gives a case a command and says where it stands then, or every reason why it was refused.
    static func submit(
        _ command: Command, to c: Case, _ machine: CaseMachine, by actor: Actor, fields: [String], _ parsed: Parsed,
        _ place: Workplace, _ service: Service, _ terminal: Terminal
    ) async throws -> ExitCode {
        do {
            let answer = try await service.engine.cases.submit(
                command, to: c.id, by: actor, key: parsed.text("key"))
            if answer.isRepeated { terminal.note("the same command with this key was taken before; nothing changed") }
            tell(answer.case, machine, parsed, at: place, on: terminal)
            return .success
        } catch EngineFailure.refused(let refusal) {
            return Answers.complain(
                refusal, fields: fields, in: machine.programme, reason: parsed.text("reason"), on: terminal,
                as: parsed.command)
        }
    }
}
