package import Exchange

/// What a migration would do, case by case, before it is done.
package struct MigrationPlan: Sendable {
    /// What becomes of one case.
    package enum Verdict: Sendable {
        /// It moves with these changes; none: as it is.
        case moves([MigrationChange])
        case waits([MissingName])
        case cannot([String])
    }

    package struct Item: Sendable {
        package let id: String
        package let reference: String
        /// The content that it is pinned to.
        package let from: String
        package let verdict: Verdict
        /// What its journal gives under the new version; nil where the case does not move.
        package let history: JournalReplay.Finding?

        package var moves: Bool { if case .moves = verdict { true } else { false } }
    }

    package let new: CaseMachine
    package let map: MigrationMap
    /// In the order of the references.
    package let items: [Item]

    /// All names that some case waits for, each once.
    package var missing: [MissingName] {
        Set(items.flatMap { item -> [MissingName] in if case .waits(let names) = item.verdict { names } else { [] } })
            .sorted()
    }

    package var isClear: Bool { items.allSatisfy(\.moves) }
}
