/// One mistake in a file: where it is, what it is, and what to write instead.
package struct Diagnostic: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Severity: String, Hashable, Sendable {
        case error, warning
        /// Nothing is wrong; it is good to know.
        case note
    }

    package var severity: Severity
    package var file: String
    /// 1 for the first line.
    package var line: Int
    /// 1 for the first code point of the line; a byte order mark is not counted.
    package var column: Int
    /// A sentence without a full stop.
    package var message: String

    package init(_ severity: Severity, file: String, line: Int, column: Int, message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: error: message`.
    package var description: String { "\(file):\(line):\(column): \(severity.rawValue): \(message)" }
}

/// All mistakes of one run, each once.
package struct Diagnostics: Sendable {
    /// How many are shown; more would hide the first.
    package static let limit = 200

    package private(set) var all: [Diagnostic] = []
    private var known: Set<Diagnostic> = []

    package init() {}

    package mutating func append(_ diagnostic: Diagnostic) {
        guard known.insert(diagnostic).inserted else { return }
        all.append(diagnostic)
    }

    package mutating func append(contentsOf other: Diagnostics) {
        for diagnostic in other.all { append(diagnostic) }
    }

    package mutating func append(contentsOf other: [Diagnostic]) {
        for diagnostic in other { append(diagnostic) }
    }

    /// Keeps those for which this holds.
    package mutating func filter(_ isKept: (Diagnostic) -> Bool) {
        all = all.filter(isKept)
        known = Set(all)
    }

    /// By file, line, column; errors before warnings of the same place.
    package mutating func sort() {
        all.sort { left, right in
            if left.file != right.file { return left.file < right.file }
            if left.line != right.line { return left.line < right.line }
            if left.column != right.column { return left.column < right.column }
            if left.severity != right.severity { return left.severity == .error }
            return left.message < right.message
        }
    }

    package var hasErrors: Bool { all.contains { $0.severity == .error } }
    package var errors: [Diagnostic] { all.filter { $0.severity == .error } }
    package var warnings: [Diagnostic] { all.filter { $0.severity == .warning } }
    package var isEmpty: Bool { all.isEmpty }

    /// One line each, at most `limit`, and a line that says how many more there are.
    package var lines: [String] {
        var result = all.prefix(Self.limit).map(\.description)
        if all.count > Self.limit { result.append("… and \(all.count - Self.limit) more") }
        return result
    }
}
