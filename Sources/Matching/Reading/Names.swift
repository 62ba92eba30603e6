/// Gives each different text a number, in the order of their coming; made for millions of look-ups.
struct Names {
    private(set) var all: [String] = []
    /// Numbers by hash, or -1; a power of two, at most half full.
    private var table: [Int32] = Array(repeating: -1, count: 64)
    private var hashes: [UInt64] = []
    private var bytes: [UInt8] = []
    private var ends: [Int] = [0]

    var count: Int { all.count }

    /// The number of the text, a new one if it was not there.
    mutating func number(of text: UnsafeBufferPointer<UInt8>) -> Int {
        let hash = Self.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
        while table[slot] >= 0 {
            let known = Int(table[slot])
            if hashes[known] == hash, isEqual(known, text) { return known }
            slot = (slot + 1) & (table.count - 1)
        }
        let number = all.count
        table[slot] = Int32(number)
        hashes.append(hash)
        bytes.append(contentsOf: text)
        ends.append(bytes.count)
        all.append(String(decoding: text, as: UTF8.self))
        if 2 * all.count > table.count { grow() }
        return number
    }

    private func isEqual(_ number: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = ends[number]
        guard ends[number + 1] - start == text.count else { return false }
        for index in 0..<text.count where bytes[start + index] != text[index] { return false }
        return true
    }

    /// The numbers by the bytes of their names, and the place of each in that order.
    var order: (numbers: [Int], places: [Int]) {
        let numbers = all.indices.sorted { all[$0].utf8.lexicographicallyPrecedes(all[$1].utf8) }
        var places = [Int](repeating: 0, count: all.count)
        for (place, number) in numbers.enumerated() { places[number] = place }
        return (numbers, places)
    }

    private mutating func grow() {
        table = Array(repeating: -1, count: 2 * table.count)
        for (number, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash) & (table.count - 1)
            while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
            table[slot] = Int32(number)
        }
    }

    /// FNV-1a, stirred at the end.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash ^ (hash >> 29)
    }
}
