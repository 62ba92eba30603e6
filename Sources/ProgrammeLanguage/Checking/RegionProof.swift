import Exchange
import Expressions

/// What is proven of one region: its ways, and what is known in each of its states.
struct RegionProof {
    let scope: Compilation.Scope
    let graph: RegionGraph
    let knowledge: Knowledge
    /// Walks conditions of this region; facts stand for their expressions.
    let facts: [String: Condition]
}

extension Compilation {
    /// Roles that somebody holds in every case: named when it starts, by the roster, or by whoever called it.
    func makeHeldRoles() -> Set<String> {
        Set(
            p.people.values.filter { role in
                role.sources.isEmpty ? !role.isOptional : role.sources.contains(.caller)
            }.map(\.name))
    }

    /// Tables with the answers that are always one of their keys.
    func makeTableKeys() -> [String: Set<String>] {
        var result: [String: Set<String>] = [:]
        for form in p.forms.values {
            for field in form.fields {
                guard case .choice(let source) = field.type else { continue }
                switch source {
                case .list(let name) where p.tables[name]?.keyCount == 1, .openNow(let name):
                    result[name, default: []].insert("\(form.name).\(field.name)")
                default: break
                }
            }
        }
        return result
    }

    func walker(
        _ scope: Scope, environment: Environment? = nil, isKnown: @escaping (String) -> Bool
    ) -> OpenAnswers {
        var walker = OpenAnswers(
            environment: environment ?? self.environment(scope), facts: facts(scope), held: heldRoles, isKnown: isKnown)
        walker.keys = tableKeys
        return walker
    }

    func facts(_ scope: Scope) -> [String: Condition] {
        var result = Dictionary(p.facts.map { ($0.name, $0.value) }) { first, _ in first }
        if case .track(let name) = scope {
            for fact in p.tracks[name]?.facts ?? [] { result[fact.name] = fact.value }
        }
        return result
    }

    /// What the conditions of a region tell, each worked out once.
    private func outcomes(_ scope: Scope) -> (Condition) -> OpenAnswers.Outcome {
        let walker = walker(scope) { _ in true }
        var known: [ObjectIdentifier: OpenAnswers.Outcome] = [:]
        return { condition in
            let node = condition.expression.node
            if let outcome = known[ObjectIdentifier(node)] { return outcome }
            var mine = walker
            let outcome = mine.walk(node)
            known[ObjectIdentifier(node)] = outcome
            return outcome
        }
    }

    /// The case's region.
    func proveCase() -> RegionProof {
        let graph = RegionGraph(case: p)
        let sources = caseSources(AtomTable(), .case)
        var possible = AtomSet()
        // What members answer, and who they are, may be known at any time.
        for track in p.tracks.values {
            for form in track.forms { possible.formUnion(sources.table.set([form] + (sources.open[form] ?? []))) }
        }
        for role in p.people.values where !role.sources.isEmpty {
            let isMembers = role.sources.contains { source in
                switch source {
                case .memberAnswer: true
                case .track(let name): p.tracks[name].map { !isMatch($0) } ?? false
                default: false
                }
            }
            if isMembers { possible.insert(sources.table.number(role.name)) }
        }
        let knowledge = Knowledge(graph, sources, start: AtomSet(), possible: possible)
        return RegionProof(scope: .case, graph: graph, knowledge: knowledge, facts: facts(.case))
    }

    private func caseSources(_ table: AtomTable, _ scope: Scope) -> KnowledgeSources {
        var sources = KnowledgeSources(table: table, outcome: outcomes(scope))
        for form in p.forms.values {
            _ = table.number(form.name)
            sources.open[form.name] = form.fields.filter { !$0.isRequired || $0.condition != nil }
                .map { "\(form.name).\($0.name)" }
        }
        for names in sources.open.values { for name in names { _ = table.number(name) } }
        for date in p.dates { sources.derived.append((date.name, date.sources.map { atom(of: $0) })) }
        for role in p.people.values {
            var from: [String] = []
            for source in role.sources {
                switch source {
                case .answer(let form, let field): from.append(atom(form, field))
                case .table(_, let path): from.append(atom(path.names[0], path.names[1]))
                default: break
                }
            }
            if !from.isEmpty { sources.derived.append((role.name, from)) }
        }
        for (atom, _) in sources.derived { _ = table.number(atom) }
        for state in p.states.values {
            guard case .match(let match) = state.opening else { continue }
            sources.matches[state.name] = match.track
            let isEnd = p.tracks[match.track]?.ends[match.reach]?.isGood ?? false
            for role in p.people.values where role.sources.contains(.track(match.track)) {
                let former = sources.found[match.track]?.first { $0.role == role.name }
                sources.found[match.track, default: []].removeAll { $0.role == role.name }
                sources.found[match.track, default: []].append((role.name, isEnd && former?.isCertain ?? true))
                _ = table.number(role.name)
            }
        }
        return sources
    }

    private func atom(of source: DateDeclaration.Source) -> String {
        switch source {
        case .answer(let form, let field): atom(form, field)
        case .table(_, let path): atom(path.names[0], path.names[1])
        }
    }

    /// An answer that must be given is known with its form.
    private func atom(_ form: String, _ field: String) -> String {
        guard let found = p.forms[form]?[field] else { return "\(form).\(field)" }
        return found.isRequired && found.condition == nil ? form : "\(form).\(field)"
    }

    // MARK: Tracks

    /// A track's region; what is known of the case is what holds wherever the case may stand meanwhile.
    func prove(track name: String, in whole: RegionProof) -> RegionProof? {
        guard let track = p.tracks[name] else { return nil }
        let table = AtomTable()
        var sources = caseSources(table, .track(name))
        for date in track.dates {
            sources.derived.append(
                (
                    date.name,
                    date.sources.map { source in
                        if case .answer("row", let field) = source { return "row.\(field)" }
                        return atom(of: source)
                    }
                ))
            _ = table.number(date.name)
        }
        let (known, possible, states) = caseBase(track, whole.knowledge)
        var start = table.set(known)
        // A column that must be filled is there for every member.
        for field in rowFields(ofTrack: name) where field.isRequired {
            start.insert(table.number("row.\(field.name)"))
        }
        for (atom, from) in sources.derived where from.contains(where: { start.contains(table.number($0)) }) {
            start.insert(table.number(atom))
        }
        let taken = Set(whole.knowledge.taken(in: states).numbers.map { whole.knowledge.table.names[$0] })
        // A member's row stays as it is.
        let row = rowFields(ofTrack: name).map { "row.\($0.name)" }
        _ = table.set(row)
        let own = Set(track.forms.flatMap { [$0] + (sources.open[$0] ?? []) }).union(track.dates.map(\.name) + row)
        sources.learnable = own.union(Set(whole.knowledge.table.names).subtracting(taken))
        let graph = RegionGraph(track: track)
        var mayStart = table.set(possible)
        mayStart.formUnion(start)
        for field in rowFields(ofTrack: name) { mayStart.insert(table.number("row.\(field.name)")) }
        for (atom, from) in sources.derived where from.contains(where: { mayStart.contains(table.number($0)) }) {
            mayStart.insert(table.number(atom))
        }
        let knowledge = Knowledge(graph, sources, start: start, possible: mayStart)
        knowledge.adopt(whole.knowledge)
        return RegionProof(scope: .track(name), graph: graph, knowledge: knowledge, facts: facts(.track(name)))
    }

    /// What the case knows for certain and possibly in every state in which members of a track may live.
    private func caseBase(
        _ track: Track, _ whole: Knowledge
    ) -> (known: Set<String>, possible: Set<String>, states: Set<String>) {
        let lives = Set(
            p.statesOrder.filter { name in
                track.during.contains(name) || p.states[name]?.stage.map { track.during.contains($0.rawValue) } ?? false
            })
        var seeds: [String: AtomSet] = [:]
        switch track.each {
        case .rows(let form, _): seeds = whole.seeds(behind: form)
        case .match:
            for (state, name) in whole.sources.matches where name == track.name { seeds[state] = whole.must[state] }
        case .one, .every: for state in lives { seeds[state] = whole.must[state] }
        }
        let flow = Knowledge(whole.graph, whole.sources, start: AtomSet(), possible: AtomSet(), seeds: seeds)
        var known: AtomSet?
        var possible = AtomSet()
        for state in lives {
            guard let set = flow.must[state] else { continue }
            if known == nil { known = set } else { known?.formIntersection(set) }
            possible.formUnion(whole.may[state] ?? AtomSet())
        }
        let names = whole.table.names
        return (
            Set((known ?? AtomSet()).numbers.map { names[$0] }), Set(possible.numbers.map { names[$0] }),
            lives.filter { flow.must[$0] != nil }
        )
    }
}
