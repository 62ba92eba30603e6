/// Makes whole numbers of scores, so that the search for the best total adds and compares without rounding.
///
/// Scores of up to nine decimals become exact; others are rounded at the 48th binary digit of the largest.
struct ScoreScale: Hashable, Sendable {
    /// The largest whole number has at most so many binary digits: sums of a few of them, with two digits behind the
    /// point, are exact in a `Double`.
    static let digits = 48
    static let decimals = 9

    let factor: Double
    let isExact: Bool

    init(_ scores: [Double]) {
        let largest = Self.largest(scores)
        let limit = Double(sign: .plus, exponent: Self.digits, significand: 1)
        var factor = 1.0
        for _ in 0...Self.decimals where largest * factor <= limit {
            if Self.areWhole(scores, factor) {
                (self.factor, isExact) = (factor, true)
                return
            }
            factor *= 10
        }
        // Powers of two below 2^1000 keep the factor itself finite for the smallest scores.
        let exponent = min(1000, Self.digits - 1 - largest.exponent)
        let binary = Double(sign: .plus, exponent: Int(exponent), significand: 1)
        self.factor = binary
        isExact = scores.allSatisfy { Self.nearest($0 * binary) == $0 * binary }
    }

    /// How far the farthest score is from 0.
    private static func largest(_ scores: [Double]) -> Double {
        var largest = 0.0
        scores.withFours { fours, rest in
            var most = SIMD4<Double>.zero
            for index in 0..<fours.count { most = pointwiseMax(most, pointwiseMax(fours[index], -fours[index])) }
            largest = rest.reduce(most.max()) { max($0, abs($1)) }
        }
        return largest
    }

    /// Whether each score is a whole number divided by the factor.
    private static func areWhole(_ scores: [Double], _ factor: Double) -> Bool {
        scores.withFours { fours, rest in
            // Piece by piece: without a way out inside the processor compares several at a time.
            let piece = 128
            for start in stride(from: 0, to: fours.count, by: piece) {
                var odd = SIMDMask<SIMD4<Int64>>(repeating: false)
                for index in start..<min(start + piece, fours.count) {
                    let score = fours[index]
                    odd .|= ((score * factor + shift) - shift) / factor .!= score
                }
                if any(odd) { return false }
            }
            return rest.allSatisfy { nearest($0 * factor) / factor == $0 }
        }
    }

    /// The whole number for a score.
    @inline(__always)
    func whole(_ score: Double) -> Double { Self.nearest(score * factor) }

    /// The nearest whole number of what is below 2^51, without a call: behind such a sum a `Double` has no digits left.
    @inline(__always)
    private static func nearest(_ number: Double) -> Double { (number + shift) - shift }

    private static var shift: Double { 0x1.8p52 }

    /// The sum of scores, without rounding before its end where all have a whole number of their own.
    func sum(_ scores: some Sequence<Double>) -> Double {
        var (whole, carried) = (Int128(0), CarriedSum())
        for score in scores {
            if isExact { whole += Int128(self.whole(score)) } else { carried.add(score) }
        }
        return isExact ? Double(whole) / factor : carried.value
    }

    /// By how much a score may differ from its whole number.
    var error: Double { isExact ? 0 : 0.5 / factor }
}
