import Calendars
import Exchange

/// Every time of a programme that hangs on its visit, with real days for one sample visit.
struct SampleCalendar {
    private struct Entry {
        let instant: Instant
        /// Whether a first instant of a day is meant as that day's beginning, not as the end of the day before.
        let isBeginning: Bool
        let state: String
        let text: String
    }

    private let words: ProgrammeWords
    private let visit: DateSpan
    private let date: String
    private var entries: [Entry] = []

    /// The date that a sample visit stands for: `visit` where there is one, else the first that a form asks for.
    static func date(of programme: Programme) -> String? {
        if programme.dates.contains(where: { $0.name == "visit" }) { return "visit" }
        let asked = programme.dates.first { date in
            date.sources.contains { if case .answer = $0 { true } else { false } }
        }
        return (asked ?? programme.dates.first)?.name
    }

    init(_ words: ProgrammeWords, visit: DateSpan) {
        self.words = words
        self.visit = visit
        let programme = words.programme
        date = Self.date(of: programme) ?? ""
        for name in programme.statesOrder { programme.states[name].map { add($0, nil) } }
        for stage in programme.stages { add(stage.inside, words.stage(stage), due: [], nil) }
        for track in programme.tracksOrder.compactMap({ programme.tracks[$0] }) {
            for name in track.statesOrder { track.states[name].map { add($0, track) } }
            add(track.inside, words.track(track), due: [], track)
        }
        add(programme.everywhere, "", due: [], nil)
    }

    private mutating func add(_ state: StateDeclaration, _ track: Track?) {
        let place = track.map { "\(words.track($0)): " } ?? ""
        let title = place + words.state(state.name, in: track)
        var due: [Instant] = []
        if case .tasks(let tasks) = state.opening {
            for task in tasks {
                guard let phrase = task.due else { continue }
                let instants = self.instants(phrase, due: [], kind: .end)
                due += instants
                let asked = task.form ?? task.binds
                let what = asked.map { "\(words.form($0)) " } ?? ""
                for instant in instants {
                    entries.append(
                        Entry(
                            instant: instant, isBeginning: Self.isBeginning(phrase), state: title,
                            text: "\(words.word(.due)): \(what)(\(words.who(task.who)))"))
                }
            }
        }
        add(state.inside, title, due: due, track)
    }

    private mutating func add(_ inside: Surroundings, _ title: String, due: [Instant], _ track: Track?) {
        let steps = StepWords(words: words)
        for line in inside.clock {
            let kind: MomentKind = line.steps.contains { $0.to != nil } ? .end : .reminder
            for instant in instants(line.when, due: due, kind: kind) {
                entries.append(
                    Entry(
                        instant: instant, isBeginning: Self.isBeginning(line.when), state: title,
                        text: steps.text(line.steps, track)))
            }
        }
    }

    /// Where the phrase falls; nothing where it hangs on what a sample visit does not say.
    private func instants(_ phrase: TimePhrase, due: [Instant], kind: MomentKind) -> [Instant] {
        let programme = words.programme
        var until: PhraseBase?
        if let name = phrase.untilDate {
            guard name == date else { return [] }
            until = .span(visit)
        }
        let bases: [PhraseBase]
        switch phrase.hook {
        case .date(let name, _) where name == date: bases = [.span(visit)]
        case .due: bases = Array(Set(due)).map { .instant($0) }
        default: return []
        }
        return bases.flatMap {
            phrase.instants(
                from: $0, until: until, kind: kind, zone: programme.zone, calendar: programme.calendar,
                officeHour: programme.officeHour)
        }
    }

    var section: ManualPage.Section {
        let wordings = Wordings(language: words.language)
        let sorted = entries.enumerated().sorted { left, right in
            left.element.instant == right.element.instant
                ? left.offset < right.offset : left.element.instant < right.element.instant
        }
        let rows = sorted.map { _, entry in
            [[day(entry, wordings)], [hour(entry)], [entry.state], [entry.text]]
        }
        return ManualPage.Section(
            title: "\(words.word(.calendar)): \(words.date(date)), \(wordings.days(visit)) (\(words.word(.sample)))",
            columns: [words.word(.day), "", words.word(.state), words.word(.what)], rows: rows)
    }

    /// A state that lasts until the visit ends when the visit's first day begins.
    private static func isBeginning(_ phrase: TimePhrase) -> Bool {
        guard case .date(_, let edge) = phrase.hook, edge != .ends else { return false }
        return phrase.moments.isEmpty && phrase.every == nil && phrase.at == nil
    }

    /// Midnight is the end of the day before, as people say it.
    private func isEnd(_ entry: Entry) -> Bool {
        let zone = words.programme.zone
        return !entry.isBeginning && zone.startOfDay(zone.date(of: entry.instant)) == entry.instant
    }

    private func day(_ entry: Entry, _ wordings: Wordings) -> String {
        wordings.day(
            words.programme.zone.date(of: isEnd(entry) ? entry.instant.adding(milliseconds: -1) : entry.instant))
    }

    private func hour(_ entry: Entry) -> String {
        if isEnd(entry) { return "24:00" }
        let second = words.programme.zone.local(entry.instant).secondOfDay
        return (LocalTime(minutes: second / 60) ?? .midnight).description
    }
}
