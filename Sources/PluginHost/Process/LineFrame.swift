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

    init(limit: Int) { self.limit = limit }

    /// Takes what was read, and hands on each line that is complete.
    mutating func take(_ bytes: UnsafeRawBufferPointer, _ hand: (Piece) -> Void) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A)
            let piece = bytes[start..<(end ?? bytes.count)]
            if !isSkipping, rest.count + piece.count > limit {
                rest = []
                isSkipping = true
                hand(.tooLong)
            }
            if !isSkipping { rest.append(contentsOf: piece) }
            guard let end else { return }
            if !isSkipping {
                hand(.line(rest))
                rest.removeAll(keepingCapacity: rest.capacity <= 1 << 16)
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
