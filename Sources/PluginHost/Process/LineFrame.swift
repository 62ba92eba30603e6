import Glibc

/// Cuts a stream of bytes into lines, of which none is longer than a limit.
struct LineFrame {
    enum Piece {
        case line([UInt8])
        /// A line that is longer than the limit; nothing of it is kept.
        case tooLong
    }

    private let limit: Int
    private var rest: [UInt8] = []
    private var isSkipping = false

    /// Room that is kept for the next line.
    private static let keptCapacity = 1 << 16

    init(limit: Int) { self.limit = limit }

    /// Takes what was read, and hands on each line that is complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ hand: (Piece) -> Void) {
        var start = 0
        while start < bytes.count, let base = bytes.baseAddress {
            let found = memchr(base + start, 0x0A, bytes.count - start)
            let end = found.map { base.distance(to: UnsafeRawPointer($0)) } ?? bytes.count
            if !isSkipping, rest.count + end - start > limit {
                rest = []
                isSkipping = true
                hand(.tooLong)
            }
            if !isSkipping { rest.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: end - start)) }
            guard found != nil else { return }
            if !isSkipping {
                hand(.line(rest))
                rest.removeAll(keepingCapacity: rest.capacity <= Self.keptCapacity)
            }
            isSkipping = false
            start = end + 1
        }
    }

    /// What stands behind the last end of line, when the stream has ended.
    mutating func finish() -> [UInt8] {
        defer { rest = [] }
        return rest
    }
}
