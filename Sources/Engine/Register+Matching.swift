import CaseStore
package import Exchange
import Expressions

/// What a search for hosts or experts reads beside the case: the past.
extension Register {
    static let pastKind = "past"

    /// The terms of a search for this case: one way for the case itself, for `match` and for rounds.
    ///
    /// The past is read only where the rules do.
    /// - Parameters:
    ///   - from: what is searched, `hosts` or `experts`.
    ///   - held: places by offer and period; nil: as they stand in the store.
    package func terms(
        for c: Case, _ machine: CaseMachine, rules name: String, from: String, held: [String: [String: Int]]? = nil
    ) async throws -> ShortlistTerms {
        var terms = ShortlistTerms()
        let places: [String: [String: Int]]
        if let held { places = held } else { places = try await store.heldPlaces() }
        terms.unavailable = machine.unavailable(
            for: c, among: try await table(of: from), held: places, at: world.now())
        guard let rules = machine.programme.rules[name] else { return terms }
        let conditions = rules.filters.map(\.condition) + rules.score.map(\.points)
        if conditions.contains(where: { $0.expression.references.contains { $0.variable == "past" } }) {
            terms.extras["past"] = try await pastValue(without: c.id)
        }
        return terms
    }

    /// Notes exchanges of the time before this database; the same prefix again replaces them.
    package func put(past exchanges: [PastExchange], named prefix: String) async throws {
        var documents: [StoredDocument] = []
        for (number, exchange) in exchanges.enumerated() {
            let body = Value.object(["guest": .string(exchange.guest), "hosts": .list([.string(exchange.host)])])
            documents.append(StoredDocument(kind: Self.pastKind, id: "\(prefix)-\(number)", body: body.jsonBytes))
        }
        for start in stride(from: 0, to: documents.count, by: Self.page) {
            try await store.setDocuments(Array(documents[start..<min(start + Self.page, documents.count)]))
        }
        forgetPast()
    }

    private func pastValue(without id: String) async throws -> Value {
        let known = try await pastExchanges()
        // The case's own host is no earlier one.
        guard known.byCase[id] != nil else { return known.value }
        return MatchingFunctions.past(known.byCase.filter { $0.key != id }.flatMap(\.value))
    }

    private func pastExchanges() async throws -> KnownPast {
        if let known = knownPast { return known }
        var byCase: [String: [PastExchange]] = [:]
        var after = ""
        while true {
            let page = try await store.documents(kind: Self.pastKind, after: after, limit: Self.page)
            for document in page {
                guard let value = try? Value(json: document.body), let guest = value["guest"]?.asString else {
                    continue
                }
                let hosts = (value["hosts"]?.asList ?? []).compactMap(\.asString)
                if !hosts.isEmpty { byCase[document.id] = hosts.map { PastExchange(guest: guest, host: $0) } }
            }
            guard page.count == Self.page, let last = page.last else { break }
            after = last.id
        }
        let known = KnownPast(byCase: byCase, value: MatchingFunctions.past(byCase.flatMap(\.value)))
        keep(known)
        return known
    }
}

/// The exchanges that are known, and what rules read of them.
struct KnownPast: Sendable {
    var byCase: [String: [PastExchange]]
    var value: Value
}
