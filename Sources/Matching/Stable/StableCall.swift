/// A call in which both sides rank: applicants the hosts that they would take, hosts the applicants that they would take.
///
/// A pair is possible where each stands in the other's list. Lists may be short, and several may share a place.
package struct StableCall: Hashable, Sendable {
    package var applicants: [String]
    /// Their minimums and groups mean nothing here.
    package var hosts: [Call.Host]
    /// What each applicant thinks of the hosts.
    package var wishes: PreferenceTable
    /// What each host thinks of the applicants.
    package var ranks: PreferenceTable
    /// Applicants, by number, that go to one host together or nowhere; nobody stands in two.
    package var together: [[Int]] = []
    /// Two applicants each with joint wishes; their lists in `wishes` are empty.
    package var couples: [Couple] = []

    package init(applicants: [String], hosts: [Call.Host], wishes: PreferenceTable, ranks: PreferenceTable) {
        (self.applicants, self.hosts, self.wishes, self.ranks) = (applicants, hosts, wishes, ranks)
    }

    /// Whose wishes come first where several matchings are stable.
    package enum Side: String, Hashable, Sendable, CaseIterable {
        case requests
        case hosts
    }

    /// Everything that is wrong with the call; nil if nothing is.
    var mistakes: MatchingMistake? {
        var messages = Call.repeated(applicants).map { "applicant \(shown($0)) stands there twice" }
        messages += Call.repeated(hosts.map(\.id)).map { "host \(shown($0)) stands there twice" }
        for host in hosts where !(0...Call.most).contains(host.capacity) {
            messages.append("host \(shown(host.id)) has a capacity of \(host.capacity); 0 to \(Call.most) can be")
        }
        if wishes.count != applicants.count || ranks.count != hosts.count {
            messages.append(
                "\(applicants.count) applicants and \(hosts.count) hosts, but lists of \(wishes.count) and \(ranks.count)"
            )
        } else {
            messages += Self.mistakes(wishes, of: applicants.map { "applicant \(shown($0))" }, others: hosts.map(\.id))
            messages += Self.mistakes(ranks, of: hosts.map { "host \(shown($0.id))" }, others: applicants)
        }
        var grouped: Set<Int> = []
        for group in together {
            if group.count < 2 {
                messages.append("a group that goes together has \(group.count) applicant; 2 are the least")
            }
            for member in group {
                guard applicants.indices.contains(member) else {
                    messages.append("a group that goes together names an applicant that is not there")
                    continue
                }
                if !grouped.insert(member).inserted {
                    messages.append("applicant \(shown(applicants[member])) stands in two groups that go together")
                }
            }
        }
        return MatchingMistake(messages + coupleMistakes(grouped))
    }

    private static func mistakes(
        _ table: PreferenceTable, of names: @autoclosure () -> [String], others: [String]
    ) -> [String] {
        var messages: [String] = []
        var seen = [Int32](repeating: -1, count: others.count)
        for member in 0..<table.count {
            for index in table.list(of: member) {
                let other = Int(table.others[index])
                guard others.indices.contains(other) else {
                    messages.append("\(names()[member]) ranks somebody who is not there")
                    continue
                }
                if seen[other] == Int32(member) {
                    messages.append("\(names()[member]) ranks \(shown(others[other])) twice")
                }
                seen[other] = Int32(member)
            }
        }
        return messages
    }
}

/// A matching of a call in which both sides rank.
package struct StableResult: Hashable, Sendable {
    /// The host of each applicant, by number; nil for who goes nowhere.
    package internal(set) var hostOf: [Int?]
    /// Who would rather be matched with each other; empty if the matching is stable.
    package internal(set) var blocking: [BlockingPair]
    /// Whether it was proven that no matching has fewer blocking pairs.
    package internal(set) var isProven: Bool
    package var isStable: Bool { blocking.isEmpty }
    package var placedCount: Int { hostOf.count { $0 != nil } }
}

/// An applicant, a group that goes together, or a couple, and hosts, who all prefer each other to what they have.
package struct BlockingPair: Hashable, Sendable {
    package let applicants: [Int]
    /// Where each of the applicants would go; nil for one of a couple that would go nowhere.
    package let hosts: [Int?]
}
