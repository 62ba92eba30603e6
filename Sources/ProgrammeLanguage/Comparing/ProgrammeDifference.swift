package import Exchange

/// How two versions of a programme differ, in sentences that a coordinator understands.
///
/// The two are compared as they were understood, not line by line: comments, layout and an order that means nothing are
/// no difference. Whatever changes what a case does, asks or says is told.
package struct ProgrammeDifference: Sendable {
    package struct Sentence: Hashable, Sendable {
        package enum Kind: String, Sendable {
            case new, gone, changed
        }

        package let kind: Kind
        /// Of what: `states.draft.next.submit`.
        package let about: String
        /// One sentence with its full stop.
        package let text: String
    }

    /// What changed, in the order of the manual.
    package let sentences: [Sentence]
    /// Files that differ while what they say is the same: comments, layout, order; or that no programme reads.
    package let otherFiles: [String]

    /// Whether both do, ask and say the same.
    package var isEmpty: Bool { sentences.isEmpty }

    package init(
        from old: Programme, _ oldSource: ProgrammeSource?, to new: Programme, _ newSource: ProgrammeSource?
    ) {
        var comparison = SubjectComparison()
        for part in ProgrammeSubjects.parts { comparison.compare(part(old), part(new)) }
        sentences = comparison.sentences + TextDifference.sentences(from: old, to: new)
        otherFiles = Self.files(oldSource, newSource, hasChanges: !sentences.isEmpty)
    }

    /// Files whose bytes differ although nothing that is told stands in them.
    private static func files(_ old: ProgrammeSource?, _ new: ProgrammeSource?, hasChanges: Bool) -> [String] {
        guard let old, let new else { return [] }
        let differing = Set(old.files.keys).union(new.files.keys).filter { old.files[$0] != new.files[$0] }.sorted()
        // With changes the files that programmes read are told by what they say.
        let isRead: (String) -> Bool = { path in
            path == ProgrammeSource.mainFile || path.hasPrefix("texts/") || path.hasPrefix("lists/")
        }
        return hasChanges ? differing.filter { !isRead($0) } : differing
    }
}
