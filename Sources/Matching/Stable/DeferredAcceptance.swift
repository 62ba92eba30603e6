/// Stable matching by proposals that are accepted until a better one comes (Gale and Shapley 1962), with capacities.
///
/// The proposing side gets the best that it has in any stable matching. Where several share a place in a list the one
/// with the lower number goes first, which makes the result stable in the weak sense: no two would both gain.
struct DeferredAcceptance {
    /// Proposals between two calls of the watch.
    private static let watchEvery = 65_536

    let call: StableCall
    /// The place of each applicant in the hosts' lists.
    let placeAtHost: PlaceTable

    init(_ call: StableCall) {
        self.call = call
        placeAtHost = PlaceTable(of: call.wishes, at: call.ranks)
    }

    /// The host of each applicant, or -1; nil if the watch stopped it.
    func solve(for side: StableCall.Side, watch: MatchingWatch) -> [Int32]? {
        switch side {
        case .requests: applicantsPropose(watch)
        case .hosts: hostsPropose(watch)
        }
    }

    private func applicantsPropose(_ watch: MatchingWatch) -> [Int32]? {
        let (wishes, ranks) = (call.wishes, call.ranks)
        var guests = PlaceHeaps(
            capacities: call.hosts.indices.map { min(call.hosts[$0].capacity, ranks.list(of: $0).count) })
        var hostOf = [Int32](repeating: -1, count: call.applicants.count)
        var next = wishes.starts
        var proposals = 0
        for first in call.applicants.indices {
            var applicant = first
            proposing: while next[applicant] < wishes.starts[applicant + 1] {
                proposals += 1
                if proposals % Self.watchEvery == 0, !watch(first, call.applicants.count) { return nil }
                let wish = next[applicant]
                next[applicant] += 1
                let host = Int(wishes.others[wish])
                let place = placeAtHost.place(
                    of: applicant, at: host, entry: wish, members: call.applicants.count)
                guard place >= 0 else { continue }
                switch guests.take(place, at: host) {
                case .refused: continue
                case .taken:
                    hostOf[applicant] = Int32(host)
                    break proposing
                case .instead(let leaving):
                    hostOf[applicant] = Int32(host)
                    applicant = Int(ranks.others[ranks.starts[host] + Int(leaving)])
                    hostOf[applicant] = -1
                }
            }
        }
        return hostOf
    }

    private func hostsPropose(_ watch: MatchingWatch) -> [Int32]? {
        let (wishes, ranks) = (call.wishes, call.ranks)
        let placeAtApplicant = PlaceTable(of: ranks, at: wishes)
        var hostOf = [Int32](repeating: -1, count: call.applicants.count)
        var placeOf = [Int32](repeating: .max, count: call.applicants.count)
        var free = call.hosts.map(\.capacity)
        var next = ranks.starts
        var waiting = Array(call.hosts.indices.reversed())
        var proposals = 0
        while let host = waiting.popLast() {
            while free[host] > 0, next[host] < ranks.starts[host + 1] {
                proposals += 1
                if proposals % Self.watchEvery == 0,
                    !watch(call.hosts.count - waiting.count, call.hosts.count)
                {
                    return nil
                }
                let rank = next[host]
                next[host] += 1
                let applicant = Int(ranks.others[rank])
                let place = placeAtApplicant.place(
                    of: host, at: applicant, entry: rank, members: call.hosts.count)
                guard place >= 0, place < placeOf[applicant] else { continue }
                if hostOf[applicant] >= 0 {
                    free[Int(hostOf[applicant])] += 1
                    waiting.append(Int(hostOf[applicant]))
                }
                (hostOf[applicant], placeOf[applicant]) = (Int32(host), place)
                free[host] -= 1
            }
        }
        return hostOf
    }
}

extension DeferredAcceptance {
    /// Applicants and hosts that would rather have each other, in a matching of applicants alone.
    func blockingPairs(_ hostOf: [Int?]) -> [BlockingPair] {
        let wishes = call.wishes
        var free = call.hosts.map(\.capacity)
        // What each host thinks of the guest that it likes least; nobody below that level is wanted instead.
        var worst = [Int32](repeating: -1, count: call.hosts.count)
        for (applicant, host) in hostOf.enumerated() {
            guard let host else { continue }
            free[host] -= 1
            for wish in wishes.list(of: applicant) where Int(wishes.others[wish]) == host {
                worst[host] = max(worst[host], level(applicant, host, wish) ?? .max)
            }
        }
        var result: [BlockingPair] = []
        for (applicant, own) in hostOf.enumerated() {
            let list = wishes.list(of: applicant)
            let ownLevel = list.first { own == Int(wishes.others[$0]) }.map { wishes.levels[$0] } ?? .max
            for wish in list {
                guard wishes.levels[wish] < ownLevel else { break }
                let host = Int(wishes.others[wish])
                guard let level = level(applicant, host, wish) else { continue }
                if free[host] > 0 || level < worst[host] {
                    result.append(BlockingPair(applicants: [applicant], hosts: [host]))
                }
            }
        }
        return result
    }

    private func level(_ applicant: Int, _ host: Int, _ wish: Int) -> Int32? {
        let place = placeAtHost.place(of: applicant, at: host, entry: wish, members: call.applicants.count)
        return place < 0 ? nil : call.ranks.levels[call.ranks.starts[host] + Int(place)]
    }
}

/// The guests of all hosts, each by the place in the host's list: a heap a host, the worst guest first.
private struct PlaceHeaps {
    enum Answer {
        case taken
        case refused
        /// Taken in the place of this one.
        case instead(Int32)
    }

    private let starts: [Int]
    private var counts: [Int]
    private var places: [Int32]

    init(capacities: [Int]) {
        var (starts, total) = ([0], 0)
        for capacity in capacities {
            total += max(0, capacity)
            starts.append(total)
        }
        (self.starts, counts) = (starts, [Int](repeating: 0, count: capacities.count))
        places = [Int32](repeating: 0, count: total)
    }

    mutating func take(_ place: Int32, at host: Int) -> Answer {
        let (first, room) = (starts[host], starts[host + 1] - starts[host])
        guard room > 0 else { return .refused }
        if counts[host] < room {
            var spot = counts[host]
            counts[host] += 1
            while spot > 0 {
                let parent = (spot - 1) / 2
                guard places[first + parent] < place else { break }
                places[first + spot] = places[first + parent]
                spot = parent
            }
            places[first + spot] = place
            return .taken
        }
        let worst = places[first]
        guard place < worst else { return .refused }
        var spot = 0
        while true {
            var child = 2 * spot + 1
            guard child < room else { break }
            if child + 1 < room, places[first + child + 1] > places[first + child] { child += 1 }
            guard places[first + child] > place else { break }
            places[first + spot] = places[first + child]
            spot = child
        }
        places[first + spot] = place
        return .instead(worst)
    }
}
