import Calendars
import Exchange

/// Where the moments of a time phrase lie from what it hangs on, least and most, in days.
///
/// Days are counted from the beginning of the hook's own day, so that a reminder of the 7th day lies at 7.375 (09:00) and
/// an end of that day at 8 (24:00). Working days and months depend on where they begin: every beginning within the list of
/// holidays, or within four years, is tried.
struct PhraseReach: Hashable {
    enum Base: Hashable {
        /// The day on which the state was entered.
        case entering
        case firstEntering(String)
        /// The first or last day of a date.
        case date(String, isLast: Bool)
        /// Something that no analysis knows: a silence, a receipt, the end of the case.
        case unknown
    }

    let base: Base
    /// One for each moment, in order of time.
    let moments: [ClosedRange<Double>]

    /// The first moment's least and the last one's most.
    var least: Double { moments.map(\.lowerBound).min() ?? 0 }
    var most: Double { moments.map(\.upperBound).max() ?? 0 }
}

/// Works out reaches, each phrase once.
final class PhraseReaches {
    /// Phrases that are tried on every beginning; what is beyond takes wider bounds.
    private static let scansLimit = 300
    /// Beginnings that are tried for one phrase.
    private static let daysLimit = 800

    private struct Key: Hashable {
        let text: String
        let kind: MomentKind
    }

    private let calendar: WorkingCalendar
    private let officeHour: LocalTime
    private var known: [Key: [ClosedRange<Double>]] = [:]
    private var scans = 0
    private lazy var beginnings: [LocalDate] = self.workingBeginnings()

    init(_ programme: Programme) {
        calendar = programme.calendar
        officeHour = programme.officeHour
    }

    /// The reach of a phrase; what hangs on a due time is carried over to what the due time hangs on.
    func reach(_ phrase: TimePhrase, _ kind: MomentKind, due: TimePhrase? = nil) -> PhraseReach {
        let own = moments(phrase, kind)
        switch phrase.hook {
        case .entering: return PhraseReach(base: .entering, moments: own)
        case .firstEntering(let state): return PhraseReach(base: .firstEntering(state), moments: own)
        case .date(let name, let edge):
            let isLast = edge == .ends || edge == nil && phrase.direction == .after
            return PhraseReach(base: .date(name, isLast: isLast), moments: own)
        case .due:
            guard let due, due.hook != .due, case let whole = reach(due, .end), whole.moments.count == 1 else {
                return PhraseReach(base: .unknown, moments: own)
            }
            return PhraseReach(
                base: whole.base, moments: own.map { $0.lowerBound + whole.least...$0.upperBound + whole.most })
        case .silence, .receipt, .end: return PhraseReach(base: .unknown, moments: own)
        }
    }

    private func moments(_ phrase: TimePhrase, _ kind: MomentKind) -> [ClosedRange<Double>] {
        let key = Key(text: phrase.text, kind: kind)
        if let found = known[key] { return found }
        let found = tried(phrase, kind)
        known[key] = found
        return found
    }

    private func tried(_ phrase: TimePhrase, _ kind: MomentKind) -> [ClosedRange<Double>] {
        let parts = phrase.moments.flatMap(\.self) + [phrase.every].compactMap(\.self)
        let units = Set(parts.map(\.unit))
        let days: [LocalDate]
        if units.contains(.workingDay) || phrase.shift != nil {
            days = beginnings
        } else if units.contains(.month) || units.contains(.year) {
            days = Self.monthBeginnings
        } else {
            days = [Self.monthBeginnings[0]]
        }
        let longest = parts.filter { $0.unit == .workingDay }.map(\.count).max() ?? 0
        scans += days.count > 1 ? 1 : 0
        guard phrase.until == nil, scans <= Self.scansLimit, longest <= 400, phrase.every == nil || days.count == 1
        else {
            return [wide(phrase)]
        }
        var result: [ClosedRange<Double>] = []
        for day in days {
            let start = Zone.utc.startOfDay(day)
            // A due time is the 24th hour of its day.
            let base: PhraseBase =
                switch phrase.hook {
                case .date: DateSpan(first: day, last: day).map { .span($0) } ?? .instant(start)
                case .due: .instant(Zone.utc.startOfDay(day.adding(days: 1)))
                default: .instant(start)
                }
            let from = phrase.hook == .due ? Zone.utc.startOfDay(day.adding(days: 1)) : start
            let instants = phrase.instants(
                from: base, until: nil, kind: kind, zone: .utc, calendar: calendar, officeHour: officeHour)
            for (index, instant) in instants.enumerated() {
                let offset = Double(instant.milliseconds - from.milliseconds) / 86_400_000
                // Hours count from the moment of entering, which may be late in the day.
                let most = units.contains(.hour) ? offset + 1 : offset
                if index < result.count {
                    result[index] = min(result[index].lowerBound, offset)...max(result[index].upperBound, most)
                } else {
                    result.append(offset...most)
                }
            }
        }
        return result.isEmpty ? [wide(phrase)] : result
    }

    /// Bounds that hold for any calendar.
    private func wide(_ phrase: TimePhrase) -> ClosedRange<Double> {
        let (least, most) = phrase.days
        return phrase.isBefore ? Double(-most)...Double(1 - least) : Double(least)...Double(most + 1)
    }

    /// Days about the ends of months, where months differ, in the four years of a leap.
    private static let monthBeginnings: [LocalDate] = (0..<1461).compactMap { offset in
        guard let first = LocalDate(iso: "2026-01-01") else { return nil }
        let day = first.adding(days: offset)
        return [1, 28, 29, 30, 31].contains(Int(day.iso.suffix(2)) ?? 0) ? day : nil
    }

    private func workingBeginnings() -> [LocalDate] {
        let sorted = calendar.holidays.sorted()
        let start = (sorted.first ?? Self.monthBeginnings[0]).adding(days: -21)
        let end = (sorted.last ?? Self.monthBeginnings[0]).adding(days: 21)
        var result: [LocalDate] = []
        var day = start
        while day <= end, result.count < Self.daysLimit {
            result.append(day)
            day = day.adding(days: 1)
        }
        return result
    }
}
