import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import Service
import Tables

/// `register export`: entries of a kind as a table that `import` takes back.
enum RegisterExport {
    static func spec(_ place: Workplace) -> CommandSpec {
        CommandSpec(
            "export", "Writes the entries of a kind as a table (CSV or XLSX) that import takes back.",
            discussion: """
                No text of the table is a formula: in CSV, what a spreadsheet might compute has an apostrophe in front; in \
                XLSX every cell is a text.
                """,
            examples: [
                ("sojourn register export host-offers offers.xlsx", "A workbook with the offers of hosts."),
                ("sojourn register export institutions -", "CSV on standard output."),
            ],
            arguments: [
                Positional("what", "Which kind.", completion: .choices(RegisterVerbs.kinds)),
                Positional("file", "A new file, .csv or .xlsx, or - for CSV on standard output.", completion: .file),
            ]
        ) { parsed, terminal in
            guard let kind = EntryKind(word: parsed["what"]) else { throw UsageMistake("there is no such kind") }
            let path = parsed["file"]
            guard path == "-" || path.hasSuffix(".csv") || path.hasSuffix(".xlsx") else {
                throw UsageMistake("the file's name ends in .csv or .xlsx")
            }
            return try await place.withService(parsed) { service in
                let rows = try await rows(kind, service)
                do throws(TableFault) {
                    if path == "-" { print(rows, terminal) } else { try write(rows, kind, path) }
                } catch {
                    throw Failure(error.description)
                }
                if path != "-" {
                    let count = rows.count - 1
                    if parsed.flag("json") {
                        terminal.print(json: .object(["file": .string(path), "entries": .number(count)]))
                    } else {
                        terminal.note("\(Naming.count(count, "entry", "entries")) written to \(path)")
                    }
                }
                return .success
            }
        }
    }

    /// The header, then a row an entry; those that were withdrawn or merged are left out.
    private static func rows(_ kind: EntryKind, _ service: Service) async throws -> [[String]] {
        var rows = [kind.fields.map(\.name)]
        var after = (kind: "", id: "")
        while true {
            let page = try await service.engine.register.entries(kind, after: after, limit: StoreLimits.page)
            for entry in page where entry.row.state == .active || entry.row.state == .lapsed {
                rows.append(
                    kind.fields.map { EntryReading.texts(of: entry.value, $0).joined(separator: "; ") })
            }
            guard page.count == StoreLimits.page, let last = page.last else { return rows }
            after = (last.row.kind, last.id)
        }
    }

    private static func write(_ rows: [[String]], _ kind: EntryKind, _ path: String) throws(TableFault) {
        let file = try TableFile(path.hasSuffix(".xlsx") ? .xlsx : .csv, path: path, sheet: kind.word)
        for (index, row) in rows.enumerated() {
            if index == 0 { try file.add(header: row) } else { try file.add(row.map { .text($0) }) }
        }
        try file.close()
    }

    private static func print(_ rows: [[String]], _ terminal: Terminal) {
        var writer = TableWriter()
        for row in rows { writer.add(row) }
        terminal.write(writer.drain())
    }
}
