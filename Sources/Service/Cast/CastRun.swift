package import Calendars
import CaseStore
package import Engine
package import Exchange
import Expressions
import Synchronization

/// Cases that were written, until the run looks at them.
package final class WatchBox: Sendable {
    private let entries: Mutex<[(case: Case, notes: [Note])]> = Mutex([])

    package init() {}

    /// To be handed to the service as its `watch`.
    package var watch: @Sendable (Case, [Note]) -> Void {
        { c, notes in self.entries.withLock { $0.append((c, notes)) } }
    }

    func take() -> [(case: Case, notes: [Note])] {
        entries.withLock { entries in
            defer { entries = [] }
            return entries
        }
    }
}

/// What a cast brought about.
package struct CastReport: Sendable {
    package var started = 0
    package var answers = 0
    package var decisions = 0
    /// How many cases ended how.
    package var ends: [String: Int] = [:]
    /// What the cast could not answer, in words; empty is good.
    package var problems: [String] = []
    /// The last instant that something happened.
    package var last: Instant?

    package var ended: Int { ends.values.reduce(0, +) }
}

/// Takes requests through a programme in virtual time, with a cast that answers, is silent, refuses and decides.
package final class CastRun {
    private enum Happening {
        case arrive(Int)
        case answer(caseID: String, task: Int, holder: OpenTask.Holder)
        case decide(caseID: String, event: Int)
    }

    /// Tries to draw an answer that the programme takes.
    private static let tries = 40
    /// Problems that are kept; more would say the same.
    private static let problemsKept = 50

    private let service: Service
    private let world: VirtualWorld
    private let machine: CaseMachine
    /// Every programme of the run by its hash: the main one and those that it calls.
    private let machines: [String: CaseMachine]
    private let script: CastScript
    private let box: WatchBox
    private let requests: [ImportedRequest]
    private var chance: SeededChance
    private var agenda = Agenda<Happening>()
    private var planned: Set<String> = []
    /// Case → the number of its request; of a called case the number of its caller's.
    private var numbers: [String: Int] = [:]
    private var happened: [String: Int] = [:]
    /// Planned decisions: case and event → when.
    private var decisions: [String: Instant] = [:]
    private var report = CastReport()

    /// Told of each case that was written, with what happened, in order.
    package var tell: (Case, [Note]) -> Void = { _, _ in }

    /// - Parameter called: the programmes that the main one calls; the cast answers in their cases too.
    package init(
        service: Service, world: VirtualWorld, machine: CaseMachine, called: [CaseMachine] = [], script: CastScript,
        requests: [ImportedRequest], box: WatchBox
    ) {
        self.service = service
        self.world = world
        self.machine = machine
        machines = Dictionary(([machine] + called).map { ($0.programme.hash, $0) }) { first, _ in first }
        self.script = script
        self.requests = requests
        self.box = box
        chance = SeededChance(seed: script.seed)
    }

    private var engine: Engine { service.engine }

    /// The machine of the programme that a case runs.
    private func machine(of c: Case) -> CaseMachine { machines[c.programme] ?? machine }

    /// Runs until nothing more follows or the horizon is reached.
    ///
    /// - Parameters:
    ///   - isDone: asked between two instants; true ends the run early.
    ///   - progress: told how many requests have arrived and how many cases have ended.
    package func run(
        until horizon: Instant, isDone: () -> Bool = { false }, progress: (CastReport) -> Void = { _ in }
    ) async throws -> CastReport {
        for (index, request) in requests.enumerated() { agenda.plan(.arrive(index), at: arrival(request)) }
        while !isDone() {
            let timer = try await engine.store.nextTimer()
            guard let next = [agenda.next, timer].compactMap(\.self).min(), next <= horizon else { break }
            world.advance(to: next)
            if timer.map({ $0 <= next }) ?? false { _ = try await engine.turn() }
            absorb()
            while let happening = agenda.take(at: next) { try await perform(happening) }
            _ = try await engine.outbox.drain()
            absorb()
            progress(report)
        }
        report.last = world.now
        return report
    }

    /// 08:30 of the day that a request came, by the hub's clock.
    private func arrival(_ request: ImportedRequest) -> Instant {
        let date = request.arrived ?? machine.programme.zone.date(of: world.now)
        return max(machine.programme.zone.startOfDay(date).adding(seconds: 8 * 3600 + 1800), world.now)
    }

    // MARK: What the cast sees

    private func absorb() {
        // By case, so that what happened at one instant is seen in the same order in every run.
        let seen = box.take().enumerated().sorted {
            ($0.element.case.reference, $0.offset) < ($1.element.case.reference, $1.offset)
        }
        for (c, notes) in seen.map(\.element) {
            tell(c, notes)
            // A called case belongs to the request of the case that called it.
            if numbers[c.id] == nil { numbers[c.id] = c.origin["parent"]?.asString.flatMap { numbers[$0] } }
            if let end = c.end, c.programme == machine.programme.hash, notes.contains(where: { $0.kind == .ended }) {
                report.ends[end.name, default: 0] += 1
            }
            guard c.end == nil else { continue }
            for task in c.tasks {
                // A called programme answers by its end; nobody answers in its place.
                guard machine(of: c).calledProgramme(of: task, in: c) == nil else { continue }
                for holder in task.holders where holder.outcome == nil { plan(task, holder, in: c) }
            }
            for (index, event) in script.events.enumerated() where event.decide != nil { plan(index, event, in: c) }
        }
    }

    private func key(_ c: Case, _ task: OpenTask, _ holder: OpenTask.Holder) -> String {
        "\(c.id).\(task.number).\(holder.party.id)"
    }

    private func plan(_ task: OpenTask, _ holder: OpenTask.Holder, in c: Case) {
        let key = key(c, task, holder)
        guard !planned.contains(key) else { return }
        planned.insert(key)
        let state = state(of: task.region, in: c)
        if script.silent.contains(holder.party.id) || script.silentStates.contains(state) { return }
        let event = event(for: task, in: c)
        if event?.isSilent ?? false { return }
        reseed("\(key).plan")
        let days = event?.delayDays ?? Int.random(in: 1...3, using: &chance)
        let seconds = Int64.random(in: (8 * 3600)...(17 * 3600), using: &chance)
        let zone = machine(of: c).programme.zone
        let date = zone.date(of: world.now).adding(days: days)
        agenda.plan(
            .answer(caseID: c.id, task: task.number, holder: holder), at: zone.startOfDay(date).adding(seconds: seconds)
        )
    }

    private func state(of region: RegionID, in c: Case) -> String {
        switch region {
        case .case: c.region.state
        case .member(let number): c.member(number)?.region.state ?? ""
        }
    }

    /// The event of the script that concerns a task now, if any.
    private func event(for task: OpenTask, in c: Case) -> CastScript.Event? {
        index(of: task, in: c).map { script.events[$0] }
    }

    private func index(of task: OpenTask, in c: Case) -> Int? {
        script.events.indices.first { index in
            let event = script.events[index]
            guard event.decide == nil, event.request == nil || event.request == numbers[c.id],
                event.state == nil || event.state == state(of: task.region, in: c),
                event.form == nil || event.form == task.form
            else { return false }
            if let place = event.member {
                guard case .member(let number) = task.region, let member = c.member(number),
                    c.members(of: member.track).firstIndex(where: { $0.number == number }) == place - 1
                else { return false }
            }
            return happened[counter(c, index, task), default: 0] < event.times
        }
    }

    /// An event about a task is counted for each member by itself, and through all cases that serve one request.
    private func counter(_ c: Case, _ index: Int, _ task: OpenTask) -> String {
        "\(numbers[c.id].map(String.init) ?? c.id).\(index).\(task.region.text)"
    }

    private func plan(_ index: Int, _ event: CastScript.Event, in c: Case) {
        guard event.request == nil || event.request == numbers[c.id], let when = event.when,
            happened["\(c.id).\(index)", default: 0] < event.times,
            let at = machine(of: c).instant(of: when, in: c), at >= world.now, decisions["\(c.id).\(index)"] != at
        else { return }
        decisions["\(c.id).\(index)"] = at
        agenda.plan(.decide(caseID: c.id, event: index), at: at)
    }

    // MARK: What the cast does

    private func perform(_ happening: Happening) async throws {
        switch happening {
        case .arrive(let index): try await arrive(index)
        case .answer(let caseID, let task, let holder): try await answer(caseID, task, holder)
        case .decide(let caseID, let event): try await decide(caseID, event)
        }
        absorb()
    }

    /// Chance belongs to what is decided, so that nothing that goes on beside it changes the answer (FNV-1a).
    private func reseed(_ occasion: String) {
        var hash = script.seed ^ 0xCBF2_9CE4_8422_2325
        for byte in occasion.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        chance = SeededChance(seed: hash)
    }

    private func note(problem: String) {
        if report.problems.count < Self.problemsKept { report.problems.append(problem) }
    }

    /// A request starts a case, and its answers are those of the first form.
    private func arrive(_ index: Int) async throws {
        let request = requests[index]
        let requester = request.people.first
        let actor = Actor(id: requester?.value.id ?? "", role: requester?.key ?? "")
        let c = try await engine.start(machine, people: request.people.mapValues { [$0] }, by: actor)
        numbers[c.id] = index + 1
        report.started += 1
        guard let task = c.tasks.first(where: \.isDeclared) else { return }
        do {
            _ = try await engine.cases.submit(
                .answer(task: task.number, outcome: nil, values: request.values, reason: nil), to: c.id, by: actor)
            report.answers += 1
        } catch EngineFailure.refused(let refusal) {
            note(problem: "line \(request.line): \(refusal.sentence)")
        }
    }

    private func drawing(_ c: Case, member: Int?, _ event: CastScript.Event?) -> AnswerDrawing {
        AnswerDrawing(
            machine: machine(of: c), script: script, chance: SeededChance(seed: chance.next()), c: c, member: member,
            today: machine(of: c).programme.zone.date(of: world.now), own: event?.hints ?? [:])
    }

    private func answer(_ caseID: String, _ number: Int, _ holder: OpenTask.Holder) async throws {
        let (c, machine) = try await engine.cases.load(caseID)
        planned.remove("\(caseID).\(number).\(holder.party.id)")
        guard c.end == nil, let task = c.tasks.first(where: { $0.number == number }),
            task.holders.contains(where: { $0.party.id == holder.party.id && $0.outcome == nil })
        else { return }
        let actor = Actor(id: holder.party.id, role: holder.role)
        guard task.isDeclared else {
            guard let choice = machine.choices(of: task, in: c).first else { return }
            try await give(.resolve(task: number, choice: choice, reason: "looked at"), c, actor)
            return
        }
        let index = index(of: task, in: c)
        let event = index.map { script.events[$0] }
        if let index { happened[counter(c, index, task), default: 0] += 1 }
        guard let outcome = event?.outcome ?? machine.choices(of: task, in: c).first else { return }
        let member: Int? = if case .member(let number) = task.region { number } else { nil }
        reseed("\(caseID).\(number).\(holder.party.id)")
        let reasons = machine.reasons(of: task, outcome: outcome, in: c)
        let forms = machine.forms(of: task, outcome: outcome, in: c)
        var drawing = drawing(c, member: member, event)
        var refusal: Refusal?
        for _ in 0..<Self.tries {
            let command = Command.answer(
                task: number, outcome: outcome, values: drawing.values(forms: forms, only: task.only),
                reason: event?.reason ?? reasons.randomElement(using: &chance))
            switch machine.apply(command, by: actor, at: world.now, to: c).verdict {
            case .refused(let why): refusal = why
            case .accepted, .repeated:
                try await give(command, c, actor)
                report.answers += 1
                return
            }
        }
        note(problem: "\(c.reference), \(task.form ?? "task"): \(refusal?.sentence ?? "no answer fits")")
    }

    private func decide(_ caseID: String, _ index: Int) async throws {
        let (c, machine) = try await engine.cases.load(caseID)
        let event = script.events[index]
        guard c.end == nil, decisions["\(caseID).\(index)"] == world.now, let name = event.decide, let role = event.who
        else { return }
        decisions["\(caseID).\(index)"] = nil
        happened["\(caseID).\(index)", default: 0] += 1
        let member = event.member.flatMap { place in
            machine.decisions(in: c).filter { $0.name == name }.compactMap(\.member).dropFirst(place - 1).first
        }
        guard let decision = machine.decision(name, in: c, member: member),
            let actor = machine.holders(of: role, in: c).first.map({ Actor(id: $0.id, role: role) })
        else {
            note(problem: "\(c.reference): \"\(name)\" could not be decided by \(role) then")
            return
        }
        reseed("\(caseID).decide.\(index)")
        let reasons = decision.steps.flatMap { machine.reasons(of: $0) }
        var drawing = drawing(c, member: member, event)
        var refusal: Refusal?
        for _ in 0..<Self.tries {
            let command = Command.decide(
                name: name, member: member,
                values: drawing.values(forms: Set(decision.steps.compactMap(\.form)).sorted(), only: []),
                reason: event.reason ?? reasons.randomElement(using: &chance))
            switch machine.apply(command, by: actor, at: world.now, to: c).verdict {
            case .refused(let why): refusal = why
            case .accepted, .repeated:
                try await give(command, c, actor)
                report.decisions += 1
                return
            }
        }
        note(problem: "\(c.reference), \(name): \(refusal?.sentence ?? "it does not fit")")
    }

    private func give(_ command: Command, _ c: Case, _ actor: Actor) async throws {
        do {
            _ = try await engine.cases.submit(command, to: c.id, by: actor)
        } catch EngineFailure.refused(let refusal) {
            note(problem: "\(c.reference): \(refusal.sentence)")
        }
    }
}
