import Calendars
package import Exchange

/// A simulation as a picture: the load day by day, how cases end, who waits, what a person gets.
///
/// The SVG stands alone: system fonts, light ground, no script and nothing from elsewhere. Text is escaped.
package struct SimulationPicture {
    private static let width = 1_080
    private static let margin = 36
    private static let gap = 32
    private static let rowsShown = 10
    private static let row = 26
    private static let ink = "#1f2933"
    private static let faint = "#5b6570"
    private static let line = "#e3e7ec"
    private static let blue = "#3b6ea8"
    private static let amber = "#c77d1e"
    private static let green = "#35805c"
    private static let grey = "#9aa5b1"

    let report: SimulationReport
    let programme: Programme
    let plan: SimulationPlan

    package init(report: SimulationReport, programme: Programme, plan: SimulationPlan) {
        self.report = report
        self.programme = programme
        self.plan = plan
    }

    private struct Bar {
        let label: String
        let value: Int
        let colour: String
        var words = ""
        /// A darker share of the bar.
        var part = 0
    }

    /// The whole picture.
    package var svg: String {
        let half = (Self.width - 2 * Self.margin - Self.gap) / 2
        let right = Self.margin + half + Self.gap
        var body = heading()
        var y = 112
        let (load, loadHeight) = self.load(y: y)
        body += load
        y += loadHeight + 40
        let (endings, endHeight) = bars("How cases end", endBars, x: Self.margin, y: y, width: half)
        let (waiting, waitHeight) = bars(
            "Who is waited for on the last day", waitBars, note: "dark: past the due date", x: right, y: y, width: half)
        body += endings + waiting
        y += max(endHeight, waitHeight) + 36
        let (got, gotHeight) = bars(
            "Messages that a person gets", readerBars,
            note: "bar: mean; then 95 of 100 people get at most, and the most",
            x: Self.margin, y: y, width: half)
        let (late, lateHeight) = bars(
            "States whose tasks end late", lateBars, note: "share of the tasks with a due date", x: right, y: y,
            width: half)
        body += got + late
        y += max(gotHeight, lateHeight) + Self.margin
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.width)" height="\(y)" viewBox="0 0 \(Self.width) \(y)" \
            role="img" aria-label="\(Self.escaped(title))" font-family="system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', \
            'Noto Sans', 'DejaVu Sans', Arial, sans-serif">
            <title>\(Self.escaped(title))</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            \(body.joined(separator: "\n"))
            </svg>

            """
    }

    private var title: String { "\(programme.title), \(plan.from.iso) to \(plan.until.iso), simulated" }

    private func heading() -> [String] {
        let numbers = [
            (report.started, "cases"), (report.ended, "have ended"), (report.messages, "messages"),
            (report.everyone.people, "people"),
        ]
        var result = [
            text(programme.title, x: Self.margin, y: 52, size: 26, weight: 700),
            text(
                "\(plan.from.iso) to \(plan.until.iso), drawn with seed \(plan.seed); nobody of these people exists",
                x: Self.margin, y: 76, size: 13, fill: Self.faint),
        ]
        for (place, (number, words)) in numbers.reversed().enumerated() {
            let x = Self.width - Self.margin - place * 128
            result.append(text(Self.grouped(number), x: x, y: 52, size: 24, weight: 700, anchor: "end"))
            result.append(text(words, x: x, y: 74, size: 13, fill: Self.faint, anchor: "end"))
        }
        return result
    }

    // MARK: Load

    private func load(y: Int) -> ([String], Int) {
        let height = 170
        let width = Self.width - 2 * Self.margin
        let first = plan.from.day
        let count = max(1, Int(plan.until.day - first) + 1)
        // A year is shown by days, longer times by weeks or months, so that a bar can be seen.
        let step = count <= 400 ? 1 : count <= 2_800 ? 7 : 30
        let places = (count + step - 1) / step
        var messages = [Int](repeating: 0, count: places)
        var tasks = [Int](repeating: 0, count: places)
        for day in report.load {
            let place = Int(day.day.day - first) / step
            guard messages.indices.contains(place) else { continue }
            messages[place] += day.messages
            tasks[place] += day.tasks
        }
        let most = Self.nice(max(messages.max() ?? 0, tasks.max() ?? 0, 1))
        let unit = step == 1 ? "a day" : step == 7 ? "a week" : "in 30 days"
        var result = [
            text("Messages \(unit)", x: Self.margin, y: y + 14, size: 16, weight: 700),
            text(
                "line: tasks opened", x: Self.margin + width, y: y + 14, size: 12, fill: Self.amber, anchor: "end"),
        ]
        let top = y + 30
        let left = Self.margin + 44
        let inner = width - 44
        for part in 0...2 {
            let at = top + height - height * part / 2
            result.append("<path d=\"M\(left) \(at)H\(left + inner)\" stroke=\"\(Self.line)\"/>")
            result.append(
                text(Self.grouped(most * part / 2), x: left - 8, y: at + 4, size: 12, fill: Self.faint, anchor: "end"))
        }
        var bars = ""
        for (place, value) in messages.enumerated() where value > 0 {
            let x0 = left + inner * place / places
            let x1 = left + inner * (place + 1) / places
            let tall = max(1, height * value / most)
            bars += "M\(x0) \(top + height)v-\(tall)h\(max(1, x1 - x0 - (x1 - x0 > 4 ? 1 : 0)))v\(tall)z"
        }
        result.append("<path d=\"\(bars)\" fill=\"\(Self.blue)\"/>")
        let points = tasks.enumerated().map { place, value in
            "\(left + inner * (2 * place + 1) / (2 * places)) \(top + height - height * value / most)"
        }
        result.append(
            "<path d=\"M\(points.joined(separator: "L"))\" fill=\"none\" stroke=\"\(Self.amber)\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/>"
        )
        result += months(left: left, width: inner, y: top + height + 18, days: count)
        return (result, 30 + height + 24)
    }

    /// The first of each month; of a longer time each third or each January.
    private func months(left: Int, width: Int, y: Int, days: Int) -> [String] {
        let every = days <= 430 ? 1 : days <= 1_300 ? 3 : 12
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        var result: [String] = []
        var day = plan.from
        while day <= plan.until {
            if day.dayOfMonth == 1, (day.month - 1) % every == 0 {
                let x = left + width * Int(day.day - plan.from.day) / days
                let words = day.month == 1 ? "\(names[0]) \(day.year)" : names[day.month - 1]
                result.append("<path d=\"M\(x) \(y - 18)v5\" stroke=\"\(Self.grey)\"/>")
                if x < left + width - 24 { result.append(text(words, x: x + 3, y: y, size: 12, fill: Self.faint)) }
            }
            day = day.adding(days: 1)
        }
        return result
    }

    // MARK: Bars

    private var endBars: [Bar] {
        let ended = report.ends.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { name, count in
            Bar(
                label: state(name), value: count,
                colour: programme.ends[name]?.isGood ?? false ? Self.green : Self.amber)
        }
        let open = report.open.values.reduce(0, +)
        return ended + (open > 0 ? [Bar(label: "still under way", value: open, colour: Self.grey)] : [])
    }

    private var waitBars: [Bar] {
        report.waiting.map { one in
            let state = state(one.state)
            return Bar(
                label: "\(role(one.role)): \(state)", value: one.tasks, colour: Self.blue,
                words: "\(Self.grouped(one.tasks)), longest \(one.longestDays) days", part: one.late)
        }
    }

    private var readerBars: [Bar] {
        report.readers.sorted { ($1.mean, $0.role) < ($0.mean, $1.role) }.map { one in
            Bar(
                label: "\(role(one.role)) (\(Self.grouped(one.people)))", value: Int(one.mean.rounded()),
                colour: Self.blue,
                words:
                    "\(one.mean < 100 ? String(one.mean) : Self.grouped(Int(one.mean))) · \(Self.grouped(one.p95)) · \(Self.grouped(one.most))"
            )
        }
    }

    private var lateBars: [Bar] {
        report.timeliness.filter { $0.late > 0 }.map { one in
            let state = state(one.state)
            let share = one.late * 100 / max(one.tasks, 1)
            let isNever = one.late == one.tasks && one.tasks >= SimulationReport.leastTasks
            return Bar(
                label: state, value: max(share, 1), colour: isNever ? "#b3372e" : Self.amber,
                words: isNever
                    ? "never in time (\(one.tasks))"
                    : "\(share) % of \(Self.grouped(one.tasks)), worst \(one.worstDays) days")
        }
    }

    /// The title of a state, of a track's with the track before it, or of an end.
    private func state(_ name: String) -> String {
        let parts = name.split(separator: " ").map(String.init)
        if parts.count == 2 { return programme.tracks[parts[0]]?.states[parts[1]]?.title ?? parts[1] }
        return programme.states[name]?.title ?? programme.ends[name]?.title ?? name
    }

    private func role(_ name: String) -> String {
        name.isEmpty ? "told before" : programme.people[name]?.title ?? programme.tracks[name]?.title ?? name
    }

    private func bars(
        _ title: String, _ all: [Bar], note: String = "", x: Int, y: Int, width: Int
    ) -> ([String], Int) {
        var result = [text(title, x: x, y: y + 14, size: 16, weight: 700)]
        var at = y + 28
        if !note.isEmpty {
            result.append(text(note, x: x, y: at + 4, size: 12, fill: Self.faint))
            at += 16
        }
        guard !all.isEmpty else {
            result.append(text("none", x: x, y: at + 14, size: 13, fill: Self.faint))
            return (result, at + Self.row - y)
        }
        let shown = all.prefix(Self.rowsShown)
        let most = max(1, shown.map(\.value).max() ?? 1)
        let labels = 218
        let words = 152
        let room = width - labels - words
        for bar in shown {
            let long = max(2, room * bar.value / most)
            result.append(
                text(Self.short(bar.label, 34), x: x + labels - 10, y: at + 15, size: 12, anchor: "end"))
            result.append(
                "<rect x=\"\(x + labels)\" y=\"\(at + 3)\" width=\"\(long)\" height=\"16\" rx=\"2\" fill=\"\(bar.colour)\"/>"
            )
            if bar.part > 0 {
                let part = max(2, long * bar.part / max(bar.value, 1))
                result.append(
                    "<rect x=\"\(x + labels)\" y=\"\(at + 3)\" width=\"\(part)\" height=\"16\" rx=\"2\" fill=\"#22456e\"/>"
                )
            }
            result.append(
                text(
                    bar.words.isEmpty ? Self.grouped(bar.value) : bar.words, x: x + labels + long + 8, y: at + 15,
                    size: 12, fill: Self.faint))
            at += Self.row
        }
        if all.count > shown.count {
            result.append(
                text(
                    "and \(all.count - shown.count) more", x: x + labels, y: at + 14, size: 12, fill: Self.faint))
            at += Self.row
        }
        return (result, at - y)
    }

    // MARK: Words

    private func text(
        _ words: String, x: Int, y: Int, size: Int, weight: Int = 400, fill: String = ink, anchor: String = "start"
    ) -> String {
        let place = anchor == "start" ? "" : " text-anchor=\"\(anchor)\""
        let bold = weight == 400 ? "" : " font-weight=\"\(weight)\""
        return
            "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\"\(bold)\(place) fill=\"\(fill)\">\(Self.escaped(words))</text>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static func short(_ text: String, _ limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
    }

    /// The next number of which half can be written plainly.
    private static func nice(_ number: Int) -> Int {
        var size = 1
        while size * 10 < number { size *= 10 }
        return [2, 4, 6, 8, 10].map { $0 * size }.first { $0 >= number } ?? 10 * size
    }

    private static func grouped(_ number: Int) -> String {
        var result = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0, place % 3 == 0, digit != "-" { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }
}
