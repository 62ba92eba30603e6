import Calendars
import Exchange

/// What states ask and what steps do, in a few words of the reader's language.
struct StepWords: Sendable {
    let words: ProgrammeWords

    // MARK: What a state opens

    func who(_ state: StateDeclaration) -> [String] {
        switch state.opening {
        case .nothing: []
        case .tasks(let tasks): tasks.map { words.who($0.who) + need($0.need) }
        case .match(let match):
            ["\(words.word(.search)): \(match.from), \(match.atOnce) \(words.word(.atOnce))"]
        case .rank: [words.word(.ranking)]
        }
    }

    private func need(_ need: TaskDeclaration.Need) -> String {
        switch need {
        case .any: ""
        case .all: " (\(words.word(.allOfThem)))"
        case .count(let count): count == 1 ? "" : " (\(count))"
        }
    }

    func asked(_ state: StateDeclaration) -> [String] {
        guard case .tasks(let tasks) = state.opening else { return [] }
        return tasks.map { task in
            if let form = task.form { return words.form(form) }
            if let programme = task.programme { return programme.programme }
            if let form = task.binds { return "\(words.word(.signs)): \(words.form(form))" }
            return words.word(.decides)
        }
    }

    func due(_ state: StateDeclaration) -> [String] {
        guard case .tasks(let tasks) = state.opening, tasks.contains(where: { $0.due != nil }) else { return [] }
        return tasks.map { task in
            guard let due = task.due else { return "–" }
            let from = task.dueFrom.map { "\(words.phrase($0)) – " } ?? ""
            return from + words.phrase(due)
        }
    }

    // MARK: What happens

    /// What the clock does while the state lasts, without the ways out of it.
    func reminders(_ state: StateDeclaration, _ track: Track?) -> [String] {
        state.inside.clock.filter { line in !line.steps.contains { $0.to != nil } }.map { text($0, track) }
    }

    /// Every way on: answers, decisions, conditions, times.
    func next(_ state: StateDeclaration, _ track: Track?) -> [String] {
        let moves = state.inside.clock.filter { line in line.steps.contains { $0.to != nil } }
        return state.next.map { "\(words.answer($0.name)) \(text($0.steps, track))" }
            + state.inside.may.map { text($0, track) } + state.inside.asSoonAs.map { text([$0], track) }
            + moves.map { text($0, track) }
    }

    /// What holds in all of a stage, a track or the programme, a line each.
    func lines(of inside: Surroundings, _ track: Track?) -> [String] {
        inside.may.map { text($0, track) } + inside.asSoonAs.map { text([$0], track) }
            + inside.clock.map { text($0, track) }
    }

    func text(_ line: ClockLine, _ track: Track?) -> String { "\(words.phrase(line.when)): \(text(line.steps, track))" }

    func text(_ decision: Decision, _ track: Track?) -> String {
        "\(words.decision(decision)) (\(words.who(decision.who))) \(text(decision.steps, track))"
    }

    /// Steps of which the first that holds is taken.
    func text(_ steps: [ExchangeStep], _ track: Track?) -> String {
        steps.enumerated().map { index, step in
            let condition = ProgrammeWay.condition(of: step, words)
            let whenever = condition.isEmpty && index > 0 ? words.word(.otherwise) : condition
            return whenever.isEmpty ? text(step, track) : "\(whenever) \(text(step, track))"
        }.joined(separator: "; ")
    }

    func text(_ step: ExchangeStep, _ track: Track?) -> String {
        var parts: [String] = []
        if let to = step.to { parts.append("→ \(words.state(to, in: track))") }
        if let reason = step.reason { parts.append("\(words.word(.reason)): \(text(reason))") }
        if let form = step.form { parts.append(words.form(form)) }
        if let remind = step.remind {
            let readers = remind.who.isEmpty ? "" : ": \(words.who(remind.who))"
            parts.append(words.word(.reminded) + readers)
        }
        if !step.escalate.isEmpty { parts.append("\(words.word(.told)): \(words.who(step.escalate))") }
        parts += step.send.map(text)
        parts += step.actions.map(\.action)
        if let hold = step.hold { parts.append("≤ \(words.phrase(hold))") }
        return parts.isEmpty ? words.word(.stays) : parts.joined(separator: words.separator)
    }

    func text(_ send: Send) -> String { "✉ \(words.message(send.message)) (\(words.who(send.to)))" }

    private func text(_ reason: ReasonUse) -> String {
        switch reason {
        case .asked(let list): words.spelled(list.split(separator: ".").last.map(String.init) ?? list)
        case .code(let code): words.reason(code)
        case .answer(let path): path.description
        }
    }
}
