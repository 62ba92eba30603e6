import Expressions
import Glibc

/// Where a verb speaks: standard output for what was asked, standard error for remarks and mistakes.
struct Terminal: Sendable {
    let output: Sink
    let errors: Sink
    /// Leaves out remarks and progress (`--quiet`).
    var isQuiet = false
    /// Leaves out colours whatever the environment says (`--no-color`).
    var isPlain = false
    /// Time since some moment, for progress; never goes back.
    let clock: @Sendable () -> Duration
    private let environment: @Sendable (String) -> String?
    private let interruptionSource: @Sendable () -> Interruption

    /// The names of the environment that are read: `NO_COLOR`, `CLICOLOR_FORCE`, `FORCE_COLOR`, `TERM`, `COLUMNS`.
    init(
        output: Sink, errors: Sink, environment: @escaping @Sendable (String) -> String?,
        clock: @escaping @Sendable () -> Duration, interruption: @escaping @Sendable () -> Interruption
    ) {
        self.output = output
        self.errors = errors
        self.environment = environment
        self.clock = clock
        interruptionSource = interruption
    }

    /// The process's own. From here on a reader that goes away is noticed by the writing, not by a signal.
    static func standard() -> Terminal {
        signal(SIGPIPE, SIG_IGN)
        let start = ContinuousClock.now
        return Terminal(
            output: Sink(descriptor: STDOUT_FILENO), errors: Sink(descriptor: STDERR_FILENO),
            environment: { getenv($0).map { String(cString: $0) } }, clock: { ContinuousClock.now - start },
            interruption: { Interruption.ofProcess })
    }

    /// Whether a person reads standard output.
    var isTerminal: Bool { output.isTerminal }

    /// The columns of the terminal on standard output, or nil for files and pipes.
    var width: Int? { output.isTerminal ? columns(of: output) : nil }

    /// SIGINT and SIGTERM; caught from the first use on, so verbs that do not ask end as processes do.
    var interruption: Interruption { interruptionSource() }

    /// Whether nobody reads on, or the disk is full: a verb that only prints may stop.
    var isBroken: Bool { output.failure != nil }

    /// A line, or several, of what was asked.
    func print(_ text: TerminalText = "") {
        if output.isTerminal { errors.erasePassingLine() }
        output.write((text.rendered(inColour: hasColour(output)) + "\n").utf8)
    }

    func print(_ table: Table) { table.lines(width: width).forEach { print($0) } }

    /// - Parameter pretty: over several lines; nil asks whether a person reads.
    func print(json value: Value, pretty: Bool? = nil) {
        let text = pretty ?? isTerminal ? value.prettyJSON : value.json
        if output.isTerminal { errors.erasePassingLine() }
        output.write((text.visibleJSON + "\n").utf8)
    }

    /// A file's bytes as they are; on a terminal made visible instead, line by line.
    func write(_ bytes: some Sequence<UInt8>) {
        guard output.isTerminal else { return output.write(bytes) }
        errors.erasePassingLine()
        let lines = String(decoding: Array(bytes), as: UTF8.self).replacing("\r\n", with: "\n")
        output.write(lines.visible(keepsLines: true).utf8)
    }

    /// A remark on standard error; `--quiet` leaves it out.
    func note(_ text: TerminalText) { if !isQuiet { complain(text) } }

    /// A line on standard error that is always said.
    func complain(_ text: TerminalText) {
        // What was printed before stands before it, also where both go to one place.
        output.flush()
        errors.write((text.rendered(inColour: hasColour(errors)) + "\n").utf8)
        errors.flush()
    }

    /// Sends what is held back; long-running verbs call it after each line that someone may wait for.
    func flush() {
        output.flush()
        errors.flush()
    }

    /// Whether standard error is a terminal that can redraw a line.
    var canRedraw: Bool { errors.isTerminal && environment("TERM") != "dumb" }

    /// The columns of a terminal: as the environment says, as the system says, or 80.
    func columns(of sink: Sink) -> Int {
        environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? sink.columns ?? 80
    }

    /// `--no-color` and NO_COLOR before CLICOLOR_FORCE and FORCE_COLOR, these before TERM=dumb and the kind of file.
    func hasColour(_ sink: Sink) -> Bool {
        func isSet(_ name: String) -> Bool { environment(name).map { !$0.isEmpty } ?? false }
        func isForced(_ name: String) -> Bool { isSet(name) && environment(name) != "0" }
        if isPlain || isSet("NO_COLOR") { return false }
        if isForced("CLICOLOR_FORCE") || isForced("FORCE_COLOR") { return true }
        return sink.isTerminal && environment("TERM") != "dumb"
    }
}
