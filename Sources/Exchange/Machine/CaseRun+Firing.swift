import Calendars
import Expressions

/// What is due fires: lines of clocks, reminders, escalations, erasures (R1, R15 to R24).
extension CaseRun {
    /// Fires what is due, one step each, in order; before the command's own instant, or at it for a tick (R1, R15).
    ///
    /// - Returns: whether anything was due.
    @discardableResult
    mutating func drain(isInclusive: Bool) -> Bool {
        var count = 0
        while count < Limits.timersPerCommand, let timer = c.timers.first,
            isInclusive ? timer.at <= now : timer.at < now
        {
            count += 1
            fire(timer)
            // What is to be erased at one instant goes together: nothing can happen in between.
            if case .erase = timer.kind {
                for next in c.timers.dropFirst() {
                    guard case .erase = next.kind, next.at == timer.at, count < Limits.timersPerCommand else { break }
                    count += 1
                    fire(next)
                }
            }
            settle()
            refresh()
        }
        return count > 0
    }

    private mutating func fire(_ timer: ArmedTimer) {
        // What a step armed into its past is missed in that step; what nobody looked at in time is missed now (I10).
        let looked = timer.at < c.lastAt ? c.lastAt : now
        let isLate = looked.milliseconds - timer.at.milliseconds > Limits.toleranceMilliseconds
        at = isLate ? looked : max(timer.at, c.lastAt)
        c.lastAt = at
        switch timer.kind {
        case .line(let id, let index, let reader):
            let key = timer.key
            c.fired.insert(key)
            c.postponed[key] = nil
            c.timers.removeAll { $0.at == timer.at && $0 == timer }
            if let line = machine.lines[id] { fire(line, timer, index: index, reader: reader, isLate: isLate) }
        case .rank:
            c.fired.insert(timer.key)
            queueInner("case.rank", label: "rank the call", input: ["entry": .int(Int64(timer.scope))])
        case .searchAgain:
            c.fired.insert(timer.key)
            if let state = declaration(.case), case .match(let match) = state.opening {
                c.search?.isPending = true
                ask(match, entry: c.region.entry)
            }
        case .spawn(let name, let index):
            if let track = p.tracks[name] {
                startMember(track, key: "time\(index)", row: .object(["index": .int(Int64(index + 1))]), party: nil)
            }
        case .erase(let path): erase(path)
        case .holdReview: reviewHold()
        case .quiet:
            c.staffToldAt = at
            note(.quiet)
            tell("quiet", to: staff(), .case, reason: "", owner: nil, isHeld: false)
        case .staffDue(let number):
            guard let index = c.tasks.firstIndex(where: { $0.number == number }) else { return }
            c.tasks[index].dueAt = at.adding(seconds: Int64(Limits.staffTaskRepeatDays) * 86_400)
            c.staffToldAt = at
            let task = c.tasks[index]
            tell(
                "reminder", to: task.holders.map { ($0.role, $0.party) }, task.region, reason: "",
                owner: PendingEffect.Owner(region: task.region, scope: task.entry), isHeld: false, task: number)
        }
    }

    private mutating func fire(_ line: ClockLine, _ timer: ArmedTimer, index: Int, reader: String, isLate: Bool) {
        let id = timer.region
        switch choose(line.steps, in: id) {
        case .none(let why): note(.skipped, id, line.id, why)
        case .fault(let why): stick(id, why)
        case .step(let step):
            if isLate, !isStillWanted(step, line, timer, index: index, reader: reader) { return }
            let readers = reader.isEmpty ? nil : waitedFor(id).filter { $0.party.id == reader }
            let text = (try? reason(step.reason, given: nil, in: id).get()) ?? ""
            perform(step, in: id, reason: text, scope: timer.scope, readers: readers)
        }
    }

    /// What happens with a step whose instant is past (R21, R22): true when it is still to be taken.
    private mutating func isStillWanted(
        _ step: ExchangeStep, _ line: ClockLine, _ timer: ArmedTimer, index: Int, reader: String
    ) -> Bool {
        let id = timer.region
        let isMessage = step.to == nil && step.escalate.isEmpty
        let policy =
            step.ifLate ?? (isMessage ? .send(withinDays: Limits.lateReminderDays) : step.to == nil ? nil : .ask)
        note(.late, id, line.id, timer.at.rfc3339)
        switch policy {
        case nil: return true
        case .skip?:
            note(.skipped, id, line.id, "late")
            return false
        case .ask?:
            openStaffTask(
                .late(line: line.id, step: line.steps.firstIndex { $0.id == step.id } ?? 0), id,
                entry: timer.scope)
            return false
        case .send(let days)?:
            // Of several that were missed the latest is sent; the others would say the same again.
            let isOvertaken = c.timers.contains { other in
                if case .line(let otherLine, let otherIndex, let otherReader) = other.kind {
                    return otherLine == line.id && otherReader == reader && otherIndex > index && other.at <= at
                        && other.region == id
                }
                return false
            }
            let isOld = at.milliseconds - timer.at.milliseconds > Int64(days) * 86_400_000
            guard !isOvertaken, !isOld, liesAhead(line.when, id) else {
                note(.skipped, id, line.id, "late")
                return false
            }
            return true
        }
    }

    /// Whether the date that a phrase hangs on is still to come.
    private mutating func liesAhead(_ phrase: TimePhrase, _ id: RegionID) -> Bool {
        guard case .date(let name, _) = phrase.hook, phrase.isBefore, let span = cell(name, id)?.span else {
            return true
        }
        return zone(ofDate: name, id).date(of: at) <= span.first
    }

    /// Reminds those who have not answered (R24).
    mutating func remind(_ remind: Remind, _ id: RegionID, readers: [OpenTask.Holder]?, owner: PendingEffect.Owner?) {
        let message = remind.message.isEmpty ? "reminder" : remind.message
        if !remind.who.isEmpty {
            tell(message, to: recipients(remind.who, id), id, reason: "", owner: owner, isHeld: false)
            note(.reminded, id, message)
            return
        }
        let waited = readers ?? waitedFor(id)
        guard !waited.isEmpty else {
            note(.skipped, id, message, "nobody is waited for")
            return
        }
        for holder in waited {
            let task = c.tasks.first { task in
                task.region == id && task.holders.contains { $0.party.id == holder.party.id && $0.outcome == nil }
            }
            tell(
                message, to: [(holder.role, holder.party)], id, reason: "", owner: owner, isHeld: false,
                task: task?.number)
        }
        note(.reminded, id, message)
    }

    /// Tells somebody who may then answer as well (R17: the task is not taken away, the state does not move).
    mutating func escalate(to who: [Who], _ id: RegionID, owner: PendingEffect.Owner?) {
        let readers = recipients(who, id)
        for index in c.tasks.indices where c.tasks[index].region == id && c.tasks[index].isDeclared {
            for reader in readers where !c.tasks[index].escalatedTo.contains(reader.role) {
                c.tasks[index].escalatedTo.append(reader.role)
            }
        }
        let task = c.tasks.first { $0.region == id && $0.isDeclared }
        tell("escalation", to: readers, id, reason: "", owner: owner, isHeld: false, task: task?.number)
        c.staffToldAt = at
        note(.escalated, id, readers.map(\.role).joined(separator: " "))
    }

    /// Erases answers whose retention has ended; the path is `region.form.field`.
    private mutating func erase(_ path: String) {
        c.erased.insert(path)
        c.seals[path] = nil
        var erased = RegionID.case
        let parts = path.split(separator: ".", maxSplits: 2).map(String.init)
        guard parts.count == 3 else { return }
        if parts[0] == "c" {
            if var form = c.answers[parts[1]] {
                form.answers = form.answers.map { answer in
                    var answer = answer
                    answer.values[parts[2]] = nil
                    return answer
                }
                c.answers[parts[1]] = form
            }
        } else if let number = Int(parts[0].dropFirst()),
            let index = c.members.firstIndex(where: { $0.number == number }),
            var form = c.members[index].answers[parts[1]]
        {
            form.answers = form.answers.map { answer in
                var answer = answer
                answer.values[parts[2]] = nil
                return answer
            }
            c.members[index].answers[parts[1]] = form
            erased = .member(number)
        }
        note(.erased, .case, path)
        changed(.region(erased))
    }
}
