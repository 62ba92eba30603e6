import Testing

@testable import Matching

@Suite struct `A matching with couples` {
    @Test func `has as few blocking pairs as any, and none where a stable one exists`() throws {
        var (unstable, placed) = (0, 0)
        for seed in 1...400 {
            var drawing = Drawing(seed)
            let call = drawing.couples()
            let result = try call.solve()
            let every = EveryCouple(call: call)
            #expect(every.isPossible(result.hostOf), "seed \(seed)")
            let fewest = every.all().map(every.blockingCount).min() ?? 0
            #expect(every.blockingCount(result.hostOf) == fewest, "seed \(seed)")
            #expect(result.blocking.count == fewest, "seed \(seed)")
            #expect(result.isProven, "seed \(seed)")
            if fewest > 0 { unstable += 1 }
            placed += call.couples.count { result.hostOf[$0.first] != nil && result.hostOf[$0.second] != nil }
        }
        // Otherwise nothing was shown.
        #expect(unstable > 3)
        #expect(placed > 60)
    }

    @Test func `counts what blocks any matching as the definition does`() {
        for seed in 1...150 {
            var drawing = Drawing(seed)
            let call = drawing.couples()
            let every = EveryCouple(call: call)
            for hostOf in every.all() {
                #expect(call.blockingPairs(hostOf).count == every.blockingCount(hostOf), "seed \(seed) \(hostOf)")
            }
        }
    }

    private func call(_ text: String) throws -> StableCall {
        try Array(text.utf8).withUnsafeBufferPointer { try StableCall(json: $0) }
    }

    /// Roth's example (1984): each of the three matchings is blocked by somebody.
    private let withoutStable = """
        {"applicants": {"s": ["x", "y"]},
         "hosts": {"x": {"ranks": ["a", "s"]}, "y": {"ranks": ["s", "b"]}},
         "couples": [{"members": ["a", "b"], "wishes": [["x", "y"]]}]}
        """

    @Test func `tells who blocks where no matching is stable`() throws {
        let call = try call(withoutStable)
        let result = try call.solve()
        #expect(!result.isStable && result.isProven)
        #expect(result.blocking.count == 1)
        let every = EveryCouple(call: call)
        #expect(every.all().allSatisfy { every.blockingCount($0) > 0 })
    }

    @Test func `lets two go to different hosts, to one host, or one alone, as the couple wishes`() throws {
        let hosts = #""hosts": {"x": {"capacity": 2, "ranks": ["a", "b"]}, "y": {"ranks": ["b"]}}"#
        func assigned(_ wishes: String) throws -> [Int?] {
            try call(
                #"{"applicants": {"a": []}, \#(hosts), "couples": [{"members": ["a", "b"], "wishes": \#(wishes)}]}"#
            )
            .solve().hostOf
        }
        #expect(try assigned(#"[["x", "y"]]"#) == [0, 1])
        #expect(try assigned(#"[["y", "x"], ["x", "x"]]"#) == [0, 0])
        #expect(try assigned(#"[["y", "y"], [null, "y"], ["x", "y"]]"#) == [nil, 1])
        #expect(try assigned(#"[["y", "x"], ["y", "y"]]"#) == [nil, nil])
        #expect(try assigned("[]") == [nil, nil])
    }

    @Test func `does not depend on the order of the file`() throws {
        let one = """
            {"applicants": {"s": ["x", "y"], "t": ["y", "x"]},
             "hosts": {"x": {"ranks": [["a", "s", "t"]]}, "y": {"ranks": [["s", "b", "t"]]}},
             "couples": [{"members": ["a", "b"], "wishes": [[["x", "y"], ["x", null]]]}]}
            """
        let other = """
            {"couples": [{"wishes": [[["x", null], ["x", "y"]]], "members": ["a", "b"]}],
             "hosts": {"y": {"ranks": [["b", "t", "s"]]}, "x": {"ranks": [["t", "s", "a"]]}},
             "applicants": {"b": [], "t": ["y", "x"], "s": ["x", "y"]}}
            """
        #expect(try call(one) == call(other))
        #expect(try call(one).solve() == call(other).solve())
    }

    @Test func `goes beside groups that stay together`() throws {
        let result = try call(
            """
            {"applicants": {"g": ["x"], "h": ["x"]},
             "hosts": {"x": {"capacity": 3, "ranks": ["g", "a", "h"]}, "y": {"ranks": ["b"]}},
             "together": [["g", "h"]],
             "couples": [{"members": ["a", "b"], "wishes": [["x", "y"]]}]}
            """
        ).solve()
        #expect(result.isStable && result.placedCount == 4)
    }

    @Test(arguments: [
        (#"{"members": ["a"], "wishes": []}"#, "a couple has two members, not 1"),
        (#"{"members": ["a", "a"], "wishes": []}"#, "is one applicant"),
        (
            #"{"members": ["a", "s"], "wishes": []}"#,
            "applicant 's' wishes in a couple; a list of its own must be empty"
        ),
        (#"{"members": ["a", "b"], "wishes": [["x"]]}"#, "a wish names two hosts"),
        (#"{"members": ["a", "b"], "wishes": [["x", "z"]]}"#, "host 'z' is named and not among the hosts"),
        (#"{"members": ["a", "b"], "wishes": [[null, null]]}"#, "wishes for nowhere"),
        (#"{"members": ["a", "b"], "wishes": [["x", "y"], ["x", "y"]]}"#, "wishes twice for 'x' and 'y'"),
        (#"{"members": ["a", "b"], "wishes": [["x", 3]]}"#, "a host's id, a text in quotes, is wanted here"),
        (#"{"members": ["a", "b"], "wish": []}"#, "unknown field 'wish'; known are members, wishes"),
        (
            #"{"members": ["a", "b"], "wishes": []}, {"members": ["b", "c"], "wishes": []}"#,
            "applicant 'b' stands in two couples"
        ),
    ])
    func `is refused with what is wrong`(couple: String, words: String) {
        let text = """
            {"applicants": {"s": ["x"], "b": [], "c": []}, "hosts": {"x": {"ranks": ["a", "s"]}, "y": {"ranks": ["b"]}},
             "couples": [\(couple)]}
            """
        let mistake = #expect(throws: MatchingMistake.self) { try call(text) }
        #expect(mistake?.description.contains(words) == true, "\(mistake?.description ?? "")")
    }

    @Test func `says why a couple is not better placed`() throws {
        let unstable = try call(withoutStable)
        let reasons = StableReasons(unstable, try unstable.solve())
        let couple = reasons.missed(by: 0, limit: 3) + reasons.missed(by: 1, limit: 3)
        let stable = try call(
            """
            {"applicants": {"s": ["x"]}, "hosts": {"x": {"ranks": ["s", "a"]}, "y": {"ranks": ["b"]}},
             "couples": [{"members": ["a", "b"], "wishes": [["x", "y"], ["y", "x"], [null, "y"]]}]}
            """)
        let missed = StableReasons(stable, try stable.solve()).missed(by: 0, limit: 3)
        #expect(
            missed.map(\.why) == [
                "'x' would have to let go guests whom it likes as much or better", "'y' does not rank 'a'",
            ])
        #expect(missed.map(\.partnerHost) == [1, 0])
        #expect(couple.allSatisfy { $0.why.contains("no matching without such pairs") || $0.why.contains("let go") })
    }

    @Test func `of many is found by proposals and repairs`() throws {
        var drawing = Drawing(11)
        let call = drawing.couples(singles: 60, couples: 6, hosts: 15, capacity: 5)
        let result = try call.solve()
        #expect(result.isStable && result.isProven)
        #expect(result.placedCount > 60)
        #expect(throws: MatchingStopped.self) { try call.solve(watch: { _, _ in false }) }
    }
}
