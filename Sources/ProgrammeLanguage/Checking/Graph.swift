import Calendars
import Exchange

/// The states of one region and the ways between them; conditions are left out (C3 to C5).
struct RegionGraph {
    enum Way {
        /// By an answer, a result or a decision.
        case person
        case automatic
        case timed
    }

    struct Edge {
        let from: String
        let to: String
        let way: Way
        let step: ExchangeStep
        /// For timed ways: when.
        let phrase: TimePhrase?
    }

    /// nil: the case's own region.
    let track: Track?
    let first: String
    let states: [StateDeclaration]
    let ends: Set<String>
    private(set) var edges: [Edge] = []

    init(case programme: Programme) {
        track = nil
        first = programme.first
        states = programme.statesOrder.compactMap { programme.states[$0] }
        ends = Set(programme.endsOrder)
        for state in states {
            add(state)
            let stage = programme.stages.first { $0.kind == state.stage }
            for inside in [stage?.inside, programme.everywhere].compactMap(\.self) {
                add(inside, from: state, stage: state.stage)
            }
        }
    }

    init(track: Track) {
        self.track = track
        first = track.first
        states = track.statesOrder.compactMap { track.states[$0] }
        ends = Set(track.ends.keys)
        for state in states {
            add(state)
            add(track.inside, from: state, stage: nil)
        }
    }

    private mutating func add(_ state: StateDeclaration) {
        for outcome in state.next { add(outcome.steps, from: state.name, .person) }
        add(state.inside, from: state, stage: state.stage)
    }

    private mutating func add(_ inside: Surroundings, from state: StateDeclaration, stage: Stage.Kind?) {
        func holds(_ step: ExchangeStep) -> Bool {
            step.within.isEmpty || step.within.contains(state.name)
                || (stage.map { step.within.contains($0.rawValue) } ?? (track != nil && !isStateName(step.within)))
        }
        for decision in inside.may { add(decision.steps.filter(holds), from: state.name, .person) }
        add(inside.asSoonAs.filter(holds), from: state.name, .automatic)
        for line in inside.clock { add(line.steps.filter(holds), from: state.name, .timed, line.when) }
    }

    private func isStateName(_ names: Set<String>) -> Bool { states.contains { names.contains($0.name) } }

    private mutating func add(_ steps: [ExchangeStep], from: String, _ way: Way, _ phrase: TimePhrase? = nil) {
        for step in steps {
            guard let to = step.to, to != from || way != .automatic else { continue }
            edges.append(Edge(from: from, to: to, way: way, step: step, phrase: phrase))
        }
    }

    /// Everything that can be reached from these.
    func reached(from starts: Set<String>, backwards: Bool = false) -> Set<String> {
        var next: [String: [String]] = [:]
        for edge in edges { next[backwards ? edge.to : edge.from, default: []].append(backwards ? edge.from : edge.to) }
        var seen = starts
        var queue = Array(starts)
        while let state = queue.popLast() {
            for other in next[state] ?? [] where seen.insert(other).inserted { queue.append(other) }
        }
        return seen
    }
}
