package import Calendars

/// The rows that a store keeps, already encoded: a store knows columns, never programmes.
///
/// The same names stand in SQLite and PostgreSQL. Every text is UTF-8, every instant milliseconds since 1970 UTC.

/// A programme's whole source, immutable and named by the hash of its content.
package struct ProgrammeRow: Hashable, Sendable {
    /// SHA-256 over the sorted (path, bytes) of the folder, in hexadecimal.
    package var hash: String
    /// The programme's name, as in the file, such as `study-tour`.
    package var name: String
    /// The programme's own version, 1 or more.
    package var version: Int
    /// The files of the folder, packed by the caller.
    package var source: [UInt8]
    package var addedAt: Instant

    package init(hash: String, name: String, version: Int, source: [UInt8], addedAt: Instant) {
        self.hash = hash
        self.name = name
        self.version = version
        self.source = source
        self.addedAt = addedAt
    }
}

/// One small row a case; `version` is the fence that every write checks.
package struct CaseRow: Hashable, Sendable {
    /// The case's identifier, unique in the store.
    package var id: String
    /// What people call it, such as `ST-2026-0042`; unique in the store.
    package var reference: String
    /// The hash of the programme that the case is pinned to.
    package var programme: String
    package var programmeName: String
    package var stage: String
    package var state: String
    /// 1 after the first command, one more with each accepted step.
    package var version: Int
    package var isHeld: Bool
    package var isStuck: Bool
    package var hasEnded: Bool
    package var openedAt: Instant
    package var changedAt: Instant
    /// A title for lists; no personal data.
    package var title: String
    /// The case's whole state, encoded by `Exchange`.
    package var body: [UInt8]

    package init(
        id: String, reference: String, programme: String, programmeName: String, stage: String, state: String,
        version: Int, isHeld: Bool, isStuck: Bool, hasEnded: Bool, openedAt: Instant, changedAt: Instant,
        title: String, body: [UInt8]
    ) {
        self.id = id
        self.reference = reference
        self.programme = programme
        self.programmeName = programmeName
        self.stage = stage
        self.state = state
        self.version = version
        self.isHeld = isHeld
        self.isStuck = isStuck
        self.hasEnded = hasEnded
        self.openedAt = openedAt
        self.changedAt = changedAt
        self.title = title
        self.body = body
    }
}

/// One line of a case's journal: append only, unique by case and number, hash-chained.
package struct JournalRow: Hashable, Sendable {
    package var caseID: String
    /// 1, 2, 3 … without a hole.
    package var number: Int
    package var at: Instant
    /// What kind of command was taken: `start`, `answer`, `decide`, `tick` …
    package var kind: String
    /// Who did it, a pseudonymous identifier; empty for the clock.
    package var actor: String
    /// The entry as JSON: the command that replays it and what came of it.
    package var body: [UInt8]
    /// SHA-256 over the previous entry's hash and this entry's content; 32 bytes.
    package var hash: [UInt8]

    package init(caseID: String, number: Int, at: Instant, kind: String, actor: String, body: [UInt8], hash: [UInt8]) {
        self.caseID = caseID
        self.number = number
        self.at = at
        self.kind = kind
        self.actor = actor
        self.body = body
        self.hash = hash
    }
}

/// An open task of a person; a closed one is only in the journal.
package struct TaskRow: Hashable, Sendable {
    /// Unique in the store: the case's identifier and the task's number in it.
    package var id: String
    package var caseID: String
    package var reference: String
    /// The role that holds it.
    package var role: String
    /// Who holds it: identifiers of parties separated by a space, for look-up by person.
    package var holders: String
    package var state: String
    package var form: String
    package var title: String
    package var openedAt: Instant
    package var dueAt: Instant?

    package init(
        id: String, caseID: String, reference: String, role: String, holders: String, state: String, form: String,
        title: String, openedAt: Instant, dueAt: Instant?
    ) {
        self.id = id
        self.caseID = caseID
        self.reference = reference
        self.role = role
        self.holders = holders
        self.state = state
        self.form = form
        self.title = title
        self.openedAt = openedAt
        self.dueAt = dueAt
    }
}

/// An armed timer; a fired or dropped one is gone from the table.
package struct TimerRow: Hashable, Sendable {
    package var caseID: String
    /// The timer's key in its case (region, entry, phrase, reader, index), stable while dates move.
    package var key: String
    /// The derived instant, a cache of (date, hour, zone).
    package var at: Instant
    /// What it does, in one word, for lists: `remind`, `escalate`, `move`, `send`, `erase` …
    package var kind: String
    /// Where it stands: state and phrase, for lists.
    package var label: String

    package init(caseID: String, key: String, at: Instant, kind: String, label: String) {
        self.caseID = caseID
        self.key = key
        self.at = at
        self.kind = kind
        self.label = label
    }
}

/// Where an effect is on its way (R37 of the semantics).
package enum EffectState: String, Hashable, Sendable, CaseIterable {
    /// Decided, waits for a person's release (`hold-for-review`, or a restored database).
    case held
    /// Ready, or waiting for its next attempt.
    case queued
    /// Handed to an action; the point of no return.
    case claimed
    case done
    case failed
    /// Nobody can know whether it happened.
    case unknown
    /// Taken back before it was claimed.
    case recalled

    /// Whether nothing further happens to it by itself.
    package var isFinished: Bool {
        switch self {
        case .done, .failed, .recalled: true
        case .held, .queued, .claimed, .unknown: false
        }
    }
}

/// One effect of the outbox.
package struct EffectRow: Hashable, Sendable {
    /// The idempotency key, stable for ever: hash of case, region, entry, step, index, person.
    package var key: String
    package var caseID: String
    package var reference: String
    /// The action's name, such as `email.send`.
    package var action: String
    /// For lists: what it is, no personal data ("message briefing to host").
    package var label: String
    package var state: EffectState
    /// Not before this instant.
    package var dueAt: Instant
    package var attempts: Int
    package var createdAt: Instant
    /// Effects of one sequence run in order: (sequence, index); the next is claimed only when the one before is done.
    package var sequence: String
    package var index: Int
    /// What is handed to the action and how its result goes back, as JSON.
    package var body: [UInt8]
    /// The last failure's stable code and words; empty if there was none.
    package var failure: String

    package init(
        key: String, caseID: String, reference: String, action: String, label: String, state: EffectState,
        dueAt: Instant, attempts: Int, createdAt: Instant, sequence: String, index: Int, body: [UInt8], failure: String
    ) {
        self.key = key
        self.caseID = caseID
        self.reference = reference
        self.action = action
        self.label = label
        self.state = state
        self.dueAt = dueAt
        self.attempts = attempts
        self.createdAt = createdAt
        self.sequence = sequence
        self.index = index
        self.body = body
        self.failure = failure
    }
}
