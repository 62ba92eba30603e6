import IntegerProgrammes

/// The best total where quotas and conflicts stand beside places and capacities: a programme in whole numbers.
///
/// Its relaxation gives prices of hosts, quotas and conflicts, which bound every total; mostly its best values are whole
/// and reach that bound. Only pairs that could still be part of something better than what was found take part in the
/// search in whole numbers, so large calls with few conditions stay small.
struct ConstrainedAssignment {
    /// Pairs up to which all are looked at from the beginning.
    static let smallPairs = 20_000
    /// Pairs of each request that are looked at first in larger calls.
    static let firstPairs = 8
    /// Pairs of each request that are added at a time where they turn out to be worth more than their prices.
    static let addedPairs = 4
    /// Pairs that the search in whole numbers takes at most.
    static let searchedPairs = 400_000
    /// How long it searches at most, in seconds.
    static let searchSeconds = 300.0
    /// How much a pair loses at most beside its prices, in the programme's numbers, to be searched before all others, and
    /// how long.
    static let coreLoss = 0.5
    static let coreSeconds = 30.0
    /// What the largest score is in the programme; what a missing place of a quota costs is a hundred times as much.
    static let largest = 1_000.0
    static let shortfallCost = 100 * largest

    let prepared: PreparedCall
    let conditions: SideConditions
    /// From whole numbers to the programme's.
    let factor: Double

    init(_ prepared: PreparedCall) throws(MatchingMistake) {
        self.prepared = prepared
        conditions = try SideConditions(prepared)
        let most = prepared.pairs.scores.reduce(0) { max($0, abs($1)) }
        factor = most > 0 ? Self.largest / most : 1
    }

    func solve(watch: MatchingWatch) throws -> CallResult {
        let total = prepared.call.requests.count
        func goesOn() -> Bool { watch(0, total) }
        guard goesOn() else { throw MatchingStopped() }
        do {
            var layout = ProgrammeLayout(self, pairs: try firstChoice(goesOn))
            let relaxation = try priced(&layout, goesOn)
            let prices = tightPrices(layout, relaxation)
            if let hostsOf = layout.wholeHosts(relaxation.values, prepared) {
                let bound = PriceBound(self, prices)
                if bound.proves(hostsOf, self) { return result(hostsOf, prices, bound, isSearched: false) }
            }
            return try searched(&layout, prices, goesOn)
        } catch let failure as ProgrammeFailure {
            switch failure {
            case .stopped: throw MatchingStopped()
            case .impossible: throw MatchingMistake("what is asked contradicts itself")
            case .notFound: throw MatchingMistake("no assignment was found in \(Int(Self.searchSeconds)) seconds")
            }
        }
    }

    /// The pairs that are looked at first, by number: all of a small call, of a large one the best ones at the prices
    /// that hold without quotas and conflicts.
    private func firstChoice(_ goesOn: () -> Bool) throws(ProgrammeFailure) -> [Int] {
        let table = prepared.pairs
        guard table.count > Self.smallPairs else { return Array(0..<table.count) }
        guard
            let free = try? table.withView({ view in
                try prepared.places.allSatisfy { $0 <= 1 }
                    ? prepared.singles(view) { _, _ in goesOn() } : prepared.several(view) { _, _ in goesOn() }
            })
        else { throw .stopped }
        var chosen: Set<Int> = []
        for request in prepared.places.indices {
            let worths = table.pairs(of: request).map { pair in
                (pair, table.scores[pair] - free.prices[Int(table.hosts[pair])] * prepared.scale.factor)
            }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            chosen.formUnion(worths.prefix(Self.firstPairs * max(1, prepared.places[request])).map(\.0))
            for quota in conditions.quotas where quota.least > 0 && quota.isOfRequest[request] {
                let inside = worths.filter { quota.isAtHost[Int(table.hosts[$0.0])] }
                chosen.formUnion(inside.prefix(2 * max(1, prepared.places[request])).map(\.0))
            }
        }
        return chosen.sorted()
    }

    /// The prices of the relaxation, rounded to whole scores, as they mostly are, or to parts of them: what bounds better.
    private func tightPrices(_ layout: ProgrammeLayout, _ relaxation: Relaxation) -> SidePrices {
        let fine = SidePrices(self, layout, relaxation.prices)
        let coarse = SidePrices(self, layout, relaxation.prices, grain: SidePrices.parts)
        return PriceBound(self, coarse).amount(factor) < PriceBound(self, fine).amount(factor) ? coarse : fine
    }

    /// The relaxation over all pairs: those that are worth more than their prices are added until there is none.
    private func priced(
        _ layout: inout ProgrammeLayout, _ goesOn: () -> Bool
    ) throws(ProgrammeFailure) -> Relaxation {
        while true {
            let relaxation = try layout.programme.relaxed(goesOn)
            guard layout.pairs.count < prepared.pairs.count else { return relaxation }
            let prices = SidePrices(self, layout, relaxation.prices)
            let missing = prices.pairs(worthMoreThan: 1e-6, beyond: layout, most: Self.addedPairs, self)
            if missing.isEmpty { return relaxation }
            layout = ProgrammeLayout(self, pairs: (layout.pairs + missing).sorted())
        }
    }

    /// The best of whole numbers, over the pairs that could be part of it.
    private func searched(
        _ layout: inout ProgrammeLayout, _ prices: SidePrices, _ goesOn: () -> Bool
    ) throws -> CallResult {
        if let result = try searchedFromCore(layout, prices, goesOn) { return result }
        var found = try layout.programme.solved(seconds: Self.searchSeconds, goesOn)
        if layout.pairs.count < prepared.pairs.count {
            let bound = PriceBound(self, prices).amount(factor)
            let missing = prices.pairs(
                worthMoreThan: found.total - bound - 1e-6 * abs(bound) - 1e-6, beyond: layout, self)
            if !missing.isEmpty {
                guard layout.pairs.count + missing.count <= Self.searchedPairs else {
                    throw MatchingMistake(
                        "more than \(Self.searchedPairs) pairs would have to be searched; set minimum scores")
                }
                layout = ProgrammeLayout(self, pairs: (layout.pairs + missing).sorted())
                found = try layout.programme.solved(seconds: Self.searchSeconds, goesOn)
            }
        }
        let lacking = layout.shortfalls(found.values)
        if !lacking.isEmpty { return try keeping(lacking, prices, goesOn) }
        guard let hostsOf = layout.wholeHosts(found.values, prepared) else { throw ProgrammeFailure.notFound }
        return result(hostsOf, prices, PriceBound(self, prices), isSearched: found.isOptimal)
    }

    /// The best of whole numbers by way of the pairs that lose nothing or next to nothing at the prices: mostly they hold a
    /// best result; else what they give tells which other pairs could still be part of a better one.
    /// - Returns: nil where they give nothing that keeps to the quotas, or that spares the search over all pairs.
    private func searchedFromCore(
        _ layout: ProgrammeLayout, _ prices: SidePrices, _ goesOn: () -> Bool
    ) throws -> CallResult? {
        let none = ProgrammeLayout(self, pairs: [])
        let core = prices.pairs(worthMoreThan: -Self.coreLoss, beyond: none, self)
        guard 2 * core.count < layout.pairs.count else { return nil }
        guard let (total, hostsOf) = try solvedWhole(core, seconds: Self.coreSeconds, goesOn) else { return nil }
        let bound = PriceBound(self, prices)
        if bound.proves(hostsOf, self) { return result(hostsOf, prices, bound, isSearched: false) }
        let most = bound.amount(factor)
        let possible = prices.pairs(worthMoreThan: total - most - 1e-6 * abs(most) - 1e-6, beyond: none, self)
        guard possible.count <= min(Self.searchedPairs, layout.pairs.count) else { return nil }
        let last = ProgrammeLayout(self, pairs: possible)
        let found = try last.programme.solved(seconds: Self.searchSeconds, goesOn)
        guard let best = last.wholeHosts(found.values, prepared) else { return nil }
        return result(best, prices, bound, isSearched: found.isOptimal)
    }

    private func solvedWhole(
        _ pairs: [Int], seconds: Double, _ goesOn: () -> Bool
    ) throws(ProgrammeFailure) -> (total: Double, hostsOf: [[Int]])? {
        let layout = ProgrammeLayout(self, pairs: pairs)
        do {
            let found = try layout.programme.solved(seconds: seconds, goesOn)
            return layout.wholeHosts(found.values, prepared).map { (found.total, $0) }
        } catch .stopped {
            throw .stopped
        } catch {
            return nil
        }
    }

    /// Where quotas were left short for a better total: as little short as can be, or the message that it must be.
    private func keeping(
        _ lacking: [(quota: Int, places: Int)], _ prices: SidePrices, _ goesOn: () -> Bool
    ) throws -> CallResult {
        let all = Array(0..<prepared.pairs.count)
        let least = ProgrammeLayout(self, pairs: all, objective: .shortfallOnly)
        let lacking = least.shortfalls(try least.programme.solved(seconds: Self.searchSeconds, goesOn).values)
        guard lacking.isEmpty else {
            let words = lacking.map { quota, places in
                "\(conditions.quotas[quota].declared.words) cannot be kept together with all else: "
                    + "\(places) \(places == 1 ? "place is" : "places are") missing"
            }
            throw MatchingMistake(words) ?? MatchingMistake("the quotas cannot be kept")
        }
        let strict = ProgrammeLayout(self, pairs: all, objective: .withoutShortfall)
        let found = try strict.programme.solved(seconds: Self.searchSeconds, goesOn)
        guard let hostsOf = strict.wholeHosts(found.values, prepared) else { throw ProgrammeFailure.notFound }
        return result(hostsOf, prices, PriceBound(self, prices), isSearched: found.isOptimal)
    }

    private func result(
        _ hostsOf: [[Int]], _ prices: SidePrices, _ bound: PriceBound, isSearched: Bool
    ) -> CallResult {
        let isProven = bound.proves(hostsOf, self)
        let gap = isProven || isSearched ? 0 : bound.gap(hostsOf, self)
        return prepared.result(
            hostsOf, prices: prices.hosts.map { Double($0) / Double(SidePrices.parts) }, gap: gap,
            proof: isProven ? .duality : isSearched && holds(hostsOf) ? .search : nil)
    }

    /// Whether a result keeps to all that is asked, checked without trusting the search.
    func holds(_ hostsOf: [[Int]]) -> Bool {
        var guests = [Int](repeating: 0, count: prepared.rooms.count)
        for (request, hosts) in hostsOf.enumerated() {
            guard hosts.count <= prepared.places[request], Set(hosts).count == hosts.count else { return false }
            for host in hosts {
                guard prepared.pairs.index(request, host) != nil else { return false }
                guests[host] += 1
            }
        }
        guard zip(guests, prepared.rooms).allSatisfy({ $0 <= $1 || $0 == 0 }) else { return false }
        for quota in conditions.quotas {
            var count = 0
            for (request, hosts) in hostsOf.enumerated() { count += hosts.count { quota.holds(request, $0) } }
            if count < quota.least || quota.most.map({ count > $0 }) ?? false { return false }
        }
        return prepared.call.conflicts.allSatisfy { Set(hostsOf[$0[0]]).isDisjoint(with: hostsOf[$0[1]]) }
    }
}
