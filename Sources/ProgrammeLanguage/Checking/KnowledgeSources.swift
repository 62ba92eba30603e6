import Exchange

/// What makes something known in one region: which forms, whose fields may be left open, which dates and roles follow.
struct KnowledgeSources {
    let table: AtomTable
    /// Form → atoms of its fields that may be left open.
    var open: [String: [String]] = [:]
    /// Atoms that follow from any of others: a date from its answers, a role from the answer that names it.
    var derived: [(atom: String, from: [String])] = []
    /// Track of a match → roles that somebody holds once enough were found, and whether that is certain.
    var found: [String: [(role: String, isCertain: Bool)]] = [:]
    /// State → the track of its match.
    var matches: [String: String] = [:]
    /// Atoms that what conditions tell may be remembered of; nil: all.
    var learnable: Set<String>?
    /// What a condition tells when it holds and when it does not.
    let outcome: (Condition) -> OpenAnswers.Outcome

    init(table: AtomTable, outcome: @escaping (Condition) -> OpenAnswers.Outcome) {
        self.table = table
        self.outcome = outcome
    }

    func effect(of edge: RegionGraph.Edge) -> Knowledge.Effect {
        var effect = Knowledge.Effect()
        for form in edge.taking.forms {
            effect.brings.insert(table.number(form))
            effect.mayBring.insert(table.number(form))
            for field in open[form] ?? [] {
                effect.loosens.insert(table.number(field))
                effect.mayBring.insert(table.number(field))
            }
        }
        if edge.taking.outcome == "found", let track = matches[edge.from] {
            for (role, isCertain) in found[track] ?? [] {
                effect.mayBring.insert(table.number(role))
                if isCertain { effect.brings.insert(table.number(role)) }
            }
        }
        for condition in edge.taking.refuted { tell(&effect, outcome(condition).no) }
        if let condition = edge.step.condition { tell(&effect, outcome(condition).yes) }
        for name in edge.step.void {
            effect.takes.insert(table.number(name))
            for field in open[name] ?? [] { effect.takes.insert(table.number(field)) }
            for (role, _) in found[name] ?? [] { effect.takes.insert(table.number(role)) }
        }
        effect.mayBring = followed(effect.mayBring)
        effect.surelyTakes = effect.takes
        for (atom, from) in derived {
            let lost = from.count { effect.takes.contains(table.number($0)) }
            if lost > 0 { effect.takes.insert(table.number(atom)) }
            if lost == from.count { effect.surelyTakes.insert(table.number(atom)) }
        }
        return effect
    }

    private func tell(_ effect: inout Knowledge.Effect, _ names: Set<String>) {
        for name in names where learnable?.contains(name) ?? true {
            if let atom = table.known(name) { effect.tells.insert(atom) }
        }
    }

    /// A set with everything that follows from it.
    private func followed(_ set: AtomSet) -> AtomSet {
        var result = set
        for _ in 0...1 {
            for (atom, from) in derived where from.contains(where: { result.contains(table.number($0)) }) {
                result.insert(table.number(atom))
            }
        }
        return result
    }

    /// What is known for certain after a way.
    func after(_ effect: Knowledge.Effect, _ before: AtomSet) -> AtomSet {
        var result = before
        result.subtract(effect.loosens)
        result.formUnion(effect.brings)
        result.formUnion(effect.tells)
        // Of a date whose newest answer is gone another answer may still be there: what follows is found anew.
        result.subtract(effect.takes)
        return followed(result)
    }

    /// What may be known after a way.
    func possible(_ effect: Knowledge.Effect, _ before: AtomSet) -> AtomSet {
        var result = before
        result.formUnion(effect.mayBring)
        result.subtract(effect.takes)
        return followed(result)
    }
}
