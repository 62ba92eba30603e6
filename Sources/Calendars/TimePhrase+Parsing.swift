/// Why a phrase is none, and what to write instead.
public struct PhraseMistake: Error, Hashable, Sendable {
    /// A sentence without a full stop.
    public let message: String
    /// Where it begins, in code points from the start of the phrase.
    public let offset: Int
}

extension TimePhrase {
    /// Reads a phrase.
    ///
    /// - Parameters:
    ///   - dates: names of the dates that it may hang on; nil takes any name.
    ///   - states: names of the states for `first STATE`; nil takes any name.
    public static func parse(
        _ text: String, dates: Set<String>? = nil, states: Set<String>? = nil
    ) -> Result<TimePhrase, PhraseMistake> {
        var parser = PhraseParser(text: text, dates: dates, states: states)
        do {
            return .success(try parser.phrase())
        } catch {
            return .failure(error)
        }
    }

    /// Reads a range such as `14 to 28 days`: normal from the first, late after the second; or one phrase.
    public static func parseRange(
        _ text: String, dates: Set<String>? = nil, states: Set<String>? = nil
    ) -> Result<(from: TimePhrase?, to: TimePhrase), PhraseMistake> {
        let words = text.split(separator: " ")
        if words.count >= 4, words[1] == "to", words[0].utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            let rest = words[3...].joined(separator: " ")
            let first = parse("\(words[0]) \(rest)", dates: dates, states: states)
            let second = parse("\(words[2]) \(rest)", dates: dates, states: states)
            switch (first, second) {
            case (.success(let first), .success(let second)):
                guard first.days.most < second.days.most else {
                    return .failure(
                        PhraseMistake(message: "\(text) goes downward; the smaller number comes first", offset: 0))
                }
                return .success((first, second))
            case (.failure(let mistake), _), (_, .failure(let mistake)): return .failure(mistake)
            }
        }
        return parse(text, dates: dates, states: states).map { (nil, $0) }
    }
}

/// One pass over the words of a phrase.
private struct PhraseParser {
    struct Word {
        let text: String
        let offset: Int
    }

    let text: String
    let dates: Set<String>?
    let states: Set<String>?
    private var words: [Word] = []
    private var position = 0
    private static let longest = 200

    init(text: String, dates: Set<String>?, states: Set<String>?) {
        self.text = text
        self.dates = dates
        self.states = states
        var word = String.UnicodeScalarView()
        var start = 0
        var offset = 0
        for scalar in text.unicodeScalars {
            if scalar == " " {
                if !word.isEmpty { words.append(Word(text: String(word), offset: start)) }
                word = String.UnicodeScalarView()
                start = offset + 1
            } else {
                if word.isEmpty { start = offset }
                word.append(scalar)
            }
            offset += 1
        }
        if !word.isEmpty { words.append(Word(text: String(word), offset: start)) }
    }

    private func mistake(_ message: String, at offset: Int? = nil) -> PhraseMistake {
        PhraseMistake(
            message: message, offset: offset ?? (words.indices.contains(position) ? words[position].offset : 0))
    }

    private var word: String? { words.indices.contains(position) ? words[position].text : nil }
    private func word(_ ahead: Int) -> String? {
        words.indices.contains(position + ahead) ? words[position + ahead].text : nil
    }

    private mutating func take(_ expected: String) -> Bool {
        guard word == expected else { return false }
        position += 1
        return true
    }

    private var knownDates: String {
        guard let dates, !dates.isEmpty else { return "this programme declares no date" }
        return "dates of this programme: \(dates.sorted().joined(separator: ", "))"
    }

    mutating func phrase() throws(PhraseMistake) -> TimePhrase {
        guard text.utf8.count <= Self.longest else {
            throw mistake("a time phrase is short; this has \(text.utf8.count) bytes", at: 0)
        }
        guard !words.isEmpty else { throw mistake("a time is missing; write for example \"5 working days\"", at: 0) }
        try refuseForeign()
        let result = word == "every" ? try repetition() : try moment()
        if let extra = word { throw trailing(extra) }
        return result
    }

    /// Spellings from elsewhere, each with what to write here.
    private func refuseForeign() throws(PhraseMistake) {
        let lower = text.lowercased()
        if lower != text, LocalDate(iso: text) == nil, !text.hasPrefix("P"), !text.hasPrefix("T-") {
            // A name never has capitals; say the whole phrase in small letters unless that is where another mistake lies.
            if !words.contains(where: {
                $0.text == "CET" || $0.text == "CEST" || $0.text == "UTC" || $0.text == "Monday"
            }) {
                throw mistake("phrases are written in small letters: \"\(lower)\"", at: 0)
            }
        }
        if text.contains(",") { throw mistake("one phrase here; for two times write \"7 and 14 days\"", at: 0) }
        if LocalDate(iso: text) != nil {
            throw mistake(
                "a programme runs for years: write a phrase; fixed dates go in the case or in a call's list", at: 0)
        }
        let first = words[0].text
        if first.hasPrefix("T-"), let days = Int(first.dropFirst(2)) {
            throw mistake("write \"\(days) days before \(dates?.sorted().first ?? "visit")\"", at: 0)
        }
        if first.hasPrefix("-") {
            throw mistake("a number of days has no minus; write \"3 days after visit starts\"", at: 0)
        }
        if first.count >= 2, let last = first.last, "dhwmy".contains(last), let count = Int(first.dropLast()) {
            let units: [Character: String] = ["d": "days", "h": "hours", "w": "weeks", "m": "months", "y": "years"]
            throw mistake("write \"\(count) \(units[last] ?? "days")\"", at: 0)
        }
        if first.hasPrefix("P"), first.dropFirst().contains(where: \.isNumber) {
            throw mistake("write \"5 days\"", at: 0)
        }
        if LocalTime(first) != nil {
            throw mistake("an hour alone is no day; write for example \"7 days before visit at \(first)\"", at: 0)
        }
        if first == "end" || first == "next" || text.contains("of the month") {
            throw mistake("only dates of the case can be hung on; \(knownDates)", at: 0)
        }
    }

    private func trailing(_ extra: String) -> PhraseMistake {
        if ["CET", "CEST", "UTC", "GMT"].contains(extra) {
            return mistake("the hour is in the zone of the date's place; leave \"\(extra)\" out")
        }
        if extra == "and" { return mistake("working days do not mix with other units; write one of them") }
        return mistake("\"\(extra)\" is too much here; the phrase ends before it")
    }

    // MARK: Parts

    private mutating func count() throws(PhraseMistake) -> Int {
        guard let word else { throw mistake("a number is missing") }
        let numbers = ["one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10]
        if let number = numbers[word] { throw mistake("numbers are written in digits: \"\(number)\"") }
        if word.contains(".") || word.contains(",") {
            throw mistake("only whole numbers; write hours instead, such as \"36 hours\"")
        }
        guard let first = word.utf8.first, (0x30...0x39).contains(first),
            word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(word)
        else {
            throw mistake("\"\(word)\" is no time; write for example \"5 working days\" or \"60 days before visit\"")
        }
        guard value > 0 else { throw mistake("0 is no delay; write \"first day of visit\"") }
        guard value <= 9999, first != 0x30 else { throw mistake("a number goes from 1 to 9999, without leading zeros") }
        position += 1
        return value
    }

    private mutating func unit() throws(PhraseMistake) -> TimePhrase.Unit {
        guard let word else {
            throw mistake(
                "a unit is missing: hours, days, working days, weeks, months or years", at: text.unicodeScalars.count)
        }
        position += 1
        switch word {
        case "hour", "hours": return .hour
        case "day", "days": return .day
        case "week", "weeks": return .week
        case "month", "months": return .month
        case "year", "years": return .year
        case "working":
            guard let next = self.word, next == "day" || next == "days" else { throw mistake("write \"working days\"") }
            position += 1
            return .workingDay
        case "workday", "workdays", "business":
            position -= 1
            throw mistake("\"\(word)\" is no unit; write \"working days\"")
        case "minute", "minutes", "second", "seconds":
            position -= 1
            throw mistake("the shortest unit is the hour; write \"1 hour\"")
        case "to":
            position -= 1
            throw mistake("a time is one moment, not a range; write the last day")
        case "jour", "jours", "día", "días", "dia", "dias", "mois", "semana", "semanas", "semaines", "dana", "dan":
            position -= 1
            throw mistake("phrases are in English in every file: \"10 working days\", \"3 months\"")
        default:
            position -= 1
            throw mistake("\"\(word)\" is no unit; use hours, days, working days, weeks, months or years")
        }
    }

    private static let order: [TimePhrase.Unit] = [.hour, .day, .week, .month, .year]

    /// `7 days`, `3 months and 10 days`, `7 and 14 and 21 days`.
    private mutating func amounts() throws(PhraseMistake) -> [[TimePhrase.Part]] {
        let first = try count()
        if word == "and" {
            var counts = [first]
            while take("and") {
                let next = try count()
                guard next > (counts.last ?? 0) else {
                    throw mistake("the numbers must rise", at: words[position - 1].offset)
                }
                counts.append(next)
            }
            let unit = try unit()
            return counts.map { [TimePhrase.Part(count: $0, unit: unit)] }
        }
        var parts = [TimePhrase.Part(count: first, unit: try unit())]
        while word == "and" {
            if parts[0].unit == .workingDay || parts[0].unit == .hour {
                throw mistake(
                    parts[0].unit == .hour
                        ? "hours do not mix with other units; write one of them"
                        : "working days do not mix with other units; write one of them")
            }
            position += 1
            let part = TimePhrase.Part(count: try count(), unit: try unit())
            guard part.unit != .workingDay, part.unit != .hour else {
                throw mistake(
                    "working days and hours do not mix with other units; write one of them",
                    at: words[position - 1].offset)
            }
            let former = Self.order.firstIndex(of: parts[parts.count - 1].unit) ?? 0
            guard let rank = Self.order.firstIndex(of: part.unit), rank < former else {
                throw mistake("the larger unit comes first: \"\(part.text) and \(parts[0].text)\"", at: 0)
            }
            parts.append(part)
        }
        return [parts]
    }

    private mutating func hourOfDay() throws(PhraseMistake) -> LocalTime? {
        guard take("at") else { return nil }
        guard let word else { throw mistake("an hour is missing; write \"at 09:00\"", at: text.unicodeScalars.count) }
        if word == "24:00" {
            throw mistake("the day ends at 23:59; write \"at 00:00\" with one day more, or leave the hour out")
        }
        guard let time = LocalTime(word) else { throw mistake("hours are written 00:00 to 23:59: \"at 09:00\"") }
        position += 1
        return time
    }

    private mutating func shift() throws(PhraseMistake) -> TimePhrase.Shift? {
        guard word == "or" else { return nil }
        position += 1
        _ = take("the")
        guard let word, let shift = TimePhrase.Shift(rawValue: word), self.word(1) == "working", self.word(2) == "day"
        else {
            throw mistake("write \"or the next working day\" or \"or the previous working day\"")
        }
        position += 3
        return shift
    }

    // MARK: Moments

    private mutating func moment() throws(PhraseMistake) -> TimePhrase {
        if let onHook = try bareHook() { return onHook }
        _ = take("after")
        if word == "before" { throw mistake("how long before? write for example \"7 days before visit\"") }
        let start = position
        let moments = try amounts()
        let isHours = moments.contains { $0.contains { $0.unit == .hour } }
        var hook = TimePhrase.Hook.entering
        var direction = TimePhrase.Direction.after
        switch word {
        case "before"?, "after"?:
            direction = word == "before" ? .before : .after
            position += 1
            hook = try self.hook(after: direction == .before ? "before" : "after")
        case "of"? where self.word(1) == "silence":
            position += 2
            hook = .silence
        case "without"? where self.word(1) == "receipt":
            position += 2
            hook = .receipt
        default: break
        }
        let shift = try shift()
        let at = try hourOfDay()
        if isHours, at != nil {
            throw mistake("hours and a time of day exclude each other; write days", at: words[start].offset)
        }
        return TimePhrase(hook: hook, direction: direction, moments: moments, at: at, shift: shift)
    }

    /// `due`, `visit`, `mission ends`, `first day of visit`, `on the last day of visit`, `when visit starts`, `call closes`.
    private mutating func bareHook() throws(PhraseMistake) -> TimePhrase? {
        let start = position
        _ = take("when")
        if take("on") { _ = take("the") }
        let isSaid = position > start
        var edge: TimePhrase.Edge?
        if word == "first" || word == "last", self.word(1) == "day", self.word(2) == "of" {
            edge = word == "first" ? .starts : .ends
            position += 3
            _ = take("the")
            let name = try name()
            let shift = try shift()
            return TimePhrase(hook: .date(name, edge), direction: .on, moments: [], at: try hourOfDay(), shift: shift)
        }
        if word == "day", self.word(1) == "of", isSaid {
            position += 2
            let name = try name()
            return TimePhrase(hook: .date(name, nil), direction: .on, moments: [], at: try hourOfDay())
        }
        guard let word, let first = word.utf8.first, !(0x30...0x39).contains(first),
            !["after", "before", "every"].contains(word)
        else {
            if isSaid { throw mistake("a date is missing; \(knownDates)") }
            return nil
        }
        let numbers: Set<String> = ["one", "two", "three", "four", "five", "six", "seven", "ten"]
        if numbers.contains(word) { return nil }
        let hook = try hook(after: "")
        return TimePhrase(hook: hook, direction: .on, moments: [], at: try hourOfDay())
    }

    private mutating func hook(after word: String) throws(PhraseMistake) -> TimePhrase.Hook {
        let isThe = take("the")
        guard let next = self.word else { throw mistake("\(word) what? \(knownDates)", at: text.unicodeScalars.count) }
        if isThe, next == "end" {
            position += 1
            return .end
        }
        if next == "due" {
            position += 1
            return .due
        }
        if next == "first", let state = self.word(1), state != "day" {
            position += 1
            if let states, !states.contains(state) {
                throw mistake("no state is called \"\(state)\"\(Self.proposal(state, states))")
            }
            position += 1
            return .firstEntering(state)
        }
        let name = try name()
        return .date(name, edge())
    }

    private mutating func edge() -> TimePhrase.Edge? {
        switch word {
        case "starts"?, "opens"?:
            position += 1
            return .starts
        case "ends"?, "closes"?:
            position += 1
            return .ends
        default: return nil
        }
    }

    private mutating func name() throws(PhraseMistake) -> String {
        guard let word else { throw mistake("a date is missing; \(knownDates)", at: text.unicodeScalars.count) }
        if let dates, !dates.contains(word) {
            if states?.contains(word) ?? false {
                throw mistake("\"\(word)\" is a state, not a date; count from its first entering: \"first \(word)\"")
            }
            throw mistake("no date is called \"\(word)\"\(Self.proposal(word, dates)); \(knownDates)")
        }
        position += 1
        return word
    }

    // MARK: Repetition

    /// `every 5 days`, `every month up to 3 times`, `every 2 weeks until visit`, `every 3 months of project`.
    private mutating func repetition() throws(PhraseMistake) -> TimePhrase {
        position += 1
        let every: TimePhrase.Part
        if let word, let first = word.utf8.first, (0x30...0x39).contains(first) {
            every = TimePhrase.Part(count: try count(), unit: try unit())
        } else {
            every = TimePhrase.Part(count: 1, unit: try unit())
        }
        var hook = TimePhrase.Hook.entering
        var direction = TimePhrase.Direction.after
        switch word {
        case "before"?, "after"?:
            direction = word == "before" ? .before : .after
            position += 1
            hook = try self.hook(after: direction == .before ? "before" : "after")
        case "of"?:
            position += 1
            _ = take("the")
            direction = .on
            hook = .date(try name(), nil)
        default: break
        }
        let at = try hourOfDay()
        var limit: TimePhrase.RepeatLimit?
        if word == "up", self.word(1) == "to" {
            position += 2
            limit = .times(try count())
            guard take("times") || take("time") else { throw mistake("write \"up to 3 times\"") }
        } else if take("until") {
            _ = take("the")
            limit = .until(try name())
            _ = edge()
        }
        return TimePhrase(hook: hook, direction: direction, moments: [], every: every, limit: limit, at: at)
    }

    /// `; did you mean "visit"?` for a name that is near a known one.
    private static func proposal(_ name: String, _ known: Set<String>) -> String {
        let near = known.map { (Self.distance(name, $0), $0) }.filter { $0.0 <= 2 }.min { $0 < $1 }
        return near.map { "; did you mean \"\($0.1)\"?" } ?? ""
    }

    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8.prefix(64))
        let b = Array(right.utf8.prefix(64))
        var row = Array(0...b.count)
        for (i, byte) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let cost = min(diagonal + (byte == other ? 0 : 1), row[j] + 1, row[j + 1] + 1)
                diagonal = row[j + 1]
                row[j + 1] = cost
            }
        }
        return row[b.count]
    }
}
