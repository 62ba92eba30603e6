import Calendars
import Engine
import Exchange
import Expressions

/// The money of a simulation's calls.
struct SimulationCalls {
    /// Taken in each call and not given back: the case, and what it spends.
    private var taken: [String: [(slot: Int, spend: Double)]] = [:]
    /// When each call was ranked last.
    private var ranked: [String: Instant] = [:]

    /// A case has ended: what a call gave to one that ended badly is given back.
    mutating func end(_ slot: Int, isGood: Bool) {
        guard !isGood else { return }
        for call in taken.keys { taken[call]?.removeAll { $0.slot == slot } }
    }

    /// A case that waits for the ranking of a call.
    struct Waiting: Sendable {
        let call: String
        let budget: Double
        let state: String
        /// The entry of the state.
        let entry: Int
        let rank: RankEntry
    }

    /// The place of a case in the ranking of its call; nil: it waits for none.
    static func waiting(_ c: Case, _ machine: CaseMachine) -> Waiting? {
        machine.rankEntry(of: c).map {
            Waiting(
                call: $0.call, budget: $0.budget, state: c.region.state, entry: c.region.entry, rank: $0.entry)
        }
    }

    /// Ranks the call of a case once at an instant: the cases that are in, with their commands.
    mutating func rank(_ mine: Waiting, among all: [(slot: Int, waiting: Waiting)], at instant: Instant) -> [(
        slot: Int, command: Command
    )] {
        guard ranked[mine.call] != instant else { return [] }
        ranked[mine.call] = instant
        let mates = all.filter { $0.waiting.call == mine.call && $0.waiting.state == mine.state }
        let known = Dictionary(mates.map { ($0.waiting.rank.caseID, $0) }) { first, _ in first }
        let spent = (taken[mine.call] ?? []).reduce(0) { $0 + $1.spend }
        return Ranking.taken(mates.map(\.waiting.rank), of: mine.budget - spent).compactMap { id in
            guard let (slot, waiting) = known[id] else { return nil }
            taken[mine.call, default: []].append((slot, waiting.rank.spend))
            return (slot, .ranked(entry: waiting.entry, result: "in"))
        }
    }
}
