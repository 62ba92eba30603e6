package import Calendars
package import Expressions
import Foundation

/// Values as a reader writes them: dates in words, money, numbers, labels; isolated in right-to-left texts.
package struct Wordings: Sendable {
    package let language: String
    private let programme: Programme?

    package init(language: String) {
        self.language = language
        programme = nil
    }

    package init(language: String, programme: Programme) {
        self.language = language
        self.programme = programme
    }

    package static func isRightToLeft(_ language: String) -> Bool {
        ["ar", "he", "fa", "ur"].contains(String(language.prefix(2)))
    }

    /// A value of a type in this language.
    package func text(_ value: Value, _ type: ValueType) -> String {
        let text = plain(value, type)
        // First-strong isolation keeps a Latin name from turning the order of an Arabic line, and the other way about.
        return Self.isRightToLeft(language) && !text.isEmpty ? "\u{2068}\(text)\u{2069}" : text
    }

    private func plain(_ value: Value, _ type: ValueType) -> String {
        switch value {
        case .null: return ""
        case .bool(let flag): return flag ? BuiltInTexts.word("yes", language) : BuiltInTexts.word("no", language)
        case .int(let number): return String(number)
        case .uint(let number): return String(number)
        case .double(let number): return self.number(number)
        case .string(let text): return word(text)
        case .list(let values):
            return values.map { plain($0, .dyn) }.joined(separator: language.hasPrefix("ar") ? "، " : ", ")
        case .map:
            if let span = DateSpan(value: value) { return days(span) }
            if type == .named(ProgrammeFunctions.weekdayType), let weekday = value["weekday"]?.asInt {
                return self.weekday(weekday)
            }
            if let amount = value["amount"]?.asDouble, let currency = value["currency"]?.asString {
                return money(amount, currency)
            }
            return value["name"]?.asString ?? ""
        default: return ""
        }
    }

    /// A day is written out; a word of a list is its label; everything else is as it is, on one line of text.
    private func word(_ text: String) -> String {
        if text.utf8.count == 10, let date = LocalDate(iso: text) { return day(date) }
        return text
    }

    /// A day, long: "14 June 2027".
    package func day(_ date: LocalDate) -> String {
        DayFormats.shared.text(date, language: language)
    }

    /// A day of the week as it begins a line, such as "Monday" or "Lundi".
    ///
    /// - Parameter number: 1 for Monday to 7 for Sunday.
    package func weekday(_ number: Int) -> String {
        // 5 January 1970 was a Monday.
        let name = DayFormats.shared.weekday(LocalDate(day: Int32(clamping: 3 + number)), language: language)
        return name.prefix(1).uppercased() + name.dropFirst()
    }

    /// A span of days, such as "14 June 2027 – 18 June 2027"; one day stands alone.
    package func days(_ span: DateSpan) -> String {
        span.first == span.last ? day(span.first) : "\(day(span.first)) – \(day(span.last))"
    }

    /// A number as the language writes it; a whole one below ten thousand, which may be a year, without a mark.
    private func number(_ number: Double) -> String {
        guard number.isFinite, number != number.rounded() || number.magnitude >= 10_000, number.magnitude < 1e15 else {
            return FormReading.plain(number)
        }
        let style = FloatingPointFormatStyle<Double>(locale: Locale(identifier: Self.locale(language)))
        return number.formatted(style.precision(.fractionLength(0...10)))
    }

    private func money(_ amount: Double, _ currency: String) -> String {
        let style = FloatingPointFormatStyle<Double>.Currency(
            code: currency, locale: Locale(identifier: Self.locale(language)))
        return amount.formatted(style)
    }

    /// Latin digits in every language; English without a region writes the day first, as most of its readers do.
    static func locale(_ language: String) -> String {
        if language.hasPrefix("ar") { return "ar@numbers=latn" }
        return language == "en" ? "en-GB" : language
    }

    /// A subject is one line: line ends and control characters become spaces (T10).
    static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isBreak =
                scalar.value < 0x20 || scalar.value == 0x7F || scalar.value == 0x85 || scalar.value == 0x2028
                || scalar.value == 0x2029
            result.append(isBreak ? " " : scalar)
        }
        return String(result).trimmed
    }
}

/// Long dates by language, kept because making a format costs more than using it.
private struct DayFormats: Sendable {
    static let shared = DayFormats()
    private let formats: [String: Date.FormatStyle]
    private let weekdays: [String: Date.FormatStyle]

    init() {
        var formats: [String: Date.FormatStyle] = [:]
        var weekdays: [String: Date.FormatStyle] = [:]
        for language in BuiltInTexts.languages {
            formats[language] = Self.long(language)
            weekdays[language] = Self.weekday(language)
        }
        self.formats = formats
        self.weekdays = weekdays
    }

    private static func long(_ language: String) -> Date.FormatStyle {
        style(
            language,
            Date.FormatStyle(date: .long, time: .omitted, locale: Locale(identifier: Wordings.locale(language))))
    }

    private static func weekday(_ language: String) -> Date.FormatStyle {
        style(language, Date.FormatStyle(locale: Locale(identifier: Wordings.locale(language))).weekday(.wide))
    }

    /// The style in the days of the Gregorian calendar, which have no zone.
    private static func style(_ language: String, _ style: Date.FormatStyle) -> Date.FormatStyle {
        var style = style
        style.timeZone = TimeZone(secondsFromGMT: 0) ?? .current
        var calendar = Calendar(identifier: .gregorian)
        calendar.locale = Locale(identifier: Wordings.locale(language))
        calendar.timeZone = style.timeZone
        style.calendar = calendar
        return style
    }

    func text(_ date: LocalDate, language: String) -> String {
        instant(date).formatted(formats[language] ?? formats[String(language.prefix(2))] ?? Self.long(language))
    }

    func weekday(_ date: LocalDate, language: String) -> String {
        instant(date).formatted(weekdays[language] ?? weekdays[String(language.prefix(2))] ?? Self.weekday(language))
    }

    private func instant(_ date: LocalDate) -> Date { Date(timeIntervalSince1970: Double(date.day) * 86_400) }
}
