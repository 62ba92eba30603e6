/// Keys in order, each once, in chunks: adding, removing and the first key stay cheap with a million of them.
struct SortedKeys<Key: Comparable & Sendable>: Sendable {
    /// A chunk with more keys than this is cut in two.
    private static var chunkKeys: Int { 512 }

    /// Never an empty chunk.
    private var chunks: [[Key]] = []

    private(set) var count = 0

    var first: Key? { chunks.first?.first }

    mutating func insert(_ key: Key) {
        guard !chunks.isEmpty else {
            chunks = [[key]]
            count = 1
            return
        }
        let chunk = min(chunkIndex(of: key), chunks.count - 1)
        let place = Self.place(of: key, in: chunks[chunk])
        if place < chunks[chunk].count, chunks[chunk][place] == key { return }
        chunks[chunk].insert(key, at: place)
        count += 1
        if chunks[chunk].count > Self.chunkKeys {
            let half = chunks[chunk].count / 2
            let tail = Array(chunks[chunk][half...])
            chunks[chunk].removeSubrange(half...)
            chunks.insert(tail, at: chunk + 1)
        }
    }

    mutating func remove(_ key: Key) {
        let chunk = chunkIndex(of: key)
        guard chunk < chunks.count else { return }
        let place = Self.place(of: key, in: chunks[chunk])
        guard place < chunks[chunk].count, chunks[chunk][place] == key else { return }
        chunks[chunk].remove(at: place)
        count -= 1
        if chunks[chunk].isEmpty { chunks.remove(at: chunk) }
    }

    /// Calls `body` with each key after `start` (nil: with all), in order, until it answers false.
    func forEach(after start: Key? = nil, _ body: (Key) -> Bool) {
        var chunk = start.map { chunkIndex(of: $0) } ?? 0
        while chunk < chunks.count {
            for key in chunks[chunk] where start.map({ $0 < key }) ?? true {
                if !body(key) { return }
            }
            chunk += 1
        }
    }

    /// The first chunk whose last key is not before `key`; the count of chunks if all are.
    private func chunkIndex(of key: Key) -> Int {
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if chunks[middle][chunks[middle].count - 1] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func place(of key: Key, in chunk: [Key]) -> Int {
        var low = 0
        var high = chunk.count
        while low < high {
            let middle = (low + high) / 2
            if chunk[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
