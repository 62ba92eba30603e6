package import Calendars

/// All that one command changes, written in one transaction or not at all (F1, P1 of the promises).
package struct Step: Hashable, Sendable {
    /// The version that the stored case must have; 0 for a case that does not exist yet.
    package var expectedVersion: Int
    package var `case`: CaseRow
    package var journal: [JournalRow]
    /// Opened or changed, by id.
    package var tasks: [TaskRow]
    package var tasksClosed: [String]
    /// Set, by (case, key); one that moves stands among `timersRemoved` too, where it was before.
    package var timers: [TimerRow]
    package var timersRemoved: [TimerPlace]
    /// New, or re-rendered while not yet claimed. A row that exists and is claimed or finished is left as it is.
    package var effects: [EffectRow]
    /// Recalled if not yet claimed; one that is claimed stays (R38 of the semantics).
    package var effectsRecalled: [String]
    /// What became of claimed effects, written with what the case makes of it; one that is not claimed now is left.
    package var effectsFinished: [EffectFinish]
    /// Capacity to hold or to give back; a hold that does not fit refuses the whole step with `.full`.
    package var reservations: [Reservation]
    /// The caller's idempotency key and the answer to repeat; unique for the case's life (R42).
    package var commandKey: CommandKey?

    package init(
        expectedVersion: Int, case: CaseRow, journal: [JournalRow], tasks: [TaskRow] = [], tasksClosed: [String] = [],
        timers: [TimerRow] = [], timersRemoved: [TimerPlace] = [], effects: [EffectRow] = [],
        effectsRecalled: [String] = [], effectsFinished: [EffectFinish] = [],
        reservations: [Reservation] = [], commandKey: CommandKey? = nil
    ) {
        self.expectedVersion = expectedVersion
        self.case = `case`
        self.journal = journal
        self.tasks = tasks
        self.tasksClosed = tasksClosed
        self.timers = timers
        self.timersRemoved = timersRemoved
        self.effects = effects
        self.effectsRecalled = effectsRecalled
        self.effectsFinished = effectsFinished
        self.reservations = reservations
        self.commandKey = commandKey
    }
}

/// Where a timer of the step's case stands: timers lie in the order of their instants, and are found by them.
package struct TimerPlace: Hashable, Sendable {
    package var key: String
    /// The instant of the stored row.
    package var at: Instant

    package init(key: String, at: Instant) {
        self.key = key
        self.at = at
    }
}

/// A key that the caller chose, so that a repeated command is answered, not repeated.
package struct CommandKey: Hashable, Sendable {
    /// At most `Limits.commandKeyBytes`.
    package var key: String
    /// Hash of the command's body: the same key with another body is a conflict.
    package var bodyHash: [UInt8]
    /// What was answered, to be repeated.
    package var answer: [UInt8]

    package init(key: String, bodyHash: [UInt8], answer: [UInt8]) {
        self.key = key
        self.bodyHash = bodyHash
        self.answer = answer
    }
}

/// A hold on an offer's capacity, or its release (R45: capacity belongs to the offer).
package struct Reservation: Hashable, Sendable {
    package var offer: String
    /// The period that is counted, such as `2027`.
    package var period: String
    /// The owner in the case; a hold by the same owner replaces its former one.
    package var owner: String
    /// Places held; 0 releases.
    package var places: Int
    /// How many places the offer has in the period.
    package var capacity: Int

    package init(offer: String, period: String, owner: String, places: Int, capacity: Int) {
        self.offer = offer
        self.period = period
        self.owner = owner
        self.places = places
        self.capacity = capacity
    }
}

/// What became of one step of a batch.
package enum StepResult: Hashable, Sendable {
    case written
    /// The stored version is another one; nothing of the step was written.
    case stale(actual: Int)
    /// The command's key is known: its recorded answer, nothing written.
    case repeated(answer: [UInt8])
    /// The key is known with another body; nothing written.
    case conflict
    /// A reservation does not fit; nothing written.
    case full(offer: String)
}

/// The store's own limits.
package enum StoreLimits {
    /// Bytes of a command's key.
    package static let commandKeyBytes = 200
    /// Steps in one transaction.
    package static let stepsPerCommit = 512
    /// Rows that a listing gives at most.
    package static let page = 1_000
    /// Bytes of one case's body.
    package static let caseBodyBytes = 16 << 20
}
