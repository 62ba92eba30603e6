/// The parts of a phrase on their way to its canonical spelling.
///
/// One blank between words, `1 day` and `2 days`, numbers of a list in order of time; without the `after` of `after 7 days`,
/// `on the`, `when`, and `the` before names.
struct PhraseText {
    let hook: TimePhrase.Hook
    let direction: TimePhrase.Direction
    let moments: [[TimePhrase.Part]]
    let every: TimePhrase.Part?
    let limit: TimePhrase.RepeatLimit?
    let at: LocalTime?
    let shift: TimePhrase.Shift?
    let wording: TimePhrase.Wording

    var text: String {
        let parts: [String?] = [
            distance, side, shift.map { "or the \($0.rawValue) working day" }, at.map { "at \($0)" }, bound,
        ]
        return parts.compactMap { $0 }.joined(separator: " ")
    }

    /// `every 5 days`, `7 and 14 days`, `3 months and 10 days`; nil on the hook itself.
    private var distance: String? {
        if let every { return every.count == 1 ? "every \(every.unit.rawValue)" : "every \(every.text)" }
        guard let first: [TimePhrase.Part] = moments.first else { return nil }
        guard moments.count > 1, let unit: TimePhrase.Unit = first.first?.unit else {
            return first.map(\.text).joined(separator: " and ")
        }
        let counts: [String] = moments.compactMap { $0.first.map { String($0.count) } }
        return counts.joined(separator: " and ") + " \(unit.rawValue)s"
    }

    private var side: String? {
        switch hook {
        case .entering: return nil
        case .silence: return "of silence"
        case .receipt: return "without receipt"
        case .due, .date, .firstEntering, .end: break
        }
        if every == nil, moments.isEmpty { return wording == .day ? ownDay : name }
        switch direction {
        case .before: return "before \(name)"
        case .after: return "after \(name)"
        case .on: return "of \(name)"
        }
    }

    private var name: String {
        switch hook {
        case .entering, .silence, .receipt: ""
        case .due: "due"
        case .firstEntering(let state): "first \(state)"
        case .end: "the end"
        case .date(let name, nil): name
        case .date(let name, .starts?): wording == .door ? "\(name) opens" : "\(name) starts"
        case .date(let name, .ends?): wording == .door ? "\(name) closes" : "\(name) ends"
        }
    }

    private var ownDay: String {
        switch hook {
        case .date(let name, .starts?): "first day of \(name)"
        case .date(let name, .ends?): "last day of \(name)"
        case .date(let name, nil): "day of \(name)"
        default: name
        }
    }

    private var bound: String? {
        switch limit {
        case .times(let count)?: "up to \(count) \(count == 1 ? "time" : "times")"
        case .until(let phrase)?: "until \(phrase.text)"
        case nil: nil
        }
    }
}
