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

    /// - Parameters:
    ///   - hostOf: of each row, or -1.
    ///   - prices: of the hosts, infinite where a host takes nobody.
    ///   - row: calls its last argument with each host and score that the row could have.
    init(
        hostOf: borrowing Buffer<Int32>, rooms: [Int], prices: borrowing Buffer<Double>,
        row: (Int, (_ host: Int, _ score: Double) -> Void) -> Void
    ) {
        var guests = [Int](repeating: 0, count: rooms.count)
        for number in 0..<hostOf.count {
            let taken = Int(hostOf.start[number])
            var (gain, score) = (0.0, -Double.infinity)
            row(number) { host, worth in
                gain = max(gain, worth - prices.start[host])
                if host == taken { score = worth }
            }
            bound += Int128(gain)
            guard taken >= 0 else { continue }
            guests[taken] += 1
            guard score.isFinite else {
                isPossible = false
                continue
            }
            total += Int128(score)
        }
        for (host, room) in rooms.enumerated() {
            if guests[host] > room || prices[host] < 0 { isPossible = false }
            if room > 0 { bound += Int128(prices[host]) * Int128(room) }
        }
    }
}
