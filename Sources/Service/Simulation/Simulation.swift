import Calendars
import Engine
package import Exchange
import Expressions

/// Cases that go through a programme with people drawn by chance: the pure machine, a heap of what comes next, no store.
///
/// Equal plans give equal reports and messages, byte for byte, on however many threads. Effects are done at once; searches
/// are answered from the plan's offers, rankings from the cases that wait.
///
/// Day by day: each case goes on by itself, on any thread, until something happens in it that hangs on other cases (the
/// places of an offer, the ranking of a call). That is put off, and done afterwards in the order of time. See
/// docs/decisions/0044.
package final class Simulation {
    /// One for each thread, alike but for their places in memory.
    private let settings: [SimulationSetting]
    /// The cases that are under way, by number.
    private var cases: [Int: SimulatedCase] = [:]
    /// Cases that wait for the ranking of a call, by number.
    private var waiting: [Int: SimulationCalls.Waiting] = [:]
    /// What was tried on the day and hangs on others, with what had been counted before it.
    private var attempts: [Int: (attempt: SimulatedAttempt, before: SimulationLedger)] = [:]
    /// Cases that do not rest, where all are to.
    private var awake: Set<Int> = []
    /// Whether cases rest between their days.
    private let rests: Bool
    /// Those that have come, also those that have ended.
    private var arrived: Set<Int> = []
    /// When something next happens in which case; what is planned otherwise since is looked at and passed over.
    private var agenda = Agenda<Int>()
    private var ledger: SimulationLedger
    private var places = SimulationPlaces()
    private var calls = SimulationCalls()
    private var now: Instant
    private var tell: ((SimulatedMessage) -> Void)?

    /// So many cases and more rest between their days, so that a year of a continent fits into memory.
    package static let restsFrom = 5_000

    /// - Parameters:
    ///   - machine: of the programme.
    ///   - others: machines of the same programme, each made by itself, for as many more threads; nothing else hangs on
    ///     them.
    ///   - restsFrom: so many cases and more rest between their days; it changes the memory and the time and nothing else.
    package init(
        plan: SimulationPlan, machine: CaseMachine, others: [CaseMachine] = [], restsFrom: Int = Simulation.restsFrom
    ) {
        rests = plan.cases >= restsFrom
        settings = ([machine] + others).map { SimulationSetting(plan: plan, machine: $0) }
        ledger = SimulationLedger(machine: machine)
        now = machine.programme.zone.startOfDay(plan.from)
    }

    private var plan: SimulationPlan { settings[0].plan }
    private var machine: CaseMachine { settings[0].machine }
    private var zone: Zone { machine.programme.zone }

    // MARK: Running

    /// Runs to the end of the plan's last day.
    ///
    /// - Parameters:
    ///   - message: gets each message that goes; nil where nobody reads them.
    ///   - progress: told the share of the time that has passed, 0 to 1, now and then; true ends the run.
    package func run(
        message: ((SimulatedMessage) -> Void)? = nil, progress: (Double) -> Bool = { _ in false }
    ) -> SimulationReport {
        tell = message
        let start = now
        let end = zone.startOfDay(plan.until.adding(days: 1)).adding(milliseconds: -1)
        for number in 0..<plan.cases { agenda.plan(number, at: arrival(number, start, end)) }
        while let next = agenda.next, next <= end {
            now = max(now, next)
            let midnight = zone.startOfDay(zone.date(of: now).adding(days: 1)).adding(milliseconds: -1)
            live(until: min(end, midnight))
            guard end > start else { continue }
            let share = Double(now.milliseconds - start.milliseconds) / Double(end.milliseconds - start.milliseconds)
            if progress(share) { break }
        }
        now = max(now, end)
        return ledger.close(cases.keys.sorted().lazy.compactMap { self.cases[$0]?.awake }, at: now)
    }

    /// Requests of a table come on their day if it lies in the time, all others evenly.
    private func arrival(_ number: Int, _ start: Instant, _ end: Instant) -> Instant {
        var day = zone.date(
            of: start.adding(
                milliseconds: (end.milliseconds - start.milliseconds) / Int64(plan.cases) * Int64(number)))
        if plan.requests.indices.contains(number), let arrived = plan.requests[number].arrived,
            (plan.from...plan.until).contains(arrived)
        {
            day = arrived
        }
        return zone.startOfDay(day).adding(seconds: 8 * 3600 + 1800)
    }

    /// A case that has not come yet, with its arrival planned.
    private func newCase(_ number: Int, at instant: Instant) -> SimulatedCase {
        var one = SimulatedCase(chance: SeededChance(seed: plan.seed &* 0x9E37_79B9 &+ UInt64(number)))
        one.agenda.plan(.arrive, at: instant)
        return one
    }

    // MARK: One day

    /// All that happens up to an instant.
    private func live(until end: Instant) {
        var coming: [(number: Int, at: Instant)] = []
        var seen: Set<Int> = []
        while let at = agenda.next, at <= end, let number = agenda.take(at: at) {
            guard seen.insert(number).inserted, cases[number] != nil || arrived.insert(number).inserted else {
                continue
            }
            coming.append((number, at))
        }
        coming.sort { $0.number < $1.number }
        let days = coming.map { number, at in
            SimulatedDay(
                number: number, one: cases.removeValue(forKey: number) ?? newCase(number, at: at),
                ledger: SimulationLedger(machine: machine))
        }
        places.beginDay()
        let work = SimulatedDays(
            days, settings: settings, places: places, keepsMessages: tell != nil, rests: rests, until: end)
        work.live()
        var messages: [(number: Int, message: SimulatedMessage)] = []
        var put: Agenda<Int> = Agenda()
        for day in work.lived {
            // What an attempt counted includes what was counted before.
            if let attempt = day.attempt {
                attempts[day.number] = (attempt, day.ledger)
            } else {
                ledger.add(day.ledger)
            }
            messages += day.messages.map { (day.number, $0) }
            finish(day.number, day.one, day.end, day.waiting)
            if let at = day.waitsAt { put.plan(day.number, at: at, order: day.number) }
        }
        together(&put, until: end, &messages)
        for number in awake { cases[number]?.rest() }
        awake = []
        for (number, _) in coming { if let next = cases[number]?.agenda.next { agenda.plan(number, at: next) } }
        guard let tell else { return }
        // Cases are sorted by number, and each tells in its order: sorting by time alone keeps both.
        for (_, message) in messages.enumerated().sorted(by: {
            ($0.element.message.at, $0.element.number, $0.offset) < (
                $1.element.message.at, $1.element.number, $1.offset
            )
        }).map(\.element) { tell(message) }
    }

    private func finish(_ number: Int, _ one: SimulatedCase, _ end: String?, _ place: SimulationCalls.Waiting?) {
        if let end {
            calls.end(number, isGood: machine.programme.ends[end]?.isGood ?? false)
        } else {
            cases[number] = one
            if rests, one.c != nil { awake.insert(number) }
        }
        waiting[number] = place
    }

    /// What hangs on other cases, one after another in the order of time.
    private func together(
        _ put: inout Agenda<Int>, until end: Instant, _ messages: inout [(number: Int, message: SimulatedMessage)]
    ) {
        while let at = put.next, let number = put.take(at: at) {
            guard var one = cases.removeValue(forKey: number), let what = one.agenda.take(at: at) else { continue }
            one.wake()
            now = max(now, at)
            let tried = attempts.removeValue(forKey: number)
            var asked: [String] = []
            if let attempt = tried?.attempt, at == now, attempt.holds(places) {
                take(attempt, number, &messages)
            } else {
                if let before = tried?.before { ledger.add(before) }
                asked = perform(number, &one, &messages) { $0.perform(what) }
            }
            if let next = cases[number]?.agenda.next, next <= end { put.plan(number, at: next, order: number) }
            for key in asked { rank(number, key, end, &put, &messages) }
        }
    }

    private func take(
        _ attempt: SimulatedAttempt, _ number: Int, _ messages: inout [(number: Int, message: SimulatedMessage)]
    ) {
        places.change(attempt.placeChanges)
        ledger.add(attempt.ledger)
        messages += attempt.messages.map { (number, $0) }
        finish(number, attempt.one, attempt.end, attempt.waiting)
    }

    /// Lets something happen in a case, with the places as they are; the rankings that it asks for.
    private func perform(
        _ number: Int, _ one: inout SimulatedCase, _ messages: inout [(number: Int, message: SimulatedMessage)],
        _ body: (inout CaseSimulation) -> Void
    ) -> [String] {
        var turn = CaseSimulation(
            setting: settings[number % settings.count], number: number, one: one, now: now,
            ledger: SimulationLedger(machine: machine), places: places, keepsMessages: tell != nil)
        body(&turn)
        places = turn.places
        ledger.add(turn.ledger)
        messages += turn.messages.map { (number, $0) }
        finish(number, turn.one, turn.end, turn.one.c.flatMap { SimulationCalls.waiting($0, machine) })
        return turn.ranks
    }

    private func rank(
        _ number: Int, _ key: String, _ end: Instant, _ put: inout Agenda<Int>,
        _ messages: inout [(number: Int, message: SimulatedMessage)]
    ) {
        guard let mine = waiting[number] else { return }
        let all = waiting.keys.sorted().compactMap { number in waiting[number].map { (slot: number, waiting: $0) } }
        for ranked in calls.rank(mine, among: all, at: now) {
            guard var one = cases.removeValue(forKey: ranked.slot) else { continue }
            one.wake()
            // It is another case now than the one that tried.
            if let (_, before) = attempts.removeValue(forKey: ranked.slot) { ledger.add(before) }
            let before = one.agenda.next
            let asked = perform(ranked.slot, &one, &messages) { $0.give(ranked.command, by: .service) }
            for key in asked { cases[ranked.slot]?.c?.effects.removeAll { $0.key == key } }
            if let next = cases[ranked.slot]?.agenda.next, next != before {
                if next <= end {
                    put.plan(ranked.slot, at: next, order: ranked.slot)
                } else {
                    agenda.plan(ranked.slot, at: next)
                }
            }
        }
        cases[number]?.c?.effects.removeAll { $0.key == key }
    }
}
