/// The names of what can be known in a case, each with a small number: `request`, `request.call`, `visit`, `host`.
final class AtomTable {
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    /// The number of a name; new names get the next.
    func number(_ name: String) -> Int {
        if let known = numbers[name] { return known }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }

    /// The number of a name that is there already.
    func known(_ name: String) -> Int? { numbers[name] }

    func set(_ names: some Sequence<String>) -> AtomSet {
        var result = AtomSet()
        for name in names { result.insert(number(name)) }
        return result
    }
}

/// A set of atoms as bits: the analyses join and meet many of them.
struct AtomSet: Hashable {
    private var words: [UInt64] = []

    init() {}

    /// All atoms with numbers below a count.
    init(below count: Int) {
        words = Array(repeating: UInt64.max, count: count / 64)
        if count % 64 > 0 { words.append((1 << UInt64(count % 64)) - 1) }
    }

    func contains(_ number: Int) -> Bool {
        let word = number / 64
        return word < words.count && words[word] & (1 << UInt64(number % 64)) != 0
    }

    mutating func insert(_ number: Int) {
        let word = number / 64
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(number % 64)
    }

    mutating func remove(_ number: Int) {
        let word = number / 64
        if word < words.count { words[word] &= ~(1 << UInt64(number % 64)) }
    }

    mutating func formUnion(_ other: AtomSet) {
        while words.count < other.words.count { words.append(0) }
        for index in other.words.indices { words[index] |= other.words[index] }
    }

    mutating func formIntersection(_ other: AtomSet) {
        for index in words.indices { words[index] &= index < other.words.count ? other.words[index] : 0 }
    }

    mutating func subtract(_ other: AtomSet) {
        for index in words.indices where index < other.words.count { words[index] &= ~other.words[index] }
    }

    func isSubset(of other: AtomSet) -> Bool {
        words.indices.allSatisfy { words[$0] & ~($0 < other.words.count ? other.words[$0] : 0) == 0 }
    }

    /// The numbers that it has, in order.
    var numbers: [Int] {
        var result: [Int] = []
        for (index, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                result.append(index * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return result
    }

    static func == (left: AtomSet, right: AtomSet) -> Bool { left.isSubset(of: right) && right.isSubset(of: left) }

    func hash(into hasher: inout Hasher) { for number in numbers { hasher.combine(number) } }
}
