extension Call {
    /// Requests, hosts or places beyond this are refused.
    package static let most = 10_000_000

    /// Everything that is wrong with the call; nil if nothing is.
    var mistakes: MatchingMistake? {
        var messages: [String] = []
        Self.repeated(requests.map(\.id)).forEach { messages.append("request \(shown($0)) stands there twice") }
        Self.repeated(hosts.map(\.id)).forEach { messages.append("host \(shown($0)) stands there twice") }
        for request in requests {
            if !(0...Self.most).contains(request.places) {
                messages.append(
                    "request \(shown(request.id)) asks for \(request.places) places; 0 to \(Self.most) can be")
            }
            if request.minimum?.isNaN == true {
                messages.append("the minimum of request \(shown(request.id)) is not a number")
            }
        }
        for host in hosts {
            if !(0...Self.most).contains(host.capacity) {
                messages.append("host \(shown(host.id)) has a capacity of \(host.capacity); 0 to \(Self.most) can be")
            }
            if host.minimum?.isNaN == true { messages.append("the minimum of host \(shown(host.id)) is not a number") }
        }
        if minimum?.isNaN == true { messages.append("the minimum of the call is not a number") }
        if messages.isEmpty { messages = pairMistakes + forcedMistakes + quotaMistakes }
        return MatchingMistake(messages)
    }

    static func repeated(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.filter { !seen.insert($0).inserted }
    }

    private var pairMistakes: [String] {
        guard pairs.requestCount == requests.count else {
            return ["\(requests.count) requests, but scores for \(pairs.requestCount)"]
        }
        var messages: [String] = []
        for request in requests.indices {
            for index in pairs.pairs(of: request) {
                if !hosts.indices.contains(Int(pairs.hosts[index])) {
                    messages.append("request \(shown(requests[request].id)) has a score for a host that is not there")
                } else if !pairs.scores[index].isFinite {
                    messages.append(
                        "the score of request \(shown(requests[request].id)) at host "
                            + "\(shown(hosts[Int(pairs.hosts[index])].id)) is not a finite number")
                }
            }
        }
        return messages
    }

    private func words(_ pair: Pair) -> String {
        "request \(shown(requests[pair.request].id)) at host \(shown(hosts[pair.host].id))"
    }

    private var forcedMistakes: [String] {
        var messages: [String] = []
        let known = (forced + forbidden).allSatisfy {
            requests.indices.contains($0.request) && hosts.indices.contains($0.host)
        }
        let conflictsKnown = conflicts.allSatisfy { $0.count == 2 && $0.allSatisfy(requests.indices.contains) }
        guard known, conflictsKnown else { return ["a forced or forbidden pair or a conflict is of unknown members"] }
        let forbiddenSet = Set(forbidden)
        var (asked, taken) = ([Int: Int](), [Int: Int]())
        for pair in Set(forced).sorted() {
            if forbiddenSet.contains(pair) { messages.append("\(words(pair)) is both forced and forbidden") }
            asked[pair.request, default: 0] += 1
            taken[pair.host, default: 0] += 1
        }
        for (request, count) in asked.sorted(by: { $0.key < $1.key }) where count > requests[request].places {
            messages.append(
                "request \(shown(requests[request].id)) is forced to \(count) hosts and asks for "
                    + "\(requests[request].places)")
        }
        for (host, count) in taken.sorted(by: { $0.key < $1.key }) where count > hosts[host].capacity {
            messages.append(
                "\(count) requests are forced to host \(shown(hosts[host].id)), whose capacity is "
                    + "\(hosts[host].capacity)")
        }
        let forcedSet = Set(forced)
        for conflict in conflicts {
            let (first, second) = (conflict[0], conflict[1])
            if first == second { messages.append("request \(shown(requests[first].id)) is in conflict with itself") }
            for host in hosts.indices
            where forcedSet.contains(Pair(request: first, host: host))
                && forcedSet.contains(Pair(request: second, host: host)) && first != second
            {
                messages.append(
                    "requests \(shown(requests[first].id)) and \(shown(requests[second].id)) are in conflict and both "
                        + "forced to host \(shown(hosts[host].id))")
            }
        }
        return messages
    }

    private var quotaMistakes: [String] {
        quotas.compactMap { quota in
            if quota.least < 0 || quota.most ?? 0 < 0 { return "\(quota.words) is negative" }
            if let most = quota.most, most < quota.least {
                return "\(quota.words) cannot be: the least is above the most"
            }
            return nil
        }
    }
}

extension Call.Quota {
    /// `the quota of 1 to 3 places for requests of country KE`.
    package var words: String {
        let amount =
            switch (least, most) {
            case (0, nil): "any number of"
            case (let least, nil): "at least \(least)"
            case (0, let most?): "at most \(most)"
            case (let least, let most?): "\(least) to \(most)"
            }
        func text(_ group: [String: String]) -> String {
            group.sorted { $0.key < $1.key }.map { "\($0.key) \(shown($0.value))" }.joined(separator: ", ")
        }
        let ofRequests = requests.isEmpty ? "" : " for requests of \(text(requests))"
        let atHosts = hosts.isEmpty ? "" : " at hosts of \(text(hosts))"
        return "the quota of \(amount) places\(ofRequests)\(atHosts)"
    }

    func holds(_ request: Call.Request, _ host: Call.Host) -> Bool {
        requests.allSatisfy { request.groups[$0.key] == $0.value }
            && hosts.allSatisfy { host.groups[$0.key] == $0.value }
    }
}

/// An id as messages show it: shortened, so that no message grows with what somebody wrote.
func shown(_ id: String) -> String {
    let most = 60
    return id.count > most ? "'\(id.prefix(most))…'" : "'\(id)'"
}
