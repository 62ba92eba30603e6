/// Matching where some go together: a stable one need not exist, and to find one is hard (McDermid and Manlove 2010).
///
/// Proposals with repairs find one mostly; where they do not, a programme in whole numbers finds the matching with the
/// fewest blocking pairs and so proves that none is stable.
struct GroupMatching {
    /// Repairs before the search in whole numbers takes over.
    static let repairs = 400
    /// Wishes up to which the programme is set up.
    static let programmeWishes = 20_000
    /// How long the programme is searched.
    static let programmeSeconds = 60.0

    private let call: StableCall
    private let units: Units
    private let capacities: [Int]
    private var hostOf: [Int?]
    private var next: [Int]
    private var wishOf: [Int]
    /// The units at each host, the one that it likes best first.
    private var guests: [[Int]]
    private var room: [Int]

    init(_ call: StableCall) {
        self.call = call
        units = Units(call)
        capacities = call.hosts.map(\.capacity)
        hostOf = Array(repeating: nil, count: units.members.count)
        wishOf = Array(repeating: -1, count: units.members.count)
        next = units.wishes.starts
        guests = Array(repeating: [], count: call.hosts.count)
        room = capacities
    }

    func solve(watch: MatchingWatch) throws -> StableResult {
        var search = self
        guard let (found, blocking) = search.repaired(watch) else { throw MatchingStopped() }
        guard blocking > 0, units.wishes.others.count <= Self.programmeWishes else {
            return result(found, isProven: blocking == 0)
        }
        var isStopped = false
        let programme = StableProgramme(units, capacities: capacities)
        let answer = programme.solve(seconds: Self.programmeSeconds) {
            isStopped = !watch(0, units.members.count)
            return !isStopped
        }
        if isStopped { throw MatchingStopped() }
        guard let answer else { return result(found, isProven: false) }
        let count = units.blockingWishes(answer.hostOf, capacities: capacities).count
        return count <= blocking
            ? result(answer.hostOf, isProven: answer.isProven) : result(found, isProven: false)
    }

    private func result(_ hostOfUnit: [Int?], isProven: Bool) -> StableResult {
        let hostOf = units.applicants(hostOfUnit, count: call.applicants.count)
        return StableResult(hostOf: hostOf, blocking: call.blockingPairs(hostOf), isProven: isProven)
    }

    // MARK: Proposals and repairs

    /// The matching with the fewest blocking pairs on the way, and how many those are; nil if the watch stopped it.
    private mutating func repaired(_ watch: MatchingWatch) -> (hostOf: [Int?], blocking: Int)? {
        settle(Array(units.members.indices))
        var best = (hostOf: hostOf, blocking: Int.max)
        for repair in 0..<Self.repairs {
            guard watch(0, units.members.count) else { return nil }
            let blocking = units.blockingWishes(hostOf, capacities: capacities)
            if blocking.count < best.blocking { best = (hostOf, blocking.count) }
            if blocking.isEmpty { break }
            // Always the same one could go round in a circle; this walks through all of them.
            let (unit, wish) = blocking[(repair * 7) % blocking.count]
            leave(unit)
            settle(place(unit, by: wish))
        }
        return best
    }

    private mutating func settle(_ waiting: [Int]) {
        var waiting = Array(waiting.reversed())
        var left = 8 * (units.wishes.others.count + units.members.count)
        for unit in waiting { next[unit] = units.wishes.starts[unit] }
        while let unit = waiting.popLast(), left > 0 {
            while hostOf[unit] == nil, next[unit] < units.wishes.starts[unit + 1] {
                left -= 1
                let wish = next[unit]
                next[unit] += 1
                guard wouldTake(unit, by: wish) else { continue }
                waiting += place(unit, by: wish)
            }
        }
    }

    /// Whether the host has or can make room.
    private func wouldTake(_ unit: Int, by wish: Int) -> Bool {
        let host = Int(units.wishes.others[wish])
        var free = room[host]
        for guest in guests[host].reversed() {
            if free >= units.members[unit].count { break }
            guard units.levelAtHost[wishOf[guest]] > units.levelAtHost[wish] else { return false }
            free += units.members[guest].count
        }
        return free >= units.members[unit].count
    }

    /// Takes a unit in; those that it likes least leave until there is room.
    /// - Returns: who left.
    private mutating func place(_ unit: Int, by wish: Int) -> [Int] {
        let host = Int(units.wishes.others[wish])
        var leaving: [Int] = []
        while room[host] < units.members[unit].count, let last = guests[host].last {
            leave(last)
            leaving.append(last)
        }
        (hostOf[unit], wishOf[unit]) = (host, wish)
        room[host] -= units.members[unit].count
        let level = units.levelAtHost[wish]
        let spot = guests[host].firstIndex { units.levelAtHost[wishOf[$0]] > level } ?? guests[host].count
        guests[host].insert(unit, at: spot)
        return leaving
    }

    private mutating func leave(_ unit: Int) {
        guard let host = hostOf[unit] else { return }
        hostOf[unit] = nil
        room[host] += units.members[unit].count
        guests[host].removeAll { $0 == unit }
    }
}
