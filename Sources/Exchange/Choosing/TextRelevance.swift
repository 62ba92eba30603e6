package import Expressions
import Folding

/// How much of what is asked for a text speaks of: words folded, cut to their stems, small words left out.
package enum TextRelevance {
    /// Letters of a stem: "environment", "environmental" and "environnement" are one.
    static let stemLetters = 6
    /// Letters of a word that tells something; signs that stand for words of their own count alone.
    static let leastLetters = 3

    /// The stems of a text, or of a list of texts, each once.
    package static func stems(of value: Value) -> [String] {
        let text: String
        switch value {
        case .string(let own): text = own
        case .list(let values): text = values.compactMap(\.asString).joined(separator: " ")
        default: return []
        }
        var seen: Set<String> = []
        return FoldedText.words(text.replacing("_", with: " ")).compactMap { word in
            let scalars = word.unicodeScalars
            let isSign = (scalars.first?.value ?? 0) >= 0x3040
            guard isSign || scalars.count >= leastLetters, !small.contains(word) else { return nil }
            let stem = String(String.UnicodeScalarView(scalars.prefix(stemLetters)))
            return seen.insert(stem).inserted ? stem : nil
        }
    }

    /// The share of the wanted stems that the offered text has, 0 to 1; 0 where nothing is wanted.
    package static func share(of wanted: Value, in offered: Value) -> Double {
        let all = stems(of: wanted)
        guard !all.isEmpty else { return 0 }
        let there = Set(stems(of: offered))
        return Double(all.count { there.contains($0) }) / Double(all.count)
    }

    /// Small words of the shipped languages, folded.
    private static let small: Set<String> = Set(
        """
        the and for with from that this are was were has have been will would can our their your they them his her its
        not but all any how what when where which who why into than then there these those such about over more most
        les des une dans pour par sur avec aux est sont ont qui que nos leur leurs cette ces plus entre mais comme etre
        los las una unos con por para del que son sus como mas entre este esta estos estas pero sin sobre hay han ser
        uma dos das nos nas com por para que sao seus suas como mais entre este esta estes estas mas sem sobre tem
        هذا هذه ذلك تلك التي الذي الى على عن من في مع بين كان كانت قد ما لا هو هي هم او ثم كل بعض
        """.split { $0.isWhitespace }.flatMap { FoldedText.words(String($0)) })
}
