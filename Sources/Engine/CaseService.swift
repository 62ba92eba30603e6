import Calendars
package import CaseStore
import Digests
package import Exchange
package import Expressions
import Synchronization

/// Takes commands for cases: load, decide, write, answer; one command is one transaction.
package final class CaseService: Sendable {
    /// Cases kept in memory; the store is the truth, the version fences.
    private static let cacheLimit = 4_096
    /// How often a command is tried against a case that others change.
    private static let tries = 50

    let store: any CaseStore
    let shelf: ProgrammeShelf
    let world: World
    let register: Register
    private let cache = Mutex<[String: Case]>([:])
    private let watch: @Sendable (Case, [Note]) -> Void

    /// - Parameter watch: told of each case that was written, with what happened, in no promised order among cases.
    package init(
        store: any CaseStore, shelf: ProgrammeShelf, world: World, register: Register,
        watch: @escaping @Sendable (Case, [Note]) -> Void = { _, _ in }
    ) {
        self.store = store
        self.shelf = shelf
        self.world = world
        self.register = register
        self.watch = watch
    }

    // MARK: Reading

    /// The case with this identifier or reference.
    package func load(_ name: String) async throws -> (case: Case, machine: CaseMachine) {
        if let known = cache.withLock({ $0[name] }) {
            return (known, try await shelf.machine(hash: known.programme))
        }
        let row: CaseRow?
        if let byID = try await store.findCase(id: name) {
            row = byID
        } else {
            row = try await store.findCase(reference: name)
        }
        guard let row else { throw EngineFailure.noCase(name) }
        guard let found = try? Case(packed: row.body) else { throw EngineFailure.damaged("case \(row.reference)") }
        remember(found)
        return (found, try await shelf.machine(hash: found.programme))
    }

    private func remember(_ c: Case) {
        cache.withLock { cache in
            if cache.count >= Self.cacheLimit, cache[c.id] == nil, let any = cache.keys.first { cache[any] = nil }
            cache[c.id] = c
        }
    }

    private func forget(_ id: String) { cache.withLock { $0[id] = nil } }

    // MARK: Writing

    /// Keeps references for cases that are started side by side, so that they are numbered in an order of the caller's.
    package func references(_ count: Int, for programme: Programme) async throws -> [String] {
        let year = programme.zone.date(of: world.now()).year
        let first = try await store.nextNumbers(of: "\(programme.name)/\(year)", count: count)
        return (first..<first + count).map { number in
            let digits = String(number)
            let padded = String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
            return programme.reference.replacing("{year}", with: String(year)).replacing("{number}", with: padded)
        }
    }

    /// Starts a case; staff roles that nobody names come from the roster.
    ///
    /// - Parameter reference: one of `references`; nil: the next.
    package func start(
        _ machine: CaseMachine, people: [String: [Party]], roster: [String: [Party]], origin: [String: Value] = [:],
        by actor: Actor, id: String? = nil, reference kept: String? = nil
    ) async throws -> Case {
        let programme = machine.programme
        var all = people
        for role in programme.people.values where role.isStaff && all[role.name] == nil && role.sources.isEmpty {
            guard let found = roster[role.name] ?? roster["*"], !found.isEmpty else {
                throw EngineFailure.noStaff(role: role.name)
            }
            all[role.name] = found
        }
        for role in programme.people.values where all[role.name] == nil && role.sources.isEmpty {
            if let found = roster[role.name], !found.isEmpty { all[role.name] = found }
        }
        let reference: String
        if let kept { reference = kept } else { reference = try await references(1, for: programme)[0] }
        var transition = machine.start(
            id: id ?? world.identifier(), reference: reference, people: all, origin: origin, by: actor, at: world.now())
        let writer = StepWriter(machine: machine)
        let step = writer.step(from: nil, &transition, command: .start(people: all, origin: origin), actor: actor)
        switch try await store.commit([step]).first {
        case .written?:
            remember(transition.case)
            watch(transition.case, transition.notes)
            return transition.case
        default: throw EngineFailure.busy(reference: reference)
        }
    }

    /// What a command gave.
    package struct Answer: Sendable {
        package let `case`: Case
        package let notes: [Note]
        /// Whether the same command had been taken before (R42).
        package let isRepeated: Bool
    }

    /// Gives a case a command.
    ///
    /// - Parameters:
    ///   - key: the caller's own, for repeating safely; kept for the case's life.
    ///   - said: the hash of what the caller said, kept with the key where the same words may become another command later.
    ///   - finished: an effect whose result the command tells.
    /// - Throws: `EngineFailure.refused` with the reason; timers that were due have fired all the same.
    package func submit(
        _ command: Command, to name: String, by actor: Actor, key: String? = nil, said: [UInt8] = [],
        finished: EffectFinish? = nil
    ) async throws -> Answer {
        var full: Set<String> = []
        for _ in 0..<Self.tries {
            let (before, machine) = try await load(name)
            // Asked before anything is decided: the case has moved on since, and would refuse what it took (R42).
            if let key, let known = try await store.answer(toKey: key, caseID: before.id) {
                guard known.bodyHash == commandKey(key, command, actor).bodyHash else {
                    throw EngineFailure.conflict(key: key)
                }
                return Answer(case: before, notes: [], isRepeated: true)
            }
            if let news = try await offerNews(of: command, before, machine) {
                throw try await tell(news, before.id)
            }
            let now = world.now()
            var transition = machine.apply(command, by: actor, at: now, to: before, full: full)
            if case .refused(let refusal) = transition.verdict, transition.notes.isEmpty {
                throw EngineFailure.refused(refusal)
            }
            let isQuiet = transition.notes.isEmpty && transition.effects.isEmpty && command == .tick
            if isQuiet, transition.case.timers == before.timers {
                return Answer(case: before, notes: [], isRepeated: false)
            }
            let writer = StepWriter(machine: machine)
            let isRefused = transition.verdict != .accepted
            let commandKey = isRefused ? nil : key.map { self.commandKey($0, command, actor, said: said) }
            let kept = isRefused ? .tick : writer.seal(command, from: before, into: &transition.case)
            let step = writer.step(
                from: before, &transition, command: kept, actor: isRefused ? .service : actor,
                commandKey: commandKey, finished: isRefused ? nil : finished)
            switch try await store.commit([step]).first {
            case .written?:
                remember(transition.case)
                watch(transition.case, transition.notes)
                if case .refused(let refusal) = transition.verdict { throw EngineFailure.refused(refusal) }
                return Answer(case: transition.case, notes: transition.notes, isRepeated: false)
            case .stale?: forget(before.id)
            case .repeated?:
                forget(before.id)
                return Answer(case: try await load(before.id).case, notes: [], isRepeated: true)
            case .conflict?: throw EngineFailure.conflict(key: key ?? "")
            case .full(let offer)?: full.insert(offer)
            case nil: throw EngineFailure.busy(reference: before.reference)
            }
        }
        throw EngineFailure.busy(reference: name)
    }

    private func commandKey(
        _ key: String, _ command: Command, _ actor: Actor, said: [UInt8] = []
    ) -> CommandKey {
        let body = Array("\(command.kind)|\(actor.id)|\(actor.role)|\(command.value.json)".utf8)
        return CommandKey(key: key, bodyHash: SHA256.hash(body).bytes, answer: said)
    }

    // MARK: History

    /// The whole journal of a case, checked against its chain.
    ///
    /// - Throws: `EngineFailure.damaged` naming the first entry that does not follow.
    package func journal(_ name: String) async throws -> [JournalRow] {
        let (found, _) = try await load(name)
        var result: [JournalRow] = []
        var previous: [UInt8] = []
        while true {
            let page = try await store.journal(caseID: found.id, from: result.count + 1, limit: StoreLimits.page)
            for row in page {
                guard row.number == result.count + 1, StepWriter.isIntact(row, after: previous) else {
                    throw EngineFailure.damaged("entry \(row.number) of the journal of \(found.reference)")
                }
                previous = row.hash
                result.append(row)
            }
            if page.count < StoreLimits.page { return result }
        }
    }
}
