package import Calendars
import Exchange

/// A programme as the page of a manual: who takes part, then stage by stage who is asked what by when, what reminds and
/// where it leads.
///
/// The page is a value of titles and tables, so that a terminal, a file of Markdown and a program can each show it.
package struct ManualPage: Hashable, Sendable {
    /// A table with its heading and what stands below it.
    package struct Section: Hashable, Sendable {
        package var title: String
        package var columns: [String]
        /// For each row its cells, for each cell its lines.
        package var rows: [[[String]]]
        package var notes: [String] = []
    }

    package let title: String
    package let subtitle: String
    package private(set) var sections: [Section] = []

    /// - Parameter visit: the days of a sample visit, for which the calendar is made; nil: no calendar.
    package init(_ words: ProgrammeWords, visit: DateSpan? = nil) {
        let programme = words.programme
        title = words.title
        subtitle =
            "\(programme.name), \(words.word(.version)) \(programme.version); \(programme.reference); \(programme.zone.name)"
        let steps = StepWords(words: words)
        sections.append(Self.people(words))
        for stage in programme.stages {
            let states = programme.statesOrder.compactMap { programme.states[$0] }.filter { $0.stage == stage.kind }
            sections.append(
                Self.section("\(words.word(.stage)): \(words.stage(stage))", states, stage.inside, steps, nil))
        }
        for track in programme.tracksOrder.compactMap({ programme.tracks[$0] }) {
            let states = track.statesOrder.compactMap { track.states[$0] }
            let title = "\(words.word(.tracks)): \(words.track(track))"
            sections.append(Self.section(title, states, track.inside, steps, track))
        }
        let everywhere = steps.lines(of: programme.everywhere, nil)
        if !everywhere.isEmpty {
            sections.append(Section(title: words.word(.everyStage), columns: [], rows: [], notes: everywhere))
        }
        let ends = programme.endsOrder.compactMap { programme.ends[$0] }.map { end in
            [[words.state(end.name)], [words.kind(end.kind)], end.send.map(steps.text)]
        }
        sections.append(
            Section(
                title: words.word(.ends), columns: [words.word(.state), words.word(.what), words.word(.told)],
                rows: ends))
        if let visit { sections.append(SampleCalendar(words, visit: visit).section) }
    }

    private static func people(_ words: ProgrammeWords) -> Section {
        let programme = words.programme
        let rows = programme.peopleOrder.compactMap { programme.people[$0] }.map { role in
            [[words.person(role.name)], [role.name], role.isStaff ? [words.word(.staff)] : []]
        }
        return Section(title: words.word(.people), columns: [words.word(.who), words.word(.role), ""], rows: rows)
    }

    private static func section(
        _ title: String, _ states: [StateDeclaration], _ inside: Surroundings, _ steps: StepWords, _ track: Track?
    ) -> Section {
        let words = steps.words
        let columns: [PageWord] = [.state, .who, .asked, .due, .reminders, .next]
        let rows = states.map { state in
            [
                [words.state(state.name, in: track)], steps.who(state), steps.asked(state), steps.due(state),
                steps.reminders(state, track), steps.next(state, track),
            ]
        }
        return Section(
            title: title, columns: columns.map(words.word), rows: rows, notes: steps.lines(of: inside, track))
    }

    /// The page as Markdown; what the programme's words say is never read as Markdown's own signs in a table.
    package var markdown: String {
        var lines = ["# \(Self.cell(title))", "", Self.cell(subtitle)]
        for section in sections {
            lines += ["", "## \(Self.cell(section.title))"]
            if !section.columns.isEmpty {
                lines += ["", "| " + section.columns.map(Self.cell).joined(separator: " | ") + " |"]
                lines.append("|" + String(repeating: "---|", count: section.columns.count))
                for row in section.rows {
                    let cells = row.map { $0.map(Self.cell).joined(separator: "<br>") }
                    lines.append("| " + cells.joined(separator: " | ") + " |")
                }
            }
            if !section.notes.isEmpty { lines += [""] + section.notes.map { "- " + Self.cell($0) } }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func cell(_ text: String) -> String {
        text.map { character in
            switch character {
            case "|", "\\", "*", "_", "`", "[", "]": "\\\(character)"
            case "<": "&lt;"
            case "\n": " "
            default: String(character)
            }
        }.joined()
    }
}
