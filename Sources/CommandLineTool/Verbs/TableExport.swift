import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import ProgrammeLanguage
import Service
import Tables

/// `export cases | participants | outcomes`: tables for people, over many cases.
enum TableExport {
    static let options: [Option] = [
        Option("programme", value: "NAME", "Of a table: only cases of this programme; its questions become columns."),
        Option(
            "format", value: "FORMAT", "Of a table: csv or xlsx; else as the file's name ends.",
            completion: .choices(TableFile.Format.allCases.map(\.rawValue))),
        Option("from", value: "DAY", "Of a table: only cases that were opened on this day or later."),
        Option("until", value: "DAY", "Of a table: only cases that were opened on this day or earlier."),
        Option("language", value: "LANG", "Of a table: the language of its words; else each programme's first."),
        Option("as", value: "ROLE", "Of a table: with the personal data that this role may see."),
    ]

    /// What is asked for, read from the words of the command line.
    struct Request {
        let kind: ExportKind
        /// nil: standard output.
        let path: String?
        let format: TableFile.Format
        let days: ClosedRange<LocalDate>
        let programme: String?
        let reader: ExportReader

        init(_ kind: ExportKind, _ parsed: Parsed) throws {
            self.kind = kind
            path = parsed.text("file").flatMap { $0 == "-" ? nil : $0 }
            var mistakes: [String] = []
            func day(_ name: String, _ standard: LocalDate) -> LocalDate {
                guard let text = parsed.text(name) else { return standard }
                if let day = LocalDate(iso: text) { return day }
                mistakes.append("--\(name) is a day such as 2027-03-01")
                return standard
            }
            let from = day("from", LocalDate(day: .min))
            let until = day("until", LocalDate(day: .max))
            let ending = path?.split(separator: ".").last.flatMap { TableFile.Format(rawValue: String($0)) }
            let named = parsed.text("format").map { TableFile.Format(rawValue: $0) }
            if case .some(nil) = named { mistakes.append("--format is csv or xlsx") }
            format = (named ?? ending) ?? .csv
            if path == nil, format == .xlsx {
                mistakes.append("a workbook is written into a file: \"sojourn export \(kind.rawValue) FILE.xlsx\"")
            }
            if path != nil, ending == nil, parsed.text("format") == nil {
                mistakes.append("the file's name ends in .csv or .xlsx, or --format says which it is")
            }
            if from > until { mistakes.append("--from is later than --until") }
            guard mistakes.isEmpty else { throw UsageMistake(mistakes) }
            days = from...until
            programme = parsed.text("programme")
            reader = ExportReader(language: parsed.text("language"), role: parsed.text("as"))
        }
    }

    static func run(
        _ kind: ExportKind, _ parsed: Parsed, _ place: Workplace, _ terminal: Terminal
    ) async throws -> ExitCode {
        let request = try Request(kind, parsed)
        return try await place.withService(parsed) { service in
            let programme = try await programme(request, service)
            let table = kind.table(for: request.reader, programme: programme)
            let sheet = try Sheet(request, terminal)
            do {
                try sheet.add(header: table.header)
                let cases = try await write(table, request, into: sheet, service, terminal)
                if let cause = terminal.interruption.cause {
                    sheet.abandon()
                    return cause.exitCode
                }
                try sheet.close()
                tell(cases, sheet.rows, request, parsed, terminal)
                return .success
            } catch let fault as TableFault {
                throw Failure(fault.description)
            } catch {
                sheet.abandon()
                throw error
            }
        }
    }

    /// The programme whose questions become columns; a role that no programme knows is a mistake.
    private static func programme(_ request: Request, _ service: Service) async throws -> Programme? {
        var found: Programme?
        if let name = request.programme { found = try await service.engine.shelf.newest(named: name).programme }
        guard let role = request.reader.role else { return found }
        var roles: Set<String> = []
        if let found {
            roles = Set(found.people.keys)
        } else {
            for row in try await service.engine.store.programmes() {
                roles.formUnion(try await service.engine.shelf.machine(hash: row.hash).programme.people.keys)
            }
        }
        guard roles.contains(role) else {
            throw Failure("no programme has a role \"\(role)\"\(Naming.proposal(role, among: roles.sorted()))")
        }
        return found
    }

    /// Page by page, so that memory holds one page of cases; how many cases were in it.
    private static func write(
        _ table: any ExportTable, _ request: Request, into sheet: Sheet, _ service: Service, _ terminal: Terminal
    ) async throws -> Int {
        let bar = ProgressBar("writing", total: try await service.engine.store.counts().cases, on: terminal)
        defer { bar.finish() }
        let interruption = terminal.interruption
        var filter = CaseFilter()
        filter.programme = request.programme.map { String($0.prefix { $0 != "@" }) }
        var count = 0
        while !terminal.isBroken, !interruption.isRequested {
            let page = try await service.engine.store.cases(filter)
            for row in page where !terminal.isBroken && !interruption.isRequested {
                bar.advance()
                let machine = try await service.engine.shelf.machine(hash: row.programme)
                guard request.days.contains(machine.programme.zone.date(of: row.openedAt)) else { continue }
                for cells in table.rows(of: try await service.engine.cases.load(row.id).case, machine) {
                    try sheet.add(cells)
                }
                count += 1
            }
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.reference
        }
        return count
    }

    private static func tell(
        _ cases: Int, _ rows: Int, _ request: Request, _ parsed: Parsed, _ terminal: Terminal
    ) {
        guard let path = request.path else { return }
        if parsed.flag("json") {
            terminal.print(
                json: .object(["file": .string(path), "cases": .number(cases), "rows": .number(rows)]))
        } else {
            terminal.note("\(Naming.count(rows, "row")) of \(Naming.count(cases, "case")) written to \(path)")
        }
    }
}

/// Where the rows go: a new file, or standard output.
private final class Sheet {
    private let file: TableFile?
    private let terminal: Terminal
    private var writer = TableWriter()
    private(set) var rows = 0

    init(_ request: TableExport.Request, _ terminal: Terminal) throws {
        self.terminal = terminal
        do throws(TableFault) {
            file = try request.path.map { path throws(TableFault) in
                try TableFile(
                    request.format, path: path, sheet: request.kind.rawValue,
                    isRightToLeft: Wordings.isRightToLeft(request.reader.language ?? "en"))
            }
        } catch {
            throw Failure(error.description)
        }
    }

    func add(header: [String]) throws(TableFault) {
        guard let file else { return print(header) }
        try file.add(header: header)
    }

    func add(_ cells: [TableCell]) throws(TableFault) {
        rows += 1
        guard let file else { return print(cells.map(\.text)) }
        try file.add(cells)
    }

    private func print(_ fields: [String]) {
        writer.add(fields)
        terminal.write(writer.drain())
    }

    func close() throws(TableFault) { try file?.close() }
    func abandon() { file?.abandon() }
}
