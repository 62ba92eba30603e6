import Calendars

/// A record as the mapping made it of a row.
package struct MappedRow: Hashable, Sendable {
    /// The first line of the row in its file, from 1.
    package let line: Int
    /// The fields that are there; an optional one that is blank is absent.
    package let fields: [String: MappedValue]
    /// For fields that count rows: the group to which this one belongs.
    package let groups: [String: String]

    package init(line: Int, fields: [String: MappedValue], groups: [String: String] = [:]) {
        self.line = line
        self.fields = fields
        self.groups = groups
    }
}

/// A mapping joined to one table's header.
package struct BoundMapping: Sendable {
    package let mapping: Mapping
    let positions: [String: Int]

    /// The row as a record, or all that is wrong with it.
    package func record(of row: TableRow) -> Result<MappedRow, RowMistakes> {
        guard !isBlank(row) else {
            let mistake: TableMistake = TableMistake(
                line: row.line, reason: .blankRow, text: "the row is empty; delete it, or fill it in")
            return .failure(RowMistakes(line: row.line, all: [mistake]))
        }
        var reading: RowReading = RowReading(row: row, mapping: mapping, positions: positions)
        var fields: [String: MappedValue] = [:]
        var groups: [String: String] = [:]
        for rule: FieldRule in mapping.fields {
            guard let value: MappedValue = reading.value(of: rule) else { continue }
            if let letters: Int = rule.groupLetters {
                groups[rule.field] = String(value.string.prefix(letters))
            } else {
                fields[rule.field] = value
            }
        }
        guard reading.mistakes.isEmpty else {
            return .failure(RowMistakes(line: row.line, all: reading.mistakes))
        }
        return .success(MappedRow(line: row.line, fields: fields, groups: groups))
    }

    /// The row's key as one text, or nil where the mapping has none or every key column is blank.
    package func key(of row: TableRow) -> String? {
        guard !mapping.keys.isEmpty else { return nil }
        let reading: RowReading = RowReading(row: row, mapping: mapping, positions: positions)
        let parts: [String] = mapping.keys.map { (column: String) in reading.plainText(of: column) }
        guard parts.contains(where: { (part: String) in !part.isEmpty }) else { return nil }
        return parts.joined(separator: "\u{1F}")
    }

    /// Whether the mapping takes the row: its columns begin as `only` says.
    func isMeant(_ row: TableRow) -> Bool {
        guard !mapping.only.isEmpty else { return true }
        let reading: RowReading = RowReading(row: row, mapping: mapping, positions: positions)
        return mapping.only.allSatisfy { (column: String, beginning: String) in
            reading.plainText(of: column).hasPrefix(beginning)
        }
    }

    private func isBlank(_ row: TableRow) -> Bool {
        (0..<row.count).allSatisfy { (column: Int) in row.isEmpty(column) || trimmed(row[column]).isEmpty }
    }
}

extension Mapping {
    /// Joins the mapping to a header, or tells every column that the header lacks.
    package func bound(to header: TableHeader) -> Result<BoundMapping, MappingMistakes> {
        var positions: [String: Int] = [:]
        var mistakes: [String] = ownMistakes
        for column: String in fields.flatMap(\.columns) + keys + only.keys.sorted() where positions[column] == nil {
            if let position: Int = header.position(of: column) {
                positions[column] = position
            } else {
                let names: String = header.names.filter { (name: String) in !name.isEmpty }.joined(separator: ", ")
                let message: String = "the table has no column \(shown(column)); its columns are \(names)"
                if !mistakes.contains(message) { mistakes.append(message) }
            }
        }
        guard mistakes.isEmpty else { return .failure(MappingMistakes(all: mistakes)) }
        return .success(BoundMapping(mapping: self, positions: positions))
    }

    private var ownMistakes: [String] {
        var mistakes: [String] = []
        var seen: Set<String> = []
        for rule: FieldRule in fields {
            if !seen.insert(rule.field).inserted {
                mistakes.append("the field \(shown(rule.field)) is mapped twice; keep one")
            }
            if rule.split?.isEmpty == true {
                mistakes.append("the field \(shown(rule.field)) is split at nothing; name the separator, as \";\"")
            }
            if case .date(let formats) = rule.reading, formats.isEmpty {
                mistakes.append("the field \(shown(rule.field)) is a date without a format; add \"YYYY-MM-DD\"")
            }
        }
        return mistakes
    }
}
