import CaseStore
import Exchange
import Synchronization

/// The addresses that take no mail any more: bounced for good, complained, or named by the staff; and those whose readers have
/// unsubscribed from what they need not get.
///
/// The list is read once and kept in memory, because every mail asks it; the store is written first.
package final class SuppressionList: Sendable {
    /// The kinds of document under which an address is kept. One address may have both: who has unsubscribed and whose
    /// mailbox is there again still wants no reminders.
    static let kind = "suppression"
    static let unsubscribedKind = "unsubscribed"
    package static let reasonBytes = 200

    /// Addresses by their kind of document.
    private typealias Known = [String: [String: Suppression]]

    private let store: any CaseStore
    private let known = Mutex<Known?>(nil)

    init(store: any CaseStore) {
        self.store = store
    }

    /// All, in the order of their addresses; one that bounced and unsubscribed is there twice.
    package func all() async throws -> [Suppression] {
        let known = try await load()
        return Self.kinds.flatMap { known[$0, default: [:]].values }
            .sorted { ($0.address, $0.source.rawValue) < ($1.address, $1.source.rawValue) }
    }

    /// Why this address gets nothing; nil: it does.
    package func entry(_ address: String) async throws -> Suppression? {
        try await load()[Self.kind]?[Suppression.name(of: address)]
    }

    /// Whether its reader wants no reminders and no optional messages.
    package func hasUnsubscribed(_ address: String) async throws -> Bool {
        try await load()[Self.unsubscribedKind]?[Suppression.name(of: address)] != nil
    }

    /// Adds an address; one that is there stays as it is, so that its first reason is kept.
    package func add(_ entry: Suppression) async throws {
        let kind = entry.source == .unsubscribed ? Self.unsubscribedKind : Self.kind
        guard entry.address.utf8.count <= PersonRules.addressBytes, try await load()[kind]?[entry.address] == nil else {
            return
        }
        var entry = entry
        if entry.reason.utf8.count > Self.reasonBytes { entry.reason = String(entry.reason.prefix(50)) }
        try await store.setDocument(kind: kind, id: entry.address, body: entry.bytes)
        known.withLock { $0?[kind, default: [:]][entry.address] = entry }
    }

    /// Takes an address off the list: first what keeps all mail from it, then its reader's wish; nil: it was not there.
    package func remove(_ address: String) async throws -> Suppression? {
        let name = Suppression.name(of: address)
        let known = try await load()
        guard let kind = Self.kinds.first(where: { known[$0]?[name] != nil }) else { return nil }
        try await store.setDocument(kind: kind, id: name, body: nil)
        self.known.withLock { $0?[kind]?[name] = nil }
        return known[kind]?[name]
    }

    private static let kinds = [kind, unsubscribedKind]

    private func load() async throws -> Known {
        if let known = known.withLock({ $0 }) { return known }
        var found: Known = [:]
        for kind in Self.kinds { found[kind] = try await read(kind) }
        return known.withLock { known in
            // Somebody may have read it meanwhile, and added to it.
            if let known { return known }
            known = found
            return found
        }
    }

    private func read(_ kind: String) async throws -> [String: Suppression] {
        var found: [String: Suppression] = [:]
        var last = ""
        while true {
            let page = try await store.documents(kind: kind, after: last, limit: StoreLimits.page)
            for one in page { found[one.id] = Suppression(one.id, one.body) }
            guard page.count == StoreLimits.page, let end = page.last else { return found }
            last = end.id
        }
    }
}
