/// Bytes that are written one after another and taken once: the ground of what is written with every step.
///
/// An array asks at each byte whether it is shared; this one has one owner by its type.
package struct ByteBuffer: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    /// Bytes written.
    package private(set) var count = 0

    /// - Parameter reserving: bytes that it takes before it grows; at least 1.
    package init(reserving: Int) {
        capacity = max(reserving, 1)
        start = .allocate(capacity: capacity)
    }

    deinit { start.deallocate() }

    package mutating func append(_ byte: UInt8) {
        if count == capacity { grow(by: 1) }
        start[count] = byte
        count += 1
    }

    package mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let first = bytes.baseAddress, !bytes.isEmpty else { return }
        if capacity - count < bytes.count { grow(by: bytes.count) }
        (start + count).update(from: first, count: bytes.count)
        count += bytes.count
    }

    package mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBufferPointer { append($0) } }

    /// The text in UTF-8.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Decimal digits, with a sign for negative numbers.
    package mutating func append(decimal number: Int64) {
        if number < 0 { append(0x2D) }
        if capacity - count < 20 { grow(by: 20) }
        var rest = number.magnitude
        let first = count
        repeat {
            start[count] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
            count += 1
            rest /= 10
        } while rest > 0
        var (left, right) = (first, count - 1)
        while left < right {
            (start[left], start[right]) = (start[right], start[left])
            left += 1
            right -= 1
        }
    }

    /// Seven bits a byte, the lowest first.
    package mutating func append(leb128 number: UInt64) {
        if capacity - count < 10 { grow(by: 10) }
        var rest = number
        while rest >= 0x80 {
            start[count] = UInt8(truncatingIfNeeded: rest) | 0x80
            count += 1
            rest >>= 7
        }
        start[count] = UInt8(truncatingIfNeeded: rest)
        count += 1
    }

    /// Lends what was written.
    package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(start: start, count: count))
    }

    /// All that was written.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    private mutating func grow(by more: Int) {
        let larger = max(capacity * 2, count + more)
        let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        moved.update(from: start, count: count)
        start.deallocate()
        (start, capacity) = (moved, larger)
    }
}
