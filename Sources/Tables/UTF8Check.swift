/// The offset of the first byte that is not UTF-8 (RFC 3629: no overlong forms, no surrogates), or nil.
func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    var position: Int = 0
    while position < bytes.count {
        guard bytes[position] >= 0x80 else {
            position += 1
            continue
        }
        let length: Int = sequenceLength(bytes, at: position)
        guard length > 0 else { return position }
        position += length
    }
    return nil
}

/// How many bytes the well-formed sequence of two to four bytes at `position` has; 0 if it is not well formed.
private func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
    let lead: UInt8 = bytes[position]
    // Unicode 15, table 3-7: length and the range of the second byte by lead byte.
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: return 0
    }
    guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
    for offset: Int in 2..<max(2, length) where bytes[position + offset] & 0xC0 != 0x80 { return 0 }
    return length
}
