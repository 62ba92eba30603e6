/// Why a request did not get something better: in a sentence a host, from the prices of the result.
package struct CallReasons: Sendable {
    /// A host that a request would have scored more at than where it is.
    package struct Missed: Hashable, Sendable {
        package let host: Int
        package let score: Double?
        /// A sentence without full stop.
        package let why: String
    }

    private let prepared: PreparedCall
    private let result: CallResult
    private let forcedLoss: ForcedLoss?

    /// - Parameter result: of this call.
    package init(_ call: Call, _ result: CallResult) throws(MatchingMistake) {
        prepared = try PreparedCall(call)
        self.result = result
        forcedLoss = ForcedLoss(prepared, result)
    }

    /// The hosts with a better score than the request's own places, the best first.
    package func missed(by request: Int, limit: Int) -> [Missed] {
        let call = prepared.call
        let own = result.hostsOf[request]
        let isShort = own.count < call.requests[request].places
        let worst = isShort ? -.infinity : own.map { score(request, $0) }.min() ?? -.infinity
        let better = call.pairs.pairs(of: request).filter {
            call.pairs.scores[$0] > worst && !own.contains(Int(call.pairs.hosts[$0]))
        }.sorted {
            (call.pairs.scores[$1], call.pairs.hosts[$0]) < (call.pairs.scores[$0], call.pairs.hosts[$1])
        }
        return better.prefix(limit).map { pair in
            let (host, score) = (Int(call.pairs.hosts[pair]), call.pairs.scores[pair])
            return Missed(host: host, score: score, why: why(request, host, score, isShort: isShort))
        }
    }

    /// Why a request that has fewer places than it asks for has no more, in a sentence without full stop.
    package func shortage(of request: Int) -> String {
        let call = prepared.call
        let own = Set(result.hostsOf[request])
        let others = call.pairs.pairs(of: request).filter { !own.contains(Int(call.pairs.hosts[$0])) }
        if others.isEmpty { return "no other host has a score for it" }
        var counts: [String: Int] = [:]
        for pair in others {
            let (host, score) = (Int(call.pairs.hosts[pair]), call.pairs.scores[pair])
            counts[kind(request, host, score), default: 0] += 1
        }
        let words = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        return "of \(others.count) other hosts " + words.joined(separator: ", ")
    }

    private func kind(_ request: Int, _ host: Int, _ score: Double) -> String {
        switch prepared.exclusion(Call.Pair(request: request, host: host), score) {
        case .forbidden?: "forbidden"
        case .conflict?: "closed by a conflict"
        case .belowMinimum?: "below the minimum score"
        case .negative?: "below 0"
        case .noScore?: "without a score"
        case nil: prepared.call.hosts[host].capacity == 0 ? "without capacity" : "given to others"
        }
    }

    private func score(_ request: Int, _ host: Int) -> Double { prepared.score(.init(request: request, host: host)) }

    private func why(_ request: Int, _ host: Int, _ score: Double, isShort: Bool) -> String {
        let pair = Call.Pair(request: request, host: host)
        switch prepared.exclusion(pair, score) {
        case .forbidden?: return "the pair is forbidden"
        case .conflict?: return "somebody in conflict with it is forced there"
        case .belowMinimum(let minimum)?: return "the score is below the minimum of \(minimum)"
        case .negative?: return "the score is below 0, which would lower the total"
        case .noScore?: return "there is no score"
        case nil: break
        }
        if prepared.call.hosts[host].capacity == 0 { return "the host has a capacity of 0" }
        if prepared.forced.contains(where: { $0.request == request }), !isShort {
            return "the request is forced elsewhere"
        }
        guard prepared.isFree else {
            return "the place does more for the total elsewhere, or a quota or conflict is in the way"
        }
        if let loss = forcedLoss?.loss(placing: request, at: host) {
            return loss > result.tolerance
                ? "the host is full; to place it there would lower the total by \(Self.rounded(loss))"
                : "the host is full; to place it there, and others elsewhere, would give the same total"
        }
        // A large call: what the request gains beyond the price where it is, less what it would gain there.
        let gain = isShort ? 0 : result.hostsOf[request].map { self.score(request, $0) - result.prices[$0] }.min() ?? 0
        let loss = max(0, gain - (score - result.prices[host]))
        return loss > result.tolerance
            ? "the host is full; to place it there would lower the total by at least \(Self.rounded(loss))"
            : "the host is full; to place it there would not raise the total"
    }

    /// Six digits are enough to compare, and hide what binary fractions add.
    private static func rounded(_ number: Double) -> Double {
        guard number > 0 else { return number }
        var factor = 1.0
        while number * factor < 100_000, factor < 1e12 { factor *= 10 }
        return (number * factor).rounded() / factor
    }
}
