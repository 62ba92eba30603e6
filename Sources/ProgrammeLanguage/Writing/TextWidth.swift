/// How wide text is in a drawing whose reader's font nobody knows: as wide as the wide ones of the common fonts.
enum TextWidth {
    /// In points, for a size in points.
    static func of(_ text: String, size: Int, isBold: Bool = false) -> Int {
        let thousandths = text.unicodeScalars.reduce(0) { $0 + width($1) }
        return (thousandths * size * (isBold ? 110 : 100) + 99_999) / 100_000
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar {
        case "i", "j", "l", "I", "'", ".", ",", ":", ";", "|", "!", " ": 320
        case "f", "t", "r", "(", ")", "[", "]", "-", "/": 410
        case "m", "w", "M", "W", "@", "%", "&", "→", "…", "≥": 930
        case "s", "c", "z", "k", "v", "x", "y": 560
        case "0"..."9", "a"..."z": 620
        case "A"..."Z": 700
        default:
            switch scalar.value {
            // Marks on other letters, and invisible signs of direction.
            case 0x300...0x36F, 0x64B...0x65F, 0x200B...0x200F, 0x2066...0x2069: 0
            case 0x0600...0x06FF: 560
            case 0x2E80...0xD7FF, 0xF900...0xFAFF, 0xFF00...0xFFEF: 1000
            default: 660
            }
        }
    }

    /// The text on so many lines at most, none wider; what is left over ends with `…`.
    static func wrapped(_ text: String, size: Int, width limit: Int, lines: Int, isBold: Bool = false) -> [String] {
        func fits(_ text: String) -> Bool { of(text, size: size, isBold: isBold) <= limit }
        var result: [String] = []
        var line = ""
        for (word, isGlued) in pieces(text, fits) {
            let longer = line.isEmpty ? word : line + (isGlued ? "" : " ") + word
            if !fits(longer), !line.isEmpty {
                result.append(line)
                line = word
            } else {
                line = longer
            }
        }
        if !line.isEmpty { result.append(line) }
        guard result.count > lines else { return result }
        var last = result[lines - 1]
        while !last.isEmpty, !fits(last + "…") { last.removeLast() }
        return Array(result.prefix(lines - 1)) + [last + "…"]
    }

    /// Words; one that is wider than a line in pieces, of which all but the first stand close to the one before.
    private static func pieces(_ text: String, _ fits: (String) -> Bool) -> [(text: String, isGlued: Bool)] {
        var result: [(text: String, isGlued: Bool)] = []
        for word in text.split(separator: " ") {
            var piece = ""
            var isGlued = false
            for character in word {
                if !piece.isEmpty, !fits(piece + String(character)) {
                    result.append((piece, isGlued))
                    (piece, isGlued) = ("", true)
                }
                piece.append(character)
            }
            result.append((piece, isGlued))
        }
        return result
    }
}
