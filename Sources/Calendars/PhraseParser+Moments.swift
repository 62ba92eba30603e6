/// The two kinds of phrase: one that names its moments, and one that repeats.
extension PhraseParser {
    /// `7 days before visit at 09:00`, `first day of visit`, `due`.
    mutating func moment() throws(PhraseMistake) -> TimePhrase {
        let isAfter: Bool = take("after")
        if let side: String = word(), side == "before" || (isAfter && side == "after") {
            throw mistake("how long \(side)? write for example \"7 days \(side) \(names.example)\"")
        }
        if isAfter, let next: String = word(), PhraseParser.isName(next), PhraseForeign.numbers[next] == nil {
            throw mistake("how long after? write for example \"7 days after \(next)\"")
        }
        if !isAfter, let own: TimePhrase = try ownDay() { return own }
        let start: Int = place
        let moments: [[TimePhrase.Part]] = try amounts()
        var hooked = Hooked(hook: .entering)
        var direction: TimePhrase.Direction = .after
        if isAfter {
            if let side: String = word(), side == "before" || side == "after" {
                throw mistake("one \"after\" is enough; write \"7 days after \(names.example)\"")
            }
        } else {
            (hooked, direction) = try side()
        }
        let shift: TimePhrase.Shift? = try shift()
        let at: LocalTime? = try hourOfDay()
        if let message: String = PhraseParser.objection(to: at, shift, unit: moments[0][0]) {
            skip(-1)
            throw mistake(message, from: start)
        }
        let isDescending: Bool = direction == .before
        let sorted: [[TimePhrase.Part]] = moments.sorted { left, right in
            isDescending ? left[0].count > right[0].count : left[0].count < right[0].count
        }
        return TimePhrase(
            hook: hooked.hook, direction: direction, moments: sorted, at: at, shift: shift, wording: hooked.wording)
    }

    /// `before visit`, `after visit ends`, `of silence`, `without receipt`; without any of them from entering the state.
    private mutating func side() throws(PhraseMistake) -> (Hooked, TimePhrase.Direction) {
        if take("of", "silence") { return (Hooked(hook: .silence), .after) }
        if take("without", "receipt") { return (Hooked(hook: .receipt), .after) }
        if take("before") { return (try hook(behind: "before"), .before) }
        if take("after") { return (try hook(behind: "after"), .after) }
        return (Hooked(hook: .entering), .after)
    }

    private static func objection(
        to at: LocalTime?, _ shift: TimePhrase.Shift?, unit part: TimePhrase.Part
    ) -> String? {
        switch part.unit {
        case .hour where at != nil:
            let days: Int = max(1, part.count / 24)
            return
                "hours and a time of day exclude each other; write \"\(days) day\(days == 1 ? "" : "s")\" and the hour"
        case .hour where shift != nil:
            return "hours do not look at days; write days with \"or the next working day\""
        case .workingDay where shift != nil:
            return "working days always end on a working day; leave \"or the … working day\" out"
        default: return nil
        }
    }

    /// `due`, `visit`, `mission ends`, `call closes`, `first day of visit`, `on the day of submission`, `when visit starts`;
    /// nil where a number comes.
    private mutating func ownDay() throws(PhraseMistake) -> TimePhrase? {
        let start: Int = place
        let isWhen: Bool = take("when")
        if !isWhen, take("on") { _ = take("the") }
        let isSaid: Bool = place > start
        var hooked: Hooked
        if let word: String = word(), word == "first" || word == "last", self.word(1) == "day", self.word(2) == "of" {
            skip(3)
            _ = take("the")
            let name: String = try dateName()
            if names.singleDays.contains(name) {
                skip(-1)
                throw mistake("\(name) is one day; write \"day of \(name)\"", from: start)
            }
            hooked = Hooked(hook: .date(name, word == "first" ? .starts : .ends), wording: .day)
        } else if take("day", "of") {
            _ = take("the")
            hooked = Hooked(hook: .date(try dateName(), nil), wording: .day)
        } else {
            guard isSaid || word() == "the" || word() == "due" || word().map(isPossibleName) ?? false else {
                return nil
            }
            let isThe: Bool = take("the")
            if isThe, word() == "end" { throw mistake("how long after? write for example \"12 months after the end\"") }
            hooked = take("due") ? Hooked(hook: .due) : try edge(of: dateName())
        }
        let shift: TimePhrase.Shift? = try shift()
        return TimePhrase(
            hook: hooked.hook, direction: .on, moments: [], at: try hourOfDay(), shift: shift, wording: hooked.wording)
    }

    /// Whether a first word is more likely a date's name than a number in words or a unit.
    private func isPossibleName(_ word: String) -> Bool {
        guard PhraseParser.isName(word), PhraseForeign.numbers[word] == nil else { return false }
        let next: String? = self.word(1)
        return next == nil || next == "at" || next == "or" || next.map { PhraseParser.edges[$0] != nil } ?? true
            || names.dates?.contains(word) ?? false
    }

    // MARK: Repetition

    /// `every 5 days`, `every month up to 3 times`, `every 2 weeks until 14 days before visit`,
    /// `every 3 months of project`.
    mutating func repetition() throws(PhraseMistake) -> TimePhrase {
        let start: Int = place
        skip()
        let isCounted: Bool = word()?.utf8.first.map { (0x30...0x39).contains($0) } ?? false
        let every = TimePhrase.Part(count: isCounted ? try count() : 1, unit: try unit())
        guard every.unit != .hour || every.count >= 24 else {
            skip(-1)
            throw mistake("nobody is written to more than once a day; write \"every day\"", from: start)
        }
        var hooked = Hooked(hook: .entering)
        var direction: TimePhrase.Direction = .after
        if word(1) != "silence", take("of") {
            _ = take("the")
            (hooked, direction) = (Hooked(hook: .date(try dateName(), nil)), .on)
        } else {
            (hooked, direction) = try side()
        }
        var at: LocalTime? = try hourOfDay()
        let limit: TimePhrase.RepeatLimit? = try limit()
        if at == nil { at = try hourOfDay() }
        if every.unit == .hour, at != nil {
            skip(-1)
            throw mistake("hours and a time of day exclude each other; write \"every day\" and the hour", from: start)
        }
        if direction == .before, limit == nil {
            throw mistake("how often before? write for example \"up to 3 times\"")
        }
        return TimePhrase(
            hook: hooked.hook, direction: direction, moments: [], every: every, limit: limit, at: at,
            wording: hooked.wording)
    }

    private mutating func limit() throws(PhraseMistake) -> TimePhrase.RepeatLimit? {
        if take("up", "to") {
            let times: Int = try count()
            guard take("times") || take("time") else { throw mistake("write \"up to \(times) times\"") }
            return .times(times)
        }
        guard take("until") else { return nil }
        let start: Int = place
        let bound: TimePhrase = try moment()
        guard case .date = bound.hook, bound.moments.count <= 1 else {
            skip(-1)
            throw mistake(
                "\"until\" wants a date: \"until 14 days before \(names.example)\"; \(names.known)", from: start)
        }
        return .until(bound)
    }
}
