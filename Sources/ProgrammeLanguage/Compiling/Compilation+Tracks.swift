import Calendars
import Exchange

/// Where a case and its members can stand: names first, contents later.
extension Compilation {
    static let stageKeys: Set<String> = ["title", "keep", "may", "clock", "as-soon-as"]

    /// Names of states and ends, before anything can lead to them.
    func declareStates(_ fields: Fields) {
        if let node = fields["stages"] {
            guard let stages = Fields(node) else {
                error(node, "stages are written request:, match:, visit:, follow-up:, each with its states below")
                return
            }
            let kinds = Stage.Kind.allCases.map(\.rawValue)
            for (key, value) in stages.entries {
                guard let text = key.scalarText else { continue }
                guard let kind = Stage.Kind(rawValue: text) else {
                    error(
                        key,
                        "no stage \"\(text)\"; the stages are \(kinds.joined(separator: ", ")) (give one another name with title:)"
                    )
                    continue
                }
                if let last = p.stages.last,
                    kinds.firstIndex(of: last.kind.rawValue) ?? 0 > kinds.firstIndex(of: text) ?? 0
                {
                    error(key, "the stages stand in the order \(kinds.joined(separator: ", "))")
                }
                p.stages.append(Stage(kind: kind, title: text))
                declareStates(value, kind)
            }
        }
        p.first = p.statesOrder.first ?? ""
        if p.first.isEmpty, let node = fields["stages"] {
            error(node, "the programme has no state; a case begins in the first")
        }
        guard let node = fields["ends"] else { return }
        guard let ends = Fields(node) else {
            error(node, "ends are written name: kind, such as closed: fulfilled")
            return
        }
        for (key, value) in ends.entries {
            guard let name = name(key, "an end's name") else { continue }
            if let other = stateNodes.first(where: { $0.name == name }) {
                error(key, "\"\(name)\" is already a state at line \(other.key.line); an end needs a name of its own")
                continue
            }
            p.endsOrder.append(name)
            p.ends[name] = end(name, value)
            endNodes.append((name, key, value))
        }
    }

    private func declareStates(_ node: Node, _ kind: Stage.Kind) {
        guard let fields = Fields(node) else {
            error(node, "a stage has its states below it")
            return
        }
        for (key, value) in fields.entries where !Self.stageKeys.contains(key.scalarText ?? "") {
            guard let name = name(key, "a state's name") else { continue }
            if let other = stateNumbers[name].map({ stateNodes[$0] }) {
                error(key, "\"\(name)\" is already at line \(other.key.line); rename one or join them")
                continue
            }
            stateNumbers[name] = stateNodes.count
            stateNodes.append((name, kind, key, value))
            p.statesOrder.append(name)
            p.states[name] = StateDeclaration(name: name, stage: kind, line: key.line)
        }
    }

    private func end(_ name: String, _ node: Node) -> EndDeclaration {
        let kinds = ["fulfilled", "refused", "withdrawn", "cancelled", "expired", "good", "bad"]
        var kindNode = node
        var title = name
        if let fields = Fields(node) {
            checkKeys(fields, "end")
            kindNode = fields["kind"] ?? node
            if let node = fields["title"], let text = text(node, "\"title\"") { title = text }
        }
        guard let text = kindNode.scalarText else { return EndDeclaration(name: name, kind: .expired, title: title) }
        guard let kind = EndDeclaration.Kind(rawValue: text) else {
            _ = known(text, among: kinds, "kind of end", at: kindNode)
            return EndDeclaration(name: name, kind: .expired, title: title)
        }
        return EndDeclaration(name: name, kind: kind, title: title)
    }

    /// The messages of ends, when messages can be noted.
    func compileEnds() {
        for (name, _, value) in endNodes {
            guard let node = Fields(value)?["send"] else { continue }
            let made = sends(node, .case)
            p.ends[name]?.send = made
        }
        for (track, _, fields) in trackNodes {
            guard let ends = fields["ends"].flatMap({ Fields($0) }) else { continue }
            for (key, value) in ends.entries {
                guard let name = key.scalarText, let node = Fields(value)?["send"] else { continue }
                let made = sends(node, .track(track))
                p.tracks[track]?.ends[name]?.send = made
            }
        }
    }

    // MARK: Tracks

    func declareTracks(_ fields: Fields) {
        guard let node = fields["tracks"] else { return }
        guard let tracks = Fields(node) else {
            error(node, "tracks are written name: with each, during, left, states and ends below")
            return
        }
        for (key, value) in tracks.entries {
            guard let name = name(key, "a track's name", for: .variable), let track = self.fields(value, of: "track")
            else { continue }
            checkKeys(track, "track")
            trackNodes.append((name, key, track))
            p.tracksOrder.append(name)
            declareTrack(name, key, track)
        }
    }

    private func declareTrack(_ name: String, _ key: Node, _ fields: Fields) {
        var track = Track(name: name, each: .one)
        track.line = key.line
        if let node = fields["title"], let text = text(node, "\"title\"") { track.title = text }
        if let node = fields["each"], let text = text(node, "\"each\"") {
            source(text, node, &track)
        }
        if let node = fields["during"] {
            for (text, item) in words(node, "a stage") {
                let names = Stage.Kind.allCases.map(\.rawValue) + stateNodes.map(\.name)
                if known(text, among: names, "stage or state", at: item) { track.during.insert(text) }
            }
        }
        if let node = fields["states"] {
            if let states = Fields(node) {
                for (key, value) in states.entries {
                    guard let state = self.name(key, "a state's name") else { continue }
                    track.states[state] = StateDeclaration(name: state, stage: nil, line: key.line)
                    track.statesOrder.append(state)
                    trackStateNumbers[name, default: [:]][state] = trackStateNodes[name]?.count ?? 0
                    trackStateNodes[name, default: []].append((state, key, value))
                }
            } else {
                error(node, "the states of a track stand below, one name each")
            }
        }
        track.first = track.statesOrder.first ?? ""
        if let node = fields["ends"] {
            if let ends = Fields(node) {
                for (key, value) in ends.entries {
                    guard let end = self.name(key, "an end's name") else { continue }
                    if track.states[end] != nil {
                        error(key, "\"\(end)\" is already a state of \(name)")
                    }
                    track.ends[end] = self.end(end, value)
                }
            } else {
                error(node, "ends are written name: kind, such as stopped: cancelled")
            }
        }
        if let node = fields["left"], let text = text(node, "\"left\"") {
            if known(text, among: endNames(of: name), "end of \(name)", at: node) { track.left = text }
        }
        track.forms = formsAsked(fields)
        p.tracks[name] = track
        if let node = fields["dates"] {
            let made = dateDeclarations(node, track: name)
            p.tracks[name]?.dates = made
        }
    }

    private func source(_ text: String, _ node: Node, _ track: inout Track) {
        if text == "match" {
            track.each = .match
        } else if text == "one" {
            track.each = .one
        } else if text.hasPrefix("every ") {
            // `every 3 months of project` counts through the project: from its first day until its last.
            let words = text.split(separator: " ").map(String.init)
            var spelled = text
            if let place = words.firstIndex(of: "of"), place + 1 < words.count {
                let name = words[place + 1]
                spelled = words[..<place].joined(separator: " ") + " after \(name) starts until \(name) ends"
                guard known(name, among: p.dates.map(\.name), "date", at: node) else { return }
            }
            if let phrase = phrase(spelled, node, .case) { track.each = .every(phrase) }
        } else {
            let names = text.split(separator: ".").map(String.init)
            guard names.count == 2 else {
                error(
                    node,
                    "members come from rows (nomination.people), from match, are one, or come every so often (every 3 months of project)"
                )
                return
            }
            guard known(names[0], among: p.formsOrder, "form", at: node), let form = p.forms[names[0]],
                known(names[1], among: form.fields.map(\.name), "field of \(names[0])", at: node)
            else { return }
            guard case .rows(let columns, _, _)? = form[names[1]]?.type else {
                error(node, "\(text) has no rows; members come from a field of type rows")
                return
            }
            track.each = .rows(form: names[0], field: names[1])
            track.personField = columns.first { if case .person = $0.type { true } else { false } }?.name
        }
    }

    /// Forms that the states of a track ask: their answers belong to the member.
    private func formsAsked(_ fields: Fields) -> Set<String> {
        var result: Set<String> = []
        func walk(_ node: Node) {
            if let items = node.itemList { for item in items { walk(item) } }
            guard let fields = Fields(node) else { return }
            for (key, value) in fields.entries {
                if key.scalarText == "form", let form = value.scalarText, p.forms[form] != nil { result.insert(form) }
                walk(value)
            }
        }
        for key in ["states", "may", "clock", "as-soon-as"] { fields[key].map(walk) }
        return result
    }

    func compileTracks() {
        for (name, _, fields) in trackNodes {
            let scope = Scope.track(name)
            let made = surroundings(fields, scope, prefix: "tracks.\(name)")
            p.tracks[name]?.inside = made
            for (state, _, value) in trackStateNodes[name] ?? [] {
                guard let made = self.state(state, value, scope, prefix: "\(name).\(state)") else { continue }
                var whole = made
                whole.line = p.tracks[name]?.states[state]?.line ?? 0
                p.tracks[name]?.states[state] = whole
            }
        }
    }

    // MARK: Stages

    func compileStages(_ fields: Fields) {
        guard let stages = fields["stages"].flatMap({ Fields($0) }) else { return }
        for index in p.stages.indices {
            guard let stage = stages[p.stages[index].kind.rawValue].flatMap({ Fields($0) }) else { continue }
            if let node = stage["title"], let text = text(node, "\"title\"") { p.stages[index].title = text }
            p.stages[index].inside = surroundings(stage, .case, prefix: "stages.\(p.stages[index].kind.rawValue)")
        }
        for (name, kind, key, value) in stateNodes {
            guard let made = state(name, value, .case, prefix: name) else { continue }
            var whole = made
            whole.stage = kind
            whole.line = key.line
            p.states[name] = whole
        }
        p.everywhere = surroundings(fields, .case, prefix: "everywhere")
    }

    func surroundings(_ fields: Fields, _ scope: Scope, prefix: String) -> Surroundings {
        var result = Surroundings()
        if let node = fields["keep"] { result.keep = actions(node, scope, prefix: "\(prefix).keep", isKept: true) }
        if let node = fields["may"] { result.may = decisions(node, scope, prefix: "\(prefix).may") }
        if let node = fields["clock"] { result.clock = clock(node, scope, prefix: "\(prefix).clock") }
        if let node = fields["as-soon-as"] {
            result.asSoonAs = steps(node, scope, prefix: "\(prefix).as-soon-as", kind: .automatic)
        }
        return result
    }

    // MARK: Programmes that call one another

    func compileExchange(_ fields: Fields) {
        guard let gives = fields["gives"].flatMap({ Fields($0) }) else { return }
        for (key, value) in gives.entries {
            guard let name = name(key, "a name") else { continue }
            p.gives[name] = condition(value, caseEnvironment, wants: nil, what: "\"\(name)\"")
        }
    }

    /// What a caller gives: fields as those of a form.
    func compileTakes(_ fields: Fields) {
        guard let takes = fields["takes"].flatMap({ Fields($0) }) else { return }
        for (key, value) in takes.entries {
            guard let name = name(key, "a name"), let field = field(name, value, form: "takes") else { continue }
            takeNodes[name] = key
            p.takes.append(field)
        }
    }
}
