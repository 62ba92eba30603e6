extension StableCall {
    /// A matching without blocking pairs, the best one for a side; with groups the one with the fewest that was found.
    ///
    /// The same call gives the same result.
    package func solve(for side: Side = .requests, watch: MatchingWatch = { _, _ in true }) throws -> StableResult {
        if let mistakes { throw mistakes }
        guard watch(0, applicants.count) else { throw MatchingStopped() }
        if !together.isEmpty || !couples.isEmpty { return try GroupMatching(self).solve(watch: watch) }
        let acceptance = DeferredAcceptance(self)
        guard let found = acceptance.solve(for: side, watch: watch) else { throw MatchingStopped() }
        let hostOf = found.map { $0 < 0 ? nil : Int($0) }
        return StableResult(hostOf: hostOf, blocking: acceptance.blockingPairs(hostOf), isProven: true)
    }

    /// Everybody who would rather be matched with each other.
    ///
    /// A couple and its two hosts would have it if each newcomer is wanted (`Closure`). A group counts as one (`Units`): a host would take it in if it can make room by letting go only guests that it
    /// likes less than every member of the group.
    package func blockingPairs(_ hostOf: [Int?]) -> [BlockingPair] {
        let units = Units(self)
        return units.blockingWishes(units.wishes(hostOf)).map { wish in
            BlockingPair(applicants: units.members[units.unitOf[wish]], hosts: units.hosts(of: wish))
        }
    }
}
