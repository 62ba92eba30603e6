import Calendars
import Expressions

/// Taking a command: what is allowed, and what it changes.
extension CaseRun {
    /// nil: taken. A refusal leaves the case as it was after the drain (I6).
    mutating func take(_ command: Command) -> Refusal? {
        switch command {
        case .start: return .alreadyStarted
        case .migrate: return .notNow(what: "migrating", why: "it needs both versions of the programme")
        case .tick: return nil
        case .outage(let from, let to): return outage(from, to)
        case .effectFinished(let key, let result):
            finished(key, result)
            return nil
        case .mailNews(let label, let news):
            told(news, of: label)
            return nil
        default: break
        }
        guard c.end == nil else { return .hasEnded }
        switch command {
        case .answer, .decide, .candidates: break
        // What the staff do by hand, and what comes from other cases and the register, is rare and can set free what
        // stood still.
        default: changed()
        }
        switch command {
        case .answer(let task, let outcome, let values, let reason):
            return answer(task, outcome: outcome, values: values, reason: reason)
        case .decide(let name, let member, let values, let reason):
            return decide(name, member: member, values: values, reason: reason)
        case .candidates(let entry, let found, let excluded):
            candidates(entry: entry, found: found, excluded: excluded)
            return nil
        case .offerChanged(let offer):
            offerChanged(offer)
            return nil
        case .offerGone(let id, let why):
            offerGone(id, why: why)
            return nil
        case .ranked(let entry, let result): return ranked(entry: entry, result: result)
        case .hold(let reason, let until): return holdByHand(reason: reason, until: until)
        case .resume(let reason): return resume(reason: reason)
        case .cancel(let reason): return cancel(reason: reason)
        case .reassign(let role, let people, let reason): return reassign(role, to: people, reason: reason)
        case .correct(let form, let member, let values, let reason):
            return correct(form, member: member, values: values, reason: reason)
        case .moveByHand(let target, let member, let reason):
            return moveByHand(to: target, member: member, reason: reason)
        case .resolve(let task, let choice, let reason): return resolve(task: task, choice: choice, reason: reason)
        case .start, .tick, .outage, .effectFinished, .mailNews, .migrate: return nil
        }
    }

    // MARK: Decisions that the programme allows

    private mutating func decide(
        _ name: String, member: Int?, values: [String: Value], reason given: String?
    ) -> Refusal? {
        let id: RegionID = member.map { .member($0) } ?? .case
        guard region(id) != nil else { return .noSuchMember(member ?? 0) }
        let all = scenery(id)?.decisions ?? []
        guard let decision = all.first(where: { $0.decision.name == name })?.decision else {
            return .noSuchDecision(name: name, choices: all.map(\.decision.name))
        }
        guard isMeant(decision.who, id) else { return .notAllowed(role: actor.role, what: "decide \"\(name)\"") }
        if c.hold != nil, decision.steps.contains(where: { $0.hold != nil }) {
            return .notNow(what: name, why: "the case is on hold already")
        }
        // The answers count for the conditions, so they are stored first; a refusal undoes them.
        let chosenBefore = choose(decision.steps, in: id)
        let forms = Set(decision.steps.compactMap(\.form)).sorted()
        if case .none(let why) = chosenBefore, forms.isEmpty { return .notNow(what: name, why: why) }
        if let refusal = store(values, forms: forms, task: nil, in: id) { return refusal }
        switch choose(decision.steps, in: id) {
        case .none(let why): return .notNow(what: name, why: why)
        case .fault(let why): return .notNow(what: name, why: why)
        case .step(let step):
            switch reason(step.reason, given: given, in: id) {
            case .failure(let missing): return .noReason(choices: missing.choices)
            case .success(let text):
                note(.decided, id, name, actor.role, text)
                perform(step, in: id, reason: text)
                return nil
            }
        }
    }

    /// Whether the actor is one of those meant, or acts for one.
    private mutating func isMeant(_ who: [Who], _ id: RegionID) -> Bool {
        if actor == .service { return true }
        var roles: [String] = []
        for one in who {
            switch one {
            case .role(let role), .deputy(let role): roles.append(role)
            case .member, .memberDeputy:
                // One member decides nothing for another.
                let role = memberRole(id)
                if actor.role == role, !actor.id.isEmpty, case .member(let number) = id, c.member(number)?.party != nil
                {
                    if recipients([one], id).contains(where: { $0.party.id == actor.id }) { return true }
                    if acts(for: [role]) { return true }
                } else {
                    roles.append(role)
                }
            case .everyone: return true
            case .path(let path):
                if recipients([.path(path)], id).contains(where: { $0.party.id == actor.id }) { return true }
                roles.append(memberRole(id))
            }
        }
        return mayAct(as: roles)
    }

    private mutating func ranked(entry: Int, result: String?) -> Refusal? {
        guard entry == c.region.entry, let state = declaration(.case), case .rank = state.opening, let result else {
            return nil
        }
        return go(result, state: state, in: .case, reason: nil)
    }

    // MARK: What the staff can always do (R49)

    private func staffOnly(_ what: String) -> Refusal? {
        isStaff ? nil : .notAllowed(role: actor.role, what: what)
    }

    private mutating func holdByHand(reason: String, until: LocalDate?) -> Refusal? {
        if let refusal = staffOnly("hold a case") { return refusal }
        guard !reason.isEmpty else { return .noReason(choices: ["a few words why"]) }
        let limit = until.map { p.zone.startOfDay($0.adding(days: 1)) }
        setHold(reason: reason, limit: limit)
        return nil
    }

    /// A hold that a step says, such as `hold: up to 180 days`.
    mutating func hold(reason: String, limit phrase: TimePhrase) {
        setHold(reason: reason, limit: moment(phrase, .case, kind: .end))
    }

    private mutating func setHold(reason: String, limit: Instant?) {
        let review = at.adding(seconds: Int64(Limits.holdReviewDays) * 86_400)
        let first = limit.map { min($0, review) } ?? review
        // Holding twice changes the reason and the limit, not the beginning.
        c.hold = Hold(
            reason: reason, by: actor.role, since: c.hold?.since ?? at, reviewAt: max(first, at.adding(seconds: 1)),
            until: limit)
        note(.held, .case, reason)
    }

    mutating func reviewHold() {
        guard let hold = c.hold else { return }
        c.hold?.reviewAt = at.adding(seconds: Int64(Limits.holdReviewDays) * 86_400)
        openStaffTask(.holdReview, .case, entry: c.region.entry)
        note(.held, .case, hold.reason, "review")
    }

    private mutating func resume(reason: String) -> Refusal? {
        if let refusal = staffOnly("resume a case") { return refusal }
        guard let hold = c.hold else { return .notOnHold }
        for id in liveRegions { shift(id, since: hold.since) }
        c.hold = nil
        closeTasks { $0.kind == .holdReview }
        note(.resumed, .case, reason)
        changed()
        // Answers that came meanwhile were kept; now they count.
        recount()
        return nil
    }

    /// Tests again whether the answers that are there decide: after a hold, when a holder left, when data was corrected.
    mutating func recount() {
        guard c.hold == nil else { return }
        for task in c.tasks where task.isDeclared && task.holders.contains(where: { $0.outcome != nil }) {
            let given = task.holders.compactMap(\.reason).last
            if let refusal = close(task.number, reason: given) { stick(task.region, refusal.sentence) }
        }
    }

    /// What a region counts from entering goes on where the hold began, or where it was entered during the hold.
    private mutating func shift(_ id: RegionID, since start: Instant) {
        guard let region = region(id) else { return }
        let start = max(start, region.enteredAt)
        let from = p.zone.date(of: start)
        let to = p.zone.date(of: at)
        var workingDays = 0
        var day = from
        while day < to {
            day = day.adding(days: 1)
            if p.calendar.isWorking(day) { workingDays += 1 }
        }
        let length = at.milliseconds - start.milliseconds
        withRegion(id) {
            $0.shiftedDays += Int(to.day - from.day)
            $0.shiftedWorkingDays += workingDays
            $0.shiftedMilliseconds += length
        }
    }

    private mutating func cancel(reason: String) -> Refusal? {
        if let refusal = staffOnly("cancel a case") { return refusal }
        guard !reason.isEmpty else { return .noReason(choices: ["a few words why"]) }
        let ends = p.endsOrder.compactMap { p.ends[$0] }
        guard let end = ends.first(where: { $0.kind == .cancelled }) ?? ends.first(where: { !$0.isGood }) else {
            return .notNow(what: "cancelling", why: "the programme declares no end for it")
        }
        firstOfStep = effects.count
        leave(.case)
        endCase(end.name, reason: reason)
        return nil
    }

    private mutating func reassign(_ role: String, to people: [Party], reason: String) -> Refusal? {
        if let refusal = staffOnly("reassign a role") { return refusal }
        guard p.people[role] != nil else { return .noSuchRole(role) }
        guard !people.isEmpty else { return .notNow(what: "reassigning", why: "nobody was named") }
        let former = Set(holders(of: role).map(\.id))
        c.people[role] = people
        changed()
        note(.reassigned, .case, role, String(people.count), reason)
        // A leaver who has not answered is struck, a given answer stands (R31); the new holders join.
        for index in c.tasks.indices where isFor(role, c.tasks[index]) {
            let task = c.tasks[index]
            let owner = PendingEffect.Owner(region: task.region, scope: task.entry)
            let joining = people.map { OpenTask.Holder(role: role, party: $0) }.filter { !isExcepted($0) }
            let staying = Set(joining.map(\.party.id))
            let leaving = Set(
                task.holders.filter { $0.role == role && $0.outcome == nil && !staying.contains($0.party.id) }
                    .map(\.party.id))
            c.tasks[index].holders.removeAll { $0.role == role && leaving.contains($0.party.id) }
            recall { effect in
                effect.owner == owner
                    && effect.wording.map { $0.role == role && leaving.contains($0.reader.id) } ?? false
            }
            for holder in joining where !c.tasks[index].holders.contains(where: { $0.party.id == holder.party.id }) {
                c.tasks[index].holders.append(holder)
                guard !former.contains(holder.party.id) || task.holders.isEmpty else { continue }
                tell(
                    "task", to: [(role, holder.party)], task.region, reason: "", owner: owner, isHeld: false,
                    task: task.number)
            }
        }
        unstick()
        recount()
        return nil
    }

    /// Whether a task is for a role: one of its holders has it, or it is meant for it and nobody holds it yet.
    private mutating func isFor(_ role: String, _ task: OpenTask) -> Bool {
        if task.holders.contains(where: { $0.role == role }) { return true }
        guard task.isDeclared else { return task.holders.isEmpty && staff().contains { $0.role == role } }
        guard let declared = declaration(of: task) else { return false }
        return recipients(declared.who, task.region).contains { $0.role == role }
    }

    private mutating func correct(
        _ form: String, member: Int?, values: [String: Value], reason: String
    ) -> Refusal? {
        if let refusal = staffOnly("correct an answer") { return refusal }
        guard p.forms[form] != nil else { return .notNow(what: "correcting", why: "there is no form \"\(form)\"") }
        let id: RegionID = member.map { .member($0) } ?? .case
        if member != nil, c.member(member ?? 0) == nil { return .noSuchMember(member ?? 0) }
        // Where nobody has answered, it is an answer that came too late: it has its form, and its retention, too (R15).
        var whole = answers(form, in: id)?.newest?.values ?? [:]
        for (name, value) in values { whole[name] = value }
        if let refusal = store(whole, forms: [form], task: nil, in: id, correcting: true) { return refusal }
        note(.corrected, id, form, values.keys.sorted().joined(separator: " "), reason)
        unstick()
        recount()
        return nil
    }

    private mutating func moveByHand(to target: String, member: Int?, reason: String) -> Refusal? {
        if let refusal = staffOnly("move a case by hand") { return refusal }
        guard !reason.isEmpty else { return .noReason(choices: ["a few words why"]) }
        let id: RegionID = member.map { .member($0) } ?? .case
        guard region(id) != nil else { return .noSuchMember(member ?? 0) }
        let isKnown =
            member == nil
            ? p.states[target] != nil || p.ends[target] != nil
            : track(of: id).map { $0.states[target] != nil || $0.ends[target] != nil } ?? false
        guard isKnown else { return .noSuchState(target) }
        firstOfStep = effects.count
        leave(id)
        unstick()
        enter(id, to: target, reason: reason)
        return nil
    }

    /// The staff have acted on what was stuck.
    mutating func unstick() {
        guard !c.stuck.isEmpty else { return }
        c.stuck = []
        closeTasks { if case .stuck = $0.kind { true } else { false } }
        note(.freed)
    }

    /// What the staff decided about a task that the machine opened.
    private mutating func resolve(task number: Int, choice: String, reason: String) -> Refusal? {
        if let refusal = staffOnly("decide this") { return refusal }
        guard let task = c.tasks.first(where: { $0.number == number }), !task.isDeclared else {
            return .taskClosed(number: number)
        }
        let choices = Self.choices(of: task.kind)
        guard choices.contains(choice) else { return .noOutcome(given: choice, choices: choices) }
        closeTasks(choice: choice) { $0.number == number }
        switch task.kind {
        case .late(let id, let index):
            guard choice == "do", let line = machine.lines[id], line.steps.indices.contains(index),
                owners(of: task.region).contains(task.entry)
            else { return nil }
            perform(line.steps[index], in: task.region, reason: reason, scope: task.entry)
        case .effect(let key, _, _):
            if choice == "done" { finished(key, .done(output: [:])) }
            if choice == "drop" { c.effects.removeAll { $0.key == key } }
        case .question(let key, _):
            if choice == "drop" { c.effects.removeAll { $0.key == key } }
        case .stuck:
            c.stuck.removeAll { $0.region == task.region }
        case .holdReview, .quiet, .mail, .declared: break
        }
        return nil
    }

    /// What the staff can choose in a task that the machine opened.
    static func choices(of kind: OpenTask.Kind) -> [String] {
        switch kind {
        case .declared: []
        case .stuck: ["seen"]
        case .late: ["do", "skip"]
        case .effect: ["again", "done", "drop"]
        case .question: ["answer", "drop"]
        case .holdReview: ["go-on-holding"]
        case .quiet, .mail: ["seen"]
        }
    }

    // MARK: Outages

    /// Nobody expires because the form was unreachable: ends whose last day the outage overlaps are put off (R16).
    private mutating func outage(_ from: Instant, _ to: Instant) -> Refusal? {
        guard c.end == nil, from < to else { return nil }
        let zone = p.zone
        let nextDay = p.calendar.adding(workingDays: 1, to: zone.date(of: to))
        let latest = zone.startOfDay(nextDay.adding(days: 1))
        let length = to.milliseconds - from.milliseconds
        let put = min(to.adding(milliseconds: length), latest)
        changed()
        for timer in c.timers where timer.rank == 0 {
            guard case .line = timer.kind else { continue }
            let lastDay = timer.at.adding(milliseconds: -86_400_000)
            guard timer.at >= from, lastDay <= to, timer.at < put else { continue }
            c.postponed[timer.key] = put
        }
        note(.late, .case, "outage", from.rfc3339, to.rfc3339)
        return nil
    }
}
