import CaseStore
import Engine
import Exchange
import Expressions
import Service
import Tables

/// `import` of entries of the register, a batch after the other: what each row adds, changes or leaves.
struct EntryImport {
    /// What one row is to the register.
    enum Fate: String {
        case added, changed, same
        /// A row further up has the same id: the first counts.
        case repeated
    }

    /// What became of the rows; each by itself is kept for a dry run only.
    struct Outcome {
        private(set) var counts: [Fate: Int] = [:]
        private(set) var rows: [(line: Int, id: String, name: String, fate: Fate)] = []

        mutating func add(_ fate: Fate, _ count: Int = 1) { counts[fate, default: 0] += count }

        mutating func add(_ fate: Fate, _ record: Record) {
            add(fate)
            rows.append((record.line, record.id, record.name, fate))
        }
    }

    /// An entry as its row says it.
    struct Record {
        let line: Int
        var value: Value
        var id: String { value["id"]?.asString ?? "" }
        var name: String { value["name"]?.asString ?? value["institution"]?.asString ?? "" }
    }

    let register: Register
    let kind: EntryKind
    let isDry: Bool
    private(set) var outcome = Outcome()
    private var seen: Set<String> = []
    /// For fields that count rows: id → field → the number.
    private var numbers: [String: [String: Int]] = [:]

    init(register: Register, kind: EntryKind, isDry: Bool) {
        (self.register, self.kind, self.isDry) = (register, kind, isDry)
    }

    func record(_ row: MappedRow) -> Result<Record, RowMistakes> {
        Records.entry(row, kind: kind).map { Record(line: row.line, value: $0) }
    }

    /// Counts the rows of each id, in groups; the greatest is the number.
    ///
    /// - Throws: `TableFault`.
    mutating func count(_ table: MappedTable) throws {
        var table = table
        var groups: [String: [String: [String: Int]]] = [:]
        _ = try TableImport.run(
            &table, make: { row in record(row).map { (id: $0.id, groups: row.groups) } },
            take: { record in
                for (field, group) in record.groups {
                    groups[record.id, default: [:]][field, default: [:]][group, default: 0] += 1
                }
            }, refuse: { _ in })
        numbers = groups.mapValues { $0.mapValues { $0.values.max() ?? 0 } }
    }

    /// Keeps what is new of a batch, or in a dry run says what would become of it.
    ///
    /// - Throws: what the store throws.
    mutating func take(_ records: [Record]) async throws {
        var fresh: [Record] = []
        for var record in records {
            guard seen.insert(record.id).inserted else {
                if isDry { outcome.add(.repeated, record) } else { outcome.add(.repeated) }
                continue
            }
            if let numbers = numbers[record.id] {
                let counted = numbers.mapValues { Value.double(Double($0)) }
                record.value = .object(record.value.fields.merging(counted) { $1 })
            }
            fresh.append(record)
        }
        if isDry {
            for record in fresh { outcome.add(try await fate(record), record) }
        } else {
            let done = try await register.put(fresh.map(\.value), kind: kind, by: "import")
            outcome.add(.added, done.added)
            outcome.add(.changed, done.changed)
            outcome.add(.same, done.same)
        }
    }

    private func fate(_ record: Record) async throws -> Fate {
        guard let former = try await register.known(kind, record.id) else { return .added }
        return former.value == record.value && former.row.state == .active ? .same : .changed
    }

    static func print(
        _ outcome: Outcome, _ report: ImportReport, _ parsed: Parsed, _ terminal: Terminal, isDry: Bool
    ) {
        func count(_ fate: Fate) -> Int { outcome.counts[fate] ?? 0 }
        let rows = outcome.rows.sorted { $0.line < $1.line }
        if parsed.flag("json") {
            var fields: [String: Value] = [
                "rows": .number(report.rows), "taken": .number(report.taken), "refused": .number(report.refused),
                "dry_run": .bool(isDry), "added": .number(count(.added)),
                "changed": .number(count(.changed)), "same": .number(count(.same)),
                "repeated": .number(count(.repeated)),
            ]
            if isDry {
                fields["each"] = .list(
                    rows.map {
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
            for row in rows {
                table.add("\(String(row.line))", "\(row.id)", "\(row.name)", "\(row.fate.rawValue)")
            }
            if !table.rows.isEmpty { terminal.print(table) }
        }
        terminal.print(
            "\(String(report.rows)) rows, \(String(report.taken)) \(isDry ? "can be taken" : "taken"), \(String(report.refused)) refused: \(String(count(.added))) new, \(String(count(.changed))) changed, \(String(count(.same))) the same, \(String(count(.repeated))) repeat an id"
        )
    }
}
