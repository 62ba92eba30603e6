/// A point of time, in milliseconds since 1970-01-01T00:00:00Z.
public struct Instant: Hashable, Comparable, Sendable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }

    /// Later by so many milliseconds; stays at the end of time instead of overflowing.
    public func adding(milliseconds count: Int64) -> Instant {
        let (sum, overflow) = milliseconds.addingReportingOverflow(count)
        return Instant(milliseconds: overflow ? (count > 0 ? .max : .min) : sum)
    }

    /// Later by so many seconds; stays at the end of time instead of overflowing.
    public func adding(seconds count: Int64) -> Instant {
        let (product, overflow) = count.multipliedReportingOverflow(by: 1000)
        return adding(milliseconds: overflow ? (count > 0 ? .max : .min) : product)
    }

    /// Reads RFC 3339 strictly: a day that exists, `T`, an hour, an offset or `Z`, nothing behind.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == 0x54, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let date = LocalDate(iso: String(decoding: bytes[0..<10], as: UTF8.self)),
            let hour = Self.number(bytes[11..<13]), hour < 24, let minute = Self.number(bytes[14..<16]), minute < 60,
            let second = Self.number(bytes[17..<19]), second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == 0x2E {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard (1...9).contains(digits.count), let value = Self.number(digits.prefix(3)) else { return nil }
            fraction = Int64(value) * [100, 10, 1][min(digits.count, 3) - 1]
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offset(rest) else { return nil }
        let seconds = Int64(date.day) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - Int64(offset)
        milliseconds = seconds * 1000 + fraction
    }

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        var result = 0
        guard !digits.isEmpty else { return nil }
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            result = result * 10 + Int(digit - 0x30)
        }
        return result
    }

    /// Seconds east of UTC.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int? {
        if bytes.elementsEqual([0x5A]) { return 0 }
        let all = Array(bytes)
        guard all.count == 6, all[0] == 0x2B || all[0] == 0x2D, all[3] == 0x3A, let hours = number(all[1..<3]),
            hours < 24,
            let minutes = number(all[4..<6]), minutes < 60
        else { return nil }
        return (all[0] == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// The first and last millisecond of the years 1 to 9999, which alone can be written.
    private static let written: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999

    /// Such as `2027-03-01T09:00:00Z`; milliseconds only where there are any.
    ///
    /// An instant outside the years 1 to 9999 is written as the nearest within.
    public var rfc3339: String {
        let milliseconds = min(max(self.milliseconds, Self.written.lowerBound), Self.written.upperBound)
        let second = Self.floor(milliseconds, 1000)
        let day = Self.floor(second, 86_400)
        let ofDay = Int(second - day * 86_400)
        let fraction = Int(milliseconds - second * 1000)
        let date = LocalDate(day: Int32(clamping: day))
        let tail = fraction == 0 ? "" : "." + LocalDate.padded(fraction, 3)
        return date.iso + "T" + LocalDate.padded(ofDay / 3600, 2) + ":" + LocalDate.padded(ofDay / 60 % 60, 2) + ":"
            + LocalDate.padded(ofDay % 60, 2) + tail + "Z"
    }

    static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
        let quotient = value / divisor
        return value % divisor < 0 ? quotient - 1 : quotient
    }
}

extension Instant: CustomStringConvertible {
    public var description: String { rfc3339 }
}

extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }
}
