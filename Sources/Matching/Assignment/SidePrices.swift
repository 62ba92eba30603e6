import IntegerProgrammes

/// What a place at each host, one more place in each quota, and each conflict is worth, as whole numbers of small parts
/// of a score's unit, so that what follows from them is exact.
struct SidePrices {
    /// Parts of a unit of the whole scores.
    static let parts = 1_024

    private(set) var requests: [Int]
    private(set) var hosts: [Int]
    /// Above 0 for an upper limit, below 0 for a lower one.
    private(set) var quotas: [Int]
    private(set) var conflicts: [Int]
    /// The sum of the conflicts' prices by pair.
    private(set) var conflictOfPair: [Int: Int] = [:]

    /// - Parameter grain: prices are multiples of so many parts.
    init(_ problem: ConstrainedAssignment, _ layout: ProgrammeLayout, _ prices: [Double], grain: Int = 1) {
        func whole(_ price: Double) -> Int {
            let scaled = (price / problem.factor * Double(Self.parts / grain)).rounded()
            return Int(exactly: scaled).map { $0 * grain } ?? 0
        }
        requests = layout.requestRows.map { max(0, whole(prices[$0])) }
        hosts = layout.hostRows.map { max(0, whole(prices[$0])) }
        quotas = zip(layout.quotaRows, problem.conditions.quotas).map { row, quota in
            let price = whole(prices[row])
            // Without a limit on that side a price would bound nothing.
            if price > 0, quota.most == nil { return 0 }
            return price < 0 && quota.least == 0 ? 0 : price
        }
        conflicts = layout.conflictRows.map { max(0, whole(prices[$0])) }
        for (index, pair) in problem.conditions.exclusive.enumerated() where conflicts[index] != 0 {
            conflictOfPair[pair.first, default: 0] += conflicts[index]
            conflictOfPair[pair.second, default: 0] += conflicts[index]
        }
    }

    /// Calls `each` with the pairs of a request and what each is worth beyond all prices but the request's own.
    func forEachGain(of request: Int, _ problem: ConstrainedAssignment, _ each: (_ pair: Int, _ gain: Int) -> Void) {
        let table = problem.prepared.pairs
        let asked = problem.conditions.quotas.indices.filter {
            quotas[$0] != 0 && problem.conditions.quotas[$0].isOfRequest[request]
        }
        for pair in table.pairs(of: request) {
            let host = Int(table.hosts[pair])
            var gain = Int(table.scores[pair]) * Self.parts - hosts[host]
            for index in asked where problem.conditions.quotas[index].isAtHost[host] { gain -= quotas[index] }
            if !conflictOfPair.isEmpty, let price = conflictOfPair[pair] { gain -= price }
            each(pair, gain)
        }
    }

    /// Pairs that no column stands for and that are worth so much beyond all prices, in the programme's numbers.
    /// - Parameter most: of each request, those that are worth most; nil for all.
    func pairs(
        worthMoreThan least: Double, beyond layout: ProgrammeLayout, most: Int? = nil,
        _ problem: ConstrainedAssignment
    ) -> [Int] {
        var result: [Int] = []
        var found: [(pair: Int, gain: Int)] = []
        var next = 0
        let limit = least / problem.factor * Double(Self.parts)
        for request in problem.prepared.places.indices {
            let own = requests[request]
            found.removeAll(keepingCapacity: true)
            forEachGain(of: request, problem) { pair, gain in
                if next < layout.pairs.count, layout.pairs[next] == pair {
                    next += 1
                } else if Double(gain - own) > limit {
                    found.append((pair, gain))
                }
            }
            if let most, found.count > most {
                found.sort { ($1.gain, $0.pair) < ($0.gain, $1.pair) }
                found.removeSubrange(most...)
            }
            result += found.map(\.pair)
        }
        return result
    }
}

/// What no total exceeds at these prices, whatever they are: a calculation in whole numbers.
struct PriceBound {
    /// In parts of a unit, without the forced pairs.
    private let parts: Int128

    init(_ problem: ConstrainedAssignment, _ prices: SidePrices) {
        var sum: Int128 = 0
        for (host, room) in problem.prepared.rooms.enumerated() {
            sum += Int128(prices.hosts[host]) * Int128(max(0, room))
        }
        for (index, quota) in problem.conditions.quotas.enumerated() {
            let price = prices.quotas[index]
            sum += Int128(price) * Int128(price > 0 ? quota.most ?? 0 : quota.least)
        }
        for price in prices.conflicts { sum += Int128(price) }
        var gains: [Int] = []
        for (request, places) in problem.prepared.places.enumerated() {
            gains.removeAll(keepingCapacity: true)
            prices.forEachGain(of: request, problem) { _, gain in if gain > 0 { gains.append(gain) } }
            if gains.count > places { gains.sort(by: >) }
            for gain in gains.prefix(max(0, places)) { sum += Int128(gain) }
        }
        parts = sum
    }

    /// In the programme's numbers.
    func amount(_ factor: Double) -> Double { Double(parts) / Double(SidePrices.parts) * factor }

    /// The bound in whole scores, rounded down as every total is a whole number.
    private var whole: Int128 { parts / Int128(SidePrices.parts) }

    /// How far a result's total stays below the bound, in whole scores.
    func gap(_ hostsOf: [[Int]], _ problem: ConstrainedAssignment) -> Double {
        Double(whole - Self.total(hostsOf, problem))
    }

    /// Whether the result keeps to all that is asked and no total is larger, up to what rounding leaves open.
    func proves(_ hostsOf: [[Int]], _ problem: ConstrainedAssignment) -> Bool {
        guard problem.holds(hostsOf) else { return false }
        let total = Self.total(hostsOf, problem)
        return whole - total <= (problem.prepared.scale.isExact ? 0 : Int128(1e-9 * Double(total)))
    }

    private static func total(_ hostsOf: [[Int]], _ problem: ConstrainedAssignment) -> Int128 {
        var total: Int128 = 0
        for (request, hosts) in hostsOf.enumerated() {
            for host in hosts {
                if let pair = problem.prepared.pairs.index(request, host) {
                    total += Int128(problem.prepared.pairs.scores[pair])
                }
            }
        }
        return total
    }
}
