/// Applicants alone, groups that go together, and couples, as what is placed at once.
///
/// A group wishes for hosts that all its members wish for, first those where the worst placed of them is placed best,
/// then by the sum of their places. A host likes a group as it likes the member that it likes least. A couple has wishes
/// of its own, and each of the two is a guest like any other.
struct Units {
    /// What a wish takes at one host.
    struct Seat {
        let host: Int32
        /// What the host thinks of who would sit there: 0 for the best.
        let level: Int32
        let size: Int32
        /// Who of a couple; 0 for all others.
        let member: Int32

        var at: Int { Int(host) }
    }

    enum Kind { case single, group, couple }

    let capacities: [Int]

    /// Applicants by number, units in rising order of their first.
    private(set) var members: [[Int]] = []
    private(set) var kinds: [Kind] = []
    /// Where the wishes of each unit begin; as many as units and one more.
    private(set) var starts = [0]
    /// By wish, of possible ones only: how good it is for the unit, and what it takes.
    private(set) var levels: [Int32] = []
    private(set) var unitOf: [Int] = []
    private var (seatStarts, seatList): ([Int], [Seat]) = ([0], [])
    private var (closureStarts, closureList): ([Int], [Closure]) = ([0], [])

    var wishCount: Int { levels.count }

    func wishes(of unit: Int) -> Range<Int> { starts[unit]..<starts[unit + 1] }

    func seats(of wish: Int) -> ArraySlice<Seat> { seatList[seatStarts[wish]..<seatStarts[wish + 1]] }

    /// The reasons that each alone keep a unit from what it wishes; where none holds the wish blocks a matching in which
    /// the unit has something worse.
    func closures(of wish: Int) -> ArraySlice<Closure> { closureList[closureStarts[wish]..<closureStarts[wish + 1]] }

    init(_ call: StableCall) {
        capacities = call.hosts.map(\.capacity)
        let places = call.wishes.placesAt(call.ranks)
        var groupOf: [Int: [Int]] = [:]
        for group in call.together { for member in group { groupOf[member] = group.sorted() } }
        var coupleOf: [Int: StableCall.Couple] = [:]
        for couple in call.couples { for member in couple.members { coupleOf[member] = couple } }
        let likings = Self.likings(of: Set(coupleOf.keys), call)
        for applicant in call.applicants.indices {
            if let couple = coupleOf[applicant] {
                guard applicant == min(couple.first, couple.second) else { continue }
                begin(couple.members, .couple)
                add(couple, likings)
            } else if let group = groupOf[applicant] {
                guard group[0] == applicant else { continue }
                begin(group, .group)
                addGroup(group, call, places)
            } else {
                begin([applicant], .single)
                for wish in call.wishes.list(of: applicant) where places[wish] >= 0 {
                    let host = call.wishes.others[wish]
                    add(call.wishes.levels[wish], [seat(host, Self.level(places[wish], host, call), size: 1)])
                }
            }
            starts.append(levels.count)
        }
    }

    private mutating func begin(_ group: [Int], _ kind: Kind) {
        members.append(group)
        kinds.append(kind)
    }

    private mutating func add(_ level: Int32, _ taken: [Seat]) {
        levels.append(level)
        unitOf.append(members.count - 1)
        seatList += taken
        seatStarts.append(seatList.count)
        closureList += Closure.all(of: taken, isCouple: kinds[kinds.count - 1] == .couple, capacities)
        closureStarts.append(closureList.count)
    }

    private func seat(_ host: Int32, _ level: Int32, size: Int) -> Seat {
        Seat(host: host, level: level, size: Int32(size), member: 0)
    }

    private static func level(_ place: Int32, _ host: Int32, _ call: StableCall) -> Int32 {
        call.ranks.levels[call.ranks.starts[Int(host)] + Int(place)]
    }

    /// What hosts think of some applicants, by host and applicant.
    private static func likings(of applicants: Set<Int>, _ call: StableCall) -> [[Int]: Int32] {
        var result: [[Int]: Int32] = [:]
        guard !applicants.isEmpty else { return result }
        for host in 0..<call.ranks.count {
            for entry in call.ranks.list(of: host) where applicants.contains(Int(call.ranks.others[entry])) {
                result[[host, Int(call.ranks.others[entry])]] = call.ranks.levels[entry]
            }
        }
        return result
    }

    private mutating func add(_ couple: StableCall.Couple, _ likings: [[Int]: Int32]) {
        for wish in couple.wishes {
            var taken: [Seat] = []
            var isPossible = true
            for (member, host) in wish.hosts.enumerated() {
                guard let host else { continue }
                guard let level = likings[[host, couple.members[member]]] else {
                    isPossible = false
                    break
                }
                taken.append(Seat(host: Int32(host), level: level, size: 1, member: Int32(member)))
            }
            if isPossible { add(Int32(wish.level), taken) }
        }
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
        var (level, last) = (Int32(-1), (worst: Int32(-1), sum: -1))
        for (host, value) in possible {
            if (value.worst, value.sum) != last { (level, last) = (level + 1, (value.worst, value.sum)) }
            add(level, [seat(host, value.atHost, size: group.count)])
        }
    }

    // MARK: Between applicants and units

    /// Where a wish brings each member of its unit.
    func hosts(of wish: Int) -> [Int?] {
        let unit = unitOf[wish]
        let seats = seats(of: wish)
        return members[unit].indices.map { member in
            seats.first { kinds[unit] != .couple || $0.member == member }?.at
        }
    }

    /// The wish that each unit has got, by the hosts of the applicants; nil for who goes nowhere.
    func wishes(_ hostOf: [Int?]) -> [Int?] {
        members.indices.map { unit in
            let hosts = members[unit].map { hostOf[$0] }
            return wishes(of: unit).first { self.hosts(of: $0) == hosts }
        }
    }

    /// The host of each applicant by the wishes that the units have got.
    func applicants(_ wishOf: [Int?], count: Int) -> [Int?] {
        var result = [Int?](repeating: nil, count: count)
        for case let wish? in wishOf {
            for (member, host) in zip(members[unitOf[wish]], hosts(of: wish)) { result[member] = host }
        }
        return result
    }
}
