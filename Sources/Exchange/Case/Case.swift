package import Calendars
package import Expressions

/// One exchange going through a programme: the whole configuration that the machine reads and writes.
///
/// Nothing else is readable to the machine: register data (hosts, zones, rosters) is copied in by commands, else purity
/// and replay break (section 0 of the semantics). Only stable configurations are stored or seen.
package struct Case: Hashable, Sendable {
    package var id: String
    /// Such as `ST-2026-0042`.
    package var reference: String
    /// Hash of the programme that the case is pinned to.
    package var programme: String
    /// One more with each accepted step.
    package var version: Int
    package var openedAt: Instant
    /// Logical time; never runs back (R13).
    package var lastAt: Instant
    /// The case's own region.
    package var region: Region
    /// The entry of the present stage; owner of what stands on the stage.
    package var stageEntry: Int
    package var stageEnteredAt: Instant
    package var end: CaseEnd?
    /// Answers to the case's forms, by form.
    package var answers: [String: FormAnswers]
    /// Holders of roles that were named: at the start, by the roster, by reassigning.
    package var people: [String: [Party]]
    /// Members of all tracks, in the order of their numbers.
    package var members: [Member]
    /// Tracks whose roll is open, with the entry that opened it.
    package var rolls: [String: Int]
    /// When a state of the case was first entered.
    package var firstEntered: [String: Instant]
    package var tasks: [OpenTask]
    package var timers: [ArmedTimer]
    /// The last known value of each date, with its revision.
    package var dates: [String: DateCell]
    /// Things made and kept, by the key of their scope and use.
    package var kept: [String: KeptThing]
    /// Effects that are not finished.
    package var effects: [PendingEffect]
    /// Keys of timers that have fired for an entry that is still current (R18).
    package var fired: Set<String>
    /// Timers put off after an outage (R16).
    package var postponed: [String: Instant]
    package var hold: Hold?
    package var stuck: [Stuck]
    package var search: Search?
    /// Reserved places: owner → (offer, period).
    package var reservations: [String: ReservedPlace]
    /// Data clocks: what is to be erased, by `form.field` or `track:number.form.field`.
    package var erased: Set<String>
    /// Keys under which the journal keeps answers that will be erased, by the path of the answer; they go with it.
    package var seals: [String: [UInt8]]
    /// When the staff were last told something.
    package var staffToldAt: Instant
    package var nextEntry: Int
    package var nextTask: Int
    package var nextMember: Int
    package var nextEffect: Int
    /// Orders answers of all forms; see `FormAnswers.order`.
    package var nextOrder: Int
    package var journalNumber: Int
    /// SHA-256 of the last journal entry, the chain's end.
    package var journalHash: [UInt8]
    /// Free links and facts about the case itself, such as the parent of a called programme.
    package var origin: [String: Value]
    /// Keys of kept things → the keys under which they were made, of which their names outside are made; only those that
    /// a migration calls otherwise (R52).
    package var keptNames: [String: String]

    package init(id: String, reference: String, programme: String, at: Instant, first: String) {
        self.id = id
        self.reference = reference
        self.programme = programme
        version = 0
        openedAt = at
        lastAt = at
        region = Region(state: first, entry: 1, enteredAt: at)
        stageEntry = 1
        stageEnteredAt = at
        end = nil
        answers = [:]
        people = [:]
        members = []
        rolls = [:]
        firstEntered = [:]
        tasks = []
        timers = []
        dates = [:]
        kept = [:]
        effects = []
        fired = []
        postponed = [:]
        hold = nil
        stuck = []
        search = nil
        reservations = [:]
        erased = []
        seals = [:]
        staffToldAt = at
        nextEntry = 2
        nextTask = 1
        nextMember = 1
        nextEffect = 1
        nextOrder = 1
        journalNumber = 0
        journalHash = []
        origin = [:]
        keptNames = [:]
    }

    /// The members of one track that count, in the order of their numbers.
    package func members(of track: String) -> [Member] {
        members.filter { $0.track == track && !$0.isVoid }
    }

    package func member(_ number: Int) -> Member? { memberIndex(number).map { members[$0] } }

    func memberIndex(_ number: Int) -> Int? { members.place(of: number) }
}

extension [Member] {
    /// Where a member stands among all; members are numbered from 1 as they come, so mostly one place before its number.
    func place(of number: Int) -> Int? {
        if indices.contains(number - 1), self[number - 1].number == number { return number - 1 }
        return firstIndex { $0.number == number }
    }
}

/// What is in exactly one state: the case itself, or one member of a track.
package struct Region: Hashable, Sendable {
    package var state: String
    /// The number of this visit of the state, unique in the case: owner of all that belongs to it.
    package var entry: Int
    package var enteredAt: Instant
    /// Whether the entered state has opened its task, search or ranking; false while the case settles.
    package var isOpen: Bool
    /// Days by which holds have shifted what is counted from entering in days, weeks, months or years (R47).
    package var shiftedDays: Int
    /// The same for what is counted in working days: those that fell into the holds.
    package var shiftedWorkingDays: Int
    /// The same for what is counted in hours: the time of the holds itself.
    package var shiftedMilliseconds: Int64

    package init(state: String, entry: Int, enteredAt: Instant) {
        self.state = state
        self.entry = entry
        self.enteredAt = enteredAt
        isOpen = false
        shiftedDays = 0
        shiftedWorkingDays = 0
        shiftedMilliseconds = 0
    }
}

/// Which region something belongs to.
package enum RegionID: Hashable, Sendable, Comparable {
    case `case`
    case member(Int)

    /// `c` or `m7`, as it stands in keys.
    package var text: String {
        switch self {
        case .case: "c"
        case .member(let number): "m\(number)"
        }
    }

    /// The region of a key that begins with `text`, such as `m7.3.visits.keep.1`; the case for any other.
    init(ofKey key: String) {
        let first = key.prefix { $0 != "." }
        self = first.first == "m" ? Int(first.dropFirst()).map { .member($0) } ?? .case : .case
    }

    /// Members in the order of their numbers, then the case (R14).
    package static func < (left: RegionID, right: RegionID) -> Bool {
        switch (left, right) {
        case (.member(let a), .member(let b)): a < b
        case (.member, .case): true
        case (.case, _): false
        }
    }
}

/// How a case ended.
package struct CaseEnd: Hashable, Sendable {
    package var name: String
    package var at: Instant
    package var reason: String

    package init(name: String, at: Instant, reason: String) {
        self.name = name
        self.at = at
        self.reason = reason
    }
}

/// One delegate, host that was asked, action or agenda: the member of a track.
package struct Member: Hashable, Sendable {
    package var track: String
    /// Unique in the case; a replacement is a new number (R35).
    package var number: Int
    /// What makes the member the same when the roll is read again: the person's address or the row's place.
    package var key: String
    package var row: Value
    package var party: Party?
    package var region: Region
    package var answers: [String: FormAnswers]
    package var dates: [String: DateCell]
    /// Whether the member has reached an end, whose name is the region's state.
    package var hasEnded: Bool
    package var isGood: Bool
    /// No longer counts for anything (`void`).
    package var isVoid: Bool
    package var reason: String
    package var startedAt: Instant

    package init(track: String, number: Int, key: String, row: Value, party: Party?, region: Region, at: Instant) {
        self.track = track
        self.number = number
        self.key = key
        self.row = row
        self.party = party
        self.region = region
        answers = [:]
        dates = [:]
        hasEnded = false
        isGood = false
        isVoid = false
        reason = ""
        startedAt = at
    }
}

/// A date that others hang on.
package struct DateCell: Hashable, Sendable {
    /// nil: not known (any more).
    package var span: DateSpan?
    /// One more with each change.
    package var revision: Int

    package init(span: DateSpan?, revision: Int) {
        self.span = span
        self.revision = revision
    }
}

/// A thing that an action made and that is kept while its owner lives.
package struct KeptThing: Hashable, Sendable {
    package var region: RegionID
    /// The entry of the owner: of the state, stage, track or the whole.
    package var scope: Int
    package var use: String
    /// The input that it was last made from.
    package var input: Value
    /// 0 for the first, one more with each renewal; never falls.
    package var sequence: Int
    /// Those who were told, so that all of them hear of the undoing.
    package var readers: [Party]

    package init(region: RegionID, scope: Int, use: String, input: Value, sequence: Int, readers: [Party]) {
        self.region = region
        self.scope = scope
        self.use = use
        self.input = input
        self.sequence = sequence
        self.readers = readers
    }
}

/// A case on hold: it fires no timer but the review's and makes no move (R47).
package struct Hold: Hashable, Sendable {
    package var reason: String
    package var by: String
    package var since: Instant
    /// When the hold is reviewed, at most `Limits.holdReviewDays` from the last look.
    package var reviewAt: Instant
    /// The last day it may last.
    package var until: Instant?

    package init(reason: String, by: String, since: Instant, reviewAt: Instant, until: Instant?) {
        self.reason = reason
        self.by = by
        self.since = since
        self.reviewAt = reviewAt
        self.until = until
    }
}

/// Why the case cannot go on without a person of the staff (R46, R48).
package struct Stuck: Hashable, Sendable {
    package var region: RegionID
    package var entry: Int
    /// What is wrong, a sentence without personal data.
    package var why: String

    package init(region: RegionID, entry: Int, why: String) {
        self.region = region
        self.entry = entry
        self.why = why
    }
}

/// A search for hosts or experts that is under way.
package struct Search: Hashable, Sendable {
    /// The round of a search that ended with nothing.
    static let givenUp = -1

    package var entry: Int
    package var track: String
    /// How often the register brought somebody.
    package var round: Int
    /// Waits for the register's answer.
    package var isPending: Bool
    /// Ranked offers that were not asked yet, the best first.
    package var reserve: [Candidate]
    /// Offers asked in this case already and not void, so that none is asked twice.
    package var asked: Set<String>
    /// Offers left out, with the rule that left them out.
    package var excluded: [Exclusion]

    var isGivenUp: Bool { round == Self.givenUp }

    package init(entry: Int, track: String) {
        self.entry = entry
        self.track = track
        round = 0
        isPending = false
        reserve = []
        asked = []
        excluded = []
    }
}

/// An offer with its score, as matching gave it.
package struct Candidate: Hashable, Sendable {
    package var offer: Value
    package var score: Double
    /// Each part of the score, in the order of the rules.
    package var parts: [ScorePart]

    package init(offer: Value, score: Double, parts: [ScorePart]) {
        self.offer = offer
        self.score = score
        self.parts = parts
    }

    /// The offer's identifier, or empty.
    package var id: String {
        if case .map(let fields) = offer, case .string(let id) = fields[.string("id")] { id } else { "" }
    }
}

/// One part of a score.
package struct ScorePart: Hashable, Sendable {
    package var name: String
    /// 0 to 1.
    package var points: Double
    package var weight: Double
    package var say: String

    package init(name: String, points: Double, weight: Double, say: String) {
        self.name = name
        self.points = points
        self.weight = weight
        self.say = say
    }
}

/// An offer that was left out, and the rule that left it out.
package struct Exclusion: Hashable, Sendable {
    package var offer: String
    package var filter: String
    package var say: String

    package init(offer: String, filter: String, say: String) {
        self.offer = offer
        self.filter = filter
        self.say = say
    }
}

/// A place that is held at an offer.
package struct ReservedPlace: Hashable, Sendable {
    package var offer: String
    package var period: String
    package var capacity: Int

    package init(offer: String, period: String, capacity: Int) {
        self.offer = offer
        self.period = period
        self.capacity = capacity
    }
}
