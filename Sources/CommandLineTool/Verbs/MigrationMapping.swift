import Exchange

/// `--map OLD=NEW`: finds out what kind of name is meant, and says all that is wrong at once.
struct MigrationMapping {
    let old: [Programme]
    let new: Programme
    private(set) var map = MigrationMap()
    private(set) var mistakes: [String] = []

    static let option = Option(
        "map", value: "OLD=NEW",
        "What a name of the old version is called in the new one: a state, track.state, form.field, or KIND:OLD=NEW with KIND one of \(MigrationMap.Kind.allCases.map(\.rawValue).joined(separator: ", ")).",
        repeating: true)

    init(_ texts: [String], from old: [Programme], to new: Programme) {
        (self.old, self.new) = (old, new)
        for text in texts { read(text) }
    }

    private mutating func read(_ text: String) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
            mistakes.append("--map is written OLD=NEW, such as screening=checking, not '\(text)'")
            return
        }
        let words = sides[0].split(separator: ":", maxSplits: 1).map(String.init)
        let name = words[words.count - 1]
        guard words.count == 1 || MigrationMap.Kind(rawValue: words[0]) != nil else {
            let kinds = MigrationMap.Kind.allCases.map(\.rawValue)
            mistakes.append(
                "--map knows no \"\(words[0])\"\(Naming.proposal(words[0], among: kinds)); it knows \(kinds.joined(separator: ", "))"
            )
            return
        }
        let kinds =
            words.count == 2 ? MigrationMap.Kind(rawValue: words[0]).map { [$0] } ?? [] : MigrationMap.Kind.allCases
        let known = kinds.filter { kind in old.contains { Self.names(kind, in: $0).contains(name) } }
        guard !known.isEmpty else {
            let all = kinds.flatMap { kind in old.flatMap { Self.names(kind, in: $0) } }
            mistakes.append(
                "--map \(text): the old version has no \"\(name)\"\(Naming.proposal(name, among: Array(Set(all)).sorted()))"
            )
            return
        }
        let meant = known.filter { Self.names($0, in: new).contains(Self.target(sides[1], of: name, $0, map)) }
        guard let kind = meant.first else {
            let all = known.flatMap { Self.names($0, in: new) }
            mistakes.append(
                "--map \(text): the new version has no \(known.map(\.rawValue).joined(separator: " or ")) \"\(sides[1])\"\(Naming.proposal(sides[1], among: all))"
            )
            return
        }
        // What the new version no longer has is what is meant, where a name names several things.
        let gone = meant.filter { !Self.names($0, in: new).contains(name) }
        guard meant.count == 1 || gone.count == 1 else {
            mistakes.append(
                "--map \(text): \"\(name)\" names several things; say which: \(meant.map { "\($0.rawValue):\(text)" }.joined(separator: ", "))"
            )
            return
        }
        let one = gone.count == 1 ? gone[0] : kind
        map[one, name] = Self.target(sides[1], of: name, one, map)
    }

    /// The new name with its owner: `delegates.applying=asking` means `delegates.asking`.
    private static func target(_ new: String, of old: String, _ kind: MigrationMap.Kind, _ map: MigrationMap) -> String
    {
        guard let dot = old.firstIndex(of: "."), !new.contains(".") else { return new }
        let owner = String(old[..<dot])
        let renamed = map[kind == .field ? .form : .track, owner] ?? owner
        return "\(renamed).\(new)"
    }

    /// All names of a kind.
    private static func names(_ kind: MigrationMap.Kind, in programme: Programme) -> [String] {
        switch kind {
        case .state:
            programme.statesOrder
                + programme.tracks.values.flatMap { track in
                    (track.statesOrder + track.ends.keys.sorted()).map { "\(track.name).\($0)" }
                }
        case .track: programme.tracksOrder
        case .role: programme.peopleOrder
        case .form: programme.formsOrder
        case .field: programme.forms.values.flatMap { form in form.fields.map { "\(form.name).\($0.name)" } }
        case .date: programme.dates.map(\.name) + programme.tracks.values.flatMap { $0.dates.map(\.name) }
        }
    }
}
