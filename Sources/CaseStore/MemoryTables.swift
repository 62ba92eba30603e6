import Calendars

/// What the memory store holds: rows by key, and the orders in which they are asked for.
struct MemoryTables: Sendable {
    struct TimerName: Hashable, Sendable {
        var caseID: ByteName
        var key: ByteName
    }

    struct PlaceName: Hashable, Sendable {
        var offer: ByteName
        var period: ByteName
    }

    struct DocumentName: Hashable, Comparable, Sendable {
        var kind: ByteName
        var id: ByteName

        static func < (left: DocumentName, right: DocumentName) -> Bool {
            left.kind == right.kind ? left.id < right.id : left.kind < right.kind
        }
    }

    /// An instant, then one or two names: the order of timers, tasks and effects.
    struct Turn: Hashable, Comparable, Sendable {
        var at: Instant
        var first: ByteName
        var second = ByteName("")

        static func < (left: Turn, right: Turn) -> Bool {
            if left.at != right.at { return left.at < right.at }
            return left.first == right.first ? left.second < right.second : left.first < right.first
        }
    }

    var programmes: [ByteName: ProgrammeRow] = [:]
    var cases: [ByteName: CaseRow] = [:]
    var caseOfReference: [ByteName: ByteName] = [:]
    var references = SortedKeys<ByteName>()
    var journals: [ByteName: [JournalRow]] = [:]
    var commandKeys: [ByteName: [ByteName: CommandKey]] = [:]
    var sequences: [ByteName: Int] = [:]

    var tasks: [ByteName: TaskRow] = [:]
    var taskOrder = SortedKeys<Turn>()
    var timers: [TimerName: TimerRow] = [:]
    var timerOrder = SortedKeys<Turn>()

    var effects: [ByteName: EffectRow] = [:]
    var outputs: [ByteName: [UInt8]] = [:]
    var effectOrder = SortedKeys<Turn>()
    var queuedOrder = SortedKeys<Turn>()
    var effectsOfSequence: [ByteName: [ByteName]] = [:]
    /// Claimed by a run that ended without telling what became of them.
    var interrupted: Set<ByteName> = []

    var places: [PlaceName: [ByteName: Int]] = [:]
    var documents: [DocumentName: [UInt8]] = [:]
    var documentOrder = SortedKeys<DocumentName>()
    var register = MemoryRegister()
    var outboundHold: String?
    var lastSeen: Instant?

    // MARK: Writing a step

    /// Writes a step that was found good.
    mutating func write(_ step: Step) {
        let id = ByteName(step.case.id)
        put(step.case)
        journals[id, default: []] += step.journal
        for _ in step.journal { register.journal.append(id) }
        for row in step.tasks { put(row) }
        for task in step.tasksClosed { removeTask(ByteName(task)) }
        for timer in step.timersRemoved { removeTimer(TimerName(caseID: id, key: ByteName(timer.key))) }
        for row in step.timers { put(row) }
        for row in step.effects { add(row) }
        for key in step.effectsRecalled {
            change(ByteName(key)) { if $0.state.isUnclaimed { $0.state = .recalled } }
        }
        for finish in step.effectsFinished { write(finish) }
        for one in step.reservations {
            let place = PlaceName(offer: ByteName(one.offer), period: ByteName(one.period))
            places[place, default: [:]][ByteName(one.owner)] = one.places > 0 ? one.places : nil
        }
        if let key = step.commandKey { commandKeys[id, default: [:]][ByteName(key.key)] = key }
    }

    private mutating func put(_ row: CaseRow) {
        let id = ByteName(row.id)
        if let former = cases[id], ByteName(former.reference) != ByteName(row.reference) {
            caseOfReference[ByteName(former.reference)] = nil
            references.remove(ByteName(former.reference))
        }
        cases[id] = row
        caseOfReference[ByteName(row.reference)] = id
        references.insert(ByteName(row.reference))
    }

    // MARK: Tasks and timers

    private static func turn(_ row: TaskRow) -> Turn {
        Turn(at: row.dueAt ?? Instant(milliseconds: .max), first: ByteName(row.id))
    }

    private static func turn(_ row: TimerRow) -> Turn {
        Turn(at: row.at, first: ByteName(row.caseID), second: ByteName(row.key))
    }

    private mutating func put(_ row: TaskRow) {
        removeTask(ByteName(row.id))
        tasks[ByteName(row.id)] = row
        taskOrder.insert(Self.turn(row))
    }

    private mutating func removeTask(_ id: ByteName) {
        guard let former = tasks.removeValue(forKey: id) else { return }
        taskOrder.remove(Self.turn(former))
    }

    private mutating func put(_ row: TimerRow) {
        let name = TimerName(caseID: ByteName(row.caseID), key: ByteName(row.key))
        removeTimer(name)
        timers[name] = row
        timerOrder.insert(Self.turn(row))
    }

    private mutating func removeTimer(_ name: TimerName) {
        guard let former = timers.removeValue(forKey: name) else { return }
        timerOrder.remove(Self.turn(former))
    }

    // MARK: Effects

    private static func turn(_ row: EffectRow) -> Turn { Turn(at: row.dueAt, first: ByteName(row.key)) }

    /// Adds an effect, or renders one anew that was not claimed yet; its attempts and beginning stay.
    private mutating func add(_ row: EffectRow) {
        let key = ByteName(row.key)
        guard effects[key] == nil else {
            change(key) { former in
                guard former.state.isUnclaimed else { return }
                let (attempts, createdAt, failure) = (former.attempts, former.createdAt, former.failure)
                former = row
                (former.attempts, former.createdAt, former.failure) = (attempts, createdAt, failure)
            }
            return
        }
        effects[key] = row
        enter(row)
    }

    /// Changes an effect and its place in every order; false if there is none.
    mutating func change(_ key: ByteName, _ body: (inout EffectRow) -> Void) {
        guard var row = effects[key] else { return }
        leave(row)
        body(&row)
        effects[key] = row
        enter(row)
    }

    private mutating func enter(_ row: EffectRow) {
        effectOrder.insert(Self.turn(row))
        if row.state == .queued { queuedOrder.insert(Self.turn(row)) }
        if !row.sequence.isEmpty { effectsOfSequence[ByteName(row.sequence), default: []].append(ByteName(row.key)) }
    }

    private mutating func leave(_ row: EffectRow) {
        effectOrder.remove(Self.turn(row))
        if row.state == .queued { queuedOrder.remove(Self.turn(row)) }
        let key = ByteName(row.key)
        if !row.sequence.isEmpty { effectsOfSequence[ByteName(row.sequence)]?.removeAll { $0 == key } }
    }

    /// Writes what became of a claimed effect; one that is not claimed is left.
    mutating func write(_ finish: EffectFinish) {
        let key = ByteName(finish.key)
        guard effects[key]?.state == .claimed else { return }
        interrupted.remove(key)
        outputs[key] = finish.output.isEmpty ? nil : finish.output
        change(key) { row in
            row.state = finish.state
            row.failure = finish.failure
            if finish.state == .queued { row.dueAt = finish.dueAt }
        }
    }

    /// Keys of queued effects that are due and whose turn in their sequence has come.
    func claimable(at now: Instant, limit: Int) -> [ByteName] {
        var keys: [ByteName] = []
        guard limit > 0 else { return [] }
        queuedOrder.forEach { turn in
            guard turn.at <= now else { return false }
            if let row = effects[turn.first], !waits(row) { keys.append(turn.first) }
            return keys.count < limit
        }
        return keys
    }

    private func waits(_ row: EffectRow) -> Bool {
        guard !row.sequence.isEmpty else { return false }
        return (effectsOfSequence[ByteName(row.sequence)] ?? []).contains { key in
            effects[key].map { $0.index < row.index && !$0.state.letsNextGo } ?? false
        }
    }
}
