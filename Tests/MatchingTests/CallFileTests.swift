import Testing

@testable import Matching

@Suite struct `The files of a call` {
    private func call(_ text: String) throws -> Call {
        try Array(text.utf8).withUnsafeBufferPointer { try Call(json: $0) }
    }

    private func stable(_ text: String) throws -> StableCall {
        try Array(text.utf8).withUnsafeBufferPointer { try StableCall(json: $0) }
    }

    private func sheet(_ text: String) throws -> Call {
        try Array(text.utf8).withUnsafeBufferPointer { try Call(scores: $0, capacity: 1) }
    }

    private func mistakes(_ work: () throws -> some Any) -> [String] {
        do {
            _ = try work()
            return []
        } catch let mistake as MatchingMistake {
            return mistake.messages
        } catch {
            return ["another error: \(error)"]
        }
    }

    @Test func `are taken whole, or every mistake is told with its place`() {
        let text = """
            {"requests": {
              "a": {"scores": {"h": NaN, "i": 1}, "place": 2},
              "a": {"scores": {"h": 1, "h": 2}, "places": -1},
              "b": {"scores": {"h": "7"}, "minimum": null}
            }, "hosts": {"h": {"capacity": 1.5}, "h": {}},
             "conflicts": [["a", "z"]], "more": [1, {"x": "}"}]}
            """
        let found = mistakes { try call(text) }
        for words in [
            "line 2, column 25: the score at host 'h', a finite number, is wanted here, not 'NaN'",
            "line 2, column 47: request 'a' has an unknown field 'place'",
            "request 'a' stands there twice", "request 'a' has two scores for host 'h'",
            "the number of places, a whole number from 0 to 10000000, is wanted here, not -1.0",
            "line 4, column 25: the score at host 'h', a finite number", "the least score, a finite number",
            "the capacity, a whole number", "host 'h' stands there twice", "unknown field 'more'",
            "host 'i' is named and not among the hosts", "request 'z' is named and not among the requests",
        ] {
            #expect(found.contains { $0.contains(words) }, "\(words)")
        }
        #expect(found.count == 12)
    }

    @Test func `say what comes from beyond the limit as a number`() {
        let requests = (0..<50).map { "\"r\($0)\": {\"scores\": {\"h\": NaN}}" }.joined(separator: ", ")
        let found = mistakes { try call("{\"requests\": {\(requests)}, \"hosts\": {\"h\": {}}}") }
        #expect(found.count == MatchingMistake.limit + 1)
        #expect(found.last == "and 30 more mistakes")
    }

    @Test(arguments: [
        "", "{", "[]", "{\"requests\"", "{\"requests\": {\"a\": {\"scores\": {\"h\": 1", "{} {}", "\u{0}",
    ])
    func `that are broken off are refused, not trusted`(text: String) {
        #expect(!mistakes { try call(text) }.isEmpty)
        #expect(!mistakes { try stable(text) }.isEmpty)
    }

    @Test func `without requests, hosts or capacity have an empty result`() throws {
        #expect(try call(#"{"requests": {}, "hosts": {}}"#).solve().total == 0)
        #expect(try call(#"{"requests": {"a": {}}, "hosts": {}}"#).solve().hostsOf == [[]])
        let full = try call(#"{"requests": {"a": {"scores": {"h": 5}}}, "hosts": {"h": {"capacity": 0}}}"#)
        let result = try full.solve()
        #expect(result.hostsOf == [[]])
        #expect(try CallReasons(full, result).missed(by: 0, limit: 3).map(\.why) == ["the host has a capacity of 0"])
        #expect(try stable(#"{"applicants": {}, "hosts": {}}"#).solve().hostOf.isEmpty)
        #expect(mistakes { try call("{}") } == ["the call has no requests", "the call has no hosts"])
    }

    @Test func `whose quotas cannot be say which, and how much can`() {
        let text = """
            {"requests": {"a": {"scores": {"h": 1}, "groups": {"country": "KE"}}, "b": {"scores": {"h": 2}}},
             "hosts": {"h": {"capacity": 1}},
             "quotas": [{"requests": {"country": "KE"}, "min": 3}, {"requests": {"country": "KE"}, "min": 2, "max": 1}]}
            """
        #expect(
            mistakes { try call(text).solve() } == [
                "the quota of 2 to 1 places for requests of country 'KE' cannot be: the least is above the most"
            ])
        let other = text.replacing(#", {"requests": {"country": "KE"}, "min": 2, "max": 1}"#, with: "")
        #expect(
            mistakes { try call(other).solve() } == [
                "the quota of at least 3 places for requests of country 'KE' cannot be kept: at most 1 can be placed there"
            ])
        let together = """
            {"requests": {"a": {"scores": {"h": 1}, "groups": {"c": "1"}}, "b": {"scores": {"h": 2}, "groups": {"c": "2"}}},
             "hosts": {"h": {"capacity": 1}}, "quotas": [{"requests": {"c": "1"}, "min": 1}, {"requests": {"c": "2"}, "min": 1}]}
            """
        let found = mistakes { try call(together).solve() }
        #expect(found.count == 1 && found[0].contains("cannot be kept together with all else: 1 place is missing"))
    }

    @Test func `with scores below 0 leave those out, and say so`() throws {
        let call = try call(#"{"requests": {"a": {"scores": {"h": -2}}}, "hosts": {"h": {}}}"#)
        let result = try call.solve()
        #expect(result.hostsOf == [[]])
        let reasons = try CallReasons(call, result)
        #expect(reasons.missed(by: 0, limit: 3).map(\.why) == ["the score is below 0, which would lower the total"])
        #expect(reasons.shortage(of: 0) == "of 1 other hosts 1 below 0")
    }

    @Test func `say why a request did not get something better`() throws {
        let call = try call(
            #"{"requests": {"a": {"scores": {"x": 9, "y": 5}}, "b": {"scores": {"x": 7}}, "c": {"scores": {"x": 9}, "forbidden": ["x"]}, "d": {"scores": {"x": 6.5}}}, "hosts": {"x": {}, "y": {}}}"#
        )
        let result = try call.solve()
        #expect(result.hostsOf == [[1], [0], [], []])
        let reasons = try CallReasons(call, result)
        // Whatever the prices are that prove the result: 12 with b at x, 9 with a there.
        #expect(
            reasons.missed(by: 0, limit: 3).map(\.why)
                == ["the host is full; to place it there would lower the total by 3.0"])
        #expect(reasons.missed(by: 1, limit: 3).isEmpty)
        #expect(reasons.shortage(of: 2) == "of 1 other hosts 1 forbidden")
    }

    @Test func `say where another way would be as good`() throws {
        let call = try call(
            #"{"requests": {"a": {"scores": {"x": 5, "y": 4}}, "b": {"scores": {"x": 5, "y": 4}}}, "hosts": {"x": {}, "y": {}}}"#
        )
        let result = try call.solve()
        let second = try #require(result.hostsOf.firstIndex(of: [1]))
        #expect(
            try CallReasons(call, result).missed(by: second, limit: 3).map(\.why)
                == ["the host is full; to place it there, and others elsewhere, would give the same total"])
    }

    @Test func `as tables are read with quotes, empty cells and any separator`() throws {
        let table = try sheet("\u{FEFF}id;\"h;1\";h2\r\nb;1;2\r\n\"a\";;0.5\r\n\r\n")
        #expect(table.hosts.map(\.id) == ["h2", "h;1"])
        #expect(table.requests.map(\.id) == ["a", "b"])
        #expect(table.pairs.score(0, 1) == nil && table.pairs.score(0, 0) == 0.5 && table.pairs.score(1, 1) == 1)
        #expect(try sheet("").solve().hostsOf.isEmpty)
        #expect(try sheet("id,h").solve().hostsOf.isEmpty)
    }

    @Test func `as tables tell every mistake with its line`() {
        let found = mistakes { try sheet("id,h,h\na,1,nan\na,1\nb,x,-inf\n,1,2\n") }
        #expect(
            found == [
                "line 2: 'nan' is not a finite number", "line 3: request 'a' has 1 scores and there are 2 hosts",
                "line 4: 'x' is not a finite number", "line 4: '-inf' is not a finite number",
                "line 5: the row has no request's id", "host 'h' stands there twice", "request 'a' stands there twice",
            ])
    }

    @Test func `of both sides are checked: who is ranked twice, unknown, or in two groups`() {
        let found = mistakes {
            try stable(
                #"{"applicants": {"a": ["h", ["h", "i"], 5], "b": []}, "hosts": {"h": {"capacity": -1, "ranks": ["a", "q"]}}, "together": [["a", "b"], ["a"]]}"#
            )
        }
        for words in [
            "a host's id, a text in quotes, is wanted here", "the capacity, a whole number",
            "host 'i' is named and not among the hosts", "applicant 'q' is named and not among the applicants",
        ] {
            #expect(found.contains { $0.contains(words) }, "\(words)")
        }
        let later = mistakes {
            try stable(
                #"{"applicants": {"a": ["h", "h"], "b": []}, "hosts": {"h": {"ranks": ["a", "a"]}}, "together": [["a", "b"], ["a"]]}"#
            )
        }
        #expect(
            later == [
                "applicant 'a' ranks 'h' twice", "host 'h' ranks 'a' twice",
                "a group that goes together has 1 applicant; 2 are the least",
                "applicant 'a' stands in two groups that go together",
            ])
    }

    @Test func `say why an applicant did not get a host that it likes better`() throws {
        let call = try stable(
            #"{"applicants": {"a": ["h", "i"], "b": ["h", "i"], "c": ["i"]}, "hosts": {"h": {"ranks": ["b", "a"]}, "i": {"capacity": 2, "ranks": ["a"]}}}"#
        )
        let result = try call.solve()
        #expect(result.hostOf == [1, 0, nil])
        let reasons = StableReasons(call, result)
        #expect(
            reasons.missed(by: 0, limit: 3).map(\.why) == [
                "all 1 places are with applicants whom the host likes as much or better"
            ])
        #expect(reasons.missed(by: 2, limit: 3).map(\.why) == ["the host does not rank the applicant"])
    }
}
