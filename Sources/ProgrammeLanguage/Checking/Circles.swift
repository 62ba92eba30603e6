import Exchange

/// Circles and order of a region's ways.
extension RegionGraph {
    /// States from which the first state's ways lead, each after those that it leads to.
    var postorder: [String] {
        var result: [String] = []
        var seen: Set<String> = [first]
        var stack: [(state: String, next: Int)] = [(first, 0)]
        while let (state, next) = stack.last {
            let ways = out[state] ?? []
            guard next < ways.count else {
                result.append(state)
                stack.removeLast()
                continue
            }
            stack[stack.count - 1].next += 1
            let to = edges[ways[next]].to
            if !ends.contains(to), seen.insert(to).inserted { stack.append((to, 0)) }
        }
        return result
    }

    /// States that a case can come back to, in the order of the file.
    var circles: [String] {
        let groups = components { _ in true }
        let circling = Set(groups.filter { $0.count > 1 }.flatMap(\.self))
        return states.map(\.name).filter { name in
            circling.contains(name) || edges(from: name).contains { $0.to == name }
        }
    }

    /// Strongly connected components over some of the ways (Tarjan, without recursion).
    func components(of isTaken: (Edge) -> Bool) -> [[String]] {
        var index: [String: Int] = [:]
        var low: [String: Int] = [:]
        var isOpen: Set<String> = []
        var open: [String] = []
        var result: [[String]] = []
        for root in states.map(\.name) where index[root] == nil {
            var stack: [(state: String, next: Int)] = [(root, 0)]
            while let (state, next) = stack.last {
                if next == 0, index[state] == nil {
                    index[state] = index.count
                    low[state] = index[state]
                    open.append(state)
                    isOpen.insert(state)
                }
                let ways = out[state] ?? []
                guard next < ways.count else {
                    stack.removeLast()
                    if let parent = stack.last { low[parent.state] = min(low[parent.state] ?? 0, low[state] ?? 0) }
                    if low[state] == index[state] {
                        var group: [String] = []
                        while let last = open.popLast() {
                            isOpen.remove(last)
                            group.append(last)
                            if last == state { break }
                        }
                        result.append(group)
                    }
                    continue
                }
                stack[stack.count - 1].next += 1
                let edge = edges[ways[next]]
                guard isTaken(edge), !ends.contains(edge.to) else { continue }
                if index[edge.to] == nil {
                    stack.append((edge.to, 0))
                } else if isOpen.contains(edge.to) {
                    low[state] = min(low[state] ?? 0, index[edge.to] ?? 0)
                }
            }
        }
        return result
    }
}
