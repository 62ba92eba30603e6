package import Calendars
package import Expressions
package import ProgrammeLanguage

/// A story that a programme must make come true: what is given, what people do on which day, and what must follow.
///
/// Written in `scenarios/NAME.yaml`; docs/reference/stories.md shows every sentence.
package struct Story: Sendable {
    /// Who is meant by a sentence.
    package enum Person: Hashable, Sendable {
        case everyone
        /// Holders of a role, or the one with this place, 1 first; or their deputies.
        case role(String, place: Int?, isDeputy: Bool)
        /// Members of a track that is nobody's role.
        case track(String, place: Int?)
    }

    /// What somebody does.
    package enum Act: Sendable {
        /// A task is known by its form, its state, or what the machine opened it for.
        case answer(task: String, outcome: String?)
        case decide(String, about: Person?)
        case fallSilent
        case answerAgain
        /// Takes the case off hold.
        case resume
    }

    /// What must have come.
    package enum Expectation: Sendable {
        /// A message on that day; nil: any.
        case message(String?, to: [Person], isOnce: Bool)
        /// No message of this name on that day; nil: none at all.
        case noMessage(String?, to: [Person])
        /// Where the case (nil) or members stand when the day ends.
        case state(Person?, String)
        /// An action that made, renewed or undid something on that day.
        case action(String, Work)
    }

    package enum Work: String, Sendable, CaseIterable {
        case made, renewed, undone
    }

    /// What must not come as long as the story lasts.
    package enum Never: Sendable {
        case message(String, to: [Person])
        case twice(String, to: [Person])
        case state(Person?, String)
        case action(String, Work)
    }

    package enum What: Sendable {
        case act(Person, Act, reason: String?, hints: [String: CastScript.Hint])
        case expect(Expectation)
        /// The service does not run from the step's day to the end of this one.
        case down(LocalDate)
    }

    package struct Step: Sendable {
        package let node: ProgrammeLanguage.Node
        package let day: LocalDate
        package let time: LocalTime?
        /// The case that is meant, 1 first.
        package let number: Int
        package let text: String
        package let what: What
    }

    package let file: String
    package let title: String
    /// Where what is given stands, for mistakes of it.
    package let givenNode: ProgrammeLanguage.Node
    /// Answers to the first form, one request a case.
    package var requests: [[String: Value]] = [[:]]
    package var today: LocalDate
    /// People answer well until the case enters this state.
    package var state: String?
    /// People answer well until this day.
    package var until: LocalDate?
    package var silent: [Person] = []
    /// Days that are agreed on when the time comes, by the programme's date.
    package var days: [String: DateSpan] = [:]
    /// Fields of each offer that differ from the invented ones; nil: the usual number of invented offers.
    package var offers: [(id: String, fields: [String: Value])]?
    package var answers: [String: CastScript.Hint] = [:]
    package var steps: [Step] = []
    package var never: [(node: ProgrammeLanguage.Node, what: Never)] = []

    init(file: String, title: String, givenNode: ProgrammeLanguage.Node, today: LocalDate) {
        self.file = file
        self.title = title
        self.givenNode = givenNode
        self.today = today
    }

    /// Offers that are invented where a story gives none.
    package static let usualOffers = 3
    /// Offers, requests and steps of one story at most.
    package static let limit = 500
}
