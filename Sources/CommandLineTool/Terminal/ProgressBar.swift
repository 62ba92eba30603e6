import Synchronization

/// How far a long piece of work is, on standard error.
///
/// On a terminal one line is redrawn at most ten times a second with share, count and the time that is left; elsewhere
/// a line comes with every tenth of the work. `--quiet` leaves both out. May be advanced from several tasks.
final class ProgressBar: Sendable {
    /// The shortest time between two drawings.
    static let pause = Duration.milliseconds(100)
    /// The time left is a guess that is not told before this much of the work's time has gone.
    private static let guessAfter = Duration.seconds(1)
    private static let cells = 20

    private struct State {
        var done = 0
        var drawn: Duration?
        var tenths = 0
        var isFinished = false
    }

    private let state = Mutex(State())
    private let terminal: Terminal
    private let label: String
    private let total: Int
    private let start: Duration

    /// - Parameter total: how many there are; below 1 nothing is shown.
    init(_ label: String, total: Int, on terminal: Terminal) {
        self.terminal = terminal
        self.label = label
        self.total = total
        start = terminal.clock()
    }

    func advance(by count: Int = 1) {
        state.withLock { state in
            state.done = min(total, state.done + count)
            show(&state, isLast: false)
        }
    }

    /// Draws the last state and goes to the next line; further calls do nothing.
    func finish() {
        state.withLock { state in
            show(&state, isLast: true)
            state.isFinished = true
        }
    }

    private func show(_ state: inout State, isLast: Bool) {
        guard total > 0, !terminal.isQuiet, !state.isFinished else { return }
        let percent = Int(Double(state.done) / Double(total) * 100)
        guard terminal.canRedraw else {
            guard percent / 10 > state.tenths else { return }
            state.tenths = percent / 10
            terminal.complain("\(label): \(percent) % (\(state.done) of \(total))")
            return
        }
        let now = terminal.clock()
        if !isLast, let drawn = state.drawn, now - drawn < Self.pause { return }
        state.drawn = now
        let filled = Self.cells * percent / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Self.cells - filled)
        let line: TerminalText =
            "\(label) \(bar, .cyan) \(percent) % (\(state.done) of \(total))\(rest(state.done, now - start, isLast))"
        let shown = line.truncated(columns: terminal.columns(of: terminal.errors) - 1)
        if isLast {
            terminal.complain(shown)
        } else {
            terminal.errors.show(passing: shown.rendered(inColour: terminal.hasColour(terminal.errors)))
        }
    }

    private func rest(_ done: Int, _ spent: Duration, _ isLast: Bool) -> String {
        if isLast { return ", \(Self.text(spent))" }
        guard spent >= Self.guessAfter, done > 0 else { return "" }
        return ", \(Self.text(spent * (Double(total - done) / Double(done)))) left"
    }

    /// `7 s`, `2 min 05 s`, `3 h 20 min`.
    static func text(_ time: Duration) -> String {
        let seconds = time.components.seconds
        func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(twoDigits(seconds % 60)) s" }
        return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) min"
    }
}
