package import Calendars

/// A store that forgets everything when the process ends: for tests, simulations and a first try.
///
/// It keeps the same contract as a database except for durability; `reopened()` and `restored()` play a crash and a
/// restored backup.
package actor MemoryStore: CaseStore {
    var tables = MemoryTables()
    private var isClosed = false

    package init() {}

    private init(_ tables: MemoryTables) { self.tables = tables }

    /// The store as a new process finds it after this one died; this one is closed.
    package func reopened() -> MemoryStore {
        isClosed = true
        var copy = tables
        copy.interrupted = Set(copy.effects.filter { $0.value.state == .claimed }.keys)
        return MemoryStore(copy)
    }

    /// A consistent copy as a restored backup opens: with outbound effects on hold.
    package func restored() -> MemoryStore {
        var copy = tables
        copy.interrupted = Set(copy.effects.filter { $0.value.state == .claimed }.keys)
        copy.outboundHold = copy.outboundHold ?? "restored from a backup"
        return MemoryStore(copy)
    }

    func open() throws {
        guard !isClosed else { throw StoreFailure.closed }
    }

    // MARK: Programmes

    package func add(programme: ProgrammeRow) throws {
        try open()
        let hash = ByteName(programme.hash)
        if tables.programmes[hash] == nil { tables.programmes[hash] = programme }
    }

    package func programme(hash: String) throws -> ProgrammeRow? {
        try open()
        return tables.programmes[ByteName(hash)]
    }

    package func programmes() throws -> [ProgrammeRow] {
        try open()
        let sorted = tables.programmes.values.sorted {
            ($0.version, ByteName($0.hash)) < ($1.version, ByteName($1.hash))
        }
        let named = Dictionary(grouping: sorted) { ByteName($0.name) }
        return named.keys.sorted().flatMap { named[$0] ?? [] }.map { row in
            var short = row
            short.source = []
            return short
        }
    }

    // MARK: Cases

    package func commit(_ steps: [Step]) throws -> [StepResult] {
        try open()
        guard steps.count <= StoreLimits.stepsPerCommit else { throw StoreFailure.batchTooLarge }
        let results = try judged(steps)
        for (step, result) in zip(steps, results) where result == .written { tables.write(step) }
        return results
    }

    package func commitTogether(_ steps: [Step]) throws -> [StepResult] {
        try open()
        guard steps.count <= StoreLimits.stepsTogether else { throw StoreFailure.tooManyTogether }
        let results = try judged(steps)
        guard results.allSatisfy({ $0 == .written }) else { return results }
        for step in steps { tables.write(step) }
        return results
    }

    /// The judgement lets go of the tables before they are written, so that writing copies nothing.
    private func judged(_ steps: [Step]) throws -> [StepResult] {
        var batch = MemoryBatch(over: tables)
        return try steps.map { try batch.judge($0) }
    }

    package func findCase(id: String) throws -> CaseRow? {
        try open()
        return tables.cases[ByteName(id)]
    }

    package func findCase(reference: String) throws -> CaseRow? {
        try open()
        return tables.caseOfReference[ByteName(reference)].flatMap { tables.cases[$0] }
    }

    package func cases(_ filter: CaseFilter) throws -> [CaseRow] {
        try open()
        let limit = StoreLimits.rows(filter.limit)
        var found: [CaseRow] = []
        tables.references.forEach(after: ByteName(filter.after)) { reference in
            guard found.count < limit else { return false }
            guard var row = tables.caseOfReference[reference].flatMap({ tables.cases[$0] }), filter.takes(row) else {
                return true
            }
            row.body = []
            found.append(row)
            return true
        }
        return found
    }

    package func nextNumbers(of sequence: String, count: Int) throws -> Int {
        try open()
        let last = tables.sequences[ByteName(sequence), default: 0]
        tables.sequences[ByteName(sequence)] = last + count
        return last + 1
    }

    package func answer(toKey key: String, caseID: String) throws -> CommandKey? {
        try open()
        return tables.commandKeys[ByteName(caseID)]?[ByteName(key)]
    }

    package func journal(caseID: String, from number: Int, limit: Int) throws -> [JournalRow] {
        try open()
        let entries = tables.journals[ByteName(caseID)] ?? []
        return Array(entries.dropFirst(max(number, 1) - 1).prefix(StoreLimits.rows(limit)))
    }

    // MARK: Tasks and timers

    package func tasks(_ filter: TaskFilter) throws -> [TaskRow] {
        try open()
        let limit = StoreLimits.rows(filter.limit)
        var found: [TaskRow] = []
        tables.taskOrder.forEach { turn in
            guard found.count < limit else { return false }
            if let row = tables.tasks[turn.first], filter.takes(row) { found.append(row) }
            return true
        }
        return found
    }

    package func task(id: String) throws -> TaskRow? {
        try open()
        return tables.tasks[ByteName(id)]
    }

    package func nextTimer() throws -> Instant? {
        try open()
        return tables.timerOrder.first?.at
    }

    package func casesDue(at now: Instant, limit: Int) throws -> [String] {
        try open()
        var seen: Set<ByteName> = []
        var found: [String] = []
        tables.timerOrder.forEach { turn in
            guard turn.at <= now, found.count < limit else { return false }
            if seen.insert(turn.first).inserted { found.append(turn.first.text) }
            return true
        }
        return found
    }

    package func timers(_ filter: TimerFilter) throws -> [TimerRow] {
        try open()
        let limit = StoreLimits.rows(filter.limit)
        var found: [TimerRow] = []
        tables.timerOrder.forEach { turn in
            guard found.count < limit else { return false }
            if let before = filter.before, turn.at >= before { return false }
            if let caseID = filter.caseID, turn.first != ByteName(caseID) { return true }
            let name = MemoryTables.TimerName(caseID: turn.first, key: turn.second)
            if let row = tables.timers[name] { found.append(row) }
            return true
        }
        return found
    }

    // MARK: Outbox

    package func claimEffects(at now: Instant, limit: Int, except full: Set<String>) throws -> [EffectRow] {
        try open()
        guard tables.outboundHold == nil else { return [] }
        let due = tables.claimable(at: now, limit: full.isEmpty ? limit : .max)
        let free = due.lazy.filter { key in self.tables.effects[key].map { !full.contains($0.action) } ?? false }
        return Array(free.prefix(max(limit, 0))).compactMap { key in
            tables.change(key) { row in
                row.state = .claimed
                row.attempts += 1
            }
            return tables.effects[key]
        }
    }

    package func finishEffect(_ finish: EffectFinish) throws {
        try open()
        let key = ByteName(finish.key)
        let givesBack = !finish.countsAsTry && tables.effects[key]?.state == .claimed
        tables.write(finish)
        if givesBack { tables.change(key) { $0.attempts -= 1 } }
    }

    package func moveEffect(key: String, from: EffectState, to: EffectState, at now: Instant) throws -> Bool {
        try open()
        guard tables.effects[ByteName(key)]?.state == from else { return false }
        tables.change(ByteName(key)) { row in
            row.state = to
            if to == .queued { row.dueAt = max(row.dueAt, now) }
        }
        tables.interrupted.remove(ByteName(key))
        return true
    }

    package func effect(key: String) throws -> EffectRow? {
        try open()
        return tables.effects[ByteName(key)]
    }

    package func effects(_ filter: EffectFilter) throws -> [EffectRow] {
        try open()
        let limit = StoreLimits.rows(filter.limit)
        var found: [EffectRow] = []
        tables.effectOrder.forEach { turn in
            guard found.count < limit else { return false }
            if let row = tables.effects[turn.first], filter.takes(row) { found.append(row) }
            return true
        }
        return found
    }

    package func interruptedEffects() throws -> [EffectRow] {
        try open()
        return tables.interrupted.compactMap { tables.effects[$0] }.sorted {
            ($0.dueAt, ByteName($0.key)) < ($1.dueAt, ByteName($1.key))
        }
    }

    // MARK: The store as a whole

    package func outboundHold() throws -> String? {
        try open()
        return tables.outboundHold
    }

    package func setOutboundHold(_ reason: String?) throws {
        try open()
        tables.outboundHold = reason
    }

    package func lastSeen() throws -> Instant? {
        try open()
        return tables.lastSeen
    }

    package func heldPlaces() throws -> [String: [String: Int]] {
        try open()
        var held: [String: [String: Int]] = [:]
        for (place, owners) in tables.places {
            let count = owners.values.reduce(0, +)
            if count > 0 { held[place.offer.text, default: [:]][place.period.text] = count }
        }
        return held
    }

    package func setLastSeen(_ at: Instant) throws {
        try open()
        tables.lastSeen = at
    }

    package func document(kind: String, id: String) throws -> [UInt8]? {
        try open()
        return tables.documents[MemoryTables.DocumentName(kind: ByteName(kind), id: ByteName(id))]
    }

    package func setDocument(kind: String, id: String, body: [UInt8]?) throws {
        try open()
        let name = MemoryTables.DocumentName(kind: ByteName(kind), id: ByteName(id))
        tables.documents[name] = body
        if body == nil { tables.documentOrder.remove(name) } else { tables.documentOrder.insert(name) }
    }

    package func setDocuments(_ documents: [StoredDocument]) throws {
        for document in documents { try setDocument(kind: document.kind, id: document.id, body: document.body) }
    }

    package func documents(kind: String, after id: String, limit: Int) throws -> [StoredDocument] {
        try open()
        let start = MemoryTables.DocumentName(kind: ByteName(kind), id: ByteName(id))
        var found: [StoredDocument] = []
        tables.documentOrder.forEach(after: start) { name in
            guard name.kind == start.kind, found.count < StoreLimits.rows(limit) else { return false }
            found.append(StoredDocument(kind: kind, id: name.id.text, body: tables.documents[name] ?? []))
            return true
        }
        return found
    }

    package func counts() throws -> StoreCounts {
        try open()
        var counts = StoreCounts()
        counts.cases = tables.cases.count
        counts.openCases = tables.cases.values.count { !$0.hasEnded }
        counts.openTasks = tables.tasks.count
        counts.armedTimers = tables.timers.count
        counts.journalEntries = tables.journals.values.reduce(0) { $0 + $1.count }
        for row in tables.effects.values { counts.effects[row.state, default: 0] += 1 }
        return counts
    }

    /// - Throws: always `StoreFailure.refused`: there is no file to copy; `restored()` gives a copy in memory.
    package func backup(to path: String) throws {
        try open()
        throw StoreFailure.refused(message: "a store in memory has no backup; give --database with a path")
    }

    package func inspect() throws -> [String] {
        try open()
        return []
    }

    package func close() { isClosed = true }
}
