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
        var left = min(abs(count), Self.longest)
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

/// A line of a holiday list that could not be read.
public struct CalendarMistake: Error, Hashable, Sendable {
    /// 1 for the first.
    public let line: Int
    public let message: String
}

/// All lines of a holiday list that could not be read.
public struct CalendarMistakes: Error, Hashable, Sendable {
    public let mistakes: [CalendarMistake]
}

extension WorkingCalendar {
    private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

    /// Reads a holiday list: `week: Monday to Friday`, `known until: 2029-12-31`, then one day a line; `#` begins a comment.
    ///
    /// - Throws: every line that could not be read, at once.
    public init(lines text: String) throws(CalendarMistakes) {
        var week: Set<Int> = [1, 2, 3, 4, 5]
        var holidays: Set<LocalDate> = []
        var knownUntil: LocalDate?
        var mistakes: [CalendarMistake] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.prefix { $0 != "#" }.trimmed
            guard !line.isEmpty else { continue }
            if let value = line.value(of: "week:") {
                let names = value.split(separator: " ").map(String.init)
                if names.count == 3, names[1] == "to", let first = Self.weekdays.firstIndex(of: names[0]),
                    let last = Self.weekdays.firstIndex(of: names[2])
                {
                    let length = (last - first + 7) % 7
                    week = Set((0...length).map { (first + $0) % 7 + 1 })
                } else {
                    mistakes.append(
                        CalendarMistake(line: index + 1, message: "write the week as \"week: Monday to Friday\""))
                }
            } else if let value = line.value(of: "known until:") {
                knownUntil = LocalDate(iso: value)
                if knownUntil == nil {
                    mistakes.append(CalendarMistake(line: index + 1, message: "write \"known until: 2029-12-31\""))
                }
            } else if let date = LocalDate(iso: String(line.prefix { $0 != " " })) {
                holidays.insert(date)
            } else {
                mistakes.append(
                    CalendarMistake(
                        line: index + 1, message: "a holiday begins with its day, such as 2027-01-01, that exists"))
            }
        }
        guard mistakes.isEmpty else { throw CalendarMistakes(mistakes: mistakes) }
        self.init(week: week, holidays: holidays, knownUntil: knownUntil)
    }
}

extension StringProtocol {
    fileprivate var trimmed: String {
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        return String(Substring(scalars))
    }
}

extension String {
    fileprivate func value(of key: String) -> String? { hasPrefix(key) ? dropFirst(key.count).trimmed : nil }
}
