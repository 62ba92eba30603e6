/// The assignment of requests (rows) that ask for several places, each at another host, with the best total.
///
/// Every place is brought in along a shortest augmenting path, as in `AugmentingPaths`; a row can be at several hosts, so
/// paths are between hosts, and each remembers by which of its hosts a row was reached. A place that nobody gains by stays
/// free, which is worth 0. All scores are whole numbers small enough that every sum here is exact (`ScoreScale`).
struct SeveralPlaces: ~Copyable {
    /// A row that is at a host by the pair of this number.
    private struct Guest {
        var row: Int32
        var pair: Int
    }

    /// How the shortest path reaches a host.
    private struct Step {
        var row: Int32
        var pair: Int
        /// The host that the row leaves for it; -1 where the path begins with the row.
        var leaving: Int32
    }

    private enum End {
        case host(Int)
        /// A row gives up its place at this host; -1: the row that the path is for stays out.
        case out(row: Int, leaving: Int)
    }

    private let rows: Int
    private let hosts: Int
    private let rooms: [Int]
    private let places: [Int]
    private var guests: [[Guest]]
    let prices: Buffer<Double>
    let isTaken: Buffer<Bool>
    private let lists: ShortLists
    private let lengths: Buffer<Double>
    private var steps: [Step]
    /// The shortest way on from each row in this search, with the host that it leaves.
    private let rowLengths: Buffer<Double>
    private var rowLeaving: [Int32]
    private var touchedHosts: [Int32] = []
    private var touchedRows: [Int32] = []
    private var closed: [(host: Int32, length: Double)] = []
    private var open = LengthHeap()
    private var end = End.out(row: 0, leaving: -1)
    private var endLength = 0.0

    /// - Parameters:
    ///   - pairs: with whole scores of 0 or more, none at hosts without room.
    ///   - places: that each row asks for.
    ///   - rooms: how many rows each host takes.
    init(_ pairs: PairTable, places: [Int], rooms: [Int]) {
        (rows, hosts, self.rooms, self.places) = (pairs.requestCount, rooms.count, rooms, places)
        guests = Array(repeating: [], count: rooms.count)
        prices = Buffer(0, count: rooms.count)
        isTaken = Buffer(false, count: pairs.count)
        lists = ShortLists(rows: rows)
        lengths = Buffer(.infinity, count: rooms.count)
        steps = Array(repeating: Step(row: -1, pair: -1, leaving: -1), count: rooms.count)
        rowLengths = Buffer(.infinity, count: rows)
        rowLeaving = Array(repeating: -1, count: rows)
    }

    /// - Parameter watch: is told how many rows are done; answers whether to go on.
    /// - Returns: false if the watch stopped it, in which case nothing may be read.
    mutating func solve(_ pairs: borrowing PairView, watch: (Int) -> Bool) -> Bool {
        for row in 0..<rows {
            if row % BestAssignment.watchEvery == 0, !watch(row) { return false }
            lists.make(row, of: pairs, at: prices.start)
            for _ in 0..<min(places[row], pairs.starts[row + 1] - pairs.starts[row]) {
                guard place(row, pairs) else { break }
            }
        }
        return true
    }

    /// The hosts of each row.
    func hostsOf() -> [[Int]] {
        var result: [[Int]] = Array(repeating: [], count: rows)
        for (host, staying) in guests.enumerated() { for guest in staying { result[Int(guest.row)].append(host) } }
        return result
    }

    /// - Returns: false if nobody gains by another place of the row.
    private mutating func place(_ row: Int, _ pairs: borrowing PairView) -> Bool {
        for host in touchedHosts { lengths.start[Int(host)] = .infinity }
        for row in touchedRows { rowLengths.start[Int(row)] = .infinity }
        touchedHosts.removeAll(keepingCapacity: true)
        touchedRows.removeAll(keepingCapacity: true)
        closed.removeAll(keepingCapacity: true)
        open.removeAll()
        (end, endLength) = (.out(row: row, leaving: -1), 0)
        reach(row, at: 0, leaving: -1, pairs)
        while let (shortest, number) = open.popFirst(), shortest < endLength {
            guard number < hosts else {
                reachAll(number - hosts, shortest, pairs)
                continue
            }
            guard lengths.start[number] == shortest else { continue }
            lengths.start[number] = -.infinity
            closed.append((Int32(number), shortest))
            for guest in guests[number] {
                let length = shortest + (pairs.scores[guest.pair] - prices.start[number])
                if length < endLength { (end, endLength) = (.out(row: Int(guest.row), leaving: number), length) }
                reach(Int(guest.row), at: length, leaving: Int32(number), pairs)
                if endLength == shortest { break }
            }
        }
        for (host, length) in closed { prices.start[Int(host)] += endLength - length }
        return turn(pairs)
    }

    /// Looks at the short list of a row, unless it was reached by a path as short before.
    private mutating func reach(_ row: Int, at length: Double, leaving: Int32, _ pairs: borrowing PairView) {
        guard length < rowLengths.start[row] else { return }
        if rowLengths.start[row] == .infinity { touchedRows.append(Int32(row)) }
        rowLengths.start[row] = length
        rowLeaving[row] = leaving
        let first = row * ShortLists.length
        for place in first..<(first + ShortLists.length) where lists.offsets.start[place] >= 0 {
            shorten(
                Int(lists.hosts.start[place]), row, pairs.starts[row] + Int(lists.offsets.start[place]), length, pairs)
        }
        let rest = length - lists.floors.start[row]
        if rest <= endLength { open.insert(rest, hosts + row) }
    }

    /// Looks at all pairs of a row.
    private mutating func reachAll(_ row: Int, _ rest: Double, _ pairs: borrowing PairView) {
        let length = rowLengths.start[row]
        // The row was reached by a shorter path since; that one has an entry of its own, which came before this one.
        guard rest == length - lists.floors.start[row] else { return }
        for pair in pairs.starts[row]..<pairs.starts[row + 1] {
            shorten(Int(pairs.hosts[pair]), row, pair, length, pairs)
        }
        lists.make(row, of: pairs, at: prices.start)
    }

    @inline(__always)
    private mutating func shorten(
        _ host: Int, _ row: Int, _ pair: Int, _ length: Double, _ pairs: borrowing PairView
    ) {
        guard !isTaken.start[pair] else { return }
        let candidate = (prices.start[host] - pairs.scores[pair]) + length
        guard candidate <= endLength, candidate < lengths.start[host] else { return }
        if lengths.start[host] == .infinity { touchedHosts.append(Int32(host)) }
        lengths.start[host] = candidate
        steps[host] = Step(row: Int32(row), pair: pair, leaving: rowLeaving[row])
        guard guests[host].count < rooms[host] else { return open.insert(candidate, host) }
        if candidate < endLength {
            (end, endLength) = (.host(host), candidate)
        } else if case .out = end {
            end = .host(host)
        }
    }

    /// Moves every row along the path.
    /// - Returns: false if the row that it is for stays out.
    private mutating func turn(_ pairs: borrowing PairView) -> Bool {
        var host: Int
        switch end {
        case .host(let last): host = last
        case .out(_, leaving: -1): return false
        case .out(let row, let leaving):
            remove(row, from: leaving)
            host = leaving
        }
        while true {
            let step = steps[host]
            guests[host].append(Guest(row: step.row, pair: step.pair))
            isTaken.start[step.pair] = true
            guard step.leaving >= 0 else { return true }
            remove(Int(step.row), from: Int(step.leaving))
            host = Int(step.leaving)
        }
    }

    private mutating func remove(_ row: Int, from host: Int) {
        guard let index = guests[host].firstIndex(where: { Int($0.row) == row }) else {
            preconditionFailure("a path leaves a host where the row is not")
        }
        isTaken.start[guests[host][index].pair] = false
        guests[host].remove(at: index)
    }
}
