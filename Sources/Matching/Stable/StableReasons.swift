/// Why an applicant did not get a host that it likes better: in a sentence a host.
package struct StableReasons: Sendable {
    /// A host that an applicant likes better than where it is.
    package struct Missed: Hashable, Sendable {
        package let host: Int
        /// Where the other one of a couple would go with it; nil for nowhere, and for whoever is no couple.
        package var partnerHost: Int?
        /// A sentence without full stop.
        package let why: String
    }

    private let call: StableCall
    private let result: StableResult
    private let places: [Int32]
    private let guests: [Int]
    private let groupSizes: [Int: Int]
    private let coupleOf: [Int: StableCall.Couple]

    /// - Parameter result: of this call.
    package init(_ call: StableCall, _ result: StableResult) {
        (self.call, self.result) = (call, result)
        places = call.wishes.placesAt(call.ranks)
        var guests = [Int](repeating: 0, count: call.hosts.count)
        for case let host? in result.hostOf { guests[host] += 1 }
        self.guests = guests
        groupSizes = Dictionary(
            call.together.flatMap { group in group.map { ($0, group.count) } }, uniquingKeysWith: { first, _ in first })
        coupleOf = Dictionary(
            call.couples.flatMap { couple in couple.members.map { ($0, couple) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The hosts that the applicant likes better than its own, the best first.
    package func missed(by applicant: Int, limit: Int) -> [Missed] {
        if let couple = coupleOf[applicant] { return missed(by: applicant, of: couple, limit: limit) }
        let list = call.wishes.list(of: applicant)
        let own = result.hostOf[applicant]
        let level = list.first { own == Int(call.wishes.others[$0]) }.map { call.wishes.levels[$0] } ?? .max
        return list.filter { call.wishes.levels[$0] < level }.prefix(limit).map { wish in
            let host = Int(call.wishes.others[wish])
            return Missed(host: host, why: why(applicant, host, wish))
        }
    }

    /// The joint wishes that a couple likes better than what it has, as one of the two sees them.
    private func missed(by applicant: Int, of couple: StableCall.Couple, limit: Int) -> [Missed] {
        let own = couple.members.map { result.hostOf[$0] }
        let level = couple.wishes.first { $0.hosts == own }?.level ?? .max
        let isFirst = applicant == couple.first
        return couple.wishes.filter { $0.level < level }.compactMap { wish in
            guard let host = isFirst ? wish.first : wish.second else { return nil }
            return Missed(
                host: host, partnerHost: isFirst ? wish.second : wish.first, why: why(couple, wish, own))
        }.prefix(limit).map(\.self)
    }

    private func why(_ couple: StableCall.Couple, _ wish: StableCall.Couple.Wish, _ own: [Int?]) -> String {
        for case (let member, let host?) in zip(couple.members, wish.hosts) {
            let isRanked = call.ranks.list(of: host).contains { Int(call.ranks.others[$0]) == member }
            if !isRanked { return "\(shown(call.hosts[host].id)) does not rank \(shown(call.applicants[member]))" }
            if call.hosts[host].capacity == 0 { return "\(shown(call.hosts[host].id)) has a capacity of 0" }
        }
        if result.blocking.contains(where: { $0.applicants == couple.members && $0.hosts == wish.hosts }) {
            return "both would be taken there, but no matching without such pairs was found"
        }
        let arriving = zip(wish.hosts, own).filter { $0 != $1 }.compactMap(\.0)
        let names = Set(arriving).sorted().map { shown(call.hosts[$0].id) }.joined(separator: " or ")
        return "\(names) would have to let go guests whom it likes as much or better"
    }

    private func why(_ applicant: Int, _ host: Int, _ wish: Int) -> String {
        if places[wish] < 0 { return "the host does not rank the applicant" }
        if call.hosts[host].capacity == 0 { return "the host has a capacity of 0" }
        if result.blocking.contains(where: { $0.hosts.first == host && $0.applicants.contains(applicant) }) {
            return "it would be taken there, but no matching without such pairs was found"
        }
        if let size = groupSizes[applicant] {
            return "the host would have to let go guests that it likes as much as each of the \(size) that go together"
        }
        return "all \(guests[host]) places are with applicants whom the host likes as much or better"
    }
}
