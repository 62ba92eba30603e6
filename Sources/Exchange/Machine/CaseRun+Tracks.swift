import Calendars
import Expressions

/// Members of tracks: who starts, who ends (R34 to R36).
extension CaseRun {
    private func covers(_ roll: Roll) -> Bool {
        guard c.end == nil, let scenery = machine.sceneries[c.region.state] else { return false }
        return roll.covers(scenery.state)
    }

    /// Starts members that are due to be there.
    mutating func openRolls() {
        for roll in machine.rolls where covers(roll) {
            if c.rolls[roll.track] == nil, roll.isTimed || sourceIsKnown(roll) {
                c.rolls[roll.track] = c.region.entry
                changed(.region(.case))
            }
            guard c.rolls[roll.track] != nil else { continue }
            switch roll.source {
            case .match, .every: break
            case .one:
                guard !c.members.contains(where: { $0.track == roll.track && !$0.isVoid }),
                    let track = p.tracks[roll.track]
                else { continue }
                startMember(track, key: "one", row: .object([:]), party: nil)
            case .rows(let form, let field):
                guard case .list(let rows)? = c.answers[form]?.newest?.values[field], let track = p.tracks[roll.track]
                else { continue }
                callRoll(track, rows)
            }
        }
    }

    private func sourceIsKnown(_ roll: Roll) -> Bool {
        switch roll.source {
        case .one, .match, .every: true
        case .rows(let form, _): c.answers[form]?.isKnown ?? false
        }
    }

    /// One member for each row; who is there already goes on, who is no longer named leaves.
    private mutating func callRoll(_ track: Track, _ rows: [Value]) {
        var named: Set<String> = []
        for (index, row) in rows.enumerated() {
            // Who stands there as before needs no looking at: names are hashed.
            if let known = c.members.first(where: { member in
                member.track == track.name && !member.isVoid && !member.key.hasPrefix("added:")
                    && !named.contains(member.key) && member.row == row
            }) {
                named.insert(known.key)
                continue
            }
            let party = track.personField.flatMap { row[$0] }.flatMap { person($0) }
            var key = party?.id ?? "row\(index + 1)"
            // One person can stand in several rows, such as two visits to one host: each is a member of its own.
            if named.contains(key) { key += ":\(index + 1)" }
            named.insert(key)
            if let place = c.members.firstIndex(where: { $0.track == track.name && $0.key == key && !$0.isVoid }) {
                if c.members[place].row != row, !c.members[place].hasEnded {
                    c.members[place].row = row
                    changed(.region(.member(c.members[place].number)))
                }
            } else {
                startMember(track, key: key, row: row, party: party)
            }
        }
        for member in c.members(of: track.name)
        where !member.hasEnded && !named.contains(member.key) && !member.key.hasPrefix("added:") {
            endMember(member.number, as: track.left, reason: "")
        }
    }

    mutating func startMember(_ track: Track, key: String, row: Value, party: Party?) {
        guard c.members.count(where: { $0.track == track.name }) < Limits.membersPerTrack else {
            stick(.case, "the track \"\(track.name)\" has more than \(Limits.membersPerTrack) members")
            return
        }
        let number = c.nextMember
        c.nextMember += 1
        let region = Region(state: track.first, entry: newEntry(), enteredAt: at)
        c.members.append(
            Member(track: track.name, number: number, key: key, row: row, party: party, region: region, at: at))
        note(.memberStarted, .member(number), track.name, track.first)
        changed(.region(.member(number)))
        if let state = track.states[track.first] {
            act(state.entering, .member(number), owner: region.entry, isHeld: false)
        }
    }

    mutating func endMember(_ number: Int, as name: String, reason: String) {
        guard let index = c.members.firstIndex(where: { $0.number == number }), !c.members[index].hasEnded,
            let track = p.tracks[c.members[index].track]
        else { return }
        let id = RegionID.member(number)
        leave(id)
        closeTasks(of: id, entry: 0)
        recall { $0.owner == PendingEffect.Owner(region: id, scope: 0) }
        let end = track.ends[name]
        let before = c.members[index].region.state
        for send in end?.send ?? [] {
            tell(send.message, to: recipients(send.to, id), id, reason: reason, owner: nil, isHeld: false)
        }
        c.members[index].region = Region(state: name, entry: newEntry(), enteredAt: at)
        c.members[index].region.isOpen = true
        c.members[index].hasEnded = true
        c.members[index].isGood = end?.isGood ?? false
        c.members[index].reason = reason
        forget(id, scope: 0)
        if !c.members[index].isGood { release(id.text) }
        note(.memberEnded, id, track.name, before, name, reason)
        changed(.region(id))
    }

    /// Members of tracks that do not live in the state just entered end as their track says (`left`).
    mutating func closeRolls() {
        for roll in machine.rolls where !covers(roll) {
            for member in c.members(of: roll.track) where !member.hasEnded {
                endMember(member.number, as: p.tracks[roll.track]?.left ?? "", reason: "")
            }
            guard c.rolls[roll.track] != nil else { continue }
            c.rolls[roll.track] = nil
            changed(.region(.case))
        }
    }

    /// Adds a member: a person that an answer names, or one more row (R35: a new number, from the first state).
    mutating func add(_ add: AddMember, from id: RegionID) {
        switch add {
        case .person(let path):
            guard case .member(let number) = id, let former = c.member(number), let track = p.tracks[former.track],
                let value = read(id).value(at: path), let party = person(value)
            else {
                stick(id, "nobody is named by \"\(path)\"")
                return
            }
            var row = former.row.fields
            if let field = track.personField { row[field] = party.value }
            if let last = path.names.last { row[last] = nil }
            if !party.country.isEmpty, row["nationality"] != nil { row["nationality"] = .string(party.country) }
            startMember(track, key: "added:\(party.id)", row: .object(row), party: party)
        case .row(let name, let form):
            guard let track = p.tracks[name], let values = c.answers[form]?.newest?.values else { return }
            let row = Value.object(values)
            let party = track.personField.flatMap { row[$0] }.flatMap { person($0) }
            startMember(track, key: "added:\(form):\(c.nextMember)", row: row, party: party)
        }
    }

    // MARK: Searching

    mutating func openSearch(_ match: MatchDeclaration, entry: Int) {
        var search = Search(entry: entry, track: match.track)
        // Whoever was asked in this case has had their say, a host that cancelled too; those stood down can be asked again.
        let left = p.tracks[match.track]?.left
        search.asked = Set(
            c.members.filter { $0.track == match.track && (!$0.hasEnded || $0.region.state != left) }.map(\.key))
        search.isPending = true
        c.search = search
        if !match.isAsAWhole { ask(match, entry: entry) }
    }

    mutating func ask(_ match: MatchDeclaration, entry: Int) {
        note(.searched, .case, match.from, match.rules)
        queueInner(
            "match.search", label: "search \(match.from)",
            input: ["entry": .int(Int64(entry)), "from": .string(match.from), "rules": .string(match.rules)])
    }

    /// The register's answer: who could be asked, the best first.
    mutating func candidates(entry: Int, found: [Candidate], excluded: [Exclusion]) {
        guard var search = c.search, search.entry == entry else { return }
        search.isPending = false
        search.round = found.isEmpty ? Search.givenUp : max(0, search.round) + 1
        search.reserve = Array(found.filter { !search.asked.contains($0.id) }.prefix(Limits.candidates))
        search.excluded = Array(excluded.prefix(Limits.candidates))
        c.search = search
        note(.proposed, .case, String(search.reserve.count), String(excluded.count))
    }

    /// Brings the next proposals, or the search's result: `found` or `none`.
    mutating func searchResult() {
        guard let search = c.search, !search.isPending, c.end == nil, c.hold == nil,
            let state = p.states[c.region.state], case .match(let match) = state.opening,
            let track = p.tracks[match.track]
        else { return }
        let members = c.members(of: match.track)
        let reached = members.count { $0.region.state == match.reach && ($0.isGood || !$0.hasEnded) }
        if reached >= wanted(match) {
            // Enough are found: whoever is still asked is not needed, even where the track goes on.
            for member in members where !member.hasEnded && member.region.state != match.reach {
                endMember(member.number, as: track.left, reason: "")
            }
            _ = go("found", state: state, in: .case, reason: nil)
            return
        }
        propose(match, track)
        let open = c.members(of: match.track).contains { !$0.hasEnded && $0.region.state != match.reach }
        let isSpent = (c.search?.reserve.isEmpty ?? true) || asksLeft(match) <= 0
        if !open, isSpent, match.isAsAWhole, asksLeft(match) > 0, !search.isGivenUp {
            // Whoever was found has declined: the next round brings another.
            c.search?.isPending = true
            return
        }
        if !open, isSpent, state.steps(for: "none") != nil {
            _ = go("none", state: state, in: .case, reason: nil)
        }
    }

    mutating func wanted(_ match: MatchDeclaration) -> Int {
        guard let want = match.want, let value = try? want.expression.evaluate(read(.case)),
            let number = value.asDouble,
            let whole = Int(exactly: number.rounded(.up)), whole > 0
        else { return 1 }
        return whole
    }

    /// How many more may be asked: `at-once` times `rounds` in all.
    private func asksLeft(_ match: MatchDeclaration) -> Int {
        guard let rounds = match.rounds else { return .max }
        let asked = c.members(of: match.track).count { $0.startedAt >= c.region.enteredAt }
        return match.atOnce * rounds - asked
    }

    private mutating func propose(_ match: MatchDeclaration, _ track: Track) {
        while var search = c.search, !search.reserve.isEmpty, asksLeft(match) > 0,
            c.members(of: match.track).count(where: { !$0.hasEnded && $0.region.state != match.reach }) < match.atOnce
        {
            let next = search.reserve.removeFirst()
            placesRead.append(next.id)
            guard !next.id.isEmpty, !full.contains(next.id) else {
                // Not asked: a later search may find a place there.
                search.excluded.append(Exclusion(offer: next.id, filter: "capacity", say: "no place is left"))
                c.search = search
                continue
            }
            search.asked.insert(next.id)
            c.search = search
            var row = next.offer.fields
            row["score"] = .double(next.score)
            let number = c.nextMember
            startMember(track, key: next.id, row: .object(row), party: Party(value: next.offer, id: next.id))
            if let place = place(at: next.offer) { reserve(place, for: number) }
        }
    }

    /// What a proposal holds at an offer; nil where it names no capacity.
    func place(at offer: Value) -> ReservedPlace? {
        guard let id = offer["id"]?.asString,
            let capacity = offer["capacity"]?.asDouble.flatMap({ Int(exactly: $0.rounded(.down)) }), capacity > 0
        else { return nil }
        return ReservedPlace(offer: id, period: period(of: offer), capacity: capacity)
    }

    mutating func reserve(_ place: ReservedPlace, for number: Int) {
        let owner = RegionID.member(number).text
        c.reservations[owner] = place
        places.append(PlaceChange(owner: "\(c.id).\(owner)", place: place, places: 1))
    }

    /// The period in which a proposal counts: that of the first date that is known, else of today. Empty where the offer
    /// counts exchanges at once.
    func period(of offer: Value) -> String {
        guard let per = offer["per"]?.asString else { return "" }
        let known = p.dates.compactMap { c.dates[$0.name]?.span?.first }.first
        let day = known ?? p.zone.date(of: at)
        switch per {
        case "year": return String(day.year)
        case "quarter": return "\(day.year)-Q\((day.month - 1) / 3 + 1)"
        case "month": return String(day.iso.prefix(7))
        default: return ""
        }
    }

    /// Gives back what the case holds when it ends. An exchange that took place has used its place of the period up.
    mutating func releaseAll() {
        for owner in c.reservations.keys.sorted() {
            let isUsed =
                !(c.reservations[owner]?.period.isEmpty ?? true)
                && c.members.contains { RegionID.member($0.number).text == owner && $0.isGood && !$0.isVoid }
                && (c.end.map { p.ends[$0.name]?.isGood ?? false } ?? false)
            if isUsed { c.reservations[owner] = nil } else { release(owner) }
        }
    }

    mutating func release(_ owner: String) {
        guard let place = c.reservations.removeValue(forKey: owner) else { return }
        if let index = places.firstIndex(where: { $0.owner == "\(c.id).\(owner)" && $0.places > 0 }) {
            places.remove(at: index)
        } else {
            places.append(PlaceChange(owner: "\(c.id).\(owner)", place: place, places: 0))
        }
    }
}

extension Track {
    /// Whether members come by time.
    var isTimed: Bool { if case .every = each { true } else { false } }
}
