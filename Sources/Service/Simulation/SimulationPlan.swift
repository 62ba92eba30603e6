package import Calendars
import Exchange
package import Expressions

/// How people behave in a simulation, as chances from 0 to 1.
package struct CastChances: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case silent, refuse, late, move, cancel, withdraw, other

        /// What happens, a sentence.
        package var title: String {
            switch self {
            case .silent: "Somebody never answers a task; whoever is told that it is late may answer instead."
            case .refuse: "Somebody gives another answer than the first."
            case .late: "Somebody answers only after one to four weeks."
            case .move: "The days are moved, once they are known."
            case .cancel: "What was agreed on is cancelled."
            case .withdraw: "Somebody withdraws."
            case .other: "Each other decision that the programme allows."
            }
        }
    }

    private var chances: [Kind: Double] = [
        .silent: 0.05, .refuse: 0.08, .late: 0.1, .move: 0.1, .cancel: 0.03, .withdraw: 0.04, .other: 0.01,
    ]

    package init() {}

    package subscript(kind: Kind) -> Double {
        get { chances[kind] ?? 0 }
        set { chances[kind] = newValue }
    }
}

/// What is simulated: everything that decides its outcome.
package struct SimulationPlan: Sendable {
    /// The first day.
    package var from: LocalDate
    /// The last day; what is open then is counted as waiting.
    package var until: LocalDate
    package var seed: UInt64 = 1
    /// Cases that are started, evenly over the time.
    package var cases = 100
    /// Requests of a table; empty: they are made up.
    package var requests: [ImportedRequest] = []
    /// Offers of a table; empty: they are made up.
    package var offers: [Value] = []
    /// How many offers are made up.
    package var inventedOffers = 40
    package var chances = CastChances()
    /// How answers are drawn.
    package var script = CastScript()

    package init(from: LocalDate, until: LocalDate) {
        self.from = from
        self.until = until
    }

    /// Cases of one simulation at most.
    package static let casesLimit = 1_000_000
    /// Made-up offers at most.
    package static let offersLimit = 10_000
}

/// One message of a simulation.
package struct SimulatedMessage: Sendable {
    package let at: Instant
    package let reference: String
    package let message: String
    /// The reader's role; empty for who is told of an undoing for having been told before.
    package let role: String
    /// The reader's address; nobody of them exists.
    package let address: String

    /// The message for programs.
    package var value: Value {
        .object([
            "at": .string(at.rfc3339), "case": .string(reference), "message": .string(message),
            "role": .string(role), "reader": .string(address),
        ])
    }
}
