/// Matching where some go together or wish as couples: a stable one need not exist, and to find one is hard (McDermid and Manlove 2010).
///
/// Proposals with repairs find one mostly; where they do not, a programme in whole numbers finds the matching with the
/// fewest blocking pairs and so proves that none is stable.
struct GroupMatching {
    /// Beginnings, each with the couples in another order, before the search in whole numbers takes over.
    static let beginnings = 24
    /// Repairs after each.
    static let repairs = 100
    /// Wishes up to which the programme is set up.
    static let programmeWishes = 20_000
    /// How long the programme is searched.
    static let programmeSeconds = 60.0

    private let call: StableCall
    private let units: Units
    private var wishOf: [Int?]
    private var next: [Int]
    /// Who is at each host, the one that it likes best first.
    private var guests: [[(unit: Int, seat: Units.Seat)]]
    private var room: [Int]
    /// By host the wishes for it, of whom it likes best first.
    private let wishesAt: [[Int]]
    /// Hosts that somebody has left.
    private var vacant: [Int] = []
    private var draw = Draw()

    init(_ call: StableCall) {
        self.call = call
        units = Units(call)
        wishOf = Array(repeating: nil, count: units.members.count)
        next = units.starts
        guests = Array(repeating: [], count: call.hosts.count)
        room = units.capacities
        var liked: [[(level: Int32, wish: Int)]] = Array(repeating: [], count: call.hosts.count)
        for wish in 0..<units.wishCount {
            for seat in units.seats(of: wish) { liked[seat.at].append((seat.level, wish)) }
        }
        wishesAt = liked.map { wishes in wishes.sorted { ($0.level, $0.wish) < ($1.level, $1.wish) }.map(\.wish) }
    }

    func solve(watch: MatchingWatch) throws -> StableResult {
        var search = self
        guard let (found, blocking) = search.repaired(watch) else { throw MatchingStopped() }
        guard blocking > 0, units.wishCount <= Self.programmeWishes else {
            return result(found, isProven: blocking == 0)
        }
        var isStopped = false
        let programme = StableProgramme(units)
        let answer = programme.solve(seconds: Self.programmeSeconds) {
            isStopped = !watch(0, units.members.count)
            return !isStopped
        }
        if isStopped { throw MatchingStopped() }
        guard let answer else { return result(found, isProven: false) }
        let count = units.blockingWishes(answer.wishOf).count
        return count <= blocking
            ? result(answer.wishOf, isProven: answer.isProven) : result(found, isProven: false)
    }

    private func result(_ wishOf: [Int?], isProven: Bool) -> StableResult {
        let hostOf = units.applicants(wishOf, count: call.applicants.count)
        return StableResult(hostOf: hostOf, blocking: call.blockingPairs(hostOf), isProven: isProven)
    }

    // MARK: Proposals and repairs

    /// The matching with the fewest blocking pairs on the way, and how many those are; nil if the watch stopped it.
    ///
    /// Couples come after all others, one at a time, as Roth and Peranson (1999) found to go round in circles least.
    private mutating func repaired(_ watch: MatchingWatch) -> (wishOf: [Int?], blocking: Int)? {
        let all = units.members.indices
        var couples = all.filter { units.kinds[$0] == .couple }
        var others = all.filter { units.kinds[$0] != .couple }
        var best = (wishOf: wishOf, blocking: Int.max)
        for beginning in 0..<Self.beginnings {
            if beginning > 0 {
                for unit in all { leave(unit) }
                couples.shuffle(using: &draw)
                others.shuffle(using: &draw)
            }
            settle(others)
            for couple in couples {
                guard watch(beginning, Self.beginnings) else { return nil }
                settle([couple])
            }
            for _ in 0..<Self.repairs {
                guard watch(beginning, Self.beginnings) else { return nil }
                let blocking = units.blockingWishes(wishOf)
                if blocking.count < best.blocking { best = (wishOf, blocking.count) }
                guard let any = blocking.randomElement(using: &draw) else { return best }
                // The best of those that block with this unit.
                let wish = blocking.first { units.unitOf[$0] == units.unitOf[any] } ?? any
                leave(units.unitOf[wish])
                settle(place(wish))
            }
        }
        return best
    }

    /// Lets those who wait propose, and hosts with new room take whom they like best of those who would rather be there,
    /// until nobody moves; at most so many steps.
    private mutating func settle(_ waiting: [Int]) {
        var waiting = Array(waiting.reversed())
        var left = 8 * (units.wishCount + units.members.count)
        for unit in waiting { next[unit] = units.starts[unit] }
        while left > 0 {
            if let unit = waiting.popLast() {
                while wishOf[unit] == nil, next[unit] < units.starts[unit + 1] {
                    left -= 1
                    let wish = next[unit]
                    next[unit] += 1
                    if wouldBeTaken(wish) { waiting += place(wish) }
                }
            } else if let host = vacant.popLast() {
                left -= 1
                if let wish = wanted(at: host) {
                    leave(units.unitOf[wish])
                    waiting += place(wish)
                    vacant.append(host)
                }
            } else {
                break
            }
        }
        vacant.removeAll()
    }

    /// The wish of whom a host likes best among those who would rather be there and would be taken.
    private mutating func wanted(at host: Int) -> Int? {
        guard room[host] > 0 else { return nil }
        for wish in wishesAt[host] {
            let unit = units.unitOf[wish]
            let own = wishOf[unit]
            guard own.map({ units.levels[wish] < units.levels[$0] }) ?? true else { continue }
            let before = vacant.count
            leave(unit)
            let isTaken = wouldBeTaken(wish)
            if let own { _ = place(own) }
            vacant.removeLast(vacant.count - before)
            if isTaken { return wish }
        }
        return nil
    }

    /// Whether the hosts have or can make room for a unit that is nowhere.
    private func wouldBeTaken(_ wish: Int) -> Bool {
        units.closures(of: wish).allSatisfy { closure in
            guard closure.staying < 0 else { return true }
            var count: Int32 = 0
            for guest in guests[closure.at] {
                if guest.seat.level > closure.level { break }
                count += guest.seat.size
            }
            return count < closure.need
        }
    }

    /// Takes a unit in; those that its hosts like least leave until there is room.
    /// - Returns: who left.
    private mutating func place(_ wish: Int) -> [Int] {
        let unit = units.unitOf[wish]
        var leaving: [Int] = []
        wishOf[unit] = wish
        for seat in units.seats(of: wish) {
            while room[seat.at] < seat.size, let last = guests[seat.at].last(where: { $0.unit != unit })?.unit {
                leave(last)
                leaving.append(last)
            }
            room[seat.at] -= Int(seat.size)
            let spot = guests[seat.at].firstIndex { $0.seat.level > seat.level } ?? guests[seat.at].count
            guests[seat.at].insert((unit, seat), at: spot)
        }
        return leaving
    }

    private mutating func leave(_ unit: Int) {
        guard let wish = wishOf[unit] else { return }
        wishOf[unit] = nil
        for seat in units.seats(of: wish) {
            room[seat.at] += Int(seat.size)
            guests[seat.at].removeAll { $0.unit == unit }
            vacant.append(seat.at)
        }
    }
}

/// Numbers in an order without pattern, always the same ones (SplitMix64), so that a call has one result.
private struct Draw: RandomNumberGenerator {
    private var state: UInt64 = 0

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
