package import Calendars
package import Exchange
import ProgrammeLanguage

/// A case as a picture: its stages as bands over the months, its people's courses below, what happened beside.
///
/// The SVG stands alone: system fonts, light ground, no script. No person is named in it.
package struct CaseDrawing {
    private static let width = 1_000
    private static let left = 128
    private static let right = 24
    /// Members of a track that are drawn; the others are counted.
    private static let mostCourses = 10
    /// Events that are told below the picture.
    private static let mostEvents = 12
    private static let tints = ["#dbe8f6", "#e6dff5", "#d8eee2", "#f8e9c8"]
    private static let inks = ["#3b6ea8", "#7356b0", "#35805c", "#b9852a"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private let c: Case
    private let history: CaseHistory
    private let programme: Programme
    private let first: LocalDate
    private let last: LocalDate
    private let end: Instant
    private var body: [String] = []
    private var y = 0

    /// - Parameter now: up to where a case that is under way is drawn.
    package static func svg(_ c: Case, machine: CaseMachine, notes: [Note], now: Instant) -> String {
        var drawing = CaseDrawing(c, machine, CaseHistory(c, machine: machine, notes: notes), now)
        return drawing.picture()
    }

    private init(_ c: Case, _ machine: CaseMachine, _ history: CaseHistory, _ now: Instant) {
        self.c = c
        self.history = history
        programme = machine.programme
        end = c.end?.at ?? max(now, c.lastAt)
        let zone = machine.programme.zone
        let opened = zone.date(of: c.openedAt)
        first = opened.adding(days: 1 - opened.dayOfMonth)
        let latest = ([zone.date(of: end)] + history.days.map(\.days.last)).max() ?? opened
        last = latest.adding(days: 1 - latest.dayOfMonth).adding(months: 1)
    }

    // MARK: Places

    private func x(_ date: LocalDate) -> Int {
        let span = max(1, Int(last.day - first.day))
        let room = Self.width - Self.left - Self.right
        return Self.left + min(max(0, Int(date.day - first.day)), span) * room / span
    }

    /// Within the day, so that what lasted hours is seen.
    private func x(_ at: Instant) -> Int {
        let day = programme.zone.date(of: at)
        let (from, to) = (x(day), x(day.adding(days: 1)))
        return from + (to - from) * programme.zone.local(at).secondOfDay / 86_400
    }

    private func day(_ at: Instant) -> String {
        let date = programme.zone.date(of: at)
        return "\(date.dayOfMonth) \(Self.months[date.month - 1]) \(date.year)"
    }

    // MARK: The whole

    private mutating func picture() -> String {
        y = 84
        axis()
        pins()
        stages()
        tracks()
        days()
        mails()
        let bottom = y
        events()
        let title = "\(c.reference)  \(programme.title)"
        let state = c.end.map { "ended \(day($0.at)) as \(named($0.name))" } ?? "under way: \(named(c.region.state))"
        let lines = grid(to: bottom)
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(y + 20)" \
            viewBox="0 0 \(Self.width) \(y + 20)" role="img" aria-label="\(ProgrammeDrawing.escaped(title))" \
            font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif">
            <title>\(ProgrammeDrawing.escaped(title))</title>
            <rect width="100%" height="100%" rx="8" fill="#ffffff"/>
            \(text(c.reference, 24, 38, size: 20, weight: 700))
            \(text("\(programme.title), \(state)", 24 + 12 * c.reference.utf8.count + 12, 38, size: 14, ink: "#5b6570"))
            \(lines)
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private func named(_ name: String) -> String {
        programme.states[name]?.title
            ?? programme.labels["ends.\(name)"]?[programme.languages[0]] ?? name.replacing("_", with: " ")
    }

    /// The first days of months, as many as have room for their names.
    private var marks: [LocalDate] {
        let count = (last.year - first.year) * 12 + last.month - first.month
        let step = [1, 2, 3, 6, 12, 24, 60].first { count / $0 <= 14 } ?? 120
        return stride(from: 0, to: count, by: step).map { first.adding(months: $0) }
    }

    private mutating func axis() {
        for mark in marks {
            let isYear = mark.month == 1 || mark == marks.first
            let words = Self.months[mark.month - 1] + (isYear ? " \(mark.year)" : "")
            body.append(text(words, x(mark) + 3, y - 8, size: 11, weight: isYear ? 700 : 400, ink: "#5b6570"))
        }
    }

    private func grid(to bottom: Int) -> String {
        marks.map { "<line x1=\"\(x($0))\" y1=\"66\" x2=\"\(x($0))\" y2=\"\(bottom)\" stroke=\"#e6e9ed\"/>" }
            .joined(separator: "\n")
    }

    /// The numbers of the events, on the axis; those that would cover each other stand a little apart.
    private mutating func pins() {
        var former = -100
        for (index, event) in told.enumerated() {
            let place = max(x(event.at), former + 15)
            former = place
            body.append(
                "<circle cx=\"\(place)\" cy=\"\(y + 10)\" r=\"7\" fill=\"\(ink(event.tone))\"/>"
                    + text("\(index + 1)", place, y + 14, size: 10, weight: 700, ink: "#ffffff", anchor: "middle"))
        }
        y += 26
    }

    private var told: ArraySlice<CaseHistory.Event> { history.events.prefix(Self.mostEvents) }

    private func ink(_ tone: Timeline.Tone) -> String {
        switch tone {
        case .step: "#3c4753"
        case .good: "#2f7d5b"
        case .bad: "#b3372f"
        case .date: "#0e7490"
        case .quiet: "#8a939d"
        }
    }

    // MARK: Lanes

    private mutating func stages() {
        body.append(lane("Stage", y + 17))
        var former: (stage: Stage.Kind, from: Int, to: Int)?
        for span in history.states {
            guard let stage = programme.states[span.name]?.stage else { continue }
            let (from, to) = (x(span.since), max(x(span.until ?? end), x(span.since) + 1))
            if let open = former, open.stage == stage {
                former?.to = to
            } else {
                if let open = former { band(open) }
                former = (stage, from, to)
            }
            let title = ProgrammeDrawing.escaped("\(named(span.name)), since \(day(span.since))")
            body.append(
                "<rect x=\"\(from)\" y=\"\(y + 29)\" width=\"\(to - from)\" height=\"7\" fill=\"\(Self.inks[place(stage)])\" stroke=\"#ffffff\" stroke-width=\"0.8\"><title>\(title)</title></rect>"
            )
        }
        if let open = former { band(open) }
        for hold in history.holds {
            let (from, to) = (x(hold.since), x(hold.until ?? end))
            body.append(
                "<rect x=\"\(from)\" y=\"\(y)\" width=\"\(max(2, to - from))\" height=\"36\" fill=\"#1c2733\" fill-opacity=\"0.18\"><title>on hold</title></rect>"
            )
        }
        y += 50
    }

    private func place(_ stage: Stage.Kind) -> Int { Stage.Kind.allCases.firstIndex(of: stage) ?? 0 }

    private mutating func band(_ open: (stage: Stage.Kind, from: Int, to: Int)) {
        let title = programme.stages.first { $0.kind == open.stage }?.title ?? open.stage.rawValue
        let room = open.to - open.from
        body.append(
            "<rect x=\"\(open.from)\" y=\"\(y)\" width=\"\(room)\" height=\"26\" rx=\"3\" fill=\"\(Self.tints[place(open.stage)])\"><title>\(ProgrammeDrawing.escaped(title))</title></rect>"
        )
        if room > 8 * title.count {
            body.append(text(title, open.from + 7, y + 17, size: 12, weight: 700, ink: Self.inks[place(open.stage)]))
        }
    }

    private mutating func tracks() {
        for name in programme.tracksOrder {
            let all = history.courses.filter { $0.track == name }
            guard !all.isEmpty else { continue }
            body.append(lane(programme.tracks[name]?.title ?? name, y + 9))
            for course in all.prefix(Self.mostCourses) {
                let isBad = course.until != nil && !course.isGood
                let (from, to) = (x(course.since), max(x(course.until ?? end), x(course.since) + 3))
                let fill = isBad ? "#d9a5a0" : course.until == nil ? "#9db8d6" : "#8fc3a8"
                let words = course.until == nil ? "under way" : named(course.end)
                body.append(
                    "<rect x=\"\(from)\" y=\"\(y + 2)\" width=\"\(to - from)\" height=\"6\" rx=\"3\" fill=\"\(fill)\"><title>\(ProgrammeDrawing.escaped(words))</title></rect>"
                )
                if isBad {
                    body.append(
                        "<path d=\"M\(to - 3) \(y + 2)l6 6m0 -6l-6 6\" stroke=\"#b3372f\" stroke-width=\"1.6\"/>")
                } else if course.until != nil {
                    body.append("<circle cx=\"\(to)\" cy=\"\(y + 5)\" r=\"3.4\" fill=\"#2f7d5b\"/>")
                }
                y += 11
            }
            let more = all.count - Self.mostCourses
            if more > 0 {
                body.append(text("and \(more) more", Self.left + 4, y + 8, size: 11, ink: "#5b6570"))
                y += 12
            }
            y += 9
        }
    }

    /// The days that each date meant: those that held are filled, those that were given up only outlined.
    private mutating func days() {
        var seen: Set<String> = []
        let names = history.days.map(\.date).filter { seen.insert($0).inserted }
        for name in names where programme.dates.first(where: { $0.name == name }).map(isOfCase) ?? true {
            body.append(lane(name.replacing("_", with: " "), y + 12))
            for days in history.days where days.date == name {
                let (from, to) = (x(days.days.first), max(x(days.days.last.adding(days: 1)), x(days.days.first) + 5))
                let look =
                    days.until == nil
                    ? "fill=\"#0e7490\"" : "fill=\"#ffffff\" stroke=\"#0e7490\" stroke-dasharray=\"3 2\""
                let words = "\(days.days.first.iso) to \(days.days.last.iso)" + (days.until == nil ? "" : ", given up")
                body.append(
                    "<rect x=\"\(from)\" y=\"\(y)\" width=\"\(to - from)\" height=\"15\" rx=\"2\" \(look)><title>\(words)</title></rect>"
                )
            }
            y += 26
        }
    }

    /// The days of a table, such as a call, are no news of the case.
    private func isOfCase(_ date: DateDeclaration) -> Bool {
        if case .table? = date.sources.first { false } else { true }
    }

    private mutating func mails() {
        guard !history.mails.isEmpty else { return }
        body.append(lane("\(history.mails.count) mails", y + 10))
        var seen: Set<Int> = []
        for at in history.mails.map({ x($0) }) where seen.insert(at).inserted {
            body.append("<line x1=\"\(at)\" y1=\"\(y)\" x2=\"\(at)\" y2=\"\(y + 12)\" stroke=\"#8a939d\"/>")
        }
        y += 24
    }

    /// What the numbers mean, in two columns.
    private mutating func events() {
        guard !told.isEmpty else { return }
        y += 8
        let rows = (told.count + 1) / 2
        for (index, event) in told.enumerated() {
            let (column, row) = (index / rows, index % rows)
            let (left, top) = (24 + column * (Self.width / 2 - 12), y + 14 + row * 20)
            body.append(
                "<circle cx=\"\(left + 8)\" cy=\"\(top - 4)\" r=\"7\" fill=\"\(ink(event.tone))\"/>"
                    + text("\(index + 1)", left + 8, top, size: 10, weight: 700, ink: "#ffffff", anchor: "middle")
                    + text(day(event.at), left + 24, top, size: 12, ink: "#5b6570")
                    + text(shortened(event.text), left + 108, top, size: 12, ink: ink(event.tone)))
        }
        y += rows * 20 + 6
        let more = history.events.count - told.count
        guard more > 0 else { return }
        body.append(text("and \(more) more", 48, y + 12, size: 12, ink: "#5b6570"))
        y += 18
    }

    private func shortened(_ words: String) -> String {
        words.count > 56 ? String(words.prefix(55)) + "…" : words
    }

    // MARK: Pieces

    private func lane(_ words: String, _ y: Int) -> String {
        let short = words.count > 15 ? String(words.prefix(14)) + "…" : words
        return text(short.prefix(1).uppercased() + short.dropFirst(), 24, y, size: 12, weight: 700, ink: "#3c4753")
    }

    private func text(
        _ words: some StringProtocol, _ x: Int, _ y: Int, size: Int, weight: Int = 400, ink: String = "#1c2733",
        anchor: String = "start"
    ) -> String {
        "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" font-weight=\"\(weight)\" fill=\"\(ink)\" text-anchor=\"\(anchor)\">\(ProgrammeDrawing.escaped(String(words)))</text>"
    }
}
