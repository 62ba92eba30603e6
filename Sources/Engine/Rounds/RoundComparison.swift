/// What two rounds give differently.
package struct RoundComparison: Hashable, Sendable {
    package struct Change: Hashable, Sendable {
        package let request: String
        package let from: [String]
        package let to: [String]
    }

    /// Requests that are in both and get something else, by reference.
    package let changes: [Change]
    package let onlyInFirst: [String]
    package let onlyInSecond: [String]
    /// Requests that are in both and get the same.
    package let sameCount: Int

    package init(_ first: Round, _ second: Round) {
        let both = Set(first.cases.keys).intersection(second.cases.keys)
        changes = both.sorted().compactMap { request in
            let (from, to) = (first.result.assignments[request] ?? [], second.result.assignments[request] ?? [])
            return from == to ? nil : Change(request: request, from: from, to: to)
        }
        onlyInFirst = first.cases.keys.filter { !both.contains($0) }.sorted()
        onlyInSecond = second.cases.keys.filter { !both.contains($0) }.sorted()
        sameCount = both.count - changes.count
    }
}
