/// The pairs that each row likes best, kept so that few bids and few paths look at all pairs of a row.
///
/// Prices only rise. So whatever was not among the best when the list was made is never worth more than it was then,
/// which is `floor`: while the list's own pairs are worth at least that, the rest of the row need not be looked at.
struct ShortLists: ~Copyable {
    /// Pairs a row. More make each look slower, fewer make whole looks more frequent.
    static let length = 12

    /// Row by row, `length` each; the pairs as offsets in the row, -1 behind the last.
    let offsets: Buffer<Int32>
    let hosts: Buffer<Int32>
    let scores: Buffer<Double>
    /// No pair beside the list is worth more; minus infinity where the list holds the whole row.
    let floors: Buffer<Double>

    init(rows: Int) {
        offsets = Buffer(-1, count: rows * Self.length)
        hosts = Buffer(0, count: rows * Self.length)
        scores = Buffer(-.infinity, count: rows * Self.length)
        floors = Buffer(.infinity, count: rows)
    }

    /// Makes a row's list anew at these prices.
    @inline(__always)
    func make(_ row: Int, of pairs: borrowing PairView, at prices: UnsafeMutablePointer<Double>) {
        let first = row * Self.length
        let (offsets, hosts, scores) = (offsets.start + first, hosts.start + first, scores.start + first)
        let (start, count) = (pairs.starts[row], pairs.starts[row + 1] - pairs.starts[row])
        withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.length) { buffer in
            guard let worths = buffer.baseAddress else { return }
            worths.initialize(repeating: -.infinity, count: Self.length)
            offsets.update(repeating: -1, count: Self.length)
            let last = Self.length - 1
            var least = -Double.infinity
            let (pairHosts, pairScores) = (pairs.hosts + start, pairs.scores + start)
            for offset in 0..<count {
                let worth = pairScores[offset] - prices[Int(pairHosts[offset])]
                guard worth > least else { continue }
                var place = last
                while place > 0, worths[place - 1] < worth {
                    (worths[place], offsets[place]) = (worths[place - 1], offsets[place - 1])
                    place -= 1
                }
                (worths[place], offsets[place]) = (worth, Int32(offset))
                least = worths[last]
            }
            for place in 0...last where offsets[place] >= 0 {
                (hosts[place], scores[place]) = (pairHosts[Int(offsets[place])], pairScores[Int(offsets[place])])
            }
            floors.start[row] = least
        }
    }
}

/// The pairs of a call as plain memory: row by row, hosts and whole scores.
struct PairView: ~Copyable {
    let starts: UnsafePointer<Int>
    let hosts: UnsafePointer<Int32>
    let scores: UnsafePointer<Double>
}

extension PairTable {
    /// Lends the pairs; the pointers end with the call.
    func withView<Result>(_ body: (borrowing PairView) throws -> Result) rethrows -> Result {
        try starts.withUnsafeBufferPointer { starts in
            try hosts.withUnsafeBufferPointer { hosts in
                try scores.withUnsafeBufferPointer { scores in
                    // Without pairs there is no memory, and nothing that would be read there.
                    guard let start = starts.baseAddress else { preconditionFailure("a table has a first start") }
                    let empty = UnsafeRawPointer(start)
                    return try body(
                        PairView(
                            starts: start, hosts: hosts.baseAddress ?? empty.assumingMemoryBound(to: Int32.self),
                            scores: scores.baseAddress ?? empty.assumingMemoryBound(to: Double.self)))
                }
            }
        }
    }
}
