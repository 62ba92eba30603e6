/// How the rows of a foreign table become records of our fields, as a value: its text form is read elsewhere.
///
/// `bound(to:)` joins it to a table's header; what it names and the header lacks is told there, all at once.
package struct Mapping: Hashable, Sendable {
    /// What a record is called in messages: "request".
    package var record: String
    package var fields: [FieldRule]
    /// Columns whose values together may stand in one row only; none means that rows are not compared.
    package var keys: [String]
    /// Texts that mean "nothing here", compared after trimming: "-", "N/A".
    package var blanks: Set<String>
    /// Column → how its text begins in the rows that are meant; other rows are passed over.
    package var only: [String: String] = [:]

    package init(record: String, fields: [FieldRule], keys: [String] = [], blanks: Set<String> = []) {
        self.record = record
        self.fields = fields
        self.keys = keys
        self.blanks = blanks
    }
}

/// How one field comes about.
package struct FieldRule: Hashable, Sendable {
    /// Where the text comes from.
    package enum Source: Hashable, Sendable {
        case column(String)
        /// The first of these columns that is not blank.
        case firstOf([String])
        /// The columns that are not blank, with this text between two.
        case joined([String], with: String)
        /// The days from the first day of one column to the last day of another: "2005-04-01/2010-03-31".
        case span(first: String, last: String)
        case constant(String)
    }

    /// What the text must be.
    package enum Reading: Hashable, Sendable {
        case text
        /// A number in digits, with this mark before its decimals ("." or ","); given with a point.
        case number(decimalMark: String)
        /// A day, given as 2027-06-14; where the format has no day, the month's first.
        case date([DateFormat])
    }

    /// Whether the field may be missing.
    package enum Need: Hashable, Sendable {
        case optional
        /// The reason completes the message: "a request needs a first month".
        case required(because: String?)
    }

    /// What happens to a text that `values` does not list.
    package enum Others: Hashable, Sendable { case kept, refused }

    package var field: String
    package var source: Source
    package var reading: Reading = .text
    package var need: Need = .optional
    /// Splits the text at this separator into a list, blanks left out; nil leaves one value.
    package var split: String?
    /// Gives a list even of one value.
    package var isList: Bool = false
    /// Exact text → replacement, after trimming and splitting.
    package var values: [String: String] = [:]
    package var others: Others = .kept
    /// The field counts rows: those of one record whose texts begin with the same so many letters are a group, and the
    /// greatest group is the field's number. nil: it does not count.
    package var groupLetters: Int?
    /// Exact text → why a record cannot have it.
    package var refused: [String: String] = [:]

    package init(_ field: String, _ source: Source) {
        self.field = field
        self.source = source
    }

    /// The formats of a date or a span when none are declared.
    package static let usualFormats: [DateFormat] = ["YYYY-MM-DD", "YYYY-MM"].compactMap { DateFormat($0) }

    /// The columns that the rule names, in order.
    package var columns: [String] {
        switch source {
        case .column(let name): [name]
        case .firstOf(let names), .joined(let names, _): names
        case .span(let first, let last): first == last ? [first] : [first, last]
        case .constant: []
        }
    }
}

/// A field's value after mapping. Days are "2027-06-14", spans "2027-06-14/2027-06-18".
package enum MappedValue: Hashable, Sendable {
    case text(String)
    case list([String])

    /// The text, or the list's texts joined by "; ".
    package var string: String {
        switch self {
        case .text(let text): text
        case .list(let texts): texts.joined(separator: "; ")
        }
    }
}

/// What a mapping names that the table does not have, or that cannot be meant: all of it.
package struct MappingMistakes: Error, Hashable, Sendable {
    package let all: [String]

    package init(all: [String]) { self.all = all }
}
