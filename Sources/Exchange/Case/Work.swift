package import Calendars
package import Expressions

/// Something that a named person must do now.
package struct OpenTask: Hashable, Sendable {
    /// Who holds a task, and what they said.
    package struct Holder: Hashable, Sendable {
        package var role: String
        package var party: Party
        /// The outcome that they gave; nil: not answered.
        package var outcome: String?
        /// The version of the bound form that they read (R32).
        package var boundVersion: Int
        /// The coded reason that they gave, for the step that their answer decides later.
        package var reason: String?

        package init(role: String, party: Party) {
            self.role = role
            self.party = party
            outcome = nil
            boundVersion = 0
            reason = nil
        }
    }

    /// What kind of task: the programme's, or one that the machine opens for staff.
    package enum Kind: Hashable, Sendable {
        /// The task with this index in its state.
        case declared(Int)
        /// Nothing else would move the case: the staff decide (R48).
        case stuck(why: String)
        /// A move whose instant had passed already is done or skipped by a person (R22).
        case late(line: String, step: Int)
        /// An action failed for good, or nobody can know whether it was done (R39).
        case effect(key: String, label: String, isUnknown: Bool)
        /// An action needs something that a person must say.
        case question(key: String, title: String)
        /// Something came back about a mail: an answer, or the mail itself.
        case mail(label: String, news: MailNews)
        /// A hold is due for review (R47).
        case holdReview
        /// Nobody was told and nothing was due for long (R48).
        case quiet
    }

    package var number: Int
    package var region: RegionID
    package var entry: Int
    package var kind: Kind
    package var form: String?
    /// The fields that are asked; empty: all.
    package var only: [String]
    package var holders: [Holder]
    /// Roles that were told later and may answer as well.
    package var escalatedTo: [String]
    package var openedAt: Instant
    package var dueAt: Instant?

    package init(number: Int, region: RegionID, entry: Int, kind: Kind, openedAt: Instant) {
        self.number = number
        self.region = region
        self.entry = entry
        self.kind = kind
        form = nil
        only = []
        holders = []
        escalatedTo = []
        self.openedAt = openedAt
        dueAt = nil
    }

    package var isDeclared: Bool { if case .declared = kind { true } else { false } }
}

/// An instant at which something happens unless its owner is left.
package struct ArmedTimer: Hashable, Sendable {
    /// What it does; the rank decides between timers of one instant (R14).
    package enum Kind: Hashable, Sendable {
        /// A line of a clock, index k of its instants, for one reader (empty: none in particular).
        case line(id: String, index: Int, reader: String)
        /// The ranking of a call.
        case rank
        /// Search again.
        case searchAgain(index: Int)
        /// A new member of a track that lives by time.
        case spawn(track: String, index: Int)
        /// Erase answers whose retention has ended.
        case erase(path: String)
        case holdReview
        case quiet
        /// A task of the staff that the machine opened is late.
        case staffDue(task: Int)
    }

    package var region: RegionID
    /// The owner's entry: of the state, stage, track, or 0 for the whole case.
    package var scope: Int
    package var kind: Kind
    package var at: Instant
    /// 0 ends and moves, 1 escalations, 2 reminders and messages.
    package var rank: Int
    /// The line in the file, for order.
    package var line: Int

    package init(region: RegionID, scope: Int, kind: Kind, at: Instant, rank: Int, line: Int) {
        self.region = region
        self.scope = scope
        self.kind = kind
        self.at = at
        self.rank = rank
        self.line = line
    }

    /// The timer's identity (R18): once fired it never fires again for that entry, however dates move.
    package var key: String {
        let owner = "\(region.text).\(scope)."
        return switch kind {
        case .line(let id, let index, let reader): owner + "\(id).\(index).\(reader)"
        case .rank: owner + "rank"
        case .searchAgain(let index): owner + "again.\(index)"
        case .spawn(let track, let index): owner + "spawn.\(track).\(index)"
        case .erase(let path): owner + "erase.\(path)"
        case .holdReview: owner + "hold"
        case .quiet: owner + "quiet"
        case .staffDue(let task): owner + "staff.\(task)"
        }
    }

    /// (due, rank, region, line, entry, index): R14.
    package static func precedes(_ left: ArmedTimer, _ right: ArmedTimer) -> Bool {
        if left.at != right.at { return left.at < right.at }
        if left.rank != right.rank { return left.rank < right.rank }
        if left.region != right.region { return left.region < right.region }
        if left.line != right.line { return left.line < right.line }
        if left.scope != right.scope { return left.scope < right.scope }
        return left.key < right.key
    }
}

/// An effect that was decided and is not finished; its body is in the outbox.
package struct PendingEffect: Hashable, Sendable {
    /// Idempotency key, hexadecimal, stable for ever (R42).
    package var key: String
    package var action: String
    package var label: String
    /// The owner whose leaving recalls it; nil: news, which survives later moves (R37).
    package var owner: Owner?
    /// Waits for a person's release.
    package var isHeld: Bool
    /// What it says, so that it can be said again when a date moves before it is claimed (R40).
    package var wording: Wording?
    /// Revisions of the dates it mentions.
    package var mentions: [String: Int]
    /// What made it, for results: kept thing, or an action of a list.
    package var origin: Origin
    /// Who gets what the action makes, one message each.
    package var readers: [OpenTask.Holder]
    package var sequence: String
    package var index: Int

    package struct Owner: Hashable, Sendable {
        package var region: RegionID
        package var scope: Int

        package init(region: RegionID, scope: Int) {
            self.region = region
            self.scope = scope
        }
    }

    /// Which message for whom, in which context.
    package struct Wording: Hashable, Sendable {
        package var message: String
        package var reader: Party
        package var role: String
        package var region: RegionID
        package var reason: String
        package var task: Int?
        /// Output of the action whose result it carries.
        package var carries: Value?

        package init(
            message: String, reader: Party, role: String, region: RegionID, reason: String, task: Int?,
            carries: Value? = nil
        ) {
            self.message = message
            self.reader = reader
            self.role = role
            self.region = region
            self.reason = reason
            self.task = task
            self.carries = carries
        }
    }

    package enum Origin: Hashable, Sendable {
        case message
        /// An action of a `do` list, by the use's id.
        case action(use: String, region: RegionID)
        /// A kept thing, by its key; whether it was undone.
        case kept(key: String, use: String, isUndone: Bool)
        /// A search, ranking, or another case: handled by the engine itself.
        case inner
    }

    package init(
        key: String, action: String, label: String, owner: Owner?, isHeld: Bool, origin: Origin, sequence: String,
        index: Int
    ) {
        self.key = key
        self.action = action
        self.label = label
        self.owner = owner
        self.isHeld = isHeld
        wording = nil
        mentions = [:]
        self.origin = origin
        readers = []
        self.sequence = sequence
        self.index = index
    }
}
