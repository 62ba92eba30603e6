import Engine
import IntegerProgrammes
import Testing

@testable import Matching

@Suite struct `The best assignment of a call` {
    /// A result keeps to the definitions, by code of its own.
    private func check(_ call: Call, _ result: CallResult, _ seed: Int) {
        for (request, hosts) in result.hostsOf.enumerated() {
            #expect(hosts.count <= call.requests[request].places, "seed \(seed)")
            #expect(Set(hosts).count == hosts.count, "seed \(seed)")
        }
        for host in call.hosts.indices {
            #expect(
                result.hostsOf.count { $0.contains(host) } <= call.hosts[host].capacity, "seed \(seed)")
        }
    }

    @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
    func `is as good as the best of all possibilities, proven, or there is none`(
        several: Bool, conditions: Bool
    ) throws {
        var proofs: [Proof: Int] = [:]
        for seed in 1...250 {
            var drawing = Drawing(seed)
            let call = drawing.call(several: several, conditions: conditions)
            let best = call.mistakes == nil ? EveryPossibility.best(of: call) : nil
            do {
                let result = try call.solve()
                #expect(best.map { abs($0 - result.total) < 1e-9 } ?? false, "seed \(seed)")
                #expect(result.isProven, "seed \(seed)")
                check(call, result, seed)
                if let proof = result.proof { proofs[proof, default: 0] += 1 }
            } catch is MatchingMistake {
                #expect(best == nil, "seed \(seed)")
            }
        }
        #expect(proofs[.duality, default: 0] > 100)
    }

    /// Three requests of which no two may share a host: prices alone leave a gap that only the search closes.
    @Test func `is proven by search where prices leave a gap`() throws {
        var pairs = PairTable()
        for _ in 0..<3 {
            pairs.add(host: 0, score: 2)
            pairs.endRequest()
        }
        var call = Call(
            requests: (0..<3).map { Call.Request("r\($0)") }, hosts: [Call.Host("h", capacity: 3)], pairs: pairs)
        call.conflicts = [[0, 1], [1, 2], [0, 2]]
        let result = try call.solve()
        #expect(result.total == 2)
        #expect(result.proof == .search)
        #expect(result.bound == 2)
    }

    @Test func `of many requests is what an independent solver finds`() throws {
        for (density, places) in [(100, 1), (20, 1), (60, 3)] {
            let call = large(requests: 150, hosts: 40, density: density, places: places)
            let result = try call.solve()
            #expect(result.proof == .duality)
            #expect(abs(result.total - (try independentTotal(call))) < 1e-6)
        }
    }

    @Test func `with quotas is found among pairs that are priced in, as among all at once`() throws {
        var call = large(requests: 600, hosts: 50, density: 100, places: 1)
        for index in call.requests.indices { call.requests[index].groups = ["country": index % 3 == 0 ? "KE" : "BA"] }
        for index in call.hosts.indices { call.hosts[index].groups = ["sector": index % 2 == 0 ? "water" : "health"] }
        call.quotas = [
            Call.Quota(requests: ["country": "KE"], hosts: ["sector": "water"], least: 60, most: nil),
            Call.Quota(requests: ["country": "BA"], least: 0, most: 80),
            Call.Quota(hosts: ["sector": "health"], most: 70),
        ]
        #expect(call.pairs.count > ConstrainedAssignment.smallPairs)
        let result = try call.solve()
        #expect(result.isProven)
        #expect(abs(result.total - (try independentTotal(call))) < 1e-6)
    }

    @Test func `is the same whatever the order of the file`() throws {
        let one = #"{"requests":{"b":{"scores":{"y":1,"x":1}},"a":{"scores":{"x":1,"y":1}}},"hosts":{"x":{},"y":{}}}"#
        let other = #"{"hosts":{"y":{},"x":{}},"requests":{"a":{"scores":{"y":1,"x":1}},"b":{"scores":{"x":1,"y":1}}}}"#
        let results = try [one, other].map { text in
            try Array(text.utf8).withUnsafeBufferPointer { try Call(json: $0) }.solve()
        }
        #expect(results[0] == results[1])
        #expect(results[0].hostsOf == [[0], [1]])
    }

    @Test func `counts decimals exactly`() throws {
        var pairs = PairTable()
        for _ in 0..<10 {
            pairs.add(host: 0, score: 0.1)
            pairs.endRequest()
        }
        let call = Call(
            requests: (0..<10).map { Call.Request("r\($0)") }, hosts: [Call.Host("h", capacity: 10)], pairs: pairs)
        let result = try call.solve()
        #expect(result.total == 1)
        #expect(result.tolerance == 0)
    }

    @Test func `is not believed by the certificate where it is wrong`() {
        var pairs = PairTable()
        for score in [3.0, 2.0] {
            pairs.add(host: 0, score: score)
            pairs.endRequest()
        }
        func certificate(_ hostsOf: [[Int]], _ price: Double) -> Certificate {
            pairs.withView { Certificate(hostsOf: hostsOf, places: [1, 1], rooms: [1], prices: [price], $0) }
        }
        #expect(certificate([[0], []], 2).isProven)
        #expect(certificate([[0], []], 3).isProven)
        #expect(!certificate([[], [0]], 2).isProven)
        #expect(!certificate([[0], [0]], 2).isProven)
        #expect(!certificate([[0], []], 4).isProven)
        #expect(!certificate([[0], []], -1).isProven)
    }

    @Test(arguments: [false, true]) func `says exactly what another pair would cost`(several: Bool) throws {
        var (looked, ties) = (0, 0)
        for seed in 1...400 {
            var drawing = Drawing(seed)
            let call = drawing.call(several: several, conditions: false)
            let result = try call.solve()
            let prepared = try PreparedCall(call)
            guard let losses = ForcedLoss(prepared, result) else { continue }
            for request in call.requests.indices {
                for pair in prepared.pairs.pairs(of: request) {
                    let host = Int(prepared.pairs.hosts[pair])
                    guard !result.hostsOf[request].contains(host), call.requests[request].places > 0 else { continue }
                    var other = call
                    other.forced = [Call.Pair(request: request, host: host)]
                    guard let best = EveryPossibility.best(of: other) else { continue }
                    let loss = try #require(losses.loss(placing: request, at: host))
                    #expect(abs(result.total - best - loss) < 1e-6, "seed \(seed), \(request) at \(host)")
                    looked += 1
                    if loss == 0 { ties += 1 }
                }
            }
        }
        #expect(looked > 100 && ties > 5)
    }

    @Test func `can be stopped, and then decides nothing`() {
        let call = large(requests: 200, hosts: 20, density: 100, places: 1)
        #expect(throws: MatchingStopped.self) { try call.solve { _, _ in false } }
        var quotas = call
        quotas.quotas = [Call.Quota(most: 10)]
        #expect(throws: MatchingStopped.self) { try quotas.solve { _, _ in false } }
    }

    // MARK: An independent solver

    private func large(requests: Int, hosts: Int, density: Int, places: Int) -> Call {
        var chance = Drawing(requests + density + places)
        var pairs = PairTable()
        for _ in 0..<requests {
            for host in 0..<hosts where chance.happens(density) {
                pairs.add(host: host, score: Double(chance.number(0...10_000)) / 100)
            }
            pairs.endRequest()
        }
        return Call(
            requests: (0..<requests).map { Call.Request("r\($0)", places: places) },
            hosts: (0..<hosts).map { Call.Host("h\($0)", capacity: 3 * places) }, pairs: pairs)
    }

    /// Cbc over all pairs at once: another algorithm by other people.
    private func independentTotal(_ call: Call) throws -> Double {
        try IndependentAssignment.total(of: call)
    }
}

/// The best total by Cbc over all pairs at once: another algorithm by other people, set up from the definitions alone.
enum IndependentAssignment {
    static func total(of call: Call) throws -> Double { try programme(of: call).solved(seconds: 120).total }

    static func programme(of call: Call) -> IntegerProgramme {
        var programme = IntegerProgramme()
        let requests = call.requests.map { programme.addRow(most: Double($0.places)) }
        let hosts = call.hosts.map { programme.addRow(most: Double($0.capacity)) }
        let quotas = call.quotas.map {
            programme.addRow(least: Double($0.least), most: $0.most.map { Double($0) } ?? .infinity)
        }
        for request in call.requests.indices {
            for pair in call.pairs.pairs(of: request) {
                let host = Int(call.pairs.hosts[pair])
                let counted = call.quotas.indices.filter { quota in
                    call.quotas[quota].requests.allSatisfy { call.requests[request].groups[$0.key] == $0.value }
                        && call.quotas[quota].hosts.allSatisfy { call.hosts[host].groups[$0.key] == $0.value }
                }
                programme.addColumn(
                    objective: call.pairs.scores[pair],
                    [(requests[request], 1), (hosts[host], 1)] + counted.map { (quotas[$0], 1) })
            }
        }
        return programme
    }
}
