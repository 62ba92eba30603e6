/// Who got what in a call, and how far the total is proven to be the best.
package struct CallResult: Hashable, Sendable {
    /// The hosts of each request, by number, in rising order.
    package internal(set) var hostsOf: [[Int]]
    /// The sum of the scores of all placed pairs, also of the forced ones.
    package internal(set) var total: Double
    /// No total is larger, as far as that is known.
    package internal(set) var bound: Double
    /// How it is known that no total is larger; nil if it is not known.
    package internal(set) var proof: Proof?
    /// By how much the best total may differ because scores with many digits were rounded; mostly 0.
    package internal(set) var tolerance: Double
    /// What the last place at each host is worth to those who did not get it.
    package internal(set) var prices: [Double]
    package var isProven: Bool { proof != nil }
    package var placedCount: Int { hostsOf.reduce(0) { $0 + $1.count } }
}

/// How it is known that no total is larger than the one that was found.
package enum Proof: String, Hashable, Sendable {
    /// By prices: a calculation in whole numbers that does not trust the search.
    case duality
    /// By a search in whole numbers that left nothing out (Cbc); that the result keeps to all that is asked was checked.
    case search
}
