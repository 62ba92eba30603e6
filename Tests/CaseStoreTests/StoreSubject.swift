import CaseStore
import Testing

/// The stores that keep the contract.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory

    var testDescription: String { rawValue }

    /// A new, empty store.
    func make() throws -> StoreSubject {
        switch self {
        case .memory: .memory(MemoryStore())
        }
    }
}

/// A store under test, with what the contract does to it from outside.
enum StoreSubject {
    case memory(MemoryStore)

    var store: any CaseStore {
        switch self {
        case .memory(let store): store
        }
    }

    /// The store as the next process finds it.
    func reopened() async throws -> StoreSubject {
        switch self {
        case .memory(let store): .memory(await store.reopened())
        }
    }

    /// A backup taken now, opened beside the store.
    func restored() async throws -> StoreSubject {
        switch self {
        case .memory(let store): .memory(await store.restored())
        }
    }
}
