/// A day of the proleptic Gregorian calendar, without a zone.
public struct LocalDate: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    public var day: Int32

    /// The day with this number, kept within the years 1 to 9999.
    public init(day: Int32) {
        self.day = min(max(day, Self.firstDay), Self.lastDay)
    }

    private static let firstDay: Int32 = -719_162
    private static let lastDay: Int32 = 2_932_896

    /// nil for a day that does not exist, such as 30 February, or outside the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        self.init(day: Self.number(year: year, month: month, day: day))
    }

    /// Reads `2027-06-14`, strictly.
    public init?(iso text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == 0x2D, bytes[7] == 0x2D else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            var result = 0
            for byte in bytes[range] {
                guard (0x30...0x39).contains(byte) else { return nil }
                result = result * 10 + Int(byte - 0x30)
            }
            return result
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
        self.init(year: year, month: month, day: day)
    }

    public var iso: String {
        let parts = components
        return Self.padded(parts.year, 4) + "-" + Self.padded(parts.month, 2) + "-" + Self.padded(parts.day, 2)
    }

    public var year: Int { components.year }
    public var month: Int { components.month }
    public var dayOfMonth: Int { components.day }

    /// 1 is Monday, 7 is Sunday.
    public var weekday: Int {
        let offset = (Int(day) + 3) % 7
        return (offset < 0 ? offset + 7 : offset) + 1
    }

    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.day < right.day }

    /// So many days later (earlier if negative), kept within the years 1 to 9999.
    public func adding(days count: Int) -> LocalDate {
        LocalDate(day: Int32(clamping: Int(day) + min(max(count, -10_000_000), 10_000_000)))
    }

    /// The same day number so many months later, or the month's last day; kept within the years 1 to 9999.
    public func adding(months count: Int) -> LocalDate {
        let parts = components
        let index = parts.year * 12 + parts.month - 1 + min(max(count, -200_000), 200_000)
        if index < 12 { return LocalDate(day: Self.firstDay) }
        if index >= 12 * 10_000 { return LocalDate(day: Self.lastDay) }
        let year = index / 12
        let month = index % 12 + 1
        let last = Self.length(ofMonth: month, year: year)
        return LocalDate(day: Self.number(year: year, month: month, day: min(parts.day, last)))
    }

    public func adding(years count: Int) -> LocalDate {
        adding(months: min(max(count, -10_000), 10_000) * 12)
    }

    public static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    public static func length(ofMonth month: Int, year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return digits.utf8.count < width ? String(repeating: "0", count: width - digits.utf8.count) + digits : digits
    }

    // Years are counted from March, so that the leap day is the last of its year: the usual civil-date arithmetic.
    private static func number(year: Int, month: Int, day: Int) -> Int32 {
        let year = month <= 2 ? year - 1 : year
        let era = year / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int32(era * 146_097 + dayOfEra - 719_468)
    }

    private var components: (year: Int, month: Int, day: Int) {
        let shifted = Int(day) + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}

extension LocalDate: CustomStringConvertible {
    public var description: String { iso }
}

extension LocalDate: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let date = LocalDate(iso: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no day: \(text)"))
        }
        self = date
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(iso)
    }
}

/// A time of day, in minutes.
public struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// 0 to 1439.
    public let minutes: Int

    public static let midnight = LocalTime(uncheckedMinutes: 0)

    private init(uncheckedMinutes: Int) { minutes = uncheckedMinutes }

    public init?(minutes: Int) {
        guard (0..<1440).contains(minutes) else { return nil }
        self.minutes = minutes
    }

    /// Reads `09:00`, strictly, 00:00 to 23:59.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == 0x3A else { return nil }
        var digits: [Int] = []
        for place in [0, 1, 3, 4] {
            guard (0x30...0x39).contains(bytes[place]) else { return nil }
            digits.append(Int(bytes[place] - 0x30))
        }
        let hour = digits[0] * 10 + digits[1]
        let minute = digits[2] * 10 + digits[3]
        guard hour < 24, minute < 60 else { return nil }
        minutes = hour * 60 + minute
    }

    public var description: String { LocalDate.padded(minutes / 60, 2) + ":" + LocalDate.padded(minutes % 60, 2) }
    public static func < (left: LocalTime, right: LocalTime) -> Bool { left.minutes < right.minutes }
}

/// Days from the first to the last, both within.
public struct DateSpan: Hashable, Sendable, CustomStringConvertible {
    public let first: LocalDate
    public let last: LocalDate

    /// nil if the first comes after the last.
    public init?(first: LocalDate, last: LocalDate) {
        guard first <= last else { return nil }
        self.first = first
        self.last = last
    }

    public init(_ day: LocalDate) {
        first = day
        last = day
    }

    /// Reads `2027-06-14/2027-06-18`, or one day.
    public init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            guard let day = LocalDate(iso: text) else { return nil }
            self.init(day)
        case 2:
            guard let first = LocalDate(iso: String(parts[0])), let last = LocalDate(iso: String(parts[1])) else {
                return nil
            }
            self.init(first: first, last: last)
        default: return nil
        }
    }

    public var text: String { "\(first.iso)/\(last.iso)" }
    public var description: String { text }
    /// How many days, at least 1.
    public var days: Int { Int(last.day - first.day) + 1 }

    public func contains(_ other: DateSpan) -> Bool { first <= other.first && other.last <= last }
    public func overlaps(_ other: DateSpan) -> Bool { first <= other.last && other.first <= last }
}
