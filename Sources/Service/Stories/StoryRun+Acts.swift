import Calendars
import Engine
import Exchange
import Expressions

/// What people do in a story: by themselves, and as it is written.
extension StoryRun {
    func perform(_ happening: Happening) async throws {
        switch happening {
        case .arrive(let index): try await arrive(index)
        case .answer(let caseID, let task, let holder): try await answer(caseID, task, holder)
        }
    }

    /// The first form is answered with what is given; optional questions that are not mentioned stay open.
    private func arrive(_ index: Int) async throws {
        let given = story.requests[index]
        let c = try await start(index)
        absorb()
        // What another programme gives is there already; the staff answer their first task as any other.
        guard machine.programme.takes.isEmpty, let task = c.tasks.first(where: \.isDeclared),
            let holder = task.holders.first
        else { return }
        let fields = Records.firstForm(machine.programme)?.fields ?? []
        let asked = fields.filter { $0.isRequired && given[$0.name] == nil }.map(\.name)
        let refusal = try await tryAnswers(
            c, task, actor: Actor(id: holder.party.id, role: holder.role), seed: "request \(index)"
        ) { drawing in
            let drawn = asked.isEmpty ? [:] : drawing.values(forms: [task.form].compactMap(\.self), only: asked)
            return .answer(task: task.number, outcome: nil, values: drawn.merging(given) { $1 }, reason: nil)
        }
        if let refusal {
            throw Stop(
                node: story.givenNode, message: "the request is refused: \(machine.programme.words(of: refusal))")
        }
        absorb()
    }

    /// Draws and gives until an answer is taken; the last refusal if none is.
    private func tryAnswers(
        _ c: Case, _ task: OpenTask?, actor: Actor, seed: String, member: Int? = nil,
        own: [String: CastScript.Hint] = [:], _ command: (inout AnswerDrawing) -> Command
    ) async throws -> Refusal? {
        var drawing = AnswerDrawing(
            machine: machine, script: script, chance: SeededChance(seed: Self.seed("\(story.title)|\(seed)")), c: c,
            member: member, today: zone.date(of: now), own: own)
        var last: Refusal?
        for _ in 0..<Self.tries {
            let command = command(&drawing)
            if case .refused(let refusal) = machine.apply(command, by: actor, at: now, to: c).verdict {
                last = refusal
                continue
            }
            return try await give(command, to: c.id, by: actor)
        }
        return last
    }

    /// FNV-1a: equal texts give equal chance on every machine.
    private static func seed(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    // MARK: By themselves

    private func answer(_ caseID: String, _ number: Int, _ holder: OpenTask.Holder) async throws {
        guard let c = latest[caseID], c.end == nil, answers(in: caseID),
            let task = c.tasks.first(where: { $0.number == number }),
            task.holders.contains(where: { $0.party.id == holder.party.id && $0.outcome == nil }),
            !isSilent(holder, of: task, in: c), !isReserved(task, holder, in: c)
        else { return }
        let actor = Actor(id: holder.party.id, role: holder.role)
        guard let outcome = machine.choices(of: task, in: c).first else { return }
        guard task.isDeclared else {
            _ = try await give(.resolve(task: number, choice: outcome, reason: "looked at"), to: caseID, by: actor)
            return
        }
        if let refusal = try await fill(task, outcome, actor, in: c, reason: nil, hints: [:]) {
            let what = task.form ?? region(task.region, in: c).state
            throw Stop(
                node: story.givenNode,
                message:
                    "\(holder.role) cannot answer \"\(what)\" on \(zone.date(of: now).iso): \(machine.programme.words(of: refusal)); say how under \"answers:\""
            )
        }
    }

    private func fill(
        _ task: OpenTask, _ outcome: String, _ actor: Actor, in c: Case, reason: String?,
        hints: [String: CastScript.Hint]
    ) async throws -> Refusal? {
        let forms = machine.forms(of: task, outcome: outcome, in: c)
        let reasons = machine.reasons(of: task, outcome: outcome, in: c)
        return try await tryAnswers(
            c, task, actor: actor, seed: "\(c.reference).\(task.number).\(actor.id)", member: member(task.region),
            own: hints
        ) { drawing in
            .answer(
                task: task.number, outcome: outcome, values: drawing.values(forms: forms, only: task.only),
                reason: reason ?? reasons.first)
        }
    }

    private func isSilent(_ holder: OpenTask.Holder, of task: OpenTask, in c: Case) -> Bool {
        if script.silentStates.contains(region(task.region, in: c).state) { return true }
        let number = (cases.firstIndex(of: c.id) ?? 0) + 1
        return silent.contains { silence in
            (silence.number == nil || silence.number == number)
                && (silence.person == .everyone || isMeant(holder, of: task, silence.person, in: c))
        }
    }

    // MARK: As it is written

    func perform(
        _ act: Story.Act, by person: Story.Person, reason: String?, hints: [String: CastScript.Hint], _ step: Story.Step
    ) async throws {
        guard let caseID = cases[step.number - 1], let c = latest[caseID] else {
            throw Stop(node: step.node, message: "the request has not come yet on \(step.day.iso)")
        }
        switch act {
        case .fallSilent: silent.insert(Silence(number: step.number, person: person))
        case .answerAgain: wake(person, number: step.number)
        case .resume: try await resume(person, in: c, step)
        case .answer(let task, let outcome):
            try await answer(task, outcome, person, reason: reason, hints: hints, in: c, step)
        case .decide(let name, let about):
            try await decide(name, about, person, reason: reason, hints: hints, in: c, step)
        }
    }

    private func answer(
        _ name: String, _ outcome: String?, _ person: Story.Person, reason: String?, hints: [String: CastScript.Hint],
        in c: Case, _ step: Story.Step
    ) async throws {
        let open = c.tasks.filter { isCalled($0, name, in: c) }
        var found: (task: OpenTask, actor: Actor)?
        for task in open {
            if let holder = task.holders.first(where: { $0.outcome == nil && isMeant($0, of: task, person, in: c) }) {
                found = (task, Actor(id: holder.party.id, role: holder.role))
                break
            }
        }
        // Whoever was told that it is late, or acts for the holder, may answer as well.
        if found == nil, let task = open.first, case .role(let role, _, _) = person,
            let party = people(person, in: c, at: task.region).first
        {
            found = (task, Actor(id: party.id, role: role))
        }
        guard let found else {
            let state =
                open.isEmpty ? "no task \"\(name)\" is open then; the case is in \(c.region.state)" : "it is not theirs"
            throw Stop(node: step.node, message: "\"\(step.text)\" is not possible on \(step.day.iso): \(state)")
        }
        guard let given = outcome ?? machine.choices(of: found.task, in: c).first else { return }
        let refusal =
            found.task.isDeclared
            ? try await fill(found.task, given, found.actor, in: c, reason: reason, hints: hints)
            : try await give(
                .resolve(task: found.task.number, choice: given, reason: reason ?? "as the story says"), to: c.id,
                by: found.actor)
        if let refusal {
            throw Stop(
                node: step.node,
                message: "\"\(step.text)\" is refused on \(step.day.iso): \(machine.programme.words(of: refusal))")
        }
    }

    private func decide(
        _ name: String, _ about: Story.Person?, _ person: Story.Person, reason: String?,
        hints: [String: CastScript.Hint], in c: Case, _ step: Story.Step
    ) async throws {
        func stop(_ why: String) -> Stop {
            Stop(node: step.node, message: "\"\(step.text)\" is not possible on \(step.day.iso): \(why)")
        }
        var member: Int?
        if let about {
            guard let found = members(about, in: c).first else { throw stop("that member is not there") }
            member = found.number
        }
        let open = machine.decisions(in: c)
        guard let decision = machine.decision(name, in: c, member: member) else {
            let choices = Set(open.map(\.name)).sorted().joined(separator: ", ")
            throw stop("in \(c.region.state) can be decided: \(choices.isEmpty ? "nothing" : choices)")
        }
        let role: String
        switch person {
        case .role(let name, _, _), .track(let name, _): role = name
        case .everyone: throw stop("one person decides; say which")
        }
        guard let party = people(person, in: c, at: .case).first else { throw stop("nobody is that then") }
        let reasons = decision.steps.flatMap { machine.reasons(of: $0) }
        let forms = Set(decision.steps.compactMap(\.form)).sorted()
        let refusal = try await tryAnswers(
            c, nil, actor: Actor(id: party.id, role: role), seed: step.text, member: member, own: moved(hints, in: c)
        ) { drawing in
            .decide(
                name: name, member: member, values: forms.isEmpty ? [:] : drawing.values(forms: forms, only: []),
                reason: reason ?? reasons.first)
        }
        if let refusal { throw stop(machine.programme.words(of: refusal)) }
    }

    private func resume(_ person: Story.Person, in c: Case, _ step: Story.Step) async throws {
        guard case .role(let role, _, _) = person, let party = people(person, in: c, at: .case).first else {
            throw Stop(
                node: step.node, message: "\"\(step.text)\" is not possible on \(step.day.iso): nobody is that then")
        }
        let actor = Actor(id: party.id, role: role)
        if let refusal = try await give(.resume(reason: "as the story says"), to: c.id, by: actor) {
            throw Stop(
                node: step.node,
                message: "\"\(step.text)\" is refused on \(step.day.iso): \(machine.programme.words(of: refusal))")
        }
    }

    /// Where only a first day is given, the length of what was agreed stays.
    private func moved(_ hints: [String: CastScript.Hint], in c: Case) -> [String: CastScript.Hint] {
        hints.mapValues { hint in
            guard case .text(let text) = hint, text.hasSuffix("/"), let first = LocalDate(iso: String(text.dropLast()))
            else { return hint }
            let length = names.programme.dates.compactMap { c.dates[$0.name]?.span }.first.map {
                $0.last.day - $0.first.day
            }
            return .text("\(first.iso)/\(first.adding(days: Int(length ?? 0)).iso)")
        }
    }

    // MARK: Who is who

    func region(_ id: RegionID, in c: Case) -> Region {
        if case .member(let number) = id, let member = c.member(number) { member.region } else { c.region }
    }

    private func member(_ id: RegionID) -> Int? { if case .member(let number) = id { number } else { nil } }

    /// Whether a task is known by this word.
    func isCalled(_ task: OpenTask, _ name: String, in c: Case) -> Bool {
        switch task.kind {
        case .declared: task.form == name || region(task.region, in: c).state == name
        case .stuck: name == "stuck"
        case .late: name == "late"
        case .effect: name == "effect"
        case .question: name == "question"
        case .holdReview: name == "hold"
        case .quiet: name == "quiet"
        case .mail: name == "mail"
        }
    }

    /// Whether the holder of a task is this person of the story.
    func isMeant(_ holder: OpenTask.Holder, of task: OpenTask, _ person: Story.Person, in c: Case) -> Bool {
        guard case .role(let role, let place, let isDeputy) = person, holder.role == role, !isDeputy else {
            return false
        }
        guard let place else { return true }
        if let track = names.track(of: person), case .member(let number) = task.region,
            let member = c.member(number), member.track == track
        {
            return c.members(of: track).firstIndex { $0.number == number } == place - 1
        }
        return people(person, in: c, at: task.region).contains { $0.id == holder.party.id }
    }

    /// The members that a person of a story means.
    func members(_ person: Story.Person, in c: Case) -> [Member] {
        guard let track = names.track(of: person) else { return [] }
        let all = c.members(of: track)
        switch person {
        case .role(_, let place?, _), .track(_, let place?): return all.dropFirst(place - 1).prefix(1).map(\.self)
        default: return all
        }
    }

    /// The persons meant, as the case knows them now.
    func people(_ person: Story.Person, in c: Case, at region: RegionID) -> [Party] {
        switch person {
        case .everyone:
            return names.roles.flatMap { name -> [Party] in
                guard let role = names.programme.people[name], !role.isStaff || !role.actsFor.isEmpty else { return [] }
                return machine.holders(of: name, in: c)
            }
        case .track: return members(person, in: c).compactMap(\.party)
        case .role(let role, let place, let isDeputy):
            var found = machine.holders(of: role, in: c)
            if place != nil, names.track(of: role) != nil {
                found = members(person, in: c).compactMap(\.party)
            } else if let place {
                found = found.dropFirst(place - 1).prefix(1).map(\.self)
            } else if found.isEmpty, isDeputy {
                found = members(person, in: c).compactMap(\.party)
            }
            return isDeputy ? found.flatMap(\.deputies) : found
        }
    }
}
