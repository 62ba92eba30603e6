import IntegerProgrammes

/// Which row and column of the programme stands for what.
struct ProgrammeLayout {
    enum Objective {
        /// Scores, less what missing places of quotas cost.
        case scores
        case shortfallOnly
        case withoutShortfall
    }

    /// The pairs that are columns, by number, in rising order; the shortfalls of quotas stand behind them.
    let pairs: [Int]
    private(set) var programme = IntegerProgramme()
    let requestRows: Range<Int>
    let hostRows: Range<Int>
    let quotaRows: Range<Int>
    let conflictRows: Range<Int>
    /// The quota of each column behind the pairs.
    private var lacking: [Int] = []

    init(_ problem: ConstrainedAssignment, pairs: [Int], objective: Objective = .scores) {
        self.pairs = pairs
        let (prepared, conditions) = (problem.prepared, problem.conditions)
        for places in prepared.places { _ = programme.addRow(most: Double(max(0, places))) }
        requestRows = 0..<programme.rowCount
        for room in prepared.rooms { _ = programme.addRow(most: Double(max(0, room))) }
        hostRows = requestRows.upperBound..<programme.rowCount
        for quota in conditions.quotas {
            _ = programme.addRow(least: Double(quota.least), most: quota.most.map { Double($0) } ?? .infinity)
        }
        quotaRows = hostRows.upperBound..<programme.rowCount
        for _ in conditions.exclusive { _ = programme.addRow(most: 1) }
        conflictRows = quotaRows.upperBound..<programme.rowCount
        let conflictsOf = problem.conflictsOf
        var request = 0
        for pair in pairs {
            while prepared.pairs.starts[request + 1] <= pair { request += 1 }
            let host = Int(prepared.pairs.hosts[pair])
            var entries = [(row: request, weight: 1.0), (hostRows.lowerBound + host, 1.0)]
            for (index, quota) in conditions.quotas.enumerated() where quota.holds(request, host) {
                entries.append((quotaRows.lowerBound + index, 1))
            }
            for conflict in conflictsOf[pair] ?? [] { entries.append((conflictRows.lowerBound + conflict, 1)) }
            let score = objective == .shortfallOnly ? 0 : prepared.pairs.scores[pair] * problem.factor
            programme.addColumn(objective: score, entries)
        }
        guard objective != .withoutShortfall else { return }
        for (index, quota) in conditions.quotas.enumerated() where quota.least > 0 {
            lacking.append(index)
            programme.addColumn(
                objective: -ConstrainedAssignment.shortfallCost, limit: Double(quota.least),
                [(quotaRows.lowerBound + index, 1)])
        }
    }

    /// The quotas that are left short.
    func shortfalls(_ values: [Double]) -> [(quota: Int, places: Int)] {
        lacking.enumerated().compactMap { index, quota in
            let places = Int(exactly: values[pairs.count + index].rounded()) ?? 0
            return places > 0 ? (quota, places) : nil
        }
    }

    /// The hosts of each request; nil if some values are not whole or a quota is left short.
    func wholeHosts(_ values: [Double], _ prepared: PreparedCall) -> [[Int]]? {
        guard shortfalls(values).isEmpty else { return nil }
        var hostsOf: [[Int]] = Array(repeating: [], count: prepared.places.count)
        var request = 0
        for (column, pair) in pairs.enumerated() {
            while prepared.pairs.starts[request + 1] <= pair { request += 1 }
            let value = values[column]
            if value > 1e-6, value < 1 - 1e-6 { return nil }
            if value > 0.5 { hostsOf[request].append(Int(prepared.pairs.hosts[pair])) }
        }
        return hostsOf
    }
}

extension ConstrainedAssignment {
    /// The conflicts that each pair is part of, by number.
    var conflictsOf: [Int: [Int]] {
        var result: [Int: [Int]] = [:]
        for (index, pair) in conditions.exclusive.enumerated() {
            result[pair.first, default: []].append(index)
            result[pair.second, default: []].append(index)
        }
        return result
    }
}
