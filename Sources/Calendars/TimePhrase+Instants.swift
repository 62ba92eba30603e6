extension TimePhrase {
    /// Instants of one phrase at most; a phrase without a limit of its own repeats so often.
    public static let instantsLimit = 400

    /// All instants of the phrase, earliest first.
    ///
    /// Days are arithmetic on local dates in `zone`, and an hour is put on last (R10 of the semantics); hours are exact and
    /// have no hour of day. Months and years count from the base each time, never from the last result (R11). What hour a day
    /// gets, in this order:
    ///
    /// - `at HH:MM` where the phrase says it;
    /// - a reminder: `officeHour`;
    /// - an end at a distance (`7 days`, `30 days before visit`): 24:00 of the day it lands on;
    /// - an end on a date's own day: 24:00 for its last day (`visit ends`, `last day of visit`), else the day's first instant
    ///   (`visit`, `first day of visit`), because a state that lasts until the visit ends when the first day begins.
    ///
    /// On an instant itself (`due`) the result is that instant, for both kinds.
    ///
    /// - Parameters:
    ///   - base: what ``hook`` is in this case.
    ///   - until: what the hook of ``until`` is; while nobody knows it, a phrase with a bound sleeps (R20).
    public func instants(
        from base: PhraseBase, until: PhraseBase?, kind: MomentKind, zone: Zone, calendar: WorkingCalendar,
        officeHour: LocalTime
    ) -> [Instant] {
        let clock = PhraseClock(
            phrase: self, base: base, kind: kind, zone: zone, calendar: calendar, officeHour: officeHour)
        guard let every else { return (moments.isEmpty ? [[]] : moments).map(clock.instant(_:)) }
        var bound: Instant?
        if let phrase: TimePhrase = self.until {
            guard let until else { return [] }
            bound =
                phrase.instants(
                    from: until, until: nil, kind: .end, zone: zone, calendar: calendar, officeHour: officeHour
                ).last
        }
        var result: [Instant] = []
        for index in 1...repetitions {
            let next: Instant = clock.instant([Part(count: every.count * index, unit: every.unit)])
            if direction != .before, let bound, next > bound { break }
            if direction == .on, case .span(let span) = base, zone.date(of: next) > span.last { break }
            if result.last != next { result.append(next) }
        }
        guard direction == .before else { return result }
        return result.reversed().filter { instant in bound.map { instant <= $0 } ?? true }
    }

    /// How often the phrase repeats at most, 1 to ``instantsLimit``.
    private var repetitions: Int {
        if case .times(let times)? = limit { return min(max(times, 1), Self.instantsLimit) }
        return Self.instantsLimit
    }

    /// How many days it can lie from its hook, least and most; working days depend on where holidays fall.
    ///
    /// Without a sign: ``isBefore`` says the side. A repetition with a number of times reaches to its last, one without
    /// only to its first. An end falls at 24:00 of its day, so that in elapsed time it is a day more.
    public var days: (least: Int, most: Int) {
        var all: [[Part]] = moments
        if let every {
            all = [[every]]
            if case .times(let times)? = limit { all.append([Part(count: every.count * times, unit: every.unit)]) }
        }
        let bounds: [(least: Int, most: Int)] = (all.isEmpty ? [[]] : all).map { parts in
            parts.reduce((least: 0, most: 0)) { sum, part in
                let (least, most) = Self.days(part)
                return (sum.least + least, sum.most + most)
            }
        }
        return (bounds.map(\.least).min() ?? 0, bounds.map(\.most).max() ?? 0)
    }

    private static func days(_ part: Part) -> (Int, Int) {
        switch part.unit {
        case .hour: (part.count / 24, part.count / 24 + 1)
        case .day: (part.count, part.count)
        case .week: (7 * part.count, 7 * part.count)
        case .month: (28 * part.count, 31 * part.count)
        case .year: (365 * part.count, 366 * part.count)
        // A working week may lose all but one of its days to holidays: at most a week for each working day and two more.
        case .workingDay: (part.count, 7 * part.count + 14)
        }
    }
}

/// One phrase with all that turns its distances into instants.
private struct PhraseClock {
    let phrase: TimePhrase
    let base: PhraseBase
    let kind: MomentKind
    let zone: Zone
    let calendar: WorkingCalendar
    let officeHour: LocalTime

    /// The moment at a distance from the hook; no parts: on the hook itself.
    func instant(_ parts: [TimePhrase.Part]) -> Instant {
        let sign: Int = phrase.direction == .before ? -1 : 1
        if let hours: TimePhrase.Part = parts.first, hours.unit == .hour {
            return start.adding(seconds: Int64(sign * hours.count) * 3600)
        }
        if parts.isEmpty, phrase.at == nil, phrase.shift == nil, case .instant(let instant) = base { return instant }
        let day: LocalDate = shifted(parts.reduce(date) { day, part in moved(day, by: part, sign: sign) })
        if let at: LocalTime = phrase.at { return zone.instant(on: day, at: at) }
        if kind == .reminder { return zone.instant(on: day, at: officeHour) }
        return parts.isEmpty && !isOnLastDay ? zone.startOfDay(day) : zone.startOfDay(day.adding(days: 1))
    }

    private func moved(_ day: LocalDate, by part: TimePhrase.Part, sign: Int) -> LocalDate {
        let count: Int = sign * part.count
        return switch part.unit {
        case .hour: day
        case .day: day.adding(days: count)
        case .week: day.adding(days: 7 * count)
        case .month: day.adding(months: count)
        case .year: day.adding(years: count)
        case .workingDay: calendar.adding(workingDays: count, to: day)
        }
    }

    private func shifted(_ day: LocalDate) -> LocalDate {
        switch phrase.shift {
        case .next?: calendar.nextWorkingDay(day)
        case .previous?: calendar.previousWorkingDay(day)
        case nil: day
        }
    }

    private var edge: TimePhrase.Edge? { if case .date(_, let edge) = phrase.hook { edge } else { nil } }

    private var isOnLastDay: Bool { edge == .ends }

    /// The day that days are counted from (R12): of a span its first day, or its last for `ends` and `after`.
    ///
    /// A due time is usually 24:00, which is the first instant of the next day; its day is the one that ends there. This is
    /// the only place that knows.
    private var date: LocalDate {
        switch base {
        case .span(let span):
            return countsFromLastDay ? span.last : span.first
        case .instant(let instant):
            let day: LocalDate = zone.date(of: instant)
            return phrase.hook == .due && zone.startOfDay(day) == instant ? day.adding(days: -1) : day
        }
    }

    private var countsFromLastDay: Bool {
        edge == .ends || (edge == nil && phrase.direction == .after)
    }

    /// The instant that hours are counted from: the first day's beginning, or the last day's end.
    private var start: Instant {
        switch base {
        case .instant(let instant): instant
        case .span(let span):
            countsFromLastDay ? zone.startOfDay(span.last.adding(days: 1)) : zone.startOfDay(span.first)
        }
    }
}
