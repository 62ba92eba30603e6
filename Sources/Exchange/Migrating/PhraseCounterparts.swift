import Calendars

/// Pairs the lines of clocks and the uses of actions of two versions, so that what has fired does not fire again (R18, R52).
///
/// A line is the same where its phrase is. Where the phrase has changed (a deadline was moved) the line that does the same
/// is its counterpart, in the order of the file.
struct PhraseCounterparts {
    let names: Counterparts.Names
    private(set) var lines: [String: String] = [:]
    private(set) var uses: [String: String] = [:]
    /// The old track whose states are being paired; nil: the case's own.
    private var track: String?

    init(_ names: Counterparts.Names) {
        self.names = names
        let (old, new) = (names.old, names.new)
        pair(old.everywhere, new.everywhere)
        for stage in old.stages {
            if let other = new.stages.first(where: { $0.kind == stage.kind }) { pair(stage.inside, other.inside) }
        }
        for state in old.states.values {
            if let other = names.state(state.name).flatMap({ new.states[$0] }) { pair(state, other) }
        }
        for track in old.tracks.values {
            guard let other = names.track(track.name).flatMap({ new.tracks[$0] }) else { continue }
            self.track = track.name
            pair(track.inside, other.inside)
            for state in track.states.values {
                if let target = names.state(state.name, of: track.name), let other = other.states[target] {
                    pair(state, other)
                }
            }
        }
    }

    private mutating func pair(_ old: StateDeclaration, _ new: StateDeclaration) {
        pair(old.inside, new.inside)
        pair(old.entering, new.entering)
        for outcome in old.next {
            if let steps = new.steps(for: outcome.name) { pair(outcome.steps, steps) }
        }
    }

    private mutating func pair(_ old: Surroundings, _ new: Surroundings) {
        pair(old.keep, new.keep)
        pair(old.asSoonAs, new.asSoonAs)
        for decision in old.may {
            if let other = new.may.first(where: { $0.name == decision.name }) { pair(decision.steps, other.steps) }
        }
        var free = new.clock
        func take(_ line: ClockLine, _ isMeant: (ClockLine) -> Bool) -> ClockLine? {
            free.firstIndex(where: isMeant).map { free.remove(at: $0) }
        }
        var rest: [ClockLine] = []
        for line in old.clock {
            let text = Self.phrase(line.when.text, names)
            if let other = take(line, { $0.when.text == text }) { note(line, other) } else { rest.append(line) }
        }
        for line in rest {
            let sense = line.steps.map { Sense(renaming: $0, names, track: track) }
            if let other = take(line, { $0.steps.map { Sense($0) } == sense }) { note(line, other) }
        }
    }

    private mutating func note(_ line: ClockLine, _ other: ClockLine) {
        lines[line.id] = other.id
        pair(line.steps, other.steps)
    }

    private mutating func pair(_ old: [ExchangeStep], _ new: [ExchangeStep]) {
        for (step, other) in zip(old, new) { pair(step.actions, other.actions) }
    }

    /// Uses of one action are the same in the order of the file.
    private mutating func pair(_ old: [ActionUse], _ new: [ActionUse]) {
        var free = new
        for use in old {
            if let index = free.firstIndex(where: { $0.action == use.action }) {
                uses[use.id] = free.remove(at: index).id
            }
        }
    }

    /// A phrase with the new names of its dates.
    static func phrase(_ text: String, _ names: Counterparts.Names) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            let word = String(word)
            return names.date(word) ?? word
        }.joined(separator: " ")
    }

    /// What a step of a clock does, apart from when.
    private struct Sense: Equatable {
        let to: String?
        let messages: [String]
        let readers: [Who]
        let isReminder: Bool
        let isAlarm: Bool
        let actions: [String]
        let isHold: Bool

        init(_ step: ExchangeStep) {
            to = step.to
            messages = step.send.map(\.message) + [step.remind?.message].compactMap(\.self)
            readers = step.send.flatMap(\.to) + (step.remind?.who ?? []) + step.escalate
            isReminder = step.remind != nil
            isAlarm = !step.escalate.isEmpty
            actions = step.actions.map(\.action)
            isHold = step.hold != nil
        }

        /// The sense of an old step, in the names of the new version.
        init(renaming step: ExchangeStep, _ names: Counterparts.Names, track: String?) {
            var step = step
            step.to = step.to.map { to in (track.map { names.state(to, of: $0) } ?? names.state(to)) ?? to }
            func renamed(_ who: [Who]) -> [Who] {
                who.map {
                    switch $0 {
                    case .role(let role): .role(names.role(role) ?? role)
                    case .deputy(let role): .deputy(names.role(role) ?? role)
                    default: $0
                    }
                }
            }
            step.send = step.send.map { Send(message: $0.message, to: renamed($0.to)) }
            step.remind = step.remind.map { Remind(message: $0.message, who: renamed($0.who)) }
            step.escalate = renamed(step.escalate)
            self.init(step)
        }
    }
}
