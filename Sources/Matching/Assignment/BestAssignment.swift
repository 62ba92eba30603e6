/// The assignment of requests (rows), one place each, to hosts with the best total.
///
/// Rows first bid for hosts as in an auction without increments, which places most of them and keeps all prices such
/// that every guest is content (complementary slackness); the rest are placed along shortest augmenting paths
/// (Jonker and Volgenant 1987, with capacities instead of copies of a host). A row may stay out, which is worth 0.
///
/// All scores are whole numbers small enough that every sum here is exact (`ScoreScale`).
struct BestAssignment: ~Copyable {
    /// Bids that are made a row before paths take over.
    static let bidsPerRow = 64
    /// How much less a full host is liked than one with room that is worth as much; below 1, and exact.
    static let preference = 0.25
    /// Rows between two calls of the watch.
    static let watchEvery = 64

    let rows: Int
    let hosts: Int
    let rooms: [Int]
    let guests: Guests
    /// What a place at each host costs whoever takes it; 0 where there is room left.
    let prices: Buffer<Double>
    /// Where each row is, or -1, and what it scores there.
    let hostOf: Buffer<Int32>
    let scoreOf: Buffer<Double>
    let lists: ShortLists

    /// - Parameters:
    ///   - pairs: with whole scores of 0 or more, none at hosts without room.
    ///   - rooms: how many rows each host takes.
    init(_ pairs: PairTable, rooms: [Int]) {
        (rows, hosts) = (pairs.requestCount, rooms.count)
        var wanted = [Int](repeating: 0, count: rooms.count)
        for host in pairs.hosts { wanted[Int(host)] += 1 }
        self.rooms = zip(rooms, wanted).map { min($0, $1) }
        guests = Guests(rooms: self.rooms)
        prices = Buffer(0, count: rooms.count)
        hostOf = Buffer(-1, count: rows)
        scoreOf = Buffer(0, count: rows)
        lists = ShortLists(rows: rows)
    }

    /// - Parameter watch: is told how many rows are placed for good; answers whether to go on.
    /// - Returns: false if the watch stopped it, in which case nothing may be read.
    func solve(_ pairs: borrowing PairView, watch: (Int) -> Bool) -> Bool {
        guard let left = bid(pairs, watch: watch) else { return false }
        var paths = AugmentingPaths(rows: rows, hosts: hosts)
        for (number, row) in left.enumerated() {
            if number % Self.watchEvery == 0, !watch(rows - left.count + number) { return false }
            paths.place(Int(row), in: self, pairs)
        }
        return true
    }

    /// - Returns: the rows that bidding could not place; nil if the watch stopped it.
    private func bid(_ pairs: borrowing PairView, watch: (Int) -> Bool) -> [Int32]? {
        let prices = prices.start
        // Among equals one with room is taken: scores are whole numbers, so less than one decides nothing else.
        let asked = Buffer(0.0, count: hosts)
        var left: [Int32] = []
        var waiting: [Int32] = (0..<Int32(rows)).reversed()
        var bidsLeft = rows * Self.bidsPerRow
        while let row = waiting.popLast() {
            guard bidsLeft > 0 else {
                left.append(row)
                continue
            }
            bidsLeft -= 1
            if bidsLeft % 4096 == 0, !watch(0) { return nil }
            guard let wish = wish(of: Int(row), pairs, asked) else { continue }
            // To stay out is worth 0, whatever the prices are from now on.
            if wish.score < prices[wish.host] { continue }
            let bid = wish.score - max(0, wish.otherWorth)
            if guests.hasRoom(wish.host) {
                if let price = guests.take(row, bid: bid, at: wish.host) {
                    prices[wish.host] = price
                    asked.start[wish.host] = price + Self.preference
                }
            } else if bid > prices[wish.host] {
                let (leaving, price) = guests.outbid(row, bid: bid, at: wish.host)
                prices[wish.host] = price
                asked.start[wish.host] = price + Self.preference
                hostOf.start[Int(leaving)] = -1
                waiting.append(leaving)
            } else {
                left.append(row)
                continue
            }
            hostOf.start[Int(row)] = Int32(wish.host)
            scoreOf.start[Int(row)] = wish.score
        }
        return left
    }

    /// The host that a row likes best at these prices, and what the next best is worth; nil where it has no pair.
    @inline(__always)
    private func wish(
        of row: Int, _ pairs: borrowing PairView, _ asked: borrowing Buffer<Double>
    ) -> (host: Int, score: Double, otherWorth: Double)? {
        let first = row * ShortLists.length
        let (hosts, scores) = (lists.hosts.start + first, lists.scores.start + first)
        var isNew = false
        while true {
            var (best, second, bestPlace, secondPlace) = (-Double.infinity, -Double.infinity, -1, -1)
            // Where the list has no pair its score is minus infinity.
            for place in 0..<ShortLists.length {
                let worth = scores[place] - asked.start[Int(hosts[place])]
                guard worth > second else { continue }
                if worth > best {
                    (second, secondPlace) = (best, bestPlace)
                    (best, bestPlace) = (worth, place)
                } else {
                    (second, secondPlace) = (worth, place)
                }
            }
            guard isNew || second >= lists.floors.start[row] else {
                lists.make(row, of: pairs, at: asked.start)
                isNew = true
                continue
            }
            guard bestPlace >= 0 else { return nil }
            let other = secondPlace < 0 ? -.infinity : scores[secondPlace] - prices.start[Int(hosts[secondPlace])]
            return (Int(hosts[bestPlace]), scores[bestPlace], other)
        }
    }
}
