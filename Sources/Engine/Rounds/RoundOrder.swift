package import Exchange
package import Expressions
package import Matching

/// What a round is asked to do.
package struct RoundOrder: Sendable {
    package var problem = Round.Problem.assignment
    /// Only cases in this state.
    package var state: String?
    /// Only cases where the answer is this text.
    package var answers: [(path: Path, text: String)] = []
    /// Rules of the programme by which hosts rank requests; nil: who came first goes first.
    package var ranks: String?
    package var side = StableCall.Side.requests
    /// Fields of the neutral file form beside requests and hosts: minimum, quotas, forced, forbidden, conflicts,
    /// together, couples.
    package var conditions: [String: Value] = [:]

    package init() {}

    /// What `conditions` may hold, by the problem.
    package static func conditionNames(_ problem: Round.Problem) -> [String] {
        switch problem {
        case .assignment: ["minimum", "quotas", "forced", "forbidden", "conflicts"]
        case .stable: ["together", "couples"]
        }
    }
}

/// What a person changes in a round by hand.
package struct RoundAdjustment: Sendable {
    package struct Pair: Hashable, Sendable {
        package var request: String
        package var host: String

        package init(request: String, host: String) { (self.request, self.host) = (request, host) }

        var value: Value { .list([.string(request), .string(host)]) }
    }

    package var forced: [Pair] = []
    package var forbidden: [Pair] = []
    /// No longer forced nor forbidden.
    package var freed: [Pair] = []

    package init() {}

    package var isEmpty: Bool { forced.isEmpty && forbidden.isEmpty && freed.isEmpty }
}
