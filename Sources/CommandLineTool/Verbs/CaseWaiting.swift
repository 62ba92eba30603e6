import Calendars
import Exchange
import Expressions

/// Why a case waits, for whom, since when, and what happens if nobody moves.
struct CaseWaiting {
    /// In one word, for programs.
    enum Kind: String {
        case ended, held, stuck, task, search, hosts = "proposals", ranking, members, condition, date
    }

    let kind: Kind
    /// Sentences with full stops.
    let sentences: [String]
    let since: Instant
    /// Those who can move it, with their roles.
    let people: [(role: String, party: Party)]
    /// What comes by itself, in order.
    let next: [ArmedTimer]

    var value: Value {
        .object([
            "kind": .string(kind.rawValue), "sentence": .string(sentences.joined(separator: " ")),
            "since": .moment(since),
            "for": .list(
                people.map {
                    .object(["role": .string($0.role), "id": .string($0.party.id), "name": .string($0.party.name)])
                }),
        ])
    }
}

extension CaseReport {
    var waiting: CaseWaiting {
        if let end = c.end { return ended(end) }
        if let hold = c.hold { return held(hold) }
        if !c.stuck.isEmpty { return stuck }
        let tasks = c.tasks.filter { $0.region == .case && $0.isDeclared }
        if !tasks.isEmpty { return asked(tasks) }
        switch place(.case).state?.opening {
        case .match(let match)?: return searching(match)
        case .rank?: return ranking
        default: return passing
        }
    }

    /// The waiting with what happens if nobody moves behind it.
    private func waiting(
        _ kind: CaseWaiting.Kind, _ sentences: [String], since: Instant? = nil, tasks: [OpenTask] = []
    ) -> CaseWaiting {
        let next = ifNobodyMoves(.case)
        return CaseWaiting(
            kind: kind, sentences: sentences + [staffSentence, nextSentence(next)].compactMap(\.self),
            since: since ?? c.region.enteredAt,
            people: tasks.flatMap { task in
                task.holders.filter { $0.outcome == nil }.map { ($0.role, $0.party) }
            }, next: next)
    }

    /// What the staff were asked beside all this, such as a step that came too late.
    private var staffSentence: String? {
        let asked = c.tasks.filter { task in
            if case .stuck = task.kind { false } else { !task.isDeclared }
        }
        guard let first = asked.first else { return nil }
        let titles = asked.map { "\"\(machine.title(of: $0, in: c))\"" }
        return "Beside that \(Naming.list(waitedFor(first))) must decide about \(Naming.list(titles))."
    }

    private func nextSentence(_ timers: [ArmedTimer]) -> String? {
        guard !timers.isEmpty else { return "If nobody moves, no date of this state does it for them." }
        let parts = timers.map { "on \(clock.moment($0.at)) \(verbal(words($0)))" }
        return "If nobody moves: \(parts.joined(separator: "; "))."
    }

    /// The words of a step as part of a sentence: `it goes to expired`.
    private func verbal(_ words: String) -> String { words.hasPrefix("goes to ") ? "it \(words)" : words }

    // MARK: Why

    private func ended(_ end: CaseEnd) -> CaseWaiting {
        let kind = programme.ends[end.name]?.kind.rawValue ?? "ended"
        let reason = end.reason.isEmpty ? "" : "; reason: \(end.reason)"
        var sentences = ["It ended on \(clock.day(end.at)) as \(end.name) (\(kind))\(reason)."]
        let erasing = c.timers.filter { if case .erase = $0.kind { true } else { false } }
        if let first = erasing.first {
            sentences.append(
                "\(Naming.count(erasing.count, "answer is", "answers are")) still to be erased, the first on \(clock.day(first.at))."
            )
        }
        return CaseWaiting(kind: .ended, sentences: sentences, since: end.at, people: [], next: erasing)
    }

    private func held(_ hold: Hold) -> CaseWaiting {
        let until = hold.until.map { ", until \(clock.due($0)) at most" } ?? ""
        let by = hold.by.isEmpty ? "" : " by \(hold.by)"
        return CaseWaiting(
            kind: .held,
            sentences: [
                "It is on hold\(by) since \(clock.day(hold.since))\(until): \(hold.reason.isEmpty ? "no reason given" : hold.reason).",
                "No deadline runs meanwhile. If nobody resumes it, the staff look at it on \(clock.day(hold.reviewAt)).",
            ], since: hold.since, people: [], next: ifNobodyMoves(.case))
    }

    private var stuck: CaseWaiting {
        let tasks = c.tasks.filter { if case .stuck = $0.kind { true } else { false } }
        let staff = Naming.list(tasks.flatMap(waitedFor))
        let reasons = c.stuck.map { "\($0.why) (\(words($0.region)))" }
        return waiting(
            .stuck,
            [
                "It cannot go on by itself: \(reasons.joined(separator: "; ")).",
                "\(staff.isEmpty ? "The staff" : staff) must correct an answer, name somebody, or move it by hand.",
            ], since: tasks.map(\.openedAt).min(), tasks: tasks)
    }

    private func asked(_ tasks: [OpenTask]) -> CaseWaiting {
        let sentences = tasks.map { task in
            let people = waitedFor(task)
            let answered = task.holders.count { $0.outcome != nil }
            let need = place(task.region).declaration(of: task)?.need.words
            var notes = [dueWords(task)].filter { !$0.isEmpty }
            if let need { notes.append("\(need) must agree, \(answered) answered") }
            let behind = notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))"
            let whom = people.isEmpty ? "somebody who may answer" : Naming.list(people)
            return
                "It waits for \(whom) to answer \"\(machine.title(of: task, in: c))\" since \(clock.day(task.openedAt))\(behind)."
        }
        return waiting(.task, sentences, since: tasks.map(\.openedAt).min(), tasks: tasks)
    }

    private func searching(_ match: MatchDeclaration) -> CaseWaiting {
        if c.search?.isPending ?? false {
            return waiting(.search, ["It waits for the register's answer to a search among \(match.from)."])
        }
        let live = c.members(of: match.track).filter { !$0.hasEnded }
        guard !live.isEmpty else {
            return waiting(
                .search,
                [
                    "None of \(match.from) is asked now; it waits until one can be, since \(clock.day(c.region.enteredAt))."
                ])
        }
        let tasks = live.flatMap { member in c.tasks.filter { $0.region == .member(member.number) } }
        let named = live.map { member in
            "\(member.party?.name ?? words(.member(member.number))) (\(member.region.state) since \(clock.day(member.region.enteredAt)))"
        }
        let reserve = c.search.map(\.reserve.count) ?? 0
        let behind = reserve == 0 ? "nobody else is in reserve" : "\(reserve) more in reserve"
        var sentences = ["It waits for \(Naming.list(named)), asked among \(match.from); \(behind)."]
        let silence = live.compactMap { member -> String? in
            let end = c.timers.first { $0.region == .member(member.number) && !machine.targets(of: $0).isEmpty }
            guard let end, let party = member.party else { return nil }
            return "\(party.name) \(words(end)) on \(clock.moment(end.at))"
        }
        if !silence.isEmpty { sentences.append("Without an answer \(Naming.list(silence)).") }
        return waiting(.hosts, sentences, tasks: tasks)
    }

    private var ranking: CaseWaiting {
        waiting(.ranking, ["It waits for the ranking of its call, since \(clock.day(c.region.enteredAt))."])
    }

    /// No task, no search: conditions, members and dates move it.
    private var passing: CaseWaiting {
        let conditions = place(.case).surroundings.flatMap(\.asSoonAs).filter { step in
            step.within.isEmpty || step.within.contains(c.region.state)
                || step.within.contains(stage?.kind.rawValue ?? "")
        }
        let ways = conditions.compactMap { step in
            step.to.map { "to \($0) as soon as \(step.condition?.text ?? "it can")" }
        }
        let tasks = c.tasks.filter { $0.region != .case && $0.isDeclared }
        let since = clock.day(c.region.enteredAt)
        var sentences: [String] = []
        if !ways.isEmpty {
            sentences.append("It waits since \(since) and goes on \(Naming.list(ways, "or")).")
        } else {
            sentences.append("It waits since \(since) for a date; nothing is asked of anybody for the case itself.")
        }
        if !tasks.isEmpty {
            let members = Set(tasks.map { words($0.region) }).count
            sentences.append(
                "Meanwhile \(Naming.count(members, "member of its tracks has", "members of its tracks have")) something to do."
            )
        }
        let kind: CaseWaiting.Kind = ways.isEmpty ? .date : tasks.isEmpty ? .condition : .members
        return waiting(kind, sentences, tasks: ways.isEmpty ? [] : tasks)
    }
}
