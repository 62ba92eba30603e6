import CCbc
import Foundation
import Synchronization

/// The solvers of the COIN-OR project: Clp for linear programmes, Cbc for those in whole numbers (EPL 2.0).
extension IntegerProgramme {
    /// Seconds between two looks at whether to go on.
    private static let lookSeconds = 0.05
    /// Bytes of the stack of the thread that searches.
    private static let stackBytes = 64 << 20
    /// Cbc keeps settings in places that two searches would share.
    private static let turn = Mutex(())

    /// Solves the programme as if no column had to be whole.
    package func relaxed(_ goesOn: () -> Bool = { true }) throws(ProgrammeFailure) -> Relaxation {
        if let nothing = try withoutColumns() { return nothing }
        return try Self.inTurn(goesOn) { relax() }
    }

    /// Searches until it is proven that nothing is better, at most so long.
    /// - Parameters:
    ///   - seconds: after which the best that was found is returned.
    ///   - goesOn: asked many times a second; the search is given up as soon as it answers no.
    package func solved(
        seconds: Double, _ goesOn: () -> Bool = { true }
    ) throws(ProgrammeFailure) -> WholeSolution {
        if let nothing = try withoutColumns() {
            return WholeSolution(values: [], total: nothing.total, bound: nothing.total, isOptimal: true)
        }
        return try Self.inTurn(goesOn) { search(seconds) }
    }

    /// The library wants something to search; nil if there are columns.
    private func withoutColumns() throws(ProgrammeFailure) -> Relaxation? {
        guard columnCount == 0 else { return nil }
        guard holds([]) else { throw .impossible }
        return Relaxation(values: [], prices: [Double](repeating: 0, count: rowCount), total: 0)
    }

    /// Runs work on a thread of its own; where the caller gives up, the work ends by itself later and nobody waits for it.
    private static func inTurn<Answer: Sendable>(
        _ goesOn: () -> Bool, _ work: @escaping @Sendable () -> Result<Answer, ProgrammeFailure>
    ) throws(ProgrammeFailure) -> Answer {
        let answer = Answers<Answer>()
        let thread = Thread { turn.withLock { _ in answer.put(work()) } }
        thread.stackSize = stackBytes
        thread.start()
        while true {
            if let result = answer.wait(lookSeconds) { return try result.get() }
            if !goesOn() { throw .stopped }
        }
    }

    private func relax() -> Result<Relaxation, ProgrammeFailure> {
        guard let model = Clp_newModel() else { return .failure(.notFound) }
        defer { Clp_deleteModel(model) }
        Clp_setLogLevel(model, 0)
        Clp_setOptimizationDirection(model, -1)
        load { columns, rows, starts, indices, weights, least, most, objective, rowLeast, rowMost in
            Clp_loadProblem(
                model, columns, rows, starts, indices, weights, least, most, objective, rowLeast, rowMost)
        }
        _ = Clp_initialSolve(model)
        switch Clp_status(model) {
        case 0: break
        case 1: return .failure(.impossible)
        default: return .failure(.notFound)
        }
        guard let values = Clp_primalColumnSolution(model) else { return .failure(.notFound) }
        let prices = Clp_dualRowSolution(model)
        return .success(
            Relaxation(
                values: Array(UnsafeBufferPointer(start: values, count: columnCount)),
                prices: Array(UnsafeBufferPointer(start: prices, count: prices == nil ? 0 : rowCount)),
                total: Clp_objectiveValue(model)))
    }

    private func search(_ seconds: Double) -> Result<WholeSolution, ProgrammeFailure> {
        guard let model = Cbc_newModel() else { return .failure(.notFound) }
        defer { Cbc_deleteModel(model) }
        load { columns, rows, starts, indices, weights, least, most, objective, rowLeast, rowMost in
            Cbc_loadProblem(
                model, columns, rows, starts, indices, weights, least, most, objective, rowLeast, rowMost)
        }
        for column in isWhole.indices where isWhole[column] { Cbc_setInteger(model, Int32(column)) }
        Cbc_setObjSense(model, -1)
        for (name, value) in [
            ("log", "0"), ("slog", "0"), ("ratioGap", "0"), ("allowableGap", "0"), ("sec", "\(seconds)"),
        ] {
            Cbc_setParameter(model, name, value)
        }
        _ = Cbc_solve(model)
        if Cbc_isProvenInfeasible(model) != 0 { return .failure(.impossible) }
        guard let solution = Cbc_bestSolution(model) else { return .failure(.notFound) }
        var values = Array(UnsafeBufferPointer(start: solution, count: columnCount))
        for column in values.indices where isWhole[column] { values[column] = values[column].rounded() }
        guard holds(values) else { return .failure(.notFound) }
        let isOptimal = Cbc_isProvenOptimal(model) != 0
        let total = zip(values, objective).reduce(0) { $0 + $1.0 * $1.1 }
        return .success(
            WholeSolution(
                values: values, total: total,
                bound: isOptimal ? total : max(total, Cbc_getBestPossibleObjValue(model)), isOptimal: isOptimal))
    }

    private func load(
        _ use: (
            Int32, Int32, UnsafePointer<Int32>, UnsafePointer<Int32>, UnsafePointer<Double>, UnsafePointer<Double>,
            UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>, UnsafePointer<Double>
        ) -> Void
    ) {
        let least = [Double](repeating: 0, count: columnCount + 1)
        // The library reads no element where there is none, but wants a pointer.
        use(
            Int32(columnCount), Int32(rowCount), starts, rows + [0], weights + [0], least, limits + [0],
            objective + [0], rowLeast + [0], rowMost + [0])
    }
}

/// One answer that a thread puts and another waits for.
private final class Answers<Answer: Sendable>: Sendable {
    private let answer = Mutex<Result<Answer, ProgrammeFailure>?>(nil)
    private let signal = DispatchSemaphore(value: 0)

    func put(_ result: Result<Answer, ProgrammeFailure>) {
        answer.withLock { $0 = result }
        signal.signal()
    }

    /// The answer, or nil if there is none after so many seconds.
    func wait(_ seconds: Double) -> Result<Answer, ProgrammeFailure>? {
        guard signal.wait(timeout: .now() + seconds) == .success else { return nil }
        return answer.withLock { $0 }
    }
}
