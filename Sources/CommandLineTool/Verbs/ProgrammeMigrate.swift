import CaseStore
import Engine
import Exchange
import Expressions
import Service

/// `programme migrate`: live cases go over to another version of their programme, after a look at each.
enum ProgrammeMigrate {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "migrate", "Takes live cases over to another version of their programme.",
            discussion: """
                Says for each live case what would change: which deadlines move, which tasks are closed and reopened, what \
                goes out. With --dry-run that is all. Otherwise all of them move in one transaction, or, if one waits for \
                a mapping or cannot move, none.

                States, tracks, roles, forms, fields and dates keep their names unless --map says otherwise. A state in \
                which a case stands and that the new version does not have needs a mapping; all of them are named at once. \
                What was sent is not sent again, what has fired does not fire again, answers stay. Each case's journal is \
                played under both versions, and the first entry from which they part is told.
                """,
            examples: [
                ("sojourn programme migrate study-tour@1 --to study-tour@2 --dry-run", "Says what would change."),
                (
                    "sojourn programme migrate study-tour@1 --to study-tour@2 --map screening=checking",
                    "Moves all live cases; what stood in screening stands in checking."
                ),
            ],
            arguments: [
                Positional(
                    "old", "The programme whose cases move: its name, NAME@VERSION, or the first digits of a content.",
                    completion: ProgrammeVerbs.completion(place))
            ],
            options: [
                Option(
                    "to", value: "NEW", "The version they move to, written the same way.", required: true,
                    completion: ProgrammeVerbs.completion(place)),
                MigrationMapping.option,
                Option("case", value: "ID", "Only this case.", repeating: true),
                Option("dry-run", "Says what would change, and changes nothing."),
                Option("partly", "Moves the cases that can; the others stay with the old version."),
                Option("as", value: "ROLE", "The role in which you act; the service itself where none is given."),
                Actors.byOption,
            ]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let call = try await Call(parsed, service, terminal)
                return try await call.answer()
            }
        }
    }

    /// One use of the verb.
    private struct Call {
        let parsed: Parsed
        let service: Service
        let terminal: Terminal
        let old: [ProgrammeRow]
        let new: CaseMachine
        let map: MigrationMap
        let actor: Actor

        init(_ parsed: Parsed, _ service: Service, _ terminal: Terminal) async throws {
            (self.parsed, self.service, self.terminal) = (parsed, service, terminal)
            let target = try await Self.contents(parsed["to"], in: service)
            guard let newest = target.max(by: { ($0.version, $0.addedAt) < ($1.version, $1.addedAt) }) else {
                throw Failure("there is no programme \"\(parsed["to"])\"; \"sojourn programme list\" shows them")
            }
            new = try await service.engine.shelf.machine(hash: newest.hash)
            old = try await Self.contents(parsed["old"], in: service).filter { $0.hash != newest.hash }
            guard !old.isEmpty else {
                throw Failure(
                    "\"\(parsed["old"])\" means the version \(newest.hash.prefix(12)) itself; name the one that the cases have now"
                )
            }
            var programmes: [Programme] = []
            for row in old { programmes.append(try await service.engine.shelf.machine(hash: row.hash).programme) }
            let mapping = MigrationMapping(parsed.texts("map"), from: programmes, to: new.programme)
            guard mapping.mistakes.isEmpty else { throw UsageMistake(mapping.mistakes) }
            map = mapping.map
            actor = parsed.text("as") == nil ? .service : try await StaffActor.actor(parsed, new, service)
        }

        private static func contents(_ name: String, in service: Service) async throws -> [ProgrammeRow] {
            let found = try await service.engine.migrations.contents(named: name)
            guard found.isEmpty else { return found }
            let rows = try await service.engine.store.programmes()
            let known = rows.map(\.name) + rows.map { "\($0.name)@\($0.version)" }
            throw Failure(
                "there is no programme \"\(name)\"\(Naming.proposal(name, among: known)); \"sojourn programme list\" shows them"
            )
        }

        func answer() async throws -> ExitCode {
            let only = Set(parsed.texts("case"))
            let watch = Watch("judging", terminal)
            let plan = try await stopping("stopped; nothing was changed") {
                try await watch.stopping {
                    try await service.engine.migrations.plan(
                        from: Set(old.map(\.hash)), to: new, map: map, only: only,
                        watch: { watch.goesOn($0, $1) })
                }
            }
            let page = MigrationPage(plan, old: old)
            let lost = only.filter { name in !plan.items.contains { $0.reference == name || $0.id == name } }.sorted()
            guard lost.isEmpty else {
                throw Failure(
                    "no live case of \(parsed["old"]) is called \(Naming.list(lost, "or")); \"sojourn case list\" shows them"
                )
            }
            let isPartly = parsed.flag("partly")
            guard !parsed.flag("dry-run"), plan.isClear || isPartly else {
                return show(page, nil)
            }
            let move = Watch("moving", terminal)
            let done = try await stopping("stopped; what was moved before stays moved, repeat the command for the rest")
            {
                try await move.stopping {
                    try await service.engine.migrations.carryOut(
                        plan, by: actor, isPartly: isPartly, watch: { move.goesOn($0, $1) })
                }
            }
            return show(page, done)
        }

        private func stopping<Result>(_ words: String, _ work: () async throws -> Result) async throws -> Result {
            do {
                return try await work()
            } catch is CancellationError {
                throw Failure(words, exitCode: terminal.interruption.cause?.exitCode ?? .interrupted)
            }
        }

        private func show(_ page: MigrationPage, _ done: MigrationService.Done?) -> ExitCode {
            if parsed.flag("json") {
                terminal.print(json: page.value(done))
            } else {
                page.print(done, isDry: parsed.flag("dry-run"), on: terminal)
            }
            return page.isClear(done) ? .success : .failure
        }
    }
}
