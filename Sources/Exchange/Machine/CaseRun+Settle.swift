import Calendars
import Expressions

/// Automatic moves and opening: settle until nothing holds any more (R6 to R8).
extension CaseRun {
    /// The run-time bound of one settling (R8); checked programmes stay far below it.
    var microstepLimit: Int { 64 + p.states.count + c.members.count * 16 }

    /// Tracks first, by member number, each to its fixpoint; then at most one move of the case; repeat. Then open.
    mutating func settle() {
        microsteps = 0
        guard c.end == nil, c.hold == nil else {
            dateCells()
            return
        }
        dateCells()
        repeat {
            if touched.isAll { openRolls() }
            var index = 0
            while index < c.members.count {
                if !c.members[index].hasEnded, !c.members[index].isVoid {
                    while moves(.member(c.members[index].number)) {}
                }
                index += 1
            }
            searchResult()
        } while c.end == nil && c.hold == nil && moves(.case)
        guard c.end == nil, c.hold == nil else { return }
        touched = Touched()
        openRegions()
        attend()
    }

    /// Takes the first automatic move of a region that holds; false when none does.
    ///
    /// Conditions read the case and nothing else (R6): what did not hold at rest and reads nothing that has changed does
    /// not hold now.
    private mutating func moves(_ id: RegionID) -> Bool {
        guard !touched.isEmpty, let scenery = scenery(id), !scenery.moves.isEmpty else { return false }
        let isTouched = touched.contains(id)
        guard isTouched || scenery.movesReadMembers, let region = region(id) else { return false }
        for move in scenery.moves where isTouched || move.readsMembers {
            let step = move.step
            if step.to == region.state { continue }
            if !step.within.isEmpty, !isWithin(step.within, id) { continue }
            guard let holds = holds(step.condition, in: id) else {
                fault("the condition \"\(step.condition?.text ?? "")\" could not be evaluated", id)
                continue
            }
            guard holds else { continue }
            guard microsteps < microstepLimit else {
                stick(id, "automatic moves do not come to rest")
                return false
            }
            microsteps += 1
            let reason = (try? self.reason(step.reason, given: nil, in: id).get()) ?? ""
            perform(step, in: id, reason: reason)
            dateCells()
            return true
        }
        return false
    }

    /// Notes a fault once for the entry (R46: in an automatic move it counts as not true).
    private mutating func fault(_ why: String, _ id: RegionID) {
        guard let region = region(id) else { return }
        let key = "\(id.text).\(region.entry).fault.\(why)"
        guard c.fired.insert(key).inserted else { return }
        note(.fault, id, why)
    }

    /// Opens what the entered states open: tasks, a search, a ranking.
    private mutating func openRegions() {
        for id in liveRegions {
            guard let region = region(id), !region.isOpen, let state = scenery(id)?.state else { continue }
            withRegion(id) { $0.isOpen = true }
            switch state.opening {
            case .nothing: break
            case .tasks(let declarations):
                for index in declarations.indices {
                    openTask(declarations[index], index: index, id, entry: region.entry)
                }
            case .match(let match): openSearch(match, entry: region.entry)
            case .rank: break
            }
        }
    }

    /// Keeps the invariant that a stable case has somebody or something that moves it (R48).
    mutating func attend() {
        guard c.end == nil, c.hold == nil else { return }
        for task in c.tasks where task.isDeclared { checkFillable(task) }
        guard c.stuck.isEmpty else { return }
        if c.tasks.contains(where: { task in task.holders.contains { $0.outcome == nil } }) { return }
        if c.effects.contains(where: { $0.origin == .inner && Self.bringsResult.contains($0.action) }) { return }
        for index in c.tasks.indices { setDue(taskAt: index) }
        if derivedTimers().contains(where: { $0.rank < 2 || isRank($0) }) { return }
        stick(.case, "nobody has a task and no deadline is set in \"\(c.region.state)\"")
    }

    /// Actions of the engine that come back with what moves the case.
    private static let bringsResult: Set<String> = ["match.search", "case.rank"]

    /// Fewer holders than the task needs can never agree (R31); nobody is told only when it is late.
    private mutating func checkFillable(_ task: OpenTask) {
        guard case .count(let needed)? = declaration(of: task)?.need, !task.holders.isEmpty,
            task.holders.count < needed
        else { return }
        stick(task.region, "the task needs \(needed) answers and only \(task.holders.count) can give one")
    }

    private func isRank(_ timer: ArmedTimer) -> Bool {
        switch timer.kind {
        case .rank, .searchAgain, .spawn: true
        default: false
        }
    }

    /// Puts the case before the staff: a task to correct data or to choose by hand (R46, R48).
    mutating func stick(_ id: RegionID, _ why: String) {
        let entry = region(id)?.entry ?? 0
        guard !c.stuck.contains(where: { $0.region == id && $0.entry == entry && $0.why == why }) else { return }
        c.stuck.append(Stuck(region: id, entry: entry, why: why))
        note(.stuck, id, why)
        openStaffTask(.stuck(why: why), id, entry: entry)
    }

    // MARK: Dates that others hang on

    /// Brings each date to the newest answer that is known (R19, R20).
    mutating func dateCells() {
        guard !hasFreshDates else { return }
        hasFreshDates = true
        for declaration in p.dates {
            let span = newestSpan(declaration, member: nil)
            let cell = c.dates[declaration.name]
            if cell == nil, span == nil { continue }
            guard cell?.span != span else { continue }
            c.dates[declaration.name] = DateCell(span: span, revision: (cell?.revision ?? 0) + 1)
            note(.dateMoved, .case, declaration.name, cell?.span?.text ?? "", span?.text ?? "")
            changed(.region(.case))
        }
        guard !machine.trackDates.isEmpty else { return }
        for index in c.members.indices where !c.members[index].isVoid {
            for declaration in machine.trackDates[c.members[index].track] ?? [] {
                let span = newestSpan(declaration, member: c.members[index])
                let cell = c.members[index].dates[declaration.name]
                if cell == nil, span == nil { continue }
                guard cell?.span != span else { continue }
                c.members[index].dates[declaration.name] = DateCell(span: span, revision: (cell?.revision ?? 0) + 1)
                note(
                    .dateMoved, .member(c.members[index].number), declaration.name, cell?.span?.text ?? "",
                    span?.text ?? "")
                changed(.region(.member(c.members[index].number)))
            }
        }
    }

    private mutating func newestSpan(_ declaration: DateDeclaration, member: Member?) -> DateSpan? {
        var best: (order: Int, span: DateSpan)?
        for source in declaration.sources {
            switch source {
            case .answer(let form, let field):
                if form == "row", let member {
                    if let span = member.row[field].flatMap(DateSpan.init(value:)), best == nil { best = (0, span) }
                    continue
                }
                guard let answers = member?.answers[form] ?? c.answers[form], let newest = answers.newest,
                    let span = newest.values[field].flatMap(DateSpan.init(value:))
                else { continue }
                if best.map({ answers.order > $0.order }) ?? true { best = (answers.order, span) }
            case .table(let name, let path):
                guard best == nil, let table = p.tables[name],
                    case .string(let key)? = read(member.map { .member($0.number) } ?? .case).value(at: path),
                    let row = table.rows[key], case .string(let opens)? = row["opens"],
                    case .string(let closes)? = row["closes"], let first = LocalDate(iso: opens),
                    let last = LocalDate(iso: closes), let span = DateSpan(first: first, last: last)
                else { continue }
                best = (0, span)
            }
        }
        return best?.span
    }
}
