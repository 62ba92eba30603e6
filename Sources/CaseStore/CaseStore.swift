package import Calendars

/// The seam between engine and stores: each verb is one whole transaction.
///
/// The memory store, SQLite and later PostgreSQL pass one contract suite. A store never interprets a body; it keeps
/// rows, versions, uniqueness and order. Verbs that write return only after the data are durable.
package protocol CaseStore: RegisterStore {
    // MARK: Programmes

    /// Keeps a programme's source; the same hash again changes nothing.
    func add(programme: ProgrammeRow) async throws
    /// The programme with this hash.
    func programme(hash: String) async throws -> ProgrammeRow?
    /// All programmes, by name and version; sources left empty.
    func programmes() async throws -> [ProgrammeRow]

    // MARK: Cases

    /// Writes steps in order in one durable transaction, each by itself under a savepoint.
    ///
    /// - Returns: one result a step, in order; a step that is not `.written` left nothing behind.
    /// - Throws: `StoreFailure` when nothing of the batch was written (disk full, I/O error, closed).
    func commit(_ steps: [Step]) async throws -> [StepResult]
    /// Writes all steps in one durable transaction, or none of them.
    ///
    /// - Returns: one result a step, in order; if one is not `.written`, nothing was, and the results say what stood
    ///   in the way of which.
    /// - Throws: `StoreFailure` as `commit`; also for more than `StoreLimits.stepsTogether` steps.
    func commitTogether(_ steps: [Step]) async throws -> [StepResult]
    func findCase(id: String) async throws -> CaseRow?
    func findCase(reference: String) async throws -> CaseRow?
    /// Cases in the order of their reference; bodies left empty.
    func cases(_ filter: CaseFilter) async throws -> [CaseRow]
    /// The first of the next `count` numbers of a sequence, 1 at the very first, durable and without repetition
    /// (references such as ST-2027-0001).
    func nextNumbers(of sequence: String, count: Int) async throws -> Int
    /// The recorded answer to a key of this case, with its body's hash.
    func answer(toKey key: String, caseID: String) async throws -> CommandKey?
    /// A case's journal from this number on, in order, at most `limit` entries.
    func journal(caseID: String, from number: Int, limit: Int) async throws -> [JournalRow]
    /// How many places of each offer are held, by offer and period; those without a held place left out.
    func heldPlaces() async throws -> [String: [String: Int]]

    // MARK: Tasks and timers

    /// Open tasks in the order of due (those without last), then id.
    func tasks(_ filter: TaskFilter) async throws -> [TaskRow]
    func task(id: String) async throws -> TaskRow?
    /// The instant of the earliest armed timer; an index look-up however many sleep.
    func nextTimer() async throws -> Instant?
    /// Identifiers of cases with a timer due at or before `now`, the longest due first, each once.
    func casesDue(at now: Instant, limit: Int) async throws -> [String]
    /// Armed timers in the order of instant, for lists.
    func timers(_ filter: TimerFilter) async throws -> [TimerRow]

    // MARK: Outbox

    /// Marks queued effects that are due as claimed, longest due first, and returns them with `attempts` raised by one.
    ///
    /// An effect waits for the effects of its sequence with a lower index to be done or recalled. Nothing is claimed
    /// while outbound effects are on hold for the whole store (`outboundHold`).
    ///
    /// - Parameter full: names of actions that take no more just now; their effects stay queued.
    func claimEffects(at now: Instant, limit: Int, except full: Set<String>) async throws -> [EffectRow]
    /// Writes what became of a claimed effect; `.queued` with a later `dueAt` is a retry.
    func finishEffect(_ finish: EffectFinish) async throws
    /// Held effects to queued, unknown ones to queued or done: a person's decision. False if it is in another state now.
    ///
    /// One that is queued is due at `now`, or later if it was not to go before a later instant.
    func moveEffect(key: String, from: EffectState, to: EffectState, at now: Instant) async throws -> Bool
    func effect(key: String) async throws -> EffectRow?
    /// Effects in the order of `dueAt`, then key.
    func effects(_ filter: EffectFilter) async throws -> [EffectRow]
    /// Claimed effects of a run that died, for the engine to resolve by policy (never claimed by this run).
    func interruptedEffects() async throws -> [EffectRow]

    // MARK: The store as a whole

    /// Why outbound effects of the whole store are on hold ("restored from a backup"), or nil.
    func outboundHold() async throws -> String?
    /// Puts outbound effects on hold with a reason, or lets them go with nil.
    func setOutboundHold(_ reason: String?) async throws
    /// The watermark that the scheduler last wrote: when it was last known to run.
    func lastSeen() async throws -> Instant?
    func setLastSeen(_ at: Instant) async throws
    /// A named setting or register document (party, offers …), opaque bytes.
    func document(kind: String, id: String) async throws -> [UInt8]?
    func setDocument(kind: String, id: String, body: [UInt8]?) async throws
    /// Many documents in one transaction.
    func setDocuments(_ documents: [StoredDocument]) async throws
    /// Documents of a kind in the order of id, after `id`.
    func documents(kind: String, after id: String, limit: Int) async throws -> [StoredDocument]
    func counts() async throws -> StoreCounts
    /// A consistent copy into a new file or folder, while the store works; it opens with outbound effects on hold.
    func backup(to path: String) async throws
    /// Checks what the store can check about itself; an empty list is good.
    func inspect() async throws -> [String]
    /// Ends all work; later calls throw `StoreFailure.closed`.
    func close() async
}

extension CaseStore {
    /// The next number of a sequence, 1 first.
    package func nextNumber(of sequence: String) async throws -> Int { try await nextNumbers(of: sequence, count: 1) }
}

extension CaseStore {
    /// Claims effects of every action.
    package func claimEffects(at now: Instant, limit: Int) async throws -> [EffectRow] {
        try await claimEffects(at: now, limit: limit, except: [])
    }
}

/// An opaque document of the register.
package struct StoredDocument: Hashable, Sendable {
    package var kind: String
    package var id: String
    package var body: [UInt8]

    package init(kind: String, id: String, body: [UInt8]) {
        self.kind = kind
        self.id = id
        self.body = body
    }
}

/// Which cases to list.
package struct CaseFilter: Hashable, Sendable {
    /// The programme's name.
    package var programme: String?
    package var stage: String?
    package var state: String?
    /// nil: ended ones too.
    package var hasEnded: Bool?
    package var isStuck: Bool?
    /// Only references after this one.
    package var after: String = ""
    package var limit = StoreLimits.page

    package init() {}
}

/// Which open tasks to list.
package struct TaskFilter: Hashable, Sendable {
    package var caseID: String?
    /// One of the task's roles.
    package var role: String?
    /// One of the parties that hold it.
    package var holder: String?
    /// Due earlier than this; tasks without a due date are not listed then.
    package var dueBefore: Instant?
    package var limit = StoreLimits.page

    package init() {}
}

/// Which armed timers to list.
package struct TimerFilter: Hashable, Sendable {
    package var caseID: String?
    package var before: Instant?
    package var limit = StoreLimits.page

    package init() {}
}

/// Which effects to list.
package struct EffectFilter: Hashable, Sendable {
    package var caseID: String?
    package var states: Set<EffectState> = []
    package var limit = StoreLimits.page

    package init() {}
}

/// What became of a claimed effect.
package struct EffectFinish: Hashable, Sendable {
    package var key: String
    package var state: EffectState
    /// For `.queued`: not before.
    package var dueAt: Instant
    package var at: Instant
    /// The action's output as JSON; kept with the row.
    package var output: [UInt8]
    package var failure: String
    /// false: it was put off before its action was called, which is no try. Only `finishEffect` looks at it.
    package var countsAsTry: Bool

    package init(
        key: String, state: EffectState, dueAt: Instant, at: Instant, output: [UInt8], failure: String,
        countsAsTry: Bool = true
    ) {
        self.countsAsTry = countsAsTry
        self.key = key
        self.state = state
        self.dueAt = dueAt
        self.at = at
        self.output = output
        self.failure = failure
    }
}

/// How much a store holds.
package struct StoreCounts: Hashable, Sendable {
    package var cases = 0
    package var openCases = 0
    package var openTasks = 0
    package var armedTimers = 0
    package var journalEntries = 0
    package var effects: [EffectState: Int] = [:]

    package init() {}
}

/// Why a store could not do what was asked, in words for the person who runs it.
package enum StoreFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case closed
    /// Another process has the database open.
    case inUse(path: String)
    /// The database was written by a newer Sojourn.
    case newer(found: Int, known: Int)
    case notADatabase(path: String)
    case diskFull(path: String)
    /// The disk failed; nothing further is written until a restart (F4: never retry the same commit).
    case io(message: String)
    case damaged(message: String)
    /// The file is not where it was when it was opened (F9).
    case replaced(path: String)
    case refused(message: String)

    package var description: String {
        switch self {
        case .closed: "the database is closed"
        case .inUse(let path):
            "the database \(path) is in use by another process; stop that one first, or give another --database"
        case .newer(let found, let known):
            "the database has layout \(found), this program knows up to \(known); use the newer program"
        case .notADatabase(let path): "\(path) is not a Sojourn database"
        case .diskFull(let path): "the disk that holds \(path) is full; nothing was lost, make room and try again"
        case .io(let message): "the disk failed (\(message)); nothing further is written until the service is restarted"
        case .damaged(let message): "the database is damaged (\(message)); restore the latest backup"
        case .replaced(let path): "the file \(path) was moved or replaced while it was open; stopped writing"
        case .refused(let message): message
        }
    }
}
