import Expressions

/// Which conditions of a region can change with a member that the region is not: all that read tracks, the roles that
/// members hold, or the forms that they answer, also by way of facts.
struct MemberReads {
    let programme: Programme
    /// The track whose member reads; nil: the case.
    let track: Track?

    /// The tracks of whose members what is kept reads more than who they are and whether they are under way: their
    /// answers, or where they stand.
    func tracks(of use: ActionUse) -> Set<String> {
        var references = use.inputs.flatMap { input -> [Reference] in
            switch input.source {
            case .constant: []
            case .value(let condition): condition.expression.references
            case .template(let template): template.references
            }
        }
        if let condition = use.condition { references += condition.expression.references }
        if let document = programme.documents[use.template] {
            references += document.texts.values.flatMap(\.references)
        }
        var names = Set(references.map(\.variable))
        for who in use.who {
            switch who {
            case .role(let role), .deputy(let role): names.insert(role)
            case .member, .memberDeputy: break
            case .everyone: names.formUnion(programme.peopleOrder)
            case .path(let path): names.insert(path.names[0])
            }
        }
        if use.action == "calendar.invite" {
            // It says who invites, and the zone of the place.
            names.formUnion(programme.people.values.filter(\.isStaff).map(\.name))
            names.formUnion(programme.dates.flatMap { $0.zone?.expression.references ?? [] }.map(\.variable))
        }
        return tracks(of: names)
    }

    /// Whether a condition reads more of members than who they are and whether they are under way.
    func readsAnswers(_ condition: Condition?) -> Bool {
        condition.map { !tracks(of: Set($0.expression.references.map(\.variable))).isEmpty } ?? false
    }

    private func tracks(of names: Set<String>) -> Set<String> {
        var seen: Set<String> = []
        return names.reduce(into: []) { $0.formUnion(tracks(ofName: $1, &seen)) }
    }

    private func tracks(ofName name: String, _ seen: inout Set<String>) -> Set<String> {
        guard seen.insert(name).inserted else { return [] }
        if let track {
            if name == "self" || name == "row" || track.forms.contains(name) { return [] }
            if track.dates.contains(where: { $0.name == name }) { return [] }
            if let fact = track.facts.first(where: { $0.name == name }) { return tracks(of: fact, &seen) }
        }
        if let fact = programme.facts.first(where: { $0.name == name }) { return tracks(of: fact, &seen) }
        if programme.dates.contains(where: { $0.name == name }) || name == "case" || name == "given" { return [] }
        if programme.tracks[name] != nil { return [name] }
        if programme.forms[name] != nil { return tracks(ofForm: name) }
        if let role = programme.people[name] {
            return role.sources.reduce(into: []) { $0.formUnion(tracks(of: $1, &seen)) }
        }
        // Tables and lists never change, nor what a text brings along, such as its reader.
        return []
    }

    private func tracks(of fact: Fact, _ seen: inout Set<String>) -> Set<String> {
        Set(fact.value.expression.references.map(\.variable)).reduce(into: []) {
            $0.formUnion(tracks(ofName: $1, &seen))
        }
    }

    private func tracks(ofForm form: String) -> Set<String> {
        Set(programme.tracks.values.filter { $0.forms.contains(form) }.map(\.name))
    }

    private func tracks(of source: RoleSource, _ seen: inout Set<String>) -> Set<String> {
        switch source {
        case .answer(let form, _): tracks(ofForm: form)
        case .memberAnswer(let track, _): [track]
        case .table(_, let path): tracks(ofName: path.names[0], &seen)
        // Who is a member, and whether they are under way, is compared by itself.
        case .track, .caller: []
        }
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
