package import Calendars
package import Exchange

/// What happened to a case, line by line, for people.
package struct Timeline: Sendable {
    /// How a line reads.
    package enum Tone: Sendable {
        case step, good, bad, date, quiet
    }

    package struct Line: Sendable {
        package let at: Instant
        package let date: LocalDate
        package let reference: String
        package let tone: Tone
        package let text: String
    }

    private let machine: CaseMachine
    private let language: String
    private let wordings: Wordings

    package init(machine: CaseMachine) {
        self.machine = machine
        language = machine.programme.languages[0]
        wordings = Wordings(language: language, programme: machine.programme)
    }

    private var programme: Programme { machine.programme }

    /// The lines worth reading of what one command did.
    package func lines(_ c: Case, _ notes: [Note]) -> [Line] {
        notes.compactMap { note in
            guard let (tone, text) = words(note, c) else { return nil }
            return Line(
                at: note.at, date: programme.zone.date(of: note.at), reference: c.reference, tone: tone, text: text)
        }
    }

    private func title(_ state: String) -> String {
        programme.states[state]?.title ?? programme.ends[state].map { ended($0) } ?? spelled(state)
    }

    /// An end in the reader's words, or its name spelled out.
    private func ended(_ end: EndDeclaration) -> String {
        programme.labels["ends.\(end.name)"]?[language] ?? spelled(end.title)
    }

    /// A coded reason in words.
    private func reason(_ code: String) -> String { programme.label(ofReason: code, language: language) }

    private func because(_ code: String) -> String { code.isEmpty ? "" : " (\(reason(code)))" }

    private func words(_ note: Note, _ c: Case) -> (Tone, String)? {
        let words = note.words
        func word(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }
        switch (note.kind, note.region) {
        case (.moved, .case):
            if programme.ends[word(1)] != nil { return nil }
            return word(0).isEmpty
                ? (.step, "starts: \(title(word(1)))") : (.step, "→ \(title(word(1)))\(because(word(2)))")
        case (.ended, _):
            guard let end = programme.ends[word(0)] else { return nil }
            return (end.isGood ? .good : .bad, "■ ends: \(ended(end))\(because(word(1)))")
        case (.memberEnded, .member(let number)):
            guard let track = programme.tracks[word(0)], let end = track.ends[word(2)] else { return nil }
            let name = who(number, c)
            if isMatch(track) {
                return (
                    end.isGood ? .good : .quiet, "\(supply(track)) \(name): \(spelled(end.title))\(because(word(3)))"
                )
            }
            guard !end.isGood, let member = c.member(number), member.party != nil else { return nil }
            return (.bad, "\(track.title), no. \(place(number, c)): \(spelled(end.title))\(because(word(3)))")
        case (.memberStarted, .member(let number)):
            guard let track = programme.tracks[word(0)], isMatch(track) else { return nil }
            return (.quiet, "\(supply(track)) \(who(number, c)) is asked")
        case (.dateMoved, .case):
            guard let new = DateSpan(text: word(2)) else { return (.date, "\(word(0)): not known any more") }
            let source = programme.dates.first { $0.name == word(0) }?.sources.first
            if case .table? = source { return nil }
            return (.date, "\(word(0)): \(wordings.days(new))" + (word(1).isEmpty ? "" : ", was \(old(word(1)))"))
        case (.decided, .case): return (.step, "\(word(1)) decides: \(spelled(word(0)))\(because(word(2)))")
        case (.decided, .member(let number)):
            return (.step, "\(word(1)) decides about no. \(place(number, c)): \(spelled(word(0)))\(because(word(2)))")
        case (.escalated, _): return (.bad, "! \(word(0)) is told that it is late")
        case (.kept, .case):
            let words = ["made": "made", "renewed": "updated", "undone": "withdrawn"]
            return words[word(1)].map { (.date, "\(spelled(word(0))): \($0)") }
        case (.stuck, _): return (.bad, "! stuck: \(word(0))")
        case (.held, _): return (.step, "on hold\(because(word(0)))")
        case (.resumed, _): return (.step, "goes on")
        default: return nil
        }
    }

    private func old(_ text: String) -> String { DateSpan(text: text).map { wordings.days($0) } ?? text }

    private func spelled(_ name: String) -> String { String(name.map { $0 == "_" || $0 == "." ? " " : $0 }) }

    /// What the members of a match's track are: hosts or experts.
    private func supply(_ track: Track) -> String {
        for state in programme.states.values {
            if case .match(let match) = state.opening, match.track == track.name, match.from == "experts" {
                return "expert"
            }
        }
        return "host"
    }

    private func isMatch(_ track: Track) -> Bool { if case .match = track.each { true } else { false } }

    /// An offer's institution is no personal data; a person is a number.
    private func who(_ number: Int, _ c: Case) -> String {
        guard let member = c.member(number) else { return "" }
        return member.party.map { $0.institution.isEmpty ? member.key : $0.institution } ?? member.key
    }

    private func place(_ number: Int, _ c: Case) -> Int {
        guard let member = c.member(number) else { return number }
        return (c.members(of: member.track).firstIndex { $0.number == number } ?? 0) + 1
    }
}
