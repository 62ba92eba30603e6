import Expressions

/// Who is meant: roles, members, persons that answers name.
extension CaseRun {
    /// The holders of a role that are known now.
    func holders(of role: String) -> [Party] { machine.holders(of: role, among: c) }

    private func persons(_ value: Value?) -> [Party] { CaseMachine.persons(value, of: c.id) }

    /// A person that an answer names.
    func person(_ value: Value) -> Party? { CaseMachine.person(value, of: c.id) }

    /// The role of a track's members.
    func memberRole(_ id: RegionID) -> String {
        guard case .member(let number) = id, let member = c.member(number) else { return "" }
        return machine.memberRoles[member.track] ?? member.track
    }

    /// Those meant, each person once, with the role in which they are addressed.
    mutating func recipients(_ who: [Who], _ id: RegionID) -> [(role: String, party: Party)] {
        var seen: Set<String> = []
        var result: [(role: String, party: Party)] = []
        for one in who {
            for found in meant(one, id)
            where seen.insert(found.party.address.isEmpty ? found.party.id : found.party.address).inserted {
                result.append(found)
            }
        }
        return result
    }

    private mutating func meant(_ who: Who, _ id: RegionID) -> [(role: String, party: Party)] {
        switch who {
        case .role(let role): return holders(of: role).map { (role, $0) }
        case .deputy(let role): return holders(of: role).flatMap(\.deputies).map { (role, $0) }
        case .member:
            guard case .member(let number) = id, let party = c.member(number)?.party else { return [] }
            return [(memberRole(id), party)]
        case .memberDeputy:
            guard case .member(let number) = id, let party = c.member(number)?.party else { return [] }
            return party.deputies.map { (memberRole(id), $0) }
        case .everyone:
            // Everyone with a role from outside the hub, and the staff who act for them; not committees and assessors.
            return machine.everyone.flatMap { name in holders(of: name).map { (name, $0) } }
        case .path(let path):
            let role = path.names.first == "row" || path.names.first == "self" ? memberRole(id) : path.names[0]
            return persons(read(id).value(at: path)).map { (role, $0) }
        }
    }

    /// Whether the actor may act as one of these roles, by holding it or by acting for it.
    func mayAct(as roles: [String]) -> Bool {
        if actor == .service { return true }
        return roles.contains(actor.role) || acts(for: roles)
    }

    /// Whether the actor's role acts for one of these roles, whatever role it is itself.
    func acts(for roles: [String]) -> Bool {
        guard let mine = p.people[actor.role] else { return false }
        return roles.contains { mine.actsFor.contains($0) }
    }

    /// Whether the actor is of the staff.
    var isStaff: Bool { actor == .service || (p.people[actor.role]?.isStaff ?? false) }

    /// Those who are told when only a person of the staff can help: who acts for others, else the first staff role.
    func staff() -> [(role: String, party: Party)] {
        for role in machine.staffRoles {
            let found = holders(of: role)
            if !found.isEmpty { return found.map { (role, $0) } }
        }
        return []
    }
}
