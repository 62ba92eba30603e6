import Calendars
import Exchange
import Expressions

/// What is proven of a programme whose names and types are right (semantics.md, section 3).
extension Compilation {
    func check(_ fields: Fields) {
        // A programme whose names are wrong would only echo in what is proven about it; texts have no ways.
        guard !diagnostics.errors.contains(where: { !isOfTexts($0) }) else { return }
        let main = proveCase()
        let proofs = [main] + p.tracksOrder.compactMap { prove(track: $0, in: main) }
        for proof in proofs { checkRegion(proof.graph, scope: proof.scope) }
        let reaches = PhraseReaches(p)
        let times = proofs.map { checkTimes($0, reaches) }
        checkUnused(fields)
        checkLabels()
        checkOpenAnswers(proofs)
        checkRoles(proofs)
        checkActions()
        checkRetention(proofs)
        checkPrivacy(proofs)
        stays = times.flatMap { times in times.proof.graph.states.map { times.stay(of: $0) } }
        whole = times.first.map { bound($0) }
    }

    private func isOfTexts(_ found: Diagnostic) -> Bool {
        found.file.hasPrefix(source.shown("texts/")) || found.message.contains(" has no text in ")
            || found.message.contains(" has no words in ")
    }

    func place(_ state: String, _ scope: Scope) -> Node? {
        switch scope {
        case .case: stateNumbers[state].map { stateNodes[$0].key }
        case .track(let track): trackStateNumbers[track]?[state].flatMap { trackStateNodes[track]?[$0].key }
        }
    }

    private func checkRegion(_ graph: RegionGraph, scope: Scope) {
        checkReached(graph, scope)
        checkCircles(graph, scope)
    }

    // MARK: C3

    /// Every state is reached, and leads to an end.
    private func checkReached(_ graph: RegionGraph, _ scope: Scope) {
        var reached = graph.reached(from: [graph.first])
        // A track's members end when its stages are left, but a state that never ends by itself hides a mistake.
        let leaving = graph.reached(from: graph.ends, backwards: true)
        var isDead = false
        var hasDeadEnd: Bool?
        for state in graph.states {
            guard let node = place(state.name, scope) else { continue }
            if !reached.contains(state.name) {
                // What only an unreached state leads to needs no word of its own.
                graph.reach(from: state.name, &reached)
                let isBehind = hasDeadEnd ?? self.hasDeadEnd(in: graph)
                hasDeadEnd = isBehind
                if isBehind { continue }
                error(node, "no way leads to \"\(state.name)\"; add it to a \"next\", or delete it")
            } else if graph.out[state.name] == nil {
                isDead = true
                error(
                    node, "nothing leads out of \"\(state.name)\"; add \"next:\" or \"clock:\", or list it in \"ends:\""
                )
            } else if !leaving.contains(state.name), !isDead {
                error(node, "from \"\(state.name)\" no end can be reached; lead one of its ways on to an end")
            }
        }
        for end in graph.ends.sorted() where !reached.contains(end) {
            if case .track(let name) = scope, p.tracks[name]?.left == end { continue }
            guard let node = endNode(end, scope) else { continue }
            warning(node, "nothing leads to the end \"\(end)\"; use it or delete it")
        }
    }

    /// Whether a reached state leads nowhere: what should lie behind it cannot be reached either, and that is no further
    /// mistake.
    private func hasDeadEnd(in graph: RegionGraph) -> Bool {
        let reached = graph.reached(from: [graph.first])
        return graph.states.contains { state in
            // What may be decided anywhere is no way on of the state itself.
            reached.contains(state.name)
                && !graph.edges(from: state.name).contains { $0.way != .person || $0.taking.isOwn }
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
        var told: Set<String> = []
        for group in graph.components(of: { $0.way == .automatic }) where group.count > 1 {
            guard let circle = circle(in: Set(group), graph, where: { $0.way == .automatic }),
                let node = place(circle[0].from, scope)
            else { continue }
            told.formUnion(group)
            let names = circle.map(\.from) + [circle[0].from]
            error(
                node,
                "\(names.joined(separator: " → ")) can turn for ever without a person; give one of them a task or a time"
            )
        }
        checkSlowCircles(graph, scope, except: told)
    }

    /// No circle that the clock alone turns, month after month, without anybody being told (R9).
    private func checkSlowCircles(_ graph: RegionGraph, _ scope: Scope, except told: Set<String>) {
        func turns(_ edge: RegionGraph.Edge) -> Bool {
            guard edge.way != .person, edge.step.escalate.isEmpty,
                !edge.step.send.contains(where: { $0.to.contains { isStaff($0) } })
            else { return false }
            guard let phrase = edge.phrase else { return true }
            // What hangs on a date comes once.
            if case .entering = phrase.hook { return true }
            guard case .due = phrase.hook, let state = graph.state(edge.from), case .tasks(let tasks) = state.opening
            else { return false }
            return tasks.contains { $0.due.map { if case .entering = $0.hook { true } else { false } } ?? false }
        }
        for group in graph.components(of: turns) {
            let isAlone = group.count == 1 && !graph.edges(from: group[0]).contains { turns($0) && $0.to == group[0] }
            guard !isAlone, told.isDisjoint(with: group), let circle = circle(in: Set(group), graph, where: turns),
                let node = place(circle[0].from, scope)
            else { continue }
            let names = circle.map(\.from) + [circle[0].from]
            error(
                node,
                "\(names.joined(separator: " → ")) turns by the clock alone, for ever; lead one of its times to an end, or escalate on the way"
            )
        }
    }

    /// A circle within a component whose conditions do not contradict one another; nil where none is found.
    private func circle(
        in group: Set<String>, _ graph: RegionGraph, where isTaken: (RegionGraph.Edge) -> Bool
    ) -> [RegionGraph.Edge]? {
        var budget = 20_000
        for start in graph.states.map(\.name) where group.contains(start) {
            var path: [RegionGraph.Edge] = []
            var visited: Set<String> = [start]
            func walk(_ state: String) -> [RegionGraph.Edge]? {
                for edge in graph.edges(from: state) where isTaken(edge) && group.contains(edge.to) {
                    budget -= 1
                    guard budget > 0, path.count < 200 else { return nil }
                    let longer = path + [edge]
                    let isQuick = longer.allSatisfy { $0.way == .automatic }
                    if isQuick, contradicts(longer.compactMap(\.step.condition)) { continue }
                    if edge.to == start { return longer }
                    guard visited.insert(edge.to).inserted else { continue }
                    path.append(edge)
                    if let circle = walk(edge.to) { return circle }
                    path.removeLast()
                    visited.remove(edge.to)
                }
                return nil
            }
            if let circle = walk(start) { return circle }
        }
        // What is too large to be searched is taken for a circle: silence would be a promise.
        guard budget <= 0 else { return nil }
        return shortest(in: group, graph, where: isTaken)
    }

    private func shortest(
        in group: Set<String>, _ graph: RegionGraph, where isTaken: (RegionGraph.Edge) -> Bool
    ) -> [RegionGraph.Edge]? {
        guard let start = graph.states.map(\.name).first(where: group.contains) else { return nil }
        var came: [String: RegionGraph.Edge] = [:]
        var queue = [start]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            for edge in graph.edges(from: state) where isTaken(edge) && group.contains(edge.to) {
                if edge.to == start {
                    var path = [edge]
                    while let before = came[path[0].from], path[0].from != start { path.insert(before, at: 0) }
                    return path
                }
                if came[edge.to] == nil {
                    came[edge.to] = edge
                    queue.append(edge.to)
                }
            }
        }
        return nil
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
    static func written(_ node: Expressions.Node) -> String {
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

    func isStaff(_ who: Who) -> Bool {
        if case .role(let role) = who { p.people[role]?.isStaff ?? false } else { false }
    }
}
