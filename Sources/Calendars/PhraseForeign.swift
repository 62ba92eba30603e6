/// Spellings from elsewhere, known so that each is answered with what to write here.
enum PhraseForeign {
    static let numbers: [String: Int] = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "twelve": 12,
    ]

    /// Units of time in French, Spanish, Portuguese, German, Russian, Bosnian, Arabic and Chinese.
    static let units: Set<String> = [
        "jour", "jours", "heure", "heures", "semaine", "semaines", "mois", "an", "ans", "día", "días", "dia", "dias",
        "hora", "horas", "semana", "semanas", "mes", "meses", "mês", "año", "años", "ano", "anos", "tag", "tage",
        "tagen",
        "дней", "дня", "день", "недели", "месяца", "dan", "dana", "sedmica", "mjeseci", "أيام", "يوم", "أشهر", "天", "月",
    ]

    static let zones: Set<String> = ["cet", "cest", "utc", "gmt", "eet", "eest", "est", "edt", "z"]

    private static let weekdays: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "tomorrow", "today",
    ]

    /// The mistake of a whole text that is a foreign form, from its small letters; nil where it is not.
    static func message(_ text: String, words: [String], names: PhraseNames) -> String? {
        if LocalDate(iso: text) != nil {
            return "a programme runs for years: write a phrase; fixed dates go in the case or in a call's list"
        }
        if text.contains(",") { return "one phrase here, without commas; for two times write \"7 and 14 days\"" }
        guard let first: String = words.first else { return nil }
        if first.hasPrefix("t-"), let days: Int = count(first.dropFirst(2)) {
            return "write \"\(days) days before \(names.example)\""
        }
        if first.hasPrefix("-"), count(first.dropFirst()) != nil {
            let rest: [String] = words.dropFirst().map { $0 == "before" ? "after" : $0 }
            let edge: String = words.contains("before") && !words.contains("starts") ? " starts" : ""
            return "a number of days has no minus; write \""
                + ([String(first.dropFirst())] + rest).joined(separator: " ") + "\(edge)\""
        }
        if first.hasPrefix("+") { return "a number has no sign; write \"7 days\"" }
        if words.count == 1, let fix: String = abbreviation(first) { return "write \"\(fix)\"" }
        if LocalTime(first) != nil {
            return "an hour alone is no day; write for example \"7 days before \(names.example) at \(first)\""
        }
        if first == "end" || first == "next" || words.contains(where: weekdays.contains)
            || words.suffix(3) == ["of", "the", "month"]
        {
            return "only dates of the case can be hung on; \(names.known)"
        }
        return nil
    }

    /// `5d`, `P5D`, `PT48H` in words.
    private static func abbreviation(_ word: String) -> String? {
        var body: Substring = word[...]
        let isHour: Bool = body.hasPrefix("pt")
        if isHour { body = body.dropFirst(2) } else if body.hasPrefix("p") { body = body.dropFirst() }
        guard let letter: Unicode.Scalar = body.unicodeScalars.last, let count: Int = count(body.dropLast()) else {
            return nil
        }
        let unit: String
        switch letter {
        case "h": unit = "hour"
        case "d": unit = "day"
        case "w": unit = "week"
        case "m": unit = isHour ? "hour" : "month"
        case "y": unit = "year"
        default: return nil
        }
        return "\(count) \(unit)\(count == 1 ? "" : "s")"
    }

    private static func count(_ digits: Substring) -> Int? {
        guard (1...4).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(digits)
    }

    /// `36 hours` for `1.5 days`; nil where it is no whole number of hours.
    static func wholeHours(_ number: String, unit: String?) -> String? {
        let parts: [Substring] = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count <= 2, let whole: Int = count(parts[0]),
            let fraction: Int = count(parts[1])
        else { return nil }
        let hours: Int
        switch unit {
        case "day", "days": hours = 24
        case "week", "weeks": hours = 168
        default: return nil
        }
        let scale: Int = parts[1].utf8.count == 1 ? 10 : 100
        let total: Int = (whole * scale + fraction) * hours
        return total % scale == 0 && total > 0 ? "\(total / scale) hours" : nil
    }
}
