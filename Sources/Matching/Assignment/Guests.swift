/// Who stays at which host: each host's guests in one block of its own, the guest with the lowest bid first.
///
/// While bids are made the block is a binary heap; afterwards it is a plain list.
struct Guests: ~Copyable {
    /// Where each host's block begins; as many as hosts and one more.
    let starts: Buffer<Int>
    let counts: Buffer<Int>
    let rows: Buffer<Int32>
    let bids: Buffer<Double>

    /// - Parameter rooms: how many guests each host takes.
    init(rooms: [Int]) {
        starts = Buffer(0, count: rooms.count + 1)
        counts = Buffer(0, count: rooms.count)
        var total = 0
        for (host, room) in rooms.enumerated() {
            starts[host] = total
            total += room
        }
        starts[rooms.count] = total
        rows = Buffer(-1, count: total)
        bids = Buffer(0, count: total)
    }

    @inline(__always)
    func hasRoom(_ host: Int) -> Bool {
        starts.start[host] + counts.start[host] < starts.start[host + 1]
    }

    /// Takes in a guest where there is room.
    /// - Returns: the lowest bid if the host is full now, else nil.
    @inline(__always)
    func take(_ row: Int32, bid: Double, at host: Int) -> Double? {
        let (first, rows, bids) = (starts.start[host], rows.start, bids.start)
        var place = counts.start[host]
        counts.start[host] += 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard bids[first + parent] > bid else { break }
            bids[first + place] = bids[first + parent]
            rows[first + place] = rows[first + parent]
            place = parent
        }
        bids[first + place] = bid
        rows[first + place] = row
        return hasRoom(host) ? nil : bids[first]
    }

    /// Puts a guest in the place of the one with the lowest bid.
    /// - Returns: who leaves, and the lowest bid from now on.
    @inline(__always)
    func outbid(_ row: Int32, bid: Double, at host: Int) -> (leaving: Int32, price: Double) {
        let (first, count, rows, bids) = (starts.start[host], counts.start[host], rows.start, bids.start)
        let leaving = rows[first]
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < count else { break }
            if child + 1 < count, bids[first + child + 1] < bids[first + child] { child += 1 }
            guard bids[first + child] < bid else { break }
            bids[first + place] = bids[first + child]
            rows[first + place] = rows[first + child]
            place = child
        }
        bids[first + place] = bid
        rows[first + place] = row
        return (leaving, bids[first])
    }

    /// Puts a guest in the place of another; bids no longer count.
    @inline(__always)
    func replace(_ old: Int32, by new: Int32, at host: Int) {
        var place = starts.start[host]
        while rows.start[place] != old { place += 1 }
        rows.start[place] = new
    }

    /// Takes in a guest; bids no longer count.
    @inline(__always)
    func append(_ row: Int32, at host: Int) {
        rows.start[starts.start[host] + counts.start[host]] = row
        counts.start[host] += 1
    }
}
