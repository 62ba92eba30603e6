package import Calendars

/// The named limits of a programme and of a case.
package enum Limits {
    /// Reminders and escalations that name no hour (R10).
    package static let officeHour = LocalTime("09:00") ?? LocalTime.midnight
    /// A timer fired no later than this acts at its due instant (R13), in milliseconds: 15 minutes.
    package static let toleranceMilliseconds: Int64 = 15 * 60 * 1000
    /// A missed reminder is still sent within this many days (R22).
    package static let lateReminderDays = 2
    /// Members of one track in one case.
    package static let membersPerTrack = 500
    /// Proposals that a case holds in reserve, and offers left out that it remembers.
    package static let candidates = 100
    /// Bytes of one text answer.
    package static let textBytes = 64 << 10
    /// Rows of one answer.
    package static let rowsPerAnswer = 1_000
    /// Bytes of one command's values.
    package static let commandBytes = 1 << 20
    /// A hold is reviewed at least this often, in days (R47).
    package static let holdReviewDays = 30
    /// Nobody of the staff told and nothing due for so long: staff are told (R48), in days.
    package static let quietDays = 30
    /// Effects that are prepared for one case and not yet finished.
    package static let openEffects = 10_000
}

extension Limits {
    /// A task that the machine opens for the staff is due after so many working days.
    package static let staffTaskWorkingDays = 2
    /// Timers that one command may fire in one case; the rest fire with the next tick.
    package static let timersPerCommand = 10_000
    /// Instants of a time phrase that are armed ahead at once.
    package static let searchAgainAhead = 120
}

extension Limits {
    /// A late task of the staff is told again after so many days, until somebody acts.
    package static let staffTaskRepeatDays = 5
}
