@testable import Matching

/// The best total of a call by trying everything, written from the definitions alone.
struct EveryPossibility {
    private let call: Call
    private var best: Double?
    private var chosen: [[Int]] = []

    /// - Returns: nil if nothing keeps to all that is asked.
    static func best(of call: Call) -> Double? {
        var search = EveryPossibility(call)
        search.tryRequest(0, 0, call.hosts.map(\.capacity))
        return search.best
    }

    private init(_ call: Call) { self.call = call }

    private mutating func tryRequest(_ request: Int, _ total: Double, _ rooms: [Int]) {
        guard request < call.requests.count else {
            if keepsQuotas, best.map({ total > $0 }) ?? true { best = total }
            return
        }
        let forced = call.forced.filter { $0.request == request }.map(\.host)
        for subset in 0..<(1 << call.hosts.count) {
            let hosts = call.hosts.indices.filter { subset & (1 << $0) != 0 }
            guard hosts.count <= call.requests[request].places, Set(forced).isSubset(of: hosts),
                hosts.allSatisfy({ rooms[$0] > 0 && isPossible(request, $0) })
            else { continue }
            let isConflict = call.conflicts.contains { conflict in
                guard let other = conflict[0] == request ? conflict[1] : conflict[1] == request ? conflict[0] : nil,
                    other < request
                else { return false }
                return !Set(chosen[other]).isDisjoint(with: hosts)
            }
            if isConflict { continue }
            var left = rooms
            for host in hosts { left[host] -= 1 }
            chosen.append(hosts)
            tryRequest(
                request + 1, total + hosts.reduce(0) { $0 + (call.pairs.score(request, $1) ?? 0) }, left)
            chosen.removeLast()
        }
    }

    private func isPossible(_ request: Int, _ host: Int) -> Bool {
        let pair = Call.Pair(request: request, host: host)
        if call.forbidden.contains(pair) { return false }
        if call.forced.contains(pair) { return true }
        guard let score = call.pairs.score(request, host) else { return false }
        return [call.minimum, call.requests[request].minimum, call.hosts[host].minimum].allSatisfy {
            $0 ?? score <= score
        }
    }

    private var keepsQuotas: Bool {
        call.quotas.allSatisfy { quota in
            var count = 0
            for (request, hosts) in chosen.enumerated() {
                for host in hosts {
                    let fits =
                        quota.requests.allSatisfy { call.requests[request].groups[$0.key] == $0.value }
                        && quota.hosts.allSatisfy { call.hosts[host].groups[$0.key] == $0.value }
                    if fits { count += 1 }
                }
            }
            return count >= quota.least && count <= quota.most ?? .max
        }
    }
}

/// Matchings of both sides' lists by trying everything, written from the definitions alone.
struct EveryMatching {
    let call: StableCall
    /// What is placed as one.
    let units: [[Int]]

    init(_ call: StableCall) {
        self.call = call
        let grouped = Set(call.together.flatMap { $0 })
        units = call.applicants.indices.filter { !grouped.contains($0) }.map { [$0] } + call.together
    }

    private func wish(_ applicant: Int, _ host: Int) -> Int? {
        call.wishes.list(of: applicant).first { Int(call.wishes.others[$0]) == host }.map {
            Int(call.wishes.levels[$0])
        }
    }

    private func rank(_ host: Int, _ applicant: Int) -> Int? {
        call.ranks.list(of: host).first { Int(call.ranks.others[$0]) == applicant }.map { Int(call.ranks.levels[$0]) }
    }

    /// How a unit likes a host: the worst of its members first, then the sum; nil if one of them is not possible.
    private func wish(_ unit: [Int], _ host: Int) -> (Int, Int)? {
        let levels = unit.map { rank(host, $0) == nil ? nil : wish($0, host) }
        guard levels.allSatisfy({ $0 != nil }) else { return nil }
        return (levels.compactMap { $0 }.max() ?? 0, levels.compactMap { $0 }.reduce(0, +))
    }

    private func rank(_ host: Int, _ unit: [Int]) -> Int { unit.compactMap { rank(host, $0) }.max() ?? .max }

    /// Whether no host has too many guests, groups stay together and every pair is possible.
    func isPossible(_ hostOf: [Int?]) -> Bool {
        call.hosts.indices.allSatisfy { host in hostOf.count { $0 == host } <= call.hosts[host].capacity }
            && units.allSatisfy { unit in Set(unit.map { hostOf[$0] }).count == 1 }
            && units.allSatisfy { unit in hostOf[unit[0]].map { wish(unit, $0) != nil } ?? true }
    }

    func blockingCount(_ hostOf: [Int?]) -> Int {
        var count = 0
        for unit in units {
            for host in call.hosts.indices {
                guard let there = wish(unit, host) else { continue }
                if let own = hostOf[unit[0]].flatMap({ wish(unit, $0) }), own <= there { continue }
                let staying = units.filter {
                    $0 != unit && hostOf[$0[0]] == host && rank(host, $0) <= rank(host, unit)
                }.reduce(0) { $0 + $1.count }
                if staying + unit.count <= call.hosts[host].capacity { count += 1 }
            }
        }
        return count
    }

    /// Every possible matching.
    func all() -> [[Int?]] {
        var result: [[Int?]] = [Array(repeating: nil, count: call.applicants.count)]
        for unit in units {
            result = result.flatMap { hostOf in
                ([nil] + call.hosts.indices.map { Optional($0) }).map { host in
                    var next = hostOf
                    for member in unit { next[member] = host }
                    return next
                }
            }
        }
        return result.filter(isPossible)
    }

    /// How well an applicant is placed; the worst is to stay out.
    func placing(_ applicant: Int, _ hostOf: [Int?]) -> Int {
        hostOf[applicant].flatMap { wish(applicant, $0) } ?? .max
    }
}
