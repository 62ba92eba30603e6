import CaseStore
import SQLiteStore
import Testing

/// The stores that keep the contract.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case sqlite

    var testDescription: String { rawValue }

    /// A new, empty store.
    func make() throws -> StoreSubject {
        switch self {
        case .memory: return .memory(MemoryStore())
        case .sqlite:
            let folder = try TemporaryFolder()
            return .sqlite(try SQLiteStore.open(path: folder.path + "/store.sqlite"), folder)
        }
    }
}

/// A store under test, with what the contract does to it from outside.
enum StoreSubject: Sendable {
    case memory(MemoryStore)
    case sqlite(SQLiteStore, TemporaryFolder)

    var store: any CaseStore {
        switch self {
        case .memory(let store): store
        case .sqlite(let store, _): store
        }
    }

    /// The store as the next process finds it.
    func reopened() async throws -> StoreSubject {
        switch self {
        case .memory(let store): return .memory(await store.reopened())
        case .sqlite(let store, let folder):
            await store.close()
            return .sqlite(try SQLiteStore.open(path: folder.path + "/store.sqlite"), folder)
        }
    }

    /// A backup taken now, opened beside the store.
    func restored() async throws -> StoreSubject {
        switch self {
        case .memory(let store): return .memory(await store.restored())
        case .sqlite(let store, let folder):
            try await store.backup(to: folder.path + "/backup.sqlite")
            return .sqlite(try SQLiteStore.open(path: folder.path + "/backup.sqlite"), folder)
        }
    }
}
