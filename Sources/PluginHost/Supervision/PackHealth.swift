package import Calendars
package import Expressions

/// How a version of a pack is doing; kept, so that a service that looks once a minute remembers it.
package struct PackHealth: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        /// Nothing is known against it.
        case well
        /// It failed lately, and is tried again after a pause.
        case resting
        /// It failed again and again, or may not run as it is: its steps wait, every other case goes on.
        case ill
    }

    package var state = State.well
    /// Why it is not well; in plain words, without personal data.
    package var why = ""
    /// Failures in a row.
    package var failures = 0
    /// Since when it is in this state.
    package var since: Instant
    /// Before this it is not tried again.
    package var until: Instant

    package init(now: Instant) { (since, until) = (now, now) }

    /// As it is kept.
    package var value: Value {
        .object([
            "state": .string(state.rawValue), "why": .string(why), "failures": .int(Int64(failures)),
            "since": .string(since.rfc3339), "until": .string(until.rfc3339),
        ])
    }

    /// nil for anything that `value` did not write.
    package init?(_ value: Value) {
        guard let state = value["state"]?.asString.flatMap({ State(rawValue: $0) }), let why = value["why"]?.asString,
            let failures = value["failures"]?.asInt,
            let since = value["since"]?.asString.flatMap({ Instant(rfc3339: $0) }),
            let until = value["until"]?.asString.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        (self.state, self.why, self.failures, self.since, self.until) = (state, why, failures, since, until)
    }

    /// After one more failure: a pause that doubles, and from `PackLimits.failures` on ill.
    package mutating func fail(_ fault: PackFault, at now: Instant) {
        failures += 1
        let doublings = min(failures - 1, 20)
        let pause = min(PackLimits.firstPauseSeconds << doublings, PackLimits.longestPauseSeconds)
        enter(failures >= PackLimits.failures || fault.isForOperator ? .ill : .resting, at: now)
        why = "\(fault)"
        until = now.adding(seconds: Int64(pause))
    }

    package mutating func succeed(at now: Instant) {
        guard state != .well || failures > 0 else { return }
        enter(.well, at: now)
        (failures, why, until) = (0, "", now)
    }

    private mutating func enter(_ next: State, at now: Instant) {
        if state != next { since = now }
        state = next
    }
}

extension PackFault {
    /// Whether trying again cannot help until somebody does something.
    var isForOperator: Bool {
        switch self {
        case .unreadable, .changed, .notLocked, .notSigned, .settings, .noSecret: true
        case .cannotStart, .ended, .hung, .violation, .busy, .ill, .closed: false
        }
    }
}
