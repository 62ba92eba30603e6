import Calendars
import Expressions

/// Taking a step: the one shape that stands in `next`, `may`, `clock` and `as-soon-as` (R2).
extension CaseRun {
    /// What a choice among steps gave.
    enum Choice {
        case step(ExchangeStep)
        /// None holds now; the reason in a sentence.
        case none(why: String)
        /// A condition could not be evaluated: nothing is selected, not even the last (R4, R46).
        case fault(why: String)
    }

    /// The first step that holds.
    mutating func choose(_ steps: [ExchangeStep], in id: RegionID) -> Choice {
        var why = "none of its conditions holds"
        for step in steps {
            if !step.within.isEmpty, !isWithin(step.within, id) {
                why = "it is for other states"
                continue
            }
            if let until = step.until, let limit = moment(until, id, kind: .end), at >= limit {
                why = "it was possible until \(until.text)"
                continue
            }
            if let since = step.since {
                guard let start = moment(since, id, kind: .reminder, isStart: true), at >= start else {
                    why = "it is possible from \(since.text)"
                    continue
                }
            }
            switch holds(step.condition, in: id) {
            case true?: return .step(step)
            case false?: continue
            case nil:
                return .fault(why: "the condition \"\(step.condition?.text ?? "")\" could not be evaluated")
            }
        }
        return .none(why: why)
    }

    func isWithin(_ names: Set<String>, _ id: RegionID) -> Bool { machine.isWithin(names, id, in: c) }

    /// Takes a chosen step: leave, tell, do, void, add, enter.
    ///
    /// - Parameters:
    ///   - scope: the owner of what is told when the step does not move; nil for news.
    ///   - readers: who is reminded, when a timer is for one reader.
    mutating func perform(
        _ step: ExchangeStep, in id: RegionID, reason: String = "", scope: Int? = nil, readers: [OpenTask.Holder]? = nil
    ) {
        firstOfStep = effects.count
        let isMove = step.to != nil
        if isMove { leave(id) }
        let owner: PendingEffect.Owner? = isMove ? nil : scope.map { PendingEffect.Owner(region: id, scope: $0) }
        for send in step.send {
            tell(
                send.message, to: recipients(send.to, id), id, reason: reason, owner: owner, isHeld: step.holdForReview)
        }
        if let remind = step.remind { self.remind(remind, id, readers: readers, owner: owner) }
        if !step.escalate.isEmpty { escalate(to: step.escalate, id, owner: owner) }
        act(step.actions, id, owner: nil, isHeld: step.holdForReview)
        for name in step.void { void(name) }
        for add in step.add { self.add(add, from: id) }
        if let phrase = step.hold { hold(reason: reason, limit: phrase) }
        if let target = step.to {
            enter(id, to: target, reason: reason)
            changed(.region(id))
        }
    }

    /// Leaves the present state: advancing the entry is the one way in which anything is taken back (section 0).
    mutating func leave(_ id: RegionID) {
        guard let region = region(id) else { return }
        closeTasks(of: id, entry: region.entry)
        recall { $0.owner == PendingEffect.Owner(region: id, scope: region.entry) }
        forget(id, scope: region.entry)
        if id == .case, c.search?.entry == region.entry {
            c.search = nil
        }
        changed(.region(id))
    }

    /// Forgets what was remembered for an entry that is no longer current.
    mutating func forget(_ id: RegionID, scope: Int) {
        if !c.fired.isEmpty || !c.postponed.isEmpty {
            let prefix = "\(id.text).\(scope)."
            c.fired = c.fired.filter { !$0.hasPrefix(prefix) }
            c.postponed = c.postponed.filter { !$0.key.hasPrefix(prefix) }
        }
        c.stuck.removeAll { $0.region == id && $0.entry == scope }
    }

    mutating func newEntry() -> Int {
        defer { c.nextEntry += 1 }
        return c.nextEntry
    }

    /// Enters a state or an end.
    mutating func enter(_ id: RegionID, to target: String, reason: String = "", isFirst: Bool = false) {
        changed(.region(id))
        switch id {
        case .case:
            if p.ends[target] != nil {
                endCase(target, reason: reason)
            } else {
                enterCase(target, reason: reason, isFirst: isFirst)
            }
        case .member(let number):
            guard let track = track(of: id) else { return }
            if track.ends[target] != nil {
                endMember(number, as: target, reason: reason)
            } else {
                let before = c.member(number)?.region.state ?? ""
                let entry = newEntry()
                let fresh = Region(state: target, entry: entry, enteredAt: at)
                withRegion(id) { $0 = fresh }
                note(.moved, id, before, target, reason)
                if let state = track.states[target] { act(state.entering, id, owner: entry, isHeld: false) }
            }
        }
    }

    private mutating func enterCase(_ target: String, reason: String, isFirst: Bool) {
        guard let state = p.states[target] else { return }
        let before = c.region.state
        let formerStage = p.states[before]?.stage
        let entry = isFirst ? c.region.entry : newEntry()
        c.region = Region(state: target, entry: entry, enteredAt: at)
        if c.firstEntered[target] == nil { c.firstEntered[target] = at }
        if formerStage != state.stage, !isFirst {
            forget(.case, scope: c.stageEntry)
            let stageEntry = c.stageEntry
            closeTasks(of: .case, entry: stageEntry)
            recall { $0.owner == PendingEffect.Owner(region: .case, scope: stageEntry) }
            c.stageEntry = newEntry()
            c.stageEnteredAt = at
        }
        note(.moved, .case, isFirst ? "" : before, target, reason)
        closeRolls()
        act(state.entering, .case, owner: entry, isHeld: false)
    }

    /// Ends the case: tasks close, members that are under way end, what is kept is undone, places are given back.
    mutating func endCase(_ name: String, reason: String) {
        guard let end = p.ends[name], c.end == nil else { return }
        let before = c.region.state
        if end.isCancelling {
            let spared = Set(effects.dropFirst(firstOfStep).map(\.pending.key))
            recall { !spared.contains($0.key) && $0.origin != .inner && !Self.isUndoing($0) }
        }
        // What stands on the stage and on the whole programme has lost its owner too.
        recall { $0.owner?.region == .case }
        for send in end.send {
            tell(send.message, to: recipients(send.to, .case), .case, reason: reason, owner: nil, isHeld: false)
        }
        for member in c.members where !member.hasEnded && !member.isVoid {
            if let track = p.tracks[member.track] { endMember(member.number, as: track.left, reason: reason) }
        }
        for task in c.tasks { note(.taskClosed, task.region, String(task.number)) }
        c.tasks = []
        c.search = nil
        c.hold = nil
        c.stuck = []
        c.rolls = [:]
        c.fired = []
        c.postponed = [:]
        c.region = Region(state: name, entry: newEntry(), enteredAt: at)
        c.region.isOpen = true
        c.end = CaseEnd(name: name, at: at, reason: reason)
        changed()
        releaseAll()
        note(.moved, .case, before, name, reason)
        note(.ended, .case, name, reason)
        if let parent = c.origin["parent"], let task = c.origin["task"] {
            queueInner(
                "case.answer", label: "end \(name) to the calling case",
                input: ["case": parent, "task": task, "outcome": .string(name), "values": .object(given())])
        }
        changed()
    }

    private static func isUndoing(_ effect: PendingEffect) -> Bool {
        if case .kept(_, _, let isUndone) = effect.origin { isUndone } else { false }
    }

    /// What the programme gives to whoever called it.
    private mutating func given() -> [String: Value] {
        var result: [String: Value] = [:]
        for (name, condition) in p.gives {
            if let value = try? condition.expression.evaluate(read(.case)) { result[name] = value }
        }
        return result
    }

    /// Makes tracks and forms no longer count (`void`).
    mutating func void(_ name: String) {
        if p.tracks[name] != nil {
            for index in c.members.indices where c.members[index].track == name && !c.members[index].isVoid {
                let number = c.members[index].number
                let id = RegionID.member(number)
                if !c.members[index].hasEnded {
                    leave(id)
                    if let track = p.tracks[name] { endMember(number, as: track.left, reason: "void") }
                }
                c.members[index].isVoid = true
                release("\(id.text)")
                forget(id, scope: 0)
            }
            c.rolls[name] = nil
            note(.voided, .case, name)
        } else if var form = c.answers[name] {
            form.answers = []
            c.answers[name] = form
            note(.voided, .case, name)
        }
        changed()
    }

    /// The reason of a step, from what was given; nil when one is needed and missing.
    mutating func reason(_ use: ReasonUse?, given: String?, in id: RegionID) -> Result<String, ReasonMissing> {
        switch use {
        case nil: return .success(given ?? "")
        case .code(let code): return .success(code)
        case .answer(let path):
            if case .string(let text)? = read(id).value(at: path) { return .success(text) }
            return .success("")
        case .asked(let list):
            let choices = p.lists[list]?.choices.map(\.name) ?? []
            guard let given, choices.contains(given) else { return .failure(ReasonMissing(choices: choices)) }
            return .success(given)
        }
    }

    struct ReasonMissing: Error {
        let choices: [String]
    }
}
