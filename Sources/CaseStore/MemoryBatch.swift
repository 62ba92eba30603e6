/// Judges the steps of one batch before any is written: what is stored, and above it what the batch would write.
struct MemoryBatch {
    private let tables: MemoryTables
    private var versions: [ByteName: Int] = [:]
    private var lastNumbers: [ByteName: Int] = [:]
    private var references: [ByteName: ByteName] = [:]
    private var commandKeys: [ByteName: [ByteName: CommandKey]] = [:]
    private var places: [MemoryTables.PlaceName: [ByteName: Int]] = [:]

    init(over tables: MemoryTables) { self.tables = tables }

    /// What becomes of a step; `.written` means that it may be written after those judged before it.
    mutating func judge(_ step: Step) throws -> StepResult {
        if let refusal = step.refusal { throw refusal }
        let id = ByteName(step.case.id)
        if let key = step.commandKey, let known = known(key, of: id) {
            return known.bodyHash == key.bodyHash ? .repeated(answer: known.answer) : .conflict
        }
        let version = versions[id] ?? tables.cases[id]?.version ?? 0
        guard version == step.expectedVersion else { return .stale(actual: version) }
        if let full = full(step) { return .full(offer: full.offer) }
        let reference = ByteName(step.case.reference)
        if let owner = references[reference] ?? tables.caseOfReference[reference], owner != id {
            throw StoreFailure.referenceTaken(step.case.reference)
        }
        let last = lastNumbers[id] ?? tables.journals[id]?.count ?? 0
        if let refusal = step.journalRefusal(after: last) { throw refusal }
        note(step, id: id, last: last)
        return .written
    }

    private func known(_ key: CommandKey, of id: ByteName) -> CommandKey? {
        commandKeys[id]?[ByteName(key.key)] ?? tables.commandKeys[id]?[ByteName(key.key)]
    }

    private func full(_ step: Step) -> Reservation? {
        Reservation.firstFull(of: step.reservations) { offer, period in
            let name = MemoryTables.PlaceName(offer: ByteName(offer), period: ByteName(period))
            return places[name] ?? tables.places[name] ?? [:]
        }
    }

    private mutating func note(_ step: Step, id: ByteName, last: Int) {
        versions[id] = step.case.version
        lastNumbers[id] = last + step.journal.count
        references[ByteName(step.case.reference)] = id
        if let key = step.commandKey { commandKeys[id, default: [:]][ByteName(key.key)] = key }
        for one in step.reservations {
            let name = MemoryTables.PlaceName(offer: ByteName(one.offer), period: ByteName(one.period))
            var owners = places[name] ?? tables.places[name] ?? [:]
            owners[ByteName(one.owner)] = one.places > 0 ? one.places : nil
            places[name] = owners
        }
    }
}
