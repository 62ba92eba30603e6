/// The best assignment of requests (rows) to hosts (columns) where nearly every pair is possible.
///
/// Rows first bid for hosts as in an auction without increments, which places most of them and keeps all prices such
/// that every guest is content (complementary slackness); the rest are placed along shortest augmenting paths
/// (Jonker and Volgenant 1987, with capacities instead of copies of a host). A row may stay out, which is worth 0.
///
/// All scores are whole numbers small enough that every sum here is exact (`ScoreScale`).
struct DenseAssignment: ~Copyable {
    /// Rows are padded to this many columns, so that the inner loops have no rest.
    static let lanes = 8
    /// Bids that are made a row before paths take over.
    static let bidsPerRow = 24
    /// How much less a full host is liked than one with room that is worth as much; below 1, and exact.
    static let preference = 0.25
    /// Rows between two calls of the watch.
    static let watchEvery = 64

    let rows: Int
    let hosts: Int
    let stride: Int
    /// `rows` × `stride`; minus infinity where a pair is not possible, and in the padding.
    let scores: Buffer<Double>
    let rooms: [Int]
    let guests: Guests
    /// What a place at each host costs whoever takes it; 0 where there is room left.
    let prices: Buffer<Double>
    /// Where each row is, or -1.
    let hostOf: Buffer<Int32>

    /// - Parameter rooms: how many rows each host takes, 0 or more.
    init(rows: Int, rooms: [Int]) {
        (self.rows, hosts) = (rows, rooms.count)
        stride = (rooms.count + Self.lanes - 1) / Self.lanes * Self.lanes
        scores = Buffer(-.infinity, count: rows * stride)
        self.rooms = rooms.map { min($0, rows) }
        guests = Guests(rooms: self.rooms)
        prices = Buffer(0, count: stride)
        hostOf = Buffer(-1, count: rows)
        // Nobody wants what costs without end.
        for host in 0..<hosts where rooms[host] == 0 { prices[host] = .infinity }
    }

    /// - Parameter watch: is told how many rows are placed for good; answers whether to go on.
    /// - Returns: false if the watch stopped it, in which case nothing may be read.
    func solve(watch: (Int) -> Bool) -> Bool {
        guard hosts > 0, rows > 0 else { return true }
        let left = bid()
        var paths = DensePaths(hosts: hosts, stride: stride)
        for (number, row) in left.enumerated() {
            if number % Self.watchEvery == 0, !watch(rows - left.count + number) { return false }
            paths.place(row, in: self)
        }
        return true
    }

    /// - Returns: the rows that bidding could not place.
    private func bid() -> [Int32] {
        let (scores, prices) = (scores.start, prices.start)
        // Among equals one with room is taken: scores are whole numbers, so less than one decides nothing else.
        let asked = Buffer(0.0, count: hosts)
        for host in 0..<hosts where !guests.hasRoom(host) { asked.start[host] = prices[host] }
        let askedPrices = asked.start
        var left: [Int32] = []
        var waiting: [Int32] = (0..<Int32(rows)).reversed()
        var bidsLeft = rows * Self.bidsPerRow
        while let row = waiting.popLast() {
            guard bidsLeft > 0 else {
                left.append(row)
                continue
            }
            bidsLeft -= 1
            let line = scores + Int(row) * stride
            var (best, bestHost, second, secondHost) = (-Double.infinity, 0, -Double.infinity, 0)
            for host in 0..<hosts {
                let value = line[host] - askedPrices[host]
                guard value > second else { continue }
                if value > best {
                    (second, secondHost) = (best, bestHost)
                    (best, bestHost) = (value, host)
                } else {
                    (second, secondHost) = (value, host)
                }
            }
            let worth = line[bestHost] - prices[bestHost]
            // To stay out is worth 0, whatever the prices are from now on.
            if best == -.infinity || worth < 0 { continue }
            let otherWorth = second == -.infinity ? 0 : max(0, line[secondHost] - prices[secondHost])
            let bid = line[bestHost] - otherWorth
            if guests.hasRoom(bestHost) {
                if let price = guests.take(row, bid: bid, at: bestHost) {
                    prices[bestHost] = price
                    askedPrices[bestHost] = price + Self.preference
                }
                hostOf.start[Int(row)] = Int32(bestHost)
            } else if bid > prices[bestHost] {
                let (leaving, price) = guests.outbid(row, bid: bid, at: bestHost)
                prices[bestHost] = price
                askedPrices[bestHost] = price + Self.preference
                hostOf.start[Int(row)] = Int32(bestHost)
                hostOf.start[Int(leaving)] = -1
                waiting.append(leaving)
            } else {
                left.append(row)
            }
        }
        return left
    }

    /// Takes over the scores of the pairs; all others are not possible.
    func fill(_ pairs: PairTable) {
        for row in 0..<rows {
            for index in pairs.pairs(of: row) { scores[row * stride + Int(pairs.hosts[index])] = pairs.scores[index] }
        }
    }

    /// Proves the result, or shows that it is wrong.
    var certificate: Certificate {
        Certificate(hostOf: hostOf, rooms: rooms, prices: prices) { row, each in
            for host in 0..<hosts { each(host, scores.start[row * stride + host]) }
        }
    }
}
