import Engine
import Expressions

/// What the hub sets for everybody's mail, in `sojourn.yaml` under `notifications:`.
extension Settings {
    /// The name of the section.
    static let notifications = "notifications"

    private static let notificationNames = [
        "before-due", "daily-cap", "digest", "domain-rate", "quiet-hours", "unsubscribe",
    ]

    /// When mail leaves, and how much of it; nothing holds any back where nothing is set.
    ///
    /// - Throws: `SettingsMistakes` with everything that is wrong.
    func notificationTerms() throws(SettingsMistakes) -> NotificationTerms {
        var terms = NotificationTerms()
        guard let values = plugins[Self.notifications] else { return terms }
        var mistakes: [String] = []
        for name in values.keys.sorted() where !Self.notificationNames.contains(name) {
            mistakes.append(
                "notifications: there is no setting \"\(name)\"; there are \(Self.notificationNames.joined(separator: ", "))"
            )
        }
        if let text = values["quiet-hours"]?.asString, text != "off" {
            terms.quietHours = QuietHours(text)
            if terms.quietHours == nil {
                mistakes.append("notifications: quiet-hours are written 21:00-07:00, or off, not \"\(text)\"")
            }
        }
        switch values["before-due"]?.asString {
        case nil, "send": break
        case "wait": terms.sendsBeforeDue = false
        case let text?: mistakes.append("notifications: before-due is send or wait, not \"\(text)\"")
        }
        terms.dailyCap = Self.count(
            values["daily-cap"], "daily-cap", "mails, such as 20", ["": 1], NotificationTerms.dailyCapRange, &mistakes)
        terms.domainRate = Self.count(
            values["domain-rate"], "domain-rate", "mails a minute, written 60 per minute", ["per minute": 1],
            NotificationTerms.domainRateRange, &mistakes)
        terms.digestSeconds = Self.count(
            values["digest"], "digest", "minutes or hours, written 1 hour or 30 minutes",
            ["minute": 60, "minutes": 60, "hour": 3_600, "hours": 3_600], NotificationTerms.digestSecondsRange,
            &mistakes)
        if let text = values["unsubscribe"]?.asString, text != "off" {
            terms.unsubscribeAddress = Unsubscribing.base(text)
            if terms.unsubscribeAddress == nil {
                mistakes.append(
                    "notifications: unsubscribe is off, or where your web server passes \(Unsubscribing.path) on, written "
                        + "https://hub.example; not \"\(text)\"")
            }
        }
        guard mistakes.isEmpty else { throw SettingsMistakes(mistakes) }
        return terms
    }

    /// Reads a number with its unit; nil for `off`, for what is not set, and for a mistake.
    private static func count(
        _ value: Value?, _ name: String, _ words: String, _ units: [String: Int], _ range: ClosedRange<Int>,
        _ mistakes: inout [String]
    ) -> Int? {
        guard let text = value?.asString, text != "off" else { return nil }
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        if let number = parts.first.flatMap({ Int($0) }), let unit = units[parts.count > 1 ? parts[1] : ""] {
            let (whole, overflows) = number.multipliedReportingOverflow(by: unit)
            if !overflows, range.contains(whole) { return whole }
        }
        mistakes.append("notifications: \(name) is off, or a number of \(words); not \"\(text)\"")
        return nil
    }
}
