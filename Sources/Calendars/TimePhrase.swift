/// When something happens, in words: "60 days before visit at 09:00", "5 working days", "every 5 days up to 3 times".
///
/// The grammar and the meaning are in docs/reference/times.md; R9 to R12 and R23 of the semantics are kept here.
public struct TimePhrase: Hashable, Sendable {
    public enum Unit: String, Hashable, Sendable, CaseIterable {
        case hour, day
        case workingDay = "working day"
        case week, month, year
    }

    /// A count with its unit.
    public struct Part: Hashable, Sendable {
        /// 1 to 9999.
        public let count: Int
        public let unit: Unit

        public init(count: Int, unit: Unit) {
            self.count = count
            self.unit = unit
        }

        public var text: String { "\(count) \(unit.rawValue)\(count == 1 ? "" : "s")" }
    }

    public enum Edge: String, Hashable, Sendable {
        case starts, ends
    }

    /// What it hangs on.
    public enum Hook: Hashable, Sendable {
        /// From entering the state.
        case entering
        /// The due time of the state's task.
        case due
        /// A date of the programme; without an edge, before counts from its first day and after from its last.
        case date(String, Edge?)
        /// The first time that a state was entered.
        case firstEntering(String)
        /// Since anything was last heard of whoever holds the task.
        case silence
        /// Since the task was handed over, while no receipt has come.
        case receipt
        /// The end of the case.
        case end
    }

    public enum Direction: Hashable, Sendable {
        case before, after, on
    }

    public enum Shift: String, Hashable, Sendable {
        case next, previous
    }

    public enum RepeatLimit: Hashable, Sendable {
        case times(Int)
        /// So long before (or at) a date's first day.
        case until(String)
    }

    /// The phrase as `fmt` writes it.
    public let text: String
    public let hook: Hook
    public let direction: Direction
    /// One moment each, such as 7 and 14 days; each is a sum of parts, the larger unit first. Empty: on the hook itself.
    public let moments: [[Part]]
    /// Every so often.
    public let every: Part?
    public let limit: RepeatLimit?
    public let at: LocalTime?
    public let shift: Shift?

    init(
        hook: Hook, direction: Direction, moments: [[Part]], every: Part? = nil, limit: RepeatLimit? = nil,
        at: LocalTime? = nil, shift: Shift? = nil
    ) {
        self.hook = hook
        self.direction = direction
        self.moments = moments
        self.every = every
        self.limit = limit
        self.at = at
        self.shift = shift
        text = Self.canonical(hook, direction, moments, every, limit, at, shift)
    }

    /// Whether it lies before its hook.
    public var isBefore: Bool { direction == .before }

    /// The date up to which it repeats, if any.
    public var untilDate: String? { if case .until(let name)? = limit { name } else { nil } }

    /// The dates that it names.
    public var dates: [String] {
        var result: [String] = []
        if case .date(let name, _) = hook { result.append(name) }
        if let untilDate { result.append(untilDate) }
        return result
    }

    private static func canonical(
        _ hook: Hook, _ direction: Direction, _ moments: [[Part]], _ every: Part?, _ limit: RepeatLimit?,
        _ at: LocalTime?, _ shift: Shift?
    ) -> String {
        var words = ""
        if let every {
            words = every.count == 1 ? "every \(every.unit.rawValue)" : "every \(every.text)"
        } else if moments.count > 1 {
            let unit = moments[0][0].unit.rawValue
            words = moments.map { String($0[0].count) }.joined(separator: " and ") + " \(unit)s"
        } else if let first = moments.first {
            words = first.map(\.text).joined(separator: " and ")
        }
        let name: String? =
            switch hook {
            case .entering: nil
            case .due: "due"
            case .date(let name, let edge): edge.map { "\(name) \($0.rawValue)" } ?? name
            case .firstEntering(let state): "first \(state)"
            case .silence: "silence"
            case .receipt: "receipt"
            case .end: "the end"
            }
        if let name {
            switch hook {
            case .silence: words += " of silence"
            case .receipt: words += " without receipt"
            default:
                if moments.isEmpty, every == nil {
                    words = name
                } else if direction == .on {
                    words += " of \(name)"
                } else {
                    words += direction == .before ? " before \(name)" : " after \(name)"
                }
            }
        }
        if let shift { words += " or the \(shift.rawValue) working day" }
        if let at { words += " at \(at.description)" }
        switch limit {
        case .times(let count)?: words += " up to \(count) \(count == 1 ? "time" : "times")"
        case .until(let name)?: words += " until \(name)"
        case nil: break
        }
        return words
    }
}

/// What an instant is for; it decides the hour where the phrase names none (R10).
public enum MomentKind: Hashable, Sendable {
    /// 09:00 of the day, or the hub's own office hour.
    case reminder
    /// 24:00 of the day: the whole day counts.
    case end
}

/// What a phrase is counted from.
public enum PhraseBase: Hashable, Sendable {
    case instant(Instant)
    case span(DateSpan)
}
