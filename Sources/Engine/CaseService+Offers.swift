import CaseStore
import Exchange
import Expressions

/// An answer that would accept an offer is held against the register first (decisions 0082 and 0083).
extension CaseService {
    /// What the register says of an offer that no longer is what its proposal shows.
    enum OfferNews {
        case changed(Value, fields: [String])
        case gone(id: String, why: String)
    }

    /// nil where nothing is accepted, or what is accepted is what the register has.
    func offerNews(of command: Command, _ c: Case, _ machine: CaseMachine) async throws -> OfferNews? {
        guard case .answer(let number, let outcome, _, _) = command, c.hold == nil,
            let task = c.tasks.first(where: { $0.number == number }),
            let member = machine.proposal(acceptedBy: task, outcome: outcome, in: c),
            let search = machine.search(thatAsks: member)
        else { return nil }
        let offers = try await register.table(of: search.from)
        guard let offer = offers.row(of: member.key).map({ offers.offer(row: $0) }) else {
            let entry = try await register.known(.offers(of: search.from), member.key)
            return entry.flatMap { Self.whyGone($0.row.state) }.map { .gone(id: member.key, why: $0) }
        }
        let fields = member.differences(from: offer)
        if fields.isEmpty { return nil }
        if let why = try await whyUnfit(offer, member, c, machine, search) { return .gone(id: member.key, why: why) }
        return .changed(offer, fields: fields)
    }

    /// One that lapsed is not gone: whoever accepts says that it holds.
    private static func whyGone(_ state: EntryRow.State) -> String? {
        switch state {
        case .withdrawn: "it was withdrawn from the register"
        case .merged: "it was merged into another entry of the register"
        case .active, .lapsed: nil
        }
    }

    /// Why an offer that was changed is no offer for the case any more: no place is left, or a filter that let it pass
    /// would leave it out; what a person forced against a filter stays.
    private func whyUnfit(
        _ offer: Value, _ member: Member, _ c: Case, _ machine: CaseMachine, _ search: MatchDeclaration
    ) async throws -> String? {
        let held = try await store.heldPlaces()
        if let places = machine.places(at: offer, for: c, held: held, at: world.now()), places.left <= 0 {
            return places.words
        }
        var terms = try await register.terms(for: c, machine, rules: search.rules, from: search.from, held: held)
        terms.unavailable = [:]
        func failed(by offer: Value) -> Exclusion? {
            machine.ranking(for: c, rules: search.rules, offers: OfferTable([offer]), terms: terms)?
                .exclusions(limit: 1).first
        }
        return failed(by: member.row) == nil ? failed(by: offer)?.say : nil
    }

    /// Gives the case the news.
    /// - Returns: what whoever wanted to accept is told.
    func tell(_ news: OfferNews, _ id: String) async throws -> EngineFailure {
        switch news {
        case .gone(let offer, let why):
            _ = try await submit(.offerGone(id: offer, why: why), to: id, by: .service)
            return .offerGone(offer, why: why)
        case .changed(let value, let fields):
            let answer = try await submit(.offerChanged(value), to: id, by: .service)
            let offer = value["id"]?.asString ?? ""
            let gone = answer.notes.first { $0.kind == .offerGone && $0.words.first == offer }
            return gone.map { .offerGone(offer, why: $0.words.last ?? "") } ?? .offerChanged(offer, fields: fields)
        }
    }
}
