import CXlsxWriter
import Glibc

/// Writes a workbook (.xlsx) of one sheet; every text is a text, so that no spreadsheet computes it (T18).
package final class WorkbookWriter {
    private let path: String
    private let book: UnsafeMutablePointer<lxw_workbook>
    private let sheet: UnsafeMutablePointer<lxw_worksheet>
    private var row: UInt32 = 0
    /// Bytes of one cell; a spreadsheet takes 32,767 letters.
    private static let cellLetters = 32_767

    /// - Parameter path: of a file that is not there yet; it is made readable by its owner alone.
    /// - Throws: `TableFault` where the file cannot be made.
    package init(path: String, sheet name: String) throws(TableFault) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw TableFault(
                .cannotOpen,
                errno == EEXIST ? "\(path) is there already; choose another name" : "\(path) cannot be made")
        }
        _ = Glibc.close(descriptor)
        guard let book = workbook_new(path), let sheet = workbook_add_worksheet(book, name) else {
            throw TableFault(.cannotOpen, "\(path) cannot be made")
        }
        self.path = path
        self.book = book
        self.sheet = sheet
        worksheet_freeze_panes(sheet, 1, 0)
    }

    /// The next row.
    package func add(_ fields: [String]) {
        for (column, field) in fields.enumerated() where !field.isEmpty {
            // Never worksheet_write_formula, never a link.
            worksheet_write_string(sheet, row, UInt16(clamping: column), String(field.prefix(Self.cellLetters)), nil)
        }
        row += 1
    }

    /// - Throws: `TableFault` where it cannot be written whole; nothing is left then.
    package func close() throws(TableFault) {
        guard workbook_close(book) == LXW_NO_ERROR else {
            unlink(path)
            throw TableFault(.unreadable, "\(path) cannot be written; is the disk full?")
        }
    }
}
