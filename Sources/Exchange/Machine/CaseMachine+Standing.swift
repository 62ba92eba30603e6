/// Where a case stands: asked often and by many, so it needs no run.
extension CaseMachine {
    /// What surrounds a region that is under way.
    func scenery(_ id: RegionID, in c: Case) -> Scenery? {
        switch id {
        case .case: sceneries[c.region.state]
        case .member(let number):
            c.memberIndex(number).flatMap { trackSceneries[c.members[$0].track]?[c.members[$0].region.state] }
        }
    }

    /// What a task of the programme declares; nil for one that the machine opened.
    func declaration(of task: OpenTask, in c: Case) -> TaskDeclaration? {
        guard case .declared(let index) = task.kind,
            case .tasks(let list)? = scenery(task.region, in: c)?.state.opening, list.indices.contains(index)
        else { return nil }
        return list[index]
    }

    /// Whether a region, its case or the case's stage is one of those named.
    func isWithin(_ names: Set<String>, _ id: RegionID, in c: Case) -> Bool {
        guard let region = c.liveRegion(id) else { return false }
        if names.contains(region.state) { return true }
        if names.contains(c.region.state) { return true }
        guard let stage = sceneries[c.region.state]?.state.stage else { return false }
        return names.contains(stage.rawValue)
    }
}

extension Case {
    /// A region that is under way; nil once it has ended.
    func liveRegion(_ id: RegionID) -> Region? {
        switch id {
        case .case: end == nil ? region : nil
        case .member(let number):
            memberIndex(number).flatMap { index in
                members[index].hasEnded || members[index].isVoid ? nil : members[index].region
            }
        }
    }

    /// Live regions: members by number, then the case.
    var liveRegions: [RegionID] {
        var result: [RegionID] = []
        for index in members.indices where !members[index].hasEnded && !members[index].isVoid {
            result.append(.member(members[index].number))
        }
        if end == nil { result.append(.case) }
        return result
    }
}
