/// Which rows a filter takes, in words of Swift; a database says the same in SQL, and the contract holds them together.

extension CaseFilter {
    func takes(_ row: CaseRow) -> Bool {
        (programme.map { ByteName($0) == ByteName(row.programmeName) } ?? true)
            && (stage.map { ByteName($0) == ByteName(row.stage) } ?? true)
            && (state.map { ByteName($0) == ByteName(row.state) } ?? true)
            && (hasEnded.map { $0 == row.hasEnded } ?? true)
            && (isStuck.map { $0 == row.isStuck } ?? true)
    }
}

extension TaskFilter {
    func takes(_ row: TaskRow) -> Bool {
        (caseID.map { ByteName($0) == ByteName(row.caseID) } ?? true)
            && (role.map { Self.names($0, in: row.role) } ?? true)
            && (holder.map { Self.names($0, in: row.holders) } ?? true)
            && (dueBefore.map { end in row.dueAt.map { $0 < end } ?? false } ?? true)
    }

    /// Whether a name is one of those separated by a space.
    private static func names(_ name: String, in list: String) -> Bool {
        list.utf8.split(separator: 0x20).contains { $0.elementsEqual(name.utf8) }
    }
}

extension EffectFilter {
    func takes(_ row: EffectRow) -> Bool {
        (caseID.map { ByteName($0) == ByteName(row.caseID) } ?? true)
            && (states.isEmpty || states.contains(row.state))
    }
}
