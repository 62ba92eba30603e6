import Calendars
import Engine
import Exchange
import Expressions

/// The money of a simulation's calls.
struct SimulationCalls {
    let machine: CaseMachine
    /// Taken in each call and not given back: the case, and what it spends.
    private var taken: [String: [(slot: Int, spend: Double)]] = [:]
    /// When each call was ranked last.
    private var ranked: [String: Instant] = [:]

    init(machine: CaseMachine) { self.machine = machine }

    /// A case has ended: what a call gave to one that ended badly is given back.
    mutating func end(_ slot: Int, isGood: Bool) {
        guard !isGood else { return }
        for call in taken.keys { taken[call]?.removeAll { $0.slot == slot } }
    }

    /// Ranks the call of a case once at an instant: the cases that are in, with their commands.
    mutating func rank(_ c: Case, among cases: [(slot: Int, case: Case)], at instant: Instant) -> [(
        slot: Int, command: Command
    )] {
        guard let mine = machine.rankEntry(of: c), ranked[mine.call] != instant else { return [] }
        ranked[mine.call] = instant
        var entries: [RankEntry] = []
        var slots: [String: Int] = [:]
        var states: [Int: Int] = [:]
        for (slot, other) in cases {
            guard other.end == nil, other.region.state == c.region.state,
                let entry = machine.rankEntry(of: other), entry.call == mine.call
            else { continue }
            entries.append(entry.entry)
            slots[other.id] = slot
            states[slot] = other.region.entry
        }
        let spent = (taken[mine.call] ?? []).reduce(0) { $0 + $1.spend }
        return Ranking.taken(entries, of: mine.budget - spent).compactMap { id in
            guard let slot = slots[id], let entry = states[slot],
                let spend = entries.first(where: { $0.caseID == id })?.spend
            else { return nil }
            taken[mine.call, default: []].append((slot, spend))
            return (slot, .ranked(entry: entry, result: "in"))
        }
    }
}
