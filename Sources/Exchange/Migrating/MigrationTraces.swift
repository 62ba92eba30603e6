/// What a case remembers of the programmes it has gone through: small, and nil for a case that was never migrated.
package struct MigrationTraces: Hashable, Sendable {
    /// Paths of answers as the journal calls them → as the case calls them now (seals hang on it).
    package var renamed: [String: String] = [:]
    /// Answers that the present version does not ask any more, by path: they keep their class and their retention.
    package var archived: [String: ArchivedAnswer] = [:]
    /// Keys of kept things → the keys under which they were made, which their names outside are made of.
    package var keptNames: [String: String] = [:]

    package init() {}

    var isEmpty: Bool { renamed.isEmpty && archived.isEmpty && keptNames.isEmpty }
}

/// What holds for an answer whose field is gone from the programme.
package struct ArchivedAnswer: Hashable, Sendable {
    /// Its class of personal data; empty: none was declared.
    package var privacy: String
    /// When it is erased, a time phrase; empty: never.
    package var erase: String

    package init(privacy: String, erase: String) {
        self.privacy = privacy
        self.erase = erase
    }
}

extension MigrationTraces {
    func pack(_ p: inout Packer) {
        p.dictionary(renamed) { $0.text($1) }
        p.dictionary(archived) {
            $0.text($1.privacy)
            $0.text($1.erase)
        }
        p.dictionary(keptNames) { $0.text($1) }
    }

    init(unpacking u: inout Unpacker) throws(UnpackFailure) {
        self.init()
        renamed = try u.dictionary { (u) throws(UnpackFailure) in try u.text() }
        archived = try u.dictionary { (u) throws(UnpackFailure) in
            let privacy = try u.text()
            let erase = try u.text()
            return ArchivedAnswer(privacy: privacy, erase: erase)
        }
        keptNames = try u.dictionary { (u) throws(UnpackFailure) in try u.text() }
    }
}
