/// By how much the best total falls if a request is placed at a host where it is not: the shortest way on which those who
/// are there make room, over what each move loses beside the prices of the best assignment.
///
/// A way goes from the host to where one of its guests moves, and so forth, to the place that the request gives up. It may
/// go through nowhere: with somebody who goes out or a host with room, and on with somebody who comes in.
struct ForcedLoss {
    /// Calls with more pairs are not looked at: each way may go over all of them.
    static let mostPairs = 200_000

    private let prepared: PreparedCall
    private let prices: [Double]
    /// Without forced pairs, which nobody can leave.
    private let hostsOf: [Set<Int>]
    private let guests: [[Int]]

    /// nil for calls with quotas or conflicts, and for large ones.
    init?(_ prepared: PreparedCall, _ result: CallResult) {
        guard prepared.isFree, prepared.pairs.count <= Self.mostPairs else { return nil }
        self.prepared = prepared
        prices = result.prices.map { ($0 * prepared.scale.factor).rounded() }
        hostsOf = result.hostsOf.enumerated().map { request, hosts in
            Set(hosts.filter { !prepared.isForced(Call.Pair(request: request, host: $0)) })
        }
        var guests = [[Int]](repeating: [], count: prepared.rooms.count)
        for (request, hosts) in hostsOf.enumerated() { for host in hosts.sorted() { guests[host].append(request) } }
        self.guests = guests
    }

    /// - Returns: in scores; nil where the pair cannot be.
    func loss(placing request: Int, at host: Int) -> Double? {
        guard let pair = prepared.pairs.index(request, host), prepared.rooms[host] > 0 else { return nil }
        let gain = prepared.pairs.scores[pair] - prices[host]
        let lengths = ways(of: request, from: host)
        let isShort = spare(request) > 0
        let ends = hostsOf[request].map { margin(request, $0) + lengths[$0] } + (isShort ? [lengths[guests.count]] : [])
        return ends.min().map { max(0, $0 - gain) / prepared.scale.factor }
    }

    private func spare(_ request: Int) -> Int { prepared.places[request] - hostsOf[request].count }

    private func margin(_ request: Int, _ host: Int) -> Double {
        prepared.pairs.index(request, host).map { prepared.pairs.scores[$0] - prices[host] } ?? 0
    }

    /// The lengths of the shortest ways from a host to all others and to nowhere, which stands last (Dijkstra); no move
    /// loses less than 0 at the prices of a best assignment.
    private func ways(of request: Int, from host: Int) -> [Double] {
        let nowhere = guests.count
        var lengths = [Double](repeating: .infinity, count: nowhere + 1)
        lengths[host] = 0
        var heap = LengthHeap()
        heap.insert(0, host)
        func reach(_ other: Int, _ length: Double) {
            guard length < lengths[other] else { return }
            lengths[other] = length
            heap.insert(length, other)
        }
        func move(_ guest: Int, losing margin: Double, from length: Double) {
            for pair in prepared.pairs.pairs(of: guest) {
                let other = Int(prepared.pairs.hosts[pair])
                if hostsOf[guest].contains(other) { continue }
                reach(other, length + max(0, margin - (prepared.pairs.scores[pair] - prices[other])))
            }
        }
        while let (length, number) = heap.popFirst() {
            guard length == lengths[number] else { continue }
            guard number < nowhere else {
                for other in guests.indices { reach(other, length + prices[other]) }
                // The request itself has one place less to give, as it has the host.
                for guest in prepared.places.indices
                where spare(guest) > (guest == request ? 1 : 0) {
                    move(guest, losing: 0, from: length)
                }
                continue
            }
            if guests[number].count < prepared.rooms[number] { reach(nowhere, length) }
            for guest in guests[number] {
                let margin = margin(guest, number)
                reach(nowhere, length + max(0, margin))
                move(guest, losing: margin, from: length)
            }
        }
        return lengths
    }
}
