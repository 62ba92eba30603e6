extension Unicode.Scalar {
    /// Whether the scalar steers a terminal or turns the order of text around instead of being seen: controls (C0, DEL,
    /// C1), line and paragraph separators, bidirectional controls, byte-order marks and annotation marks.
    var isSteering: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x206F, 0xFEFF, 0xFFF9...0xFFFB:
            true
        default: false
        }
    }
}

extension String {
    /// The text with every scalar that steers terminals written out: `\n`, `\t`, `\r`, else `\u{1b}`.
    /// - Parameter keepsLines: lets line feeds and tabs be.
    func visible(keepsLines: Bool = false) -> String {
        guard unicodeScalars.contains(where: \.isSteering) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n" where keepsLines, "\t" where keepsLines: result.unicodeScalars.append(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                if scalar.isSteering {
                    result += "\\u{\(String(scalar.value, radix: 16))}"
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result
    }

    /// JSON text with the same scalars as JSON's own escapes, so that it means the same and is harmless on a terminal.
    var visibleJSON: String {
        guard unicodeScalars.contains(where: { $0.isSteering && $0 != "\n" }) else { return self }
        var result = ""
        for scalar in unicodeScalars {
            if scalar.isSteering, scalar != "\n" {
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
