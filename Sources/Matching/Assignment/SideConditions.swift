/// What a call asks of its pairs beside places and capacities, in terms of the pairs that are left to be decided.
struct SideConditions {
    /// A quota, less what the forced pairs take of it.
    struct Quota {
        let declared: Call.Quota
        let least: Int
        let most: Int?
        let isOfRequest: [Bool]
        let isAtHost: [Bool]

        func holds(_ request: Int, _ host: Int) -> Bool { isOfRequest[request] && isAtHost[host] }
    }

    let quotas: [Quota]
    /// Two pairs of one host, by number, of which at most one can be.
    private(set) var exclusive: [(first: Int, second: Int)] = []

    /// - Throws: every quota that cannot be kept whatever else is given up.
    init(_ prepared: PreparedCall) throws(MatchingMistake) {
        let call = prepared.call
        var messages: [String] = []
        quotas = call.quotas.map { quota in
            let forced = prepared.forced.count { quota.holds(call.requests[$0.request], call.hosts[$0.host]) }
            let isOfRequest = call.requests.map { request in
                quota.requests.allSatisfy { request.groups[$0.key] == $0.value }
            }
            let isAtHost = call.hosts.map { host in quota.hosts.allSatisfy { host.groups[$0.key] == $0.value } }
            if let most = quota.most, forced > most {
                messages.append("\(forced) forced pairs count for \(quota.words)")
            }
            return Quota(
                declared: quota, least: max(0, quota.least - forced), most: quota.most.map { max(0, $0 - forced) },
                isOfRequest: isOfRequest, isAtHost: isAtHost)
        }
        for quota in quotas {
            let possible = Self.most(of: quota, prepared)
            if possible < quota.least {
                let forced = quota.declared.least - quota.least
                messages.append(
                    "\(quota.declared.words) cannot be kept: at most \(possible + forced) can be placed there")
            }
        }
        if let mistake = MatchingMistake(messages) { throw mistake }
        for conflict in Set(call.conflicts.map { $0.sorted() }).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            for first in prepared.pairs.pairs(of: conflict[0]) {
                if let second = prepared.pairs.index(conflict[1], Int(prepared.pairs.hosts[first])) {
                    exclusive.append((first, second))
                }
            }
        }
    }

    /// More places than this cannot count for a quota, whatever else is asked.
    private static func most(of quota: Quota, _ prepared: PreparedCall) -> Int {
        var (ofRequests, wanted) = (0, [Int](repeating: 0, count: prepared.rooms.count))
        for request in prepared.places.indices where quota.isOfRequest[request] {
            var count = 0
            for pair in prepared.pairs.pairs(of: request) where quota.isAtHost[Int(prepared.pairs.hosts[pair])] {
                count += 1
                wanted[Int(prepared.pairs.hosts[pair])] += 1
            }
            ofRequests += min(count, max(0, prepared.places[request]))
        }
        return min(ofRequests, zip(wanted, prepared.rooms).reduce(0) { $0 + min($1.0, max(0, $1.1)) })
    }
}
