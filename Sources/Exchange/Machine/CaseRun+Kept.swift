import Calendars
import Digests
import Expressions

/// Things that are kept while their owner lives: made, renewed, undone or let go (`keep`).
extension CaseRun {
    /// Makes, renews, undoes or lets go what is kept (`keep`).
    mutating func refreshKept() {
        guard c.hold == nil, !hasFreshKept, machine.keepsThings || !c.kept.isEmpty else { return }
        hasFreshKept = true
        // Of what it reads nothing has changed: it is as it was.
        let isAll = touchedKept.isAll || haveMembersChanged
        var present: Set<String> = []
        for id in liveRegions {
            guard let scenery = scenery(id), scenery.hasKeep else { continue }
            for place in scenery.kept.indices where !scenery.kept[place].isEmpty {
                guard let owner = owner(id, scenery, place) else { continue }
                for kept in scenery.kept[place] {
                    let use = kept.use
                    let isChanged = isAll || touchedKept.contains(id) || isTouched(kept.tracks)
                    guard isChanged, holds(use.condition, in: id) == true else {
                        // It is as it was, or neither made nor renewed now: what is there stays, until the place is left.
                        let those = "\(id.text).\(owner.scope).\(use.id)."
                        present.formUnion(c.kept.keys.filter { $0.hasPrefix(those) })
                        continue
                    }
                    for made in makings(of: use, id) {
                        guard case .success(let input) = made.input else { continue }
                        let key = "\(id.text).\(owner.scope).\(use.id).\(made.reader)"
                        present.insert(key)
                        keep(use, key: key, id, scope: owner.scope, input: input, readers: made.readers)
                    }
                }
            }
        }
        for key in c.kept.keys.sorted() where !present.contains(key) {
            if let thing = c.kept[key] { letGo(thing, key: key) }
        }
        touchedKept = Touched()
    }

    private func isTouched(_ tracks: Set<String>) -> Bool {
        !tracks.isEmpty
            && touchedKept.members.contains { c.memberIndex($0).map { tracks.contains(c.members[$0].track) } ?? true }
    }

    /// Whether other people are members than when the command came, or have become or ceased to be those who count.
    var haveMembersChanged: Bool {
        guard c.members.count == membersBefore.count else { return true }
        return c.members.indices.contains { index in
            let (before, now) = (membersBefore[index], c.members[index])
            return before.number != now.number || before.isVoid != now.isVoid || before.hasEnded != now.hasEnded
                || before.isGood != now.isGood || before.party != now.party
                || machine.matchTracks.contains(now.track) && before.region.state != now.region.state
        }
    }

    private mutating func keep(
        _ use: ActionUse, key: String, _ id: RegionID, scope: Int, input: [String: Value], readers: [OpenTask.Holder]
    ) {
        let value = Value.object(input)
        let former = c.kept[key]
        if former?.input == value { return }
        let sequence = former.map { $0.sequence + 1 } ?? 0
        c.kept[key] = KeptThing(
            region: id, scope: scope, use: use.id, input: value, sequence: sequence,
            readers: merged(former?.readers ?? [], readers.map(\.party)))
        var whole = input
        whole["thing"] = .string(thingName(key))
        // One sequence a thing, so that an older state of it never overtakes a newer one.
        var pending = PendingEffect(
            key: newKey(), action: use.action, label: "\(use.action) \(former == nil ? "make" : "renew")", owner: nil,
            isHeld: false, origin: .kept(key: key, use: use.id, isUndone: false),
            sequence: "\(c.id).\(firstKey(key))", index: sequence)
        pending.readers = readers
        note(.kept, id, use.action, former == nil ? "made" : "renewed")
        queue(
            NewEffect(
                pending: pending, input: whole, mode: former == nil ? "make" : "renew", order: sequence, notBefore: at,
                ifUnsure: use.ifUnsure))
    }

    /// What the makings, renewals and undoings of one kept thing share: stable, and without anything personal.
    private func thingName(_ key: String) -> String {
        String(SHA256.hash(Array("\(c.id).\(firstKey(key))".utf8)).hex.prefix(32))
    }

    /// The key under which a thing was first made; another than now only after a migration.
    private func firstKey(_ key: String) -> String { c.keptNames[key] ?? key }

    private func merged(_ former: [Party], _ new: [Party]) -> [Party] {
        var result = new
        for party in former where !result.contains(where: { $0.id == party.id }) { result.append(party) }
        return result
    }

    /// What is left by an end that is not good or by going back to an earlier stage is undone; what is left by going
    /// on has served and stays (docs/decisions/0006).
    private mutating func letGo(_ thing: KeptThing, key: String) {
        c.kept[key] = nil
        guard isUndone(thing), let use = machine.uses[thing.use] else {
            note(.kept, thing.region, machine.uses[thing.use]?.action ?? "", "let go")
            return
        }
        var input = thing.input.fields
        input["thing"] = .string(thingName(key))
        var pending = PendingEffect(
            key: newKey(), action: use.action, label: "\(use.action) undo", owner: nil, isHeld: false,
            origin: .kept(key: key, use: use.id, isUndone: true), sequence: "\(c.id).\(firstKey(key))",
            index: thing.sequence + 1)
        pending.readers = thing.readers.map { OpenTask.Holder(role: "", party: $0) }
        note(.kept, thing.region, use.action, "undone")
        queue(
            NewEffect(
                pending: pending, input: input, mode: "undo", order: thing.sequence + 1, notBefore: at,
                ifUnsure: use.ifUnsure))
    }

    private func isUndone(_ thing: KeptThing) -> Bool {
        if let last = thing.input["last_day"]?.asString.flatMap(LocalDate.init(iso:)), last < p.zone.date(of: at) {
            return false
        }
        switch thing.region {
        case .member(let number):
            guard let member = c.member(number) else { return true }
            return member.isVoid || (member.hasEnded && !member.isGood)
        case .case:
            if let end = c.end { return !(p.ends[end.name]?.isGood ?? true) }
            let kinds = p.stages.map(\.kind)
            let now = p.states[c.region.state]?.stage.flatMap { kinds.firstIndex(of: $0) } ?? 0
            let owner = p.stages.firstIndex { stage in stage.inside.keep.contains { $0.id == thing.use } }
            return owner.map { now < $0 } ?? false
        }
    }
}
