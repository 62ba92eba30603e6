import Engine
import Exchange
import Expressions
import Service

/// Who gives a command, as the options `--as` and `--by` say, and whom `--person` names.
enum Actors {
    static let roleOption = Option(
        "as", value: "ROLE", "The role in which you act.", required: true)
    static let byOption = Option(
        "by", value: "ID", "Which holder of the role you are; needed where several hold it.")

    /// The role, if the programme has it; members of a track that no role is made of act in the track's name.
    static func role(_ parsed: Parsed, in programme: Programme) throws -> String {
        let role = parsed["as"]
        let known = programme.peopleOrder + programme.tracksOrder.filter { programme.people[$0] == nil }
        guard !known.contains(role) else { return role }
        throw Failure(
            "\(programme.name) has no role \"\(role)\"\(Naming.proposal(role, among: known)); it has \(known.joined(separator: ", "))"
        )
    }

    /// The actor, by `--by` or as the only one who can be meant.
    ///
    /// - Parameters:
    ///   - task: what is answered; of several holders of the role, its own are meant.
    ///   - member: the member that is decided about, who is meant if the role is the members'.
    static func actor(
        _ parsed: Parsed, _ c: Case, _ machine: CaseMachine, task: OpenTask? = nil, member: Int? = nil
    ) throws -> Actor {
        let role = try role(parsed, in: machine.programme)
        let holders = machine.holders(of: role, in: c)
        let members = c.members.filter { !$0.isVoid && memberRole($0, in: machine.programme) == role }
        var meant = task.map { $0.holders.filter { $0.role == role }.map(\.party) } ?? []
        if meant.isEmpty, let member { meant = members.filter { $0.number == member }.compactMap(\.party) }
        if meant.isEmpty { meant = holders }
        if let id = parsed.text("by") {
            let parties = meant + holders + members.compactMap(\.party)
            let known = unique((parties + parties.flatMap(\.deputies)).map(\.id))
            guard known.contains(id) else {
                throw Failure(
                    "nobody with the identifier \"\(id)\" holds the role \"\(role)\" here\(Naming.proposal(id, among: known)); known: \(known.isEmpty ? "nobody" : known.joined(separator: ", "))"
                )
            }
            return Actor(id: id, role: role)
        }
        let ids = unique(meant.map(\.id))
        guard ids.count > 1 else { return Actor(id: ids.first ?? "", role: role) }
        throw Failure("several hold the role \"\(role)\": say which with --by, one of \(ids.joined(separator: ", "))")
    }

    /// The role that a member of a track holds: the one whose holders the track gives, else the track's name.
    private static func memberRole(_ member: Member, in programme: Programme) -> String {
        programme.peopleOrder.first { programme.people[$0]?.sources.contains(.track(member.track)) ?? false }
            ?? member.track
    }

    private static func unique(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    // MARK: People

    static let personOption = Option(
        "person", value: "ROLE=NAME <MAIL>",
        "Somebody with a role. Behind a semicolon may stand institution=, language=, zone= and country=.",
        repeating: true)

    /// Those whom `--person` names, by role; who is known to the roster by the same address keeps the identifier.
    ///
    /// - Parameter known: who has a part in the case already, and keeps the identifier too.
    static func people(
        _ parsed: Parsed, in programme: Programme, service: Service, known: [Party] = []
    ) async throws -> [String: [Party]] {
        var result: [String: [Party]] = [:]
        var mistakes: [String] = []
        var identifiers: [String: String] = [:]
        let roster = try await service.engine.register.roster().values.flatMap(\.self)
        for party in roster + known where !party.address.isEmpty {
            identifiers[party.address.lowercased()] = party.id
        }
        for text in parsed.texts("person") {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, var party = party(parts[1], &mistakes) else {
                mistakes.append(
                    "--person is written ROLE=NAME <MAIL>, such as 'requester=Ana Kovač <ana@city.example>'")
                continue
            }
            guard programme.people[parts[0]] != nil else {
                mistakes.append(
                    "\(programme.name) has no role \"\(parts[0])\"\(Naming.proposal(parts[0], among: programme.peopleOrder)); it has \(programme.peopleOrder.joined(separator: ", "))"
                )
                continue
            }
            let sign = (party.address.isEmpty ? party.name : party.address).lowercased()
            let id = identifiers[sign] ?? "p" + service.engine.world.identifier().dropFirst().prefix(12)
            identifiers[sign] = id
            party.id = id
            result[parts[0], default: []].append(party)
        }
        guard mistakes.isEmpty else { throw UsageMistake(mistakes) }
        return result
    }

    /// `Ana Kovač <ana@city.example>; institution=City of Bihać; language=bs`; nil without a name.
    static func party(_ text: String, _ mistakes: inout [String]) -> Party? {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map { trimmed($0) }
        let open = parts[0].firstIndex(of: "<")
        let name = trimmed(parts[0][..<(open ?? parts[0].endIndex)])
        guard !name.isEmpty else { return nil }
        var party = Party(id: "", name: name)
        if let open {
            let rest = parts[0][parts[0].index(after: open)...]
            guard rest.hasSuffix(">"), rest.contains("@"), !rest.contains(" ") else { return nil }
            party.address = String(rest.dropLast())
        }
        for part in parts.dropFirst() where !part.isEmpty {
            let both = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { trimmed($0) }
            switch (both[0], both.count == 2 ? both[1] : nil) {
            case ("institution", let value?): party.institution = value
            case ("language", let value?): party.language = value
            case ("zone", let value?): party.zone = value
            case ("country", let value?): party.country = value
            default:
                mistakes.append(
                    "--person knows institution=, language=, zone= and country=, not \"\(both[0])\""
                        + Naming.proposal(both[0], among: ["institution", "language", "zone", "country"]))
            }
        }
        mistakes += PersonRules.mistakes(in: party).map { "--person: \($0.sentence)" }
        return party
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop { $0.isWhitespace }
        let count = start.reversed().prefix { $0.isWhitespace }.count
        return String(start.dropLast(count))
    }
}
