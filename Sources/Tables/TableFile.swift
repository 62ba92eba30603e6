import Glibc

/// A table that is written row by row into a new file, with one page of rows in memory at most.
package final class TableFile {
    package enum Format: String, Sendable, CaseIterable {
        case csv, xlsx
    }

    private enum Writer {
        case csv(TableWriter, Int32)
        case xlsx(WorkbookWriter)
    }

    /// Bytes that gather before they are written out.
    private static let pieceBytes = 1 << 16
    private let path: String
    private var writer: Writer

    /// - Parameters:
    ///   - path: of a file that is not there yet; it is made readable by its owner alone.
    ///   - sheet: the name of the workbook's sheet, at most 31 letters.
    ///   - isRightToLeft: whether a workbook's columns run from the right.
    /// - Throws: `TableFault` where the file cannot be made.
    package init(_ format: Format, path: String, sheet: String, isRightToLeft: Bool = false) throws(TableFault) {
        self.path = path
        switch format {
        case .xlsx:
            writer = .xlsx(try WorkbookWriter(path: path, sheet: sheet, isRightToLeft: isRightToLeft))
        case .csv:
            writer = .csv(TableWriter(marksUTF8: true), try NewFile.open(path))
        }
    }

    /// The first row: what the columns are called.
    package func add(header: [String]) throws(TableFault) {
        if case .xlsx(let book) = writer { return book.add(header: header) }
        try add(header.map { .text($0) })
    }

    package func add(_ row: [TableCell]) throws(TableFault) {
        switch writer {
        case .xlsx(let book): book.add(row)
        case .csv(var table, let descriptor):
            table.add(row.map(\.text))
            if table.bytes.count >= Self.pieceBytes { try write(table.drain(), descriptor) }
            writer = .csv(table, descriptor)
        }
    }

    /// - Throws: `TableFault` where it cannot be written whole; nothing is left then.
    package func close() throws(TableFault) {
        switch writer {
        case .xlsx(let book): try book.close()
        case .csv(var table, let descriptor):
            try write(table.drain(), descriptor)
            guard fsync(descriptor) == 0, Glibc.close(descriptor) == 0 else { throw failed() }
        }
    }

    /// Takes away what was written so far.
    package func abandon() {
        switch writer {
        case .xlsx(let book): book.abandon()
        case .csv(_, let descriptor):
            _ = Glibc.close(descriptor)
            unlink(path)
        }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32) throws(TableFault) {
        var start = 0
        while start < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: start), bytes.count - start)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failed() }
            start += count
        }
    }

    private func failed() -> TableFault {
        unlink(path)
        return TableFault(.unreadable, "\(path) cannot be written; is the disk full?")
    }
}

/// A file that is not there yet, for its owner alone.
enum NewFile {
    /// - Throws: `TableFault` where it is there already, or cannot be made.
    static func open(_ path: String) throws(TableFault) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw TableFault(
                .cannotOpen,
                errno == EEXIST ? "\(path) is there already; choose another name" : "\(path) cannot be made")
        }
        return descriptor
    }
}
