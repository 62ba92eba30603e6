extension TimePhrase {
    /// Instants of one phrase at most; a phrase without a limit of its own repeats so often.
    public static let instantsLimit = 400

    /// All instants of the phrase, in order.
    ///
    /// Days are arithmetic on local dates, an hour is put on last; hours are exact. Months and years count from the base
    /// each time, never from the last result. An instant base that stands exactly at midnight is a due time "24:00 of the
    /// day before" when the hook is `due`, so its local date is that day before.
    ///
    /// - Parameter until: the date up to which an `every … until` goes on.
    public func instants(
        from base: PhraseBase, until: PhraseBase?, kind: MomentKind, zone: Zone, calendar: WorkingCalendar,
        officeHour: LocalTime
    ) -> [Instant] {
        let last: LocalDate? =
            switch until {
            case .span(let span)?: span.first
            case .instant(let instant)?: zone.date(of: instant)
            case nil: nil
            }
        var result: [Instant] = []
        for step in steps(from: base) {
            let next = instant(step, from: base, kind: kind, zone: zone, calendar: calendar, officeHour: officeHour)
            if let last, zone.date(of: next) >= last { break }
            if direction == .on, every != nil, case .span(let span) = base, zone.date(of: next) > span.last { break }
            if result.last != next { result.append(next) }
            if result.count == Self.instantsLimit { break }
        }
        return result.sorted()
    }

    private func steps(from base: PhraseBase) -> [[Part]] {
        guard let every else { return moments.isEmpty ? [[]] : moments }
        let count: Int =
            if case .times(let times)? = limit { min(times, Self.instantsLimit) } else { Self.instantsLimit }
        return (1...max(count, 1)).map { [Part(count: every.count * $0, unit: every.unit)] }
    }

    private func instant(
        _ parts: [Part], from base: PhraseBase, kind: MomentKind, zone: Zone, calendar: WorkingCalendar,
        officeHour: LocalTime
    ) -> Instant {
        let sign = direction == .before ? -1 : 1
        if let hours = parts.first, hours.unit == .hour {
            return start(of: base, zone: zone).adding(seconds: Int64(sign * hours.count) * 3600)
        }
        if parts.isEmpty, at == nil, case .instant(let instant) = base { return instant }
        var day = date(of: base, zone: zone)
        for part in parts {
            let count = sign * part.count
            switch part.unit {
            case .hour: break
            case .day: day = day.adding(days: count)
            case .week: day = day.adding(days: 7 * count)
            case .month: day = day.adding(months: count)
            case .year: day = day.adding(years: count)
            case .workingDay: day = calendar.adding(workingDays: count, to: day)
            }
        }
        switch shift {
        case .next?: day = calendar.nextWorkingDay(day)
        case .previous?: day = calendar.previousWorkingDay(day)
        case nil: break
        }
        if let at { return zone.instant(on: day, at: at) }
        if kind == .reminder { return zone.instant(on: day, at: officeHour) }
        // A state that lasts "until the visit" ends when its first day begins; every other end has its whole day.
        return parts.isEmpty && !isOnLastDay ? zone.startOfDay(day) : zone.startOfDay(day.adding(days: 1))
    }

    private var isOnLastDay: Bool { if case .date(_, .ends?) = hook { true } else { false } }

    private func date(of base: PhraseBase, zone: Zone) -> LocalDate {
        switch base {
        case .span(let span):
            if case .date(_, let edge) = hook {
                switch (edge, direction) {
                case (.ends?, _), (nil, .after): return span.last
                default: return span.first
                }
            }
            return span.first
        case .instant(let instant):
            if hook == .due, zone.local(instant).secondOfDay == 0 {
                return zone.date(of: instant.adding(milliseconds: -1))
            }
            return zone.date(of: instant)
        }
    }

    /// The exact instant from which hours count: the first day's beginning, or the last day's end.
    private func start(of base: PhraseBase, zone: Zone) -> Instant {
        switch base {
        case .instant(let instant): return instant
        case .span:
            let day = date(of: base, zone: zone)
            let isEnd = direction == .after || isOnLastDay
            return zone.startOfDay(isEnd ? day.adding(days: 1) : day)
        }
    }

    /// How many days it can lie from its hook, least and most; working days depend on where holidays fall.
    public var days: (least: Int, most: Int) {
        let all = moments.isEmpty ? (every.map { [[$0]] } ?? [[]]) : moments
        let bounds = all.map { parts in
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
