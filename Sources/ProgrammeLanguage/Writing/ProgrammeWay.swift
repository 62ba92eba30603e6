package import Exchange

/// One way from a state to a state or an end, as a diagram draws it.
package struct ProgrammeWay: Hashable, Sendable {
    /// What makes the case go.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A person answers or decides.
        case person
        /// A time has come.
        case time
        /// It is so, or the search or ranking gave it.
        case itself
    }

    package let from: String
    package let to: String
    package let kind: Kind
    /// A few words: the answer, the phrase, the condition.
    package let label: String

    /// The ways that a state itself declares, in the order answers, decisions, conditions, clock.
    package static func ways(of state: StateDeclaration, _ words: ProgrammeWords) -> [ProgrammeWay] {
        let isAsked = if case .tasks = state.opening { true } else { false }
        var result: [ProgrammeWay] = []
        func add(_ label: String, _ steps: [ExchangeStep], _ kind: Kind) {
            for (index, step) in steps.enumerated() {
                guard let to = step.to else { continue }
                let whenever = condition(of: step, words)
                let isRest = whenever.isEmpty && index > 0
                let added = isRest ? words.word(.otherwise) : whenever
                let all = [label, added].filter { !$0.isEmpty }.joined(separator: words.separator)
                result.append(ProgrammeWay(from: state.name, to: to, kind: kind, label: all))
            }
        }
        for outcome in state.next {
            add(words.answer(outcome.name), outcome.steps, isAsked ? .person : .itself)
        }
        for decision in state.inside.may {
            add("\(words.decision(decision)) (\(words.who(decision.who)))", decision.steps, .person)
        }
        for step in state.inside.asSoonAs { add("", [step], .itself) }
        for line in state.inside.clock { add(words.phrase(line.when), line.steps, .time) }
        return result
    }

    /// When a step may be taken, in a few words; empty where always.
    static func condition(of step: ExchangeStep, _ words: ProgrammeWords) -> String {
        var parts: [String] = []
        if let until = step.until { parts.append("\(words.word(.until)) \(words.phrase(until))") }
        if let since = step.since { parts.append("\(words.word(.since)) \(words.phrase(since))") }
        if let condition = step.condition { parts.append("\(words.word(.if)) \(condition.text)") }
        return parts.joined(separator: words.separator)
    }
}
