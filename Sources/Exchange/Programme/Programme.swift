package import Calendars

/// One declared way of running one kind of exchange, read and checked: what `workflows/NAME/programme.yaml` says.
///
/// A value of this type is whole: every name in it exists, every condition is typed. `ProgrammeLanguage` makes it from
/// text, `CaseMachine` runs it; nobody changes it. A case is pinned to `hash`.
package struct Programme: Sendable {
    /// `[a-z][a-z0-9-]*`, such as `study-tour`.
    package var name: String
    package var version: Int
    /// SHA-256 over the folder, hexadecimal.
    package var hash: String
    package var title: String
    /// Pattern of a case's reference with `{year}` and `{number}`, such as `ST-{year}-{number}`.
    package var reference: String
    /// Languages of the texts, the first is the fallback.
    package var languages: [String]
    /// Working days of the hub, by the programme's `holidays`.
    package var calendar: WorkingCalendar
    /// The hub's zone, for deadlines before the site's zone is known (R25).
    package var zone: Zone
    /// The hour of reminders and escalations that name none (R10).
    package var officeHour: LocalTime
    package var people: [String: Role]
    /// Names in the order of the file.
    package var peopleOrder: [String]
    package var dates: [DateDeclaration]
    package var facts: [Fact]
    package var forms: [String: Form]
    package var formsOrder: [String]
    package var lists: [String: ChoiceList]
    package var tables: [String: LookupTable]
    /// Filters and weights of matching, by name.
    package var rules: [String: MatchingRules]
    /// In the order request, match, visit, follow-up; a programme may leave one out.
    package var stages: [Stage]
    package var states: [String: StateDeclaration]
    /// In the order of the file.
    package var statesOrder: [String]
    /// The state in which a case starts.
    package var first: String
    package var tracks: [String: Track]
    package var tracksOrder: [String]
    /// What holds in every state.
    package var everywhere: Surroundings
    package var ends: [String: EndDeclaration]
    package var endsOrder: [String]
    package var messages: [String: Message]
    /// Templates of documents, by name.
    package var documents: [String: Message]
    /// Labels of names in each language: `states.screening`, `stages.visit`, `people.host`, `forms.request`,
    /// `forms.request.people`, `lists.reasons.completeness.no_letter`, `ends.closed`, `rules.least_too_many` → language → words.
    package var labels: [String: [String: String]]
    /// What a caller of another programme gives and gets, for `task: {programme:}`.
    package var takes: [Field]
    package var gives: [String: Condition]

    package init(name: String, version: Int, hash: String) {
        self.name = name
        self.version = version
        self.hash = hash
        title = name
        reference = "{year}-{number}"
        languages = ["en"]
        calendar = .mondayToFriday
        zone = .utc
        officeHour = Limits.officeHour
        people = [:]
        peopleOrder = []
        dates = []
        facts = []
        forms = [:]
        formsOrder = []
        lists = [:]
        tables = [:]
        rules = [:]
        stages = []
        states = [:]
        statesOrder = []
        first = ""
        tracks = [:]
        tracksOrder = []
        everywhere = Surroundings()
        ends = [:]
        endsOrder = []
        messages = [:]
        documents = [:]
        labels = [:]
        takes = []
        gives = [:]
    }
}

/// One of the four stages that a director reads.
package struct Stage: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case request, match, visit
        case followUp = "follow-up"
    }

    package var kind: Kind
    package var title: String
    /// What holds in every state of the stage.
    package var inside: Surroundings

    package init(kind: Kind, title: String, inside: Surroundings = Surroundings()) {
        self.kind = kind
        self.title = title
        self.inside = inside
    }
}

/// What may stand on a state, a stage, a track or the whole programme, and holds in all within.
package struct Surroundings: Sendable {
    /// Made, renewed when it changes, undone on leaving.
    package var keep: [ActionUse] = []
    /// What somebody may decide meanwhile, in the order of the file.
    package var may: [Decision] = []
    package var clock: [ClockLine] = []
    package var asSoonAs: [ExchangeStep] = []

    package init() {}
}

/// A fine position inside a stage, or a position of a track.
package struct StateDeclaration: Sendable {
    package var name: String
    /// The stage; nil for a state of a track.
    package var stage: Stage.Kind?
    package var title: String
    package var opening: Opening
    /// The ways on by answer or result: outcome → steps, first that holds. In the order of the file.
    package var next: [Outcome]
    package var inside: Surroundings
    /// Done when the state is entered, in order.
    package var entering: [ActionUse]
    /// Place in the file, for messages and stable phrase identifiers.
    package var line: Int

    package init(name: String, stage: Stage.Kind?, title: String = "", line: Int = 0) {
        self.name = name
        self.stage = stage
        self.title = title.isEmpty ? name : title
        opening = .nothing
        next = []
        inside = Surroundings()
        entering = []
        self.line = line
    }

    /// The steps of an outcome, or nil if the state has none of that name.
    package func steps(for outcome: String) -> [ExchangeStep]? {
        next.first { $0.name == outcome }?.steps
    }
}

/// One answer or result and where it leads.
package struct Outcome: Sendable {
    package var name: String
    package var steps: [ExchangeStep]

    package init(name: String, steps: [ExchangeStep]) {
        self.name = name
        self.steps = steps
    }
}

/// What a state opens: at most one of these.
package enum Opening: Sendable {
    case nothing
    case tasks([TaskDeclaration])
    case match(MatchDeclaration)
    case rank(RankDeclaration)
}

/// An end of a case or of a track's member.
package struct EndDeclaration: Sendable {
    package enum Kind: String, Sendable {
        case fulfilled, refused, withdrawn, cancelled, expired
        /// For track members and older spellings.
        case good, bad
    }

    package var name: String
    package var kind: Kind
    package var title: String
    package var send: [Send]

    package init(name: String, kind: Kind, title: String = "", send: [Send] = []) {
        self.name = name
        self.kind = kind
        self.title = title.isEmpty ? name : title
        self.send = send
    }

    /// Whether members that ended so count as good (`delegates.good()`).
    package var isGood: Bool { kind == .fulfilled || kind == .good }
    /// Whether news of former steps is recalled on reaching it (R37: a cancelling end).
    package var isCancelling: Bool { kind == .cancelled || kind == .withdrawn || kind == .refused || kind == .bad }
}

/// A state machine of one member beside the case's own.
package struct Track: Sendable {
    /// Where the members come from.
    package enum Source: Sendable {
        /// Rows of a form's field, such as `nomination.people`.
        case rows(form: String, field: String)
        /// Proposals of a `match`.
        case match
        /// One member, from the moment that the roll opens.
        case one
        /// One member each time, such as every 3 months of project.
        case every(TimePhrase)
    }

    package var name: String
    package var title: String
    package var each: Source
    /// Stages or states in which members live.
    package var during: Set<String>
    /// The end of those who are under way when `during` is left.
    package var left: String
    package var facts: [Fact]
    package var dates: [DateDeclaration]
    package var inside: Surroundings
    package var states: [String: StateDeclaration]
    package var statesOrder: [String]
    package var first: String
    package var ends: [String: EndDeclaration]
    /// Forms whose answers belong to the member.
    package var forms: Set<String>
    /// The field of a row that is the person, if any.
    package var personField: String?
    /// The state that `match` wants reached, if the track is of a match.
    package var line: Int

    package init(name: String, each: Source) {
        self.name = name
        title = name
        self.each = each
        during = []
        left = ""
        facts = []
        dates = []
        inside = Surroundings()
        states = [:]
        statesOrder = []
        first = ""
        ends = [:]
        forms = []
        personField = nil
        line = 0
    }
}
