package import Calendars
package import Expressions

/// The one shape of step: in `next`, `may`, `clock` and `as-soon-as` alike.
package struct ExchangeStep: Sendable {
    /// Where the region goes; nil: it stays.
    package var to: String?
    package var condition: Condition?
    package var until: TimePhrase?
    package var since: TimePhrase?
    /// States (or stages) in which the step holds; empty: all.
    package var within: Set<String>
    package var reason: ReasonUse?
    package var send: [Send]
    /// Remind those who have not answered; a message of the programme's own, or the built-in one when empty.
    package var remind: Remind?
    /// Told, and may answer.
    package var escalate: [Who]
    package var actions: [ActionUse]
    /// Asked with the decision.
    package var form: String?
    package var add: [AddMember]
    /// Tracks and forms that no longer count.
    package var void: [String]
    package var hold: TimePhrase?
    package var holdForReview: Bool
    package var ifLate: IfLate?
    /// Stable identifier within the programme, such as `screening.next.accept.1`.
    package var id: String
    package var line: Int

    package init(id: String = "", line: Int = 0) {
        to = nil
        condition = nil
        until = nil
        since = nil
        within = []
        reason = nil
        send = []
        remind = nil
        escalate = []
        actions = []
        form = nil
        add = []
        void = []
        hold = nil
        holdForReview = false
        ifLate = nil
        self.id = id
        self.line = line
    }
}

/// Where a step's coded reason comes from.
package enum ReasonUse: Hashable, Sendable {
    /// `any of completeness`: asked, one of the list.
    case asked(list: String)
    /// A code.
    case code(String)
    /// An answer, such as `decision.reason`.
    case answer(Path)
}

/// A message and those it goes to.
package struct Send: Hashable, Sendable {
    package var message: String
    package var to: [Who]

    package init(message: String, to: [Who]) {
        self.message = message
        self.to = to
    }
}

/// A reminder of a step.
package struct Remind: Hashable, Sendable {
    /// The programme's message; empty: the built-in reminder.
    package var message: String
    /// Who is reminded; empty: those who hold the task and have not answered (R24).
    package var who: [Who]

    package init(message: String = "", who: [Who] = []) {
        self.message = message
        self.who = who
    }
}

/// What happens with a step whose instant is past already (R21, R22).
package enum IfLate: Hashable, Sendable {
    case send(withinDays: Int)
    case skip
    case ask
}

/// A member that a step adds to the track it stands in, or a row to another form.
package enum AddMember: Hashable, Sendable {
    /// The person that a path names becomes a new member: `row.replacement`.
    case person(Path)
    /// The answers of a form become one more row: `add: {visits: extra}`.
    case row(track: String, form: String)
}

/// What somebody may decide meanwhile.
package struct Decision: Sendable {
    package var name: String
    package var title: String
    package var who: [Who]
    /// The first that holds; those that carry `until`, `since` or `in` hold only then.
    package var steps: [ExchangeStep]

    package init(name: String, who: [Who], steps: [ExchangeStep]) {
        self.name = name
        title = name
        self.who = who
        self.steps = steps
    }
}

/// At that time: these steps, the first that holds.
package struct ClockLine: Sendable {
    package var when: TimePhrase
    package var steps: [ExchangeStep]
    /// Stable identifier within the programme, such as `screening.clock.due`.
    package var id: String
    package var line: Int

    package init(when: TimePhrase, steps: [ExchangeStep], id: String, line: Int) {
        self.when = when
        self.steps = steps
        self.id = id
        self.line = line
    }
}

/// One use of an action, with its inputs.
package struct ActionUse: Sendable {
    /// Such as `calendar.invite`.
    package var action: String
    package var inputs: [ActionInput]
    /// Who gets what the action made, one message each.
    package var who: [Who]
    /// The messages that carry what was made, renewed or undone; empty: none is sent.
    package var sendMade: String
    package var sendRenewed: String
    package var sendUndone: String
    /// The template of a document, by name; empty: none.
    package var template: String
    /// Only while it holds: what is done once is left out otherwise; what is kept is made and renewed while it holds, and
    /// stays as it is meanwhile. nil: always.
    package var condition: Condition?
    package var ifFailed: [Who]
    package var ifUnsure: IfUnsure
    package var id: String
    package var line: Int

    package init(action: String, id: String = "", line: Int = 0) {
        self.action = action
        inputs = []
        who = []
        sendMade = ""
        sendRenewed = ""
        sendUndone = ""
        template = ""
        ifFailed = []
        ifUnsure = .ask
        self.id = id
        self.line = line
    }
}

/// One input of an action: its name and how its value is made.
package struct ActionInput: Sendable {
    package enum Source: Sendable {
        case constant(Value)
        /// Text with `{{ }}`.
        case template(Template)
        /// A text that is exactly one `{{ expression }}`: its value, typed.
        case value(Condition)
    }

    package var name: String
    package var source: Source

    package init(name: String, source: Source) {
        self.name = name
        self.source = source
    }
}

/// What happens when nobody can know whether an action was done.
package enum IfUnsure: String, Hashable, Sendable, CaseIterable {
    case sendAgain = "send-again"
    case ask
    case takeAsSent = "take-as-sent"
}

/// Something that a named person must do, as declared.
package struct TaskDeclaration: Sendable {
    package enum Need: Hashable, Sendable {
        case any, all
        case count(Int)
    }

    package var who: [Who]
    package var form: String?
    /// Ask only the fields that this answer names.
    package var only: Path?
    package var onlyFields: [String]
    /// How many must give the first outcome; another is taken as soon as the first can no longer be reached.
    package var need: Need
    /// Ties each answer to the version of this form that was read (R32).
    package var binds: String?
    /// Normal from (`14 to 28 days`); nil without a range.
    package var dueFrom: TimePhrase?
    package var due: TimePhrase?
    /// Another programme whose ends are the answers.
    package var programme: ProgrammeCall?

    package init(who: [Who]) {
        self.who = who
        form = nil
        only = nil
        onlyFields = []
        need = .any
        binds = nil
        dueFrom = nil
        due = nil
        programme = nil
    }
}

/// A task that is a whole programme elsewhere.
package struct ProgrammeCall: Sendable {
    package var programme: String
    package var version: Int?
    package var give: [(name: String, value: Condition)]

    package init(programme: String, version: Int?, give: [(name: String, value: Condition)]) {
        self.programme = programme
        self.version = version
        self.give = give
    }
}
