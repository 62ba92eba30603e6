package import CaseStore
package import Exchange
import Synchronization

/// Programmes by their hash, compiled once.
package final class ProgrammeShelf: Sendable {
    /// Makes a programme of its packed source; nil if it has mistakes.
    package typealias Compile = @Sendable ([UInt8]) -> Programme?

    private let store: any CaseStore
    private let compile: Compile
    private let machines = Mutex<[String: CaseMachine]>([:])

    package init(store: any CaseStore, compile: @escaping Compile) {
        self.store = store
        self.compile = compile
    }

    /// The machine of the programme with this hash.
    ///
    /// - Throws: `EngineFailure` if the store has none or it does not compile any more.
    package func machine(hash: String) async throws -> CaseMachine {
        if let known = machines.withLock({ $0[hash] }) { return known }
        guard let row = try await store.programme(hash: hash) else { throw EngineFailure.noProgramme(hash) }
        guard let programme = compile(row.source) else { throw EngineFailure.unchecked(row.name) }
        let machine = CaseMachine(programme: programme)
        machines.withLock { $0[hash] = machine }
        return machine
    }

    /// Puts a programme on the shelf that is compiled already.
    package func put(_ programme: Programme) -> CaseMachine {
        let machine = CaseMachine(programme: programme)
        machines.withLock { $0[programme.hash] = machine }
        return machine
    }

    /// The newest version of a programme of this name (or the one of `name@version`).
    package func newest(named text: String) async throws -> CaseMachine {
        let parts = text.split(separator: "@", maxSplits: 1).map(String.init)
        let version = parts.count == 2 ? Int(parts[1]) : nil
        let found = try await store.programmes().filter { row in
            row.name == parts.first && (version.map { $0 == row.version } ?? true)
        }
        guard let row = found.max(by: { ($0.version, $0.addedAt) < ($1.version, $1.addedAt) }) else {
            throw EngineFailure.noProgramme(text)
        }
        return try await machine(hash: row.hash)
    }
}
