/// The place of each member of one side in the lists of the other, for look-ups in any order.
///
/// Where most pairs are possible, a table of all pairs; else a place for each entry of the member's own list.
struct PlaceTable {
    /// A table of all pairs may be so much larger than the entries are many.
    private static let sparseness = 4

    private let isDense: Bool
    private let places: [Int32]

    /// - Parameters:
    ///   - own: lists of the members that are looked up.
    ///   - other: lists in which they stand.
    init(of own: PreferenceTable, at other: PreferenceTable) {
        let (pairs, isOver) = own.count.multipliedReportingOverflow(by: other.count)
        isDense = !isOver && pairs / Self.sparseness <= own.others.count + other.others.count
        places = isDense ? Self.table(own, other, pairs) : own.placesAt(other)
    }

    private static func table(_ own: PreferenceTable, _ other: PreferenceTable, _ pairs: Int) -> [Int32] {
        [Int32](unsafeUninitializedCapacity: pairs) { table, count in
            table.initialize(repeating: -1)
            count = pairs
            other.others.withUnsafeBufferPointer { others in
                for namer in 0..<other.count {
                    // Row by row of the namer, so that all writes of a list fall close together.
                    let (row, start) = (namer * own.count, other.starts[namer])
                    for index in start..<other.starts[namer + 1] {
                        table[row + Int(others[index])] = Int32(truncatingIfNeeded: index - start)
                    }
                }
            }
        }
    }

    /// - Parameters:
    ///   - entry: the member's entry that names the namer, by number in its table.
    ///   - members: how many there are of the member's side.
    /// - Returns: -1 where the namer does not name the member.
    @inline(__always)
    func place(of member: Int, at namer: Int, entry: Int, members: Int) -> Int32 {
        isDense ? places[namer * members + member] : places[entry]
    }
}
