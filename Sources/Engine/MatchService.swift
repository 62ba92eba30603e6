package import Exchange
import CaseStore
import Expressions

/// The shortlist of one case as a person reads it.
package struct CaseShortlist: Sendable {
    package var from: String
    package var ranking: OfferRanking
    /// What would have to change for those that were left out by least.
    package var whatIfs: [WhatIf]
    /// Filters that would gain offers if they were wider.
    package var widenings: [Widening]
}

/// Shortlists on demand: what `match CASE` shows, and nothing is changed by it.
extension Engine {
    /// Offers that were left out and are looked at more closely.
    package static let whatIfs = 5

    /// Whom a case could ask.
    ///
    /// - Parameters:
    ///   - rules: of the programme; nil: those of the state it is in, else those of the only search it has.
    ///   - weights: in the place of the programme's.
    ///   - kept: candidates given whole; nil: all.
    /// - Throws: `EngineFailure.noMatch` where the programme searches nobody, or several searches could be meant.
    package func shortlist(
        of c: Case, _ machine: CaseMachine, rules: String? = nil, weights: [String: Double] = [:], kept: Int? = nil
    ) async throws -> CaseShortlist {
        let (from, name) = try Self.search(of: c, machine.programme, rules: rules)
        _ = try await search.catchUp()
        var terms = try await register.terms(for: c, machine, rules: name, from: from)
        terms.weights = weights
        terms.kept = kept
        let table = try await register.table(of: from)
        guard let ranking = machine.ranking(for: c, rules: name, offers: table, terms: terms) else {
            throw EngineFailure.noMatch(machine.programme.name, rules: machine.programme.rules.keys.sorted())
        }
        return CaseShortlist(
            from: from, ranking: ranking,
            whatIfs: machine.whatIfs(of: c, rules: name, offers: table, terms: terms, limit: Self.whatIfs),
            widenings: machine.widenings(of: c, rules: name, offers: table, terms: terms))
    }

    private static func search(
        of c: Case, _ programme: Programme, rules: String?
    ) throws -> (from: String, rules: String) {
        func match(_ state: StateDeclaration?) -> MatchDeclaration? {
            if case .match(let match)? = state?.opening { match } else { nil }
        }
        if rules == nil, let here = match(programme.states[c.region.state]) { return (here.from, here.rules) }
        let all = programme.statesOrder.compactMap { match(programme.states[$0]) }
        let meant = all.filter { rules == nil || $0.rules == rules }
        let pairs = Set(meant.map { [$0.from, $0.rules] })
        guard pairs.count == 1, let pair = pairs.first else {
            throw EngineFailure.noMatch(programme.name, rules: Set(all.map(\.rules)).sorted())
        }
        return (pair[0], pair[1])
    }
}
