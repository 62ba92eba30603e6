import Exchange

/// The names that an editor proposes where one is expected: those of one programme, or none, so that any name will do.
struct EditorNames: Sendable {
    /// Where a step stands: what it can lead to.
    enum Scope: Hashable, Sendable {
        case `case`
        case track(String)

        /// What sets the definitions of a track apart; names of users have no hyphen.
        var suffix: String { if case .track(let name) = self { "-of-\(name)" } else { "" } }
    }

    var people: [String] = []
    var deputies: [String] = []
    var dates: [String] = []
    var forms: [String] = []
    /// `request.people` and its like.
    var fields: [String] = []
    var lists: [String] = []
    var reasons: [String] = []
    var messages: [String] = []
    var documents: [String] = []
    var rules: [String] = []
    var tracks: [String] = []
    /// States and ends to which a step can lead, by where it stands.
    var targets: [Scope: [String]] = [:]
    /// States of the case, and of each track.
    var states: [Scope: [String]] = [:]
    var ends: [Scope: [String]] = [:]

    /// Any name.
    init() {}

    init(_ programme: Programme) {
        people = programme.peopleOrder
        deputies = people.filter { programme.people[$0]?.hasDeputy ?? false }.map { "\($0).deputy" }
        forms = programme.formsOrder
        fields = forms.flatMap { form in programme.forms[form]?.fields.map { "\(form).\($0.name)" } ?? [] }
        lists = programme.lists.keys.sorted() + programme.tables.keys.sorted()
        reasons = programme.lists.keys.sorted().map { $0.hasPrefix("reasons.") ? String($0.dropFirst(8)) : $0 }
        messages = programme.messages.keys.sorted()
        documents = programme.documents.keys.sorted()
        rules = programme.rules.keys.sorted()
        tracks = programme.tracksOrder
        dates = programme.dates.map(\.name)
        states[.case] = programme.statesOrder
        ends[.case] = programme.endsOrder
        for track in tracks.compactMap({ programme.tracks[$0] }) {
            states[.track(track.name)] = track.statesOrder
            ends[.track(track.name)] = track.ends.keys.sorted()
            dates += track.dates.map(\.name).filter { !dates.contains($0) }
        }
        for (scope, names) in states { targets[scope] = names + (ends[scope] ?? []) }
    }

    var scopes: [Scope] { [.case] + tracks.map { .track($0) } }

    /// Where a member can stand or end, in any track.
    var reaches: [String] { Set(tracks.flatMap { targets[.track($0)] ?? [] }).sorted() }
}
