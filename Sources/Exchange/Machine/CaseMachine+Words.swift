package import Calendars

/// What things are called, for lists and explanations.
extension CaseMachine {
    /// What a task asks, in a few words.
    package func title(of task: OpenTask, in c: Case) -> String {
        switch task.kind {
        case .declared:
            task.form.map { programme.title(ofTask: $0, language: programme.languages[0]) }
                ?? stateTitle(task.region, in: c)
        case .stuck(let why): "stuck: \(why)"
        case .late(let line, _): "a late step: \(line)"
        case .effect(_, let label, let isUnknown): isUnknown ? "perhaps sent: \(label)" : "not sent: \(label)"
        case .question(_, let title): "a question: \(title)"
        case .mail(let label, let news): news.title(label)
        case .holdReview: "look at the hold"
        case .quiet: "nothing has happened for long"
        }
    }

    func stateTitle(_ region: RegionID, in c: Case) -> String {
        switch region {
        case .case: programme.states[c.region.state]?.title ?? c.region.state
        case .member(let number):
            c.member(number).flatMap { programme.tracks[$0.track]?.states[$0.region.state]?.title } ?? ""
        }
    }

    /// What a timer does, in one word.
    package func kind(of timer: ArmedTimer) -> String {
        switch timer.kind {
        case .line: timer.rank == 0 ? "move" : timer.rank == 1 ? "escalate" : "remind"
        case .rank: "rank"
        case .searchAgain: "search"
        case .spawn: "start"
        case .erase: "erase"
        case .holdReview: "review"
        case .quiet: "watch"
        case .staffDue: "staff"
        }
    }

    /// The phrase that a timer comes from, or what it is about.
    package func phrase(of timer: ArmedTimer) -> String {
        switch timer.kind {
        case .line(let id, _, _): lines[id]?.when.text ?? id
        case .spawn(let track, _): track
        case .erase(let path): path
        case .rank: "ranking of the call"
        case .searchAgain: "search again"
        case .holdReview: "review of the hold"
        case .quiet: "nothing heard for long"
        case .staffDue: "a task of the staff is late"
        }
    }

    /// Where a line of a clock leads: the states that its steps go to.
    package func targets(of timer: ArmedTimer) -> [String] {
        guard case .line(let id, _, _) = timer.kind else { return [] }
        return lines[id]?.steps.compactMap(\.to) ?? []
    }

    /// The answers that a task takes.
    package func choices(of task: OpenTask, in c: Case) -> [String] {
        guard task.isDeclared else { return CaseRun.choices(of: task.kind) }
        return scenery(task.region, in: c)?.state.next.map(\.name) ?? []
    }

    /// What may be decided now, with the roles that may; the member's number where it stands on a track.
    package func decisions(in c: Case) -> [(name: String, who: [Who], member: Int?)] {
        var result: [(name: String, who: [Who], member: Int?)] = []
        for id in c.liveRegions {
            let member: Int? = if case .member(let number) = id { number } else { nil }
            for decision in scenery(id, in: c)?.decisions ?? []
            where decision.isEverywhere || decision.within.contains(where: { isWithin($0, id, in: c) }) {
                result.append((decision.decision.name, decision.decision.who, member))
            }
        }
        return result
    }

    /// Whom a role is held by.
    package func holders(of role: String, in c: Case) -> [Party] {
        holders(of: role, among: c)
    }

    /// The programme that answers a task with one of its ends; nil for a task that people answer.
    package func calledProgramme(of task: OpenTask, in c: Case) -> String? {
        declaration(of: task, in: c)?.programme?.programme
    }

    /// What whoever called this case may decide to take it back: the first decision of theirs that leads to an end.
    package func takingBack(of c: Case) -> (decision: String, role: String)? {
        guard c.liveRegion(.case) != nil else { return nil }
        for decision in (scenery(.case, in: c)?.decisions ?? []).map(\.decision)
        where decision.steps.contains(where: { step in step.to.map { programme.ends[$0] != nil } ?? false }) {
            for case .role(let role) in decision.who
            where programme.people[role]?.sources.contains(.caller) ?? false {
                return (decision.name, role)
            }
        }
        return nil
    }

    /// The first instant of a phrase in this configuration, for the case or one of its members; nil: not known yet.
    package func instant(of phrase: TimePhrase, in c: Case, member: Int? = nil) -> Instant? {
        var run = CaseRun(machine: self, case: c, actor: .service, now: c.lastAt)
        return run.moment(phrase, member.map { .member($0) } ?? .case, kind: .reminder)
    }

    /// What the case's conditions and texts read, for one who answers or explains.
    package func reading(of c: Case, member: Int? = nil) -> CaseReading {
        CaseReading(machine: self, case: c, member: member)
    }

    /// The forms that a task asks together with each of its answers: its own, and those of the way on.
    package func forms(of task: OpenTask, outcome: String, in c: Case) -> [String] {
        guard task.isDeclared else { return [] }
        let steps = scenery(task.region, in: c)?.state.steps(for: outcome) ?? []
        var result = [task.form].compactMap(\.self)
        for form in steps.compactMap(\.form) where !result.contains(form) { result.append(form) }
        return result
    }

    /// The codes of which a way on asks one; empty: it asks for none.
    package func reasons(of task: OpenTask, outcome: String, in c: Case) -> [String] {
        guard task.isDeclared else { return [] }
        return (scenery(task.region, in: c)?.state.steps(for: outcome) ?? []).flatMap { reasons(of: $0) }
    }

    /// A decision that stands in this configuration.
    package func decision(_ name: String, in c: Case, member: Int?) -> Decision? {
        let id: RegionID = member.map { .member($0) } ?? .case
        guard c.liveRegion(id) != nil else { return nil }
        return scenery(id, in: c)?.decisions.first { $0.decision.name == name }?.decision
    }

    /// The codes of which a step asks one; empty: it asks for none.
    package func reasons(of step: ExchangeStep) -> [String] {
        guard case .asked(let list)? = step.reason else { return [] }
        return programme.lists[list]?.choices.map(\.name) ?? []
    }
}

extension CaseMachine {
    /// Uses of actions that send nothing when they are done.
    package var silentUses: Set<String> {
        Set(uses.values.filter { $0.sendMade.isEmpty && $0.sendRenewed.isEmpty && $0.sendUndone.isEmpty }.map(\.id))
    }
}
