/// Checks by the duality of linear programmes that no assignment has a better total, without trusting the search.
///
/// Whatever the prices are, no total exceeds the sum of what each place costs and of what each request gains at best
/// beyond the price. A total that reaches this bound is the best one. All numbers are whole, all sums exact.
struct Certificate: Hashable, Sendable {
    /// The total that was found.
    private(set) var total: Int128 = 0
    /// No total is larger.
    private(set) var bound: Int128 = 0
    /// Whether no host has more guests than places, and no row is where it cannot be.
    private(set) var isPossible = true

    var isProven: Bool { isPossible && total == bound }

    /// - Parameter hostOf: of each row, or -1.
    init(
        hostOf: borrowing Buffer<Int32>, rooms: [Int], prices: borrowing Buffer<Double>, _ pairs: borrowing PairView
    ) {
        var guests = [Int](repeating: 0, count: rooms.count)
        let prices = prices.start
        for row in 0..<hostOf.count {
            let taken = hostOf.start[row]
            var (gain, score) = (0.0, -1.0)
            for pair in pairs.starts[row]..<pairs.starts[row + 1] {
                let (host, worth) = (pairs.hosts[pair], pairs.scores[pair])
                let gained = worth - prices[Int(host)]
                if gained > gain { gain = gained }
                if host == taken { score = worth }
            }
            bound += Int128(gain)
            guard taken >= 0 else { continue }
            guests[Int(taken)] += 1
            if score < 0 { isPossible = false } else { total += Int128(score) }
        }
        for (host, room) in rooms.enumerated() {
            if guests[host] > room || prices[host] < 0 { isPossible = false }
            bound += Int128(prices[host]) * Int128(room)
        }
    }
}
