/// Checks by the duality of linear programmes that no assignment has a better total, without trusting the search.
///
/// Whatever the prices are, no total exceeds the sum of what each place costs and of what each request gains at best
/// beyond the price, at as many hosts as it asks for. A total that reaches this bound is the best one. All numbers are
/// whole, all sums exact.
struct Certificate: Hashable, Sendable {
    /// The total that was found.
    private(set) var total: Int128 = 0
    /// No total is larger.
    private(set) var bound: Int128 = 0
    /// Whether no host has more guests than places, no row more hosts than it asks for, and none where it cannot be.
    private(set) var isPossible = true

    var isProven: Bool { isPossible && total == bound }

    /// - Parameters:
    ///   - hostsOf: of each row, without repetition.
    ///   - places: that each row asks for.
    init(hostsOf: [[Int]], places: [Int], rooms: [Int], prices: [Double], _ pairs: borrowing PairView) {
        var guests = [Int](repeating: 0, count: rooms.count)
        for row in hostsOf.indices {
            let found =
                places[row] == 1
                ? single(row, hostsOf[row], prices, pairs) : several(row, hostsOf[row], places[row], prices, pairs)
            if found != hostsOf[row].count || found > places[row] { isPossible = false }
            for host in hostsOf[row] { guests[host] += 1 }
        }
        for (host, room) in rooms.enumerated() {
            if guests[host] > room || prices[host] < 0 { isPossible = false }
            bound += Int128(prices[host]) * Int128(room)
        }
    }

    /// Adds what a row that asks for one place gains at best, and what it has.
    /// - Returns: how many of its hosts it has a pair with.
    private mutating func single(
        _ row: Int, _ taken: [Int], _ prices: [Double], _ pairs: borrowing PairView
    ) -> Int {
        let (start, end) = (pairs.starts[row], pairs.starts[row + 1])
        prices.withUnsafeBufferPointer { prices in
            // Four at a time: none waits for the one before.
            var (best, pair) = (SIMD4<Double>.zero, start)
            func worth(_ pair: Int) -> Double { pairs.scores[pair] - prices[Int(pairs.hosts[pair])] }
            while pair + 4 <= end {
                best = pointwiseMax(best, SIMD4(worth(pair), worth(pair + 1), worth(pair + 2), worth(pair + 3)))
                pair += 4
            }
            while pair < end {
                best[0] = max(best[0], worth(pair))
                pair += 1
            }
            bound += Int128(best.max())
        }
        guard let taken = taken.first, let pair = (start..<end).first(where: { pairs.hosts[$0] == Int32(taken) })
        else { return 0 }
        total += Int128(pairs.scores[pair])
        return 1
    }

    /// The same for a row that asks for several places.
    private mutating func several(
        _ row: Int, _ taken: [Int], _ places: Int, _ prices: [Double], _ pairs: borrowing PairView
    ) -> Int {
        var (gains, found) = ([Double](), 0)
        for pair in pairs.starts[row]..<pairs.starts[row + 1] {
            let (host, worth) = (Int(pairs.hosts[pair]), pairs.scores[pair])
            if worth - prices[host] > 0 { gains.append(worth - prices[host]) }
            if taken.contains(host) {
                total += Int128(worth)
                found += 1
            }
        }
        gains.sort(by: >)
        for gain in gains.prefix(max(0, places)) { bound += Int128(gain) }
        return found
    }
}
