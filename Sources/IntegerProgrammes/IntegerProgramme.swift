/// A linear objective to be made as large as can be, over columns between 0 and a limit, some of them whole numbers,
/// within rows that each keep a weighted sum of columns between two limits.
package struct IntegerProgramme: Hashable, Sendable {
    /// Columns and entries beyond this are refused, as the library counts in 32 bits.
    package static let most = 100_000_000

    private(set) var objective: [Double] = []
    private(set) var limits: [Double] = []
    private(set) var isWhole: [Bool] = []
    private(set) var rowLeast: [Double] = []
    private(set) var rowMost: [Double] = []
    /// Where each column's entries begin; as many as columns and one more.
    private(set) var starts: [Int32] = [0]
    private(set) var rows: [Int32] = []
    private(set) var weights: [Double] = []

    package init() {}

    package var columnCount: Int { objective.count }
    package var rowCount: Int { rowLeast.count }

    /// Adds a row whose weighted sum stays between `least` and `most`, which may be infinite.
    package mutating func addRow(least: Double = -.infinity, most: Double = .infinity) -> Int {
        rowLeast.append(least)
        rowMost.append(most)
        return rowLeast.count - 1
    }

    /// Adds a column from 0 to `limit` with its weights in rows, each row at most once.
    package mutating func addColumn(
        objective value: Double, limit: Double = 1, isWhole whole: Bool = true, _ entries: [(row: Int, weight: Double)]
    ) {
        precondition(columnCount < Self.most && rows.count + entries.count < Self.most)
        objective.append(value)
        limits.append(limit)
        isWhole.append(whole)
        for (row, weight) in entries {
            rows.append(Int32(row))
            weights.append(weight)
        }
        starts.append(Int32(rows.count))
    }

    /// Whether each column's value keeps to the limits of all rows, as far as sums of doubles can tell.
    func holds(_ values: [Double]) -> Bool {
        var sums = [Double](repeating: 0, count: rowCount)
        for column in values.indices {
            guard (-1e-6...(limits[column] + 1e-6)).contains(values[column]) else { return false }
            for entry in Int(starts[column])..<Int(starts[column + 1]) {
                sums[Int(rows[entry])] += weights[entry] * values[column]
            }
        }
        return sums.indices.allSatisfy { row in
            let slack = 1e-6 * (1 + abs(sums[row]))
            return sums[row] >= rowLeast[row] - slack && sums[row] <= rowMost[row] + slack
        }
    }
}

/// The best values of a programme whose columns need not be whole, and what each row is worth.
package struct Relaxation: Sendable {
    package let values: [Double]
    /// By how much the objective would grow with one more in a row's limit; above 0 at an upper limit.
    package let prices: [Double]
    package let total: Double
}

/// What the search for whole numbers gave.
package struct WholeSolution: Sendable {
    package let values: [Double]
    package let total: Double
    /// No total is larger.
    package let bound: Double
    /// Whether the search was ended with nothing left to look at.
    package let isOptimal: Bool
}

/// Why there is no solution.
package enum ProgrammeFailure: Error, Hashable, Sendable {
    /// The limits contradict each other.
    case impossible
    /// The caller stopped it.
    case stopped
    /// The time ended before any solution was found, or the numbers are beyond the library.
    case notFound
}
