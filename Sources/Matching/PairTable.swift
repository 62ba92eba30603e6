/// The pairs of a call that have a score, request by request, each request's by host.
package struct PairTable: Hashable, Sendable {
    /// Where each request's pairs begin; as many as requests and one more.
    package private(set) var starts: [Int] = [0]
    package private(set) var hosts: [Int32] = []
    package private(set) var scores: [Double] = []

    package init() {}

    package var count: Int { hosts.count }
    package var requestCount: Int { starts.count - 1 }

    package mutating func reserve(pairs: Int, requests: Int) {
        starts.reserveCapacity(requests + 1)
        hosts.reserveCapacity(pairs)
        scores.reserveCapacity(pairs)
    }

    /// Adds a pair to the request that is being added, hosts in rising order.
    package mutating func add(host: Int, score: Double) {
        precondition(hosts.count == starts[starts.count - 1] || Int(hosts[hosts.count - 1]) < host)
        hosts.append(Int32(host))
        scores.append(score)
    }

    /// Changes every score.
    mutating func change(_ change: (Double) -> Double) {
        scores.withUnsafeMutableBufferPointer { scores in
            for index in scores.indices { scores[index] = change(scores[index]) }
        }
    }

    /// The least score, or infinity where there is none.
    var least: Double {
        scores.withFours { fours, rest in
            var least = SIMD4<Double>(repeating: .infinity)
            for index in 0..<fours.count { least = pointwiseMin(least, fours[index]) }
            return rest.reduce(least.min(), min)
        }
    }

    /// Ends the request that was being added.
    package mutating func endRequest() { starts.append(hosts.count) }

    package func pairs(of request: Int) -> Range<Int> { starts[request]..<starts[request + 1] }

    /// The score of a pair, or nil where it has none.
    package func score(_ request: Int, _ host: Int) -> Double? { index(request, host).map { scores[$0] } }

    /// The number of a pair in the table, or nil where it has no score.
    func index(_ request: Int, _ host: Int) -> Int? {
        var range = pairs(of: request)
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if Int(hosts[middle]) == host { return middle }
            range = hosts[middle] < host ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
