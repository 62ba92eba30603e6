/// Why an applicant did not get a host that it likes better: in a sentence a host.
package struct StableReasons: Sendable {
    /// A host that an applicant likes better than where it is.
    package struct Missed: Hashable, Sendable {
        package let host: Int
        /// A sentence without full stop.
        package let why: String
    }

    private let call: StableCall
    private let result: StableResult
    private let places: [Int32]
    private let guests: [Int]
    private let groupSizes: [Int: Int]

    /// - Parameter result: of this call.
    package init(_ call: StableCall, _ result: StableResult) {
        (self.call, self.result) = (call, result)
        places = call.wishes.placesAt(call.ranks)
        var guests = [Int](repeating: 0, count: call.hosts.count)
        for case let host? in result.hostOf { guests[host] += 1 }
        self.guests = guests
        groupSizes = Dictionary(
            call.together.flatMap { group in group.map { ($0, group.count) } }, uniquingKeysWith: { first, _ in first })
    }

    /// The hosts that the applicant likes better than its own, the best first.
    package func missed(by applicant: Int, limit: Int) -> [Missed] {
        let list = call.wishes.list(of: applicant)
        let own = result.hostOf[applicant]
        let level = list.first { own == Int(call.wishes.others[$0]) }.map { call.wishes.levels[$0] } ?? .max
        return list.filter { call.wishes.levels[$0] < level }.prefix(limit).map { wish in
            let host = Int(call.wishes.others[wish])
            return Missed(host: host, why: why(applicant, host, wish))
        }
    }

    private func why(_ applicant: Int, _ host: Int, _ wish: Int) -> String {
        if places[wish] < 0 { return "the host does not rank the applicant" }
        if call.hosts[host].capacity == 0 { return "the host has a capacity of 0" }
        if result.blocking.contains(where: { $0.host == host && $0.applicants.contains(applicant) }) {
            return "it would be taken there, but no matching without such pairs was found"
        }
        if let size = groupSizes[applicant] {
            return "the host would have to let go guests that it likes as much as each of the \(size) that go together"
        }
        return "all \(guests[host]) places are with applicants whom the host likes as much or better"
    }
}
