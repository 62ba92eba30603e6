import Exchange

/// What the decisions of a programme are about, as far as chances go.
struct DecisionClasses {
    private let kinds: [String: CastChances.Kind]

    init(programme: Programme) {
        var kinds: [String: CastChances.Kind] = [:]
        func collect(_ inside: Surroundings, ends: [String: EndDeclaration]) {
            for decision in inside.may { kinds[decision.name] = Self.kind(decision, programme, ends) }
        }
        collect(programme.everywhere, ends: programme.ends)
        for stage in programme.stages { collect(stage.inside, ends: programme.ends) }
        for state in programme.states.values { collect(state.inside, ends: programme.ends) }
        for name in programme.tracksOrder {
            guard let track = programme.tracks[name] else { continue }
            collect(track.inside, ends: track.ends)
            for state in track.statesOrder.compactMap({ track.states[$0] }) { collect(state.inside, ends: track.ends) }
        }
        self.kinds = kinds
    }

    private static func kind(
        _ decision: Decision, _ programme: Programme, _ ends: [String: EndDeclaration]
    ) -> CastChances.Kind {
        let targets = decision.steps.compactMap { $0.to.flatMap { ends[$0] } }.map(\.kind)
        if targets.contains(.cancelled) || decision.steps.contains(where: { !$0.void.isEmpty }) { return .cancel }
        if targets.contains(.withdrawn) { return .withdraw }
        let forms = Set(decision.steps.compactMap(\.form))
        let movesDays = programme.dates.flatMap(\.sources).contains { source in
            if case .answer(let form, _) = source { forms.contains(form) } else { false }
        }
        return movesDays ? .move : .other
    }

    /// The chance of a decision.
    func chance(of name: String, _ chances: CastChances) -> Double { chances[kinds[name] ?? .other] }
}
