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

    public indirect enum RepeatLimit: Hashable, Sendable {
        case times(Int)
        /// No later than the end that another phrase means; that phrase hangs on a date.
        case until(TimePhrase)
    }

    /// How the writer named the hook's own day, kept so that `fmt` leaves the words alone.
    enum Wording: Hashable, Sendable {
        /// `visit`, `visit ends`.
        case plain
        /// `call opens`, `call closes`.
        case door
        /// `first day of visit`, `last day of visit`, `day of submission`.
        case day
    }

    /// The phrase as `fmt` writes it.
    public let text: String
    public let hook: Hook
    public let direction: Direction
    /// One moment each, such as 7 and 14 days, in order of time; each is a sum of parts, the larger unit first. Empty: on
    /// the hook itself.
    public let moments: [[Part]]
    /// Every so often.
    public let every: Part?
    public let limit: RepeatLimit?
    public let at: LocalTime?
    public let shift: Shift?
    let wording: Wording

    init(
        hook: Hook, direction: Direction, moments: [[Part]], every: Part? = nil, limit: RepeatLimit? = nil,
        at: LocalTime? = nil, shift: Shift? = nil, wording: Wording = .plain
    ) {
        self.hook = hook
        self.direction = direction
        self.moments = moments
        self.every = every
        self.limit = limit
        self.at = at
        self.shift = shift
        self.wording = wording
        text =
            PhraseText(
                hook: hook, direction: direction, moments: moments, every: every, limit: limit, at: at, shift: shift,
                wording: wording
            ).text
    }

    /// Whether it lies before its hook.
    public var isBefore: Bool { direction == .before }

    /// The phrase up to whose moment it repeats, if any.
    public var until: TimePhrase? { if case .until(let bound)? = limit { bound } else { nil } }

    /// The date on which the bound of a repetition hangs, if any; ``instants(from:until:kind:zone:calendar:officeHour:)``
    /// wants its days.
    public var untilDate: String? { if case .date(let name, _)? = until?.hook { name } else { nil } }

    /// The dates that it names.
    public var dates: [String] {
        var result: [String] = []
        if case .date(let name, _) = hook { result.append(name) }
        if let untilDate { result.append(untilDate) }
        return result
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
