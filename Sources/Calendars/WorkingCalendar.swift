/// The days on which the hub works: a week pattern and holidays, as data (R26 and R27 of the semantics).
public struct WorkingCalendar: Hashable, Sendable {
    /// Weekdays that are worked, 1 Monday to 7 Sunday; never empty.
    public let week: Set<Int>
    public let holidays: Set<LocalDate>
    /// Until when the holidays are listed; later ones are not known.
    public let knownUntil: LocalDate?

    public static let mondayToFriday = WorkingCalendar(week: [1, 2, 3, 4, 5], holidays: [], knownUntil: nil)

    /// The longest count of working days.
    public static let longest = 10_000

    public init(week: Set<Int>, holidays: Set<LocalDate>, knownUntil: LocalDate?) {
        let days = week.intersection(1...7)
        self.week = days.isEmpty ? [1, 2, 3, 4, 5] : days
        self.holidays = holidays
        self.knownUntil = knownUntil
    }

    public func isWorking(_ date: LocalDate) -> Bool { week.contains(date.weekday) && !holidays.contains(date) }

    /// The working day so many working days later (earlier if negative).
    ///
    /// The base is not counted, the result is always worked; 0 is the day itself or the next one that is worked.
    public func adding(workingDays count: Int, to date: LocalDate) -> LocalDate {
        if count == 0 { return nextWorkingDay(date) }
        let step = count > 0 ? 1 : -1
        var left = Int(min(count.magnitude, UInt(Self.longest)))
        var day = date
        while left > 0 {
            let next = day.adding(days: step)
            guard next != day else { return day }
            day = next
            if isWorking(day) { left -= 1 }
        }
        return day
    }

    /// The day itself, or the next one that is worked.
    public func nextWorkingDay(_ date: LocalDate) -> LocalDate { seek(date, step: 1) }
    /// The day itself, or the last one before it that is worked.
    public func previousWorkingDay(_ date: LocalDate) -> LocalDate { seek(date, step: -1) }

    private func seek(_ date: LocalDate, step: Int) -> LocalDate {
        var day = date
        while !isWorking(day) {
            let next = day.adding(days: step)
            guard next != day else { return day }
            day = next
        }
        return day
    }

    /// How many working days lie after a day up to and with another; negative where the other is earlier.
    ///
    /// Where `end` is worked and not `start` itself, so many working days after `start` is `end` again.
    public func workingDays(from start: LocalDate, to end: LocalDate) -> Int {
        if let span: DateSpan = DateSpan(first: start.adding(days: 1), last: end), start < end {
            return workingDays(in: span)
        }
        guard end < start, let span: DateSpan = DateSpan(first: end, last: start.adding(days: -1)) else { return 0 }
        return -workingDays(in: span)
    }

    /// Whether holidays of this day may still become known, so that an instant on it is provisional (R27).
    public func isProvisional(_ date: LocalDate) -> Bool { knownUntil.map { date > $0 } ?? false }

    /// How many days of the span are worked.
    public func workingDays(in span: DateSpan) -> Int {
        var count = 0
        var day = span.first
        while day <= span.last, count <= Self.longest {
            if isWorking(day) { count += 1 }
            let next = day.adding(days: 1)
            guard next != day else { break }
            day = next
        }
        return count
    }
}
