import Calendars
import Exchange

/// How long one state lasts at most, as far as the programme itself decides it (C5).
package struct Stay: Hashable, Sendable {
    /// The track; nil for the case's own states.
    package let track: String?
    package let state: String
    package let line: Int
    /// Days at most, counted from entering; nil where no time counted from entering ends it.
    package let days: Int?
    /// Times that hang on dates and end it.
    package let until: [String]
    /// Times at which somebody is told; for a state that no time ends.
    package let told: [String]
    /// When a task of the staff is late; for a state that no time ends.
    package let late: String?

    /// In a few words: `at most 60 days`, `until 7 days before visit`, `until people act; at due somebody is told`.
    package var words: String {
        var parts: [String] = []
        if let days { parts.append("at most \(days) day\(days == 1 ? "" : "s")") }
        if !until.isEmpty { parts.append("until " + until.joined(separator: " or ")) }
        if !parts.isEmpty { return parts.joined(separator: ", and ") }
        if !told.isEmpty { return "until people act; somebody is told: " + told.joined(separator: ", ") }
        return "until people act" + (late.map { "; late for the staff: \($0)" } ?? "")
    }
}

/// How long a whole case lasts at most.
package struct CaseBound: Hashable, Sendable {
    /// Days at most; nil where people or dates decide.
    package let days: Int?
    /// States through which people can lead a case again and again, in the order of the file.
    package let circles: [String]
    /// States that no count of days ends.
    package let open: [String]

    package var words: String {
        if let days { return "a case lasts at most \(days) days" }
        if !circles.isEmpty {
            return "a case has no bound: people can lead it in circles through \(Self.list(circles))"
        }
        return "a case has no bound in days: people or dates decide in \(Self.list(open))"
    }

    private static func list(_ names: [String]) -> String {
        names.count <= 8 ? names.joined(separator: ", ") : names.prefix(8).joined(separator: ", ") + " …"
    }
}

/// The times of one region's states: what ends each, who is told, and how near a date may be on entering (C5 to C7).
struct StateTimes {
    /// One line of a clock as it concerns a state.
    struct Line {
        let line: ClockLine
        let reach: PhraseReach
        /// Whether it stands on the state itself.
        let isOwn: Bool
        /// Whether the case surely leaves by it when it comes.
        let isEnd: Bool
        /// Whether somebody is surely told when it comes.
        let isTold: Bool
        /// Whether its instant is known for certain.
        let isSure: Bool
        /// The date that it hangs on, if any, through a due time too.
        let date: String?
    }

    let proof: RegionProof
    let programme: Programme
    let reaches: PhraseReaches

    func lines(of state: StateDeclaration) -> [Line] {
        var result = state.inside.clock.map { line($0, state, isOwn: true) }
        for inside in surroundings(state) { result += inside.clock.map { line($0, state, isOwn: false) } }
        return result
    }

    private func surroundings(_ state: StateDeclaration) -> [Surroundings] {
        if let track = proof.graph.track { return [track.inside] }
        let stage = programme.stages.first { $0.kind == state.stage }
        return [stage?.inside, programme.everywhere].compactMap(\.self)
    }

    /// The due times of a state's tasks.
    func dues(of state: StateDeclaration) -> [TimePhrase] {
        if case .tasks(let tasks) = state.opening { tasks.compactMap(\.due) } else { [] }
    }

    private func line(_ line: ClockLine, _ state: StateDeclaration, isOwn: Bool) -> Line {
        let steps = line.steps.filter { step in
            step.within.isEmpty || step.within.contains(state.name)
                || state.stage.map { step.within.contains($0.rawValue) } ?? true
        }
        var isEnd = false
        search: for step in steps {
            let isFree = step.condition == nil && step.until == nil && step.since == nil
            guard let to = step.to, to != state.name else { break search }
            if isFree {
                isEnd = true
                break search
            }
        }
        var isTold = false
        if let step = steps.first, step.condition == nil, step.until == nil, step.since == nil {
            isTold = !step.escalate.isEmpty || step.send.contains { $0.to.contains { isStaff($0) } }
        }
        let due = dues(of: state).first
        let kind: MomentKind = line.steps.contains { $0.to != nil } ? .end : .reminder
        return Line(
            line: line, reach: reaches.reach(line.when, kind, due: due), isOwn: isOwn, isEnd: isEnd, isTold: isTold,
            isSure: isSure(line.when, in: state), date: date(of: line.when, in: state))
    }

    private func isStaff(_ who: Who) -> Bool {
        if case .role(let role) = who { programme.people[role]?.isStaff ?? false } else { false }
    }

    /// The date that a phrase hangs on, through the due time too.
    func date(of phrase: TimePhrase, in state: StateDeclaration) -> String? {
        switch phrase.hook {
        case .date(let name, _): name
        case .due: dues(of: state).first.flatMap { $0.hook == .due ? nil : date(of: $0, in: state) }
        default: nil
        }
    }

    func isSure(_ phrase: TimePhrase, in state: StateDeclaration) -> Bool {
        if let until = phrase.untilDate, !isSure(date: until, in: state) { return false }
        switch phrase.hook {
        case .entering, .firstEntering: return true
        case .date(let name, _): return isSure(date: name, in: state)
        case .due: return dues(of: state).contains { $0.hook != .due && isSure($0, in: state) }
        case .silence, .receipt, .end: return false
        }
    }

    /// Whether a date is known for certain in a state.
    ///
    /// A member waits for a date of the case only as long as the case lets it: every state of the case ends or is attended,
    /// and when the case leaves the track's stages the member ends. So there it is enough that the date can be known.
    private func isSure(date name: String, in state: StateDeclaration) -> Bool {
        let isOwn = proof.graph.track.map { track in track.dates.contains { $0.name == name } } ?? true
        return isOwn
            ? proof.knowledge.isKnown(name, in: state.name) : proof.knowledge.mayBeKnown(name, in: state.name)
    }

    func stay(of state: StateDeclaration) -> Stay {
        let all = lines(of: state)
        let ends = all.filter { $0.isEnd && $0.isSure }
        let days = ends.filter { $0.reach.base == .entering }.map(\.reach.firstMost).min()
        return Stay(
            track: proof.graph.track?.name, state: state.name, line: state.line,
            days: days.map { Int($0.rounded(.up)) },
            until: ends.filter { $0.reach.base != .entering }.map(\.line.when.text),
            told: ends.isEmpty ? all.filter { $0.isTold && $0.isSure }.map(\.line.when.text) : [],
            late: ends.isEmpty ? dues(of: state).first { isSure($0, in: state) }?.text : nil)
    }

    // MARK: How near a date is

    /// For each state the most days that may be left until the first day of each date when it is entered; a date that is
    /// missing there may be as far as it likes.
    func nearness() -> [String: [String: Double]] {
        let graph = proof.graph
        // The case's dates move while a member stands where it stands, so in a track only its own are followed.
        let declared = graph.track?.dates ?? programme.dates
        let voided = graph.track == nil ? Set(graph.stays.filter { $0.step.id.isEmpty }.flatMap(newDates)) : []
        let dates = Set(declared.map(\.name)).subtracting(voided)
        var sets: [Set<String>] = []
        for edge in graph.edges { sets.append(newDates(edge)) }
        var moved: [String: Set<String>] = [:]
        for edge in graph.stays { moved[edge.from, default: []].formUnion(newDates(edge)) }
        var result: [String: [String: Double]] = [
            graph.first: Dictionary(uniqueKeysWithValues: dates.map { ($0, Double.infinity) })
        ]
        var queue = [graph.first]
        var head = 0
        while head < queue.count {
            let state = queue[head]
            head += 1
            for index in graph.out[state] ?? [] where !graph.ends.contains(graph.edges[index].to) {
                let edge = graph.edges[index]
                var left = result[state] ?? [:]
                for name in moved[state] ?? [] { left[name] = .infinity }
                if edge.way == .timed, let phrase = edge.phrase, case .date(let name, _) = phrase.hook,
                    dates.contains(name)
                {
                    let reach = reaches.reach(phrase, .end)
                    left[name] = min(left[name] ?? .infinity, -reach.least)
                }
                for name in sets[index] { left[name] = .infinity }
                let former = result[edge.to]
                let joined = former.map { $0.merging(left) { max($0, $1) } } ?? left
                if former != joined {
                    result[edge.to] = joined
                    queue.append(edge.to)
                }
            }
        }
        for (state, names) in moved { for name in names { result[state]?[name] = .infinity } }
        return result
    }

    /// The dates that a step sets anew, or takes away so that another sets them.
    private func newDates(_ edge: RegionGraph.Edge) -> Set<String> {
        let forms = Set(edge.taking.forms + [edge.step.form].compactMap(\.self))
        var result: Set<String> = []
        for date in programme.dates + (proof.graph.track?.dates ?? []) {
            let isSet = date.sources.contains { source in
                switch source {
                case .answer(let form, _): forms.contains(form) || edge.step.void.contains(form)
                case .table(_, let path): forms.contains(path.names[0]) || edge.step.void.contains(path.names[0])
                }
            }
            if isSet { result.insert(date.name) }
        }
        return result
    }
}

extension PhraseReach {
    /// The most of the first moment: by then the first of several has come.
    var firstMost: Double { moments.first?.upperBound ?? 0 }
}
