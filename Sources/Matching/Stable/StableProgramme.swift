import IntegerProgrammes

/// The matching with the fewest blocking pairs as a programme in whole numbers; among those the one that places most,
/// and then at the better wishes.
struct StableProgramme {
    private let units: Units
    private var programme = IntegerProgramme()

    init(_ units: Units, capacities: [Int]) {
        self.units = units
        let wishes = units.wishes
        let unitRows = units.members.map { _ in programme.addRow(most: 1) }
        let hostRows = capacities.map { programme.addRow(most: Double($0)) }
        // One row a wish says: placed at least as well, or blocked by guests that the host likes as much, or blocking.
        let sizes = units.members.map(\.count)
        var (unitOf, wishesAt) = ([Int](), [[Int]](repeating: [], count: capacities.count))
        for unit in units.members.indices {
            for wish in wishes.list(of: unit) {
                unitOf.append(unit)
                wishesAt[Int(wishes.others[wish])].append(wish)
            }
        }
        let needs = wishes.others.indices.map { capacities[Int(wishes.others[$0])] - sizes[unitOf[$0]] + 1 }
        let rows = needs.map { $0 > 0 ? programme.addRow(least: Double($0)) : -1 }
        let people = sizes.reduce(0, +)
        for wish in wishes.others.indices {
            let (unit, host) = (unitOf[wish], Int(wishes.others[wish]))
            var entries = [(row: unitRows[unit], weight: 1.0), (hostRows[host], Double(sizes[unit]))]
            for other in wishes.list(of: unit) where rows[other] >= 0 && wishes.levels[other] >= wishes.levels[wish] {
                entries.append((rows[other], Double(needs[other])))
            }
            for other in wishesAt[host]
            where rows[other] >= 0 && unitOf[other] != unit && units.levelAtHost[other] >= units.levelAtHost[wish] {
                entries.append((rows[other], Double(sizes[unit])))
            }
            let rank = Double(wish - wishes.starts[unit]) / Double(wishes.list(of: unit).count)
            programme.addColumn(
                objective: rows[wish] < 0 ? 0 : Double(sizes[unit]) * (1 - rank / Double(2 * people + 1)),
                limit: rows[wish] < 0 ? 0 : 1, entries)
        }
        for wish in wishes.others.indices where rows[wish] >= 0 {
            programme.addColumn(objective: -Double(2 * people + 1), [(rows[wish], Double(needs[wish]))])
        }
    }

    func solve(seconds: Double, _ goesOn: () -> Bool) -> (hostOf: [Int?], isProven: Bool)? {
        guard let found = try? programme.solved(seconds: seconds, goesOn) else { return nil }
        var hostOf = [Int?](repeating: nil, count: units.members.count)
        for unit in units.members.indices {
            for wish in units.wishes.list(of: unit) where found.values[wish] > 0.5 {
                hostOf[unit] = Int(units.wishes.others[wish])
            }
        }
        return (hostOf, found.isOptimal)
    }
}
