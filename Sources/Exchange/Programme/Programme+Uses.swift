/// What a programme uses beside its own folder.
extension Programme {
    /// Every state, the tracks' too.
    private var allStates: [StateDeclaration] {
        statesOrder.compactMap { states[$0] }
            + tracksOrder.compactMap { tracks[$0] }.flatMap { track in track.statesOrder.compactMap { track.states[$0] }
            }
    }

    /// The programmes that its tasks call, by name, each once.
    package var calls: [String] {
        var result: [String] = []
        for state in allStates {
            guard case .tasks(let tasks) = state.opening else { continue }
            for name in tasks.compactMap(\.programme?.programme) where !result.contains(name) { result.append(name) }
        }
        return result
    }

    /// The registers that its matches search (`hosts`, `experts`), each once; `hosts` where it searches none.
    package var registers: [String] {
        var result: [String] = []
        for state in allStates {
            guard case .match(let match) = state.opening, !result.contains(match.from) else { continue }
            result.append(match.from)
        }
        return result.isEmpty ? ["hosts"] : result
    }
}
