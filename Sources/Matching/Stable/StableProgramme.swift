import IntegerProgrammes

/// The matching with the fewest blocking pairs as a programme in whole numbers; among those the one that places most,
/// and then at the better wishes.
struct StableProgramme {
    private let units: Units
    private var programme = IntegerProgramme()
    /// Each row in which a wish stands, with its weight there.
    private var entries: [[(row: Int, weight: Double)]]
    /// The seats that stand at each host, with the wish that they belong to.
    private var seatsAt: [[(wish: Int, seat: Units.Seat)]]

    /// A column beside the wishes' own: a reason that may hold, or that a wish blocks.
    private struct Extra {
        var objective = 0.0
        var entries: [(row: Int, weight: Double)]
    }

    init(_ units: Units) {
        self.units = units
        entries = Array(repeating: [], count: units.wishCount)
        seatsAt = Array(repeating: [], count: units.capacities.count)
        for wish in 0..<units.wishCount {
            for seat in units.seats(of: wish) { seatsAt[seat.at].append((wish, seat)) }
        }
        addPlaces()
        var extras: [Extra] = []
        let people = units.members.reduce(0) { $0 + $1.count }
        for wish in 0..<units.wishCount where isRoomFor(wish) { extras += addStability(of: wish, people) }
        for wish in 0..<units.wishCount {
            let own = units.wishes(of: units.unitOf[wish])
            let size = units.seats(of: wish).reduce(0) { $0 + Int($1.size) }
            let rank = Double(wish - own.lowerBound) / Double(own.count)
            let isPossible = isRoomFor(wish)
            programme.addColumn(
                objective: isPossible ? Double(size) * (1 - rank / Double(2 * people + 1)) : 0,
                limit: isPossible ? 1 : 0, entries[wish])
        }
        for extra in extras { programme.addColumn(objective: extra.objective, extra.entries) }
    }

    /// Each unit has one wish at most, no host more guests than places.
    private mutating func addPlaces() {
        let unitRows = units.members.map { _ in programme.addRow(most: 1) }
        let hostRows = units.capacities.map { programme.addRow(most: Double($0)) }
        for wish in 0..<units.wishCount {
            entries[wish].append((unitRows[units.unitOf[wish]], 1))
            for (host, size) in sizes(of: wish) { entries[wish].append((hostRows[host], Double(size))) }
        }
    }

    /// How much a wish takes at each of its hosts.
    private func sizes(of wish: Int) -> [Int: Int] {
        units.seats(of: wish).reduce(into: [:]) { $0[$1.at, default: 0] += Int($1.size) }
    }

    private func isRoomFor(_ wish: Int) -> Bool { sizes(of: wish).allSatisfy { units.capacities[$0.key] >= $0.value } }

    /// One row says of a wish: placed at least as well, or closed for one of the reasons, or blocking.
    private mutating func addStability(of wish: Int, _ people: Int) -> [Extra] {
        let unit = units.unitOf[wish]
        let closures = units.closures(of: wish)
        let only = closures.count == 1 ? closures.first : nil
        let scale = Double(only?.need ?? 1)
        let row = programme.addRow(least: scale)
        for other in units.wishes(of: unit) where units.levels[other] <= units.levels[wish] {
            entries[other].append((row, scale))
        }
        var extras = [Extra(objective: -Double(2 * people + 1), entries: [(row, scale)])]
        if let only {
            // The one reason needs no column of its own. A wish that is as good stands in the row already.
            for (other, size) in guests(counted: only, for: unit)
            where units.unitOf[other] != unit || units.levels[other] > units.levels[wish] {
                entries[other].append((row, Double(size)))
            }
            return extras
        }
        for closure in closures {
            let countRow = programme.addRow(least: 0)
            for (other, size) in guests(counted: closure, for: unit) { entries[other].append((countRow, Double(size))) }
            var extra = Extra(entries: [(row, 1), (countRow, -Double(closure.need))])
            if closure.staying >= 0 {
                let stayRow = programme.addRow(least: 0)
                for other in units.wishes(of: unit)
                where units.seats(of: other).contains(where: {
                    $0.member == closure.staying && $0.host == closure.host
                }) {
                    entries[other].append((stayRow, 1))
                }
                extra.entries.append((stayRow, -1))
            }
            extras.append(extra)
        }
        return extras
    }

    /// The wishes whose guests count for a closure, with how many each brings.
    private func guests(counted closure: Closure, for unit: Int) -> [(wish: Int, size: Int)] {
        var result: [Int: Int] = [:]
        for (wish, seat) in seatsAt[closure.at] where closure.counts(seat, ofUnit: units.unitOf[wish], for: unit) {
            result[wish, default: 0] += Int(seat.size)
        }
        return result.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func solve(seconds: Double, _ goesOn: () -> Bool) -> (wishOf: [Int?], isProven: Bool)? {
        guard let found = try? programme.solved(seconds: seconds, goesOn) else { return nil }
        let wishOf = units.members.indices.map { unit in
            units.wishes(of: unit).first { found.values[$0] > 0.5 }
        }
        return (wishOf, found.isOptimal)
    }
}
