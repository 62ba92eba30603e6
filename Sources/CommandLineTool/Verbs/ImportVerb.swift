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

    /// Records that are read before they are kept: of a table that is larger than memory, only so many are held.
    private static let batch = 200

    private static func run(_ service: Service, _ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        let engine = service.engine
        let isDry = parsed.flag("dry-run")
        let what = parsed["what"]
        let only = try only(parsed)
        func open() throws -> MappedTable {
            try TableImport.open(
                table: parsed["file"], mapping: parsed.text("mapping"), named: parsed.text("named") ?? what,
                sheet: parsed.text("sheet"), only: only)
        }
        var table = try open()
        func refuse(_ line: Int, _ sentence: String) {
            terminal.complain("\(parsed["file"]):\(String(line)): \(sentence)")
        }
        func refuse(_ mistake: TableMistake) { refuse(mistake.line, mistake.text) }
        let interruption = terminal.interruption
        let bar = ProgressBar("rows", total: 100, on: terminal)
        var percent = 0
        func show(_ share: Double) {
            bar.advance(by: Int(share * 100) - percent)
            percent = Int(share * 100)
        }
        var report: ImportReport
        var entries: EntryImport.Outcome?
        switch what {
        case "offers", "institutions", "hubs", "experts":
            let kind = EntryKind(word: what) ?? .offers(of: parsed["kind"])
            var run = EntryImport(register: engine.register, kind: kind, isDry: isDry)
            // Rows are counted in a reading of their own, so that entries can be kept as they are read.
            if table.countsRows { try run.count(try open()) }
            report = try await TableImport.run(
                &table, batch: batch, make: run.record,
                take: { records, share in
                    try await run.take(records)
                    show(share)
                }, refuse: refuse, isDone: { interruption.isRequested })
            entries = run.outcome
        case "exchanges":
            var exchanges: [PastExchange] = []
            report = try TableImport.run(
                &table, make: { Records.exchange($0) }, take: { exchanges.append($0) }, refuse: refuse,
                progress: show)
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
            let starting = RequestStarting(
                engine: engine, machine: machine, roster: try await engine.register.roster())
            var failures = 0
            report = try await TableImport.run(
                &table, batch: batch, make: RequestReading(machine: machine).request,
                take: { requests, share in
                    if !isDry {
                        let faults = try await starting.start(requests)
                        failures += faults.count
                        for fault in faults { refuse(fault.line, fault.sentence) }
                    }
                    show(share)
                }, refuse: refuse, isDone: { interruption.isRequested })
            report.taken -= failures
            report.refused += failures
        }
        bar.finish()
        tell(report, entries, parsed, terminal, isDry: isDry)
        if let fault = report.fault {
            throw Failure(
                "\(parsed["file"]): \(fault.description); \(String(report.rows)) rows before it were read\(isDry ? "" : " and are kept as told above")"
            )
        }
        if ["offers", "institutions", "hubs", "experts", "requests"].contains(what), let cause = interruption.cause {
            return cause.exitCode
        }
        return report.refused == 0 ? .success : .failure
    }

    private static func tell(
        _ report: ImportReport, _ entries: EntryImport.Outcome?, _ parsed: Parsed,
        _ terminal: Terminal, isDry: Bool
    ) {
        if terminal.interruption.isRequested {
            terminal.note("stopped after \(String(report.rows)) rows; what is told below was done")
        }
        if let entries {
            EntryImport.print(entries, report, parsed, terminal, isDry: isDry)
        } else if parsed.flag("json") {
            terminal.print(
                json: .object([
                    "rows": .number(report.rows), "taken": .number(report.taken), "refused": .number(report.refused),
                    "dry_run": .bool(isDry),
                ]))
        } else {
            terminal.print(
                "\(String(report.rows)) rows, \(String(report.taken)) \(isDry ? "can be taken" : "taken"), \(String(report.refused)) refused"
            )
        }
    }
}
