extension Call {
    /// The assignment with the best total that keeps to all that the call demands.
    ///
    /// The same call gives the same result. Among equal totals a request is rather placed than left out.
    package func solve(watch: MatchingWatch = { _, _ in true }) throws -> CallResult {
        let prepared = try PreparedCall(self)
        let table = DenseAssignment(rows: requests.count, rooms: prepared.rooms)
        table.fill(prepared.pairs)
        guard table.solve(watch: { watch($0, requests.count) }) else { throw MatchingStopped() }
        let certificate = table.certificate
        var hostsOf = requests.indices.map { table.hostOf[$0] < 0 ? [] : [Int(table.hostOf[$0])] }
        for pair in prepared.forced { hostsOf[pair.request].append(pair.host) }
        return prepared.result(hostsOf, prices: (0..<hosts.count).map { table.prices[$0] }, certificate)
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
