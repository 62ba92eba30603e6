import Exchange

/// C8: a task or message is for somebody who can be there by then. Whether the hub has staffed a role is data, not
/// programme, so that the running service tells it.
extension Compilation {
    func checkRoles(_ proofs: [RegionProof]) {
        for (name, key) in personKeys.sorted(by: { $0.value.line < $1.value.line }) {
            guard let role = p.people[name] else { continue }
            if role.except.contains(name) {
                error(key, "\"\(name)\" excludes itself, so nobody can be it; take it out of \"except\"")
            }
            for other in role.except.sorted() where other != name {
                guard !role.sources.isEmpty, let found = p.people[other], found.sources == role.sources else {
                    continue
                }
                error(
                    key,
                    "nobody can be \"\(name)\": its holders come from where those of \"\(other)\" come from, whom it excludes; give it another \"from\""
                )
            }
        }
        for proof in proofs { checkReaders(proof) }
    }

    private func checkReaders(_ proof: RegionProof) {
        for state in proof.graph.states where proof.knowledge.must[state.name] != nil {
            guard case .tasks(let tasks) = state.opening, let node = place(state.name, proof.scope) else { continue }
            for task in tasks where !task.who.isEmpty {
                let missing = task.who.compactMap { absent($0, Set([state.name]), proof) }
                guard missing.count == task.who.count, let role = missing.first else { continue }
                error(
                    node,
                    "nobody can be \"\(role)\" in \"\(state.name)\" yet\(origin(role)); ask somebody else, or later")
            }
        }
        var states: [String: (step: ExchangeStep, from: Set<String>)] = [:]
        var order: [String] = []
        for edge in proof.graph.edges + proof.graph.stays
        where !edge.step.id.isEmpty && proof.knowledge.must[edge.from] != nil {
            if states[edge.step.id] == nil { order.append(edge.step.id) }
            states[edge.step.id, default: (edge.step, [])].from.insert(edge.from)
            // What the step's own answers name is there when it is sent.
            if !edge.taking.forms.isEmpty || edge.taking.outcome == "found" {
                states[edge.step.id]?.from.insert(edge.to)
            }
        }
        for id in order {
            guard let (step, from) = states[id], let node = stepPlaces[id] else { continue }
            let readers = step.send.map(\.to) + [step.escalate] + (step.remind.map { [$0.who] } ?? [])
            for who in readers where !who.isEmpty {
                let missing = who.compactMap { absent($0, from, proof) }
                guard missing.count == who.count, let role = missing.first else { continue }
                error(
                    node, "nobody can be \"\(role)\" here yet\(origin(role)); tell somebody else, or later")
            }
        }
    }

    /// The role that nobody can hold in any of these states; nil if somebody may.
    private func absent(_ who: Who, _ states: Set<String>, _ proof: RegionProof) -> String? {
        let name: String
        switch who {
        case .role(let role), .deputy(let role): name = role
        default: return nil
        }
        guard let role = p.people[name], !role.sources.isEmpty, !heldRoles.contains(name) else { return nil }
        let isPossible = states.contains {
            proof.graph.ends.contains($0) || proof.knowledge.mayBeKnown(name, in: $0)
        }
        return isPossible ? nil : name
    }

    private func origin(_ name: String) -> String {
        switch p.people[name]?.sources.first {
        case .answer(let form, let field): " (it is named in \(form).\(field))"
        case .track(let track), .memberAnswer(let track, _): " (it comes from the track \(track))"
        case .table(let table, let path): " (it is found in \(table) by \(path))"
        default: ""
        }
    }
}
