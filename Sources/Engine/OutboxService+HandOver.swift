import ActionKit
import CaseStore
import Expressions

/// From where on the outcome of a call is in doubt, for actions that tell it (`ActionCall.handOver`): of what waited for a
/// connection when the service died it is known that it did not leave.
extension OutboxService {
    /// The kind of document under which it is kept, by the effect's key, from then until its outcome is written down.
    private static let handedOverKind = "handed-over"

    /// What an action calls before a call of these effects cannot be taken back.
    func handOver(_ keys: [String], by action: any Action) -> @Sendable () async -> Bool {
        guard action.description.tellsHandOver else { return { true } }
        return { [store] in
            do {
                for key in keys {
                    try await store.setDocument(kind: Self.handedOverKind, id: key, body: Value.bool(true).jsonBytes)
                }
                return true
            } catch {
                return false
            }
        }
    }

    func wasHandedOver(_ row: EffectRow) async throws -> Bool {
        try await store.document(kind: Self.handedOverKind, id: row.key) != nil
    }

    /// Their outcomes are written down.
    func endDoubt(of keys: [String], by action: any Action) async throws {
        guard action.description.tellsHandOver else { return }
        for key in keys { try await store.setDocument(kind: Self.handedOverKind, id: key, body: nil) }
    }
}
