package import Calendars

/// What a store keeps of the register: entries, every version that they had, and texts that can be searched.
///
/// Like the cases' verbs, each is one transaction, and a store never interprets a body or folds a text.
package protocol RegisterStore: Sendable {
    /// One entry of the register, those that were merged or withdrawn too.
    func entry(kind: String, id: String) async throws -> EntryRow?
    /// Entries in the order of kind, then id.
    func entries(_ filter: EntryFilter) async throws -> [EntryRow]
    /// Writes all of these changes or none: each with its version, and the text by which it is found.
    ///
    /// At most `StoreLimits.entriesPerChange` at once.
    func change(entries: [EntryChange]) async throws -> EntryResult
    /// All versions of an entry after this one, the oldest first.
    func history(kind: String, id: String, after version: Int, limit: Int) async throws -> [EntryVersion]

    /// Puts texts in the place of those with the same kind and id; empty ones are taken out.
    ///
    /// - Parameter position: of the journal, up to which the cases are read; nil leaves it.
    func index(_ texts: [SearchText], through position: Int?) async throws
    /// Texts in which every term stands, those that fit best first (BM25, a word of the title counting three times),
    /// then by kind and id.
    func search(_ query: SearchQuery) async throws -> [SearchHit]
    /// Cases with journal entries after a position, each once, in the order of their entries; and the position reached.
    func casesChanged(after position: Int, limit: Int) async throws -> (ids: [String], position: Int)
    /// The position of the journal up to which cases are indexed; 0 at the beginning.
    func indexedPosition() async throws -> Int
}

/// An entry of the register as it stands.
package struct EntryRow: Hashable, Sendable {
    /// Where an entry stands in its life.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// In use.
        case active
        /// Its owner did not confirm it in time; not proposed until somebody does.
        case lapsed
        /// Taken out of use.
        case withdrawn
        /// Another entry stands in its place.
        case merged
    }

    /// Such as `institution` or `host_offer`.
    package var kind: String
    /// Unique within the kind.
    package var id: String
    /// What people call it, for lists.
    package var name: String
    package var state: State
    /// 1 for the first, one more with each change.
    package var version: Int
    package var changedAt: Instant
    /// When its owner, or whoever entered it, last said that it holds.
    package var confirmedAt: Instant
    package var body: [UInt8]

    package init(
        kind: String, id: String, name: String, state: State, version: Int, changedAt: Instant, confirmedAt: Instant,
        body: [UInt8]
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.state = state
        self.version = version
        self.changedAt = changedAt
        self.confirmedAt = confirmedAt
        self.body = body
    }
}

/// One change of one entry.
package struct EntryChange: Hashable, Sendable {
    /// The version that the stored entry must have; 0 for one that does not exist yet.
    package var expectedVersion: Int
    package var row: EntryRow
    /// Who: a person's identifier, `import`, or empty for the service.
    package var actor: String
    /// What was done, such as `added`, `edited`, `merged`.
    package var what: String
    /// Takes the entry out for good: its body and those of all its versions are emptied.
    package var isErasure: Bool
    package var text: SearchText

    package init(
        expectedVersion: Int, row: EntryRow, actor: String, what: String, text: SearchText, isErasure: Bool = false
    ) {
        self.expectedVersion = expectedVersion
        self.row = row
        self.actor = actor
        self.what = what
        self.text = text
        self.isErasure = isErasure
    }
}

/// What became of a change.
package enum EntryResult: Hashable, Sendable {
    case written
    /// This entry has another version; nothing was written.
    case stale(kind: String, id: String, actual: Int)
}

/// One version of an entry: what it was from then on, and who made it so.
package struct EntryVersion: Hashable, Sendable {
    package var version: Int
    package var at: Instant
    package var actor: String
    package var what: String
    package var state: EntryRow.State
    /// Empty after an erasure.
    package var body: [UInt8]

    package init(
        version: Int, at: Instant, actor: String, what: String, state: EntryRow.State, body: [UInt8]
    ) {
        self.version = version
        self.at = at
        self.actor = actor
        self.what = what
        self.state = state
        self.body = body
    }
}

/// Which entries to list.
package struct EntryFilter: Hashable, Sendable {
    /// nil: all kinds.
    package var kind: String?
    /// nil: all states.
    package var state: EntryRow.State?
    /// Confirmed earlier than this.
    package var confirmedBefore: Instant?
    /// Only entries after this one, in the order of kind and id.
    package var after: (kind: String, id: String) = ("", "")
    package var limit = StoreLimits.page

    package init() {}

    package static func == (left: EntryFilter, right: EntryFilter) -> Bool {
        left.kind == right.kind && left.state == right.state && left.confirmedBefore == right.confirmedBefore
            && left.after == right.after && left.limit == right.limit
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(state)
    }
}

extension EntryFilter {
    func takes(_ row: EntryRow) -> Bool {
        (kind.map { ByteName($0) == ByteName(row.kind) } ?? true) && (state.map { $0 == row.state } ?? true)
            && (confirmedBefore.map { row.confirmedAt < $0 } ?? true)
    }
}

/// A text that can be found: words that the caller has folded, separated by spaces.
package struct SearchText: Hashable, Sendable {
    /// What it belongs to, such as `host_offer`, `exchange`, `lesson`.
    package var kind: String
    package var id: String
    /// Folded words that count three times.
    package var title: String
    /// Folded words.
    package var body: String
    /// The text as people wrote it, to be shown.
    package var original: String

    package init(kind: String, id: String, title: String, body: String, original: String) {
        self.kind = kind
        self.id = id
        self.title = title
        self.body = body
        self.original = original
    }

    package var isEmpty: Bool { title.isEmpty && body.isEmpty }
}

/// What is searched.
package struct SearchQuery: Hashable, Sendable {
    /// Words that stand one behind the other.
    package struct Term: Hashable, Sendable {
        package var words: [String]
        /// Whether the last word may go on.
        package var isBeginning: Bool

        package init(words: [String], isBeginning: Bool) {
            self.words = words
            self.isBeginning = isBeginning
        }
    }

    package var terms: [Term]
    /// Kinds of texts; empty: all.
    package var kinds: Set<String> = []
    package var limit = StoreLimits.page

    package init(terms: [Term]) {
        self.terms = terms
    }
}

/// A text that was found.
package struct SearchHit: Hashable, Sendable {
    package var kind: String
    package var id: String
    package var original: String

    package init(kind: String, id: String, original: String) {
        self.kind = kind
        self.id = id
        self.original = original
    }
}

extension StoreLimits {
    /// Entries changed in one transaction.
    package static let entriesPerChange = 512
    /// Bytes of one entry's body.
    package static let entryBodyBytes = 256 << 10
    /// Terms of one search.
    package static let searchTerms = 20
}

extension EntryChange {
    /// Why no store takes this change; a mistake of the program.
    package var refusal: StoreFailure? {
        if row.version != expectedVersion + 1 || expectedVersion < 0 {
            return .refused(message: "a change must raise the version of the entry \(row.id) by one")
        }
        if row.body.count > StoreLimits.entryBodyBytes {
            return .refused(message: "the entry \(row.id) is larger than \(StoreLimits.entryBodyBytes) bytes")
        }
        return nil
    }
}
