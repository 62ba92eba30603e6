import CSpawn
import Glibc

/// A child process under its keeper: the ends of its pipes, and the line whose closing ends it and all of its own.
struct Child: Sendable {
    /// What the child reads; never blocks.
    let input: Int32
    /// What it writes; never blocks.
    let output: Int32
    /// Its log: standard error, and standard output where that does not carry the protocol.
    let log: Int32
    /// Closing it kills; the system closes it when this process dies.
    let line: Int32
    /// Readable once nothing of the child is left.
    let end: Int32
    let keeper: pid_t

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: the absolute path of the program first.
    ///   - environment: all of it.
    static func start(
        _ arguments: [String], folder: String, environment: [String: String], channel: Pack.Channel,
        limits: sojourn_limits
    ) throws(PackFault) -> Child {
        var open: [Int32] = []
        func pair() throws(PackFault) -> (reading: Int32, writing: Int32) {
            var ends: [Int32] = [-1, -1]
            guard sojourn_pipe(&ends) == 0 else {
                for descriptor in open { close(descriptor) }
                throw PackFault.cannotStart("no pipe can be made: \(systemMessage(errno))")
            }
            open += ends
            return (ends[0], ends[1])
        }
        let (input, output, log, line) = (try pair(), try pair(), try pair(), try pair())
        let handed: [Int32] =
            switch channel {
            case .stdio: [input.reading, output.writing, log.writing, -1, -1, line.reading]
            case .descriptors: [-1, log.writing, log.writing, input.reading, output.writing, line.reading]
            }
        var keeper: pid_t = 0
        var limits = limits
        let fault = withTexts(arguments) { arguments in
            withTexts(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { environment in
                sojourn_keeper_start(&limits, folder, arguments, environment, handed, &keeper)
            }
        }
        for descriptor in [input.reading, output.writing, log.writing, line.reading] { close(descriptor) }
        let mine = [input.writing, output.reading, log.reading, line.writing]
        guard fault == 0 else {
            for descriptor in mine { close(descriptor) }
            throw PackFault.cannotStart("no process can be started: \(systemMessage(fault))")
        }
        for descriptor in mine { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        let end = sojourn_pidfd(keeper)
        guard end >= 0 else {
            for descriptor in mine { close(descriptor) }
            _ = sojourn_keeper_wait(keeper)
            throw PackFault.cannotStart("the system does not tell of the end of processes (Linux 5.3 or newer does)")
        }
        return Child(
            input: input.writing, output: output.reading, log: log.reading, line: line.writing, end: end,
            keeper: keeper)
    }

    /// The texts as C wants them: pointers, the last of them null.
    private static func withTexts<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }

    /// What a short command wrote, and how it ended: see `sojourn_keeper_wait`.
    struct Outcome {
        let code: Int32
        let output: [UInt8]
    }

    /// Bytes that `run` keeps, and how long it waits at most before it looks at the clock.
    private static let outputBytes = 64 << 10
    private static let pollMilliseconds: Int32 = 100

    /// Runs a command to its end, with an empty environment; nil if it cannot be started, takes too long or says too
    /// much. It blocks.
    static func run(_ arguments: [String], seconds: Int) -> Outcome? {
        guard
            let child = try? start(
                arguments, folder: "/", environment: ["PATH": Sandbox.path, "LANG": "C.UTF-8"], channel: .stdio,
                limits: sojourn_limits(memory_bytes: 0, file_bytes: 0, descriptors: 0, processes: 0))
        else { return nil }
        close(child.input)
        var output: [UInt8] = []
        let deadline = ContinuousClock.now + .seconds(seconds)
        var isGood = true
        // The end last: only then is known how it ended.
        var open = [child.output, child.log, child.end]
        while isGood, !open.isEmpty {
            var ready = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            isGood = ContinuousClock.now < deadline && output.count <= outputBytes
            guard isGood, poll(&ready, nfds_t(ready.count), pollMilliseconds) >= 0 || errno == EINTR else { break }
            for place in ready where place.revents != 0 {
                if place.fd == child.end {
                    open.removeAll { $0 == place.fd }
                    continue
                }
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = read(place.fd, &buffer, buffer.count)
                if count == 0 { open.removeAll { $0 == place.fd } }
                if count > 0, place.fd == child.output { output += buffer[..<count] }
            }
        }
        for descriptor in [child.output, child.log, child.line] { close(descriptor) }
        let code = sojourn_keeper_wait(child.keeper)
        close(child.end)
        return isGood ? Outcome(code: code, output: output) : nil
    }
}
