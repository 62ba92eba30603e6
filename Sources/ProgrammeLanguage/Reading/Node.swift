/// A part of a YAML file with its place.
package final class Node: Sendable {
    package enum Style: Sendable {
        case plain, single, double, literal, folded
    }

    package enum Content: Sendable {
        case scalar(String, Style)
        case sequence([Node])
        /// In the order of the file.
        case mapping([(key: Node, value: Node)])
    }

    package let content: Content
    package let file: String
    /// 1 for the first.
    package let line: Int
    /// In code points, 1 for the first.
    package let column: Int
    /// The line of the last character.
    package let endLine: Int
    /// In code points, the one behind the last character.
    package let endColumn: Int
    /// Whether it stands in braces or brackets.
    package let isFlow: Bool

    package init(
        _ content: Content, file: String, line: Int, column: Int, endLine: Int, endColumn: Int = 1,
        isFlow: Bool = false
    ) {
        self.content = content
        self.file = file
        self.line = line
        self.column = column
        self.endLine = endLine
        self.endColumn = endColumn
        self.isFlow = isFlow
    }

    /// The text of a scalar; nil for anything else.
    package var scalarText: String? {
        if case .scalar(let text, _) = content { text } else { nil }
    }

    /// The members of a sequence; nil for anything else.
    package var itemList: [Node]? {
        if case .sequence(let nodes) = content { nodes } else { nil }
    }

    /// Whether a scalar stands in quotes or as a block.
    package var isQuoted: Bool {
        if case .scalar(_, let style) = content { style != .plain } else { false }
    }

    package func diagnostic(_ severity: Diagnostic.Severity, _ message: String) -> Diagnostic {
        Diagnostic(severity, file: file, line: line, column: column, message: message)
    }

    /// The same, so many code points further on, for a place inside a text on one line.
    package func diagnostic(_ severity: Diagnostic.Severity, _ message: String, offset: Int) -> Diagnostic {
        let shift: Int = if case .scalar(_, let style) = content { style == .plain ? 0 : 1 } else { 0 }
        let isOneLine = line == endLine
        return Diagnostic(
            severity, file: file, line: line, column: isOneLine ? column + offset + shift : column, message: message)
    }
}
