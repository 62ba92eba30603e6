import Calendars
package import CaseStore
package import Exchange
import Expressions
import Synchronization

/// What the hub knows beside its cases: institutions, hubs, experts and offers, and who of the staff holds which role.
///
/// Offers are read once and kept in columns: the process that has the store is the only one that changes them.
package final class Register: Sendable {
    let store: any CaseStore
    let world: World
    static let page = 1_000
    private let known = Mutex<[EntryKind: OfferTable]>([:])
    private let past = Mutex<KnownPast?>(nil)

    package init(store: any CaseStore, world: World) {
        self.store = store
        self.world = world
    }

    // MARK: Offers for matching

    /// The offers that a programme searches with `from` (`hosts`, `experts`), filled from the experts and institutions
    /// that they name; those that lapsed are in it and withheld.
    package func table(of from: String) async throws -> OfferTable {
        let kind = EntryKind.offers(of: from)
        if let table = known.withLock({ $0[kind] }) { return table }
        var table = OfferTable()
        let owners = try await owners()
        var offers: [(offer: Value, withheld: String?)] = []
        for state in [EntryRow.State.active, .lapsed] {
            try await forEach(kind, state: state) { entry in
                offers.append((owners.filled(entry.value), entry.row.state == .lapsed ? Self.lapsedWords : nil))
            }
        }
        table.put(offers)
        known.withLock { $0[kind] = table }
        return table
    }

    static let lapsedWords = "its owner has not confirmed that it still holds"

    /// Institutions and experts, by identifier.
    struct Owners {
        var institutions: [String: Value] = [:]
        var experts: [String: Value] = [:]

        func filled(_ offer: Value) -> Value {
            let expert = offer["expert_id"]?.asString.flatMap { experts[$0] }
            let institution = (offer["institution_id"] ?? expert?["employer"])?.asString.flatMap { institutions[$0] }
            guard expert != nil || institution != nil else { return offer }
            return EntryMerging.filled(offer, expert: expert, institution: institution)
        }
    }

    private func owners() async throws -> Owners {
        var owners = Owners()
        try await forEach(.institution, state: .active) { owners.institutions[$0.row.id] = $0.value }
        try await forEach(.expert, state: .active) { owners.experts[$0.row.id] = $0.value }
        return owners
    }

    /// Makes the next search read anew what was changed.
    func forget(_ kinds: Set<EntryKind>) {
        let owns = kinds.contains(.institution) || kinds.contains(.expert)
        known.withLock { known in
            for kind in known.keys where owns || kinds.contains(kind) { known[kind] = nil }
        }
    }

    var knownPast: KnownPast? { past.withLock { $0 } }

    func keep(_ known: KnownPast) { past.withLock { $0 = known } }

    func forgetPast() { past.withLock { $0 = nil } }

    /// One offer that was changed takes its place without reading all the others.
    func replace(_ entry: RegisterEntry) async throws {
        guard entry.kind.isOffer, known.withLock({ $0[entry.kind] != nil }) else { return forget([entry.kind]) }
        guard entry.row.state == .active, entry.value["expert_id"] == nil, entry.value["institution_id"] == nil else {
            return forget([entry.kind])
        }
        known.withLock { $0[entry.kind]?.put(entry.value) }
    }

    /// Calls `body` with each entry of a kind, in the order of identifiers.
    func forEach(
        _ kind: EntryKind, state: EntryRow.State? = nil, _ body: (RegisterEntry) throws -> Void
    ) async throws {
        var filter = EntryFilter()
        filter.kind = kind.rawValue
        filter.state = state
        filter.limit = Self.page
        while true {
            let rows = try await store.entries(filter)
            for row in rows { try body(try RegisterEntry(row)) }
            guard rows.count == Self.page, let last = rows.last else { return }
            filter.after = (last.kind, last.id)
        }
    }

    // MARK: Roster

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
