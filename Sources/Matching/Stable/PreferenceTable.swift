/// What each member of one side thinks of the other side, member by member, the best first; equal ones share a level.
package struct PreferenceTable: Hashable, Sendable {
    /// Where each member's list begins; as many as members and one more.
    package private(set) var starts: [Int] = [0]
    /// The other side's members, by number.
    package private(set) var others: [Int32] = []
    /// 0 for the best ones, rising along a list.
    package private(set) var levels: [Int32] = []

    package init() {}

    package var count: Int { starts.count - 1 }

    package mutating func reserve(lists: Int, entries: Int) {
        starts.reserveCapacity(lists + 1)
        others.reserveCapacity(entries)
        levels.reserveCapacity(entries)
    }

    /// Adds an entry to the list that is being written, levels in rising order.
    package mutating func add(_ other: Int, level: Int) {
        precondition(others.count == starts[starts.count - 1] || levels[levels.count - 1] <= level)
        others.append(Int32(other))
        levels.append(Int32(level))
    }

    /// Ends the list that was being written.
    package mutating func endList() { starts.append(others.count) }

    package func list(of member: Int) -> Range<Int> { starts[member]..<starts[member + 1] }

    /// For each entry, the place in the list of the one it names where that one names this member; -1 where it does not.
    ///
    /// - Parameter other: the lists of the other side.
    func placesAt(_ other: PreferenceTable) -> [Int32] {
        // First who names each member, with the place there; then each list is read against its own row of that.
        var ends = [Int](repeating: 0, count: count + 1)
        for member in other.others { ends[Int(member) + 1] += 1 }
        for index in 0..<count { ends[index + 1] += ends[index] }
        var next = ends
        var (namers, places) = (
            [Int32](repeating: 0, count: other.others.count), [Int32](repeating: 0, count: other.others.count)
        )
        for namer in 0..<other.count {
            let list = other.list(of: namer)
            for index in list {
                let member = Int(other.others[index])
                namers[next[member]] = Int32(namer)
                places[next[member]] = Int32(index - list.lowerBound)
                next[member] += 1
            }
        }
        var result = [Int32](repeating: -1, count: others.count)
        var (placeOf, seen) = ([Int32](repeating: 0, count: other.count), [Int32](repeating: -1, count: other.count))
        for member in 0..<count {
            for index in ends[member]..<ends[member + 1] {
                placeOf[Int(namers[index])] = places[index]
                seen[Int(namers[index])] = Int32(member)
            }
            for index in list(of: member) where seen[Int(others[index])] == Int32(member) {
                result[index] = placeOf[Int(others[index])]
            }
        }
        return result
    }
}
