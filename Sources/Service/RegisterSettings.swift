import Engine
import Expressions

/// What the hub sets for its register, in `sojourn.yaml` under `register:`.
extension Settings {
    /// The name of the section.
    static let register = "register"

    /// When offers go stale, and who asks about them; nil where nothing is set.
    ///
    /// - Throws: `SettingsMistakes` with everything that is wrong.
    func confirmation() throws(SettingsMistakes) -> ConfirmationTerms? {
        guard let values = plugins[Self.register] else { return nil }
        var mistakes: [String] = []
        for name in values.keys.sorted() where !["stale-after", "programme"].contains(name) {
            mistakes.append("register: there is no setting \"\(name)\"; there are stale-after, programme")
        }
        let words = values["stale-after"]?.asString?.split(separator: " ").map(String.init) ?? []
        let days = words.first.flatMap { Int($0) }
        let isDays = words.count == 2 && (words[1] == "days" || words[1] == "day")
        if !isDays || !(days.map { ConfirmationTerms.daysRange.contains($0) } ?? false) {
            mistakes.append(
                "register: stale-after is a number of days from \(ConfirmationTerms.daysRange.lowerBound) to \(ConfirmationTerms.daysRange.upperBound), written 180 days"
            )
        }
        guard mistakes.isEmpty, let days else { throw SettingsMistakes(mistakes) }
        return ConfirmationTerms(
            staleDays: days, programme: values["programme"]?.asString ?? ConfirmationTerms.usualProgramme)
    }
}
