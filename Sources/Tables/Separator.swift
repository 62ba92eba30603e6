/// The separator that a table's first line shows.
struct Separator {
    let byte: UInt8
    /// Bytes of a first line `sep=;`, which spreadsheets write and which is no row; 0 without one.
    let declarationBytes: Int

    /// Looks at the first line: `sep=X`, or whichever of `,` `;` and tab stands there most often outside quotes.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        if bytes.count > 5, bytes.starts(with: Array("sep=".utf8)) {
            let end: Int = 5
            if bytes[end] == Mark.newLine || bytes[end] == Mark.carriageReturn {
                let isPair: Bool = !isLineEnd(bytes, at: end) && end + 1 < bytes.count
                self.init(byte: bytes[4], declarationBytes: isPair ? end + 2 : end + 1)
                return
            }
        }
        self.init(byte: Separator.mostFrequent(in: bytes), declarationBytes: 0)
    }

    private init(byte: UInt8, declarationBytes: Int) {
        self.byte = byte
        self.declarationBytes = declarationBytes
    }

    private static func mostFrequent(in bytes: UnsafeBufferPointer<UInt8>) -> UInt8 {
        let candidates: [UInt8] = [Mark.comma, Mark.semicolon, Mark.tab]
        var counts: [Int] = [0, 0, 0]
        var isQuoted: Bool = false
        for byte: UInt8 in bytes {
            if byte == Mark.quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == Mark.newLine || byte == Mark.carriageReturn { break }
            if let index: Int = candidates.firstIndex(of: byte) { counts[index] += 1 }
        }
        let best: Int =
            counts.indices.max { (left: Int, right: Int) in
                // Of equals the earlier one wins.
                counts[left] == counts[right] ? left > right : counts[left] < counts[right]
            } ?? 0
        return candidates[best]
    }
}
