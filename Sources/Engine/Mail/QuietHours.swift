package import Calendars

/// The part of each day in which nothing is sent, such as 21:00 to 07:00; it may go over midnight.
package struct QuietHours: Hashable, Sendable, CustomStringConvertible {
    package let from: LocalTime
    package let to: LocalTime

    /// - Returns: nil if both are the same, which would be the whole day or nothing.
    package init?(from: LocalTime, to: LocalTime) {
        guard from != to else { return nil }
        self.from = from
        self.to = to
    }

    /// Reads `21:00-07:00`.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = LocalTime(String(parts[0])), let to = LocalTime(String(parts[1])) else {
            return nil
        }
        self.init(from: from, to: to)
    }

    package var description: String { "\(from)-\(to)" }

    /// When the quiet hours that hold at this instant end; nil: it is not quiet.
    package func end(at instant: Instant, in zone: Zone) -> Instant? {
        let (date, second) = zone.local(instant)
        let minute = second / 60
        let goesOverMidnight = from > to
        let isEvening = minute >= from.minutes
        let isMorning = minute < to.minutes
        guard goesOverMidnight ? isEvening || isMorning : isEvening && isMorning else { return nil }
        let end = zone.instant(on: goesOverMidnight && isEvening ? date.adding(days: 1) : date, at: to)
        // In the night in which the clock goes back the end may have been passed once already.
        return end > instant ? end : nil
    }
}
