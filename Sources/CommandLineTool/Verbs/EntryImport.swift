import CaseStore
import Engine
import Exchange
import Expressions
import Service
import Tables

/// `import` of entries of the register: what each row adds, changes or leaves.
enum EntryImport {
    /// What one row is to the register.
    enum Fate: String {
        case added, changed, same
        /// A row further up has the same id: the first counts.
        case repeated
    }

    struct Outcome {
        var report = ImportReport()
        var rows: [(line: Int, id: String, name: String, fate: Fate)] = []

        func count(_ fate: Fate) -> Int { rows.count { $0.fate == fate } }
    }

    /// Entries that are compared with the register at once.
    private static let batch = 500

    /// - Throws: `TableFault`, and what the store throws.
    static func run(
        _ table: inout MappedTable, kind: EntryKind, into register: Register, isDry: Bool,
        refuse: (TableMistake) -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        var values: [(line: Int, value: Value)] = []
        var seen: Set<String> = []
        /// For fields that count rows: id → field → group → rows.
        var groups: [String: [String: [String: Int]]] = [:]
        outcome.report = try TableImport.run(
            &table,
            make: { row in Records.entry(row, kind: kind).map { (line: row.line, value: $0, groups: row.groups) } },
            take: { record in
                let id = record.value["id"]?.asString ?? ""
                for (field, group) in record.groups {
                    groups[id, default: [:]][field, default: [:]][group, default: 0] += 1
                }
                if seen.insert(id).inserted {
                    values.append((record.line, record.value))
                } else {
                    outcome.rows.append((record.line, id, name(record.value), .repeated))
                }
            }, refuse: refuse)
        for index in values.indices {
            let id = values[index].value["id"]?.asString ?? ""
            guard let counted = groups[id] else { continue }
            var fields = values[index].value.fields
            for (field, counts) in counted { fields[field] = .double(Double(counts.values.max() ?? 0)) }
            values[index].value = .object(fields)
        }
        for start in stride(from: 0, to: values.count, by: batch) {
            for record in values[start..<min(start + batch, values.count)] {
                let id = record.value["id"]?.asString ?? ""
                let former = try await register.known(kind, id)
                let fate: Fate =
                    former == nil
                    ? .added : former?.value == record.value && former?.row.state == .active ? .same : .changed
                outcome.rows.append((record.line, id, name(record.value), fate))
            }
        }
        outcome.rows.sort { $0.line < $1.line }
        if !isDry { try await register.put(values.map(\.value), kind: kind, by: "import") }
        return outcome
    }

    private static func name(_ value: Value) -> String {
        value["name"]?.asString ?? value["institution"]?.asString ?? ""
    }

    static func print(
        _ outcome: Outcome, _ kind: EntryKind, _ parsed: Parsed, _ terminal: Terminal, isDry: Bool
    ) {
        let report = outcome.report
        if parsed.flag("json") {
            var fields: [String: Value] = [
                "rows": .number(report.rows), "taken": .number(report.taken), "refused": .number(report.refused),
                "dry_run": .bool(isDry), "added": .number(outcome.count(.added)),
                "changed": .number(outcome.count(.changed)), "same": .number(outcome.count(.same)),
                "repeated": .number(outcome.count(.repeated)),
            ]
            if isDry {
                fields["each"] = .list(
                    outcome.rows.map {
                        .object([
                            "line": .number($0.line), "id": .string($0.id), "name": .string($0.name),
                            "fate": .string($0.fate.rawValue),
                        ])
                    })
            }
            return terminal.print(json: .object(fields))
        }
        if isDry {
            var table = Table(.init("LINE", .right), .init("ID", shrinks: false), .init("NAME"), .init("WHAT"))
            for row in outcome.rows {
                table.add("\(String(row.line))", "\(row.id)", "\(row.name)", "\(row.fate.rawValue)")
            }
            if !table.rows.isEmpty { terminal.print(table) }
        }
        terminal.print(
            "\(String(report.rows)) rows, \(String(report.taken)) \(isDry ? "can be taken" : "taken"), \(String(report.refused)) refused: \(String(outcome.count(.added))) new, \(String(outcome.count(.changed))) changed, \(String(outcome.count(.same))) the same, \(String(outcome.count(.repeated))) repeat an id"
        )
    }
}
