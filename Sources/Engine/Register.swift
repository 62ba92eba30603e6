package import CaseStore
package import Exchange
package import Expressions
import Synchronization

/// What the hub knows beside its cases: offers of hosts and experts, and who of the staff holds which role.
///
/// Offers are read once and kept: the process that has the store is the only one that changes them.
package final class Register: Sendable {
    private let store: any CaseStore
    private static let page = 1_000
    private let known = Mutex<[String: [Value]]>([:])

    package init(store: any CaseStore) {
        self.store = store
    }

    /// All offers of one kind (`hosts`, `experts`), in the order of their identifiers.
    package func offers(_ kind: String) async throws -> [Value] {
        if let offers = known.withLock({ $0[kind] }) { return offers }
        let found = try await read(kind)
        known.withLock { $0[kind] = found }
        return found
    }

    private func read(_ kind: String) async throws -> [Value] {
        var result: [Value] = []
        var after = ""
        while true {
            let found = try await store.documents(kind: "offer:\(kind)", after: after, limit: Self.page)
            for document in found {
                guard let value = try? Value(json: document.body) else {
                    throw EngineFailure.damaged("the offer \(document.id)")
                }
                result.append(value)
            }
            guard found.count == Self.page, let last = found.last else { return result }
            after = last.id
        }
    }

    /// Adds or replaces offers; each has an `id`.
    package func put(offers: [Value], kind: String) async throws {
        let documents = offers.compactMap { offer in
            offer["id"]?.asString.map { StoredDocument(kind: "offer:\(kind)", id: $0, body: offer.jsonBytes) }
        }
        defer { known.withLock { $0[kind] = nil } }
        for start in stride(from: 0, to: documents.count, by: Self.page) {
            try await store.setDocuments(Array(documents[start..<min(start + Self.page, documents.count)]))
        }
    }

    /// Who holds which role; `*` is the hub's mailbox, which holds all roles of the staff that nobody else does.
    package func roster() async throws -> [String: [Party]] {
        var result: [String: [Party]] = [:]
        for document in try await store.documents(kind: "roster", after: "", limit: Self.page) {
            guard let value = try? Value(json: document.body), let list = value.asList else {
                throw EngineFailure.damaged("the roster's role \(document.id)")
            }
            result[document.id] = list.compactMap { Party(value: $0, id: "") }
        }
        return result
    }

    package func put(roster: [String: [Party]]) async throws {
        try await store.setDocuments(
            roster.map { role, parties in
                StoredDocument(kind: "roster", id: role, body: Value.list(parties.map(\.value)).jsonBytes)
            })
    }
}
