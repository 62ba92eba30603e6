import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import ProgrammeLanguage
import Service

/// `programme add | list | show | migrate`.
enum ProgrammeVerbs {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "programme", "Keeps the programmes that cases can go through.",
            examples: [("sojourn programme list", "Lists the programmes.")],
            subcommands: [add(place), list(place), show(place), ProgrammeMigrate.spec(place)])
    }

    /// Names of programmes, for completion.
    static func completion(_ place: Workplace) -> Completion {
        .dynamic { parsed, _ in
            let names = try? await place.withService(parsed) { try await $0.engine.store.programmes().map(\.name) }
            return Array(Set(names ?? [])).sorted()
        }
    }

    /// The newest programme of this name, or the one of `name@version`.
    static func machine(_ name: String, in service: Service) async throws -> CaseMachine {
        do {
            return try await service.engine.shelf.newest(named: name)
        } catch EngineFailure.noProgramme {
            let rows = try await service.engine.store.programmes()
            let known = Array(Set(rows.map(\.name))).sorted()
            let isNamed = known.contains(String(name.prefix { $0 != "@" }))
            let versions = rows.map { "\($0.name)@\($0.version)" }
            let proposal = Naming.proposal(name, among: isNamed ? versions : known)
            throw Failure("there is no programme \"\(name)\"\(proposal); \"sojourn programme list\" shows them")
        }
    }

    private static func add(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "add", "Checks a programme and keeps it, so that cases can be started.",
            discussion: """
                A programme with mistakes is never taken. Cases that run already stay with the content that they were \
                started with; the newest version is the one for new cases.
                """,
            examples: [("sojourn programme add workflows/study-tour", "Adds the study tour.")],
            arguments: [
                Positional("folder", "The programme's folder, or a programme of one file.", completion: .folder)
            ]
        ) { parsed, terminal in
            let finding = CheckVerb.Finding(parsed["folder"], actions: KnownActions.at(place, parsed))
            if let fault = finding.fault {
                throw Failure("\(fault.path): \(fault.message)", exitCode: CheckVerb.unreadable)
            }
            let isJSON = parsed.flag("json")
            guard let source = finding.source, let programme = finding.programme else {
                if isJSON {
                    terminal.print(json: finding.value)
                } else {
                    CheckVerb.print(finding.diagnostics, on: terminal)
                }
                throw Failure("the programme has mistakes and was not added")
            }
            if !isJSON { CheckVerb.print(finding.diagnostics, on: terminal) }
            return try await place.withService(parsed, creates: true) { service in
                let rows = try await service.engine.store.programmes()
                let isKnown = rows.contains { $0.hash == programme.hash }
                let isOther = rows.contains {
                    $0.name == programme.name && $0.version == programme.version && $0.hash != programme.hash
                }
                _ = try await service.engine.add(programme, source: source.packed())
                let name = "\(programme.name) version \(programme.version)"
                if isJSON {
                    terminal.print(json: finding.value)
                } else {
                    terminal.print(
                        "\(isKnown ? "kept already" : "added"): \(name, .bold) (\(programme.hash.prefix(12)))")
                }
                if isOther {
                    terminal.note(
                        "there is another content of \(name); raise \"version\" so that people can tell them apart")
                }
                return .success
            }
        }
    }

    private static func list(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "list", "Lists the programmes with their versions.",
            examples: [("sojourn programme list --json", "Prints them as JSON.")]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let rows = try await service.engine.store.programmes()
                if parsed.flag("json") {
                    terminal.print(
                        json: .object([
                            "programmes": .list(
                                rows.map {
                                    .object([
                                        "name": .string($0.name), "version": .number($0.version),
                                        "hash": .string($0.hash), "added_at": .moment($0.addedAt),
                                    ])
                                })
                        ]))
                    return .success
                }
                var table = Table(.init("PROGRAMME"), .init("VERSION", .right), .init("ADDED"), .init("CONTENT"))
                let clock = LocalWords(zone: .utc)
                for row in rows {
                    table.add(
                        "\(row.name, .bold)", "\(row.version)", "\(clock.day(row.addedAt))", "\(row.hash.prefix(12))")
                }
                if rows.isEmpty {
                    terminal.note("there is no programme yet; \"sojourn programme add FOLDER\" adds one")
                }
                if !rows.isEmpty { terminal.print(table) }
                return .success
            }
        }
    }

    private static func show(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "show", "Shows a programme as its manual's page: who is asked what by when, and where it goes.",
            examples: [
                ("sojourn programme show study-tour", "Shows the newest version."),
                ("sojourn programme show study-tour@1", "Shows version 1."),
            ],
            arguments: [Positional("name", "The programme's name, or NAME@VERSION.", completion: completion(place))]
        ) { parsed, terminal in
            try await place.withService(parsed) { service in
                let page = ProgrammePage(try await machine(parsed["name"], in: service).programme)
                if parsed.flag("json") {
                    terminal.print(json: page.value)
                } else {
                    page.print(on: terminal)
                }
                return .success
            }
        }
    }
}
