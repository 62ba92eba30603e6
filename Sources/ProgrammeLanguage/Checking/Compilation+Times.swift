import Calendars
import Exchange

/// C5 to C7: every wait ends or is attended; reminders come in time; dates are known by then.
extension Compilation {
    func checkTimes(_ proof: RegionProof, _ reaches: PhraseReaches) -> StateTimes {
        let times = StateTimes(proof: proof, programme: p, reaches: reaches)
        let near = times.nearness()
        for state in proof.graph.states where proof.knowledge.must[state.name] != nil {
            checkAttended(state, times)
            checkKnown(state, times)
            checkOvertaken(state, times)
            checkNear(state, times, near[state.name] ?? [:])
        }
        return times
    }

    func phrasePlace(_ phrase: TimePhrase, _ line: Int) -> Node? {
        phrasePlaces[PhrasePlace(line: line, text: phrase.text)]
    }

    // MARK: C5

    /// No state waits without an end or a named person's attention.
    private func checkAttended(_ state: StateDeclaration, _ times: StateTimes) {
        guard let node = place(state.name, times.proof.scope) else { return }
        let lines = times.lines(of: state)
        if lines.contains(where: { ($0.isEnd || $0.isTold) && $0.isSure }) { return }
        let unsure = lines.filter { $0.isEnd || $0.isTold }.compactMap(\.date)
        if case .tasks(let tasks) = state.opening, tasks.contains(where: { $0.who.contains { isStaff($0) } }) {
            let dues = tasks.compactMap(\.due)
            if dues.contains(where: { times.isSure($0, in: state) }) { return }
            guard let due = dues.first else {
                error(
                    node,
                    "\"\(state.name)\" has no due: nobody sees that it waits; add due: 5 working days to its task")
                return
            }
            let date = times.date(of: due, in: state) ?? due.text
            error(
                node,
                "\"\(state.name)\" can wait for ever: its due hangs on \"\(date)\", which may not be known there; count it from the state, such as due: 5 working days"
            )
            return
        }
        if let date = unsure.first {
            error(
                node,
                "\"\(state.name)\" can wait for ever: its end hangs on \"\(date)\", which may not be known there; add a time counted from the state, such as 12 months: {escalate: \(someStaff)}"
            )
            return
        }
        // A state that its clock only enters anew is told as a circle.
        if lines.contains(where: { $0.isSure && $0.line.steps.contains { $0.to == state.name } }) { return }
        let isConditional = lines.contains {
            $0.isOwn && $0.line.steps.contains { $0.to != nil || !$0.escalate.isEmpty }
        }
        if isConditional {
            error(
                node,
                "\"\(state.name)\" can wait for ever when the conditions of its clock do not hold; add a last step without \"if\", or another time"
            )
            return
        }
        switch state.opening {
        case .tasks:
            error(
                node,
                "\"\(state.name)\" can wait for ever; add a time to its clock, such as 30 days: {escalate: \(someStaff)} or 60 days: \(someEnd(times.proof))"
            )
        case .match(let match) where match.isAsAWhole:
            error(
                node,
                "\"\(state.name)\" can wait for ever for a round of the call; add a time to its clock, such as 60 days: {escalate: \(someStaff)}"
            )
        case .match(let match):
            // Each proposal ends by its own track; a single search that finds nobody ends at once.
            if match.again == nil, state.steps(for: "none") != nil { return }
            error(
                node,
                match.again == nil
                    ? "\"\(state.name)\" can wait for ever when no host is found; add \"none\" to its next, or a time to its clock"
                    : "\"\(state.name)\" can search for ever; add a time to its clock, such as 90 days: \(someEnd(times.proof))"
            )
        case .rank:
            error(
                node,
                "\"\(state.name)\" can wait for ever; add a time to its clock, such as 12 months: \(someEnd(times.proof))"
            )
        case .nothing:
            if state.inside.asSoonAs.isEmpty {
                error(node, "\"\(state.name)\" asks nobody and has no time; add a task, or a time to its clock")
            } else {
                error(node, "\"\(state.name)\" can wait for ever for its condition; add a time to its clock")
            }
        }
    }

    private var someStaff: String {
        let staff = p.peopleOrder.compactMap { p.people[$0] }.filter(\.isStaff)
        return staff.first { !$0.actsFor.isEmpty }?.name ?? staff.first?.name ?? "coordinator"
    }

    private func someEnd(_ proof: RegionProof) -> String {
        if let track = proof.graph.track {
            return track.ends.values.filter { $0.kind == .expired }.map(\.name).min() ?? track.left
        }
        return p.endsOrder.first { p.ends[$0]?.kind == .expired } ?? p.endsOrder.first ?? "expired"
    }

    // MARK: C7

    /// A date that nobody can have set by then never comes.
    private func checkKnown(_ state: StateDeclaration, _ times: StateTimes) {
        func check(_ phrase: TimePhrase, _ node: Node?) {
            guard let node else { return }
            for name in phrase.dates where !mayBeSet(name, in: state, times.proof) {
                let home = p.dates.first { $0.name == name }.flatMap { setter(of: $0) }
                error(
                    node,
                    "\"\(name)\" is not known in \"\(state.name)\"\(home.map { " (\($0))" } ?? ""); count from the state, such as \"14 days\""
                )
            }
            for name in phrase.dates where mayBeSet(name, in: state, times.proof) && !times.isSure(phrase, in: state) {
                let home = p.dates.first { $0.name == name }.flatMap { setter(of: $0) }
                note(
                    node, "in \"\(state.name)\" this sleeps until \"\(name)\" is known\(home.map { " (\($0))" } ?? "")")
            }
        }
        for line in state.inside.clock {
            check(line.when, phrasePlace(line.when, line.line))
            if let until = line.when.until { check(until, phrasePlace(line.when, line.line)) }
        }
        if case .tasks(let tasks) = state.opening {
            for due in tasks.compactMap(\.due) { check(due, duePlace(due, in: state, times.proof)) }
        }
    }

    private func duePlace(_ due: TimePhrase, in state: StateDeclaration, _ proof: RegionProof) -> Node? {
        guard let node = place(state.name, proof.scope) else { return nil }
        // It stands in the state, a few lines below its name.
        for line in node.line...node.line + 60 {
            if let found = phrasePlaces[PhrasePlace(line: line, text: due.text)] { return found }
        }
        return node
    }

    private func mayBeSet(_ date: String, in state: StateDeclaration, _ proof: RegionProof) -> Bool {
        if proof.knowledge.mayBeKnown(date, in: state.name) { return true }
        // A table's date follows from an answer that may be known.
        return false
    }

    /// `it is set by "agreement", asked in "agreeing", line 59`.
    private func setter(of date: DateDeclaration) -> String? {
        for source in date.sources {
            guard case .answer(let form, _) = source else { continue }
            for name in p.statesOrder {
                guard let state = p.states[name] else { continue }
                let isAsked =
                    if case .tasks(let tasks) = state.opening { tasks.contains { $0.form == form } } else { false }
                if isAsked || state.next.contains(where: { $0.steps.contains { $0.form == form } }) {
                    return "it is set by \"\(form)\", asked in \"\(name)\", line \(state.line)"
                }
            }
        }
        return nil
    }

    // MARK: C6

    /// What comes after the state has surely ended never comes.
    private func checkOvertaken(_ state: StateDeclaration, _ times: StateTimes) {
        let lines = times.lines(of: state)
        let ends = lines.filter { $0.isEnd && ($0.isOwn || $0.reach.base != .entering) }
        func overtakes(_ reach: PhraseReach, _ moment: ClosedRange<Double>, except own: String?) -> StateTimes.Line? {
            ends.first { end in
                guard end.line.id != own, end.reach.base == reach.base, reach.base != .unknown,
                    let first = end.reach.moments.first, let last = end.reach.moments.last
                else { return false }
                // What counts from entering begins anew with each visit of the state; what hangs on a date may have passed
                // before, and comes again in a later visit.
                if end.reach.base == .entering { return moment.lowerBound >= first.upperBound }
                guard moment.lowerBound >= last.upperBound else { return false }
                let targets = Set(end.line.steps.compactMap(\.to))
                return !times.proof.graph.reached(from: targets).contains(state.name)
            }
        }
        for line in lines where line.isOwn {
            guard let node = phrasePlace(line.line.when, line.line.line) else { continue }
            for (index, moment) in line.reach.moments.enumerated() {
                guard let end = overtakes(line.reach, moment, except: line.line.id) else {
                    noteOvertaken(line, moment, by: ends, in: state, node)
                    continue
                }
                let isFirst = index == 0
                // Of two ends at different times the later is never reached either.
                error(
                    node,
                    isFirst
                        ? "this never comes: \"\(state.name)\" has ended by then (\(end.line.when.text), line \(end.line.line)); make it earlier, or the end later"
                        : "moment \(index + 1) of this never comes: \"\(state.name)\" has ended by then (\(end.line.when.text), line \(end.line.line)); leave it out, or make the end later"
                )
                break
            }
        }
        for due in times.dues(of: state) where due.hook != .due {
            let reach = times.reaches.reach(due, .end)
            guard let moment = reach.moments.first, let end = overtakes(reach, moment, except: nil),
                let node = duePlace(due, in: state, times.proof), moment.lowerBound > end.reach.firstMost
            else { continue }
            error(
                node,
                "this is due after \"\(state.name)\" has ended (\(end.line.when.text), line \(end.line.line)); make it due earlier, or the end later"
            )
        }
    }

    /// What may come before the state's end or after it, as working days and months fall.
    private func noteOvertaken(
        _ line: StateTimes.Line, _ moment: ClosedRange<Double>, by ends: [StateTimes.Line], in state: StateDeclaration,
        _ node: Node
    ) {
        let end = ends.first { end in
            guard end.line.id != line.line.id, end.reach.base == line.reach.base, end.reach.base != .unknown,
                let first = end.reach.moments.first
            else { return false }
            return moment.upperBound >= first.lowerBound && moment.lowerBound < first.upperBound
        }
        guard let end else { return }
        note(
            node,
            "this may be overtaken: \"\(state.name)\" can have ended by then (\(end.line.when.text), line \(end.line.line))"
        )
    }

    /// What lies before a date by more than is left when the state begins is always past.
    private func checkNear(_ state: StateDeclaration, _ times: StateTimes, _ near: [String: Double]) {
        func check(_ phrase: TimePhrase, _ reach: PhraseReach, _ node: Node?) {
            guard let node, case .date(let name, isLast: false) = reach.base, let left = near[name], left.isFinite
            else { return }
            guard let moment = reach.moments.last, -moment.upperBound > left else { return }
            let begins =
                left <= 0 ? "when \(name) has begun" : "\(Int(left.rounded(.up))) days before \(name) or later"
            error(
                node,
                "this is always past: \"\(state.name)\" begins \(begins), and this comes earlier; make it later, or count it from the state"
            )
        }
        for line in times.lines(of: state) where line.isOwn {
            check(line.line.when, line.reach, phrasePlace(line.line.when, line.line.line))
        }
        for due in times.dues(of: state) where due.hook != .due {
            check(due, times.reaches.reach(due, .end), duePlace(due, in: state, times.proof))
        }
    }

    // MARK: The whole

    /// How long a case lasts at most: the longest way through its states, unless people can lead it in circles.
    func bound(_ times: StateTimes) -> CaseBound {
        let graph = times.proof.graph
        var days: [String: Double] = [:]
        var open: [String] = []
        for state in graph.states where times.proof.knowledge.must[state.name] != nil {
            if let most = times.stay(of: state).days {
                days[state.name] = Double(most)
            } else {
                open.append(state.name)
            }
        }
        let circles = graph.circles
        guard circles.isEmpty, open.isEmpty else {
            return CaseBound(days: nil, circles: circles, open: open)
        }
        var longest: [String: Double] = [:]
        for state in graph.postorder {
            let behind = graph.edges(from: state).compactMap { longest[$0.to] }.max() ?? 0
            longest[state] = behind + (days[state] ?? 0)
        }
        return CaseBound(days: Int((longest[graph.first] ?? 0).rounded(.up)), circles: [], open: [])
    }
}
