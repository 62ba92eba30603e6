import Calendars
import Engine
import Exchange
import Expressions

/// What every case of a simulation shares and none changes.
struct SimulationSetting: Sendable {
    let plan: SimulationPlan
    let machine: CaseMachine
    let stage: StoryStage
    let classes: DecisionClasses
    let roster: [String: [Party]]
    let register: SimulationRegister
    /// Uses of actions whose end is told to nobody: they are done as soon as they are decided.
    let silentUses: Set<String>

    init(plan: SimulationPlan, machine: CaseMachine) {
        (self.plan, self.machine) = (plan, machine)
        stage = StoryStage(programme: machine.programme)
        classes = DecisionClasses(programme: machine.programme)
        roster = stage.roster()
        let offers =
            plan.offers.isEmpty
            ? SimulationRegister.invented(
                plan.inventedOffers, cases: plan.cases, from: plan.from, stage: stage, seed: plan.seed) : plan.offers
        register = SimulationRegister(machine: machine, offers: offers)
        silentUses = machine.silentUses
    }
}

/// A case with what is planned for it.
struct SimulatedCase: Sendable {
    enum Happening: Sendable {
        case arrive
        case timer
        case answer(task: Int, role: String, id: String)
        case decide(name: String, member: Int?)
        /// The end of a programme that a task calls, which is not simulated.
        case called(task: Int)
    }

    /// nil: not started yet, at rest, or ended; what is left of it then are data clocks.
    var c: Case?
    /// The case while it rests, in its stored form; empty where it does not.
    private var packed: [UInt8] = []
    var chance: SeededChance
    /// People whose answer to a task is planned, or who were found silent.
    var planned: Set<String> = []
    /// Decisions that were drawn.
    var drawn: Set<String> = []
    /// The timer that is planned.
    var timer: Instant?
    /// What the last search in the register found, as long as the case has said nothing new.
    var found: SimulationRegister.Found?
    var agenda = Agenda<Happening>()

    init(chance: SeededChance) { self.chance = chance }

    /// Puts the case away until something happens in it again: a twentieth of the memory, and nothing else is different.
    mutating func rest() {
        guard let c else { return }
        packed = c.packed()
        let open = Set(c.tasks.map { String($0.number) })
        planned = planned.filter { open.contains(String($0.prefix { $0 != "." })) }
        found = nil
        self.c = nil
    }

    mutating func wake() {
        guard !packed.isEmpty else { return }
        c = awake
        packed = []
    }

    /// The case as it is, at rest or not.
    var awake: Case? {
        if packed.isEmpty { return c }
        guard let c = try? Case(packed: packed) else {
            preconditionFailure("a case cannot be read from what it was written to (I9)")
        }
        return c
    }
}

/// One happening in one case, and all that follows from it at once.
struct CaseSimulation {
    /// Tries to draw an answer that the programme takes.
    static let tries = 20
    /// A timer that is still due after it fired is looked at again so many seconds later.
    private static let restSeconds: Int64 = 3_600

    let setting: SimulationSetting
    /// The place of the case among all, from 0.
    let number: Int
    var one: SimulatedCase
    var now: Instant
    var ledger: SimulationLedger
    var places: SimulationPlaces
    /// Messages are kept only where somebody reads them.
    let keepsMessages: Bool
    var messages: [SimulatedMessage] = []
    /// Calls that are to be ranked; the effects that asked for it.
    var ranks: [String] = []
    /// How the case has ended.
    var end: String?
    /// Offers whose free places were asked for, and places that were taken or given back.
    var placesRead: Set<String> = []
    var placeChanges: [PlaceChange] = []

    /// Whether it read or changed what other cases read or change: free places, the money of a call.
    var touchesOthers: Bool { !placesRead.isEmpty || !placeChanges.isEmpty || !ranks.isEmpty }

    var plan: SimulationPlan { setting.plan }
    var machine: CaseMachine { setting.machine }
    var zone: Zone { machine.programme.zone }

    /// Does what is planned at an instant.
    mutating func perform(_ happening: SimulatedCase.Happening) {
        switch happening {
        case .arrive: arrive()
        case .timer:
            guard let timer = one.timer, timer <= now else { return }
            one.timer = nil
            // What was planned may have moved to a later day meanwhile.
            if let first = one.c?.timers.first, first.at > now {
                schedule()
            } else {
                _ = give(.tick, by: .service)
            }
        case .answer(let task, let role, let id): answer(task, role: role, id: id)
        case .decide(let name, let member): decide(name, member)
        case .called(let task):
            _ = give(.answer(task: task, outcome: nil, values: [:], reason: nil), by: .service)
        }
    }

    /// Starts the case of a request.
    mutating func start(people: [String: [Party]]) {
        let programme = machine.programme
        var all = setting.roster.merging(people) { $1 }
        for role in programme.people.values where all[role.name] == nil && role.sources.isEmpty {
            all[role.name] = setting.stage.people(ofCase: number + 1)[role.name]
        }
        let digits = String(number + 1)
        let padded = String(repeating: "0", count: max(0, 5 - digits.utf8.count)) + digits
        let reference = programme.reference.replacing("{year}", with: String(zone.date(of: now).year))
            .replacing("{number}", with: padded)
        let role = people.keys.sorted().first ?? ""
        let transition = machine.start(
            id: "s\(number + 1)", reference: reference, people: all, origin: setting.stage.origin(ofCase: number + 1),
            by: Actor(id: people[role]?.first?.id ?? "", role: role), at: now)
        one.c = Case(
            id: transition.case.id, reference: reference, programme: programme.hash, at: now, first: programme.first)
        ledger.start()
        take(transition)
    }

    /// Gives the case a command and follows what comes of it; the refusal if it was not taken.
    @discardableResult
    mutating func give(_ command: Command, by actor: Actor) -> Refusal? {
        guard let c = one.c else { return nil }
        let transition = machine.apply(command, by: actor, at: now, to: c, full: places.full)
        placesRead.formUnion(transition.placesRead)
        ledger.command()
        if case .refused(let refusal) = transition.verdict {
            // Timers that were due have fired all the same.
            if !transition.notes.isEmpty { take(transition) }
            return refusal
        }
        take(transition)
        return nil
    }

    // MARK: What comes of a command

    private mutating func take(_ transition: Transition) {
        guard let before = one.c else { return }
        var c = transition.case
        ledger.compare(before, c)
        places.change(transition.reservations)
        placeChanges += transition.reservations
        let rest = send(transition.effects, &c)
        one.c = c
        if c.end == nil { plan(c, hasMoved: before.nextEntry != c.nextEntry) }
        for effect in rest { perform(effect) }
        if let name = one.c?.end?.name {
            // A year of a continent would not fit into memory with all that ended.
            end = name
            one.c = nil
            one.planned = []
        }
        schedule()
    }

    /// Messages go at once: nothing waits for them but their own removal. What is left is to be done.
    private mutating func send(_ effects: [NewEffect], _ c: inout Case) -> [NewEffect] {
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
            guard keepsMessages else { continue }
            messages.append(
                SimulatedMessage(
                    at: now, reference: c.reference, message: wording.message, role: wording.role,
                    address: wording.reader.address))
        }
        if !gone.isEmpty { c.effects.removeAll { gone.contains($0.key) } }
        return rest
    }

    private mutating func perform(_ effect: NewEffect) {
        switch effect.pending.action {
        case "match.search":
            guard let c = one.c, c.end == nil,
                let command = setting.register.search(c, input: effect.input, found: &one.found)
            else { break }
            give(command, by: .service)
        case "case.rank":
            ranks.append(effect.pending.key)
            return
        case "case.start":
            guard let task = effect.input["task"]?.asInt, one.c != nil else { break }
            let days = Int.random(in: 14...60, using: &one.chance)
            one.agenda.plan(.called(task: task), at: now.adding(seconds: Int64(days) * 86_400))
        case "case.answer": break
        default:
            guard !effect.pending.isHeld else {
                ledger.hold()
                return
            }
            guard isSilent(effect) else {
                give(.effectFinished(key: effect.pending.key, result: .done(output: [:])), by: .service)
                return
            }
            ledger.command()
        }
        one.c?.effects.removeAll { $0.key == effect.pending.key }
    }

    /// Whether nothing follows from an effect that is done but that it is done.
    private func isSilent(_ effect: NewEffect) -> Bool {
        switch effect.pending.origin {
        case .action(let use, _), .kept(_, let use, _): setting.silentUses.contains(use)
        case .message, .inner: false
        }
    }

    private mutating func schedule() {
        guard let next = one.c?.timers.first?.at else { return }
        let at = next > now ? next : now.adding(seconds: next == now ? 0 : Self.restSeconds)
        if let planned = one.timer, planned <= at, planned >= now { return }
        one.timer = at
        one.agenda.plan(.timer, at: at)
    }
}
