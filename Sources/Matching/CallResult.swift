/// Who got what in a call, and how far the total is proven to be the best.
package struct CallResult: Hashable, Sendable {
    /// The hosts of each request, by number, in rising order.
    package internal(set) var hostsOf: [[Int]]
    /// The sum of the scores of all placed pairs, also of the forced ones.
    package internal(set) var total: Double
    /// No total is larger, as far as that is known.
    package internal(set) var bound: Double
    /// Whether it was checked, by a calculation that does not trust the search, that no total is larger.
    package internal(set) var isProven: Bool
    /// By how much the best total may differ because scores with many digits were rounded; mostly 0.
    package internal(set) var tolerance: Double
    /// What the last place at each host is worth to those who did not get it.
    package internal(set) var prices: [Double]
    package var placedCount: Int { hostsOf.reduce(0) { $0 + $1.count } }
}
