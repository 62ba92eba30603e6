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
        return try Self.inTurn(goesOn) { relax($0) }
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
        return try Self.inTurn(goesOn) { search(seconds, $0) }
    }

    /// The library wants something to search; nil if there are columns.
    private func withoutColumns() throws(ProgrammeFailure) -> Relaxation? {
        guard columnCount == 0 else { return nil }
        guard holds([]) else { throw .impossible }
        return Relaxation(values: [], prices: [Double](repeating: 0, count: rowCount), total: 0)
    }

    /// Runs work on a thread of its own; where the caller gives up, the work is told to end and nobody waits for it.
    private static func inTurn<Answer: Sendable>(
        _ goesOn: () -> Bool, _ work: @escaping @Sendable (StopFlag) -> Result<Answer, ProgrammeFailure>
    ) throws(ProgrammeFailure) -> Answer {
        let (answer, flag) = (Answers<Answer>(), StopFlag())
        let thread = Thread { turn.withLock { _ in answer.put(flag.isRaised ? .failure(.stopped) : work(flag)) } }
        thread.stackSize = stackBytes
        thread.start()
        while true {
            if let result = answer.wait(lookSeconds) { return try result.get() }
            if !goesOn() {
                flag.raise()
                throw .stopped
            }
        }
    }

    private func relax(_ flag: StopFlag) -> Result<Relaxation, ProgrammeFailure> {
        var (values, prices) = ([Double](repeating: 0, count: columnCount), [Double](repeating: 0, count: rowCount + 1))
        var total = 0.0
        let outcome = withProgramme { cbc_relax($0, flag.flag, &values, &prices, &total) }
        return Self.result(outcome) { Relaxation(values: values, prices: prices.dropLast(), total: total) }
    }

    private func search(_ seconds: Double, _ flag: StopFlag) -> Result<WholeSolution, ProgrammeFailure> {
        var (values, bound, isOptimal) = ([Double](repeating: 0, count: columnCount), 0.0, false)
        let outcome = withProgramme { cbc_search($0, seconds, flag.flag, &values, &bound, &isOptimal) }
        for column in values.indices where isWhole[column] { values[column] = values[column].rounded() }
        guard outcome != cbc_solved || holds(values) else { return .failure(.notFound) }
        let total = zip(values, objective).reduce(0) { $0 + $1.0 * $1.1 }
        return Self.result(outcome) {
            WholeSolution(
                values: values, total: total, bound: isOptimal ? total : max(total, bound), isOptimal: isOptimal)
        }
    }

    private static func result<Answer>(
        _ outcome: cbc_outcome, _ answer: () -> Answer
    ) -> Result<Answer, ProgrammeFailure> {
        switch outcome {
        case cbc_solved: .success(answer())
        case cbc_impossible: .failure(.impossible)
        default: .failure(.notFound)
        }
    }

    private func withProgramme(_ use: (OpaquePointer) -> cbc_outcome) -> cbc_outcome {
        // The library reads no element where there is none, but wants a pointer.
        guard
            let programme = cbc_programme_new(
                Int32(columnCount), Int32(rowCount), starts, rows + [0], weights + [0], objective, limits, isWhole,
                rowLeast + [0], rowMost + [0])
        else { return cbc_not_found }
        defer { cbc_programme_free(programme) }
        return use(programme)
    }
}

/// What tells a thread of the library that nobody waits for its answer any more.
private final class StopFlag: Sendable {
    nonisolated(unsafe) let flag: OpaquePointer
    private let raised = Mutex(false)

    init() {
        guard let flag = cbc_flag_new() else { preconditionFailure("no memory for a flag") }
        self.flag = flag
    }

    var isRaised: Bool { raised.withLock { $0 } }

    func raise() {
        raised.withLock { $0 = true }
        cbc_flag_raise(flag)
    }

    deinit { cbc_flag_free(flag) }
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
