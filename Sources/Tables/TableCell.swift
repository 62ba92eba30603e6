package import Calendars

/// One cell of a table for people; a text is never computed, a number and a day can be sorted and summed.
package enum TableCell: Hashable, Sendable {
    case text(String)
    case number(Double)
    case day(LocalDate)

    package static let empty = TableCell.text("")

    /// As a table of comma-separated values has it: a day as 2027-06-14, a whole number without a point.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
        case .day(let day): day.iso
        }
    }
}
