/// The plural forms of languages, after the cardinal rules of the Unicode CLDR (plurals.xml), against which a test holds them.
///
/// A number counts as it is written: 1.5 has one visible digit behind its point, 2 has none.
package enum PluralRules {
    /// A number by the operands of CLDR: `n` its size, `i` the whole part, `v` and `f` how many digits stand behind the point
    /// and which.
    private struct Operands {
        let n: Double
        let i: Int
        let v: Int
        let f: Int

        init(_ number: Double) {
            n = number.magnitude
            let text = FormReading.plain(n)
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            let isWhole = n == n.rounded(.towardZero)
            // Beyond what is counted every language takes the form of a round hundred.
            i = Int(exactly: n.rounded(.towardZero)) ?? 100
            v = isWhole ? 0 : max(1, parts.count == 2 ? parts[1].utf8.count : 1)
            f = isWhole || parts.count < 2 ? 0 : Int(parts[1]) ?? 0
        }

        var isWhole: Bool { v == 0 }
        /// Millions take "de" before the noun in the Romance languages.
        var isMillions: Bool { isWhole && i != 0 && i % 1_000_000 == 0 }
    }

    /// The languages that follow one rule.
    private enum Family {
        case none, english, greek, spanish, french, portuguese, italian, russian, polish, serbian, macedonian, arabic,
            czech
        case romanian, hebrew, hindi, slovene
    }

    private static let families: [String: Family] = [
        "zh": .none, "ja": .none, "ko": .none, "vi": .hindi, "th": .none, "id": .none, "ms": .none,
        "en": .english, "de": .english, "nl": .english, "sv": .english, "fi": .english, "et": .english, "ur": .english,
        "el": .greek, "tr": .greek, "bg": .greek, "hu": .greek, "sq": .greek, "nb": .greek, "no": .greek, "ka": .greek,
        "az": .greek, "uz": .greek, "kk": .greek, "ky": .greek, "mn": .greek, "sw": .english, "es": .spanish,
        "fr": .french, "pt": .portuguese, "it": .italian, "ru": .russian, "uk": .russian, "be": .russian, "pl": .polish,
        "bs": .serbian, "hr": .serbian, "sr": .serbian, "mk": .macedonian, "ar": .arabic, "cs": .czech, "sk": .czech,
        "ro": .romanian, "he": .hebrew, "hi": .hindi, "fa": .hindi, "bn": .hindi, "am": .hindi, "sl": .slovene,
    ]

    /// Those that are known here.
    package static var languages: [String] { families.keys.sorted() }

    private static func family(_ language: String) -> Family? { families[String(language.prefix { $0 != "-" })] }

    /// The forms that a text with a count must have beside `other`; nil for a language that is not known.
    ///
    /// `many` of the Romance languages is for whole millions only and may be left out.
    package static func categories(of language: String) -> [String]? {
        switch family(language) {
        case .none?: []
        case .english?, .greek?, .spanish?, .french?, .portuguese?, .italian?, .macedonian?, .hindi?: ["one"]
        case .serbian?, .romanian?: ["one", "few"]
        case .russian?, .polish?, .czech?: ["one", "few", "many"]
        case .arabic?: ["zero", "one", "two", "few", "many"]
        case .hebrew?: ["one", "two"]
        case .slovene?: ["one", "two", "few"]
        case nil: nil
        }
    }

    /// Forms that may be given and need not.
    package static func optionalCategories(of language: String) -> [String] {
        switch family(language) {
        case .spanish?, .french?, .portuguese?, .italian?: ["many"]
        default: []
        }
    }

    /// The form for a number: `zero`, `one`, `two`, `few`, `many` or `other`.
    package static func category(of number: Double, in language: String) -> String {
        guard number.isFinite else { return "other" }
        let x = Operands(number)
        switch family(language) {
        case .none?: return "other"
        case .greek?: return x.n == 1 ? "one" : "other"
        case .spanish?: return x.n == 1 ? "one" : x.isMillions ? "many" : "other"
        case .french?: return x.i <= 1 ? "one" : x.isMillions ? "many" : "other"
        case .portuguese? where language != "pt-PT": return x.i <= 1 ? "one" : x.isMillions ? "many" : "other"
        case .italian?, .portuguese?: return x.i == 1 && x.isWhole ? "one" : x.isMillions ? "many" : "other"
        case .russian?: return x.isWhole ? slavic(x.i, last: "many") : "other"
        case .polish?:
            guard x.isWhole else { return "other" }
            return x.i == 1 ? "one" : slavic(x.i, last: "many") == "few" ? "few" : "many"
        case .serbian?: return slavic(x.isWhole ? x.i : x.f, last: "other")
        case .macedonian?: return slavic(x.isWhole ? x.i : x.f, last: "other") == "one" ? "one" : "other"
        case .arabic?: return arabic(x)
        case .czech?: return !x.isWhole ? "many" : x.i == 1 ? "one" : (2...4).contains(x.i) ? "few" : "other"
        case .romanian?:
            if x.isWhole, x.i == 1 { return "one" }
            return !x.isWhole || x.i == 0 || (1...19).contains(x.i % 100) ? "few" : "other"
        case .hebrew?:
            if x.i == 1 && x.isWhole || x.i == 0 && !x.isWhole { return "one" }
            return x.i == 2 && x.isWhole ? "two" : "other"
        case .hindi?: return x.i == 0 || x.n == 1 ? "one" : "other"
        case .slovene?:
            guard x.isWhole else { return "few" }
            return [1: "one", 2: "two", 3: "few", 4: "few"][x.i % 100] ?? "other"
        case .english?, nil: return x.i == 1 && x.isWhole ? "one" : "other"
        }
    }

    private static func slavic(_ whole: Int, last: String) -> String {
        let (ten, hundred) = (whole % 10, whole % 100)
        if ten == 1, hundred != 11 { return "one" }
        return (2...4).contains(ten) && !(12...14).contains(hundred) ? "few" : last
    }

    private static func arabic(_ x: Operands) -> String {
        guard x.n == Double(x.i) else { return "other" }
        if let word = [0: "zero", 1: "one", 2: "two"][x.i] { return word }
        let hundred = x.i % 100
        return (3...10).contains(hundred) ? "few" : hundred >= 11 ? "many" : "other"
    }
}
