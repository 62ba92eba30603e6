/// Numbers, units and hours of a phrase.
extension PhraseParser {
    mutating func count() throws(PhraseMistake) -> Int {
        guard let word: String = word() else {
            throw mistake("a number is missing; write for example \"5 working days\"")
        }
        if let number: Int = PhraseForeign.numbers[word] {
            let unit: String = self.word(1).map { " \($0)" } ?? ""
            throw mistake("numbers are written in digits: \"\(number)\(unit)\"")
        }
        guard let first: UInt8 = word.utf8.first, (0x30...0x39).contains(first) else {
            throw mistake(
                "\"\(word)\" is no time; write for example \"5 working days\" or \"60 days before \(names.example)\"")
        }
        if word.utf8.contains(UInt8(ascii: ".")) {
            let hours: String? = PhraseForeign.wholeHours(word, unit: self.word(1))
            throw mistake("only whole numbers" + (hours.map { "; write \"\($0)\"" } ?? ""))
        }
        guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw mistake("\"\(word)\" is no number; write for example \"7 days\"")
        }
        if word.utf8.allSatisfy({ $0 == 0x30 }) { throw mistake(zeroMessage()) }
        guard first != 0x30, word.utf8.count <= 4, let value: Int = Int(word), value <= TimePhrase.countLimit else {
            throw mistake("a number goes from 1 to \(TimePhrase.countLimit), without leading zeros")
        }
        skip()
        return value
    }

    private func zeroMessage() -> String {
        var rest: [String] = []
        while let next: String = word(rest.count + 1) { rest.append(next) }
        let unit: String = rest.prefix { $0 != "before" && $0 != "after" }.joined(separator: " ")
        let isAfter: Bool = rest.contains("after")
        guard isAfter || rest.contains("before"), let name: String = rest.last, name != "due" else {
            return "0 \(unit) is no delay; leave it out, or write 1 or more"
        }
        return "0 \(unit) is no delay; write \"\(isAfter ? "last" : "first") day of \(name)\""
    }

    mutating func unit() throws(PhraseMistake) -> TimePhrase.Unit {
        guard let word: String = word() else {
            throw mistake("a unit is missing: hours, days, working days, weeks, months or years")
        }
        switch word {
        case "hour", "hours": skip()
        case "day", "days":
            skip()
            return .day
        case "week", "weeks":
            skip()
            return .week
        case "month", "months":
            skip()
            return .month
        case "year", "years":
            skip()
            return .year
        case "working":
            guard ["day", "days"].contains(self.word(1)) else { throw mistake("write \"working days\"") }
            skip(2)
            return .workingDay
        case "workday", "workdays", "weekday", "weekdays", "business":
            throw mistake("write \"\(previousCount)working days\"")
        case "minute", "minutes", "second", "seconds", "min":
            throw mistake("the shortest unit is the hour; write \"1 hour\"")
        default: throw unknownUnit(word)
        }
        return .hour
    }

    /// The number just read, with a blank behind it, to be said again.
    private var previousCount: String {
        word(-1).flatMap { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? $0 + " " : nil } ?? ""
    }

    private func unknownUnit(_ word: String) -> PhraseMistake {
        if word == "to" {
            let last: String = [self.word(1), self.word(2)].compactMap { $0 }.joined(separator: " ")
            return mistake("a time is one moment, not a range; write the last day: \"\(last)\"")
        }
        if PhraseForeign.units.contains(word) {
            return mistake("phrases are in English in every file: \"10 working days\", \"3 months\"")
        }
        return mistake("\"\(word)\" is no unit; use hours, days, working days, weeks, months or years")
    }

    /// `7 days`, `3 months and 10 days`, or several moments: `7 and 14 and 21 days`.
    mutating func amounts() throws(PhraseMistake) -> [[TimePhrase.Part]] {
        let start: Int = place
        var counts: [Int] = [try count()]
        while take("and") {
            let next: Int = try count()
            guard !counts.contains(next) else { throw mistake("\(next) stands twice", from: start) }
            counts.append(next)
        }
        guard counts.count <= TimePhrase.momentsLimit else {
            throw mistake("at most \(TimePhrase.momentsLimit) times in one phrase", from: start)
        }
        let unit: TimePhrase.Unit = try unit()
        if counts.count > 1 {
            if word() == "and" { throw mistake("several times have one unit: \"7 and 14 days\"", from: start) }
            return counts.map { [TimePhrase.Part(count: $0, unit: unit)] }
        }
        var parts: [TimePhrase.Part] = [TimePhrase.Part(count: counts[0], unit: unit)]
        while take("and") {
            let part = TimePhrase.Part(count: try count(), unit: try self.unit())
            if let message: String = PhraseParser.objection(to: part, after: parts[parts.count - 1]) {
                skip(-1)
                throw mistake(message, from: start)
            }
            parts.append(part)
        }
        return [parts]
    }

    private static let ranks: [TimePhrase.Unit: Int] = [.day: 1, .week: 2, .month: 3, .year: 4]

    /// Why two parts cannot be added; nil where they can.
    private static func objection(to part: TimePhrase.Part, after former: TimePhrase.Part) -> String? {
        if part.unit == former.unit {
            return
                "\"and\" adds different units; for two times write \"\(former.count) and \(part.count) \(part.unit.rawValue)s\""
        }
        if part.unit == .workingDay || former.unit == .workingDay {
            return "working days do not mix with other units; write one of them"
        }
        guard let rank: Int = ranks[part.unit], let before: Int = ranks[former.unit] else {
            return "hours do not mix with other units; write one of them"
        }
        return rank < before ? nil : "the larger unit comes first: \"\(part.text) and \(former.text)\""
    }

    /// `at 09:00`; nil where no hour is said.
    mutating func hourOfDay() throws(PhraseMistake) -> LocalTime? {
        guard take("at") else { return nil }
        guard let word: String = word() else { throw mistake("an hour is missing; write \"at 09:00\"") }
        if word == "24:00" {
            throw mistake("the day ends at 23:59; write \"at 00:00\" with one day more, or leave the hour out")
        }
        guard let time: LocalTime = LocalTime(word) else {
            throw mistake("hours are written 00:00 to 23:59: \"at \(PhraseParser.hour(word) ?? "09:00")\"")
        }
        skip()
        return time
    }

    /// `09:00` for `9am`, `9:00`, `9`, `9pm`.
    private static func hour(_ word: String) -> String? {
        let digits: Substring = word.prefix { $0.isASCII && $0.isNumber }
        guard digits.utf8.count <= 2, let number: Int = Int(digits) else { return nil }
        let isAfternoon: Bool = word.hasSuffix("pm") && number < 12
        let minutes: Int = (number + (isAfternoon ? 12 : 0)) * 60
        let isWhole: Bool = ["", "am", "pm", ":00", "h", "h00"].contains(word.dropFirst(digits.count))
        return isWhole ? LocalTime(minutes: minutes)?.description : nil
    }

    /// `or the next working day`; nil where no shift is said.
    mutating func shift() throws(PhraseMistake) -> TimePhrase.Shift? {
        guard take("or") else { return nil }
        _ = take("the")
        guard let shift: TimePhrase.Shift = word().flatMap(TimePhrase.Shift.init(rawValue:)), word(1) == "working",
            word(2) == "day"
        else { throw mistake("write \"or the next working day\" or \"or the previous working day\"") }
        skip(3)
        return shift
    }
}
