/// A listing whose conditions depend on a filter.
struct Query: Sendable {
    private var sql: String
    private var values: [any Bindable & Sendable] = []
    private var hasConditions = false

    /// - Parameter sql: everything up to the conditions.
    init(_ sql: String) { self.sql = sql }

    /// Demands this of every row.
    mutating func when(_ condition: String, _ value: (any Bindable & Sendable)? = nil) {
        sql += (hasConditions ? " AND " : " WHERE ") + condition
        hasConditions = true
        if let value { values.append(value) }
    }

    /// Demands this of every row when the filter names a value.
    mutating func whenGiven(_ value: (some Bindable & Sendable)?, _ condition: String) {
        if let value { when(condition, value) }
    }

    /// What follows the conditions.
    mutating func end(_ clause: String, _ value: any Bindable & Sendable) {
        sql += " " + clause
        values.append(value)
    }

    func all<Result>(_ connection: Connection, read: (Row) throws -> Result) throws -> [Result] {
        var result: [Result] = []
        try connection.statement(text: sql).forEach(list: values) { row in
            result.append(try read(row))
            return true
        }
        return result
    }
}
