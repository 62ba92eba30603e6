package import CaseStore
package import Exchange
package import Expressions

/// Changes of the register: each a new version, with who made it; what was before stays to be read.
extension Register {
    /// How often a change is tried against an entry that others change.
    private static let tries = 20

    // MARK: Reading

    /// - Throws: `EngineFailure.noEntry`.
    package func entry(_ kind: EntryKind, _ id: String) async throws -> RegisterEntry {
        guard let row = try await store.entry(kind: kind.rawValue, id: id) else { throw EngineFailure.noEntry(id) }
        return try RegisterEntry(row)
    }

    /// The entry of this identifier; `kind` where several kinds have it.
    package func find(_ id: String, kind: EntryKind? = nil) async throws -> RegisterEntry {
        if let kind { return try await entry(kind, id) }
        var found: [RegisterEntry] = []
        for kind in EntryKind.allCases {
            if let row = try await store.entry(kind: kind.rawValue, id: id) { found.append(try RegisterEntry(row)) }
        }
        guard let first = found.first else { throw EngineFailure.noEntry(id) }
        guard found.count == 1 else { throw EngineFailure.severalEntries(id, kinds: found.map(\.kind.word)) }
        return first
    }

    /// The entry, or nil where there is none.
    package func known(_ kind: EntryKind, _ id: String) async throws -> RegisterEntry? {
        try await store.entry(kind: kind.rawValue, id: id).map { try RegisterEntry($0) }
    }

    /// Entries of a kind in the order of identifiers.
    package func entries(
        _ kind: EntryKind?, state: EntryRow.State? = nil, after: (kind: String, id: String) = ("", ""), limit: Int
    ) async throws -> [RegisterEntry] {
        var filter = EntryFilter()
        filter.kind = kind?.rawValue
        filter.state = state
        filter.after = after
        filter.limit = limit
        return try await store.entries(filter).map { try RegisterEntry($0) }
    }

    /// Everything that an entry has been, the oldest first.
    package func history(of entry: RegisterEntry) async throws -> [EntryVersion] {
        var result: [EntryVersion] = []
        while true {
            let page = try await store.history(
                kind: entry.row.kind, id: entry.id, after: result.last?.version ?? 0, limit: Self.page)
            result += page
            guard page.count == Self.page else { return result }
        }
    }

    // MARK: Writing

    /// Adds or replaces entries, each with its `id`; what is the same already is left as it is.
    ///
    /// - Returns: how many were added, changed and left.
    @discardableResult
    package func put(
        _ values: [Value], kind: EntryKind, by actor: String, what: String = "imported"
    ) async throws -> (added: Int, changed: Int, same: Int) {
        var counts = (added: 0, changed: 0, same: 0)
        let size = StoreLimits.entriesPerChange
        for start in stride(from: 0, to: values.count, by: size) {
            let batch = values[start..<min(start + size, values.count)]
            var latest: [String: Int] = [:]
            for (index, value) in batch.enumerated() { if let id = value["id"]?.asString { latest[id] = index } }
            // Of two with one id in a batch the later counts, as if they had come one after the other.
            let own = batch.enumerated().filter { latest[$0.element["id"]?.asString ?? ""] == $0.offset }
            let done = try await write { register in
                var changes: [EntryChange] = []
                var made = (added: 0, changed: 0, same: 0)
                for (_, value) in own {
                    guard let id = value["id"]?.asString, !id.isEmpty else { continue }
                    let former = try await register.store.entry(kind: kind.rawValue, id: id)
                    let body = value.jsonBytes
                    if let former, former.body == body, former.state == .active {
                        made.same += 1
                        continue
                    }
                    if former == nil { made.added += 1 } else { made.changed += 1 }
                    changes.append(
                        register.change(
                            former, kind, value, by: actor, what: former == nil && what == "imported" ? "added" : what))
                }
                return (changes, made)
            }
            counts = (counts.added + done.added, counts.changed + done.changed, counts.same + done.same)
        }
        forget([kind])
        return counts
    }

    /// Adds or replaces offers of hosts or experts; each has an `id`.
    package func put(offers: [Value], kind from: String) async throws {
        try await put(offers, kind: .offers(of: from), by: "import")
    }

    /// Changes fields of an entry; empty texts take a field out.
    ///
    /// - Throws: `EntryMistakes` with all that is wrong.
    package func edit(
        _ entry: RegisterEntry, _ texts: [String: [String]], by actor: String
    ) async throws -> RegisterEntry {
        try await rewrite(entry, by: actor, what: "edited") { former in
            var changed = try EntryReading.read(texts, kind: former.kind, former: former.value).get()
            guard changed["id"]?.asString == former.id else {
                throw EntryMistakes([
                    EntryMistake(field: "id", sentence: "an id stays; add a new entry, and merge the two")
                ])
            }
            changed = former.value == changed ? former.value : changed
            return (changed, .active)
        }
    }

    /// Adds an entry that is not there yet.
    package func add(_ texts: [String: [String]], kind: EntryKind, by actor: String) async throws -> RegisterEntry {
        let value = try EntryReading.read(texts, kind: kind).get()
        let id = value["id"]?.asString ?? ""
        let change = change(nil, kind, value, by: actor, what: "added")
        guard try await store.change(entries: [change]) == .written else { throw EngineFailure.entryThere(id) }
        forget([kind])
        return try await entry(kind, id)
    }

    /// Puts an entry into another state: withdrawn, lapsed, or in use again.
    package func set(
        _ state: EntryRow.State, of entry: RegisterEntry, by actor: String, what: String
    ) async throws -> RegisterEntry {
        try await rewrite(entry, by: actor, what: what) { ($0.value, state) }
    }

    /// Notes that an entry still holds, with the windows of its owner's answer in the place of the old ones.
    package func confirm(
        _ entry: RegisterEntry, windows: [Value]? = nil, by actor: String
    ) async throws -> RegisterEntry {
        try await rewrite(entry, by: actor, what: "confirmed") { former in
            var fields = former.value.fields
            if let windows, !windows.isEmpty { fields["windows"] = .list(windows) }
            return (.object(fields), .active)
        }
    }

    /// Takes an entry out for good, with everything that it has been; that it was there, and until when, stays.
    package func erase(_ entry: RegisterEntry, by actor: String) async throws {
        _ = try await write { register in
            let former = try await register.entry(entry.kind, entry.id)
            var change = register.change(
                former.row, entry.kind, .object(["id": .string(entry.id)]), by: actor, what: "erased",
                state: .withdrawn)
            change.isErasure = true
            change.row.name = entry.id
            return ([change], ())
        }
        forget([entry.kind])
    }

    private func rewrite(
        _ entry: RegisterEntry, by actor: String, what: String,
        _ body: (RegisterEntry) throws -> (Value, EntryRow.State)
    ) async throws -> RegisterEntry {
        _ = try await write { register in
            let former = try await register.entry(entry.kind, entry.id)
            let (value, state) = try body(former)
            return ([register.change(former.row, entry.kind, value, by: actor, what: what, state: state)], ())
        }
        let after = try await self.entry(entry.kind, entry.id)
        try await replace(after)
        return after
    }

    /// Reads, decides and writes; again when somebody was faster.
    func write<Result>(
        _ decide: (Register) async throws -> (changes: [EntryChange], result: Result)
    ) async throws -> Result {
        for _ in 0..<Self.tries {
            let (changes, result) = try await decide(self)
            if changes.isEmpty { return result }
            if try await store.change(entries: changes) == .written { return result }
        }
        throw EngineFailure.busy(reference: "of the register")
    }

    func change(
        _ former: EntryRow?, _ kind: EntryKind, _ value: Value, by actor: String, what: String,
        state: EntryRow.State = .active
    ) -> EntryChange {
        let now = world.now()
        let isConfirmed = state == .active
        let row = EntryRow(
            kind: kind.rawValue, id: value["id"]?.asString ?? "", name: RegisterEntry.name(value), state: state,
            version: (former?.version ?? 0) + 1, changedAt: now,
            confirmedAt: isConfirmed ? now : former?.confirmedAt ?? now, body: value.jsonBytes)
        return EntryChange(
            expectedVersion: former?.version ?? 0, row: row, actor: actor, what: what,
            text: RegisterEntry.text(kind, value, state: state))
    }
}
