package import ActionKit
import Calendars
package import CaseStore
package import Exchange
package import Expressions

/// The engine: commands, timers and the outbox over one store.
package final class Engine: Sendable {
    package let store: any CaseStore
    package let world: World
    package let shelf: ProgrammeShelf
    package let cases: CaseService
    package let outbox: OutboxService
    package let scheduler: SchedulerService
    package let register: Register
    package let search: SearchService
    package let confirmations: ConfirmationService
    package let rounds: RoundService
    package let rankings: RankingService
    package let migrations: MigrationService
    package let suppressions: SuppressionList
    package let correspondence: CorrespondenceService

    /// Actions of the engine's own that programmes can name, for checking them where no engine runs.
    package static let ownActions: [ActionDescription] = [ConfirmAction.known]

    /// - Parameter concurrency: cases whose timers fire at once; 1 makes a run in virtual time repeat itself exactly.
    package init(
        store: any CaseStore, world: World, actions: [any Action], compile: @escaping ProgrammeShelf.Compile,
        observe: @escaping @Sendable (EffectRow, EffectResult?) -> Void = { _, _ in },
        watch: @escaping @Sendable (Case, [Note]) -> Void = { _, _ in }, concurrency: Int = 16,
        confirmation: ConfirmationTerms? = nil, notifications: NotificationTerms = NotificationTerms(),
        mailSources: [any MailSource] = []
    ) {
        self.store = store
        self.world = world
        shelf = ProgrammeShelf(store: store, compile: compile)
        register = Register(store: store, world: world)
        cases = CaseService(store: store, shelf: shelf, world: world, register: register, watch: watch)
        search = SearchService(cases: cases, register: register)
        confirmations = ConfirmationService(cases: cases, register: register, terms: confirmation)
        rounds = RoundService(cases: cases, register: register)
        rankings = RankingService(cases: cases)
        migrations = MigrationService(cases: cases, register: register, watch: watch)
        suppressions = SuppressionList(store: store)
        outbox = OutboxService(
            cases: cases, register: register, actions: actions + [ConfirmAction(register: register)],
            gate: MailGate(terms: notifications, suppressions: suppressions, store: store), observe: observe)
        correspondence = CorrespondenceService(
            cases: cases, outbox: outbox, suppressions: suppressions, sources: mailSources)
        scheduler = SchedulerService(cases: cases, concurrency: concurrency)
    }

    /// Adds a checked programme; the same content again changes nothing.
    package func add(_ programme: Programme, source: [UInt8]) async throws -> CaseMachine {
        try await store.add(
            programme: ProgrammeRow(
                hash: programme.hash, name: programme.name, version: programme.version, source: source,
                addedAt: world.now()))
        return shelf.put(programme)
    }

    /// Starts a case, with the roster's people where nobody is named.
    package func start(
        _ machine: CaseMachine, people: [String: [Party]], by actor: Actor, origin: [String: Value] = [:]
    ) async throws -> Case {
        try await cases.start(machine, people: people, roster: try await register.roster(), origin: origin, by: actor)
    }

    /// One turn: what is due fires, what was decided is done, until nothing more follows; for virtual time and tests.
    package func turn() async throws -> SchedulerReport {
        var report = SchedulerReport()
        _ = try await confirmations.ask()
        for _ in 0..<1_000 {
            let next = try await scheduler.look(acceptsJump: true, isContinuous: true)
            report.cases += next.cases
            report.notes.merge(next.notes) { $0 + $1 }
            if try await outbox.drain() == 0, next.cases == 0 { break }
        }
        return report
    }

    /// Runs until the task is cancelled: the scheduler's looks and the outbox, side by side.
    ///
    /// - Parameter report: told of each look that did something.
    package func run(
        acceptsJump: Bool, report: @escaping @Sendable (SchedulerReport) -> Void,
        reportMail: @escaping @Sendable (CorrespondenceReport) -> Void = { _ in }
    ) async throws {
        _ = try await outbox.recover()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                var accepts = acceptsJump
                while !Task.isCancelled {
                    let done = try await self.scheduler.look(acceptsJump: accepts)
                    if done.cases > 0 || done.outage != nil || done.isParked { report(done) }
                    if !done.isParked { accepts = false }
                    try await self.world.sleep(SchedulerService.wakeSeconds)
                }
            }
            group.addTask { try await self.outbox.run() }
            group.addTask {
                while !Task.isCancelled {
                    // An owner is asked once however often this looks; the index is only nearer to the present by it.
                    // What the engine cannot do here (no such programme) stops no deadline; "doctor" and the verbs tell of it.
                    do {
                        _ = try await self.confirmations.ask()
                        _ = try await self.search.catchUp()
                    } catch is EngineFailure {}
                    try await self.world.sleep(ConfirmationService.pauseSeconds)
                }
            }
            if correspondence.hasSources {
                group.addTask {
                    while !Task.isCancelled {
                        let found = try await self.correspondence.read()
                        if found.total > 0 || !found.failures.isEmpty { reportMail(found) }
                        // What is more than a batch is taken at once.
                        if found.total < CorrespondenceService.batch {
                            try await self.world.sleep(CorrespondenceService.pauseSeconds)
                        }
                    }
                }
            }
            do {
                try await group.waitForAll()
            } catch is CancellationError {
                group.cancelAll()
            }
        }
    }
}
