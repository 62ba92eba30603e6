import CaseStore
package import Exchange
import Expressions

/// The ranking of a call as it stands: all cases that wait in it, the best first.
package struct CallRanking: Sendable {
    package struct Line: Sendable {
        package let reference: String
        package let entry: RankEntry
        /// The entry of the state that ranks.
        let regionEntry: Int
        /// Whether the money reaches for it.
        package let isIn: Bool
    }

    package let call: String
    /// What the call has in all, and what cases that were taken earlier spend of it.
    package let budget: Double
    package let spent: Double
    /// The best first; those who are in stand before the cut.
    package let lines: [Line]

    /// What is left for the first that is out.
    package var left: Double {
        budget - spent - lines.filter(\.isIn).reduce(0) { $0 + $1.entry.spend }
    }
}

/// Ranks the cases of a call within its budget, and tells them what came of it.
package struct RankingService: Sendable {
    private static let page = 1_000

    private let cases: CaseService

    package init(cases: CaseService) { self.cases = cases }

    /// The ranking of a call of a programme; nil where no case waits in it.
    /// - Parameter state: the one that ranks, if it is known; fewer cases are read then.
    package func ranking(
        of call: String, programme: String, state: String? = nil
    ) async throws -> CallRanking? {
        var waiting: [(reference: String, regionEntry: Int, entry: RankEntry)] = []
        var budget = 0.0
        var filter = CaseFilter()
        (filter.programme, filter.state, filter.hasEnded) = (programme, state, false)
        while true {
            let rows = try await cases.store.cases(filter)
            for row in rows {
                let (found, machine) = try await cases.load(row.id)
                guard let mine = machine.rankEntry(of: found), mine.call == call else { continue }
                waiting.append((found.reference, found.region.entry, mine.entry))
                budget = mine.budget
            }
            guard rows.count == filter.limit, let last = rows.last else { break }
            filter.after = last.reference
        }
        guard !waiting.isEmpty else { return nil }
        let spent = try await spent(call: call, programme: programme)
        let taken = Set(Ranking.taken(waiting.map(\.entry), of: budget - spent))
        let lines = waiting.sorted { Ranking.precedes($0.entry, $1.entry) }.map {
            CallRanking.Line(
                reference: $0.reference, entry: $0.entry, regionEntry: $0.regionEntry,
                isIn: taken.contains($0.entry.caseID))
        }
        return CallRanking(call: call, budget: budget, spent: spent, lines: lines)
    }

    /// Tells those that the money reaches for that they are in.
    /// - Returns: their references.
    package func take(_ ranking: CallRanking, programme: String, by actor: Actor = .service) async throws -> [String] {
        var told: [String] = []
        for line in ranking.lines where line.isIn {
            try await tell(line, "in", by: actor)
            try await cases.store.setDocument(
                kind: Self.kind(ranking.call, programme), id: line.entry.caseID,
                body: Value.double(line.entry.spend).jsonBytes)
            told.append(line.reference)
        }
        return told
    }

    /// Tells those on the waitlist that they are out; their programme says what they are sent, and whether it is held.
    /// - Returns: their references.
    package func close(_ ranking: CallRanking, by actor: Actor) async throws -> [String] {
        var told: [String] = []
        for line in ranking.lines where !line.isIn {
            try await tell(line, "out", by: actor)
            told.append(line.reference)
        }
        return told
    }

    /// A case that has ended meanwhile needs nothing any more.
    private func tell(_ line: CallRanking.Line, _ result: String, by actor: Actor) async throws {
        do {
            _ = try await cases.submit(
                .ranked(entry: line.regionEntry, result: result), to: line.entry.caseID, by: actor)
        } catch EngineFailure.refused(.hasEnded) {
            return
        }
    }

    /// What the cases that were taken earlier spend of the call's money, those given back left out.
    private func spent(call: String, programme: String) async throws -> Double {
        var (sum, after) = (0.0, "")
        while true {
            let page = try await cases.store.documents(
                kind: Self.kind(call, programme), after: after, limit: Self.page)
            for document in page {
                guard let spend = try? Value(json: document.body).asDouble else { continue }
                let (found, machine) = try await cases.load(document.id)
                let isGivenBack = found.end.map { !(machine.programme.ends[$0.name]?.isGood ?? false) } ?? false
                if !isGivenBack { sum += spend }
            }
            guard page.count == Self.page, let last = page.last else { return sum }
            after = last.id
        }
    }

    private static func kind(_ call: String, _ programme: String) -> String { "rank:\(programme):\(call)" }
}
