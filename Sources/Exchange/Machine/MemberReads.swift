import Expressions

/// Which conditions of a region can change with a member that the region is not: all that read tracks, the roles that
/// members hold, or the forms that they answer, also by way of facts.
struct MemberReads {
    let programme: Programme
    /// The track whose member reads; nil: the case.
    let track: Track?

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
