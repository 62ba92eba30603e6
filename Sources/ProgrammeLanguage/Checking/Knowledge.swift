import Exchange

/// What is known in each state of a region: for certain, and possibly (C2, C7, C8).
///
/// Atoms are `request` (the form is answered), `request.call` (an answer that may be left open is there), `visit` (the date
/// is known) and `host` (somebody holds the role). A forward analysis over the ways between states: for certain is what
/// every way brings (must), possible what some way brings (may). Steps by hand and corrections of the staff are no ways.
final class Knowledge {
    /// What one way does to what is known.
    struct Effect {
        /// Known afterwards for certain, unless it is voided.
        var brings = AtomSet()
        /// Possibly known afterwards.
        var mayBring = AtomSet()
        /// What the step's condition told, and those before it that did not hold.
        var tells = AtomSet()
        /// No longer known, or, of what has several sources, perhaps no longer.
        var takes = AtomSet()
        /// Of these, what is gone whatever else is known.
        var surelyTakes = AtomSet()
        /// No longer known for certain: an answer that is given anew may leave open what it said.
        var loosens = AtomSet()

        var changes: Bool { !(brings == AtomSet() && mayBring == AtomSet() && takes == AtomSet()) }
    }

    let graph: RegionGraph
    let table: AtomTable
    let sources: KnowledgeSources
    private(set) var must: [String: AtomSet] = [:]
    private(set) var may: [String: AtomSet] = [:]
    /// What comes with an atom, wherever it is known: atom → atoms.
    private(set) var implied: [Int: AtomSet] = [:]
    private let effects: [Effect]
    private let stayEffects: [Effect]
    private var stays: [String: [Int]] = [:]

    /// - Parameters:
    ///   - start: what is known where the region begins.
    ///   - possible: what may be known there.
    ///   - seeds: begin in these states instead of the first, each with what is known there.
    init(
        _ graph: RegionGraph, _ sources: KnowledgeSources, start: AtomSet, possible: AtomSet,
        seeds: [String: AtomSet]? = nil
    ) {
        self.graph = graph
        self.sources = sources
        table = sources.table
        effects = graph.edges.map { sources.effect(of: $0) }
        stayEffects = graph.stays.map { sources.effect(of: $0) }
        for (index, edge) in graph.stays.enumerated() where stayEffects[index].changes {
            stays[edge.from, default: []].append(index)
        }
        let seeds = seeds ?? [graph.first: start]
        must = run(seeds) {
            $0.formIntersection($1)
        } transfer: {
            sources.after($0, $1)
        }
        may = run(seeds.mapValues { seed in seed.union(possible) }) {
            $0.formUnion($1)
        } transfer: {
            sources.possible($0, $1)
        }
        imply()
    }

    /// The greatest (or least) solution: every state's set is joined over the ways into it.
    private func run(
        _ seeds: [String: AtomSet], join: (inout AtomSet, AtomSet) -> Void, transfer: (Effect, AtomSet) -> AtomSet
    ) -> [String: AtomSet] {
        var sets = seeds
        var queue = Array(seeds.keys.sorted())
        var isQueued = Set(queue)
        var head = 0
        func flow(_ set: AtomSet, to state: String) {
            guard !graph.ends.contains(state) else { return }
            var joined = set
            if let former = sets[state] {
                joined = former
                join(&joined, set)
                if joined == former { return }
            }
            sets[state] = joined
            if isQueued.insert(state).inserted { queue.append(state) }
        }
        while head < queue.count {
            let state = queue[head]
            head += 1
            isQueued.remove(state)
            for index in stays[state] ?? [] { flow(transfer(stayEffects[index], sets[state] ?? AtomSet()), to: state) }
            let set = sets[state] ?? AtomSet()
            for index in graph.out[state] ?? [] { flow(transfer(effects[index], set), to: graph.edges[index].to) }
        }
        return sets
    }

    /// An atom brings another with it where every way that brings the one has the other too, and none takes the other alone.
    private func imply() {
        let all = zip(graph.edges, effects).map { ($0, $1) } + zip(graph.stays, stayEffects).map { ($0, $1) }
        for (edge, effect) in all {
            guard let before = must[edge.from] else { continue }
            let after = sources.after(effect, before)
            for atom in effect.mayBring.numbers {
                if implied[atom] == nil { implied[atom] = after } else { implied[atom]?.formIntersection(after) }
            }
        }
        for (edge, effect) in all where !(effect.takes == AtomSet() && effect.loosens == AtomSet()) {
            guard let possible = may[edge.from] else { continue }
            var lost = effect.takes
            lost.formUnion(effect.loosens)
            lost.subtract(effect.brings)
            for atom in implied.keys where possible.contains(atom) && !effect.surelyTakes.contains(atom) {
                implied[atom]?.subtract(lost)
            }
        }
        for (atom, _) in implied { implied[atom]?.insert(atom) }
    }

    fileprivate func add(implication atom: Int, _ other: Int) { implied[atom, default: AtomSet()].insert(other) }

    /// Whether one known name brings another.
    func implies(_ name: String, _ other: String) -> Bool {
        guard let atom = table.known(name), let wanted = table.known(other) else { return false }
        return implied[atom]?.contains(wanted) ?? false
    }

    /// Whether something is known for certain in a state; an unreached state knows everything.
    func isKnown(_ name: String, in state: String) -> Bool {
        guard let set = must[state] else { return true }
        return isKnown(name, given: set)
    }

    func isKnown(_ name: String, given set: AtomSet) -> Bool {
        guard let atom = table.known(name) else { return false }
        return set.contains(atom) || set.numbers.contains { implied[$0]?.contains(atom) ?? false }
    }

    /// Whether something may be known in a state.
    func mayBeKnown(_ name: String, in state: String) -> Bool {
        guard let set = may[state] else { return true }
        return table.known(name).map { set.contains($0) } ?? false
    }

    /// What is known for certain when a step's condition is tried: after its answers are stored.
    func known(before edge: RegionGraph.Edge) -> AtomSet? {
        guard let set = must[edge.from] else { return nil }
        var plain = edge.step
        plain.condition = nil
        plain.void = []
        let untold = RegionGraph.Edge(from: edge.from, to: edge.to, way: edge.way, step: plain, taking: edge.taking)
        return sources.after(sources.effect(of: untold), set)
    }

    /// What is known for certain when a step is taken and its answers are stored, before it voids anything.
    func known(at edge: RegionGraph.Edge) -> AtomSet? {
        guard let set = must[edge.from] else { return nil }
        var effect = sources.effect(of: edge)
        effect.takes = AtomSet()
        return sources.after(effect, set)
    }

    /// What is known for certain behind a way, when it has voided what it voids.
    func known(behind edge: RegionGraph.Edge) -> AtomSet? {
        must[edge.from].map { sources.after(sources.effect(of: edge), $0) }
    }

    /// Everything that some way out of these states takes or loosens.
    func taken(in states: Set<String>) -> AtomSet {
        var result = AtomSet()
        for (edge, effect) in zip(graph.edges, effects) where states.contains(edge.from) {
            result.formUnion(effect.takes)
            result.formUnion(effect.loosens)
        }
        for (edge, effect) in zip(graph.stays, stayEffects) where states.contains(edge.from) {
            result.formUnion(effect.takes)
            result.formUnion(effect.loosens)
        }
        return result
    }

    /// The states right behind the ways that bring an atom, with what is known there.
    func seeds(behind atom: String) -> [String: AtomSet] {
        guard let number = table.known(atom) else { return [:] }
        var result: [String: AtomSet] = [:]
        func add(_ edges: [RegionGraph.Edge], _ effects: [Effect]) {
            for (edge, effect) in zip(edges, effects) where effect.mayBring.contains(number) {
                guard let before = must[edge.from], !graph.ends.contains(edge.to) else { continue }
                let after = sources.after(effect, before)
                if result[edge.to] == nil { result[edge.to] = after } else { result[edge.to]?.formIntersection(after) }
            }
        }
        add(graph.edges, effects)
        add(graph.stays, stayEffects)
        return result
    }
}

extension AtomSet {
    func union(_ other: AtomSet) -> AtomSet {
        var result = self
        result.formUnion(other)
        return result
    }
}

extension Knowledge {
    /// Takes over what comes with what in the whole case, for a track beside it.
    func adopt(_ whole: Knowledge) {
        for (atom, others) in whole.implied {
            guard let mine = table.known(whole.table.names[atom]) else { continue }
            for other in others.numbers {
                guard let number = table.known(whole.table.names[other]) else { continue }
                add(implication: mine, number)
            }
        }
    }
}
