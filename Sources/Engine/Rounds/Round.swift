package import Calendars
import CaseStore
package import Expressions
package import Matching

/// Hosts for all open requests of a programme at once: what went in and what came out, as they were.
package struct Round: Hashable, Sendable {
    package enum Problem: String, Hashable, Sendable, CaseIterable {
        case assignment
        case stable
    }

    /// The case of a request, as it was.
    package struct Entry: Hashable, Sendable {
        package var caseID: String
        /// The entry of the state that searched.
        package var entry: Int
    }

    /// Such as `study-tour/3`; empty until it is kept.
    package var id = ""
    package var programme: String
    package var problem: Problem
    /// Whose wishes come first where several matchings are stable.
    package var side = StableCall.Side.requests
    package var madeAt: Instant
    /// The round that this one was adjusted from.
    package var parent: String?
    /// By reference.
    package var cases: [String: Entry]
    /// The call in the neutral file form, requests by reference and hosts by offer.
    package var call: Value
    /// The offers that a rule left out, by reference and rule.
    package var excluded: [String: [String: [String]]]
    /// What each rule says of an offer that it leaves out.
    package var sentences: [String: String]
    package var result = Result()
    package var confirmedAt: Instant?
    /// The role in which it was confirmed.
    package var confirmedBy: String?

    /// Who got what.
    package struct Result: Hashable, Sendable {
        /// The offers of each request that got one, by reference.
        package var assignments: [String: [String]] = [:]
        /// The sum of the scores, or the number of those who were placed in a stable matching.
        package var total = 0.0
        package var bound = 0.0
        /// How it is known that nothing is better; empty if it is not known.
        package var proof = ""
        /// Requests and an offer that would rather have each other; of a couple both offers, an empty text for nowhere.
        package var blocking: [[String]] = []
    }

    /// How many places were given.
    package var placedCount: Int { result.assignments.values.reduce(0) { $0 + $1.count } }
    package var requestCount: Int { cases.count }

    /// - Parameters:
    ///   - cases: of the requests, by reference.
    ///   - call: in the neutral file form.
    package init(
        programme: String, problem: Problem, madeAt: Instant, cases: [String: Entry], call: Value,
        excluded: [String: [String: [String]]], sentences: [String: String]
    ) {
        (self.programme, self.problem, self.madeAt, self.cases) = (programme, problem, madeAt, cases)
        (self.call, self.excluded, self.sentences) = (call, excluded, sentences)
    }

    // MARK: Solving

    package func assignmentCall() throws(MatchingMistake) -> Call {
        try call.jsonBytes.withUnsafeBufferPointer { (bytes) throws(MatchingMistake) in try Call(json: bytes) }
    }

    package func stableCall() throws(MatchingMistake) -> StableCall {
        try call.jsonBytes.withUnsafeBufferPointer { (bytes) throws(MatchingMistake) in try StableCall(json: bytes) }
    }

    /// A result with all that explains it.
    package enum Solution: Sendable {
        case assignment(Call, CallResult)
        case stable(StableCall, StableResult)
    }

    /// What these inputs give; the same inputs always give the same.
    /// - Throws: `MatchingMistake` with everything that is wrong, `MatchingStopped`.
    package func solution(watch: MatchingWatch = { _, _ in true }) throws -> Solution {
        switch problem {
        case .assignment:
            let call = try assignmentCall()
            return .assignment(call, try call.solve(watch: watch))
        case .stable:
            let call = try stableCall()
            return .stable(call, try call.solve(for: side, watch: watch))
        }
    }
}

extension Round.Result {
    /// The result in terms of references and offers.
    package init(_ solution: Round.Solution) {
        self.init()
        switch solution {
        case .assignment(let call, let result):
            for (request, hosts) in zip(call.requests, result.hostsOf) where !hosts.isEmpty {
                assignments[request.id] = hosts.map { call.hosts[$0].id }
            }
            (total, bound, proof) = (result.total, result.bound, result.proof?.rawValue ?? "")
        case .stable(let call, let result):
            for (applicant, host) in zip(call.applicants, result.hostOf) {
                if let host { assignments[applicant] = [call.hosts[host].id] }
            }
            (total, bound) = (Double(result.placedCount), Double(result.placedCount))
            proof = result.isProven ? "blocking pairs" : ""
            blocking = result.blocking.map { pair in
                pair.applicants.map { call.applicants[$0] } + pair.hosts.map { $0.map { call.hosts[$0].id } ?? "" }
            }
        }
    }
}
