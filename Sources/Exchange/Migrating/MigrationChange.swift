package import Calendars

/// One thing that a migration changes in a case, as its dry run tells it.
package enum MigrationChange: Hashable, Sendable {
    /// A state under another name, or another state that is entered.
    case state(region: RegionID, from: String, to: String, isEntered: Bool)
    /// The case or a member goes on at once, because a condition of the new version holds.
    case moved(region: RegionID, to: String)
    /// A task is closed and not asked again.
    case taskClosed(number: Int, title: String)
    case taskReopened(number: Int, as: Int, title: String)
    case taskOpened(number: Int, title: String)
    case due(task: Int, title: String, from: Instant?, to: Instant?)
    /// A line of a clock, a ranking or an erasure comes at another time; nil: not at all.
    case timer(what: String, from: Instant?, to: Instant?)
    /// Its time is past already: the staff are asked.
    case asked(what: String)
    /// What goes out because of the migration itself.
    case sent(label: String)
    case takenBack(label: String)
    /// An answer that is not asked any more; it stays in the case, and nothing reads it but the export of the whole case.
    case archived(path: String)
    /// A role that the new version does not have.
    case roleGone(String)

    /// A sentence without a full stop, with days and hours of a zone.
    package func sentence(_ zone: Zone) -> String {
        func words(_ at: Instant) -> String {
            let local = zone.local(at)
            return "\(local.date.iso) \(LocalTime(minutes: local.secondOfDay / 60) ?? .midnight)"
        }
        func place(_ id: RegionID) -> String { if case .member(let number) = id { "member \(number): " } else { "" } }
        func shift(_ what: String, _ from: Instant?, _ to: Instant?) -> String {
            switch (from, to) {
            case (let from?, let to?): "\(what) moves from \(words(from)) to \(words(to))"
            case (let from?, nil): "\(what) does not come any more; it was for \(words(from))"
            case (nil, let to?): "\(what) comes on \(words(to))"
            case (nil, nil): what
            }
        }
        switch self {
        case .state(let id, let from, let to, let isEntered):
            return place(id)
                + (isEntered
                    ? "\"\(to)\" is entered in place of \"\(from)\"; its clocks begin now"
                    : "\"\(from)\" is called \"\(to)\" now")
        case .moved(let id, let to): return place(id) + "goes on at once to \"\(to)\""
        case .taskClosed(let number, let title): return "task \(number) (\(title)) is closed: nobody asks it any more"
        case .taskReopened(let number, let other, let title):
            return "task \(number) is closed and reopened as task \(other) (\(title)): it asks others or other things"
        case .taskOpened(let number, let title): return "task \(number) (\(title)) is opened"
        case .due(let number, let title, let from, let to):
            return shift("the due time of task \(number) (\(title))", from, to)
        case .timer(let what, let from, let to): return shift(what, from, to)
        case .asked(let what): return "\(what) would have come already: the staff are asked whether it still shall"
        case .sent(let label): return "\(label) goes out"
        case .takenBack(let label): return "\(label) is taken back before it went out"
        case .archived(let path): return "the answer \(path) is not asked any more; it stays"
        case .roleGone(let role): return "there is no role \"\(role)\" any more; who held it hears no more of the case"
        }
    }
}

/// What a migration changes in one case: the case before, in the names of its version, against the case after.
package struct MigrationComparison {
    private let k: Counterparts
    private let before: Case
    private let after: Transition

    package init(_ before: Case, _ after: Transition, by k: Counterparts) {
        (self.before, self.after, self.k) = (before, after, k)
    }

    package var changes: [MigrationChange] {
        states + tasks + timers + late + messages + archived
    }

    private var states: [MigrationChange] {
        var result: [MigrationChange] = []
        func compare(_ id: RegionID, _ from: String, _ track: String?, _ now: Region?) {
            guard let now else { return }
            let target = track.map { k.names.state(from, of: $0) } ?? k.names.state(from)
            guard let target else { return }
            let isSame = k.isSame(from, track: track)
            if target != from || !isSame {
                result.append(.state(region: id, from: from, to: target, isEntered: !isSame))
            }
            if now.state != target { result.append(.moved(region: id, to: now.state)) }
        }
        compare(.case, before.region.state, nil, after.case.region)
        for member in before.members where !member.hasEnded && !member.isVoid {
            compare(
                .member(member.number), member.region.state, member.track, after.case.member(member.number)?.region)
        }
        for role in before.people.keys.sorted() where k.names.role(role) == nil { result.append(.roleGone(role)) }
        return result
    }

    private var tasks: [MigrationChange] {
        var result: [MigrationChange] = []
        var opened = after.case.tasks.filter { task in
            task.isDeclared && !before.tasks.contains { $0.number == task.number }
        }
        for task in before.tasks where task.isDeclared {
            let title = k.old.title(of: task, in: before)
            if let now = after.case.tasks.first(where: { $0.number == task.number }) {
                if now.dueAt != task.dueAt {
                    result.append(.due(task: task.number, title: title, from: task.dueAt, to: now.dueAt))
                }
            } else if let place = opened.firstIndex(where: { $0.region == task.region }) {
                let now = opened.remove(at: place)
                result.append(
                    .taskReopened(
                        number: task.number, as: now.number, title: k.new.title(of: now, in: after.case)))
            } else {
                result.append(.taskClosed(number: task.number, title: title))
            }
        }
        return result
            + opened.map { .taskOpened(number: $0.number, title: k.new.title(of: $0, in: after.case)) }
    }

    private var timers: [MigrationChange] {
        var result: [MigrationChange] = []
        let translation = CaseTranslation(k)
        var now: [String: ArmedTimer] = [:]
        for timer in after.case.timers where Self.isTold(timer) { now[timer.key] = timer }
        for timer in before.timers where Self.isTold(timer) {
            var key = translation.key(timer.key)
            if case .erase(let path) = timer.kind {
                key = "\(timer.region.text).\(timer.scope).erase.\(translation.path(path))"
            }
            guard let other = now.removeValue(forKey: key) else {
                result.append(.timer(what: words(timer, k.old), from: timer.at, to: nil))
                continue
            }
            if other.at != timer.at {
                result.append(.timer(what: words(other, k.new), from: timer.at, to: other.at))
            }
        }
        return result
            + now.values.sorted(by: ArmedTimer.precedes).map {
                .timer(what: words($0, k.new), from: nil, to: $0.at)
            }
    }

    /// What watches over a case whatever its programme says is no news.
    private static func isTold(_ timer: ArmedTimer) -> Bool {
        switch timer.kind {
        case .line, .rank, .searchAgain, .spawn, .erase: true
        case .holdReview, .quiet, .staffDue: false
        }
    }

    private func words(_ timer: ArmedTimer, _ machine: CaseMachine) -> String {
        let place = if case .member(let number) = timer.region { " of member \(number)" } else { "" }
        let phrase = machine.phrase(of: timer)
        let what =
            switch timer.kind {
            case .line: ["the move", "the escalation", "the message"][min(timer.rank, 2)] + " of \"\(phrase)\""
            case .spawn: "the next of \(phrase)"
            case .erase: "the erasure of \(phrase)"
            case .searchAgain: "the next search"
            default: "the \(phrase)"
            }
        return what + place
    }

    private var late: [MigrationChange] {
        after.case.tasks.compactMap { task in
            guard case .late(let line, _) = task.kind, !before.tasks.contains(where: { $0.number == task.number })
            else { return nil }
            return .asked(what: "\"\(k.new.lines[line]?.when.text ?? line)\"")
        }
    }

    private var messages: [MigrationChange] {
        let known = Set(before.effects.map(\.key))
        let sent = after.effects.filter { !known.contains($0.pending.key) }.map {
            MigrationChange.sent(label: $0.pending.label)
        }
        let labels = Dictionary(before.effects.map { ($0.key, $0.label) }, uniquingKeysWith: { first, _ in first })
        return sent + after.effectsRecalled.compactMap { labels[$0] }.map { .takenBack(label: $0) }
    }

    private var archived: [MigrationChange] {
        let translation = CaseTranslation(k)
        var paths: Set<String> = []
        func look(_ forms: [String: FormAnswers], _ id: RegionID) {
            for (form, answers) in forms {
                for field in Set(answers.answers.flatMap(\.values.keys))
                where k.names.field(field, of: form) == nil && k.old.programme.forms[form]?[field] != nil {
                    paths.insert(translation.path("\(id.text).\(form).\(field)"))
                }
            }
        }
        look(before.answers, .case)
        for member in before.members { look(member.answers, .member(member.number)) }
        return paths.sorted().map { .archived(path: $0) }
    }
}
