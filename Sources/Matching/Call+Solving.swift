extension Call {
    /// The assignment with the best total that keeps to all that the call demands.
    ///
    /// The same call gives the same result.
    package func solve(watch: MatchingWatch = { _, _ in true }) throws -> CallResult {
        let prepared = try PreparedCall(self)
        let search = BestAssignment(prepared.pairs, rooms: prepared.rooms)
        let certificate = try prepared.pairs.withView { pairs in
            guard search.solve(pairs, watch: { watch($0, requests.count) }) else { throw MatchingStopped() }
            return search.certificate(pairs)
        }
        var hostsOf = search.hostOf.values.map { $0 < 0 ? [] : [Int($0)] }
        for pair in prepared.forced { hostsOf[pair.request].append(pair.host) }
        return prepared.result(hostsOf, prices: search.prices.values, certificate)
    }
}

extension PreparedCall {
    /// - Parameters:
    ///   - hostsOf: with the forced pairs.
    ///   - prices: in whole numbers.
    func result(_ hostsOf: [[Int]], prices: [Double], _ certificate: Certificate) -> CallResult {
        let sorted = hostsOf.map { $0.sorted() }
        let pairs = sorted.indices.lazy.flatMap { request in
            sorted[request].map { Call.Pair(request: request, host: $0) }
        }
        let total = scale.sum(pairs.map(score))
        let places = places.reduce(0, +)
        return CallResult(
            hostsOf: sorted, total: total,
            bound: total + Double(certificate.bound - certificate.total) / scale.factor,
            isProven: certificate.isProven, tolerance: 2 * scale.error * Double(places),
            prices: prices.map { $0 / scale.factor })
    }
}
