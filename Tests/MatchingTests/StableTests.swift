import Testing

@testable import Matching

@Suite struct `A matching in which both sides rank` {
    @Test(arguments: StableCall.Side.allCases)
    func `has no two who would rather have each other, also with ties and short lists`(side: StableCall.Side) throws {
        for seed in 1...300 {
            var drawing = Drawing(seed)
            let call = drawing.stable(groups: false)
            let result = try call.solve(for: side)
            let every = EveryMatching(call)
            #expect(every.isPossible(result.hostOf), "seed \(seed)")
            #expect(every.blockingCount(result.hostOf) == 0, "seed \(seed)")
            #expect(result.isStable, "seed \(seed)")
        }
    }

    @Test func `is the best of all stable ones for the side that is asked for`() throws {
        var differing = 0
        for seed in 1...300 {
            var drawing = Drawing(seed)
            var call = drawing.stable(groups: false)
            // Without ties there is one best matching for each side.
            call.wishes = strict(call.wishes)
            call.ranks = strict(call.ranks)
            let every = EveryMatching(call)
            let stable = every.all().filter { every.blockingCount($0) == 0 }
            let (requests, hosts) = (try call.solve(for: .requests), try call.solve(for: .hosts))
            if requests != hosts { differing += 1 }
            for other in stable {
                for applicant in call.applicants.indices {
                    let placing = every.placing(applicant, other)
                    #expect(every.placing(applicant, requests.hostOf) <= placing, "seed \(seed)")
                    #expect(every.placing(applicant, hosts.hostOf) >= placing, "seed \(seed)")
                }
            }
        }
        #expect(differing > 3)
    }

    private func strict(_ table: PreferenceTable) -> PreferenceTable {
        var result = PreferenceTable()
        for member in 0..<table.count {
            let list = table.list(of: member)
            for index in list { result.add(Int(table.others[index]), level: index - list.lowerBound) }
            result.endList()
        }
        return result
    }

    @Test func `with groups has as few blocking pairs as any, and groups stay together`() throws {
        var unstable = 0
        for seed in 1...250 {
            var drawing = Drawing(seed)
            let call = drawing.stable(groups: true)
            let result = try call.solve()
            let every = EveryMatching(call)
            #expect(every.isPossible(result.hostOf), "seed \(seed)")
            let fewest = every.all().map(every.blockingCount).min() ?? 0
            #expect(every.blockingCount(result.hostOf) == fewest, "seed \(seed)")
            #expect(result.blocking.count == fewest, "seed \(seed)")
            #expect(result.isProven, "seed \(seed)")
            if fewest > 0 { unstable += 1 }
        }
        #expect(unstable < 250)
    }

    /// Two who go together and one alone who chase each other round: none of the matchings is stable.
    @Test func `tells its blocking pairs where no matching is stable`() throws {
        let text = """
            {"applicants": {"a": ["x", "y"], "b": ["x", "y"], "c": ["y", "x"]},
             "hosts": {"x": {"capacity": 2, "ranks": ["c", "a", "b"]}, "y": {"capacity": 1, "ranks": ["a", "b", "c"]}},
             "together": [["a", "b"]]}
            """
        let call = try Array(text.utf8).withUnsafeBufferPointer { try StableCall(json: $0) }
        let every = EveryMatching(call)
        let result = try call.solve()
        #expect(result.blocking.count == every.all().map(every.blockingCount).min())
        #expect(result.isProven)
    }

    @Test func `of many is found by proposals and checked`() throws {
        var drawing = Drawing(9)
        var (wishes, ranks) = (PreferenceTable(), PreferenceTable())
        for _ in 0..<400 {
            for (level, host) in Array(0..<60).shuffled(using: &drawing.chance).enumerated() {
                wishes.add(host, level: level)
            }
            wishes.endList()
        }
        for _ in 0..<60 {
            for (level, applicant) in Array(0..<400).shuffled(using: &drawing.chance).enumerated() {
                ranks.add(applicant, level: level)
            }
            ranks.endList()
        }
        let call = StableCall(
            applicants: (0..<400).map { "a\($0)" }, hosts: (0..<60).map { Call.Host("h\($0)", capacity: 5) },
            wishes: wishes, ranks: ranks)
        let result = try call.solve()
        #expect(result.placedCount == 300)
        #expect(EveryMatching(call).blockingCount(result.hostOf) == 0)
        #expect(call.blockingPairs(result.hostOf).isEmpty)
        // Break it: two who are exchanged are found.
        var wrong = result.hostOf
        wrong.swapAt(0, wrong.firstIndex { $0 != wrong[0] } ?? 1)
        #expect(call.blockingPairs(wrong).count == EveryMatching(call).blockingCount(wrong))
        #expect(!call.blockingPairs(wrong).isEmpty)
        #expect(throws: MatchingStopped.self) { try call.solve(watch: { _, _ in false }) }
    }
}
