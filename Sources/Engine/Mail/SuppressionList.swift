import CaseStore
import Synchronization

/// The addresses that take no mail any more: bounced for good, complained, or named by the staff.
///
/// The list is read once and kept in memory, because every mail asks it; the store is written first.
package final class SuppressionList: Sendable {
    /// The kind of document under which an address is kept.
    static let kind = "suppression"
    /// Bytes of an address, as RFC 5321 has it.
    package static let addressBytes = 254
    package static let reasonBytes = 200

    private let store: any CaseStore
    private let known = Mutex<[String: Suppression]?>(nil)

    init(store: any CaseStore) {
        self.store = store
    }

    /// All, in the order of their addresses.
    package func all() async throws -> [Suppression] {
        try await load().values.sorted { $0.address < $1.address }
    }

    /// Why this address gets nothing; nil: it does.
    package func entry(_ address: String) async throws -> Suppression? {
        try await load()[Suppression.name(of: address)]
    }

    /// Adds an address; one that is there stays as it is, so that its first reason is kept.
    package func add(_ entry: Suppression) async throws {
        guard entry.address.utf8.count <= Self.addressBytes, try await load()[entry.address] == nil else { return }
        var entry = entry
        if entry.reason.utf8.count > Self.reasonBytes { entry.reason = String(entry.reason.prefix(50)) }
        try await store.setDocument(kind: Self.kind, id: entry.address, body: entry.bytes)
        known.withLock { $0?[entry.address] = entry }
    }

    /// Takes an address off the list; false: it was not there.
    package func remove(_ address: String) async throws -> Bool {
        let name = Suppression.name(of: address)
        guard try await load()[name] != nil else { return false }
        try await store.setDocument(kind: Self.kind, id: name, body: nil)
        known.withLock { $0?[name] = nil }
        return true
    }

    private func load() async throws -> [String: Suppression] {
        if let known = known.withLock({ $0 }) { return known }
        var found: [String: Suppression] = [:]
        var last = ""
        while true {
            let page = try await store.documents(kind: Self.kind, after: last, limit: StoreLimits.page)
            for one in page { found[one.id] = Suppression(one.id, one.body) }
            guard page.count == StoreLimits.page, let end = page.last else { break }
            last = end.id
        }
        return known.withLock { known in
            // Somebody may have read it meanwhile, and added to it.
            if let known { return known }
            known = found
            return found
        }
    }
}
