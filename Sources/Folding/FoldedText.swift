import Foundation

/// Texts brought to one form, so that what people write differently is found and compared alike.
///
/// Letters lose case and accents (NFKD without marks); Arabic loses its short vowels, tatweel and the forms of alef,
/// hamza seats, yeh and teh marbuta; letters that Unicode does not take apart (ß, ø, ł …) are spelt out; digits of every
/// script are 0 to 9. Chinese and Japanese signs stand alone, since nothing else separates their words.
package enum FoldedText {
    /// The folded words of a text, in its order.
    package static func words(_ text: String) -> [String] {
        if let plain = plainWords(text) { return plain }
        var result: [String] = []
        var word = String.UnicodeScalarView()
        func end() {
            guard !word.isEmpty else { return }
            result.append(withoutArticle(word))
            word = String.UnicodeScalarView()
        }
        for scalar in text.lowercased().decomposedStringWithCompatibilityMapping.unicodeScalars {
            if let letters = spelling[scalar] {
                word.append(contentsOf: letters.unicodeScalars)
                continue
            }
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: continue
            case .decimalNumber:
                guard let digit = scalar.properties.numericValue.flatMap({ Int(exactly: $0) }) else { continue }
                word.append(contentsOf: String(digit).unicodeScalars)
            case .otherLetter where standsAlone(scalar):
                end()
                word.append(scalar)
                end()
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber,
                .otherNumber:
                word.append(scalar)
            // Apostrophes within a word, and the joiners of Arabic and Persian, part nothing.
            default: if !joiners.contains(scalar) { end() }
            }
        }
        end()
        return result
    }

    /// The folded words with a space between two.
    package static func joined(_ text: String) -> String { words(text).joined(separator: " ") }

    /// Words of ASCII, most of life; nil for any other text.
    private static func plainWords(_ text: String) -> [String]? {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        var result: [String] = []
        var word: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x61...0x7A, 0x30...0x39: word.append(byte)
            case 0x41...0x5A: word.append(byte | 0x20)
            case 0x27: continue
            default:
                if !word.isEmpty { result.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { result.append(String(decoding: word, as: UTF8.self)) }
        return result
    }

    private static let joiners: Set<Unicode.Scalar> = ["'", "\u{2019}", "\u{02BC}", "\u{200C}", "\u{200D}", "\u{00AD}"]

    /// Letters that have no decomposition, and the forms of Arabic that are one letter to a reader.
    private static let spelling: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h",
        "ŋ": "n", "ŧ": "t", "ς": "σ", "\u{0640}": "", "\u{0671}": "\u{0627}", "\u{0649}": "\u{064A}",
        "\u{06CC}": "\u{064A}", "\u{06A9}": "\u{0643}", "\u{0629}": "\u{0647}", "\u{06C1}": "\u{0647}",
    ]

    /// Whether a sign is a word of its own: Han, Hiragana, Katakana.
    private static func standsAlone(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
        default: false
        }
    }

    /// Arabic writes its article, and short prepositions before it, as one word with the noun.
    private static func withoutArticle(_ word: String.UnicodeScalarView) -> String {
        let text = String(word)
        guard let first = word.first, (0x0620...0x064A).contains(first.value) else { return text }
        for (prefix, rest) in [("وال", 3), ("بال", 3), ("كال", 3), ("فال", 3), ("ال", 3), ("لل", 3)]
        where text.unicodeScalars.starts(with: prefix.unicodeScalars) {
            let noun = word.dropFirst(prefix.unicodeScalars.count)
            return noun.count >= rest ? String(String.UnicodeScalarView(noun)) : text
        }
        return text
    }
}

/// The names of people and institutions, brought to a form in which spellings and scripts agree.
package enum FoldedName {
    /// Words that tell nothing apart: articles, prepositions, legal forms.
    private static let small: Set<String> = [
        "the", "of", "and", "for", "in", "at", "de", "du", "des", "la", "le", "les", "et", "d", "l", "del", "el", "los",
        "las", "y", "e", "da", "do", "das", "dos", "der", "die", "und", "zu", "di", "della", "i", "za", "ltd", "inc",
        "gmbh", "sa", "plc", "ev", "asbl",
    ]

    /// The telling words of a name in Latin letters, folded, each once, in the order of the alphabet.
    package static func words(_ name: String) -> [String] {
        let latin = name.utf8.allSatisfy { $0 < 0x80 } ? name : name.applyingTransform(.toLatin, reverse: false) ?? name
        let all = FoldedText.words(latin)
        let telling = all.filter { !small.contains($0) }
        return Array(Set(telling.isEmpty ? all : telling)).sorted()
    }

    /// One text for all spellings of a name.
    package static func key(_ name: String) -> String { words(name).joined(separator: " ") }

    /// How alike two names are, 0 to 1: twice the pairs of letters that they share by all that they have (Dice).
    package static func likeness(_ left: String, _ right: String) -> Double {
        let (a, b) = (key(left), key(right))
        if a == b { return a.isEmpty ? 0 : 1 }
        let (first, second) = (pairs(a), pairs(b))
        let total = first.values.reduce(0, +) + second.values.reduce(0, +)
        guard total > 0 else { return 0 }
        let shared = first.reduce(0) { $0 + min($1.value, second[$1.key] ?? 0) }
        return Double(2 * shared) / Double(total)
    }

    private static func pairs(_ text: String) -> [UInt64: Int] {
        let scalars = text.unicodeScalars.map { UInt64($0.value) }
        var result: [UInt64: Int] = [:]
        for (one, next) in zip(scalars, scalars.dropFirst()) { result[one << 32 | next, default: 0] += 1 }
        return result
    }
}
