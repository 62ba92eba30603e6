import Calendars
import Digests
import Expressions

/// Who is meant: roles, members, persons that answers name.
extension CaseRun {
    /// The holders of a role that are known now.
    func holders(of role: String) -> [Party] {
        if let named = c.people[role], !named.isEmpty { return named }
        guard let declaration = p.people[role] else { return [] }
        for source in declaration.sources {
            let found = parties(from: source)
            if !found.isEmpty { return found }
        }
        return []
    }

    private func parties(from source: RoleSource) -> [Party] {
        switch source {
        case .answer(let form, let field):
            return persons(c.answers[form]?.newest?.values[field])
        case .track(let name):
            let members = c.members(of: name)
            let counted: [Member] =
                if case .match? = p.tracks[name]?.each {
                    members.filter { $0.hasEnded ? $0.isGood : isEngaged($0) }
                } else {
                    members.filter { !$0.hasEnded }
                }
            return counted.compactMap(\.party)
        case .memberAnswer(let track, let field):
            return c.members(of: track).filter { $0.hasEnded ? $0.isGood : isEngaged($0) }.flatMap { member in
                for answers in member.answers.values.sorted(by: { $0.order < $1.order }) {
                    let found = persons(answers.newest?.values[field])
                    if !found.isEmpty { return found }
                }
                return persons(member.row[field])
            }
        case .table(let name, let path):
            guard let table = p.tables[name],
                case .string(let key)? = CaseReading(machine: machine, case: c, member: nil).value(at: path),
                let row = table.rows[key]
            else { return [] }
            return Party(value: .object(row), id: "\(name):\(key)").map { [$0] } ?? []
        case .caller:
            return c.origin["caller"].flatMap { Party(value: $0, id: "caller") }.map { [$0] } ?? []
        }
    }

    /// Whether a member of a match has reached what the match wants and is still under way there.
    private func isEngaged(_ member: Member) -> Bool {
        machine.engagedStates[member.track]?.contains(member.region.state) ?? false
    }

    private func persons(_ value: Value?) -> [Party] {
        switch value {
        case .list(let values)?: values.compactMap { person($0) }
        case let value?: person(value).map { [$0] } ?? []
        case nil: []
        }
    }

    /// A person that an answer names, with a pseudonymous identifier that is the same for the same address or name.
    func person(_ value: Value) -> Party? {
        guard var party = Party(value: value, id: "") else { return nil }
        if party.id.isEmpty {
            let known = party.address.isEmpty ? party.name : party.address
            party.id = "p-" + String(SHA256.hash(Array((c.id + "|" + known).utf8)).hex.prefix(12))
        }
        return party
    }

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
            return p.peopleOrder.flatMap { name -> [(role: String, party: Party)] in
                guard let role = p.people[name], !role.isStaff || !role.actsFor.isEmpty else { return [] }
                return holders(of: name).map { (name, $0) }
            }
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
        let roles = p.peopleOrder.compactMap { p.people[$0] }.filter(\.isStaff)
        for role in roles where !role.actsFor.isEmpty {
            let found = holders(of: role.name)
            if !found.isEmpty { return found.map { (role.name, $0) } }
        }
        for role in roles {
            let found = holders(of: role.name)
            if !found.isEmpty { return found.map { (role.name, $0) } }
        }
        return []
    }
}
