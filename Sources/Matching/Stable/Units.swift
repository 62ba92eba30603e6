/// Applicants alone and groups that go together, as what is placed as one.
///
/// A group wishes for hosts that all its members wish for, first those where the worst placed of them is placed best,
/// then by the sum of their places. A host likes a group as it likes the member that it likes least.
struct Units {
    /// Applicants by number, in rising order of the first.
    private(set) var members: [[Int]] = []
    /// Of hosts that are possible.
    private(set) var wishes = PreferenceTable()
    /// For each wish, what the host thinks of the unit.
    private(set) var levelAtHost: [Int32] = []

    init(_ call: StableCall) {
        let places = call.wishes.placesAt(call.ranks)
        var groupOf: [Int: [Int]] = [:]
        for group in call.together { for member in group { groupOf[member] = group.sorted() } }
        for applicant in call.applicants.indices {
            if let group = groupOf[applicant] {
                guard group[0] == applicant else { continue }
                members.append(group)
                addGroup(group, call, places)
            } else {
                members.append([applicant])
                for wish in call.wishes.list(of: applicant) where places[wish] >= 0 {
                    wishes.add(Int(call.wishes.others[wish]), level: Int(call.wishes.levels[wish]))
                    levelAtHost.append(Self.level(places[wish], call.wishes.others[wish], call))
                }
            }
            wishes.endList()
        }
    }

    private static func level(_ place: Int32, _ host: Int32, _ call: StableCall) -> Int32 {
        call.ranks.levels[call.ranks.starts[Int(host)] + Int(place)]
    }

    private mutating func addGroup(_ group: [Int], _ call: StableCall, _ places: [Int32]) {
        var found: [Int32: (count: Int, worst: Int32, sum: Int, atHost: Int32)] = [:]
        for member in group {
            for wish in call.wishes.list(of: member) where places[wish] >= 0 {
                let (host, level) = (call.wishes.others[wish], call.wishes.levels[wish])
                let atHost = Self.level(places[wish], host, call)
                let former = found[host] ?? (0, 0, 0, 0)
                found[host] = (
                    former.count + 1, max(former.worst, level), former.sum + Int(level), max(former.atHost, atHost)
                )
            }
        }
        let possible = found.filter { $0.value.count == group.count }
            .sorted { ($0.value.worst, $0.value.sum, $0.key) < ($1.value.worst, $1.value.sum, $1.key) }
        var (level, last) = (-1, (worst: Int32(-1), sum: -1))
        for (host, value) in possible {
            if (value.worst, value.sum) != last { (level, last) = (level + 1, (value.worst, value.sum)) }
            wishes.add(Int(host), level: level)
            levelAtHost.append(value.atHost)
        }
    }

    /// The host of each unit by the hosts of its members.
    func hosts(_ hostOf: [Int?]) -> [Int?] { members.map { hostOf[$0[0]] } }

    /// The host of each applicant by the hosts of the units.
    func applicants(_ hostOfUnit: [Int?], count: Int) -> [Int?] {
        var result = [Int?](repeating: nil, count: count)
        for (unit, host) in hostOfUnit.enumerated() { for member in members[unit] { result[member] = host } }
        return result
    }

    /// Wishes of units that would rather go there, and whose hosts would rather have them.
    func blockingWishes(_ hostOfUnit: [Int?], capacities: [Int]) -> [(unit: Int, wish: Int)] {
        var room = capacities
        var guests: [[(level: Int32, size: Int)]] = Array(repeating: [], count: capacities.count)
        var ownLevel = [Int32](repeating: .max, count: members.count)
        for (unit, host) in hostOfUnit.enumerated() {
            guard let host else { continue }
            room[host] -= members[unit].count
            guard let wish = wishes.list(of: unit).first(where: { Int(wishes.others[$0]) == host }) else { continue }
            ownLevel[unit] = wishes.levels[wish]
            guests[host].append((levelAtHost[wish], members[unit].count))
        }
        for host in guests.indices { guests[host].sort { $0.level > $1.level } }
        var result: [(Int, Int)] = []
        for unit in members.indices {
            for wish in wishes.list(of: unit) where wishes.levels[wish] < ownLevel[unit] {
                let host = Int(wishes.others[wish])
                var free = room[host]
                for guest in guests[host] {
                    if free >= members[unit].count || guest.level <= levelAtHost[wish] { break }
                    free += guest.size
                }
                if free >= members[unit].count { result.append((unit, wish)) }
            }
        }
        return result
    }
}
