/// Reads a table of comma-separated values row by row, in constant memory.
///
/// RFC 4180 and what life brings: a byte-order mark, LF, CR LF or CR line ends, `;` or tab as separator (declared,
/// named by a first line `sep=;`, or found in the header), quoted fields with line breaks, empty lines. A row that
/// cannot be read is given as a mistake with its line, and reading goes on behind it.
package final class TableReader {
    package let header: TableHeader
    /// The byte between two fields.
    package let separator: UInt8

    private let limits: TableLimits
    private var window: ByteWindow
    private var scanner: RecordScanner
    private var line: Int = 1
    private var rows: Int = 0

    /// Reads the header.
    /// - Parameter separator: `,` `;` or tab; nil finds it: the one that stands most often in the first line.
    package init(_ source: any ByteSource, separator: UInt8? = nil, limits: TableLimits = .standard) throws(TableFault)
    {
        var window: ByteWindow = ByteWindow(source, limits)
        var first: Int = 1
        while window.count < limits.windowBytes, !window.isAtEnd { try window.fill() }
        try refuseForeignFormats(window)
        if window.withBytes({ (bytes: UnsafeBufferPointer<UInt8>) in bytes.starts(with: [0xEF, 0xBB, 0xBF]) }) {
            window.consume(3)
        }
        let found: Separator = window.withBytes(Separator.init)
        window.consume(found.declarationBytes)
        first += found.declarationBytes > 0 ? 1 : 0
        self.separator = separator ?? found.byte
        self.limits = limits
        self.scanner = RecordScanner(separator: self.separator, limits: limits)
        self.window = window
        self.line = first
        // The first pass reads the header with the same code as any row.
        guard let row: Result<TableRow, TableMistake> = try TableReader.record(&self.window, &scanner, &line) else {
            throw TableFault(.empty, "the table is empty; its first row names the columns")
        }
        switch row {
        case .success(let names): header = try TableHeader(names)
        case .failure(let mistake): throw TableFault(.header, line: mistake.line, mistake.text)
        }
    }

    /// How much of the source is read, 0 … 1.
    package var share: Double { window.share }

    /// The next row, or why it cannot be read; nil at the end.
    package func next() throws(TableFault) -> Result<TableRow, TableMistake>? {
        guard let outcome: Result<TableRow, TableMistake> = try TableReader.record(&window, &scanner, &line) else {
            return nil
        }
        rows += 1
        guard rows <= limits.rows else {
            throw TableFault(.tooManyRows, line: line, "the table has more than \(limits.rows) rows; split it")
        }
        guard case .success(let row) = outcome else { return outcome }
        guard row.count >= header.names.count, hasOnlyBlanks(row, from: header.names.count) else {
            return .failure(columnCount(of: row))
        }
        return outcome
    }

    /// A spreadsheet may write empty fields behind the last column; anything else there is a mistake.
    private func hasOnlyBlanks(_ row: TableRow, from column: Int) -> Bool {
        (column..<row.count).allSatisfy { (extra: Int) in row.isEmpty(extra) }
    }

    private func columnCount(of row: TableRow) -> TableMistake {
        let fields: String = row.count == 1 ? "1 field" : "\(row.count) fields"
        let text: String =
            "the row has \(fields), but the header names \(header.names.count) columns; put a field that holds the "
            + "separator or a line break in quotation marks"
        return TableMistake(line: row.line, reason: .columnCount, text: text)
    }
}

extension TableReader {
    /// The record at the front of the window, empty lines passed over.
    private static func record(
        _ window: inout ByteWindow, _ scanner: inout RecordScanner, _ line: inout Int
    ) throws(TableFault) -> Result<TableRow, TableMistake>? {
        while true {
            let isLast: Bool = window.isAtEnd
            if window.count == 0, isLast { return nil }
            let found: Scan = window.withBytes { (bytes: UnsafeBufferPointer<UInt8>) in
                scanner.scan(bytes, isLast: isLast)
            }
            switch found {
            case .needsMore:
                try fill(&window, line)
            case .record(let content, let length, let lines):
                let first: Int = line
                defer {
                    window.consume(length)
                    line += lines
                }
                guard content > 0 else { continue }
                return window.withBytes { (bytes: UnsafeBufferPointer<UInt8>) in
                    row(UnsafeBufferPointer(rebasing: bytes[..<content]), scanner, first)
                }
            case .broken(let reason, let offset, let linesBefore):
                let place: Int = line + linesBefore
                let column: Int = scanner.fieldEnds.count + 1
                line = place
                window.consume(offset)
                try skipLine(&window, &line)
                let text: String = words(for: reason, column: column, scanner.limits)
                return .failure(TableMistake(line: place, reason: reason, text: text))
            }
        }
    }

    private static func fill(_ window: inout ByteWindow, _ line: Int) throws(TableFault) {
        do throws(TableFault) { try window.fill() } catch {
            throw TableFault(error.kind, line: line, error.message)
        }
    }

    /// Passes over the rest of a physical line, however long.
    private static func skipLine(_ window: inout ByteWindow, _ line: inout Int) throws(TableFault) {
        while true {
            let isLast: Bool = window.isAtEnd
            let end: Int? = window.withBytes { (bytes: UnsafeBufferPointer<UInt8>) in
                bytes.indices.first { (at: Int) in
                    (at + 1 < bytes.count || isLast || bytes[at] == Mark.newLine) && isLineEnd(bytes, at: at)
                }
            }
            if let end: Int = end {
                window.consume(end + 1)
                line += 1
                return
            }
            guard !isLast else { return window.consume(window.count) }
            // A CR at the very end waits for the byte behind it.
            window.consume(max(0, window.count - 1))
            try fill(&window, line)
        }
    }

    private static func row(
        _ record: UnsafeBufferPointer<UInt8>, _ scanner: RecordScanner, _ line: Int
    ) -> Result<TableRow, TableMistake> {
        guard let bad: Int = firstInvalidUTF8(record) else {
            return .success(
                TableRow(line: line, record: record, fieldEnds: scanner.fieldEnds, hasQuotes: scanner.hasQuotes))
        }
        let breaks: [Int] = (0..<bad).filter { (at: Int) in isLineEnd(record, at: at) }
        let byte: Int = bad - (breaks.last.map { (last: Int) in last + 1 } ?? 0) + 1
        let value: String = String(record[bad], radix: 16, uppercase: true)
        let text: String = "byte \(byte) (hexadecimal \(value)) is not UTF-8; save the file as \"CSV UTF-8\""
        return .failure(TableMistake(line: line + breaks.count, reason: .notUTF8, text: text))
    }

    private static func words(for reason: TableMistake.Reason, column: Int, _ limits: TableLimits) -> String {
        switch reason {
        case .openQuote:
            "the quotation mark that opens column \(column) is not closed within \(limits.fieldBytes) bytes; "
                + "close it, or double it if it belongs to the text"
        case .textAfterQuote:
            "text follows the closing quotation mark of column \(column); double a quotation mark that belongs to "
                + "the text"
        case .fieldTooLong: "column \(column) is longer than \(limits.fieldBytes) bytes; shorten it"
        case .tooManyColumns: "the row has more than \(limits.columns) columns; check the separator"
        default: "the row is longer than \(limits.recordBytes) bytes; shorten it"
        }
    }
}

/// Says what a file is that is no text, from its first bytes.
private func refuseForeignFormats(_ window: ByteWindow) throws(TableFault) {
    let kind: String? = window.withBytes { (bytes: UnsafeBufferPointer<UInt8>) in
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) { return "a spreadsheet (.xlsx, .ods) or a zip file" }
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) { return "an old spreadsheet (.xls)" }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return "UTF-16 text" }
        return bytes.contains(0) ? "binary data" : nil
    }
    guard let kind: String = kind else { return }
    throw TableFault(.notText, "the file is \(kind); save it as \"CSV UTF-8\"")
}
