/// Shortest augmenting paths over a dense table, one row at a time (Dijkstra on reduced costs).
struct DensePaths: ~Copyable {
    private let hosts: Int
    private let stride: Int
    /// The length of the shortest path found to each host that is still open; infinite for closed ones.
    private let lengths: Buffer<Double>
    /// The prices of open hosts; infinite for closed ones, which no path leads to again.
    private let openPrices: Buffer<Double>
    /// The row from which the shortest path reaches each host.
    private let cameFrom: Buffer<Int32>
    /// Closed hosts in the order in which they were closed, with the lengths of their paths.
    private let closed: Buffer<Int32>
    private let closedLengths: Buffer<Double>

    init(hosts: Int, stride: Int) {
        (self.hosts, self.stride) = (hosts, stride)
        lengths = Buffer(.infinity, count: stride)
        openPrices = Buffer(.infinity, count: stride)
        cameFrom = Buffer(-1, count: stride)
        closed = Buffer(-1, count: stride)
        closedLengths = Buffer(0, count: stride)
    }

    /// Where a path ends: at a host with room, or with a row that stays out.
    private enum End {
        case host(Int)
        case out(Int32)
    }

    /// Places a row at the least loss to all others, or leaves out whoever loses least by it.
    mutating func place(_ row: Int32, in table: borrowing DenseAssignment) {
        let (scores, prices, hostOf) = (table.scores.start, table.prices.start, table.hostOf.start)
        let (lengths, openPrices, closed) = (lengths.start, openPrices.start, closed.start)
        lengths.update(repeating: .infinity, count: stride)
        openPrices.update(from: prices, count: stride)
        // Measured from what the row has where it stays out, so lengths begin below 0.
        var (end, endLength) = (End.out(row), 0.0)
        var closedCount = 0
        reach(from: row, at: 0, &end, &endLength, table.guests, scores)
        while true {
            var (nearest, shortest) = (-1, Double.infinity)
            for host in 0..<hosts where lengths[host] < shortest { (nearest, shortest) = (host, lengths[host]) }
            guard shortest < endLength else { break }
            closed[closedCount] = Int32(nearest)
            closedLengths.start[closedCount] = shortest
            closedCount += 1
            lengths[nearest] = .infinity
            openPrices[nearest] = .infinity
            let first = table.guests.starts.start[nearest]
            for place in first..<(first + table.guests.counts.start[nearest]) {
                let guest = table.guests.rows.start[place]
                let length = shortest + (scores[Int(guest) * stride + nearest] - prices[nearest])
                if length < endLength { (end, endLength) = (.out(guest), length) }
                reach(from: guest, at: length, &end, &endLength, table.guests, scores)
                // No path is shorter than to the host that was closed last.
                if endLength == shortest { break }
            }
        }
        for index in 0..<closedCount { prices[Int(closed[index])] += endLength - closedLengths.start[index] }
        turn(to: end, for: row, hostOf, table)
    }

    /// Shortens the paths to open hosts by those over one row.
    /// - Parameter length: of the path to the row, with what the row has now added.
    @inline(__always)
    private func reach(
        from row: Int32, at length: Double, _ end: inout End, _ endLength: inout Double, _ guests: borrowing Guests,
        _ scores: UnsafeMutablePointer<Double>
    ) {
        let line = scores + Int(row) * stride
        let (lengths, openPrices, cameFrom) = (lengths.start, openPrices.start, cameFrom.start)
        for host in 0..<hosts {
            let candidate = (openPrices[host] - line[host]) + length
            guard candidate < lengths[host], candidate <= endLength else { continue }
            lengths[host] = candidate
            cameFrom[host] = row
            guard guests.hasRoom(host) else { continue }
            // A place with room is better than to leave somebody out at the same loss.
            if candidate < endLength {
                (end, endLength) = (.host(host), candidate)
            } else if case .out = end {
                end = .host(host)
            }
        }
    }

    /// Moves every row along the path.
    private func turn(
        to end: End, for row: Int32, _ hostOf: UnsafeMutablePointer<Int32>, _ table: borrowing DenseAssignment
    ) {
        var host: Int
        switch end {
        case .host(let last):
            let newcomer = cameFrom[last]
            host = Int(hostOf[Int(newcomer)])
            hostOf[Int(newcomer)] = Int32(last)
            table.guests.append(newcomer, at: last)
            if newcomer == row { return }
            table.guests.replace(newcomer, by: cameFrom[host], at: host)
        case .out(let last):
            if last == row { return }
            host = Int(hostOf[Int(last)])
            hostOf[Int(last)] = -1
            table.guests.replace(last, by: cameFrom[host], at: host)
        }
        // Each newcomer's own place is free now for whoever the path brought there.
        while true {
            let newcomer = cameFrom[host]
            let old = Int(hostOf[Int(newcomer)])
            hostOf[Int(newcomer)] = Int32(host)
            if newcomer == row { return }
            host = old
            table.guests.replace(newcomer, by: cameFrom[host], at: host)
        }
    }
}
