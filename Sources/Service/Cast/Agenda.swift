import Calendars

/// What is to happen, the earliest first; of one instant, what was planned first comes first.
struct Agenda<Happening> {
    fileprivate struct Entry {
        let at: Instant
        let number: Int
        let what: Happening
    }

    private var heap: [Entry] = []
    private var count = 0

    var next: Instant? { heap.first?.at }

    /// - Parameter order: of what comes at one instant the least is first; nil: what was planned first.
    mutating func plan(_ what: Happening, at instant: Instant, order: Int? = nil) {
        heap.append(Entry(at: instant, number: order ?? count, what: what))
        count += 1
        var child = heap.count - 1
        while child > 0, Self.precedes(heap[child], heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The first of all that is due at this instant; nil when nothing is.
    mutating func take(at instant: Instant) -> Happening? {
        guard let first = heap.first, first.at <= instant else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first.what }
        heap[0] = last
        var parent = 0
        while true {
            var least = 2 * parent + 1
            guard least < heap.count else { return first.what }
            if least + 1 < heap.count, Self.precedes(heap[least + 1], heap[least]) { least += 1 }
            guard Self.precedes(heap[least], heap[parent]) else { return first.what }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
        left.at != right.at ? left.at < right.at : left.number < right.number
    }
}

extension Agenda: Sendable where Happening: Sendable {}
extension Agenda.Entry: Sendable where Happening: Sendable {}
