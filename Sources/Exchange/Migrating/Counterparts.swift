/// What each name of one version of a programme is called in another: by the map, else by the same name.
package struct Counterparts: Sendable {
    package let old: CaseMachine
    package let new: CaseMachine
    let map: MigrationMap
    /// Old line of a clock → the line that does the same in the new version.
    let lines: [String: String]
    /// Old use of an action → the new one.
    let uses: [String: String]

    package init(from old: CaseMachine, to new: CaseMachine, by map: MigrationMap) {
        self.old = old
        self.new = new
        self.map = map
        let names = Names(old: old.programme, new: new.programme, map: map)
        let phrases = PhraseCounterparts(names)
        lines = phrases.lines
        uses = phrases.uses
        self.names = names
    }

    let names: Names

    /// Names alone, without phrases.
    struct Names: Sendable {
        let old: Programme
        let new: Programme
        let map: MigrationMap

        func state(_ name: String) -> String? { known(map[.state, name] ?? name) { new.states[$0] != nil } }

        func track(_ name: String) -> String? { known(map[.track, name] ?? name) { new.tracks[$0] != nil } }

        func role(_ name: String) -> String? { known(map[.role, name] ?? name) { new.people[$0] != nil } }

        func form(_ name: String) -> String? { known(map[.form, name] ?? name) { new.forms[$0] != nil } }

        /// A date of the case or of a track.
        func date(_ name: String) -> String? {
            known(map[.date, name] ?? name) { target in
                new.dates.contains { $0.name == target }
                    || new.tracks.values.contains { $0.dates.contains { $0.name == target } }
            }
        }

        /// A state or an end of a track, without the track's name.
        func state(_ name: String, of track: String) -> String? {
            guard let other = self.track(track).flatMap({ new.tracks[$0] }) else { return nil }
            let target = map[.state, "\(track).\(name)"].map(Self.last) ?? name
            let isEnd = old.tracks[track]?.ends[name] != nil
            return known(target) { isEnd ? other.ends[$0] != nil : other.states[$0] != nil }
        }

        /// A field of a form, without the form's name.
        func field(_ name: String, of form: String) -> String? {
            guard let other = self.form(form).flatMap({ new.forms[$0] }) else { return nil }
            let target = map[.field, "\(form).\(name)"].map(Self.last) ?? name
            return known(target) { other[$0] != nil }
        }

        /// `people` of `request.people`.
        static func last(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

        private func known(_ name: String, _ isThere: (String) -> Bool) -> String? { isThere(name) ? name : nil }
    }

    /// Whether a region stands in what is the same state in both versions, perhaps under another name: its clocks go on.
    ///
    /// A state that is put into one which the old version has too is another state, and is entered anew.
    func isSame(_ state: String, track: String? = nil) -> Bool {
        guard let track else {
            guard let target = names.state(state) else { return false }
            return target == state || old.programme.states[target] == nil
        }
        guard let target = names.state(state, of: track) else { return false }
        return target == state || old.programme.tracks[track]?.states[target] == nil
    }

    /// The names that a case uses and that have no counterpart, each once.
    package func missing(for c: Case) -> Set<MissingName> {
        var result: Set<MissingName> = []
        if names.state(c.region.state) == nil { result.insert(MissingName(kind: .state, name: c.region.state)) }
        for member in c.members {
            if names.track(member.track) == nil {
                result.insert(MissingName(kind: .track, name: member.track))
            } else if names.state(member.region.state, of: member.track) == nil {
                result.insert(MissingName(kind: .state, name: "\(member.track).\(member.region.state)"))
            }
        }
        for track in c.rolls.keys where names.track(track) == nil {
            result.insert(MissingName(kind: .track, name: track))
        }
        return result
    }

    // MARK: People and paths

    /// What a role is called in the new version; its old name where it has none.
    package func newName(ofRole role: String) -> String { names.role(role) ?? role }

    func who(_ who: Who) -> Who {
        switch who {
        case .role(let role): .role(names.role(role) ?? role)
        case .deputy(let role): .deputy(names.role(role) ?? role)
        case .path(let path): .path(self.path(path))
        case .member, .memberDeputy, .everyone: who
        }
    }

    func path(_ path: Path) -> Path {
        guard let first = path.names.first else { return path }
        var result = path.names
        if old.programme.forms[first] != nil {
            result[0] = names.form(first) ?? first
            if result.count > 1 { result[1] = names.field(result[1], of: first) ?? result[1] }
        } else {
            result[0] = names.role(first) ?? first
        }
        return Path(result)
    }
}
