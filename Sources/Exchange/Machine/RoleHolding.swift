import Digests
import Expressions

/// What tells who holds which role: a case, or what can be read of it.
protocol RoleHolding {
    var id: String { get }
    var answers: [String: FormAnswers] { get }
    var people: [String: [Party]] { get }
    var members: [Member] { get }
    var origin: [String: Value] { get }
    var readable: ReadableCase { get }
}

extension Case: RoleHolding {
    var readable: ReadableCase { ReadableCase(self) }
}

extension CaseMachine {
    /// The holders of a role that are known now.
    func holders(of role: String, among c: some RoleHolding) -> [Party] {
        if let named = c.people[role], !named.isEmpty { return named }
        for source in roleSources[role] ?? [] {
            let found = parties(from: source, c)
            if !found.isEmpty { return found }
        }
        return []
    }

    private func parties(from source: RoleSource, _ c: some RoleHolding) -> [Party] {
        switch source {
        case .answer(let form, let field):
            return Self.persons(c.answers[form]?.newest?.values[field], of: c.id)
        case .track(let name):
            let isMatch = matchTracks.contains(name)
            let members = c.members
            return members.indices.compactMap { place in
                guard members[place].track == name, !members[place].isVoid,
                    isMatch ? counts(members[place]) : !members[place].hasEnded
                else { return nil }
                return members[place].party
            }
        case .memberAnswer(let track, let field):
            let members = c.members
            return members.indices.flatMap { place -> [Party] in
                guard members[place].track == track, !members[place].isVoid, counts(members[place]) else { return [] }
                for answers in members[place].answers.values.sorted(by: { $0.order < $1.order }) {
                    let found = Self.persons(answers.newest?.values[field], of: c.id)
                    if !found.isEmpty { return found }
                }
                return Self.persons(members[place].row[field], of: c.id)
            }
        case .table(let name, let path):
            guard let table = programme.tables[name],
                case .string(let key)? = CaseReading(machine: self, readable: c.readable).value(at: path),
                let row = table.rows[key]
            else { return [] }
            return Party(value: .object(row), id: "\(name):\(key)").map { [$0] } ?? []
        case .caller:
            return c.origin["caller"].flatMap { Party(value: $0, id: "caller") }.map { [$0] } ?? []
        }
    }

    /// Whether a member of a match has reached what the match wants and is still under way there, or has ended well.
    private func counts(_ member: Member) -> Bool {
        member.hasEnded ? member.isGood : engagedStates[member.track]?.contains(member.region.state) ?? false
    }

    /// The persons that an answer names.
    static func persons(_ value: Value?, of id: String) -> [Party] {
        switch value {
        case .list(let values)?: values.compactMap { person($0, of: id) }
        case let value?: person(value, of: id).map { [$0] } ?? []
        case nil: []
        }
    }

    /// A person that an answer names, with a pseudonymous identifier that is the same for the same address or name in a
    /// case.
    static func person(_ value: Value, of id: String) -> Party? {
        guard var party = Party(value: value, id: "") else { return nil }
        if party.id.isEmpty {
            let known = party.address.isEmpty ? party.name : party.address
            party.id = "p-" + String(SHA256.hash(Array((id + "|" + known).utf8)).hex.prefix(12))
        }
        return party
    }
}
