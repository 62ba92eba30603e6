import Calendars
import Engine
import Exchange
import Expressions

/// What people do in a simulation, drawn by chance.
extension CaseSimulation {
    /// A request comes: its case starts, and the first form is answered.
    mutating func arrive() {
        var people = setting.stage.people(ofCase: number + 1)
        var given: [String: Value] = [:]
        if plan.requests.indices.contains(number) {
            people.merge(plan.requests[number].people.mapValues { [$0] }) { $1 }
            given = plan.requests[number].values
        }
        start(people: people)
        // What another programme gives is there already; the staff answer their first task as any other.
        guard machine.programme.takes.isEmpty, let c = one.c,
            let task = c.tasks.first(where: \.isDeclared), let holder = task.holders.first
        else { return }
        let actor = Actor(id: holder.party.id, role: holder.role)
        one.planned.insert("\(task.number).\(holder.party.id)")
        guard given.isEmpty else {
            let command = Command.answer(task: task.number, outcome: nil, values: given, reason: nil)
            if let refusal = give(command, by: actor) { problem(c, "request", refusal) }
            return
        }
        let outcome = machine.choices(of: task, in: c).first
        var own: [String: CastScript.Hint] = [:]
        for field in Records.firstForm(machine.programme)?.fields ?? [] {
            if case .country = field.type,
                let country = SimulationRegister.countries.randomElement(using: &one.chance)
            {
                own[field.name] = .text(country)
            }
        }
        tryAnswers(c, what: "request", actor: actor, member: nil, own: own) { drawing in
            .answer(
                task: task.number, outcome: outcome,
                values: drawing.values(forms: [task.form].compactMap(\.self), only: task.only), reason: nil)
        }
    }

    private mutating func problem(_ c: Case, _ what: String, _ refusal: Refusal) {
        ledger.note(
            at: now, number: number, problem: "\(c.reference), \(what): \(machine.programme.words(of: refusal))")
    }

    private mutating func happens(_ chance: Double) -> Bool {
        guard chance > 0 else { return false }
        return Double.random(in: 0..<1, using: &one.chance) < chance
    }

    private mutating func days(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &one.chance)
    }

    /// An hour of the day, so many days from now.
    private mutating func instant(afterDays count: Int) -> Instant {
        let seconds = Int64.random(in: (8 * 3600)...(17 * 3600), using: &one.chance)
        return zone.startOfDay(zone.date(of: now).adding(days: count)).adding(seconds: seconds)
    }

    // MARK: Planning

    /// Plans who will answer what, and who will decide what.
    mutating func plan(_ c: Case, hasMoved: Bool) {
        for task in c.tasks {
            for holder in task.holders where holder.outcome == nil { plan(c, task, holder) }
            if let role = task.escalatedTo.last { planEscalated(c, task, role) }
        }
        if hasMoved { planDecisions(c) }
    }

    private mutating func plan(_ c: Case, _ task: OpenTask, _ holder: OpenTask.Holder) {
        guard one.planned.insert("\(task.number).\(holder.party.id)").inserted else { return }
        let isConsent = plan.script.silentStates.contains(state(of: task, in: c))
        if isConsent, !happens(plan.chances[.refuse]) { return }
        if task.isDeclared, happens(plan.chances[.silent]) { return }
        let count = isConsent ? 1 : happens(plan.chances[.late]) ? days(7...28) : days(1...4)
        one.agenda.plan(
            .answer(task: task.number, role: holder.role, id: holder.party.id),
            at: instant(afterDays: count))
    }

    /// Who was told that it is late may answer instead: the deputy, or a holder of the role.
    private mutating func planEscalated(_ c: Case, _ task: OpenTask, _ role: String) {
        guard one.planned.insert("\(task.number).late.\(role).\(task.escalatedTo.count)").inserted,
            !happens(plan.chances[.silent])
        else { return }
        var party = task.holders.first { $0.role == role }?.party.deputies.first
        if party == nil { party = machine.holders(of: role, in: c).first }
        guard let party else { return }
        one.agenda.plan(
            .answer(task: task.number, role: role, id: party.id), at: instant(afterDays: days(1...3)))
    }

    private mutating func planDecisions(_ c: Case) {
        for decision in machine.decisions(in: c) {
            let key = "\(decision.name).\(decision.member ?? 0)"
            guard one.drawn.insert(key).inserted else { continue }
            guard happens(setting.classes.chance(of: decision.name, plan.chances)) else { continue }
            one.agenda.plan(
                .decide(name: decision.name, member: decision.member),
                at: instant(afterDays: days(1...90)))
        }
    }

    private func state(of task: OpenTask, in c: Case) -> String {
        if case .member(let number) = task.region, let member = c.member(number) {
            member.region.state
        } else {
            c.region.state
        }
    }

    // MARK: Doing

    private mutating func tryAnswers(
        _ c: Case, what: String, actor: Actor, member: Int?, own: [String: CastScript.Hint],
        _ command: (inout AnswerDrawing) -> Command
    ) {
        let seed = one.chance.next()
        var drawing = AnswerDrawing(
            machine: machine, script: plan.script, chance: SeededChance(seed: seed), c: c, member: member,
            today: zone.date(of: now), own: own)
        var refusal: Refusal?
        for _ in 0..<Self.tries {
            refusal = give(command(&drawing), by: actor)
            guard let refused = refusal else { return }
            // Only answers that do not fit are worth another try; the case may have moved on meanwhile.
            guard case .answers = refused else { break }
        }
        switch refusal {
        case .answers?, .fault?: if let refusal { problem(c, what, refusal) }
        default: break
        }
    }

    mutating func answer(_ number: Int, role: String, id: String) {
        guard let c = one.c, c.end == nil, let task = c.tasks.first(where: { $0.number == number }) else {
            return
        }
        if let holder = task.holders.first(where: { $0.party.id == id && $0.role == role }), holder.outcome != nil {
            return
        }
        let actor = Actor(id: id, role: role)
        let choices = machine.choices(of: task, in: c)
        guard let first = choices.first else { return }
        guard task.isDeclared else {
            _ = give(.resolve(task: number, choice: first, reason: "looked at"), by: actor)
            return
        }
        var outcome = first
        if choices.count > 1, happens(plan.chances[.refuse]) {
            outcome = choices.dropFirst().randomElement(using: &one.chance) ?? first
        }
        let reasons = machine.reasons(of: task, outcome: outcome, in: c)
        let reason = reasons.randomElement(using: &one.chance)
        let forms = machine.forms(of: task, outcome: outcome, in: c)
        let member: Int? = if case .member(let number) = task.region { number } else { nil }
        tryAnswers(
            c, what: task.form ?? state(of: task, in: c), actor: actor, member: member, own: moves(forms, c)
        ) { drawing in
            .answer(
                task: number, outcome: outcome, values: drawing.values(forms: forms, only: task.only), reason: reason)
        }
    }

    mutating func decide(_ name: String, _ member: Int?) {
        guard let c = one.c, c.end == nil, let decision = machine.decision(name, in: c, member: member) else {
            return
        }
        var actor: Actor?
        for who in decision.who where actor == nil {
            switch who {
            case .role(let role), .deputy(let role):
                actor = machine.holders(of: role, in: c).first.map { Actor(id: $0.id, role: role) }
            case .member, .memberDeputy:
                guard let found = member.flatMap({ c.member($0) }), let party = found.party else { continue }
                let role = machine.programme.peopleOrder.first {
                    machine.programme.people[$0]?.sources.contains(.track(found.track)) ?? false
                }
                actor = Actor(id: party.id, role: role ?? found.track)
            case .everyone, .path: continue
            }
        }
        guard let actor else { return }
        let reasons = decision.steps.flatMap { machine.reasons(of: $0) }
        let reason = reasons.randomElement(using: &one.chance)
        let forms = Set(decision.steps.compactMap(\.form)).sorted()
        tryAnswers(c, what: name, actor: actor, member: member, own: moves(forms, c)) { drawing in
            .decide(
                name: name, member: member, values: forms.isEmpty ? [:] : drawing.values(forms: forms, only: []),
                reason: reason)
        }
    }

    /// Days that are known move by two to six weeks when they are asked again.
    private mutating func moves(_ forms: [String], _ c: Case) -> [String: CastScript.Hint] {
        var result: [String: CastScript.Hint] = [:]
        for date in machine.programme.dates where c.dates[date.name]?.span != nil {
            for case .answer(let form, let field) in date.sources
            where forms.contains(form) && !(machine.programme.forms[form]?.plansSeries ?? false) {
                result[field] = .moved(days: 7 * days(2...6))
            }
        }
        return result
    }
}
