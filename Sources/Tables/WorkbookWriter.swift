import CXlsxWriter
import Calendars
import Glibc

/// Writes a workbook (.xlsx) of one sheet; every text is a text, so that no spreadsheet computes it (T18).
///
/// Rows go to a nameless file beside the workbook as they come, so that memory holds one row, however many there are.
package final class WorkbookWriter {
    private let path: String
    private let book: UnsafeMutablePointer<lxw_workbook>
    private let sheet: UnsafeMutablePointer<lxw_worksheet>
    private let bold: UnsafeMutablePointer<lxw_format>?
    private let dayFormat: UnsafeMutablePointer<lxw_format>?
    private var row: UInt32 = 0
    private var columns: UInt16 = 0
    /// Letters of one cell; a spreadsheet takes 32,767.
    private static let cellLetters = 32_767
    /// Rows that a sheet takes.
    package static let rows = 1_048_576
    /// The width of a column, in digits.
    private static let widths = 10.0...40.0
    /// The days before which a spreadsheet knows none, and 1970-01-01 in its count.
    private static let firstDay = LocalDate(day: -25_509)
    private static let epochSerial = 25_569

    /// - Parameter path: of a file that is not there yet; it is made readable by its owner alone.
    /// - Throws: `TableFault` where the file cannot be made.
    package init(path: String, sheet name: String, isRightToLeft: Bool = false) throws(TableFault) {
        _ = Glibc.close(try NewFile.open(path))
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let made = folder.withCString { folder in
            var options = lxw_workbook_options()
            options.constant_memory = 1
            options.tmpdir = UnsafeMutablePointer(mutating: folder)
            return workbook_new_opt(path, &options)
        }
        guard let book = made, let sheet = workbook_add_worksheet(book, name) else {
            unlink(path)
            throw TableFault(.cannotOpen, "\(path) cannot be made")
        }
        self.path = path
        self.book = book
        self.sheet = sheet
        bold = workbook_add_format(book)
        format_set_bold(bold)
        dayFormat = workbook_add_format(book)
        format_set_num_format(dayFormat, "yyyy-mm-dd")
        worksheet_freeze_panes(sheet, 1, 0)
        if isRightToLeft { worksheet_right_to_left(sheet) }
    }

    /// The next row.
    package func add(_ fields: [String]) { add(fields.map { .text($0) }) }

    /// The first row, in bold, with columns as wide as their names and buttons to filter.
    package func add(header: [String]) {
        for (column, name) in header.enumerated() {
            let width = min(max(Double(name.count) + 4, Self.widths.lowerBound), Self.widths.upperBound)
            let column = UInt16(clamping: column)
            worksheet_set_column(sheet, column, column, width, nil)
            text(name, column, bold)
        }
        columns = UInt16(clamping: header.count)
        row += 1
    }

    /// The next row; a row beyond what a sheet takes is left out, and closing says so.
    package func add(_ cells: [TableCell]) {
        for (column, cell) in cells.enumerated() {
            let column = UInt16(clamping: column)
            switch cell {
            case .text(let field): text(field, column, nil)
            case .number(let number): worksheet_write_number(sheet, row, column, number, nil)
            case .day(let day) where day > Self.firstDay:
                worksheet_write_number(sheet, row, column, Double(Int(day.day) + Self.epochSerial), dayFormat)
            case .day(let day): text(day.iso, column, nil)
            }
        }
        row += 1
    }

    private func text(_ field: String, _ column: UInt16, _ format: UnsafeMutablePointer<lxw_format>?) {
        guard !field.isEmpty else { return }
        // Never worksheet_write_formula, never a link.
        let letters = String(field.unicodeScalars.prefix(Self.cellLetters))
        worksheet_write_string(sheet, row, column, letters, format)
    }

    /// - Throws: `TableFault` where it cannot be written whole; nothing is left then.
    package func close() throws(TableFault) {
        let isTooLong = row > Self.rows
        if columns > 0, row > 1 { worksheet_autofilter(sheet, 0, 0, min(row, UInt32(Self.rows)) - 1, columns - 1) }
        let isWritten = workbook_close(book) == LXW_NO_ERROR
        guard !isTooLong else {
            unlink(path)
            throw TableFault(.tooManyRows, "a sheet takes \(Self.rows) rows; write .csv, or narrow the days")
        }
        guard isWritten else {
            unlink(path)
            throw TableFault(.unreadable, "\(path) cannot be written; is the disk full?")
        }
    }

    /// Takes away what was written so far.
    package func abandon() {
        _ = workbook_close(book)
        unlink(path)
    }
}
