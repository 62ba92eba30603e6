/// Shortest augmenting paths, one row at a time: Dijkstra's search on reduced costs.
///
/// From each row that is reached only its short list is looked at first; the rest of its pairs waits in the heap at the
/// least length that they can have.
struct AugmentingPaths: ~Copyable {
    private let hosts: Int
    /// The length of the shortest path found to each host; minus infinity for closed ones.
    private let lengths: Buffer<Double>
    /// The row and the score by which the shortest path reaches each host.
    private let cameFrom: Buffer<Int32>
    private let cameScore: Buffer<Double>
    /// The length of the path to each row, with what the row has now added.
    private let rowLengths: Buffer<Double>
    /// No other host than its own is worth more to a row than this: prices only rise. Infinite where it is not known.
    private let otherWorths: Buffer<Double>
    /// Hosts whose length is no longer infinite.
    private var touched: [Int32] = []
    private var closed: [(host: Int32, length: Double)] = []
    /// Hosts by number, and behind them rows whose other pairs are still to be looked at.
    private var open = LengthHeap()
    private var end = End.out(0)
    private var endLength = 0.0

    init(rows: Int, hosts: Int) {
        self.hosts = hosts
        lengths = Buffer(.infinity, count: hosts)
        cameFrom = Buffer(-1, count: hosts)
        cameScore = Buffer(0, count: hosts)
        rowLengths = Buffer(0, count: rows)
        otherWorths = Buffer(.infinity, count: rows)
    }

    /// Where a path ends: at a host with room, or with a row that stays out.
    private enum End {
        case host(Int)
        case out(Int)
    }

    /// Places a row at the least loss to all others, or leaves out whoever loses least by it.
    mutating func place(_ row: Int, in table: borrowing BestAssignment, _ pairs: borrowing PairView) {
        for host in touched { lengths.start[Int(host)] = .infinity }
        touched.removeAll(keepingCapacity: true)
        closed.removeAll(keepingCapacity: true)
        open.removeAll()
        let prices = table.prices.start
        // Lengths are measured from what the row has where it stays out, so they begin below 0.
        (end, endLength) = (.out(row), 0)
        reach(from: row, at: 0, table)
        while let (shortest, number) = open.popFirst(), shortest < endLength {
            guard number < hosts else {
                reachAll(from: number - hosts, table, pairs)
                continue
            }
            // A shorter path was found after this entry was made.
            guard lengths.start[number] == shortest else { continue }
            lengths.start[number] = -.infinity
            closed.append((Int32(number), shortest))
            let first = table.guests.starts.start[number]
            for place in first..<(first + table.guests.counts.start[number]) {
                let guest = Int(table.guests.rows.start[place])
                let length = shortest + (table.scoreOf.start[guest] - prices[number])
                if length < endLength { (end, endLength) = (.out(guest), length) }
                reach(from: guest, at: length, table)
                // No path is shorter than to the host that was closed last.
                if endLength == shortest { break }
            }
        }
        for (host, length) in closed { prices[Int(host)] += endLength - length }
        turn(for: row, table)
    }

    /// Looks at the short list of a row, unless no host beside its own can be near enough.
    @inline(__always)
    private mutating func reach(from row: Int, at length: Double, _ table: borrowing BestAssignment) {
        guard length - otherWorths.start[row] <= endLength else { return }
        rowLengths.start[row] = length
        let own = table.hostOf.start[row]
        var least = SIMD4<Double>(repeating: .infinity)
        let first = row * ShortLists.length
        let (hosts, scores, prices) = (
            table.lists.hosts.start + first, table.lists.scores.start + first, table.prices.start
        )
        // Most are too long, so four are looked at together. Where a list has no pair its score is minus infinity.
        for place in stride(from: 0, to: ShortLists.length, by: 4) {
            @inline(__always)
            func candidate(_ place: Int) -> Double { (prices[Int(hosts[place])] - scores[place]) + length }
            let four = SIMD4(candidate(place), candidate(place + 1), candidate(place + 2), candidate(place + 3))
            var others = four
            for lane in 0..<4 where hosts[place + lane] == own { others[lane] = .infinity }
            least = pointwiseMin(least, others)
            guard any(four .<= endLength) else { continue }
            for place in place..<(place + 4) { shorten(Int(hosts[place]), scores[place], row, length, table) }
        }
        // Minus infinity, where the list is the whole row, makes this infinite.
        let rest = length - table.lists.floors.start[row]
        if rest <= endLength { open.insert(rest, self.hosts + row) }
        otherWorths.start[row] = length - min(least.min(), rest)
    }

    /// Looks at all pairs of a row.
    private mutating func reachAll(from row: Int, _ table: borrowing BestAssignment, _ pairs: borrowing PairView) {
        let length = rowLengths.start[row]
        for pair in pairs.starts[row]..<pairs.starts[row + 1] {
            shorten(Int(pairs.hosts[pair]), pairs.scores[pair], row, length, table)
        }
        table.lists.make(row, of: pairs, at: table.prices.start)
    }

    @inline(__always)
    private mutating func shorten(
        _ host: Int, _ score: Double, _ row: Int, _ length: Double, _ table: borrowing BestAssignment
    ) {
        let candidate = (table.prices.start[host] - score) + length
        guard candidate <= endLength, candidate < lengths.start[host] else { return }
        if lengths.start[host] == .infinity { touched.append(Int32(host)) }
        lengths.start[host] = candidate
        cameFrom.start[host] = Int32(row)
        cameScore.start[host] = score
        guard table.guests.hasRoom(host) else { return open.insert(candidate, host) }
        // A place with room is better than to leave somebody out at the same loss.
        if candidate < endLength {
            (end, endLength) = (.host(host), candidate)
        } else if case .out = end {
            end = .host(host)
        }
    }

    /// Moves every row along the path.
    private func turn(for row: Int, _ table: borrowing BestAssignment) {
        var free: Int
        switch end {
        case .host(let last):
            free = move(to: last, table)
            table.guests.append(cameFrom.start[last], at: last)
            if Int(cameFrom.start[last]) == row { return }
            table.guests.replace(cameFrom.start[last], by: cameFrom.start[free], at: free)
        case .out(let last):
            if last == row { return }
            free = Int(table.hostOf.start[last])
            table.hostOf.start[last] = -1
            otherWorths.start[last] = .infinity
            table.guests.replace(Int32(last), by: cameFrom.start[free], at: free)
        }
        // Each newcomer's own place is free now for whoever the path brought there.
        while true {
            let newcomer = cameFrom.start[free]
            let old = move(to: free, table)
            if Int(newcomer) == row { return }
            free = old
            table.guests.replace(newcomer, by: cameFrom.start[free], at: free)
        }
    }

    /// Writes down that the row on the path to the host is there now.
    /// - Returns: the host where it was, or -1.
    private func move(to host: Int, _ table: borrowing BestAssignment) -> Int {
        let newcomer = Int(cameFrom.start[host])
        let old = Int(table.hostOf.start[newcomer])
        table.hostOf.start[newcomer] = Int32(host)
        table.scoreOf.start[newcomer] = cameScore.start[host]
        otherWorths.start[newcomer] = .infinity
        return old
    }
}
