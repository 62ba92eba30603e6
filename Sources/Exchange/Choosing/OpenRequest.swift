package import Calendars
import Expressions

/// A case that looks for hosts, as a round of the whole call sees it.
package struct OpenRequest: Sendable {
    package let `case`: Case
    package let machine: CaseMachine
    package let match: MatchDeclaration
    /// The entry of the state that searches: a command for another entry comes too late.
    package let entry: Int
    /// How many hosts are still wanted beside those found and those asked.
    package let places: Int
    /// When the case came: the earlier goes first among equals.
    package let since: Instant

    /// What the request belongs to, for quotas: a requester's country and institution by role, and what was chosen in
    /// forms by `FORM.FIELD`, where it is not protected.
    package var groups: [String: String] {
        var groups: [String: String] = [:]
        for (role, holders) in `case`.people where !(machine.programme.people[role]?.isStaff ?? true) {
            guard let holder = holders.first, holders.count == 1 else { continue }
            if !holder.country.isEmpty { groups["\(role).country"] = holder.country }
            if !holder.institution.isEmpty { groups["\(role).institution"] = holder.institution }
        }
        for (name, answers) in `case`.answers {
            guard let form = machine.programme.forms[name], let values = answers.newest?.values else { continue }
            for field in form.fields where field.privacy == nil {
                guard case .choice = field.type, let chosen = values[field.name]?.asString else { continue }
                groups["\(name).\(field.name)"] = chosen
            }
        }
        return groups
    }
}

extension CaseMachine {
    /// The case as an open request of a round; nil where it does not search, is on hold, or has asked enough.
    package func openRequest(of case: Case) -> OpenRequest? {
        guard `case`.end == nil, `case`.hold == nil, let search = `case`.search,
            search.entry == `case`.region.entry, let state = programme.states[`case`.region.state],
            case .match(let match) = state.opening
        else { return nil }
        var run = CaseRun(machine: self, case: `case`, actor: .service, now: `case`.lastAt)
        let members = `case`.members(of: match.track)
        let taken = members.count { ($0.isGood || !$0.hasEnded) }
        let places = run.wanted(match) - taken
        guard places > 0 else { return nil }
        return OpenRequest(
            case: `case`, machine: self, match: match, entry: search.entry, places: places,
            since: match.order.flatMap { `case`.firstEntered[$0] } ?? `case`.region.enteredAt)
    }
}
