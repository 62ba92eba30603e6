import CaseStore
package import Exchange
package import Expressions
package import Matching

/// Rounds: hosts for all open requests of a call at once, kept, adjusted by hand, and confirmed by a person.
package final class RoundService: Sendable {
    private static let headings = "round"
    private static let bodies = "round-inputs"
    private static let page = 1_000

    private let cases: CaseService
    private let register: Register
    private var store: any CaseStore { cases.store }

    package init(cases: CaseService, register: Register) {
        (self.cases, self.register) = (cases, register)
    }

    // MARK: Making

    /// Reads the open requests of a programme and what the register offers them; nothing is decided nor kept yet.
    ///
    /// - Parameter watch: told how many cases were read; answers whether to go on.
    /// - Throws: `MatchingStopped` where the watch stopped it.
    package func inputs(
        of programme: String, _ order: RoundOrder, watch: MatchingWatch = { _, _ in true }
    ) async throws -> Round {
        let held = try await store.heldPlaces()
        var inputs = RoundInputs(order, held: held, at: cases.world.now())
        var filter = CaseFilter()
        (filter.programme, filter.state, filter.hasEnded) = (programme, order.state, false)
        var done = 0
        while true {
            let page = try await store.cases(filter)
            for row in page {
                done += 1
                guard watch(done, max(done, page.count)) else { throw MatchingStopped() }
                let (found, machine) = try await cases.load(row.id)
                guard let request = machine.openRequest(of: found), Self.fits(found, machine, order) else { continue }
                inputs.add(
                    request, offers: try await register.table(of: request.match.from),
                    ranking: try await ranking(of: request, rules: request.match.rules, held),
                    ranks: try await ranks(of: request, order, held))
            }
            guard page.count == filter.limit, let last = page.last else { break }
            filter.after = last.reference
        }
        return inputs.round(programme: programme)
    }

    /// All offers for a request, filtered and scored as `match CASE` does.
    private func ranking(
        of request: OpenRequest, rules: String, _ held: [String: [String: Int]]
    ) async throws -> OfferRanking {
        let (machine, from) = (request.machine, request.match.from)
        let terms = try await register.terms(for: request.case, machine, rules: rules, from: from, held: held)
        let offers = try await register.table(of: from)
        guard let ranking = machine.ranking(for: request.case, rules: rules, offers: offers, terms: terms) else {
            throw EngineFailure.noRules(rules, known: machine.programme.rules.keys.sorted())
        }
        return ranking
    }

    /// How offers rank a request, where the order names rules for it.
    private func ranks(
        of request: OpenRequest, _ order: RoundOrder, _ held: [String: [String: Int]]
    ) async throws -> [String: Double] {
        guard let rules = order.ranks else { return [:] }
        let ranking = try await ranking(of: request, rules: rules, held)
        return Dictionary(ranking.candidates.map { ($0.id, $0.score) }, uniquingKeysWith: { first, _ in first })
    }

    private static func fits(_ found: Case, _ machine: CaseMachine, _ order: RoundOrder) -> Bool {
        let reading = CaseReading(machine: machine, case: found, member: nil)
        return order.answers.allSatisfy { reading.value(at: $0.path)?.asString == $0.text }
    }

    /// The round with pairs forced, forbidden or freed, unsolved.
    ///
    /// - Throws: every mistake at once.
    package func adjusted(_ round: Round, _ change: RoundAdjustment) throws(MatchingMistake) -> Round {
        var result = round
        (result.parent, result.id, result.confirmedAt, result.confirmedBy) = (round.id, "", nil, nil)
        result.madeAt = cases.world.now()
        guard round.problem == .assignment else {
            throw MatchingMistake("pairs can be forced and forbidden in an assignment, not in a stable matching")
        }
        var fields = round.call.fields
        let changed = Set((change.forced + change.forbidden + change.freed).map(\.value))
        for (name, pairs) in [("forced", change.forced), ("forbidden", change.forbidden)] {
            let former = (fields[name]?.asList ?? []).filter { !changed.contains($0) }
            fields[name] = .list(former + pairs.map(\.value))
        }
        result.call = .object(fields)
        return result
    }

    // MARK: Keeping

    /// Gives a round its number and keeps it with its inputs.
    package func keep(_ round: Round) async throws -> Round {
        var kept = round
        let number = try await store.nextNumber(of: "round/\(round.programme)")
        kept.id = "\(round.programme)/\(number)"
        try await store.setDocuments([
            StoredDocument(kind: Self.headings, id: Self.key(kept.id), body: kept.heading.jsonBytes),
            StoredDocument(kind: Self.bodies, id: Self.key(kept.id), body: kept.value.jsonBytes),
        ])
        return kept
    }

    /// Sorts by programme and number.
    private static func key(_ id: String) -> String {
        guard let slash = id.lastIndex(of: "/"), let number = Int(id[id.index(after: slash)...]) else { return id }
        let digits = String(number)
        return id[...slash] + String(repeating: "0", count: max(0, 9 - digits.utf8.count)) + digits
    }

    /// The headings of all rounds, by programme and number.
    package func headings(of programme: String?) async throws -> [Value] {
        var (result, after): ([Value], String) = ([], "")
        while true {
            let page = try await store.documents(kind: Self.headings, after: after, limit: Self.page)
            for document in page {
                guard let heading = try? Value(json: document.body) else {
                    throw EngineFailure.damaged("the round \(document.id)")
                }
                if programme == nil || heading["programme"]?.asString == programme { result.append(heading) }
            }
            guard page.count == Self.page, let last = page.last else { return result }
            after = last.id
        }
    }

    /// - Parameter id: such as `study-tour/3`.
    package func round(_ id: String) async throws -> Round {
        guard let heading = try await store.document(kind: Self.headings, id: Self.key(id)),
            let body = try await store.document(kind: Self.bodies, id: Self.key(id))
        else { throw EngineFailure.noRound(id) }
        guard let heading = try? Value(json: heading), let body = try? Value(json: body),
            let round = Round(body, heading: heading)
        else { throw EngineFailure.damaged("the round \(id)") }
        return round
    }

    // MARK: Confirming

    /// What came of confirming a round.
    package struct Confirmation: Sendable {
        /// References of the cases in which proposals were made.
        package var proposed: [String] = []
        /// References of the cases whose search was ended with nothing.
        package var closed: [String] = []
        /// What could not be done after the check, such as a place that somebody took at the same moment.
        package var failed: [(reference: String, why: String)] = []
    }

    /// Makes the proposals of a round in its cases, by commands of the person who confirms it.
    ///
    /// First everything is checked; where a case has moved on or an offer no longer fits, nothing is done. A confirmation
    /// that was broken off is taken up by confirming again: no case is asked twice.
    /// - Parameter closes: requests that got nothing are told so, and go where their programme says; else they wait for
    ///   the next round.
    /// - Throws: `MatchingMistake` with every reason why it cannot be confirmed as it is.
    package func confirm(
        _ round: Round, by actor: Actor, closes: Bool, watch: MatchingWatch = { _, _ in true }
    ) async throws -> Confirmation {
        var commands: [(reference: String, caseID: String, command: Command)] = []
        var problems: [String] = []
        let held = try await store.heldPlaces()
        let forced = Set((round.call["forced"]?.asList ?? []).map { ($0.asList ?? []).compactMap(\.asString) })
        for (reference, entry) in round.cases.sorted(by: { $0.key < $1.key }) {
            let chosen = round.result.assignments[reference] ?? []
            guard !chosen.isEmpty || closes else { continue }
            guard try await store.answer(toKey: Self.commandKey(round), caseID: entry.caseID) == nil else { continue }
            let (found, machine) = try await cases.load(entry.caseID)
            guard let request = machine.openRequest(of: found), request.entry == entry.entry else {
                problems.append("\(reference) has moved on since the round was made")
                continue
            }
            let offers = try await register.table(of: request.match.from)
            let ranking = try await ranking(of: request, rules: request.match.rules, held)
            var candidates: [Candidate] = []
            for host in chosen {
                if let candidate = ranking.candidates.first(where: { $0.id == host }) {
                    candidates.append(candidate)
                } else if forced.contains([reference, host]), let row = offers.row(of: host) {
                    // What a person forced stands against the rules.
                    candidates.append(Candidate(offer: offers.offer(row: row), score: 0, parts: []))
                } else {
                    let rule =
                        ranking.exclusions().first { $0.offer == host }?.say ?? "it is no longer in the register"
                    problems.append("\(host) can no longer be proposed to \(reference): \(rule)")
                }
            }
            commands.append(
                (
                    reference, entry.caseID,
                    .candidates(
                        entry: entry.entry, found: candidates, excluded: ranking.exclusions(limit: Limits.candidates))
                ))
        }
        if let mistake = MatchingMistake(all: problems) { throw mistake }
        var result = Confirmation()
        for (index, one) in commands.enumerated() {
            guard watch(index, commands.count) else { throw MatchingStopped() }
            do {
                let answer = try await cases.submit(
                    one.command, to: one.caseID, by: actor, key: Self.commandKey(round))
                let full = answer.case.search?.excluded.filter { $0.filter == "capacity" }.map(\.offer) ?? []
                let chosen = round.result.assignments[one.reference] ?? []
                if chosen.isEmpty {
                    result.closed.append(one.reference)
                } else if let lost = chosen.first(where: full.contains) {
                    result.failed.append((one.reference, "\(lost) has no place left"))
                } else {
                    result.proposed.append(one.reference)
                }
            } catch EngineFailure.refused(let refusal) {
                result.failed.append((one.reference, refusal.sentence))
            }
        }
        var confirmed = round
        (confirmed.confirmedAt, confirmed.confirmedBy) = (cases.world.now(), actor.role)
        try await store.setDocument(
            kind: Self.headings, id: Self.key(round.id), body: confirmed.heading.jsonBytes)
        return result
    }

    private static func commandKey(_ round: Round) -> String { "round:\(round.id)" }
}
