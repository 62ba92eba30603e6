import Engine
import Exchange
import Expressions
import Service
import Tables

/// `sojourn import`: tables of requests, offers and staff.
enum ImportVerb {
    private static let kinds = ["requests", "offers", "institutions", "hubs", "experts", "exchanges", "roster"]

    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "import",
            "Takes over tables: requests start cases; offers, institutions, hubs, experts and the roster fill the register.",
            discussion: """
                Every row is taken or told why not, with its line; --dry-run only tells, row by row what would be added, \
                changed or left. Without a mapping the columns are called as our fields: docs/reference/mappings.md. \
                Exchanges are those of the time before: who visited whom.
                """,
            examples: [
                ("sojourn import roster roster.csv", "Who of the staff holds which role."),
                ("sojourn import offers offers.csv --dry-run", "What would be taken."),
                ("sojourn import institutions partners.xlsx --mapping mapping.yaml", "Institutions of a workbook."),
                (
                    "sojourn import requests requests.csv --programme study-tour --mapping mapping.yaml",
                    "Starts a case a row."
                ),
            ],
            arguments: [
                Positional("what", "What the rows are.", completion: .choices(kinds)),
                Positional("file", "The table (CSV, also .gz, or XLSX).", completion: .file),
            ],
            options: [
                Option("programme", value: "NAME", "The programme of the requests.", default: "study-tour"),
                Option("mapping", value: "FILE", "How the columns become our fields.", completion: .file),
                Option(
                    "kind", value: "KIND", "The register of the offers.", default: "hosts",
                    completion: .choices(["hosts", "experts"])),
                Option("sheet", value: "NAME", "The sheet of a workbook; the first where none is named."),
                Option("named", value: "MAPPING", "The mapping in the file; the one called as the rows."),
                Option("only", value: "COLUMN=TEXT", "Only rows whose column begins with this.", repeating: true),
                Option("dry-run", "Reads and tells, changes nothing."),
            ]
        ) { parsed, terminal in
            try await place.withService(parsed, creates: false) { service in
                do {
                    return try await run(service, parsed, terminal)
                } catch let mistakes as MappingMistakes {
                    throw Failure(lines: mistakes.all)
                } catch let fault as TableFault {
                    // What cannot be opened names its path itself.
                    let path = parsed["file"]
                    throw Failure(
                        fault.description.hasPrefix(path) ? fault.description : "\(path): \(fault.description)")
                }
            }
        }
    }

    private static func only(_ parsed: Parsed) throws -> [String: String] {
        var result: [String: String] = [:]
        for text in parsed.texts("only") {
            guard let mark = text.firstIndex(of: "=") else {
                throw UsageMistake("--only is written COLUMN=TEXT, not \"\(text)\"")
            }
            result[String(text[..<mark])] = String(text[text.index(after: mark)...])
        }
        return result
    }

    private static func run(_ service: Service, _ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        let engine = service.engine
        let isDry = parsed.flag("dry-run")
        let what = parsed["what"]
        let named = parsed.text("named") ?? what
        var table = try TableImport.open(
            table: parsed["file"], mapping: parsed.text("mapping"), named: named, sheet: parsed.text("sheet"),
            only: try only(parsed))
        func refuse(_ mistake: TableMistake) {
            terminal.complain("\(parsed["file"]):\(String(mistake.line)): \(mistake.text)")
        }
        let report: ImportReport
        var failures = 0
        switch what {
        case "offers", "institutions", "hubs", "experts":
            let kind = EntryKind(word: what) ?? .offers(of: parsed["kind"])
            let found = try await EntryImport.run(
                &table, kind: kind, into: engine.register, isDry: isDry, refuse: refuse)
            EntryImport.print(found, kind, parsed, terminal, isDry: isDry)
            return found.report.refused == 0 ? .success : .failure
        case "exchanges":
            var exchanges: [PastExchange] = []
            report = try TableImport.run(
                &table, make: { Records.exchange($0) }, take: { exchanges.append($0) }, refuse: refuse)
            if !isDry {
                let name = parsed["file"].split(separator: "/").last.map(String.init) ?? "table"
                try await engine.register.put(past: exchanges, named: name)
            }
        case "roster":
            var roster: [String: [Party]] = [:]
            report = try TableImport.run(
                &table, make: { Records.holder($0) }, take: { roster[$0.role, default: []].append($0.party) },
                refuse: refuse)
            if !isDry { try await engine.register.put(roster: roster) }
        default:
            let machine = try await engine.shelf.newest(named: parsed["programme"])
            let bar = ProgressBar("rows", total: 100, on: terminal)
            let interruption = terminal.interruption
            var percent = 0
            report = try await TableImport.run(
                &table, batch: batch, make: RequestReading(machine: machine).request,
                take: { requests, share in
                    if !isDry { failures += try await start(requests, machine, engine, parsed, terminal) }
                    bar.advance(by: Int(share * 100) - percent)
                    percent = Int(share * 100)
                }, refuse: refuse, isDone: { interruption.isRequested })
            bar.finish()
            if interruption.isRequested {
                terminal.note("stopped after \(String(report.rows)) rows; what is told below was done")
            }
        }
        let taken = report.taken - failures
        let refused = report.refused + failures
        if parsed.flag("json") {
            terminal.print(
                json: .object([
                    "rows": .int(Int64(report.rows)), "taken": .int(Int64(taken)), "refused": .int(Int64(refused)),
                    "dry_run": .bool(isDry),
                ]))
        } else {
            terminal.print(
                "\(String(report.rows)) rows, \(String(taken)) \(isDry ? "can be taken" : "taken"), \(String(refused)) refused"
            )
        }
        if what == "requests", let cause = terminal.interruption.cause { return cause.exitCode }
        return refused == 0 ? .success : .failure
    }

    /// Requests that are read before their cases are started.
    private static let batch = 200

    /// Starts a case a request and answers its first form; what the programme refuses is told with its line.
    private static func start(
        _ requests: [ImportedRequest], _ machine: CaseMachine, _ engine: Engine, _ parsed: Parsed, _ terminal: Terminal
    ) async throws -> Int {
        var failures = 0
        for request in requests {
            let requester = request.people.first
            let actor = Actor(id: requester?.value.id ?? "", role: requester?.key ?? "")
            let c: Case
            do {
                c = try await engine.start(machine, people: request.people.mapValues { [$0] }, by: actor)
            } catch EngineFailure.refused(let refusal) {
                failures += 1
                terminal.complain("\(parsed["file"]):\(String(request.line)): \(refusal.sentence)")
                continue
            }
            guard let task = c.tasks.first(where: \.isDeclared) else { continue }
            do {
                _ = try await engine.cases.submit(
                    .answer(task: task.number, outcome: nil, values: request.values, reason: nil), to: c.id, by: actor)
            } catch EngineFailure.refused(let refusal) {
                failures += 1
                terminal.complain(
                    "\(parsed["file"]):\(String(request.line)): \(refusal.sentence); \(c.reference) waits for its answer"
                )
            }
        }
        return failures
    }
}
