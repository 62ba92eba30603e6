package import Calendars
package import Exchange

/// What a case went through, as spans of time: read from its journal, without names of persons.
package struct CaseHistory: Sendable {
    /// From one instant to another; `until` is nil while it lasts.
    package struct Span: Sendable {
        package let name: String
        package let since: Instant
        package var until: Instant?
    }

    /// One member of a track.
    package struct Course: Sendable {
        package let track: String
        package let number: Int
        package let since: Instant
        package var until: Instant?
        /// The end's name; empty while the member is under way.
        package var end = ""
        package var isGood = false
    }

    /// The days that a date of the case meant for some time.
    package struct Days: Sendable {
        package let date: String
        package let days: DateSpan
        package let since: Instant
        /// When they were given up for others; nil for those that held.
        package var until: Instant?
    }

    /// Something that is worth a line of its own.
    package struct Event: Sendable {
        package let at: Instant
        package let tone: Timeline.Tone
        package let text: String
    }

    package private(set) var states: [Span] = []
    package private(set) var courses: [Course] = []
    package private(set) var days: [Days] = []
    package private(set) var holds: [Span] = []
    package private(set) var events: [Event] = []
    /// When a mail went out.
    package private(set) var mails: [Instant] = []

    private let machine: CaseMachine
    private let c: Case

    /// - Parameter notes: of the whole journal, in its order.
    package init(_ c: Case, machine: CaseMachine, notes: [Note]) {
        self.c = c
        self.machine = machine
        let timeline = Timeline(machine: machine)
        for note in notes {
            read(note)
            guard isEvent(note), let line = timeline.lines(c, [note]).first else { continue }
            // Members who go the same way in one moment are one event.
            if events.last?.at == note.at, case .memberEnded = note.kind { continue }
            events.append(Event(at: note.at, tone: line.tone, text: line.text))
        }
    }

    private mutating func read(_ note: Note) {
        func word(_ index: Int) -> String { note.words.indices.contains(index) ? note.words[index] : "" }
        switch (note.kind, note.region) {
        case (.moved, .case):
            close(note.at)
            states.append(Span(name: word(1), since: note.at))
        case (.ended, _): close(note.at)
        case (.memberStarted, .member(let number)):
            courses.append(Course(track: word(0), number: number, since: note.at))
        case (.memberEnded, .member(let number)):
            guard let index = courses.firstIndex(where: { $0.number == number }) else { return }
            courses[index].until = note.at
            courses[index].end = word(2)
            courses[index].isGood = machine.programme.tracks[word(0)]?.ends[word(2)]?.isGood ?? false
        case (.dateMoved, .case):
            for index in days.indices where days[index].date == word(0) && days[index].until == nil {
                days[index].until = note.at
            }
            if let span = DateSpan(text: word(2)) { days.append(Days(date: word(0), days: span, since: note.at)) }
        case (.held, .case) where holds.last?.until != nil || holds.isEmpty:
            holds.append(Span(name: word(0), since: note.at))
        case (.resumed, _):
            if !holds.isEmpty { holds[holds.count - 1].until = note.at }
        case (.effectFinished, _) where word(0).hasPrefix("message ") && word(1) == "done": mails.append(note.at)
        default: break
        }
    }

    private mutating func close(_ at: Instant) {
        guard let last = states.indices.last, states[last].until == nil else { return }
        states[last].until = at
    }

    /// What somebody would tell of the case: decisions, other days, losses, holds, the end.
    private func isEvent(_ note: Note) -> Bool {
        switch (note.kind, note.region) {
        case (.decided, _), (.ended, _), (.resumed, _), (.stuck, _): true
        case (.held, .case): note.words.count < 2
        case (.dateMoved, .case): note.words.indices.contains(1) && !note.words[1].isEmpty
        case (.memberEnded, .member): note.words.indices.contains(3) && !note.words[3].isEmpty && c.end?.at != note.at
        default: false
        }
    }
}
