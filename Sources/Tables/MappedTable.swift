/// A table read through a mapping: records and mistakes, row by row, with the count of each.
package struct MappedTable {
    /// How many rows there were, and what became of them: `rows` = `taken` + `refused`.
    package struct Tally: Hashable, Sendable {
        package internal(set) var rows: Int = 0
        package internal(set) var taken: Int = 0
        package internal(set) var refused: Int = 0
        /// Mistakes by reason; a refused row may have several.
        package internal(set) var mistakes: [TableMistake.Reason: Int] = [:]
    }

    package private(set) var tally: Tally = Tally()
    private let reader: TableReader
    private let mapping: BoundMapping
    private var firstLines: [String: Int] = [:]

    package init(_ reader: TableReader, _ mapping: BoundMapping) {
        self.reader = reader
        self.mapping = mapping
    }

    /// How much of the source is read, 0 … 1.
    package var share: Double { reader.share }

    /// Whether a field is the number of rows that have one identifier, so that no record is whole before the last row.
    package var countsRows: Bool { mapping.mapping.fields.contains { $0.groupLetters != nil } }

    /// The next record, or all mistakes of the next row; nil at the end.
    package mutating func next() throws(TableFault) -> Result<MappedRow, RowMistakes>? {
        var found: Result<TableRow, TableMistake>? = try reader.next()
        while case .success(let row)? = found, !mapping.isMeant(row) { found = try reader.next() }
        guard let read: Result<TableRow, TableMistake> = found else { return nil }
        let outcome: Result<MappedRow, RowMistakes>
        switch read {
        case .failure(let mistake): outcome = .failure(RowMistakes(line: mistake.line, all: [mistake]))
        case .success(let row): outcome = unrepeated(row, mapping.record(of: row))
        }
        count(outcome)
        return outcome
    }

    /// A key belongs to the first row that has it, be that row taken or not: which one is right, a person says.
    private mutating func unrepeated(
        _ row: TableRow, _ outcome: Result<MappedRow, RowMistakes>
    ) -> Result<MappedRow, RowMistakes> {
        guard let key: String = mapping.key(of: row) else { return outcome }
        guard let first: Int = firstLines[key] else {
            firstLines[key] = row.line
            return outcome
        }
        let columns: String = mapping.mapping.keys.joined(separator: " and ")
        let value: String = shown(key.replacing("\u{1F}", with: ", "))
        let mistake: TableMistake = TableMistake(
            line: row.line, column: mapping.mapping.keys.first, reason: .repeated,
            text: "\(columns) \(value) stands already in line \(first); keep one of the two")
        var others: [TableMistake] = []
        if case .failure(let mistakes) = outcome { others = mistakes.all }
        return .failure(RowMistakes(line: row.line, all: others + [mistake]))
    }

    private mutating func count(_ outcome: Result<MappedRow, RowMistakes>) {
        tally.rows += 1
        switch outcome {
        case .success: tally.taken += 1
        case .failure(let mistakes):
            tally.refused += 1
            for mistake: TableMistake in mistakes.all { tally.mistakes[mistake.reason, default: 0] += 1 }
        }
    }
}
