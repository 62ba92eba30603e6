import CaseStore

/// What all lists have in common.
enum Lists {
    static let limit = Option("limit", value: "N", "How many at most.", default: "200")
    /// Rows that one list shows at most.
    static let most = 100_000

    static func limit(_ parsed: Parsed) throws -> Int { try parsed.integer("limit", 1...most) ?? 200 }

    /// The limit of a list that the store does not page.
    static func pageLimit(_ parsed: Parsed) throws -> Int { try parsed.integer("limit", 1...StoreLimits.page) ?? 200 }

    /// The table, or a remark where it is empty, and one where rows were left out.
    static func print(_ table: Table, hasMore: Bool, nothing: TerminalText, on terminal: Terminal) {
        guard !table.rows.isEmpty else { return terminal.note(nothing) }
        terminal.print(table)
        if hasMore { terminal.note("there are more; --limit shows them") }
    }
}
