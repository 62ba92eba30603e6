import CaseStore
package import Engine
package import Exchange
import Expressions

/// Starts a case a request and answers its first form, a batch side by side, so that one sync of the disk serves many.
package struct RequestStarting: Sendable {
    /// Why a request that could be read was not taken whole.
    package struct Fault: Sendable {
        /// The line of the request in its table.
        package let line: Int
        package let sentence: String
    }

    private let engine: Engine
    private let machine: CaseMachine
    private let roster: [String: [Party]]

    /// - Parameter roster: as `Register.roster` has it; read once for all requests.
    package init(engine: Engine, machine: CaseMachine, roster: [String: [Party]]) {
        (self.engine, self.machine, self.roster) = (engine, machine, roster)
    }

    /// Starts them all, numbered in the order in which they stand.
    ///
    /// - Returns: what the programme refuses, in that order.
    /// - Throws: what the store throws, and `EngineFailure.noStaff`.
    package func start(_ requests: [ImportedRequest]) async throws -> [Fault] {
        guard !requests.isEmpty else { return [] }
        let references = try await engine.cases.references(requests.count, for: machine.programme)
        return try await withThrowingTaskGroup(of: Fault?.self) { group in
            for (request, reference) in zip(requests, references) {
                group.addTask { try await start(request, reference) }
            }
            var faults: [Fault] = []
            for try await case let fault? in group { faults.append(fault) }
            return faults.sorted { $0.line < $1.line }
        }
    }

    private func start(_ request: ImportedRequest, _ reference: String) async throws -> Fault? {
        let requester = request.people.first
        let actor = Actor(id: requester?.value.id ?? "", role: requester?.key ?? "")
        let c: Case
        do {
            c = try await engine.cases.start(
                machine, people: request.people.mapValues { [$0] }, roster: roster, by: actor, reference: reference)
        } catch EngineFailure.refused(let refusal) {
            return Fault(line: request.line, sentence: refusal.sentence)
        }
        guard let task = c.tasks.first(where: \.isDeclared) else { return nil }
        do {
            _ = try await engine.cases.submit(
                .answer(task: task.number, outcome: nil, values: request.values, reason: nil), to: c.id, by: actor)
        } catch EngineFailure.refused(let refusal) {
            return Fault(line: request.line, sentence: "\(refusal.sentence); \(c.reference) waits for its answer")
        }
        return nil
    }
}
