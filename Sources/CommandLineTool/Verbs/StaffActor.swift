import Engine
import Exchange
import Service

/// Somebody of the staff who acts on many cases at once, as `--as` and `--by` say.
enum StaffActor {
    /// - Throws: a failure where the role is none of the staff's, or several hold it and `--by` names none.
    static func actor(_ parsed: Parsed, _ machine: CaseMachine, _ service: Service) async throws -> Actor {
        let programme = machine.programme
        let role = try Actors.role(parsed, in: programme)
        guard programme.people[role]?.isStaff ?? false else {
            let staff = programme.peopleOrder.filter { programme.people[$0]?.isStaff ?? false }
            throw Failure("only the staff may do this: \(staff.joined(separator: ", "))")
        }
        let roster = try await service.engine.register.roster()
        let holders = (roster[role] ?? roster["*"] ?? []).map(\.id)
        guard let id = parsed.text("by") else {
            guard holders.count > 1 else { return Actor(id: holders.first ?? "", role: role) }
            throw Failure(
                "several hold the role \"\(role)\": say which with --by, one of \(holders.joined(separator: ", "))")
        }
        guard holders.isEmpty || holders.contains(id) else {
            throw Failure(
                "nobody with the identifier \"\(id)\" holds the role \"\(role)\"\(Naming.proposal(id, among: holders)); known: \(holders.joined(separator: ", "))"
            )
        }
        return Actor(id: id, role: role)
    }
}
