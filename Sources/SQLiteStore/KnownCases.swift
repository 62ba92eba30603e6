import CaseStore

/// What the database has of a case, as far as the next step must know it.
struct StoredCase {
    var number: Int64
    var version: Int
    var entries: Int
    var reference: String
    var programmeName: String
    var isStuck: Bool
    var hasEnded: Bool
}

extension StoredCase {
    init(_ row: CaseRow, number: Int64, entries: Int) {
        self.init(
            number: number, version: row.version, entries: entries, reference: row.reference,
            programmeName: row.programmeName, isStuck: row.isStuck, hasEnded: row.hasEnded)
    }
}

/// The cases that were written last, so that a step need not read what the step before it wrote.
///
/// Right only on the one connection that writes, and forgotten whole whenever something is taken back.
struct KnownCases {
    /// Cases kept; some hundred bytes each.
    private static let limit = 16_384
    private var known: [String: StoredCase] = [:]

    subscript(id: String) -> StoredCase? { known[id] }

    mutating func note(_ stored: StoredCase, of id: String) {
        if known.count >= Self.limit, known[id] == nil { known.removeAll(keepingCapacity: true) }
        known[id] = stored
    }

    mutating func forget() { known.removeAll(keepingCapacity: true) }
}
