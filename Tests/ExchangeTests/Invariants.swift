import Calendars
import Expressions

@testable import Exchange

/// What must hold of every stable case and of every step, by the numbers of the semantics.
final class Invariants {
    let machine: CaseMachine
    let c: Case
    private(set) var broken: [String] = []

    init(machine: CaseMachine, case: Case) {
        self.machine = machine
        c = `case`
    }

    private func hold(_ isTrue: Bool, _ words: @autoclosure () -> String) {
        if !isTrue { broken.append(words()) }
    }

    private var run: CaseRun { CaseRun(machine: machine, case: c, actor: .service, now: c.lastAt) }

    /// All that can be seen of one case alone.
    func ofCase() {
        regions()
        owners()
        rest()
        attended()
        coded()
        timers()
        reminded()
        mentioned()
        places()
    }

    // MARK: I1 and I2

    private func regions() {
        let p = machine.programme
        hold(
            (c.end == nil ? p.states[c.region.state] != nil : p.ends[c.region.state] != nil),
            "I1: state \(c.region.state)")
        for member in c.members {
            let track = p.tracks[member.track]
            let isKnown =
                member.hasEnded
                ? track?.ends[member.region.state] != nil : track?.states[member.region.state] != nil
            hold(isKnown, "I1: member \(member.number) in \(member.region.state)")
            hold(c.end == nil || member.hasEnded || member.isVoid, "I1: member \(member.number) outlives the case")
        }
        guard c.end != nil else { return }
        hold(c.tasks.isEmpty, "I1: tasks after the end")
        hold(c.reservations.isEmpty, "I1: places after the end")
        hold(c.search == nil && c.hold == nil && c.stuck.isEmpty, "I1: a search, hold or fault after the end")
        hold(c.timers.allSatisfy(isErasing), "I1: timers after the end")
    }

    private func isErasing(_ timer: ArmedTimer) -> Bool { if case .erase = timer.kind { true } else { false } }

    private func isLive(_ region: RegionID, _ scope: Int) -> Bool {
        run.owners(of: region).contains(scope)
    }

    private func owners() {
        for task in c.tasks { hold(isLive(task.region, task.entry), "I2: task \(task.number) of \(task.kind)") }
        for timer in c.timers where !isErasing(timer) {
            hold(isLive(timer.region, timer.scope), "I2: timer \(timer.key)")
        }
        for effect in c.effects {
            guard let owner = effect.owner else { continue }
            hold(isLive(owner.region, owner.scope), "I2, I12: effect \(effect.label) of what was left")
        }
        for key in c.fired.sorted() + c.postponed.keys.sorted() {
            let parts = key.split(separator: ".")
            let region: RegionID = Int(parts[0].dropFirst()).map { .member($0) } ?? .case
            hold(isLive(region, Int(parts[1]) ?? -1), "I2: remembered \(key)")
        }
        for stuck in c.stuck { hold(isLive(stuck.region, stuck.entry), "I2: stuck \(stuck.why)") }
        if let search = c.search { hold(search.entry == c.region.entry, "I2: a search of what was left") }
        if c.hold == nil {
            for (key, thing) in c.kept { hold(isLive(thing.region, thing.scope), "I2: kept \(key)") }
        }
    }

    // MARK: I3 and I4

    private func rest() {
        guard c.end == nil, c.hold == nil, c.stuck.isEmpty else { return }
        var run = run
        for id in run.liveRegions {
            for scope in run.scenery(id)?.scopes ?? [] {
                for step in scope.asSoonAs where step.to != run.region(id)?.state {
                    hold(run.holds(step.condition, in: id) != true, "I3: \(step.id) of \(id.text) is enabled")
                }
            }
        }
    }

    private func attended() {
        guard c.end == nil else { return }
        if c.hold != nil {
            hold(c.timers.contains { $0.kind == .holdReview }, "I4: a hold without a review")
            return
        }
        let isAsked = c.tasks.contains { task in task.holders.contains { $0.outcome == nil } }
        let isTimed = c.timers.contains { timer in
            switch timer.kind {
            case .line, .staffDue: timer.rank < 2
            case .rank, .searchAgain, .spawn: true
            case .erase, .holdReview, .quiet: false
            }
        }
        let isSought = c.effects.contains { $0.origin == .inner }
        hold(isAsked || isTimed || isSought, "I4: nowhere to go in \(c.region.state)")
        let isWatched = c.timers.contains { !isErasing($0) }
        hold(isWatched, "I4: nothing will ever happen by itself in \(c.region.state)")
    }

    // MARK: I9, I15, I16, I24

    private func coded() {
        let bytes = c.packed()
        let back = try? Case(packed: bytes)
        hold(back == c, "I9: the coding loses something")
        hold(back?.packed() == bytes, "I9: the coding is not stable")
    }

    private func timers() {
        var run = run
        // All anew: what a run derives by itself leaves out what did not change.
        run.changed()
        let fresh = run.derivedTimers()
        hold(fresh == c.timers, "I15: \(difference(fresh, c.timers))")
        guard c.end == nil, c.hold == nil, c.stuck.isEmpty else { return }
        run.settle()
        run.refresh()
        hold(run.c.kept == c.kept, "I15: what is kept says something else when it is looked at anew")
        hold(run.c.tasks.map(\.dueAt) == c.tasks.map(\.dueAt), "I15: a due date differs when looked at anew")
        hold(run.c.dates == c.dates && run.c.members == c.members, "I15: dates or members differ when looked at anew")
        hold(run.c.region == c.region, "I3: the case moves when it is looked at anew")
    }

    private func difference(_ fresh: [ArmedTimer], _ kept: [ArmedTimer]) -> String {
        let missing = Set(fresh).subtracting(kept).map { "lacks \($0.key) at \($0.at.rfc3339)" }
        let more = Set(kept).subtracting(fresh).map { "has \($0.key) at \($0.at.rfc3339)" }
        return (missing + more).sorted().joined(separator: "; ")
    }

    private func reminded() {
        for effect in c.effects {
            guard let wording = effect.wording, let number = wording.task, effect.owner != nil,
                ["reminder", "task"].contains(wording.message)
            else { continue }
            let task = c.tasks.first { $0.number == number }
            let isWaitedFor =
                task?.holders.contains { $0.party.id == wording.reader.id && $0.outcome == nil } ?? false
            hold(isWaitedFor, "I16: \(effect.label) to \(wording.reader.id), who is not waited for")
        }
    }

    private func mentioned() {
        for effect in c.effects {
            guard let region = effect.wording?.region else { continue }
            for (name, revision) in effect.mentions {
                hold(run.cell(name, region)?.revision ?? 0 == revision, "I17: \(effect.label) says a former \(name)")
            }
        }
    }

    private func places() {
        for owner in c.reservations.keys.sorted() {
            let member = Int(owner.dropFirst()).flatMap { c.member($0) }
            hold(member.map { !$0.isVoid && (!$0.hasEnded || $0.isGood) } ?? false, "I24: \(owner) holds a place")
        }
    }

    // MARK: Steps

    /// What must hold between a case and the next.
    func ofStep(from before: Case, _ entry: RandomWalk.Entry, _ step: Transition) {
        hold(c.lastAt >= before.lastAt, "I5: time runs back")
        hold(c.version == before.version + 1 && c.journalNumber == before.journalNumber + 1, "I5: the numbers")
        hold(
            ([c.region] + c.members.map(\.region)).allSatisfy { $0.enteredAt <= c.lastAt }, "I5: entered in the future")
        if case .outage = entry.command {
            // It is told first, and what fires after it acts at its own instant.
        } else {
            let times = step.notes.map(\.at)
            hold(times == times.sorted(), "I5: the journal runs back")
        }
        if case .refused = step.verdict { refused(from: before, entry) }
        if let end = c.end, before.end == nil, machine.programme.ends[end.name]?.isCancelling ?? false {
            let former = Set(before.effects.filter { $0.origin == .message }.map(\.key))
            hold(!c.effects.contains { former.contains($0.key) }, "I13: news outlives a cancelling end")
        }
        if before.hold != nil, c.hold != nil {
            hold(
                c.timers.allSatisfy { isErasing($0) || $0.kind == .holdReview }, "I19: a held case has other timers")
            if entry.command == .tick { hold(before.region == c.region, "I19: a held case moves") }
        }
        hold(!c.stuck.contains { $0.why.contains("do not come to rest") }, "I21: more moves than the bound")
    }

    private func refused(from before: Case, _ entry: RandomWalk.Entry) {
        var drained = CaseRun(machine: machine, case: before, actor: entry.actor, now: entry.now)
        drained.full = entry.full
        drained.drain(isInclusive: false)
        drained.at = max(drained.now, drained.c.lastAt)
        hold(drained.transition(.accepted).case == c, "I6: a refused command changed the case")
    }

    /// What a walk as a whole must keep: the shell's books agree with the case.
    func ofBooks(_ walk: RandomWalk, _ step: Transition, fired: Set<String>) {
        let pending = Set(c.effects.map(\.key))
        hold(
            pending == walk.outbox,
            "I12: the outbox has \(walk.outbox.subtracting(pending).count) effects more, \(pending.subtracting(walk.outbox).count) fewer"
        )
        hold(pending.count == c.effects.count, "I7: two effects of one key")
        let owners = Set(c.reservations.keys.map { "\(c.id).\($0)" })
        hold(owners == Set(walk.ledger.keys), "I24: the store's places are others than the case's")
        let again = c.timers.filter { timer in
            if case .line = timer.kind { fired.contains(timer.key) } else { false }
        }
        hold(again.isEmpty, "I11: \(again.first?.key ?? "") is armed again")
    }
}
