package import Calendars
import Expressions

/// Plays a stored journal under both versions of a programme side by side, and finds where they part.
///
/// What differs is told, not forbidden: a new version may well decide otherwise. The case itself is not replayed into the
/// new version but taken over as it stands; see docs/decisions/0043.
package struct JournalReplay {
    /// One command as the journal keeps it.
    package struct Entry: Sendable {
        package let number: Int
        package let command: Command
        package let actor: Actor
        package let at: Instant

        package init(number: Int, command: Command, actor: Actor, at: Instant) {
            (self.number, self.command, self.actor, self.at) = (number, command, actor, at)
        }
    }

    package enum Finding: Hashable, Sendable {
        /// Each command leads to the counterpart of where it led.
        case same
        /// From this entry on the new version would have gone another way.
        case parts(number: Int, at: Instant, why: String)
        /// The journal does not say enough, such as when answers were erased.
        case unknown(why: String)

        package func sentence(_ zone: Zone) -> String {
            switch self {
            case .same: "its history gives the same under the new version"
            case .parts(let number, let at, let why):
                "from entry \(number) (\(zone.date(of: at).iso)) on the new version would have gone another way: \(why)"
            case .unknown(let why): "its history cannot be played again: \(why)"
            }
        }
    }

    private let k: Counterparts
    private var one: Case
    private var other: Case
    /// Keys of effects under the old version → under the new one.
    private var keys: [String: String] = [:]

    /// - Parameters:
    ///   - before: the case where the replay begins: just started, or just migrated, under the old version.
    package init(_ before: Case, effects: [NewEffect], started: Transition, by k: Counterparts) {
        self.k = k
        one = before
        other = started.case
        pair(effects, started.effects)
    }

    /// Plays all entries, in order.
    package mutating func play(_ entries: [Entry]) -> Finding {
        if let why = difference() { return .parts(number: 1, at: one.openedAt, why: why) }
        for entry in entries {
            guard one.end == nil || entry.command.isOfEndedCase else { break }
            let left = k.old.apply(entry.command, by: entry.actor, at: entry.at, to: one)
            let said = translated(entry.command)
            let actor = Actor(id: entry.actor.id, role: k.names.role(entry.actor.role) ?? entry.actor.role)
            let right = k.new.apply(said, by: actor, at: entry.at, to: other)
            one = left.case
            other = right.case
            pair(left.effects, right.effects)
            if case .refused(let refusal) = right.verdict, left.verdict == .accepted {
                return .parts(number: entry.number, at: entry.at, why: refusal.sentence)
            }
            if let why = difference() { return .parts(number: entry.number, at: entry.at, why: why) }
        }
        return .same
    }

    /// The case that the journal gives under the old version.
    package var replayed: Case { one }

    private func difference() -> String? {
        func compare(_ place: String, _ from: String, _ to: String?, _ now: String?) -> String? {
            guard let now else { return "\(place)is not there" }
            return now == to ? nil : "\(place)\"\(now)\", not \"\(to ?? from)\""
        }
        let end = one.end?.name
        let target = end ?? k.names.state(one.region.state)
        if let why = compare("", one.region.state, target, other.region.state) { return why }
        for member in one.members where !member.isVoid {
            let now = other.member(member.number)?.region.state
            let target = k.names.state(member.region.state, of: member.track)
            if let why = compare("member \(member.number): ", member.region.state, target, now) { return why }
        }
        return nil
    }

    // MARK: Commands in the names of the new version

    /// Effects of one label are the same in the order in which they were decided.
    private mutating func pair(_ old: [NewEffect], _ new: [NewEffect]) {
        var free = new
        for effect in old {
            guard keys[effect.pending.key] == nil,
                let index = free.firstIndex(where: {
                    $0.pending.action == effect.pending.action
                        && $0.pending.wording?.reader.id == effect.pending.wording?.reader.id
                })
            else { continue }
            keys[effect.pending.key] = free.remove(at: index).pending.key
        }
    }

    private func translated(_ command: Command) -> Command {
        switch command {
        case .answer(let number, let outcome, let values, let reason):
            guard let task = one.tasks.first(where: { $0.number == number }) else { return command }
            let forms = k.old.forms(of: task, outcome: outcome ?? "", in: one) + [task.form].compactMap(\.self)
            return .answer(
                task: self.number(of: task), outcome: outcome, values: renamed(values, forms), reason: reason)
        case .decide(let name, let member, let values, let reason):
            let forms = k.old.decision(name, in: one, member: member)?.steps.compactMap(\.form) ?? []
            return .decide(name: name, member: member, values: renamed(values, forms), reason: reason)
        case .correct(let form, let member, let values, let reason):
            return .correct(
                form: k.names.form(form) ?? form, member: member, values: renamed(values, [form]), reason: reason)
        case .candidates(let entry, let found, let excluded):
            return .candidates(entry: counterpart(entry), found: found, excluded: excluded)
        case .ranked(let entry, let result): return .ranked(entry: counterpart(entry), result: result)
        case .effectFinished(let key, let result): return .effectFinished(key: keys[key] ?? key, result: result)
        case .reassign(let role, let people, let reason):
            return .reassign(role: k.names.role(role) ?? role, to: people, reason: reason)
        case .moveByHand(let to, let member, let reason):
            let track = member.flatMap { one.member($0)?.track }
            let target = track.map { k.names.state(to, of: $0) } ?? k.names.state(to)
            return .moveByHand(to: target ?? to, member: member, reason: reason)
        case .resolve(let number, let choice, let reason):
            guard let task = one.tasks.first(where: { $0.number == number }) else { return command }
            return .resolve(task: self.number(of: task), choice: choice, reason: reason)
        case .start, .tick, .outage, .mailNews, .offerChanged, .offerGone, .hold, .resume, .cancel, .migrate:
            return command
        }
    }

    private func renamed(_ values: [String: Value], _ forms: [String]) -> [String: Value] {
        var result: [String: Value] = [:]
        for (name, value) in values {
            let form = forms.first { k.old.programme.forms[$0]?[name] != nil }
            result[form.flatMap { k.names.field(name, of: $0) } ?? name] = value
        }
        return result
    }

    /// A search belongs to the entry of the case's state.
    private func counterpart(_ entry: Int) -> Int { entry == one.region.entry ? other.region.entry : entry }

    /// The same task under the new version: of the same region, with the same form or of the same kind, in order.
    private func number(of task: OpenTask) -> Int {
        let form = task.form.map { k.names.form($0) ?? $0 }
        func isAlike(_ candidate: OpenTask, _ form: String?) -> Bool {
            guard candidate.region == task.region, candidate.isDeclared == task.isDeclared else { return false }
            return task.isDeclared ? candidate.form == form : candidate.kind.word == task.kind.word
        }
        let place = one.tasks.filter { isAlike($0, task.form) }.firstIndex { $0.number == task.number } ?? 0
        let found = other.tasks.filter { isAlike($0, form) }
        return found.indices.contains(place) ? found[place].number : found.first?.number ?? task.number
    }
}

extension OpenTask.Kind {
    fileprivate var word: String {
        switch self {
        case .declared: "declared"
        case .stuck: "stuck"
        case .late: "late"
        case .effect: "effect"
        case .question: "question"
        case .holdReview: "holdReview"
        case .quiet: "quiet"
        case .mail: "mail"
        }
    }
}

extension Command {
    /// Whether an ended case takes it too.
    fileprivate var isOfEndedCase: Bool {
        switch self {
        case .tick, .effectFinished, .mailNews, .outage: true
        default: false
        }
    }
}
