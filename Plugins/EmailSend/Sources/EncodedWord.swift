import CGMime

/// RFC 2047's encoded words, where GMime does not make them: for a text of ASCII that looks like one already.
///
/// GMime leaves such a text as it is, and a reader would decode what somebody wrote, line ends and all.
enum EncodedWord {
    /// RFC 2047 allows 75 characters a word; 42 bytes are 56 of base64.
    private static let contentBytes = 42

    static func resembles(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if previous == 0x3D && byte == 0x3F { return true }
            previous = byte
        }
        return false
    }

    /// The text for GMime: itself, or in encoded words if it resembles them.
    static func escaped(_ text: String) -> String {
        guard resembles(text) else { return text }
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > contentBytes { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?" + base64($0) + "?=" }.joined(separator: " ")
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        guard let text = g_base64_encode(bytes, gsize(bytes.count)) else { return "" }
        defer { g_free(text) }
        return String(cString: text)
    }
}
