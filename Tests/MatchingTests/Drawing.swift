import Engine

@testable import Matching

/// Calls drawn by chance, so small that every possibility can be tried.
struct Drawing {
    var chance: SeededChance

    init(_ seed: Int) { chance = SeededChance(seed: UInt64(seed)) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &chance) }
    mutating func happens(_ percent: Int) -> Bool { number(1...100) <= percent }
    mutating func one<Element>(of list: [Element]) -> Element { list[number(0...(list.count - 1))] }

    /// Scores of one of several kinds, whole and broken, equal and negative.
    private mutating func score(_ kind: Int) -> Double {
        switch kind {
        case 0: Double(number(0...20))
        case 1: Double(number(0...2))
        case 2: Double(number(0...10_000)) / 1_000
        case 3: Double(number(-5...10))
        default: 3
        }
    }

    mutating func call(several: Bool, conditions: Bool) -> Call {
        let (requestCount, hostCount, kind) = (number(0...5), number(0...4), number(0...4))
        let density = one(of: [40, 70, 100])
        var pairs = PairTable()
        for _ in 0..<requestCount {
            for host in 0..<hostCount where happens(density) { pairs.add(host: host, score: score(kind)) }
            pairs.endRequest()
        }
        let requests = (0..<requestCount).map { index in
            Call.Request(
                "r\(index)", places: several ? number(0...3) : 1, minimum: happens(15) ? Double(number(0...6)) : nil,
                groups: ["country": one(of: ["KE", "BA"])])
        }
        let hosts = (0..<hostCount).map { index in
            Call.Host(
                "h\(index)", capacity: number(0...3), minimum: happens(15) ? Double(number(0...6)) : nil,
                groups: ["sector": one(of: ["water", "health"])])
        }
        var call = Call(requests: requests, hosts: hosts, pairs: pairs)
        guard conditions, requestCount > 1, hostCount > 0 else { return call }
        if happens(25) { call.minimum = Double(number(0...5)) }
        func pair() -> Call.Pair {
            Call.Pair(request: number(0...(requestCount - 1)), host: number(0...(hostCount - 1)))
        }
        if happens(30) { call.forbidden = [pair(), pair()] }
        if happens(30) { call.forced = [pair()] }
        if happens(60) {
            for _ in 0..<number(1...6) {
                let (first, second) = (number(0...(requestCount - 1)), number(0...(requestCount - 1)))
                if first != second { call.conflicts.append([first, second]) }
            }
        }
        if happens(60) {
            for _ in 0..<number(1...3) {
                let least = number(0...2)
                call.quotas.append(
                    Call.Quota(
                        requests: happens(70) ? ["country": one(of: ["KE", "BA"])] : [:],
                        hosts: happens(70) ? ["sector": one(of: ["water", "health"])] : [:],
                        least: happens(60) ? least : 0, most: happens(70) ? least + number(0...2) : nil))
            }
        }
        return call
    }

    mutating func stable(groups: Bool) -> StableCall {
        let (applicants, hosts) = (number((groups ? 3 : 0)...5), number((groups ? 2 : 0)...3))
        let density = one(of: [60, 100])
        func lists(_ members: Int, _ others: Int) -> PreferenceTable {
            var table = PreferenceTable()
            for _ in 0..<members {
                var level = 0
                for other in Array(0..<others).shuffled(using: &chance) where happens(density) {
                    table.add(other, level: level)
                    if happens(70) { level += 1 }
                }
                table.endList()
            }
            return table
        }
        var call = StableCall(
            applicants: (0..<applicants).map { "a\($0)" },
            hosts: (0..<hosts).map { Call.Host("h\($0)", capacity: number(0...3)) },
            wishes: lists(applicants, hosts), ranks: lists(hosts, applicants))
        if groups {
            let order = Array(0..<applicants).shuffled(using: &chance)
            call.together = [Array(order[..<2])]
            if applicants >= 4 { call.together.append(Array(order[2..<4])) }
        }
        return call
    }

    /// Singles and couples; each couple wishes for some pairs of hosts, or for one of the two to go alone.
    mutating func couples() -> StableCall {
        couples(singles: number(1...3), couples: number(1...2), hosts: number(2...3), capacity: nil)
    }

    mutating func couples(singles: Int, couples: Int, hosts: Int, capacity: Int?) -> StableCall {
        let applicants = singles + 2 * couples
        let isSmall = capacity == nil
        func lists(_ members: Int, _ others: Int, empty: Int) -> PreferenceTable {
            var table = PreferenceTable()
            for member in 0..<(members + empty) {
                var level = 0
                let order = member < members ? Array(0..<others).shuffled(using: &chance) : []
                for other in order where !isSmall || happens(90) {
                    table.add(other, level: level)
                    if happens(80) { level += 1 }
                }
                table.endList()
            }
            return table
        }
        var call = StableCall(
            applicants: (0..<applicants).map { "a\($0)" },
            hosts: (0..<hosts).map { Call.Host("h\($0)", capacity: capacity ?? one(of: [0, 1, 1, 1, 2, 2])) },
            wishes: lists(singles, hosts, empty: 2 * couples), ranks: lists(hosts, applicants, empty: 0))
        for couple in 0..<couples {
            let places = [nil] + (0..<hosts).map { Optional($0) }
            var pairs = places.flatMap { first in places.map { (first, $0) } }
            pairs.removeFirst()
            var level = 0
            var wishes: [StableCall.Couple.Wish] = []
            for (first, second) in pairs.shuffled(using: &chance).prefix(isSmall ? number(1...6) : 30) {
                wishes.append(StableCall.Couple.Wish(first, second, level: level))
                if happens(80) { level += 1 }
            }
            let member = singles + 2 * couple
            call.couples.append(StableCall.Couple(member, member + 1, wishes: wishes))
        }
        return call
    }
}
