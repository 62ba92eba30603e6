import Calendars
import Expressions

/// Timers: derived wholly from the configuration, so that a moved date moves all that hangs on it (R9 to R24).
extension CaseRun {
    // MARK: Instants of phrases

    /// The zone of the place where a date happens; the hub's while it is not known (R25).
    mutating func zone(ofDate name: String, _ id: RegionID) -> Zone {
        if case .member(let number) = id, let index = c.memberIndex(number),
            let declaration = machine.trackDates[c.members[index].track]?.first(where: { $0.name == name })
        {
            return zone(of: declaration, id)
        }
        if let known = zones[name] { return known }
        let zone = p.dates.first { $0.name == name }.map { self.zone(of: $0, .case) } ?? p.zone
        zones[name] = zone
        return zone
    }

    private mutating func zone(of declaration: DateDeclaration, _ id: RegionID) -> Zone {
        Self.zone(of: declaration, read(id)) ?? p.zone
    }

    private static func zone(of declaration: DateDeclaration, _ reading: CaseReading) -> Zone? {
        guard let condition = declaration.zone, let value = try? condition.expression.evaluate(reading),
            case .string(let text) = value
        else { return nil }
        return Zone(text)
    }

    /// The zone of the first date that is known, for things that name no date.
    mutating func siteZone(_ id: RegionID) -> Zone {
        for date in p.dates where c.dates[date.name]?.span != nil && date.zone != nil {
            return zone(ofDate: date.name, id)
        }
        return p.zone
    }

    func cell(_ name: String, _ id: RegionID) -> DateCell? {
        if case .member(let number) = id, let index = c.memberIndex(number), let cell = c.members[index].dates[name] {
            return cell
        }
        return c.dates[name]
    }

    /// What a phrase counts from; nil: not known yet, so the phrase sleeps (R20).
    private func base(_ phrase: TimePhrase, _ id: RegionID, since: Instant) -> PhraseBase? {
        switch phrase.hook {
        case .entering, .silence: .instant(since)
        case .receipt: isReceived(id) ? nil : .instant(since)
        case .due:
            c.tasks.filter { $0.region == id && $0.isDeclared }.compactMap(\.dueAt).min().map { .instant($0) }
        case .date(let name, _): cell(name, id)?.span.map { .span($0) }
        case .firstEntering(let state): c.firstEntered[state].map { .instant($0) }
        case .end: c.end.map { .instant($0.at) }
        }
    }

    /// All instants of a phrase, in order; empty while its date is unknown.
    mutating func instants(
        _ phrase: TimePhrase, _ id: RegionID, since: Instant, kind: MomentKind, reader: Party? = nil
    ) -> [Instant] {
        guard let base = base(phrase, id, since: since) else { return [] }
        var zone = p.zone
        if case .date(let name, _) = phrase.hook { zone = self.zone(ofDate: name, id) }
        if kind == .reminder, let reader, let own = Zone(reader.zone) { zone = own }
        var until: PhraseBase?
        if let hook = phrase.untilDate { until = cell(hook, id)?.span.map { .span($0) } }
        return phrase.instants(
            from: base, until: until, kind: kind, zone: zone, calendar: p.calendar, officeHour: p.officeHour)
    }

    /// The first instant of a phrase, counted from the region's entering.
    mutating func moment(_ phrase: TimePhrase, _ id: RegionID, kind: MomentKind, isStart: Bool = false) -> Instant? {
        guard let region = region(id) else { return nil }
        return instants(phrase, id, since: shifted(region, for: phrase), kind: isStart ? .end : kind).first
    }

    /// The instant from which a phrase counts in a region, holds taken out in its own unit (R47).
    private func shifted(_ region: Region, for phrase: TimePhrase) -> Instant {
        guard region.shiftedMilliseconds != 0 || region.shiftedDays > 0 || region.shiftedWorkingDays > 0 else {
            return region.enteredAt
        }
        let units = Set((phrase.moments.flatMap(\.self) + [phrase.every].compactMap(\.self)).map(\.unit))
        if units.contains(.hour) { return region.enteredAt.adding(milliseconds: region.shiftedMilliseconds) }
        let local = p.zone.local(region.enteredAt)
        var date = local.date
        if units.contains(.workingDay) {
            guard region.shiftedWorkingDays > 0 else { return region.enteredAt }
            date = p.calendar.adding(workingDays: region.shiftedWorkingDays, to: date)
        } else {
            guard region.shiftedDays > 0 else { return region.enteredAt }
            date = date.adding(days: region.shiftedDays)
        }
        return p.zone.startOfDay(date).adding(seconds: Int64(local.secondOfDay))
    }

    // MARK: Deriving

    /// All timers that are armed in this configuration and have not fired, in order (I15).
    mutating func derivedTimers() -> [ArmedTimer] {
        var result: [ArmedTimer] = []
        if let hold = c.hold {
            add(&result, ArmedTimer(region: .case, scope: 0, kind: .holdReview, at: hold.reviewAt, rank: 1, line: 0))
        } else {
            keepTimers(&result)
            for id in liveRegions where isRederived(id) { lineTimers(id, &result) }
            if c.end == nil { innerTimers(&result) }
        }
        eraseTimers(&result)
        if result.count > 1 { result.sort(by: ArmedTimer.precedes) }
        return result
    }

    /// Whether a change of members moved the zone of a date of the case, with which other regions' timers are reckoned.
    private mutating func hasMovedZone() -> Bool {
        if machine.hasTrackZonesOfMembers { return true }
        guard let start, machine.hasZonesOfAnswers || haveMembersChanged else { return false }
        let before = CaseReading(machine: machine, case: start, member: nil)
        return machine.datesOfMembers.contains { date in
            c.dates[date.name]?.span != nil && Self.zone(of: date, before) != Self.zone(of: date, read(.case))
        }
    }

    /// Those of regions in which nothing has changed stand as they are: they hang on nothing else.
    private func keepTimers(_ timers: inout [ArmedTimer]) {
        guard !stale.isAll else { return }
        for timer in c.timers {
            switch timer.kind {
            case .line, .erase: if !isRederived(timer.region) { timers.append(timer) }
            case .rank, .searchAgain, .spawn, .holdReview, .quiet, .staffDue: break
            }
        }
    }

    private func add(_ timers: inout [ArmedTimer], _ timer: ArmedTimer) {
        guard !c.fired.isEmpty || !c.postponed.isEmpty else {
            timers.append(timer)
            return
        }
        let key = timer.key
        guard !c.fired.contains(key) else { return }
        var timer = timer
        // A date that has moved since counts, where it is later than what the outage put off to.
        if let later = c.postponed[key] { timer.at = max(timer.at, later) }
        timers.append(timer)
    }

    private mutating func lineTimers(_ id: RegionID, _ timers: inout [ArmedTimer]) {
        guard let scenery = scenery(id), scenery.hasClock, let region = region(id), region.isOpen else { return }
        var waited: [OpenTask.Holder]?
        for place in scenery.clocks.indices where !scenery.clocks[place].isEmpty {
            guard let owner = owner(id, scenery, place) else { continue }
            for declared in scenery.clocks[place] {
                let when = declared.line.when
                let since = place == 0 ? shifted(region, for: when) : owner.since
                guard declared.remindsWaiting else {
                    let moments = instants(when, id, since: since, kind: declared.isMove ? .end : .reminder)
                    arm(declared, id, owner.scope, reader: "", moments, &timers)
                    continue
                }
                let holders = waited ?? waitedFor(id)
                waited = holders
                for holder in holders {
                    let moments = instants(when, id, since: since, kind: .reminder, reader: holder.party)
                    arm(declared, id, owner.scope, reader: holder.party.id, moments, &timers)
                }
            }
        }
    }

    private func arm(
        _ declared: Scenery.Line, _ id: RegionID, _ scope: Int, reader: String, _ moments: [Instant],
        _ timers: inout [ArmedTimer]
    ) {
        for (index, moment) in moments.enumerated() {
            let kind = ArmedTimer.Kind.line(id: declared.line.id, index: index, reader: reader)
            add(
                &timers,
                ArmedTimer(
                    region: id, scope: scope, kind: kind, at: moment, rank: declared.rank, line: declared.line.line))
        }
    }

    /// Those who hold a task of this region and have not answered (R24), each once.
    func waitedFor(_ id: RegionID) -> [OpenTask.Holder] {
        var seen: Set<String> = []
        return c.tasks.filter { $0.region == id && $0.isDeclared }.flatMap(\.holders)
            .filter { $0.outcome == nil && seen.insert($0.party.id).inserted }
    }

    private mutating func innerTimers(_ timers: inout [ArmedTimer]) {
        for task in c.tasks where !task.isDeclared {
            guard let due = task.dueAt else { continue }
            add(
                &timers,
                ArmedTimer(
                    region: task.region, scope: task.entry, kind: .staffDue(task: task.number), at: due, rank: 1,
                    line: 0))
        }
        if let state = declaration(.case), c.region.isOpen {
            switch state.opening {
            case .rank(let rank):
                if let span = c.dates[rank.date]?.span {
                    let end = zone(ofDate: rank.date, .case).startOfDay(span.last.adding(days: 1))
                    add(
                        &timers,
                        ArmedTimer(
                            region: .case, scope: c.region.entry, kind: .rank, at: end, rank: 0, line: state.line))
                }
            case .match(let match):
                if let again = match.again { searchTimers(again, line: state.line, &timers) }
            default: break
            }
        }
        for name in c.rolls.keys.sorted() {
            guard let track = p.tracks[name], case .every(let phrase) = track.each else { continue }
            let moments = instants(phrase, .case, since: c.stageEnteredAt, kind: .reminder)
            for (index, moment) in moments.enumerated()
            where !c.members.contains(where: { $0.track == name && !$0.isVoid && $0.key == "time\(index)" }) {
                add(
                    &timers,
                    ArmedTimer(
                        region: .case, scope: 0, kind: .spawn(track: name, index: index), at: moment, rank: 2,
                        line: track.line))
            }
        }
        if !timers.contains(where: { $0.rank < 2 }) {
            // Counted from what happened, never from the last look at the clock: a tick must not put it off (I10).
            let heard = max(c.staffToldAt, c.members.map(\.region.enteredAt).max() ?? c.openedAt, c.region.enteredAt)
            let at = heard.adding(seconds: Int64(Limits.quietDays) * 86_400)
            if timers.first(where: { $0.at <= at }) == nil {
                add(&timers, ArmedTimer(region: .case, scope: 0, kind: .quiet, at: at, rank: 2, line: 0))
            }
        }
    }

    private mutating func searchTimers(_ again: TimePhrase, line: Int, _ timers: inout [ArmedTimer]) {
        guard !(c.search?.isPending ?? true) else { return }
        let moments = instants(again, .case, since: shifted(c.region, for: again), kind: .reminder)
        for (index, moment) in moments.prefix(Limits.searchAgainAhead).enumerated() {
            let timer = ArmedTimer(
                region: .case, scope: c.region.entry, kind: .searchAgain(index: index), at: moment, rank: 2, line: line)
            if !c.fired.contains(timer.key) {
                add(&timers, timer)
                return
            }
        }
    }

    /// Data clocks belong to fields, not states, and survive the end (R50).
    private mutating func eraseTimers(_ timers: inout [ArmedTimer]) {
        guard !machine.erasedForms.isEmpty else { return }
        let anew = c.members.indices.filter { isRederived(.member(c.members[$0].number)) }
        let isCaseAnew = isRederived(.case)
        for form in machine.erasedForms {
            for index in anew {
                guard let answers = c.members[index].answers[form.name] else { continue }
                eraseTimers(form, answers, .member(c.members[index].number), &timers)
            }
            if isCaseAnew, let answers = c.answers[form.name] { eraseTimers(form, answers, .case, &timers) }
        }
    }

    /// Whether a region's timers are made anew; on hold nothing was kept.
    private func isRederived(_ id: RegionID) -> Bool {
        c.hold != nil || stale.contains(id) || (scenery(id)?.hangsOnReceipt ?? false)
    }

    private mutating func eraseTimers(
        _ form: ErasedForm, _ answers: FormAnswers, _ id: RegionID, _ timers: inout [ArmedTimer]
    ) {
        for field in form.fields where answers.answers.contains(where: { $0.values[field.name] != nil }) {
            eraseTimer(field, "\(id.text).\(form.name).\(field.name)", answers, id, &timers)
        }
    }

    private mutating func eraseTimer(
        _ erased: ErasedForm.Field, _ path: String, _ answers: FormAnswers, _ id: RegionID,
        _ timers: inout [ArmedTimer]
    ) {
        guard !c.erased.contains(path) else { return }
        let phrase = erased.phrase
        var moment = instants(phrase, id, since: answers.newest?.at ?? c.openedAt, kind: .end).first
        if moment == nil, let end = c.end {
            // The date never came: it counts from the end of the case.
            moment =
                phrase.instants(
                    from: .instant(end.at), until: nil, kind: .end, zone: p.zone, calendar: p.calendar,
                    officeHour: p.officeHour
                ).first
        }
        guard let moment else { return }
        timers.append(
            ArmedTimer(region: id, scope: 0, kind: .erase(path: path), at: moment, rank: 2, line: erased.line))
    }

    /// Brings all that is derived up to date: dues, timers, kept things, texts that mention moved dates.
    mutating func refresh() {
        dateCells()
        if !stale.isAll, !stale.members.isEmpty, hasMovedZone() { stale.isAll = true }
        // Dues hang on what timers hang on.
        for index in c.tasks.indices where isRederived(c.tasks[index].region) { setDue(taskAt: index) }
        refreshKept()
        reword()
        c.timers = derivedTimers()
        stale = Touched()
    }
}
