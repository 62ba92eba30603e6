import Calendars
import Expressions

/// Bringing a translated case to rest in its new version: what is asked, what is armed, what is told (R52).
extension CaseRun {
    /// The regions, tasks and clocks of the former version become those of this one.
    mutating func adopt(_ before: Case, by k: Counterparts) {
        for id in liveRegions {
            guard let state = Self.state(of: id, before) else { continue }
            if k.isSame(state, track: Self.track(of: id, before)) {
                retask(id, k)
            } else {
                moveOver(id)
            }
        }
        forgetTasksOfOthers()
        changed()
        closeRolls()
        settle()
        decideAgain()
        refresh()
        askWhatIsPast(before: Set(before.timers.map { CaseTranslation(k).key($0.key) }))
    }

    private static func state(of id: RegionID, _ c: Case) -> String? {
        switch id {
        case .case: c.region.state
        case .member(let number): c.member(number)?.region.state
        }
    }

    private static func track(of id: RegionID, _ c: Case) -> String? {
        if case .member(let number) = id { c.member(number)?.track } else { nil }
    }

    /// Enters a state that is another one: its tasks and clocks begin, what hung on the former is taken back.
    ///
    /// What the state does on entering (`do`) is not done: a migration sends nothing of its own but new tasks.
    private mutating func moveOver(_ id: RegionID) {
        guard let target = region(id)?.state else { return }
        leave(id)
        if id == .case {
            let stage = c.stageEntry
            closeTasks(of: .case, entry: stage)
            recall { $0.owner == PendingEffect.Owner(region: .case, scope: stage) }
            forget(.case, scope: stage)
            c.stageEntry = newEntry()
            c.stageEnteredAt = at
            if c.firstEntered[target] == nil { c.firstEntered[target] = at }
        }
        let fresh = Region(state: target, entry: newEntry(), enteredAt: at)
        withRegion(id) { $0 = fresh }
        note(.moved, id, "", target, "")
    }

    // MARK: Tasks

    /// Keeps the tasks that ask the same people the same, closes those that nobody asks any more, opens the new.
    private mutating func retask(_ id: RegionID, _ k: Counterparts) {
        guard let region = region(id), region.isOpen, let state = declaration(id),
            let former = k.former(state.name, track: track(of: id)?.name)
        else { return }
        switch state.opening {
        case .tasks(let declared):
            let pairs = k.pairs(former.opening.tasks, declared)
            let open = c.tasks.filter { $0.region == id && $0.entry == region.entry && $0.isDeclared }
            var reopened: [Int] = []
            var closed: Set<Int> = []
            for task in open {
                guard case .declared(let index) = task.kind else { continue }
                guard let target = pairs[index] else {
                    closed.insert(task.number)
                    continue
                }
                if k.asksTheSame(former.opening.tasks[index], declared[target]), keepsVoices(task, in: state) {
                    if let place = c.tasks.firstIndex(where: { $0.number == task.number }) {
                        c.tasks[place].kind = .declared(target)
                    }
                } else {
                    closed.insert(task.number)
                    reopened.append(target)
                }
            }
            closeTasks { closed.contains($0.number) }
            let taken = Set(pairs.values)
            for index in declared.indices where reopened.contains(index) || !taken.contains(index) {
                openTask(declared[index], index: index, id, entry: region.entry)
            }
        case .match(let match):
            closeDeclared(of: id)
            if c.search?.track != match.track || c.search?.entry != region.entry {
                openSearch(match, entry: region.entry)
            }
        case .nothing, .rank: closeDeclared(of: id)
        }
        if id == .case, c.search != nil {
            if case .match = state.opening {} else { c.search = nil }
        }
    }

    private mutating func closeDeclared(of id: RegionID) {
        closeTasks { $0.region == id && $0.isDeclared }
    }

    /// Whether every answer that was given to a task is one that its state still takes.
    private func keepsVoices(_ task: OpenTask, in state: StateDeclaration) -> Bool {
        task.holders.compactMap(\.outcome).allSatisfy { state.steps(for: $0) != nil }
    }

    /// Tasks of the staff about what is over.
    private mutating func forgetTasksOfOthers() {
        let live = Dictionary(uniqueKeysWithValues: liveRegions.map { id in (id, Set(owners(of: id))) })
        closeTasks { task in !task.isDeclared && !(live[task.region]?.contains(task.entry) ?? false) }
    }

    // MARK: What could not go on, and what is past

    /// Where an answer was kept because no way could be chosen, this version may know one.
    private mutating func decideAgain() {
        guard c.hold == nil, !c.stuck.isEmpty,
            c.tasks.contains(where: { $0.isDeclared && $0.holders.contains { $0.outcome != nil } })
        else { return }
        var tried = self
        tried.unstick()
        tried.recount()
        tried.settle()
        if tried.c.region.entry != c.region.entry
            || tried.c.members.map(\.region.entry) != c.members.map(\.region.entry)
        {
            self = tried
        }
    }

    /// What this version would have done already is asked of the staff, not done (R52): a phrase that is new is no
    /// reason to write to people about last month.
    private mutating func askWhatIsPast(before: Set<String>) {
        for timer in c.timers where timer.at < at {
            guard case .line(let id, let index, let reader) = timer.kind, !before.contains(timer.key),
                let line = machine.lines[id]
            else { continue }
            // Whoever is asked only now is not reminded of what others were reminded of before.
            let told = "\(timer.region.text).\(timer.scope).\(id).\(index)."
            if !reader.isEmpty, c.fired.contains(where: { $0.hasPrefix(told) }) {
                c.fired.insert(timer.key)
                note(.skipped, timer.region, line.id, "late")
                continue
            }
            switch choose(line.steps, in: timer.region) {
            case .step(let step) where step.ifLate == nil:
                c.fired.insert(timer.key)
                note(.late, timer.region, line.id, timer.at.rfc3339)
                openStaffTask(
                    .late(line: line.id, step: line.steps.firstIndex { $0.id == step.id } ?? 0), timer.region,
                    entry: timer.scope)
            default: break
            }
        }
        changed()
        c.timers = derivedTimers()
    }
}

extension Opening {
    var tasks: [TaskDeclaration] { if case .tasks(let list) = self { list } else { [] } }
}

extension Counterparts {
    /// The old state that a state of the new version was.
    func former(_ name: String, track: String?) -> StateDeclaration? {
        guard let track else {
            let found = old.programme.statesOrder.first { isSame($0) && names.state($0) == name }
            return found.flatMap { old.programme.states[$0] }
        }
        for (former, declared) in old.programme.tracks where names.track(former) == track {
            let found = declared.statesOrder.first {
                isSame($0, track: former) && names.state($0, of: former) == name
            }
            if let found { return declared.states[found] }
        }
        return nil
    }

    /// Which task of the new version each old one of a state is: the same people and form, the same form, the same place.
    func pairs(_ old: [TaskDeclaration], _ new: [TaskDeclaration]) -> [Int: Int] {
        var result: [Int: Int] = [:]
        var free = Set(new.indices)
        func pair(_ isMeant: (TaskDeclaration, TaskDeclaration, _ isSamePlace: Bool) -> Bool) {
            for index in old.indices where result[index] == nil {
                guard let target = free.sorted().first(where: { isMeant(old[index], new[$0], index == $0) }) else {
                    continue
                }
                result[index] = target
                free.remove(target)
            }
        }
        pair { asksTheSame($0, $1) && $2 }
        pair { one, other, _ in asksTheSame(one, other) }
        pair { one, other, _ in form(one) == other.form }
        pair { _, _, isSamePlace in isSamePlace }
        return result
    }

    private func form(_ task: TaskDeclaration) -> String? { task.form.map { names.form($0) ?? $0 } }

    func asksTheSame(_ old: TaskDeclaration, _ new: TaskDeclaration) -> Bool {
        form(old) == new.form && old.who.map(who) == new.who && old.programme?.programme == new.programme?.programme
    }
}
