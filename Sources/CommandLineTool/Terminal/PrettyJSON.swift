import Expressions

extension Value {
    /// The value as JSON over several lines, two spaces a level; empty lists and objects stay `[]` and `{}`.
    var prettyJSON: String {
        var result: [UInt8] = []
        var (level, isText, isEscaped) = (0, false, false)
        func newLine() { result += [0x0A] + Array(repeating: 0x20, count: 2 * level) }
        for byte in jsonBytes {
            if isText {
                result.append(byte)
                if byte == UInt8(ascii: "\""), !isEscaped { isText = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                result.append(byte)
                level += 1
                newLine()
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                level -= 1
                // Nothing but blanks since the opening bracket: the two close up.
                let content = result.lastIndex { $0 != 0x20 && $0 != 0x0A }
                if let content, result[content] == byte - 2 {
                    result.removeSubrange((content + 1)...)
                } else {
                    newLine()
                }
                result.append(byte)
            case UInt8(ascii: ","):
                result.append(byte)
                newLine()
            case UInt8(ascii: ":"): result += [byte, 0x20]
            default:
                isText = byte == UInt8(ascii: "\"")
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
