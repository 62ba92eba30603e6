import Exchange

/// Where a region stands in its programme, and all that surrounds it there.
struct ProgrammePlace {
    let state: StateDeclaration?
    let stage: Stage?
    let track: Track?
    /// From the inside out.
    let surroundings: [Surroundings]

    init(_ id: RegionID, of c: Case, in programme: Programme) {
        switch id {
        case .case:
            let state = programme.states[c.region.state]
            let stage = state?.stage.flatMap { kind in programme.stages.first { $0.kind == kind } }
            (self.state, self.stage, track) = (state, stage, nil)
            surroundings = [state?.inside, stage?.inside, programme.everywhere].compactMap(\.self)
        case .member(let number):
            let member = c.member(number)
            let track = member.flatMap { programme.tracks[$0.track] }
            let state = member.flatMap { track?.states[$0.region.state] }
            (self.state, stage, self.track) = (state, nil, track)
            surroundings = [state?.inside, track?.inside].compactMap(\.self)
        }
    }

    /// The decision of this name that holds here.
    func decision(_ name: String) -> Decision? { surroundings.lazy.flatMap(\.may).first { $0.name == name } }

    /// What a task of the region declares, or nil for a task that the machine opened.
    func declaration(of task: OpenTask) -> TaskDeclaration? {
        guard case .declared(let index) = task.kind, case .tasks(let all)? = state?.opening, all.indices.contains(index)
        else { return nil }
        return all[index]
    }
}

extension Programme {
    /// Every line of every clock by its identifier.
    var clockLines: [String: ClockLine] {
        var lines: [String: ClockLine] = [:]
        func collect(_ inside: Surroundings) { for line in inside.clock { lines[line.id] = line } }
        collect(everywhere)
        for stage in stages { collect(stage.inside) }
        for state in states.values { collect(state.inside) }
        for track in tracks.values {
            collect(track.inside)
            for state in track.states.values { collect(state.inside) }
        }
        return lines
    }

    /// What a state of the case, or an end, is called.
    func title(ofState name: String) -> String { states[name]?.title ?? ends[name]?.title ?? name }
}
