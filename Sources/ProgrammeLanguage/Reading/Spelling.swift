import Expressions

/// Proposals for misspelt words.
package enum Spelling {
    /// The known word that is nearest, if one is near enough to be meant.
    package static func nearest(_ word: String, among known: [String]) -> String? {
        if let near = closest(to: word, among: known) { return near }
        let lower = word.lowercased()
        if known.contains(lower) { return lower }
        let hyphens = String(lower.map { $0 == "_" ? "-" : $0 })
        if known.contains(hyphens) { return hyphens }
        return word.utf8.count >= 4
            ? known.sorted().first { $0.hasPrefix(lower) || lower.hasPrefix($0) && $0.utf8.count >= 4 } : nil
    }

    /// A name of small letters, digits and `_` made of any word, or empty.
    package static func plainName(_ word: String) -> String {
        var result = ""
        for scalar in word.lowercased().unicodeScalars {
            if let plain = plain(scalar) {
                result += plain
            } else if !result.hasSuffix("_"), !result.isEmpty {
                result += "_"
            }
        }
        while result.hasSuffix("_") { result.removeLast() }
        while let first = result.utf8.first, !(0x61...0x7A).contains(first) { result.removeFirst() }
        return String(result.prefix(40))
    }

    private static let folded: [Unicode.Scalar: String] = [
        "à": "a", "á": "a", "â": "a", "ã": "a", "ä": "a", "å": "a", "ç": "c", "č": "c", "ć": "c", "è": "e", "é": "e",
        "ê": "e", "ë": "e", "ì": "i", "í": "i", "î": "i", "ï": "i", "ñ": "n", "ò": "o", "ó": "o", "ô": "o", "õ": "o",
        "ö": "o", "ø": "o", "ù": "u", "ú": "u", "û": "u", "ü": "u", "ý": "y", "ÿ": "y", "š": "s", "ž": "z", "đ": "d",
        "ß": "ss", "æ": "ae", "œ": "oe",
    ]

    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) { return String(Character(scalar)) }
        return folded[scalar]
    }
}
