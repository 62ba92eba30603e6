import Testing

@testable import IntegerProgrammes

@Suite struct `A programme in whole numbers` {
    /// Two things of 3 and 4 in a bag of 5: relaxed both in part, whole only one.
    private var bag: IntegerProgramme {
        var bag = IntegerProgramme()
        let weight = bag.addRow(most: 5)
        bag.addColumn(objective: 4, [(weight, 3)])
        bag.addColumn(objective: 5, [(weight, 4)])
        return bag
    }

    @Test func `is relaxed with the price of each row, above 0 at an upper limit`() throws {
        let relaxed = try bag.relaxed()
        #expect(abs(relaxed.total - 6.5) < 1e-9)
        #expect(abs(relaxed.prices[0] - 1.25) < 1e-9)
    }

    @Test func `has a price below 0 at a lower limit`() throws {
        var programme = IntegerProgramme()
        let least = programme.addRow(least: 2)
        programme.addColumn(objective: -3, limit: 10, [(least, 1)])
        let relaxed = try programme.relaxed()
        #expect(abs(relaxed.total + 6) < 1e-9)
        #expect(abs(relaxed.prices[0] + 3) < 1e-9)
    }

    @Test func `is searched until nothing is better`() throws {
        let solution = try bag.solved(seconds: 10)
        #expect(solution.values == [0, 1])
        #expect(solution.total == 5)
        #expect(solution.bound == 5)
        #expect(solution.isOptimal)
    }

    @Test func `says that its limits contradict each other`() {
        var programme = IntegerProgramme()
        let row = programme.addRow(least: 2)
        programme.addColumn(objective: 1, [(row, 1)])
        #expect(throws: ProgrammeFailure.impossible) { try programme.relaxed() }
        #expect(throws: ProgrammeFailure.impossible) { try programme.solved(seconds: 10) }
    }

    @Test func `without columns or rows is worth nothing`() throws {
        #expect(try IntegerProgramme().relaxed().total == 0)
        #expect(try IntegerProgramme().solved(seconds: 10).total == 0)
    }

    /// Many columns in knapsacks of odd numbers: hours of search.
    private var endless: IntegerProgramme {
        var programme = IntegerProgramme()
        let rows = (0..<30).map { _ in programme.addRow(most: 99) }
        for column in 0..<400 {
            programme.addColumn(
                objective: Double(column % 7) + 0.3 * Double(column % 11),
                rows.map { ($0, Double(2 + ((column * ($0 + 3)) % 17) * 2)) })
        }
        return programme
    }

    @Test func `is given up when the caller says so, and keeps nobody else from solving`() throws {
        var looks = 0
        let long = 3_600.0
        #expect(throws: ProgrammeFailure.stopped) {
            try endless.solved(seconds: long) {
                looks += 1
                return looks < 10
            }
        }
        // Both need the library, which solves one programme at a time: the one before must have ended.
        #expect(try bag.solved(seconds: 10).total == 5)
        #expect(try bag.relaxed().prices.count == 1)
    }

    @Test func `ends at its time with the best that was found, and a bound`() throws {
        let found = try endless.solved(seconds: 1)
        #expect(!found.isOptimal)
        #expect(found.bound > found.total && found.total > 0)
    }
}
