package import Exchange

/// What is proven of a programme together with those that its tasks call: names and fields on both sides agree.
package enum CallChecking {
    /// Every mistake between a programme and those that it calls, at the state that calls.
    ///
    /// - Parameters:
    ///   - called: the called programmes by name; one that is missing is a warning.
    ///   - file: how the caller's main file is called in messages.
    package static func check(_ programme: Programme, called: [String: Programme], file: String) -> [Diagnostic] {
        var result: [Diagnostic] = []
        let states =
            programme.statesOrder.compactMap { programme.states[$0] }
            + programme.tracksOrder.compactMap { programme.tracks[$0] }.flatMap { $0.states.values }
        for state in states {
            guard case .tasks(let tasks) = state.opening else { continue }
            for task in tasks {
                guard let call = task.programme else { continue }
                func add(_ severity: Diagnostic.Severity, _ message: String) {
                    result.append(Diagnostic(severity, file: file, line: state.line, column: 1, message: message))
                }
                guard let other = called[call.programme] else {
                    add(
                        .warning,
                        "there is no programme \"\(call.programme)\" beside this one, so its ends were not compared with \"next\""
                    )
                    continue
                }
                for message in mistakes(call, state, other) { add(.error, message) }
            }
        }
        return result
    }

    private static func mistakes(_ call: ProgrammeCall, _ state: StateDeclaration, _ other: Programme) -> [String] {
        var result: [String] = []
        if let version = call.version, version != other.version {
            result.append("\(other.name) has version \(other.version), this calls version \(version)")
        }
        let ways = state.next.map(\.name)
        for end in other.endsOrder where !ways.contains(end) {
            result.append("\(other.name) can end as \"\(end)\"; add it to the \"next\" of \"\(state.name)\"")
        }
        for way in ways where other.ends[way] == nil {
            let near = Spelling.nearest(way, among: other.endsOrder).map { "; did you mean \"\($0)\"?" }
            result.append(
                "\(other.name) has no end \"\(way)\"\(near ?? "; its ends are \(other.endsOrder.joined(separator: ", "))")"
            )
        }
        let given = call.give.map(\.name)
        for field in other.takes where field.isRequired && !given.contains(field.name) {
            result.append("\(other.name) takes \"\(field.name)\"; add it to \"give\"")
        }
        for name in given where !other.takes.contains(where: { $0.name == name }) {
            let names = other.takes.map(\.name)
            let near = Spelling.nearest(name, among: names).map { "; did you mean \"\($0)\"?" }
            result.append(
                "\(other.name) does not take \"\(name)\"\(near ?? "; it takes \(names.joined(separator: ", "))")")
        }
        if !canBeTakenBack(other) {
            result.append(
                "\(other.name) cannot be taken back, so it would go on alone when \"\(state.name)\" is left; give it under may: taken_back: {who: the role from the caller, to: an end}"
            )
        }
        return result
    }

    /// Whether whoever called it may end it wherever it stands.
    private static func canBeTakenBack(_ programme: Programme) -> Bool {
        programme.everywhere.may.contains { decision in
            let isCallers = decision.who.contains { who in
                if case .role(let role) = who {
                    programme.people[role]?.sources.contains(.caller) ?? false
                } else {
                    false
                }
            }
            return isCallers
                && decision.steps.contains { step in
                    step.within.isEmpty && (step.to.map { programme.ends[$0] != nil } ?? false)
                }
        }
    }
}
