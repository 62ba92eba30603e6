import Calendars
import Expressions

/// Says a case in the names of another version, and changes nothing else: entries, instants and answers stay.
struct CaseTranslation {
    let k: Counterparts
    private var names: Counterparts.Names { k.names }
    private var old: Programme { k.old.programme }

    init(_ counterparts: Counterparts) { k = counterparts }

    /// - Precondition: the case has no missing names.
    func translate(_ before: Case) -> Case {
        var c = before
        c.programme = k.new.programme.hash
        c.region.state = names.state(before.region.state) ?? before.region.state
        c.firstEntered = [:]
        for (state, at) in before.firstEntered {
            guard let target = names.state(state) else { continue }
            c.firstEntered[target] = min(c.firstEntered[target] ?? at, at)
        }
        c.answers = answers(before.answers)
        c.people = renamed(before.people, names.role)
        for index in c.members.indices { translate(&c.members[index]) }
        c.erased = Set(before.erased.map(path))
        c.seals = renamed(before.seals, { path($0) })
        c.rolls = renamed(before.rolls, names.track)
        c.tasks = before.tasks.compactMap(task)
        c.dates = renamed(before.dates, names.date, isDropped: true)
        keep(before, &c)
        c.effects = before.effects.map { effect($0, before) }
        c.fired = Set(before.fired.map(key))
        c.postponed = Dictionary(before.postponed.map { (key($0.key), $0.value) }, uniquingKeysWith: max)
        if let track = c.search?.track { c.search?.track = names.track(track) ?? track }
        return c
    }

    /// What has no counterpart is left as it is, or dropped.
    private func renamed<Element>(
        _ map: [String: Element], _ name: (String) -> String?, isDropped: Bool = false
    ) -> [String: Element] {
        var result: [String: Element] = [:]
        for old in map.keys.sorted() {
            guard let target = name(old) ?? (isDropped ? nil : old) else { continue }
            if result[target] == nil || name(old) == target { result[target] = map[old] }
        }
        return result
    }

    private func translate(_ member: inout Member) {
        let track = member.track
        member.track = names.track(track) ?? track
        member.region.state = names.state(member.region.state, of: track) ?? member.region.state
        member.answers = answers(member.answers)
        member.dates = renamed(member.dates, names.date, isDropped: true)
    }

    // MARK: Answers

    private func answers(_ forms: [String: FormAnswers]) -> [String: FormAnswers] {
        var result: [String: FormAnswers] = [:]
        for form in forms.keys.sorted() {
            guard var all = forms[form] else { continue }
            let target = names.form(form) ?? form
            all.answers = all.answers.map { answer in
                var answer = answer
                answer.values = renamed(answer.values, { names.field($0, of: form) })
                return answer
            }
            // Two forms that become one: the newer answer counts.
            if (result[target]?.order ?? -1) < all.order { result[target] = all }
        }
        return result
    }

    /// `m3.visa.passport` in the new names.
    func path(_ path: String) -> String {
        let parts = path.split(separator: ".", maxSplits: 2).map(String.init)
        guard parts.count == 3 else { return path }
        let field = names.field(parts[2], of: parts[1]) ?? parts[2]
        return "\(parts[0]).\(names.form(parts[1]) ?? parts[1]).\(field)"
    }

    // MARK: Work

    private func task(_ before: OpenTask) -> OpenTask? {
        var task = before
        if let form = before.form {
            task.form = names.form(form) ?? form
            task.only = before.only.map { names.field($0, of: form) ?? $0 }
        }
        for index in task.holders.indices {
            task.holders[index].role = names.role(task.holders[index].role) ?? task.holders[index].role
        }
        task.escalatedTo = before.escalatedTo.map { names.role($0) ?? $0 }
        if case .late(let line, let step) = before.kind {
            guard let target = k.lines[line], step < k.new.lines[target]?.steps.count ?? 0 else { return nil }
            task.kind = .late(line: target, step: step)
        }
        return task
    }

    private func keep(_ before: Case, _ c: inout Case) {
        c.kept = [:]
        c.keptNames = [:]
        for (key, thing) in before.kept {
            var thing = thing
            let target = keptKey(key, thing)
            thing.use = k.uses[thing.use] ?? thing.use
            c.kept[target] = thing
            let first = before.keptNames[key] ?? key
            if first != target { c.keptNames[target] = first }
        }
    }

    private func keptKey(_ key: String, _ thing: KeptThing) -> String {
        let head = "\(thing.region.text).\(thing.scope)."
        guard let use = k.uses[thing.use], key.hasPrefix(head + thing.use) else { return key }
        return head + use + key.dropFirst(head.utf8.count + thing.use.utf8.count)
    }

    private func effect(_ before: PendingEffect, _ c: Case) -> PendingEffect {
        var effect = before
        switch before.origin {
        case .action(let use, let region): effect.origin = .action(use: k.uses[use] ?? use, region: region)
        case .kept(let key, let use, let isUndone):
            let target = c.kept[key].map { keptKey(key, $0) } ?? key
            effect.origin = .kept(key: target, use: k.uses[use] ?? use, isUndone: isUndone)
        case .message, .inner: break
        }
        for index in effect.readers.indices {
            effect.readers[index].role = names.role(effect.readers[index].role) ?? effect.readers[index].role
        }
        effect.mentions = renamed(effect.mentions, names.date)
        if var wording = effect.wording {
            wording.role = names.role(wording.role) ?? wording.role
            let isSaid = k.new.programme.messages[wording.message] != nil
            let wasSaid = old.messages[wording.message] != nil
            // Its words are gone: what was decided keeps its old text, and is not said anew when a date moves.
            if wasSaid, !isSaid { effect.mentions = [:] }
            effect.wording = wording
        }
        return effect
    }

    /// The key of a timer, or of a fault, in the names of the new version.
    func key(_ key: String) -> String {
        let parts = key.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return key }
        let rest = String(parts[2])
        let found = k.lines.filter { rest.hasPrefix($0.key + ".") }.max { $0.key.utf8.count < $1.key.utf8.count }
        guard let (line, target) = found else { return key }
        return "\(parts[0]).\(parts[1]).\(target)" + rest.dropFirst(line.count)
    }
}
