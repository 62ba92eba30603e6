/// Why a table cannot be read on: the file, not one of its rows, is at fault. Rows given before it stand.
package struct TableFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: String, Hashable, Sendable {
        case cannotOpen, unreadable, damaged, notText, empty, header, tooManyRows, tooManyBytes
    }

    package let kind: Kind
    /// The line reached, counted from 1; nil where no line was read.
    package let line: Int?
    /// Plain words: what is wrong and what to do instead.
    package let message: String

    package init(_ kind: Kind, line: Int? = nil, _ message: String) {
        self.kind = kind
        self.line = line
        self.message = message
    }

    package var description: String {
        guard let line: Int = line else { return message }
        return "line \(line): \(message)"
    }
}
