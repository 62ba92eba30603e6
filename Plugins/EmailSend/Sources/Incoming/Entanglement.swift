/// What no honest mail is: larger, or made of more parts within parts, than this. Found in one pass, before any parser.
enum Entanglement {
    /// Why these bytes are not read; nil: they are.
    static func found(in bytes: [UInt8]) -> String? {
        guard bytes.count <= EmailLimits.incomingBytes else {
            return "it is larger than \(EmailLimits.incomingBytes >> 20) MB"
        }
        if count("boundary", in: bytes) > EmailLimits.incomingMultiparts
            || count("message/", in: bytes) > EmailLimits.incomingMultiparts
        {
            return "it has more than \(EmailLimits.incomingMultiparts) parts within parts"
        }
        // A header is a few thousand bytes; a million lines of it are made to keep somebody busy.
        guard headerBytes(of: bytes) <= EmailLimits.incomingHeadersBytes else {
            return "its header is larger than \(EmailLimits.incomingHeadersBytes >> 10) KB"
        }
        return nil
    }

    /// How often a word of small letters stands there, in letters of either size.
    private static func count(_ word: StaticString, in bytes: [UInt8]) -> Int {
        let word = Array(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        guard bytes.count >= word.count else { return 0 }
        var count = 0
        for start in 0...(bytes.count - word.count) where bytes[start] | 0x20 == word[0] {
            var index = 1
            while index < word.count, bytes[start + index] | 0x20 == word[index] | 0x20 { index += 1 }
            if index == word.count { count += 1 }
        }
        return count
    }

    private static func headerBytes(of bytes: [UInt8]) -> Int {
        var lineIsEmpty = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0x0A:
                if lineIsEmpty { return index }
                lineIsEmpty = true
            case 0x0D: break
            default: lineIsEmpty = false
            }
        }
        return bytes.count
    }
}
