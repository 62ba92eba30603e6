import Exchange
import Expressions

/// What is proven of a programme whose names and types are right (semantics.md, section 3).
extension Compilation {
    func check(_ fields: Fields) {
        // A programme whose names are wrong would only echo in what is proven about it.
        guard !diagnostics.hasErrors else { return }
        checkRegion(RegionGraph(case: p), scope: .case)
        for name in p.tracksOrder {
            guard let track = p.tracks[name] else { continue }
            checkRegion(RegionGraph(track: track), scope: .track(name))
        }
        checkUnused()
    }

    private func place(_ state: String, _ scope: Scope) -> Node? {
        switch scope {
        case .case: stateNodes.first { $0.name == state }?.key
        case .track(let track): trackStateNodes[track]?.first { $0.name == state }?.key
        }
    }

    private func checkRegion(_ graph: RegionGraph, scope: Scope) {
        let before = diagnostics.errors.count
        checkAttended(graph, scope)
        // Where a state has no way out, what lies behind it cannot be reached either.
        checkReached(graph, scope, hasDeadEnds: diagnostics.errors.count > before)
        checkCircles(graph, scope)
    }

    // MARK: C3

    /// Every state is reached, and leads to an end.
    private func checkReached(_ graph: RegionGraph, _ scope: Scope, hasDeadEnds: Bool) {
        var reached = graph.reached(from: [graph.first])
        // A track's members end when its stages are left, but a state that never ends by itself hides a mistake.
        let leaving = graph.reached(from: graph.ends, backwards: true)
        let leads = Set(graph.edges.map(\.from))
        for state in graph.states {
            guard let node = place(state.name, scope) else { continue }
            if !reached.contains(state.name) {
                // What only an unreached state leads to needs no word of its own.
                reached.formUnion(graph.reached(from: [state.name]))
                if hasDeadEnds { continue }
                error(node, "no way leads to \"\(state.name)\"; add it to a \"next\", or delete it")
            } else if !leads.contains(state.name) {
                error(
                    node, "nothing leads out of \"\(state.name)\"; add \"next:\" or \"clock:\", or list it in \"ends:\""
                )
            } else if !leaving.contains(state.name) {
                error(node, "from \"\(state.name)\" no end can be reached; lead one of its ways on to an end")
            }
        }
        for end in graph.ends.sorted() where !reached.contains(end) {
            if case .track(let name) = scope, p.tracks[name]?.left == end { continue }
            guard let node = endNode(end, scope) else { continue }
            warning(node, "nothing leads to the end \"\(end)\"; use it or delete it")
        }
    }

    private func endNode(_ end: String, _ scope: Scope) -> Node? {
        switch scope {
        case .case: endNodes.first { $0.name == end }?.key
        case .track(let track):
            trackNodes.first { $0.name == track }?.fields["ends"].flatMap { Fields($0) }?.key(end)
        }
    }

    // MARK: C4

    /// No circle of automatic moves: it could turn for ever without a person.
    ///
    /// A circle whose conditions contradict one another cannot be walked within one settling, since automatic moves
    /// write no data (R8); a contradiction is seen where one step needs what another denies.
    private func checkCircles(_ graph: RegionGraph, _ scope: Scope) {
        let automatic = graph.edges.filter { $0.way == .automatic && !graph.ends.contains($0.to) }
        var seen: Set<String> = []
        for start in graph.states.map(\.name) {
            var path: [RegionGraph.Edge] = []
            var budget = 20_000
            func walk(_ state: String) -> [RegionGraph.Edge]? {
                for edge in automatic where edge.from == state {
                    budget -= 1
                    guard budget > 0 else { return nil }
                    if edge.to == start {
                        let circle = path + [edge]
                        if !contradicts(circle.compactMap(\.step.condition)) { return circle }
                        continue
                    }
                    if path.contains(where: { $0.from == edge.to }) || seen.contains(edge.to) { continue }
                    path.append(edge)
                    if contradicts(path.compactMap(\.step.condition)) {
                        path.removeLast()
                        continue
                    }
                    if let circle = walk(edge.to) { return circle }
                    path.removeLast()
                }
                return nil
            }
            if let circle = walk(start), let node = place(start, scope) {
                let names = circle.map(\.from) + [start]
                error(
                    node,
                    "\(names.joined(separator: " → ")) can turn for ever without a person; give one of them a task or a time"
                )
            }
            seen.insert(start)
        }
    }

    /// Whether conditions that all hold at once deny one another: `known(x)` and `!known(x)`.
    private func contradicts(_ conditions: [Condition]) -> Bool {
        var yes: Set<String> = []
        var no: Set<String> = []
        func collect(_ node: Expressions.Node) {
            switch node.kind {
            case .call("_&&_", _, let parts): for part in parts { collect(part) }
            case .call("!_", _, let parts): if let part = parts.first { no.insert(Self.written(part)) }
            default: yes.insert(Self.written(node))
            }
        }
        for condition in conditions { collect(condition.expression.node) }
        return !yes.isDisjoint(with: no)
    }

    /// An expression's tree in one text, the same for the same tree.
    private static func written(_ node: Expressions.Node) -> String {
        switch node.kind {
        case .literal(let value): return "\(value)"
        case .identifier(let name): return name
        case .select(let operand, let field, let isTest): return "\(written(operand)).\(field)\(isTest ? "?" : "")"
        case .call(let name, let target, let arguments):
            return
                "\(target.map { written($0) + "." } ?? "")\(name)(\(arguments.map { written($0) }.joined(separator: ",")))"
        case .list(let items): return "[\(items.map { written($0) }.joined(separator: ","))]"
        case .map(let entries):
            return "{\(entries.map { written($0.key) + ":" + written($0.value) }.joined(separator: ","))}"
        case .fold(let fold):
            return
                "fold(\(written(fold.range)),\(fold.variable),\(written(fold.condition)),\(written(fold.step)),\(written(fold.result)))"
        }
    }

    // MARK: C5

    /// No state waits without an end or a named person's attention.
    private func checkAttended(_ graph: RegionGraph, _ scope: Scope) {
        for state in graph.states {
            guard let node = place(state.name, scope) else { continue }
            let timed = graph.edges.contains { $0.from == state.name && $0.way == .timed }
            if timed { continue }
            switch state.opening {
            case .tasks(let tasks):
                let isStaffs = tasks.contains { task in task.who.contains { isStaff($0) } }
                if isStaffs {
                    if tasks.allSatisfy({ $0.due == nil }) && !escalates(state) {
                        error(
                            node,
                            "\"\(state.name)\" has no due: nobody sees that it waits; add due: 5 working days to its task"
                        )
                    }
                } else if !escalates(state) {
                    error(
                        node,
                        "\"\(state.name)\" can wait for ever; add a time to its clock, such as 30 days: {escalate: coordinator} or 60 days: expired"
                    )
                }
            case .match(let match):
                if match.again == nil, state.steps(for: "none") == nil {
                    error(
                        node,
                        "\"\(state.name)\" can wait for ever when no host is found; add \"none\" to its next, or a time to its clock"
                    )
                }
            case .rank:
                error(node, "\"\(state.name)\" can wait for ever; add a time to its clock, such as 12 months: expired")
            case .nothing:
                if state.inside.asSoonAs.isEmpty && !escalates(state) {
                    error(node, "\"\(state.name)\" asks nobody and has no time; add a task, or a time to its clock")
                } else if !escalates(state) {
                    error(node, "\"\(state.name)\" can wait for ever for its condition; add a time to its clock")
                }
            }
        }
    }

    private func isStaff(_ who: Who) -> Bool {
        if case .role(let role) = who { p.people[role]?.isStaff ?? false } else { false }
    }

    /// Whether a time of the state tells somebody of the hub.
    private func escalates(_ state: StateDeclaration) -> Bool {
        state.inside.clock.contains { line in line.steps.contains { !$0.escalate.isEmpty } }
    }

    // MARK: C1: declared and never used

    private func checkUnused() {
        for (name, key, _) in formNodes where !formUses.contains(name) {
            // A form may also stand in a source alone, such as dates; then nobody ever fills it.
            warning(key, "form \"\(name)\" is never asked; use it in a task or step, or delete it")
        }
        for (name, key, _) in trackNodes {
            guard let track = p.tracks[name], isMatch(track) else { continue }
            let isSearched = p.states.values.contains { state in
                if case .match(let match) = state.opening { match.track == name } else { false }
            }
            if !isSearched {
                error(key, "no match brings members to \"\(name)\"; name it in a match as track: \(name)")
            }
        }
    }
}
