/// A reason why a host would not take in who wishes to come: so many are there whom it likes as much.
///
/// What a host would rather have is measured guest by guest: it takes in a newcomer where a place is free or where it
/// lets go one whom it likes less, each place and each guest for one newcomer (McBride and Manlove 2013 for couples).
/// A group is taken in if there is room once all have gone whom it likes less than every member of the group.
struct Closure {
    let host: Int32
    /// Guests count that the host likes at least so much.
    let level: Int32
    /// So many of them close it.
    let need: Int32
    /// The one of the couple that wishes who is no guest here; the other counts if it is there. -1: neither counts.
    let newcomer: Int32
    /// Counts only where this one of the couple is at the host already and stays; -1: in any case.
    let staying: Int32

    var at: Int { Int(host) }

    private init(_ seat: Units.Seat, need: Int, newcomer: Int32 = -1, staying: Int32 = -1) {
        (host, level, self.need) = (seat.host, seat.level, Int32(clamping: need))
        (self.newcomer, self.staying) = (newcomer, staying)
    }

    /// The closures of a wish that takes these seats.
    static func all(of seats: [Units.Seat], isCouple: Bool, _ capacities: [Int]) -> [Closure] {
        guard isCouple else { return seats.map { Closure($0, need: capacities[$0.at] - Int($0.size) + 1) } }
        guard seats.count == 2, seats[0].host == seats[1].host else {
            // Whoever is there already cannot be kept out: without it the need is never reached.
            return seats.map { Closure($0, need: capacities[$0.at], newcomer: $0.member) }
        }
        let (better, worse) = seats[0].level <= seats[1].level ? (seats[0], seats[1]) : (seats[1], seats[0])
        let capacity = capacities[better.at]
        return [
            Closure(better, need: capacity - 1), Closure(worse, need: capacity),
            // The one who is liked better is there already: only the other is a newcomer.
            Closure(worse, need: capacity - 1, staying: better.member),
        ]
    }

    /// Whether a guest counts where a unit wishes to come.
    func counts(_ seat: Units.Seat, ofUnit guest: Int, for unit: Int) -> Bool {
        guard seat.level <= level else { return false }
        return guest != unit || (newcomer >= 0 && seat.member != newcomer)
    }
}

extension Units {
    /// Wishes of units that would rather have them, and whose hosts would rather have the units.
    func blockingWishes(_ wishOf: [Int?]) -> [Int] {
        var guests: [[(unit: Int, seat: Seat)]] = Array(repeating: [], count: capacities.count)
        for case let wish? in wishOf {
            for seat in seats(of: wish) { guests[seat.at].append((unitOf[wish], seat)) }
        }
        var result: [Int] = []
        for unit in members.indices {
            let own = wishOf[unit]
            let ownLevel = own.map { levels[$0] } ?? .max
            for wish in wishes(of: unit) {
                guard levels[wish] < ownLevel else { break }
                let isKept = closures(of: wish).contains { closure in
                    isClosed(closure, for: unit, at: own, guests[closure.at])
                }
                if !isKept { result.append(wish) }
            }
        }
        return result
    }

    private func isClosed(
        _ closure: Closure, for unit: Int, at own: Int?, _ guests: [(unit: Int, seat: Seat)]
    ) -> Bool {
        if closure.staying >= 0 {
            let stays = own.map { seats(of: $0).contains { $0.member == closure.staying && $0.host == closure.host } }
            guard stays == true else { return false }
        }
        var count: Int32 = 0
        for guest in guests where closure.counts(guest.seat, ofUnit: guest.unit, for: unit) { count += guest.seat.size }
        return count >= closure.need
    }
}
