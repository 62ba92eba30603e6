import Expressions

/// Which conditions of a region can change with a member that the region is not: all that read tracks, the roles that
/// members hold, or the forms that they answer, also by way of facts.
struct MemberReads {
    let programme: Programme
    /// The track whose member reads; nil: the case.
    let track: Track?

    /// Whether what is kept reads more of other members than who they are and whether they are under way: their answers,
    /// or where they stand.
    func contains(_ use: ActionUse) -> Bool {
        guard use.template.isEmpty else { return true }
        // An invitation says who invites, and the zone of the place.
        if use.action == "calendar.invite",
            programme.dates.contains(where: { containsAnswers($0.zone) })
                || programme.people.values.contains(where: { $0.isStaff && readsAnswers(role: $0.name) })
        {
            return true
        }
        return use.inputs.contains { input in
            switch input.source {
            case .constant: false
            case .value(let condition): containsAnswers(condition.expression.references)
            case .template(let template): containsAnswers(template.references)
            }
        }
            || use.who.contains { who in
                switch who {
                case .role(let role), .deputy(let role): readsAnswers(role: role)
                case .member, .memberDeputy: false
                case .everyone: programme.peopleOrder.contains(where: readsAnswers)
                case .path(let path): containsAnswers(path.names[0])
                }
            }
    }

    /// Whether a condition reads more of members than who they are and whether they are under way.
    func containsAnswers(_ condition: Condition?) -> Bool {
        condition.map { containsAnswers($0.expression.references) } ?? false
    }

    private func containsAnswers(_ references: [Reference]) -> Bool {
        Set(references.map(\.variable)).contains(where: containsAnswers)
    }

    private func containsAnswers(_ name: String) -> Bool {
        var seen: Set<String> = []
        guard contains(name, inTrack: track != nil, &seen) else { return false }
        // A role says who; all else says more.
        return programme.people[name] == nil || readsAnswers(role: name)
    }

    private func readsAnswers(role: String) -> Bool {
        programme.people[role]?.sources.contains { source in
            switch source {
            case .memberAnswer, .table: true
            case .answer(let form, _): programme.tracks.values.contains { $0.forms.contains(form) }
            case .track, .caller: false
            }
        } ?? false
    }

    /// Whether a condition reads members of any kind; its own member's answers and dates are no other's.
    func contains(_ condition: Condition?) -> Bool {
        guard let condition else { return false }
        var seen: Set<String> = []
        return contains(condition.expression, inTrack: track != nil, &seen)
    }

    private func contains(_ expression: Expression, inTrack: Bool, _ seen: inout Set<String>) -> Bool {
        for name in Set(expression.references.map(\.variable)) where contains(name, inTrack: inTrack, &seen) {
            return true
        }
        return false
    }

    private func contains(_ name: String, inTrack: Bool, _ seen: inout Set<String>) -> Bool {
        if inTrack, let track {
            if name == "self" || name == "row" || track.forms.contains(name) { return false }
            if track.dates.contains(where: { $0.name == name }) { return false }
            if let fact = track.facts.first(where: { $0.name == name }) {
                guard seen.insert("self.\(name)").inserted else { return false }
                return contains(fact.value.expression, inTrack: true, &seen)
            }
        }
        if let fact = programme.facts.first(where: { $0.name == name }) {
            guard seen.insert(name).inserted else { return false }
            return contains(fact.value.expression, inTrack: false, &seen)
        }
        if programme.dates.contains(where: { $0.name == name }) || name == "case" || name == "given" { return false }
        if programme.forms[name] != nil { return programme.tracks.values.contains { $0.forms.contains(name) } }
        // Tables and lists never change; a track, a role, and whatever is not known here can.
        return programme.tables[name] == nil && programme.lists[name] == nil
    }
}
