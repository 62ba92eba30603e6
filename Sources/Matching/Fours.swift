/// Numbers four at a time, for passes over all scores of a call in which each step would wait for the one before.
struct Fours {
    private let start: UnsafePointer<Double>
    let count: Int

    init(_ numbers: UnsafeBufferPointer<Double>) {
        count = numbers.baseAddress == nil ? 0 : numbers.count / 4
        // Without numbers nothing is read.
        start = numbers.baseAddress ?? UnsafePointer(bitPattern: MemoryLayout<Double>.alignment).unsafelyUnwrapped
    }

    @inline(__always)
    subscript(index: Int) -> SIMD4<Double> {
        UnsafeRawPointer(start + 4 * index).loadUnaligned(as: SIMD4<Double>.self)
    }
}

extension [Double] {
    /// Lends the numbers as fours, and the last ones that make no four.
    @inline(__always)
    func withFours<Result>(_ body: (Fours, Slice<UnsafeBufferPointer<Double>>) -> Result) -> Result {
        withUnsafeBufferPointer { numbers in
            let fours = Fours(numbers)
            return body(fours, numbers[(4 * fours.count)...])
        }
    }
}
