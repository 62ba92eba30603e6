import Calendars
import Exchange
import ProgrammeLanguage

/// What must have come, and what must not.
extension StoryRun {
    func check(_ expectation: Story.Expectation, _ step: Story.Step) throws {
        guard let caseID = cases[step.number - 1], let c = latest[caseID] else {
            throw Stop(node: step.node, message: "the request has not come yet on \(step.day.iso)")
        }
        let today = sent.filter { $0.day == step.day && $0.caseID == caseID }
        switch expectation {
        case .message(let name, let readers, let isOnce):
            let found = today.filter { name == nil || $0.message == name }
            guard let first = found.first else { throw missing(step, name, today, c) }
            for reader in readers { try check(reader, first.before, found, isOnce: isOnce, step, today) }
        case .noMessage(let name, let readers):
            let found = today.filter { one in
                (name == nil || one.message == name) && readers.contains { isReader(one, $0) }
            }
            if let one = found.first {
                throw Stop(node: step.node, message: "\(one.message) goes to \(one.role) on \(step.day.iso)")
            }
        case .state(let person, let state): try check(person, state, c, step)
        case .action(let action, let work):
            let found = done.filter { $0.day == step.day && $0.caseID == caseID }
            guard !found.contains(where: { $0.action == action && $0.work == work }) else { return }
            let other = done.filter { $0.caseID == caseID && $0.action == action }.map {
                "\($0.work.rawValue) on \($0.day.iso)"
            }
            throw Stop(
                node: step.node,
                message: "\(action) is not \(work.rawValue) on \(step.day.iso)"
                    + (other.isEmpty ? "" : "; it was \(other.joined(separator: ", "))"))
        }
    }

    private func missing(_ step: Story.Step, _ name: String?, _ today: [Sent], _ c: Case) -> Stop {
        var text = "\(name ?? "no message") does not go on \(step.day.iso)"
        let days = Set(sent.filter { $0.caseID == c.id && $0.message == name }.map(\.day)).sorted()
        if !days.isEmpty { text += "; it went on \(days.map(\.iso).joined(separator: ", "))" }
        text += today.isEmpty ? "; nothing goes that day" : "; what goes that day: \(list(today))"
        return Stop(node: step.node, message: text + "; the case is in \(c.region.state)")
    }

    private func list(_ messages: [Sent]) -> String {
        var seen: Set<String> = []
        return messages.map { "\($0.message) to \($0.role)" }.filter { seen.insert($0).inserted }.joined(
            separator: ", ")
    }

    /// Whether everyone meant got it, as the case knew them before it went.
    private func check(
        _ reader: Story.Person, _ before: Case, _ found: [Sent], isOnce: Bool, _ step: Story.Step, _ today: [Sent]
    ) throws {
        let wanted = Set(readers(reader, before).map(\.address)).filter { !$0.isEmpty }
        let got = found.map(\.address)
        let isEveryone = { (person: Story.Person) -> Bool in
            // Of deputies and members who are asked one by one, it is enough that one of them got it.
            if case .role(let role, nil, let isDeputy) = person { return !isDeputy && !self.isMatched(role) }
            return true
        }
        let missing = wanted.filter { !got.contains($0) }
        let isGood =
            wanted.isEmpty || !isEveryone(reader)
            ? found.contains {
                isReader($0, reader) && (wanted.isEmpty || wanted.contains($0.address) || !isDeputy(reader))
            }
            : missing.isEmpty
        guard isGood else {
            let name = found.first?.message ?? ""
            throw Stop(
                node: step.node,
                message: "\(name) does not go to all of those on \(step.day.iso); it goes to \(list(found))")
        }
        guard isOnce else { return }
        let counted = wanted.isEmpty ? Set(found.filter { isReader($0, reader) }.map(\.address)) : wanted
        for address in counted where got.count(where: { $0 == address }) > 1 {
            let role = found.first { $0.address == address }?.role ?? ""
            throw Stop(
                node: step.node,
                message: "\(found.first?.message ?? "") goes more than once to \(role) on \(step.day.iso)")
        }
    }

    private func isDeputy(_ person: Story.Person) -> Bool {
        if case .role(_, _, let isDeputy) = person { isDeputy } else { false }
    }

    /// Whether a role is held by members that a search proposes.
    private func isMatched(_ role: String) -> Bool {
        guard let track = names.track(of: role).flatMap({ names.programme.tracks[$0] }), case .match = track.each else {
            return false
        }
        return true
    }

    /// Whether a message went to one of those meant.
    private func isReader(_ one: Sent, _ person: Story.Person) -> Bool {
        switch person {
        case .everyone: return true
        case .track(let track, _): return names.track(of: one.role) == track
        case .role(let role, let place, let isDeputy):
            guard one.role == role else { return false }
            if place == nil, !isDeputy { return true }
            return readers(person, one.before).contains { $0.address == one.address }
        }
    }

    /// Those meant before a message went; who has only come with it is looked for in the case as it is now.
    private func readers(_ person: Story.Person, _ before: Case) -> [Party] {
        let found = people(person, in: before, at: .case)
        if !found.isEmpty { return found }
        return latest[before.id].map { people(person, in: $0, at: .case) } ?? []
    }

    private func check(_ person: Story.Person?, _ state: String, _ c: Case, _ step: Story.Step) throws {
        guard let person else {
            if c.region.state == state { return }
            throw Stop(node: step.node, message: "the case is in \(c.region.state) on \(step.day.iso), not in \(state)")
        }
        let found = members(person, in: c)
        guard !found.isEmpty else {
            throw Stop(node: step.node, message: "there is no such member on \(step.day.iso)")
        }
        let track = found[0].track
        for member in found where member.region.state != state {
            let place = (c.members(of: track).firstIndex { $0.number == member.number } ?? 0) + 1
            throw Stop(
                node: step.node,
                message: "number \(place) of \(track) is in \(member.region.state) on \(step.day.iso), not in \(state)")
        }
    }

    // MARK: Never

    private func violate(_ node: ProgrammeLanguage.Node, _ message: String) {
        if violation == nil { violation = Stop(node: node, message: message) }
    }

    func checkNever(_ one: Sent) {
        for (node, never) in story.never {
            switch never {
            case .message(let name, let readers):
                guard name == one.message, readers.contains(where: { isReader(one, $0) }) else { continue }
                violate(node, "\(name) goes to \(one.role) on \(one.day.iso)")
            case .twice(let name, let readers):
                guard name == one.message, readers.contains(where: { isReader(one, $0) }) else { continue }
                let all = sent.filter { $0.caseID == one.caseID && $0.message == name && $0.address == one.address }
                guard all.count > 1 else { continue }
                violate(node, "\(name) goes to \(one.role) on \(all[0].day.iso) and again on \(one.day.iso)")
            case .state, .action: continue
            }
        }
    }

    func checkNever(_ c: Case, _ notes: [Note]) {
        guard notes.contains(where: { [.moved, .ended, .memberEnded].contains($0.kind) }) else { return }
        for (node, never) in story.never {
            guard case .state(let person, let state) = never else { continue }
            let isThere =
                person.map { members($0, in: c).contains { $0.region.state == state } } ?? (c.region.state == state)
            if isThere { violate(node, "it comes on \(zone.date(of: now).iso)") }
        }
    }

    func checkNever(_ action: String, _ work: Story.Work, _ c: Case) {
        for (node, never) in story.never {
            guard case .action(action, work) = never else { continue }
            violate(node, "it comes on \(zone.date(of: now).iso)")
        }
    }
}
