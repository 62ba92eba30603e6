/// A call as a whole: who asks, who hosts, how well each pair fits, and what must hold.
package struct Call: Hashable, Sendable {
    /// Somebody who asks for places.
    package struct Request: Hashable, Sendable {
        package var id: String
        /// How many hosts are asked for, each another one.
        package var places: Int
        /// Pairs with a lower score are not possible.
        package var minimum: Double?
        /// What the request belongs to: `country` to `KE`.
        package var groups: [String: String]

        package init(_ id: String, places: Int = 1, minimum: Double? = nil, groups: [String: String] = [:]) {
            (self.id, self.places, self.minimum, self.groups) = (id, places, minimum, groups)
        }
    }

    /// Somebody who takes in requests.
    package struct Host: Hashable, Sendable {
        package var id: String
        package var capacity: Int
        /// Pairs with a lower score are not possible.
        package var minimum: Double?
        package var groups: [String: String]

        package init(_ id: String, capacity: Int, minimum: Double? = nil, groups: [String: String] = [:]) {
            (self.id, self.capacity, self.minimum, self.groups) = (id, capacity, minimum, groups)
        }
    }

    /// A request at a host, by their numbers in the call.
    package struct Pair: Hashable, Sendable, Comparable {
        package var request: Int
        package var host: Int

        package init(request: Int, host: Int) { (self.request, self.host) = (request, host) }

        package static func < (left: Pair, right: Pair) -> Bool {
            (left.request, left.host) < (right.request, right.host)
        }
    }

    /// How many places may and must go to requests of one group, at hosts of one group, or to such pairs.
    package struct Quota: Hashable, Sendable {
        /// All of these the request must have; empty for every request.
        package var requests: [String: String]
        package var hosts: [String: String]
        package var least: Int
        package var most: Int?

        package init(requests: [String: String] = [:], hosts: [String: String] = [:], least: Int = 0, most: Int? = nil)
        {
            (self.requests, self.hosts, self.least, self.most) = (requests, hosts, least, most)
        }
    }

    package var requests: [Request]
    package var hosts: [Host]
    package var pairs: PairTable
    /// Pairs with a lower score are not possible.
    package var minimum: Double?
    /// Pairs that must be, whatever their score; one without a score counts 0.
    package var forced: [Pair] = []
    package var forbidden: [Pair] = []
    /// Two requests, by number, that never go to the same host.
    package var conflicts: [[Int]] = []
    package var quotas: [Quota] = []

    package init(requests: [Request], hosts: [Host], pairs: PairTable) {
        (self.requests, self.hosts, self.pairs) = (requests, hosts, pairs)
    }
}
