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

    /// Where a step stands: what has been answered, and what did not hold, when it is taken.
    struct Taking {
        let way: Way
        /// The forms that are answered with it: of the task, and of every step of the same answer.
        var forms: [String] = []
        /// Conditions of the steps before it in its list, which did not hold.
        var refuted: [Condition] = []
        /// For timed ways: when.
        var phrase: TimePhrase?
        /// The answer or result that leads here, such as `found`; nil for decisions and times.
        var outcome: String?
        /// Whether it stands on the state itself, not on its stage, its track or the whole programme.
        var isOwn = true
    }

    struct Edge {
        let from: String
        /// The state that it leads to; the one that it leaves, where it stays.
        let to: String
        let way: Way
        let step: ExchangeStep
        let taking: Taking

        var phrase: TimePhrase? { taking.phrase }
        var isMove: Bool { step.to != nil }
    }

    /// nil: the case's own region.
    let track: Track?
    let first: String
    let states: [StateDeclaration]
    let ends: Set<String>
    /// The ways that lead somewhere, those that enter the same state anew too; automatic ones only elsewhere.
    private(set) var edges: [Edge] = []
    /// What happens without leaving a state.
    private(set) var stays: [Edge] = []
    private(set) var out: [String: [Int]] = [:]
    private let numbers: [String: Int]

    init(case programme: Programme) {
        track = nil
        first = programme.first
        states = programme.statesOrder.compactMap { programme.states[$0] }
        ends = Set(programme.endsOrder)
        numbers = Dictionary(states.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        let stages = Dictionary(programme.stages.map { ($0.kind, $0) }) { first, _ in first }
        let names = Set(programme.statesOrder)
        for state in states {
            add(state, names)
            for inside in [state.stage.flatMap { stages[$0]?.inside }, programme.everywhere].compactMap(\.self) {
                add(inside, from: state, names, isOwn: false)
            }
        }
        addVoids(by: programme)
    }

    /// What a track's steps void is gone wherever the case may stand meanwhile.
    private mutating func addVoids(by programme: Programme) {
        for track in programme.tracks.values {
            let own = RegionGraph(track: track)
            let voids = Set((own.edges + own.stays).flatMap(\.step.void)).sorted()
            guard !voids.isEmpty else { continue }
            var step = ExchangeStep()
            step.void = voids
            for state in states {
                let isDuring =
                    track.during.contains(state.name)
                    || state.stage.map { track.during.contains($0.rawValue) } ?? false
                if isDuring {
                    stays.append(
                        Edge(from: state.name, to: state.name, way: .person, step: step, taking: Taking(way: .person)))
                }
            }
        }
    }

    init(track: Track) {
        self.track = track
        first = track.first
        states = track.statesOrder.compactMap { track.states[$0] }
        ends = Set(track.ends.keys)
        numbers = Dictionary(states.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        let names = Set(track.statesOrder)
        for state in states {
            add(state, names)
            add(track.inside, from: state, names, isOwn: false)
        }
    }

    private mutating func add(_ state: StateDeclaration, _ names: Set<String>) {
        for outcome in state.next {
            var taking = Taking(way: .person)
            taking.outcome = outcome.name
            taking.forms = Self.forms(of: state, for: outcome)
            add(outcome.steps, from: state.name, taking)
        }
        add(state.inside, from: state, names, isOwn: true)
    }

    /// The forms that are answered for certain when an outcome is taken: several tasks are all answered only for the first.
    static func forms(of state: StateDeclaration, for outcome: Outcome) -> [String] {
        var result = Set(outcome.steps.compactMap(\.form))
        if case .tasks(let tasks) = state.opening, tasks.count == 1 || outcome.name == state.next.first?.name {
            result.formUnion(tasks.compactMap(\.form))
        }
        return result.sorted()
    }

    private mutating func add(
        _ inside: Surroundings, from state: StateDeclaration, _ names: Set<String>, isOwn: Bool
    ) {
        let stage = state.stage
        let isCase = track == nil
        func holds(_ step: ExchangeStep) -> Bool {
            step.within.isEmpty || step.within.contains(state.name)
                || (stage.map { step.within.contains($0.rawValue) } ?? (!isCase && step.within.isDisjoint(with: names)))
        }
        for decision in inside.may {
            let forms = Set(decision.steps.compactMap(\.form)).sorted()
            add(decision.steps.filter(holds), from: state.name, Taking(way: .person, forms: forms, isOwn: isOwn))
        }
        add(inside.asSoonAs.filter(holds), from: state.name, Taking(way: .automatic, isOwn: isOwn))
        for line in inside.clock {
            add(line.steps.filter(holds), from: state.name, Taking(way: .timed, phrase: line.when, isOwn: isOwn))
        }
    }

    private mutating func add(_ steps: [ExchangeStep], from: String, _ taking: Taking) {
        var refuted: [Condition] = []
        for step in steps {
            var mine = taking
            mine.refuted = refuted
            let edge = Edge(from: from, to: step.to ?? from, way: taking.way, step: step, taking: mine)
            if step.to == nil {
                stays.append(edge)
            } else if edge.to != from || taking.way != .automatic {
                out[from, default: []].append(edges.count)
                edges.append(edge)
            }
            if let condition = step.condition, step.until == nil, step.since == nil, step.within.isEmpty {
                refuted.append(condition)
            }
        }
    }

    func state(_ name: String) -> StateDeclaration? { numbers[name].map { states[$0] } }

    /// The ways out of a state.
    func edges(from state: String) -> [Edge] { (out[state] ?? []).map { edges[$0] } }

    /// Everything that can be reached from these.
    func reached(from starts: Set<String>, backwards: Bool = false) -> Set<String> {
        var result: Set<String> = []
        guard backwards else {
            for start in starts { reach(from: start, &result) }
            return result
        }
        var before: [String: [String]] = [:]
        for edge in edges { before[edge.to, default: []].append(edge.from) }
        result = starts
        var queue = Array(starts)
        while let state = queue.popLast() {
            for other in before[state] ?? [] where result.insert(other).inserted { queue.append(other) }
        }
        return result
    }

    /// Adds a state and what can be reached from it to a set that is closed already.
    func reach(from start: String, _ reached: inout Set<String>) {
        guard reached.insert(start).inserted else { return }
        var queue = [start]
        while let state = queue.popLast() {
            for index in out[state] ?? [] where reached.insert(edges[index].to).inserted {
                queue.append(edges[index].to)
            }
        }
    }
}
