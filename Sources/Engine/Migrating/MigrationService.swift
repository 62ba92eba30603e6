import Calendars
package import CaseStore
package import Exchange

/// Takes live cases over to another version of their programme: a plan that changes nothing, then all of them at once.
package final class MigrationService: Sendable {
    /// How often a batch is judged anew because cases changed between the judgement and the writing.
    static let tries = 10

    let cases: CaseService
    let register: Register
    private let watch: @Sendable (Case, [Note]) -> Void

    /// - Parameter watch: told of each case that was moved, with what happened.
    package init(
        cases: CaseService, register: Register, watch: @escaping @Sendable (Case, [Note]) -> Void = { _, _ in }
    ) {
        self.cases = cases
        self.register = register
        self.watch = watch
    }

    private var store: any CaseStore { cases.store }

    /// The contents that a name means: `study-tour`, `study-tour@1`, or the first digits of a content's hash.
    package func contents(named text: String) async throws -> [ProgrammeRow] {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        let rows = try await store.programmes()
        let named = rows.filter { row in
            row.name == parts.first && (parts.count < 2 || parts[1] == String(row.version))
        }
        guard named.isEmpty, text.utf8.count >= 6 else { return named }
        return rows.filter { $0.hash.hasPrefix(text) }
    }

    // MARK: The plan

    /// Judges each live case of some contents, and plays its journal under the new version.
    ///
    /// - Parameters:
    ///   - hashes: the contents that the cases are pinned to now; the new one's own is left out.
    ///   - only: references or identifiers of the cases that are meant; empty: all.
    ///   - watch: told how many of how many are done; false stops with `CancellationError`.
    package func plan(
        from hashes: Set<String>, to new: CaseMachine, map: MigrationMap, only: Set<String> = [],
        watch: @Sendable (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    ) async throws -> MigrationPlan {
        var rows: [CaseRow] = []
        let meant = hashes.subtracting([new.programme.hash])
        for name in Set(try await store.programmes().filter { meant.contains($0.hash) }.map(\.name)).sorted() {
            var filter = CaseFilter()
            (filter.programme, filter.hasEnded) = (name, false)
            while true {
                let page = try await store.cases(filter)
                rows += page.filter { row in
                    meant.contains(row.programme)
                        && (only.isEmpty || only.contains(row.reference) || only.contains(row.id))
                }
                guard page.count == filter.limit, let last = page.last else { break }
                filter.after = last.reference
            }
        }
        let judge = MigrationJudge(
            new: new, map: map, shelf: cases.shelf, roster: try await register.roster(), actor: .service)
        var items: [MigrationPlan.Item] = []
        for row in rows.sorted(by: { $0.reference < $1.reference }) {
            guard watch(items.count, rows.count) else { throw CancellationError() }
            items.append(try await item(row, judge))
        }
        _ = watch(rows.count, rows.count)
        return MigrationPlan(new: new, map: map, items: items)
    }

    private func item(_ row: CaseRow, _ judge: MigrationJudge) async throws -> MigrationPlan.Item {
        let (c, old) = try await cases.load(row.id)
        let now = cases.world.now()
        let due = c.timers.first.map { $0.at <= now } ?? false
        let before = due ? old.apply(.tick, by: .service, at: now, to: c).case : c
        func made(_ verdict: MigrationPlan.Verdict, _ history: JournalReplay.Finding? = nil) -> MigrationPlan.Item {
            MigrationPlan.Item(
                id: row.id, reference: row.reference, from: c.programme, verdict: verdict, history: history)
        }
        switch try await judge.judge(before, at: now) {
        case .waits(let names): return made(.waits(names.sorted()))
        case .cannot(let why): return made(.cannot(why))
        case .moves(let transition):
            let changes = MigrationComparison(before, transition, by: try await judge.counterparts(of: c.programme))
                .changes
            return made(.moves(changes), try await judge.history(c, try await cases.journal(row.id)))
        }
    }

    // MARK: The move

    /// What was done.
    package struct Done: Sendable {
        /// References of the cases that moved.
        package var moved: [String] = []
        /// Cases that changed after they were judged, so that they cannot move as they are now, and why.
        package var left: [(reference: String, why: String)] = []

        package init() {}
    }

    /// Moves the cases of a plan that can move: `StoreLimits.stepsTogether` at a time in one transaction each.
    ///
    /// What is due under the former version fires first. A case that changed since it was judged is judged anew; if it
    /// cannot move any more, nothing of its batch is written, unless `isPartly`.
    package func carryOut(
        _ plan: MigrationPlan, by actor: Actor, isPartly: Bool = false,
        watch: @Sendable (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    ) async throws -> Done {
        let judge = MigrationJudge(
            new: plan.new, map: plan.map, shelf: cases.shelf, roster: try await register.roster(), actor: actor)
        var done = Done()
        var rest = plan.items.filter(\.moves).map(\.id)[...]
        let total = rest.count
        while !rest.isEmpty {
            guard watch(total - rest.count, total) else { throw CancellationError() }
            let batch = Array(rest.prefix(StoreLimits.stepsTogether))
            rest = rest.dropFirst(batch.count)
            guard try await move(batch, judge, isPartly: isPartly, &done) else { break }
        }
        _ = watch(total, total)
        return done
    }

    /// Moves one batch; false: something stands in the way, and nothing of it was written.
    private func move(_ batch: [String], _ judge: MigrationJudge, isPartly: Bool, _ done: inout Done) async throws
        -> Bool
    {
        var full: [String: Set<String>] = [:]
        var left = done.left
        for _ in 0..<Self.tries {
            var steps: [(step: Step, after: Transition)] = []
            left = done.left
            for id in batch {
                if let step = try await step(id, judge, full: full[id] ?? [], &left) { steps.append(step) }
            }
            guard left.count == done.left.count || isPartly else { break }
            let results = try await store.commitTogether(steps.map(\.step))
            if results.allSatisfy({ $0 == .written }) {
                done.left = left
                for (step, transition) in steps {
                    // By its reference a case is read from the store, and what was known of it is forgotten.
                    let after = try await cases.load(step.case.reference).case
                    watch(after, transition.notes)
                    done.moved.append(after.reference)
                }
                return true
            }
            for ((step, _), result) in zip(steps, results) {
                if case .full(let offer) = result { full[step.case.id, default: []].insert(offer) }
                if result != .written { _ = try await cases.load(step.case.reference) }
            }
        }
        if left.count == done.left.count {
            throw EngineFailure.busy(reference: "\(batch.count) cases that move together")
        }
        done.left = left
        return false
    }

    /// The rows that move one case; nil: it moved already or ended, or it stands among those left.
    private func step(
        _ id: String, _ judge: MigrationJudge, full: Set<String>, _ left: inout [(reference: String, why: String)]
    ) async throws -> (step: Step, after: Transition)? {
        let now = cases.world.now()
        var (before, _) = try await cases.load(id)
        if before.timers.first.map({ $0.at <= now }) ?? false {
            before = try await cases.submit(.tick, to: id, by: .service).case
        }
        guard before.end == nil, before.programme != judge.new.programme.hash else { return nil }
        switch try await judge.judge(before, at: now, full: full) {
        case .waits(let names):
            left.append(
                (before.reference, "it waits for a mapping: \(names.sorted().map(\.words).joined(separator: ", "))"))
            return nil
        case .cannot(let why):
            left.append((before.reference, why.joined(separator: "; ")))
            return nil
        case .moves(var transition):
            let command = Command.migrate(
                from: before.programme, to: judge.new.programme.hash, map: judge.map,
                people: try await judge.people(for: before.programme))
            return (Self.step(from: before, &transition, command, judge), transition)
        }
    }

    /// The step of a migration: all rows of tasks and timers are written, because what they are called has changed.
    private static func step(
        from before: Case, _ transition: inout Transition, _ command: Command, _ judge: MigrationJudge
    ) -> Step {
        var bare = before
        (bare.tasks, bare.timers) = ([], [])
        var step = StepWriter(machine: judge.new).step(
            from: bare, &transition, command: command, actor: judge.actor)
        let open = Set(transition.case.tasks.map(\.number))
        step.tasksClosed = before.tasks.map(\.number).filter { !open.contains($0) }.map {
            StepWriter.taskID(before.id, $0)
        }
        step.timersRemoved = before.timers.map { TimerPlace(key: $0.key, at: $0.at) }
        return step
    }
}
