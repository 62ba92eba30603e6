import Calendars

/// The register and the texts of a memory store.
struct MemoryRegister: Sendable {
    var entries: [MemoryTables.DocumentName: EntryRow] = [:]
    var order = SortedKeys<MemoryTables.DocumentName>()
    var versions: [MemoryTables.DocumentName: [EntryVersion]] = [:]
    var texts: [MemoryTables.DocumentName: SearchText] = [:]
    /// The case of each journal entry of the store, in the order of writing.
    var journal: [ByteName] = []
    var indexed = 0

    static func name(_ kind: String, _ id: String) -> MemoryTables.DocumentName {
        MemoryTables.DocumentName(kind: ByteName(kind), id: ByteName(id))
    }

    /// The first change that does not meet the version it expects.
    func stale(_ changes: [EntryChange]) -> EntryResult? {
        var versions: [MemoryTables.DocumentName: Int] = [:]
        for change in changes {
            let name = Self.name(change.row.kind, change.row.id)
            let actual = versions[name] ?? entries[name]?.version ?? 0
            guard actual == change.expectedVersion else {
                return .stale(kind: change.row.kind, id: change.row.id, actual: actual)
            }
            versions[name] = change.row.version
        }
        return nil
    }

    mutating func write(_ change: EntryChange) {
        let name = Self.name(change.row.kind, change.row.id)
        entries[name] = change.row
        order.insert(name)
        if change.isErasure {
            for index in versions[name, default: []].indices { versions[name]?[index].body = [] }
        }
        versions[name, default: []].append(
            EntryVersion(
                version: change.row.version, at: change.row.changedAt, actor: change.actor, what: change.what,
                state: change.row.state, body: change.row.body))
        put(change.text)
    }

    mutating func put(_ text: SearchText) {
        texts[Self.name(text.kind, text.id)] = text.isEmpty ? nil : text
    }
}

// MARK: Searching

extension MemoryRegister {
    /// The weight of a word in a title beside one in a body.
    private static let titleWeight = 3.0

    /// BM25 as SQLite's FTS5 computes it (k1 = 1.2, b = 0.75), so that both stores give one order.
    func search(_ query: SearchQuery) -> [SearchHit] {
        let terms = query.terms.filter { !$0.words.isEmpty }
        guard !terms.isEmpty, !texts.isEmpty else { return [] }
        let all = texts.values.map { text in
            (text: text, title: Self.words(text.title), body: Self.words(text.body))
        }
        let average = Double(all.reduce(0) { $0 + $1.title.count + $1.body.count }) / Double(all.count)
        let counts = all.map { entry in
            terms.map { (Self.count($0, in: entry.title), Self.count($0, in: entry.body)) }
        }
        let rarity = terms.indices.map { term in
            let holding = Double(counts.count { $0[term].0 + $0[term].1 > 0 })
            return max(Self.logarithm((Double(all.count) - holding + 0.5) / (holding + 0.5)), 1e-6)
        }
        var found: [(score: Double, text: SearchText)] = []
        for (index, entry) in all.enumerated() {
            guard query.kinds.isEmpty || query.kinds.contains(entry.text.kind),
                counts[index].allSatisfy({ $0.0 + $0.1 > 0 })
            else { continue }
            let length = Double(entry.title.count + entry.body.count)
            var score = 0.0
            for term in terms.indices {
                let often = Self.titleWeight * Double(counts[index][term].0) + Double(counts[index][term].1)
                score += rarity[term] * (often * 2.2) / (often + 1.2 * (0.25 + 0.75 * length / average))
            }
            found.append((score, entry.text))
        }
        found.sort {
            $0.score != $1.score
                ? $0.score > $1.score : Self.name($0.text.kind, $0.text.id) < Self.name($1.text.kind, $1.text.id)
        }
        return found.prefix(StoreLimits.rows(query.limit)).map {
            SearchHit(kind: $0.text.kind, id: $0.text.id, original: $0.text.original)
        }
    }

    private static func words(_ text: String) -> [ByteName] {
        text.split(separator: " ").map { ByteName(String($0)) }
    }

    /// How often the words stand one behind the other.
    private static func count(_ term: SearchQuery.Term, in words: [ByteName]) -> Int {
        let wanted = term.words.map { ByteName($0) }
        guard let last = wanted.last, words.count >= wanted.count else { return 0 }
        return (0...(words.count - wanted.count)).count { start in
            let here = words[start..<(start + wanted.count)]
            guard here.dropLast().elementsEqual(wanted.dropLast()), let end = here.last else { return false }
            return term.isBeginning ? end.text.utf8.starts(with: last.text.utf8) : end == last
        }
    }

    /// The natural logarithm by its series; this room imports no mathematics.
    private static func logarithm(_ value: Double) -> Double {
        guard value > 0 else { return -.infinity }
        let z = (value.significand - 1) / (value.significand + 1)
        var (sum, power, divisor) = (0.0, z, 1.0)
        while power.magnitude > 1e-18 {
            sum += power / divisor
            power *= z * z
            divisor += 2
        }
        return 2 * sum + Double(value.exponent) * 0.693_147_180_559_945_3
    }
}

extension MemoryStore {
    package func entry(kind: String, id: String) throws -> EntryRow? {
        try open()
        return tables.register.entries[MemoryRegister.name(kind, id)]
    }

    package func entries(_ filter: EntryFilter) throws -> [EntryRow] {
        try open()
        var found: [EntryRow] = []
        let limit = StoreLimits.rows(filter.limit)
        tables.register.order.forEach(after: MemoryRegister.name(filter.after.kind, filter.after.id)) { name in
            guard found.count < limit else { return false }
            if let row = tables.register.entries[name], filter.takes(row) { found.append(row) }
            return true
        }
        return found
    }

    package func change(entries changes: [EntryChange]) throws -> EntryResult {
        try open()
        guard changes.count <= StoreLimits.entriesPerChange else { throw StoreFailure.tooManyEntries }
        for change in changes { if let refusal = change.refusal { throw refusal } }
        if let stale = tables.register.stale(changes) { return stale }
        for change in changes { tables.register.write(change) }
        return .written
    }

    package func history(kind: String, id: String, after version: Int, limit: Int) throws -> [EntryVersion] {
        try open()
        let all = tables.register.versions[MemoryRegister.name(kind, id)] ?? []
        return Array(all.filter { $0.version > version }.prefix(StoreLimits.rows(limit)))
    }

    package func index(_ texts: [SearchText], through position: Int?) throws {
        try open()
        for text in texts { tables.register.put(text) }
        if let position { tables.register.indexed = position }
    }

    package func search(_ query: SearchQuery) throws -> [SearchHit] {
        try open()
        guard query.terms.count <= StoreLimits.searchTerms else { throw StoreFailure.tooManyTerms }
        return tables.register.search(query)
    }

    package func casesChanged(after position: Int, limit: Int) throws -> (ids: [String], position: Int) {
        try open()
        let end = min(tables.register.journal.count, max(position, 0) + StoreLimits.rows(limit))
        guard end > position else { return ([], position) }
        var seen: Set<ByteName> = []
        let ids = tables.register.journal[max(position, 0)..<end].filter { seen.insert($0).inserted }.map(\.text)
        return (ids, end)
    }

    package func indexedPosition() throws -> Int {
        try open()
        return tables.register.indexed
    }
}

extension StoreFailure {
    package static let tooManyEntries = StoreFailure.refused(
        message: "more than \(StoreLimits.entriesPerChange) entries cannot be changed at once")
    package static let tooManyTerms = StoreFailure.refused(
        message: "a search has at most \(StoreLimits.searchTerms) words")
}
