import Glibc
import Synchronization

/// Where bytes go: a descriptor of the process, or memory in tests.
///
/// Writing never throws: a verb in the middle of its work must not stop because nobody reads on. What went wrong is
/// remembered in `failure`, later bytes are dropped, and the command's exit code says it.
final class Sink: Sendable {
    /// Bytes held back before they are written, where no person waits for them.
    static let bufferBytes = 65_536

    private struct State {
        var waiting: [UInt8] = []
        var kept: [UInt8] = []
        var failure: Int32?
        var hasPassingLine = false
    }

    private let state = Mutex(State())
    private let descriptor: Int32?
    private let memoryColumns: Int?
    let isTerminal: Bool

    /// Writes to a descriptor, which stays open.
    init(descriptor: Int32) {
        self.descriptor = descriptor
        memoryColumns = nil
        isTerminal = isatty(descriptor) == 1
    }

    /// Keeps what is written.
    /// - Parameter columns: its width if it plays a terminal, else nil.
    init(memory columns: Int? = nil) {
        descriptor = nil
        memoryColumns = columns
        isTerminal = columns != nil
    }

    /// The width of the terminal at this moment, or nil for files and pipes.
    var columns: Int? {
        guard let descriptor else { return memoryColumns }
        var size = winsize()
        guard isTerminal else { return nil }
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }

    /// The number of the system's error that ended the writing, or nil.
    var failure: Int32? { state.withLock { $0.failure } }

    /// What a sink in memory was given so far.
    var text: String { state.withLock { String(decoding: $0.kept + $0.waiting, as: UTF8.self) } }

    func write(_ bytes: some Sequence<UInt8>) {
        state.withLock { state in
            erasePassingLine(&state)
            state.waiting += bytes
            if isTerminal || state.waiting.count >= Self.bufferBytes { flush(&state) }
        }
    }

    func flush() { state.withLock { flush(&$0) } }

    /// Draws a line that the next thing written takes the place of; only for terminals.
    func show(passing line: String) {
        state.withLock { state in
            erasePassingLine(&state)
            state.waiting += line.utf8
            state.hasPassingLine = true
            flush(&state)
        }
    }

    func erasePassingLine() { state.withLock { erasePassingLine(&$0) } }

    private func erasePassingLine(_ state: inout State) {
        guard state.hasPassingLine else { return }
        state.hasPassingLine = false
        state.waiting += "\r\u{1B}[K".utf8
        flush(&state)
    }

    private func flush(_ state: inout State) {
        defer { state.waiting.removeAll(keepingCapacity: true) }
        guard let descriptor else {
            state.kept += state.waiting
            return
        }
        var start = 0
        while start < state.waiting.count, state.failure == nil {
            let written = state.waiting.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress! + start, $0.count - start)
            }
            if written >= 0 {
                start += written
            } else if errno == EAGAIN {
                // Someone made the descriptor non-blocking, as shells' pipelines do now and then.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if errno != EINTR {
                state.failure = errno
            }
        }
    }
}
