import Calendars
import Engine
package import Exchange
import Expressions

/// Cases that go through a programme with people drawn by chance: the pure machine, a heap of what comes next, no store.
///
/// Equal plans give equal reports and messages, byte for byte. Effects are done at once; searches are answered from the
/// plan's offers, rankings from the cases that wait.
package final class Simulation {
    enum Happening {
        case arrive(Int)
        case timer(Int)
        case answer(Int, task: Int, role: String, id: String)
        case decide(Int, name: String, member: Int?)
        /// The end of a programme that a task calls, which is not simulated.
        case called(Int, task: Int)
    }

    /// What is remembered of a case beside itself.
    struct Slot {
        var c: Case
        var chance: SeededChance
        /// People whose answer to a task is planned, or who were found silent.
        var planned: Set<String> = []
        /// Decisions that were drawn.
        var drawn: Set<String> = []
        /// The timer that is planned.
        var timer: Instant?
        /// What the last search in the register found, as long as the case has said nothing new.
        var found: SimulationRegister.Found?
    }

    /// Tries to draw an answer that the programme takes.
    static let tries = 20
    /// A timer that is still due after it fired is looked at again so many seconds later.
    private static let restSeconds: Int64 = 3_600

    let plan: SimulationPlan
    let machine: CaseMachine
    let stage: StoryStage
    let classes: DecisionClasses
    private let roster: [String: [Party]]
    var slots: [Slot?]
    var agenda = Agenda<Happening>()
    var ledger: SimulationLedger
    private var register: SimulationRegister
    private(set) var now: Instant
    private var tell: (SimulatedMessage) -> Void = { _ in }

    package init(plan: SimulationPlan, machine: CaseMachine) {
        self.plan = plan
        self.machine = machine
        stage = StoryStage(programme: machine.programme)
        classes = DecisionClasses(programme: machine.programme)
        roster = stage.roster()
        ledger = SimulationLedger(machine: machine)
        let offers =
            plan.offers.isEmpty
            ? SimulationRegister.invented(
                plan.inventedOffers, cases: plan.cases, from: plan.from, stage: stage, seed: plan.seed) : plan.offers
        register = SimulationRegister(machine: machine, offers: offers)
        slots = Array(repeating: nil, count: plan.cases)
        now = machine.programme.zone.startOfDay(plan.from)
    }

    var zone: Zone { machine.programme.zone }

    // MARK: Running

    /// Runs to the end of the plan's last day.
    ///
    /// - Parameters:
    ///   - message: gets each message that goes.
    ///   - progress: told the share of the time that has passed, 0 to 1, now and then; true ends the run.
    package func run(
        message: @escaping (SimulatedMessage) -> Void = { _ in }, progress: (Double) -> Bool = { _ in false }
    ) -> SimulationReport {
        tell = message
        let start = now
        let end = zone.startOfDay(plan.until.adding(days: 1)).adding(milliseconds: -1)
        for index in slots.indices { agenda.plan(.arrive(index), at: arrival(index, start, end)) }
        var count = 0
        while let next = agenda.next, next <= end {
            now = max(now, next)
            guard let happening = agenda.take(at: next) else { break }
            perform(happening)
            count += 1
            if count % 1_024 == 0, end > start {
                let share =
                    Double(now.milliseconds - start.milliseconds) / Double(end.milliseconds - start.milliseconds)
                if progress(share) { break }
            }
        }
        return ledger.close(slots.compactMap { $0?.c }, at: now)
    }

    /// Requests of a table come on their day if it lies in the time, all others evenly.
    private func arrival(_ index: Int, _ start: Instant, _ end: Instant) -> Instant {
        var day = zone.date(
            of: start.adding(milliseconds: (end.milliseconds - start.milliseconds) / Int64(slots.count) * Int64(index)))
        if plan.requests.indices.contains(index), let arrived = plan.requests[index].arrived,
            (plan.from...plan.until).contains(arrived)
        {
            day = arrived
        }
        return zone.startOfDay(day).adding(seconds: 8 * 3600 + 1800)
    }

    private func perform(_ happening: Happening) {
        switch happening {
        case .arrive(let slot): arrive(slot)
        case .timer(let slot):
            guard let timer = slots[slot]?.timer, timer <= now else { return }
            slots[slot]?.timer = nil
            // What was planned may have moved to a later day meanwhile.
            if let first = slots[slot]?.c.timers.first, first.at > now {
                schedule(slot)
            } else {
                _ = give(.tick, to: slot, by: .service)
            }
        case .answer(let slot, let task, let role, let id): answer(slot, task, role: role, id: id)
        case .decide(let slot, let name, let member): decide(slot, name, member)
        case .called(let slot, let task):
            _ = give(.answer(task: task, outcome: nil, values: [:], reason: nil), to: slot, by: .service)
        }
    }

    /// Starts the case of a request.
    func start(_ slot: Int, people: [String: [Party]]) {
        let programme = machine.programme
        var all = roster.merging(people) { $1 }
        for role in programme.people.values where all[role.name] == nil && role.sources.isEmpty {
            all[role.name] = stage.people(ofCase: slot + 1)[role.name]
        }
        let digits = String(slot + 1)
        let padded = String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        let reference = programme.reference.replacing("{year}", with: String(zone.date(of: now).year))
            .replacing("{number}", with: padded)
        let role = people.keys.sorted().first ?? ""
        let transition = machine.start(
            id: "s\(slot + 1)", reference: reference, people: all, origin: stage.origin(ofCase: slot + 1),
            by: Actor(id: people[role]?.first?.id ?? "", role: role), at: now)
        let before = Case(
            id: transition.case.id, reference: reference, programme: programme.hash, at: now, first: programme.first)
        slots[slot] = Slot(c: before, chance: SeededChance(seed: plan.seed &* 0x9E37_79B9 &+ UInt64(slot)))
        ledger.start()
        take(transition, of: slot)
    }

    /// Gives a case a command and follows what comes of it; the refusal if it was not taken.
    func give(_ command: Command, to slot: Int, by actor: Actor) -> Refusal? {
        guard let c = slots[slot]?.c else { return nil }
        let transition = machine.apply(command, by: actor, at: now, to: c, full: register.full)
        ledger.command()
        if case .refused(let refusal) = transition.verdict {
            // Timers that were due have fired all the same.
            if !transition.notes.isEmpty { take(transition, of: slot) }
            return refusal
        }
        take(transition, of: slot)
        return nil
    }

    // MARK: What comes of a command

    private func take(_ transition: Transition, of slot: Int) {
        guard let before = slots[slot]?.c else { return }
        var c = transition.case
        ledger.compare(before, c)
        register.change(transition.reservations)
        let rest = send(transition.effects, &c)
        slots[slot]?.c = c
        if c.end == nil { plan(slot, c, hasMoved: before.nextEntry != c.nextEntry) }
        for effect in rest { perform(effect, slot) }
        if let end = slots[slot]?.c.end {
            // What is left of it are data clocks; a year of a continent would not fit into memory with all that ended.
            register.end(slot, isGood: machine.programme.ends[end.name]?.isGood ?? false)
            slots[slot] = nil
        }
        schedule(slot)
    }

    /// Messages go at once: nothing waits for them but their own removal. What is left is to be done.
    private func send(_ effects: [NewEffect], _ c: inout Case) -> [NewEffect] {
        var rest: [NewEffect] = []
        var gone: Set<String> = []
        for effect in effects {
            guard let wording = effect.pending.wording else {
                rest.append(effect)
                continue
            }
            guard !gone.contains(effect.pending.key) else { continue }
            guard !effect.pending.isHeld else {
                ledger.hold()
                continue
            }
            gone.insert(effect.pending.key)
            ledger.message(wording, at: now)
            tell(
                SimulatedMessage(
                    at: now, reference: c.reference, message: wording.message, role: wording.role,
                    address: wording.reader.address))
        }
        c.effects.removeAll { gone.contains($0.key) }
        return rest
    }

    private func perform(_ effect: NewEffect, _ slot: Int) {
        switch effect.pending.action {
        case "match.search":
            guard let c = slots[slot]?.c, c.end == nil,
                let command = register.search(c, input: effect.input, found: &slots[slot]!.found)
            else { break }
            _ = give(command, to: slot, by: .service)
        case "case.rank":
            guard let c = slots[slot]?.c else { break }
            for one in register.rank(c, among: slots.map { $0?.c }, at: now) {
                _ = give(one.command, to: one.slot, by: .service)
            }
        case "case.start":
            guard let task = effect.input["task"]?.asInt, slots[slot] != nil else { break }
            let days = Int.random(in: 14...60, using: &slots[slot]!.chance)
            agenda.plan(.called(slot, task: task), at: now.adding(seconds: Int64(days) * 86_400))
        case "case.answer": break
        default:
            guard !effect.pending.isHeld else {
                ledger.hold()
                return
            }
            _ = give(.effectFinished(key: effect.pending.key, result: .done(output: [:])), to: slot, by: .service)
            return
        }
        slots[slot]?.c.effects.removeAll { $0.key == effect.pending.key }
    }

    private func schedule(_ slot: Int) {
        guard let next = slots[slot]?.c.timers.first?.at else { return }
        let at = next > now ? next : now.adding(seconds: next == now ? 0 : Self.restSeconds)
        if let planned = slots[slot]?.timer, planned <= at, planned >= now { return }
        slots[slot]?.timer = at
        agenda.plan(.timer(slot), at: at)
    }
}
