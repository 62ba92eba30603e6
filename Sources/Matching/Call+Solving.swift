extension Call {
    /// The assignment with the best total that keeps to all that the call demands.
    ///
    /// The same call gives the same result.
    package func solve(watch: MatchingWatch = { _, _ in true }) throws -> CallResult {
        let prepared = try PreparedCall(self)
        if !prepared.isFree { return try ConstrainedAssignment(prepared).solve(watch: watch) }
        return try prepared.pairs.withView { pairs in
            try prepared.places.allSatisfy { $0 <= 1 }
                ? prepared.singles(pairs, watch: watch) : prepared.several(pairs, watch: watch)
        }
    }
}

extension PreparedCall {
    /// The best total where nobody asks for more than one place.
    func singles(_ view: borrowing PairView, watch: MatchingWatch) throws -> CallResult {
        let search = BestAssignment(pairs, rooms: rooms)
        guard search.solve(view, watch: { watch($0, call.requests.count) }) else { throw MatchingStopped() }
        return result(
            search.hostOf.values.map { $0 < 0 ? [] : [Int($0)] }, rooms: search.rooms, prices: search.prices.values,
            view
        )
    }

    /// The best total where some ask for several places.
    func several(_ view: borrowing PairView, watch: MatchingWatch) throws -> CallResult {
        var search = SeveralPlaces(pairs, places: places, rooms: rooms)
        guard search.solve(view, watch: { watch($0, call.requests.count) }) else { throw MatchingStopped() }
        return result(search.hostsOf(), rooms: rooms, prices: search.prices.values, view)
    }

    private func result(
        _ hostsOf: [[Int]], rooms: [Int], prices: [Double], _ view: borrowing PairView
    ) -> CallResult {
        let certificate = Certificate(hostsOf: hostsOf, places: places, rooms: rooms, prices: prices, view)
        return result(
            hostsOf, prices: prices, gap: Double(certificate.bound - certificate.total),
            proof: certificate.isProven ? .duality : nil)
    }

    /// - Parameters:
    ///   - hostsOf: without the forced pairs.
    ///   - prices: in whole numbers.
    ///   - gap: between the total and what no total exceeds, in whole numbers.
    func result(_ hostsOf: [[Int]], prices: [Double], gap: Double, proof: Proof?) -> CallResult {
        var all = hostsOf
        for pair in forced { all[pair.request].append(pair.host) }
        let sorted = all.map { $0.sorted() }
        let pairs = sorted.indices.lazy.flatMap { request in
            sorted[request].map { Call.Pair(request: request, host: $0) }
        }
        let total = scale.sum(pairs.map(score))
        let places = call.requests.reduce(0) { $0 + $1.places }
        return CallResult(
            hostsOf: sorted, total: total, bound: total + gap / scale.factor, proof: proof,
            tolerance: 2 * scale.error * Double(places), prices: prices.map { $0 / scale.factor })
    }
}
