import Expressions
import Matching

/// The result of a call as a whole, as a table and as JSON.
struct AssignmentPage {
    let call: Call
    let result: CallResult
    /// Given where it is to be said why not something better.
    let reasons: CallReasons?
    /// Of one request only, by id; nil for all.
    let only: String?

    init(_ call: Call, _ result: CallResult, _ reasons: CallReasons?, only: String? = nil) {
        (self.call, self.result, self.reasons, self.only) = (call, result, reasons, only)
    }

    private func isShown(_ id: String) -> Bool { only.map { $0 == id } ?? true }

    private func isShort(_ request: Int) -> Bool {
        result.hostsOf[request].count < call.requests[request].places
    }

    func value(seconds: Double?) -> Value {
        var assignments: [String: Value] = [:]
        for (request, hosts) in zip(call.requests, result.hostsOf) where isShown(request.id) {
            let ids = hosts.map { Value.string(call.hosts[$0].id) }
            if request.places > 1 { assignments[request.id] = .list(ids) } else { assignments[request.id] = ids.first }
        }
        let short = call.requests.indices.filter { isShort($0) && isShown(call.requests[$0].id) }
        var fields: [String: Value] = [
            "assignments": .object(assignments), "unassigned": .list(short.map { .string(call.requests[$0].id) }),
            "total": .double(result.total), "bound": .double(result.bound), "proven": .bool(result.isProven),
            "tolerance": .double(result.tolerance),
        ]
        fields["proof"] = result.proof.map { .string($0.rawValue) }
        fields["seconds"] = seconds.map { .double($0) }
        if let reasons { fields["why"] = why(reasons) }
        return .object(fields)
    }

    private func why(_ reasons: CallReasons) -> Value {
        var all: [String: Value] = [:]
        for (request, asked) in call.requests.enumerated() where isShown(asked.id) {
            var said: [String: Value] = [
                "missed": .list(
                    reasons.missed(by: request, limit: MatchSolve.missedHosts).map { missed in
                        .object([
                            "host": .string(call.hosts[missed.host].id),
                            "score": missed.score.map { .double($0) } ?? .null, "why": .string(missed.why),
                        ])
                    })
            ]
            if isShort(request) { said["shortage"] = .string(reasons.shortage(of: request)) }
            all[asked.id] = .object(said)
        }
        return .object(all)
    }

    func print(on terminal: Terminal) {
        var table = Table(.init("REQUEST"), .init("HOST"), .init("SCORE", .right), .init("WHY NOT BETTER"))
        for (request, hosts) in result.hostsOf.enumerated() where isShown(call.requests[request].id) {
            let id = call.requests[request].id
            for host in hosts {
                let score = call.pairs.score(request, host).map { "\($0)" } ?? ""
                table.add("\(id)", "\(call.hosts[host].id)", "\(score)", "")
            }
            if hosts.isEmpty { table.add("\(id)", "none", "", "\(reasons?.shortage(of: request) ?? "", .dim)") }
            for missed in reasons?.missed(by: request, limit: MatchSolve.missedHosts) ?? [] {
                let score = missed.score.map { "\($0)" } ?? ""
                table.add("", "\(call.hosts[missed.host].id, .dim)", "\(score, .dim)", "\(missed.why, .dim)")
            }
        }
        terminal.print(table)
        if call.requests.isEmpty { terminal.note("the call has no requests") }
        if call.hosts.isEmpty { terminal.note("the call has no hosts") }
        let proof =
            switch result.proof {
            case .duality?: "proven to be the best by prices"
            case .search?: "proven to be the best by search"
            case nil: "not proven; none is above \(result.bound)"
            }
        terminal.note("\(Naming.count(result.placedCount, "place", "places")), total \(result.total), \(proof)")
    }
}

/// The result of a call in which both sides rank, as a table and as JSON.
struct StablePage {
    let call: StableCall
    let result: StableResult
    /// Given where it is to be said why not something better.
    let reasons: StableReasons?
    /// Of one applicant only, by id; nil for all.
    let only: String?

    init(_ call: StableCall, _ result: StableResult, _ reasons: StableReasons?, only: String? = nil) {
        (self.call, self.result, self.reasons, self.only) = (call, result, reasons, only)
    }

    private func isShown(_ id: String) -> Bool { only.map { $0 == id } ?? true }

    private func isCouple(_ pair: BlockingPair) -> Bool { call.couples.contains { $0.members == pair.applicants } }

    private func words(_ pair: BlockingPair) -> String {
        let names = pair.applicants.map { call.applicants[$0] }
        let hosts = pair.hosts.map { $0.map { call.hosts[$0].id } ?? "nowhere" }
        guard isCouple(pair) else {
            return "\(names.joined(separator: " and ")) and \(hosts[0]) would rather have each other"
        }
        return
            "the couple \(names[0]) and \(names[1]) would rather be at \(hosts[0]) and \(hosts[1]), which would have them"
    }

    func value(_ side: StableCall.Side, seconds: Double?) -> Value {
        var (assignments, unassigned): ([String: Value], [Value]) = ([:], [])
        for (id, host) in zip(call.applicants, result.hostOf) where isShown(id) {
            if let host { assignments[id] = .string(call.hosts[host].id) } else { unassigned.append(.string(id)) }
        }
        var fields: [String: Value] = [
            "assignments": .object(assignments), "unassigned": .list(unassigned),
            "total": .int(Int64(result.placedCount)), "stable": .bool(result.isStable),
            "proven": .bool(result.isProven), "optimal_for": .string(side.rawValue),
            "blocking": .list(
                result.blocking.map { pair in
                    let hosts = pair.hosts.map { $0.map { Value.string(call.hosts[$0].id) } ?? .null }
                    return .object(
                        [
                            "applicants": .list(pair.applicants.map { .string(call.applicants[$0]) }),
                            "host": isCouple(pair) ? nil : hosts[0], "hosts": isCouple(pair) ? .list(hosts) : nil,
                        ].compactMapValues(\.self))
                }),
        ]
        fields["seconds"] = seconds.map { .double($0) }
        if let reasons {
            fields["why"] = .object(
                Dictionary(
                    call.applicants.enumerated().filter { isShown($0.element) }.map { applicant, id in
                        let missed = reasons.missed(by: applicant, limit: MatchSolve.missedHosts).map {
                            Value.object(
                                [
                                    "host": .string(call.hosts[$0.host].id),
                                    "partner_host": $0.partnerHost.map { .string(call.hosts[$0].id) },
                                    "why": .string($0.why),
                                ].compactMapValues(\.self))
                        }
                        return (id, Value.list(missed))
                    }, uniquingKeysWith: { first, _ in first }))
        }
        return .object(fields)
    }

    func print(on terminal: Terminal) {
        var table = Table(.init("APPLICANT"), .init("HOST"), .init("WHY NOT BETTER"))
        for (applicant, host) in result.hostOf.enumerated() where isShown(call.applicants[applicant]) {
            table.add("\(call.applicants[applicant])", "\(host.map { call.hosts[$0].id } ?? "none")", "")
            for missed in reasons?.missed(by: applicant, limit: MatchSolve.missedHosts) ?? [] {
                let partner = missed.partnerHost.map { " (partner at \(call.hosts[$0].id))" } ?? ""
                table.add("", "\(call.hosts[missed.host].id, .dim)", "\(missed.why + partner, .dim)")
            }
        }
        terminal.print(table)
        for pair in result.blocking { terminal.note("\(words(pair))") }
        if call.applicants.isEmpty { terminal.note("the call has no applicants") }
        if call.hosts.isEmpty { terminal.note("the call has no hosts") }
        let what =
            result.isStable
            ? "stable"
            : "not stable, \(Naming.count(result.blocking.count, "blocking pair", "blocking pairs"))"
                + (result.isProven ? "; no matching has fewer" : "; whether one has fewer is not known")
        terminal.note("\(result.placedCount) of \(call.applicants.count) placed, \(what)")
    }
}
