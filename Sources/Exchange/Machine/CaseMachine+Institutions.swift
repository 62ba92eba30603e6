import Expressions

/// Who visits whom.
extension CaseMachine {
    /// The institution that asked for the exchange: of whoever writes the request; the person's name where it has none.
    package func guest(in c: Case) -> String {
        guard let state = programme.states[programme.first], case .tasks(let tasks) = state.opening,
            case .role(let role)? = tasks.first?.who.first
        else { return "" }
        let party = holders(of: role, in: c).first
        return party.map { $0.institution.isEmpty ? $0.name : $0.institution } ?? ""
    }

    /// The institutions that were found and not let go again.
    package func hosts(in c: Case) -> [String] {
        c.members.compactMap { member in
            guard let track = programme.tracks[member.track], case .match = track.each, member.isGood, !member.isVoid
            else { return nil }
            return member.row["institution"]?.asString ?? member.party?.institution ?? ""
        }.filter { !$0.isEmpty }
    }
}
