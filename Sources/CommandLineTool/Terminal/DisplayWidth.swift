extension String {
    /// How many columns a terminal gives the text: wide East Asian characters and emoji 2, combining marks 0.
    var columns: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.columns } }

    /// The text if it fits, else its beginning with `…` behind.
    func truncated(columns limit: Int) -> String {
        guard columns > limit else { return self }
        var (result, used) = ("", 1)
        for character in self {
            used += character.columns
            if used > limit { break }
            result.append(character)
        }
        return limit > 0 ? result + "…" : ""
    }
}

extension Character {
    /// The columns of what a person sees as one character.
    var columns: Int {
        guard let first = unicodeScalars.first else { return 0 }
        // A picture made of several (a family, a flag, a keycap) is drawn as one.
        if first.properties.isEmojiPresentation { return 2 }
        if first.properties.isEmoji, unicodeScalars.contains("\u{FE0F}") { return 2 }
        return unicodeScalars.reduce(0) { $0 + $1.columns }
    }
}

extension Unicode.Scalar {
    /// The columns of the scalar by itself.
    var columns: Int {
        if value < 0x300 { return value == 0 || value == 0xAD ? 0 : 1 }
        // Vowels and finals of Korean syllables join the consonant in front of them.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return properties.isEmojiPresentation || isWide ? 2 : 1
        }
    }

    /// East Asian Wide and Fullwidth of UAX #11, emoji apart.
    private var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4CF,
            0xA960...0xA97C, 0xAC00...0xD7A3,
            0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
            0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
