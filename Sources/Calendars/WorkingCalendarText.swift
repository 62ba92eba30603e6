/// A line of a holiday list that could not be read.
public struct CalendarMistake: Error, Hashable, Sendable {
    /// 1 for the first.
    public let line: Int
    public let message: String
}

/// All lines of a holiday list that could not be read, in order.
public struct CalendarMistakes: Error, Hashable, Sendable {
    public let mistakes: [CalendarMistake]
}

extension CalendarMistakes: CustomStringConvertible {
    public var description: String {
        mistakes.map { "line \($0.line): \($0.message)" }.joined(separator: "\n")
    }
}

extension WorkingCalendar {
    /// The most lines a calendar's text may have; forty years of holidays are about a thousand.
    public static let linesLimit: Int = 20_000

    /// Reads a calendar: one ISO date a line, `#` before a comment, and the headers `week: Monday to Friday` (or days with
    /// commas between) and `known until: 2029-12-31`.
    ///
    /// Without `week:` the week is Monday to Friday. Throws all mistakes at once.
    public init(lines text: String) throws(CalendarMistakes) {
        var reading = CalendarReading()
        let lines: [Substring.UTF8View] = text.utf8.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        )
        .map { Substring($0).utf8 }
        for (index, line) in lines.enumerated() {
            if index == WorkingCalendar.linesLimit {
                reading.refuse(index + 1, "a calendar has at most \(WorkingCalendar.linesLimit) lines")
                break
            }
            reading.read(String(Substring(line)), at: index + 1)
        }
        self = try reading.calendar()
    }
}

/// What has been read of a calendar so far.
private struct CalendarReading {
    private var week: Set<Int>?
    private var knownUntil: (day: LocalDate, line: Int)?
    private var holidays: [LocalDate: Int] = [:]
    private var mistakes: [CalendarMistake] = []

    private static let names: [String] = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ]

    mutating func refuse(_ line: Int, _ message: String) {
        mistakes.append(CalendarMistake(line: line, message: message))
    }

    mutating func read(_ whole: String, at line: Int) {
        let code: Substring.UnicodeScalarView = whole.unicodeScalars.prefix { $0 != "#" }
        let text: String = String(Substring(code).trimmedScalars)
        if text.isEmpty { return }
        guard let colon: String.UnicodeScalarView.Index = text.unicodeScalars.firstIndex(of: ":") else {
            readHoliday(text, at: line)
            return
        }
        let key: String = String(text[..<colon].trimmedScalars)
        let value: String = String(text[text.index(after: colon)...].trimmedScalars)
        switch key.lowercased() {
        case "week": readWeek(value, at: line)
        case "known until": readHorizon(value, at: line)
        default: refuse(line, "\"\(key)\" is not known here; the headers are \"week:\" and \"known until:\"")
        }
    }

    private mutating func readHoliday(_ text: String, at line: Int) {
        guard let day: LocalDate = LocalDate(iso: text) else {
            refuse(line, "\"\(text)\" is not a date; write one day a line, for example 2027-05-01, and notes behind #")
            return
        }
        if let earlier: Int = holidays[day] {
            refuse(line, "\(day.iso) stands already in line \(earlier)")
            return
        }
        holidays[day] = line
    }

    private mutating func readHorizon(_ text: String, at line: Int) {
        if let earlier: Int = knownUntil?.line {
            refuse(line, "\"known until:\" stands already in line \(earlier)")
        } else if let day: LocalDate = LocalDate(iso: text) {
            knownUntil = (day, line)
        } else {
            refuse(line, "\"\(text)\" is not a date; write for example \"known until: 2029-12-31\"")
        }
    }

    private mutating func readWeek(_ text: String, at line: Int) {
        guard week == nil else {
            refuse(line, "\"week:\" stands twice")
            return
        }
        var days: Set<Int> = []
        for part in text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false) {
            guard let range: [Int] = CalendarReading.weekdays(String(Substring(part).trimmedScalars)) else {
                refuse(line, "\"\(text)\" is not a week; write for example \"week: Monday to Friday\"")
                week = [1]  // said, though wrong: a second header is still one too many
                return
            }
            days.formUnion(range)
        }
        week = days
    }

    /// `Monday` or `Sunday to Thursday`, as numbers of weekdays.
    private static func weekdays(_ text: String) -> [Int]? {
        let words: [String] = text.lowercased().split(separator: " ").map(String.init)
        guard let first: Int = words.first.flatMap(names.firstIndex(of:)) else { return nil }
        if words.count == 1 { return [first + 1] }
        guard words.count == 3, words[1] == "to", let last: Int = names.firstIndex(of: words[2]) else { return nil }
        let length: Int = (last - first + 7) % 7
        return (0...length).map { (first + $0) % 7 + 1 }
    }

    func calendar() throws(CalendarMistakes) -> WorkingCalendar {
        var all: [CalendarMistake] = mistakes
        if let horizon: LocalDate = knownUntil?.day {
            for (day, line) in holidays where day > horizon {
                all.append(
                    CalendarMistake(line: line, message: "\(day.iso) lies after \"known until: \(horizon.iso)\""))
            }
        }
        guard all.isEmpty else { throw CalendarMistakes(mistakes: all.sorted { $0.line < $1.line }) }
        return WorkingCalendar(
            week: week ?? WorkingCalendar.mondayToFriday.week, holidays: Set(holidays.keys),
            knownUntil: knownUntil?.day)
    }
}

extension Substring {
    /// Without blanks and control characters (the CR of CRLF among them) at both ends.
    fileprivate var trimmedScalars: Substring {
        var scalars: Substring.UnicodeScalarView = unicodeScalars
        while let first: Unicode.Scalar = scalars.first, first.value <= 32 { scalars.removeFirst() }
        while let last: Unicode.Scalar = scalars.last, last.value <= 32 { scalars.removeLast() }
        return Substring(scalars)
    }
}
