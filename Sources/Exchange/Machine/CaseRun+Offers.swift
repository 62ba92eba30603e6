package import Expressions

/// Proposals whose offer is changed in the register while they are open: both sides accept the same version of it.
extension CaseMachine {
    /// The search that asked a member, where it is an offer that was asked and is not taken yet.
    package func search(thatAsks member: Member) -> MatchDeclaration? {
        guard !member.hasEnded, !member.isVoid else { return nil }
        return programme.statesOrder.lazy.compactMap { name -> MatchDeclaration? in
            guard case .match(let match)? = self.programme.states[name]?.opening, match.track == member.track,
                match.reach != member.region.state
            else { return nil }
            return match
        }.first
    }

    /// The member whose proposal the answer would bring further; nil where it is no proposal or the answer declines.
    package func proposal(acceptedBy task: OpenTask, outcome: String?, in c: Case) -> Member? {
        guard case .member(let number) = task.region, let member = c.member(number), search(thatAsks: member) != nil,
            let track = programme.tracks[member.track], let state = track.states[member.region.state]
        else { return nil }
        let given = outcome ?? (state.next.count == 1 ? state.next[0].name : nil)
        guard let steps = given.flatMap({ state.steps(for: $0) }) else { return member }
        let declines = steps.allSatisfy { step in step.to.flatMap { track.ends[$0] }.map { !$0.isGood } ?? false }
        return declines ? nil : member
    }
}

extension Member {
    /// The fields in which an offer is another one than the proposal shows, by name.
    package func differences(from offer: Value) -> [String] {
        let (shown, now) = (row.fields, offer.fields)
        return Set(shown.keys).union(now.keys).subtracting(["score"]).filter { shown[$0] != now[$0] }.sorted()
    }
}

extension CaseRun {
    /// Puts the offer as it is now into its open proposals, which begin anew: nobody has accepted this version of it.
    mutating func offerChanged(_ offer: Value) {
        guard let id = offer["id"]?.asString else { return }
        for member in c.members where member.key == id && machine.search(thatAsks: member) != nil {
            let fields = member.differences(from: offer)
            guard !fields.isEmpty, let index = c.memberIndex(member.number), let track = p.tracks[member.track] else {
                continue
            }
            var row = offer.fields
            row["score"] = member.row["score"]
            let region = RegionID.member(member.number)
            note(.renewed, region, id, fields.joined(separator: " "))
            leave(region)
            (c.members[index].row, c.members[index].party) = (.object(row), Party(value: offer, id: id))
            enter(region, to: track.first)
            holdPlace(at: offer, for: member.number)
        }
    }

    /// Brings what a proposal holds to what its offer says now: of another period, of another capacity, or nothing.
    ///
    /// Where the new period has no place left the proposal ends.
    private mutating func holdPlace(at offer: Value, for number: Int) {
        let owner = RegionID.member(number).text
        let (former, place) = (c.reservations[owner], place(at: offer))
        guard former != place else { return }
        if former?.offer != place?.offer || former?.period != place?.period { release(owner) }
        guard let place else { return }
        placesRead.append(place.offer)
        if full.contains(place.offer) { return endProposal(number, why: "no place is left") }
        reserve(place, for: number)
    }

    /// Ends the open proposals of an offer that can no longer be had, as those end that are no longer needed; the next
    /// ones follow.
    mutating func offerGone(_ id: String, why: String) {
        for member in c.members where member.key == id && machine.search(thatAsks: member) != nil {
            endProposal(member.number, why: why)
        }
    }

    private mutating func endProposal(_ number: Int, why: String) {
        guard let member = c.member(number), let track = p.tracks[member.track] else { return }
        note(.offerGone, .member(number), member.key, why)
        endMember(number, as: track.left, reason: "")
    }
}
