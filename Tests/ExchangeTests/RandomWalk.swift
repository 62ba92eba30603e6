import Calendars
import Engine
import Expressions

@testable import Exchange

/// One case driven by chance, with a model of the outbox and of the offers beside it.
struct RandomWalk {
    /// One command as it was given, for a second run of the same journal.
    struct Entry {
        let command: Command
        let actor: Actor
        let now: Instant
        let full: Set<String>
    }

    let machine: CaseMachine
    var draw: Draw
    var c: Case
    var now: Instant
    var people: [String: [Party]]
    var journal: [Entry] = []
    /// What a shell would hold: decided, not taken back, not finished.
    var outbox: Set<String> = []
    /// Places as the store counts them: owner → offer.
    var ledger: [String: String] = [:]
    /// Keys of timers that have fired, for ever (R18).
    var everFired: Set<String> = []
    /// Breaks the machine: spoils what it gives before anybody sees it.
    var spoil: (@Sendable (_ before: Case, inout Transition) -> Void)?

    static let start = instant("2026-03-02T08:00")
    static let capacity = 1

    init(machine: CaseMachine, draw: Draw) {
        self.machine = machine
        self.draw = draw
        now = Self.start
        people = Trial.cast
        if self.draw.happens(15) { people[self.draw.one(of: ["pair", "panel", "host"])] = [] }
        let first = machine.start(id: "c-1", reference: "T-1", people: people, origin: [:], by: .service, at: now)
        c = first.case
        book(first)
    }

    mutating func book(_ step: Transition) {
        for effect in step.effects { outbox.insert(effect.pending.key) }
        for key in step.effectsRecalled { outbox.remove(key) }
        for change in step.reservations {
            ledger[change.owner] = change.places > 0 ? change.place.offer : nil
        }
        everFired.formUnion(step.case.fired)
    }

    var full: Set<String> {
        Set(Dictionary(grouping: ledger.values) { $0 }.filter { $0.value.count >= Self.capacity }.keys)
    }

    /// Draws a command and its instant, gives it, and tells what came of it.
    mutating func step() -> (before: Case, entry: Entry, after: Transition) {
        pass()
        let (command, actor) = command()
        let entry = Entry(command: command, actor: actor, now: now, full: draw.happens(50) ? full : [])
        journal.append(entry)
        let before = c
        var after = machine.apply(command, by: actor, at: now, to: c, full: entry.full)
        spoil?(before, &after)
        c = after.case
        if case .effectFinished(let key, let result) = command {
            if case .unknown = result {} else { outbox.remove(key) }
        }
        if case .resolve(let task, let choice, _) = command, choice != "again", after.verdict == .accepted,
            case .effect(let key, _, _)? = before.tasks.first(where: { $0.number == task })?.kind
        {
            outbox.remove(key)
        }
        book(after)
        return (before, entry, after)
    }

    /// Time passes: not at all, a little, until the next timer, or for days.
    private mutating func pass() {
        switch draw.below(10) {
        case 0, 1: break
        case 2, 3: now = now.adding(seconds: Int64(draw.below(4 * 3_600)))
        case 4, 5, 6:
            if let next = c.timers.first?.at { now = max(now, next.adding(seconds: Int64(draw.below(3) * 400))) }
        case 7, 8: now = now.adding(seconds: Int64(draw.below(9 * 86_400)))
        default: now = now.adding(seconds: draw.happens(30) ? Int64(draw.below(60 * 86_400)) : -600)
        }
    }

    // MARK: Commands

    private mutating func command() -> (Command, Actor) {
        if let search = c.search, search.isPending, draw.happens(60) { return (found(), .service) }
        switch draw.below(20) {
        case 0, 1, 2: return (.tick, .service)
        case 3...8: return answer()
        case 9, 10: return decision()
        case 11, 12, 13: return (result(), .service)
        case 14: return (draw.happens(50) ? found() : .ranked(entry: draw.below(9), result: "in"), .service)
        case 15: return (resolution(), desk)
        default: return (staffs(), draw.happens(90) ? desk : Actor(id: "bo", role: "host"))
        }
    }

    private var desk: Actor { Actor(id: "eve", role: "desk") }

    private mutating func answer() -> (Command, Actor) {
        let open = c.tasks.filter(\.isDeclared)
        guard !open.isEmpty else { return (.answer(task: 99, outcome: "go", values: [:], reason: nil), desk) }
        let task = draw.one(of: open)
        let choices = machine.choices(of: task, in: c)
        let outcome = draw.happens(95) && !choices.isEmpty ? draw.one(of: choices) : draw.happens(50) ? nil : "fly"
        var actor = desk
        if let holder = task.holders.isEmpty ? nil : draw.one(of: task.holders), draw.happens(85) {
            actor = Actor(id: holder.party.id, role: holder.role)
        }
        return (
            .answer(task: task.number, outcome: outcome, values: values(of: task.form ?? ""), reason: nil), actor
        )
    }

    mutating func values(of form: String) -> [String: Value] {
        if draw.happens(5) { return ["size": .string("many"), "nothing": .int(1)] }
        switch form {
        case "plan":
            var result: [String: Value] = ["note": .string("n\(draw.below(9))")]
            if draw.happens(80) { result["days"] = span() }
            if draw.happens(80) { result["size"] = .int(Int64(draw.below(12))) }
            if draw.happens(60) {
                result["where"] = .string(draw.one(of: ["Asia/Tokyo", "America/Bogota", "nowhere"]))
            }
            return result
        case "moved": return ["days": span()]
        case "mark": return ["points": .int(Int64(draw.below(12)))]
        case "wish": return ["size": .int(Int64(draw.below(6)))]
        case "list":
            let names = ["Jo", "Kim", "Lu", "Max", "Nia"].filter { _ in draw.happens(50) }
            let rows = (names.isEmpty ? ["Jo"] : names).map { name in
                Value.object(
                    draw.happens(40) ? ["name": person(name), "spare": person("Spare\(name)")] : ["name": person(name)])
            }
            return ["people": .list(rows)]
        default: return [:]
        }
    }

    private mutating func span() -> Value {
        let zone = Zone.utc
        let first = zone.date(of: now).adding(days: draw.among(-5...120))
        return days(first.iso, first.adding(days: draw.below(4)).iso)
    }

    private mutating func decision() -> (Command, Actor) {
        let all = machine.decisions(in: c)
        guard !all.isEmpty else { return (.tick, .service) }
        let chosen = draw.one(
            of: all.filter { $0.name != "leave" && $0.name != "stop" || draw.happens(15) } + all.prefix(1))
        let declared = machine.decision(chosen.name, in: c, member: chosen.member)
        let form = declared?.steps.compactMap(\.form).first ?? ""
        var actor = desk
        if case .member? = chosen.who.first, let number = chosen.member, let party = c.member(number)?.party {
            actor = Actor(id: party.id, role: "team")
        } else if chosen.name == "leave" {
            actor = Actor(id: "ann", role: "requester")
        }
        return (.decide(name: chosen.name, member: chosen.member, values: values(of: form), reason: nil), actor)
    }

    private mutating func found() -> Command {
        let offers = (1...5).filter { _ in draw.happens(60) }.map { number in
            Candidate(
                offer: .object([
                    "id": .string("h\(number)"), "name": .string("H\(number)"), "institution": .string("H\(number)"),
                    "country": "BA", "address": .string("h\(number)@example.org"),
                    "capacity": .int(Int64(Self.capacity)),
                ]), score: 1, parts: [])
        }
        return .candidates(entry: c.search?.entry ?? 1, found: offers, excluded: [])
    }

    private mutating func result() -> Command {
        guard !c.effects.isEmpty else { return .effectFinished(key: "none", result: .done(output: [:])) }
        let effect = draw.one(of: c.effects)
        // A search that fails for good would leave the engine itself broken; what it brings comes as a command.
        if effect.origin == .inner { return .tick }
        switch draw.below(8) {
        case 0: return .effectFinished(key: effect.key, result: .failed(code: "gone", message: "no such place"))
        case 1: return .effectFinished(key: effect.key, result: .unknown(message: "the line broke"))
        case 2: return .effectFinished(key: effect.key, result: .dropped)
        default: return .effectFinished(key: effect.key, result: .done(output: ["path": "a", "name": "b"]))
        }
    }

    private mutating func resolution() -> Command {
        let open = c.tasks.filter { !$0.isDeclared }
        guard !open.isEmpty else { return .tick }
        let task = draw.one(of: open)
        return .resolve(task: task.number, choice: draw.one(of: machine.choices(of: task, in: c)), reason: "seen")
    }

    private mutating func staffs() -> Command {
        switch draw.below(12) {
        case 0, 1: return .hold(reason: "strike", until: nil)
        case 2, 3, 4: return .resume(reason: "over")
        case 5, 6:
            let role = draw.one(of: ["requester", "host", "pair", "panel", "head"])
            let people = ["cy", "di", "gus", "hal", "zoe"].filter { _ in draw.happens(40) }.map { Trial.party($0) }
            return .reassign(role: role, to: people, reason: "ill")
        case 7, 8:
            let form = draw.one(of: ["plan", "moved", "mark"])
            return .correct(form: form, member: nil, values: values(of: form), reason: "typo")
        case 9:
            return .moveByHand(to: draw.one(of: machine.programme.statesOrder), member: nil, reason: "agreed")
        case 10:
            let length = Int64(draw.among(1...40)) * 3_600
            return .outage(from: now.adding(seconds: -length), to: now)
        default: return draw.happens(15) ? .cancel(reason: "over") : .tick
        }
    }
}
