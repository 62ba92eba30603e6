@testable import Matching

/// Matchings with couples by trying everything, written from the cases of McBride and Manlove (2013) alone.
struct EveryCouple {
    let call: StableCall

    private var single: [Int] {
        let paired = Set(call.couples.flatMap(\.members))
        return call.applicants.indices.filter { !paired.contains($0) }
    }

    private func wish(_ applicant: Int, _ host: Int) -> Int? {
        guard rank(host, applicant) != nil else { return nil }
        return call.wishes.list(of: applicant).first { Int(call.wishes.others[$0]) == host }.map {
            Int(call.wishes.levels[$0])
        }
    }

    private func rank(_ host: Int, _ applicant: Int) -> Int? {
        call.ranks.list(of: host).first { Int(call.ranks.others[$0]) == applicant }.map { Int(call.ranks.levels[$0]) }
    }

    private func possible(_ couple: StableCall.Couple) -> [StableCall.Couple.Wish] {
        couple.wishes.filter { wish in
            (wish.first.map { rank($0, couple.first) != nil } ?? true)
                && (wish.second.map { rank($0, couple.second) != nil } ?? true)
        }
    }

    /// Every matching in which nobody is where it cannot be.
    func all() -> [[Int?]] {
        var result: [[Int?]] = [Array(repeating: nil, count: call.applicants.count)]
        for applicant in single {
            let hosts = [nil] + call.hosts.indices.filter { wish(applicant, $0) != nil }.map { Optional($0) }
            result = result.flatMap { former in
                hosts.map { host in
                    var next = former
                    next[applicant] = host
                    return next
                }
            }
        }
        for couple in call.couples {
            let wishes = possible(couple)
            result = result.flatMap { former in
                [former]
                    + wishes.map { wish in
                        var next = former
                        (next[couple.first], next[couple.second]) = (wish.first, wish.second)
                        return next
                    }
            }
        }
        return result.filter(hasRoom)
    }

    private func hasRoom(_ hostOf: [Int?]) -> Bool {
        call.hosts.indices.allSatisfy { host in hostOf.count { $0 == host } <= call.hosts[host].capacity }
    }

    func isPossible(_ hostOf: [Int?]) -> Bool {
        hasRoom(hostOf)
            && single.allSatisfy { applicant in hostOf[applicant].map { wish(applicant, $0) != nil } ?? true }
            && call.couples.allSatisfy { couple in
                let own = couple.members.map { hostOf[$0] }
                return own == [nil, nil] || possible(couple).contains { [$0.first, $0.second] == own }
            }
    }

    func blockingCount(_ hostOf: [Int?]) -> Int {
        func guests(_ host: Int) -> [Int] { hostOf.indices.filter { hostOf[$0] == host } }
        func free(_ host: Int) -> Int { call.hosts[host].capacity - guests(host).count }
        func prefers(_ host: Int, _ newcomer: Int, to guest: Int) -> Bool {
            rank(host, newcomer) ?? .max < rank(host, guest) ?? .max
        }
        func takes(_ host: Int?, _ newcomer: Int, staying: Int? = nil) -> Bool {
            guard let host else { return true }
            return free(host) > 0 || guests(host).contains { $0 != staying && prefers(host, newcomer, to: $0) }
        }
        func takesBoth(_ host: Int, _ first: Int, _ second: Int) -> Bool {
            let there = guests(host)
            if free(host) >= 2 { return true }
            if free(host) == 1 {
                return there.contains { prefers(host, first, to: $0) || prefers(host, second, to: $0) }
            }
            return there.contains { one in
                prefers(host, first, to: one)
                    && there.contains { other in other != one && prefers(host, second, to: other) }
            }
        }
        var count = 0
        for applicant in single {
            let own = hostOf[applicant].flatMap { wish(applicant, $0) } ?? .max
            for host in call.hosts.indices where wish(applicant, host) ?? .max < own {
                if takes(host, applicant) { count += 1 }
            }
        }
        for couple in call.couples {
            let (first, second) = (couple.first, couple.second)
            let own = [hostOf[first], hostOf[second]]
            let level = couple.wishes.first { [$0.first, $0.second] == own }?.level ?? .max
            for wish in possible(couple) where wish.level < level {
                let blocks: Bool
                if wish.second == own[1] {
                    blocks = takes(wish.first, first, staying: second)
                } else if wish.first == own[0] {
                    blocks = takes(wish.second, second, staying: first)
                } else if let host = wish.first, host == wish.second {
                    blocks = takesBoth(host, first, second)
                } else {
                    blocks = takes(wish.first, first) && takes(wish.second, second)
                }
                if blocks { count += 1 }
            }
        }
        return count
    }
}
