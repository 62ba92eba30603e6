import Calendars

/// Timestamps (years 1 to 9999) and durations (within that range), to the nanosecond.
enum Times {
    private static let first: Int64 = -62_135_596_800
    private static let last: Int64 = 253_402_300_799
    private static let longest: Int64 = 315_576_000_000
    private static let billion: Int64 = 1_000_000_000

    static func timestamp(_ seconds: Int64, _ nanos: Int64) throws(EvaluationError) -> Value {
        var (seconds, overflow) = seconds.addingReportingOverflow(nanos / billion)
        var nanos = nanos % billion
        if nanos < 0 {
            nanos += billion
            let step = seconds.subtractingReportingOverflow(1)
            seconds = step.partialValue
            overflow = overflow || step.overflow
        }
        guard !overflow, (first...last).contains(seconds) else {
            throw EvaluationError("the timestamp is outside the years 1 to 9999")
        }
        return .timestamp(seconds: seconds, nanos: Int32(nanos))
    }

    static func duration(_ seconds: Int64, _ nanos: Int64) throws(EvaluationError) -> Value {
        var (seconds, overflow) = seconds.addingReportingOverflow(nanos / billion)
        var nanos = nanos % billion
        if seconds > 0, nanos < 0 {
            seconds -= 1
            nanos += billion
        } else if seconds < 0, nanos > 0 {
            seconds += 1
            nanos -= billion
        }
        guard !overflow, (-longest...longest).contains(seconds) else {
            throw EvaluationError("the duration is too long")
        }
        return .duration(seconds: seconds, nanos: Int32(nanos))
    }

    static func operate(_ operation: String, _ left: Value, _ right: Value) throws(EvaluationError) -> Value? {
        switch (operation, left, right) {
        case ("_+_", .timestamp(let a, let x), .duration(let b, let y)),
            ("_+_", .duration(let b, let y), .timestamp(let a, let x)):
            return try timestamp(try add(a, b), Int64(x) + Int64(y))
        case ("_-_", .timestamp(let a, let x), .duration(let b, let y)):
            return try timestamp(try add(a, -b), Int64(x) - Int64(y))
        case ("_-_", .timestamp(let a, let x), .timestamp(let b, let y)):
            // A difference is counted in nanoseconds of 64 bits, as cel-spec's implementations do.
            let value = try duration(try add(a, -b), Int64(x) - Int64(y))
            return try narrow(value)
        case ("_+_", .duration(let a, let x), .duration(let b, let y)):
            return try narrow(try duration(try add(a, b), Int64(x) + Int64(y)))
        case ("_-_", .duration(let a, let x), .duration(let b, let y)):
            return try narrow(try duration(try add(a, -b), Int64(x) - Int64(y)))
        default: return nil
        }
    }

    private static func narrow(_ value: Value) throws(EvaluationError) -> Value {
        guard case .duration(let seconds, let nanos) = value else { return value }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: billion)
        guard !overflow, !product.addingReportingOverflow(Int64(nanos)).overflow else {
            throw EvaluationError("the duration is too long")
        }
        return value
    }

    private static func add(_ a: Int64, _ b: Int64) throws(EvaluationError) -> Int64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        guard !overflow else { throw EvaluationError("the time is out of range") }
        return sum
    }

    // MARK: Text

    static func timestamp(_ text: String) throws(EvaluationError) -> Value {
        // Nanoseconds are read here, the rest by the strict reader, which knows only milliseconds.
        var nanos: Int64 = 0
        var plain = text
        if let point = text.firstIndex(of: ".") {
            let digits = text[text.index(after: point)...].prefix { $0.isASCII && $0.isNumber }
            guard (1...9).contains(digits.count), let value = Int64(digits) else {
                throw EvaluationError("the text is no timestamp")
            }
            nanos = (0..<(9 - digits.count)).reduce(value) { product, _ in product * 10 }
            plain = String(text[..<point] + text[digits.endIndex...])
        }
        guard let instant = Instant(rfc3339: plain) else { throw EvaluationError("the text is no timestamp") }
        return try timestamp(instant.milliseconds / 1000, nanos)
    }

    static func text(_ seconds: Int64, _ nanos: Int32) -> String {
        let base = Instant(milliseconds: seconds * 1000).rfc3339
        guard nanos != 0 else { return base }
        return String(base.dropLast()) + "." + fraction(Int64(nanos)) + "Z"
    }

    private static func fraction(_ nanos: Int64) -> String {
        var digits = String(nanos.magnitude)
        digits = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return digits
    }

    static func durationText(_ seconds: Int64, _ nanos: Int32) -> String {
        let sign = seconds < 0 || nanos < 0 ? "-" : ""
        return sign + String(seconds.magnitude) + (nanos == 0 ? "" : "." + fraction(Int64(nanos))) + "s"
    }

    /// `1h30m`, `1.5s`, `-100ms`, `10us`, `1ns`.
    static func duration(_ text: String) throws(EvaluationError) -> Value {
        let failure = EvaluationError("the text is no duration")
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
        if rest == "0" { return .duration(seconds: 0, nanos: 0) }
        guard !rest.isEmpty else { throw failure }
        let units: [(String, Int64)] = [
            ("ns", 1), ("us", 1000), ("µs", 1000), ("ms", 1_000_000), ("s", billion), ("m", 60 * billion),
            ("h", 3600 * billion),
        ]
        var seconds: Int64 = 0
        var nanos: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            var decimals = Substring("")
            if rest.hasPrefix(".") {
                rest = rest.dropFirst()
                decimals = rest.prefix { $0.isASCII && $0.isNumber }
                rest = rest[decimals.endIndex...]
            }
            guard !(digits.isEmpty && decimals.isEmpty), digits.count <= 15,
                let unit = units.first(where: { rest.hasPrefix($0.0) && !($0.0 == "m" && rest.hasPrefix("ms")) })
            else { throw failure }
            rest = rest.dropFirst(unit.0.count)
            let whole = Int64(digits) ?? 0
            if unit.1 >= billion {
                let (product, overflow) = whole.multipliedReportingOverflow(by: unit.1 / billion)
                guard !overflow else { throw failure }
                seconds = try add(seconds, product)
            } else {
                let perSecond = billion / unit.1
                seconds = try add(seconds, whole / perSecond)
                nanos += (whole % perSecond) * unit.1
            }
            if let part = Double("0." + decimals), !decimals.isEmpty {
                let extra = Int64((part * Double(unit.1)).rounded())
                seconds = try add(seconds, extra / billion)
                nanos += extra % billion
            }
            seconds = try add(seconds, nanos / billion)
            nanos %= billion
        }
        return try duration(isNegative ? -seconds : seconds, isNegative ? -nanos : nanos)
    }

    // MARK: Parts

    static func part(
        _ name: String, _ seconds: Int64, _ nanos: Int32, zone: String
    ) throws(EvaluationError) -> Value? {
        let offset = try offset(zone, seconds)
        let local = seconds + Int64(offset)
        let dayNumber = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
        let second = local - dayNumber * 86_400
        let date = LocalDate(day: Int32(clamping: dayNumber))
        let result: Int
        switch name {
        case "getFullYear": result = date.year
        case "getMonth": result = date.month - 1
        case "getDate": result = date.dayOfMonth
        case "getDayOfMonth": result = date.dayOfMonth - 1
        case "getDayOfWeek": result = date.weekday % 7
        case "getDayOfYear":
            result = Int(date.day - (LocalDate(year: date.year, month: 1, day: 1)?.day ?? date.day))
        case "getHours": result = Int(second / 3600)
        case "getMinutes": result = Int(second / 60 % 60)
        case "getSeconds": result = Int(second % 60)
        case "getMilliseconds": result = Int(nanos / 1_000_000)
        default: return nil
        }
        return .int(Int64(result))
    }

    private static func offset(_ zone: String, _ seconds: Int64) throws(EvaluationError) -> Int {
        if zone == "UTC" || zone == "Z" { return 0 }
        let bytes = Array(zone.utf8)
        let isSigned = bytes.first == 0x2B || bytes.first == 0x2D
        let digits = isSigned ? Array(bytes.dropFirst()) : bytes
        if digits.count == 5, digits[2] == 0x3A, let time = LocalTime(String(decoding: digits, as: UTF8.self)) {
            return (bytes.first == 0x2D ? -1 : 1) * time.minutes * 60
        }
        if let known = Zone(zone) { return known.offset(at: Instant(milliseconds: seconds * 1000)) }
        throw EvaluationError("there is no zone of that name")
    }

    static func part(_ name: String, _ seconds: Int64, _ nanos: Int32) -> Value? {
        switch name {
        case "getHours": .int(seconds / 3600)
        case "getMinutes": .int(seconds / 60)
        case "getSeconds": .int(seconds)
        case "getMilliseconds": .int(Int64(nanos) / 1_000_000)
        default: nil
        }
    }
}
