import CaseStore
import Engine
import Exchange
import Expressions

/// The journal's entries as people read them.
struct JournalWords {
    let report: CaseReport

    /// One line of the journal, with its notes in words.
    struct Entry {
        let row: JournalRow
        /// The role that acted; empty for the clock and the engine.
        let role: String
        let notes: [Note]
    }

    static func entry(_ row: JournalRow) -> Entry {
        let role = (try? Value(json: row.body))?["role"]?.asString ?? ""
        return Entry(row: row, role: role, notes: StepWriter.notes(row))
    }

    /// Who acted, such as `coordinator (Ana Kovač)` or `the clock`.
    func actor(_ entry: Entry) -> String {
        guard !entry.role.isEmpty || !entry.row.actor.isEmpty else { return "the service" }
        let name = entry.row.actor.isEmpty ? "" : report.name(of: entry.row.actor)
        if entry.role.isEmpty { return name }
        return name.isEmpty ? entry.role : "\(entry.role) (\(name))"
    }

    /// Where a note stands, in front of its words; nothing for the case itself.
    func words(_ note: Note) -> String {
        let place = note.region == .case ? "" : report.words(note.region) + ": "
        return place + plain(note)
    }

    private func plain(_ note: Note) -> String {
        let words = note.words
        func word(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }
        func behind(_ index: Int, _ intro: String = ": ") -> String { word(index).isEmpty ? "" : intro + word(index) }
        switch note.kind {
        case .moved:
            return word(0).isEmpty
                ? "entered \(word(1))" : "from \(word(0)) to \(word(1))" + behind(2, ", reason: ")
        case .answered: return "task \(word(0)) answered \"\(word(2))\" by \(word(1).isEmpty ? "the service" : word(1))"
        case .decided:
            return "\(word(1).isEmpty ? "the service" : word(1)) decided \(word(0))" + behind(2, ", reason: ")
        case .taskOpened:
            return "task \(word(0)) opened for \(word(1).isEmpty ? "nobody" : word(1).replacing(" ", with: ", "))"
                + behind(2)
        case .taskClosed: return "task \(word(0)) closed" + behind(1)
        case .reminded: return "reminded" + behind(0, " with ")
        case .escalated: return "escalated to \(word(0).isEmpty ? "nobody" : word(0).replacing(" ", with: ", "))"
        case .effectQueued: return "\(word(0)) queued"
        case .effectRecalled: return "\(word(0)) taken back"
        case .effectFinished: return "\(word(0)) \(word(1))"
        case .memberStarted: return "began in \(word(1))"
        case .memberEnded: return "ended as \(word(2)), from \(word(1))" + behind(3, ", reason: ")
        case .dateMoved:
            if word(2).isEmpty { return "date \(word(0)) is not known any more" }
            return word(1).isEmpty
                ? "date \(word(0)) is \(word(2))" : "date \(word(0)) moved from \(word(1)) to \(word(2))"
        case .held: return word(1) == "review" ? "the hold is looked at" : "put on hold" + behind(0)
        case .resumed: return "resumed" + behind(0)
        case .stuck: return "cannot go on" + behind(0)
        case .freed: return "can go on again"
        case .skipped: return "\(word(0)) left out" + behind(1)
        case .late:
            return word(0) == "outage"
                ? "the service was away from \(word(1)) to \(word(2))" : "\(word(0)) came late" + behind(1, ", due ")
        case .ended: return "the case ended as \(word(0))" + behind(1, ", reason: ")
        case .erased: return "\(report.answer(word(0))) erased"
        case .searched: return "searched \(word(0)) by \(word(1))"
        case .proposed: return "\(word(0)) proposed, \(word(1)) left out"
        case .reassigned: return "\(word(0)) is held by \(word(1)) now" + behind(2, ", reason: ")
        case .corrected: return "\(word(0)) corrected: \(word(1).replacing(" ", with: ", "))" + behind(2, ", reason: ")
        case .fault: return "a condition failed" + behind(0)
        case .quiet: return "nothing has happened for long"
        case .kept: return "\(word(0)) \(word(1))"
        case .mailNews: return "\(word(0)): \(word(1))"
        case .renewed:
            return "\(word(0)) was changed since it was proposed (\(word(1).replacing(" ", with: ", "))): asked anew"
        case .offerGone: return "\(word(0)) can no longer be had (\(word(1))): its proposal ends"
        case .voided: return "\(word(0)) no longer counts"
        case .migrated: return "taken over from \(word(0)) to \(word(1))"
        }
    }

    /// An entry without what the command carried; that stands in an export.
    func value(_ entry: Entry) -> Value {
        .object([
            "number": .number(entry.row.number), "at": .moment(entry.row.at), "kind": .string(entry.row.kind),
            "actor": .string(entry.row.actor), "role": .string(entry.role),
            "notes": .list(
                entry.notes.map { note in
                    .object([
                        "kind": .string(note.kind.rawValue), "at": .moment(note.at),
                        "where": .string(report.words(note.region)), "words": .texts(note.words),
                        "text": .string(words(note)),
                    ])
                }),
        ])
    }

    /// An entry's lines for a terminal: who did what when, and what came of it.
    func lines(_ entry: Entry) -> [TerminalText] {
        let head: TerminalText =
            "\(entry.row.number, .bold)  \(report.clock.moment(entry.row.at))  \(entry.row.kind, .cyan)  \(actor(entry))"
        return [head] + entry.notes.map { "    \(words($0))" }
    }
}
