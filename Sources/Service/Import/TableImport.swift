import Exchange
import Expressions
import Foundation
package import Tables

/// What an import did, row by row: nothing is dropped in silence.
package struct ImportReport: Sendable {
    package var rows = 0
    package var taken = 0
    package var refused = 0
    /// Mistakes by kind.
    package var reasons: [String: Int] = [:]
    /// The first mistakes, whole; the rest is in the file of the report.
    package var first: [TableMistake] = []
    /// Why the rest of the table could not be read; what stands before it was taken.
    package var fault: TableFault?

    /// How many are kept in `first`.
    package static let shown = 10

    package init() {}
}

/// Reads a table through a mapping and hands on what can be taken.
package enum TableImport {
    /// Opens a table and its mapping.
    ///
    /// - Parameters:
    ///   - sheet: of a workbook; nil: its first.
    ///   - only: column → how its text begins in the rows that are meant, beside what the mapping says.
    /// - Throws: `TableFault` where the table cannot be read, `MappingMistakes` where the mapping does not fit.
    package static func open(
        table: String, mapping: String?, named name: String, sheet: String? = nil, only: [String: String] = [:]
    ) throws -> MappedTable {
        let reader = try TableReader(source(table, sheet: sheet))
        var found: Mapping?
        if let mapping { found = try MappingFile.read(path: mapping, named: name) }
        if let mapping, found == nil {
            throw MappingMistakes(all: [
                "\(mapping): error: the file has no mapping \"\(name)\"; write \(name): with fields: below"
            ])
        }
        let record = name.hasSuffix("s") ? String(name.dropLast()) : name
        var whole = found ?? MappingFile.plain(record: record, header: reader.header)
        whole.only.merge(only) { $1 }
        return MappedTable(reader, try whole.bound(to: reader.header).get())
    }

    /// The bytes of a table: of a file, or of a sheet of a workbook.
    private static func source(_ path: String, sheet: String?) throws -> any ByteSource {
        // A folder opens and cannot be read; what else cannot be either, the source of tables tells in words.
        guard let handle = FileHandle(forReadingAtPath: path), let start = try? handle.read(upToCount: 4),
            WorkbookReader.isWorkbook(start)
        else { return try FileSource(path: path) }
        try handle.seek(toOffset: 0)
        let bytes = try handle.read(upToCount: WorkbookReader.fileBytes + 1) ?? Data()
        return MemorySource(try WorkbookReader.table(Array(bytes), sheet: sheet))
    }

    /// Goes through a table; each row is taken or told why not.
    ///
    /// - Parameters:
    ///   - make: the record of a row, or its mistakes.
    ///   - take: gets each record.
    ///   - refuse: gets each mistake, in the order of the file.
    ///   - progress: told the share that was read, 0 to 1.
    package static func run<Record>(
        _ table: inout MappedTable, make: (MappedRow) -> Result<Record, RowMistakes>,
        take: (Record) throws -> Void, refuse: (TableMistake) throws -> Void, progress: (Double) -> Void = { _ in }
    ) throws -> ImportReport {
        var report = ImportReport()
        while try next(&table, &report, make, take, refuse) {
            if report.rows % progressRows == 0 { progress(table.share) }
        }
        return report
    }

    /// The same in batches: what was taken is handed on before more is read, so that a table may be larger than memory.
    ///
    /// - Parameters:
    ///   - batch: records that are handed on at once.
    ///   - take: gets each batch, the last perhaps smaller, and the share that was read, 0 to 1.
    ///   - isDone: asked after each batch; whether to stop there.
    /// - Returns: with `fault` where the table breaks off: what was taken until then stays taken.
    package static func run<Record>(
        _ table: inout MappedTable, batch: Int, make: (MappedRow) -> Result<Record, RowMistakes>,
        take: ([Record], Double) async throws -> Void, refuse: (TableMistake) throws -> Void, isDone: () -> Bool
    ) async throws -> ImportReport {
        var report = ImportReport()
        var waiting: [Record] = []
        do {
            while try next(&table, &report, make, { waiting.append($0) }, refuse) {
                guard waiting.count >= batch else { continue }
                try await take(waiting, table.share)
                waiting.removeAll(keepingCapacity: true)
                if isDone() { return report }
            }
        } catch let fault as TableFault {
            report.fault = fault
        }
        try await take(waiting, report.fault == nil ? 1 : table.share)
        return report
    }

    /// Rows between two tellings of the progress.
    private static let progressRows = 1_000

    /// Takes or refuses the next row; false at the end.
    private static func next<Record>(
        _ table: inout MappedTable, _ report: inout ImportReport, _ make: (MappedRow) -> Result<Record, RowMistakes>,
        _ take: (Record) throws -> Void, _ refuse: (TableMistake) throws -> Void
    ) throws -> Bool {
        guard let next = try table.next() else { return false }
        report.rows += 1
        switch next.flatMap(make) {
        case .success(let record):
            report.taken += 1
            try take(record)
        case .failure(let mistakes):
            report.refused += 1
            for mistake in mistakes.all {
                report.reasons[mistake.reason.rawValue, default: 0] += 1
                if report.first.count < ImportReport.shown { report.first.append(mistake) }
                try refuse(mistake)
            }
        }
        return true
    }
}
