import CSpawn
import Expressions
import Foundation
import Glibc
import Synchronization

/// A running program of a pack: requests go in, answers come out, from any number of tasks at once.
///
/// One thread of its own reads what the program writes, writes what did not fit, keeps the deadlines and notices its end.
/// Nobody else reads. Whatever a program does, its calls come to an end here.
final class PackProcess: Sendable {
    /// What became of one request.
    enum Reply: Sendable {
        case result(Value)
        case fault(Message.RemoteFault)
        /// There is no answer and never will be.
        case lost(PackFault)
    }

    private struct Pending {
        let continuation: CheckedContinuation<(Reply, checkpoint: Value?), Never>
        var deadline: ContinuousClock.Instant
        var isCancelled = false
        var checkpoint: Value?
    }

    private struct State {
        var next: Int64 = 1
        var pending: [Int64: Pending] = [:]
        /// Bytes that are still to be written.
        var backlog: ArraySlice<UInt8> = []
        /// Whether a task is writing; what others add meanwhile it takes along.
        var isFlushing = false
        /// Whether the thread waits for longer than a request may go unnoticed.
        var isAsleep = false
        var lastUse = ContinuousClock.now
        /// No new request is taken.
        var isRetired = false
        /// When a retired program is ended if it does not end by itself.
        var byeEnds: ContinuousClock.Instant?
        /// Why it is being ended, once it is.
        var doom: PackFault?
        /// When it closed its output, which a program that ends does a moment before its end.
        var closedAt: ContinuousClock.Instant?
        /// Set when nothing of it is left.
        var over: PackFault?
        var isLineOpen = true
        var isInputOpen = true
        /// The input is to be closed by whoever is writing into it now.
        var closesInput = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var log = PackLog(now: ContinuousClock.now)
        var redaction = Redaction()
    }

    private let child: Child
    /// Where it may keep files, and bytes that all of them may hold.
    private let data: (folder: String, bytes: Int)
    /// Wakes the thread.
    private let bell: Int32
    private let state = Mutex(State())

    /// Milliseconds between two looks at deadlines while calls are under way.
    private static let beat: Int32 = 200
    /// Milliseconds that they are not looked at again while answers come.
    private static let pace = 20
    /// How long after the last use the thread stays near.
    private static let near: Duration = .seconds(1)
    private static let readBytes = 1 << 16

    private static let ignoresBrokenPipes: Void = { signal(SIGPIPE, SIG_IGN) }()

    init(child: Child, data: (folder: String, bytes: Int)) throws(PackFault) {
        Self.ignoresBrokenPipes
        self.child = child
        self.data = data
        bell = sojourn_bell()
        guard bell >= 0 else {
            for descriptor in [child.line, child.input, child.output, child.log] { close(descriptor) }
            _ = sojourn_keeper_wait(child.keeper)
            close(child.end)
            throw PackFault.cannotStart("no more files can be opened")
        }
        let thread = Thread { self.serve() }
        thread.name = "sojourn-plugin"
        thread.start()
    }

    // MARK: From any task

    /// Whether it still takes requests.
    var isUsable: Bool { state.withLock { !$0.isRetired && $0.doom == nil && $0.over == nil } }

    /// The last lines of its log, secrets left out.
    var log: [String] { state.withLock { state in state.log.lines.map { state.redaction.apply($0) } } }

    func redact(_ secrets: some Sequence<String>) { state.withLock { $0.redaction.add(secrets) } }

    /// Asks, and waits for the answer; at the deadline the call is cancelled, and a moment later the program is ended.
    ///
    /// - Returns: `.lost(.closed)` if the request was never sent.
    func request(
        _ method: String, _ params: Value, milliseconds: Int
    ) async -> (reply: Reply, checkpoint: Value?) {
        await request(method, json: params.jsonBytes, milliseconds: milliseconds)
    }

    /// The same, of parameters that are written already.
    func request(
        _ method: String, json params: [UInt8], milliseconds: Int
    ) async -> (reply: Reply, checkpoint: Value?) {
        // Nothing that takes long is done under the lock: the line is made before it, and written behind it.
        let id = state.withLock { state in
            defer { state.next += 1 }
            return state.next
        }
        let line = Message.line(id: id, method: method, json: params)
        guard line.count <= PackLimits.lineBytes else {
            return (.lost(.violation("what is to be handed over is longer than a line may be")), nil)
        }
        let answer = await withCheckedContinuation { continuation in
            let now = ContinuousClock.now
            let (refusal, isMine) = state.withLock { state -> (PackFault?, Bool) in
                if state.isRetired || state.doom != nil || state.over != nil { return (.closed, false) }
                guard state.backlog.count <= PackLimits.backlogBytes else { return (.busy, false) }
                state.pending[id] = Pending(continuation: continuation, deadline: now + .milliseconds(milliseconds))
                state.lastUse = now
                state.backlog += line
                if state.isAsleep { ring(state) }
                state.isAsleep = false
                defer { state.isFlushing = true }
                return (nil, !state.isFlushing)
            }
            if isMine { writeOut() }
            if let refusal { continuation.resume(returning: (.lost(refusal), checkpoint: nil)) }
        }
        return (answer.0, answer.checkpoint)
    }

    /// Writes what there is, and what comes meanwhile, until nothing is left or the pipe is full; one task at a time.
    private func writeOut() {
        while true {
            let piece = state.withLock { state -> ArraySlice<UInt8>? in
                guard state.isInputOpen, !state.backlog.isEmpty else {
                    stopWriting(&state)
                    return nil
                }
                defer { state.backlog = [] }
                return state.backlog
            }
            guard let piece else { return }
            let rest = flush(piece)
            guard rest.isEmpty else {
                state.withLock { state in
                    state.backlog = rest + state.backlog
                    // The thread waits for room.
                    stopWriting(&state)
                    ring(state)
                }
                return
            }
        }
    }

    private func stopWriting(_ state: inout State) {
        state.isFlushing = false
        guard state.closesInput else { return }
        state.closesInput = false
        close(child.input)
    }

    // MARK: For tests of a program

    /// Lines between messages that were none, so far.
    var noise: Int { state.withLock { $0.log.noiseSoFar } }

    /// Puts bytes into the program's input as they are.
    func inject(_ bytes: [UInt8]) { state.withLock { send(bytes, &$0) } }

    /// Sends a notification.
    func notify(_ method: String, _ params: Value) { inject(Message.line(id: nil, method: method, params: params)) }

    /// The wish to end that the system sends to a service.
    func terminate() {
        state.withLock { state in
            var letter: UInt8 = 0x54
            if state.isLineOpen { _ = write(child.line, &letter, 1) }
        }
    }

    /// Whether nothing of it is left.
    var isOver: Bool { state.withLock { $0.over != nil } }

    /// The number of processes under its keeper.
    var processes: Int { ProcessTree.count(under: child.keeper) }

    // MARK: The end

    /// Says goodbye and waits until nothing of the program is left; kills it if that takes too long.
    func end() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.over != nil { return true }
                state.waiting.append(continuation)
                retire(&state)
                ring(state)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Ends the program and all of its own at once; calls under way are lost for this reason.
    func kill(_ why: PackFault) {
        state.withLock { doom($0.doom ?? why, &$0) }
    }

    // MARK: Under the lock

    /// Wakes the thread; never after its end, when the bell's number may be another file's.
    private func ring(_ state: State) {
        guard state.over == nil else { return }
        var one: UInt64 = 1
        _ = write(bell, &one, MemoryLayout<UInt64>.size)
    }

    /// Writes as much as fits; the rest waits for the thread.
    private func send(_ line: [UInt8], _ state: inout State) {
        guard state.isInputOpen else { return }
        var rest = line[...]
        if state.backlog.isEmpty, !state.isFlushing { rest = flush(rest) }
        if !rest.isEmpty { state.backlog += rest }
    }

    /// Closes the program's input, now or when whoever writes into it has done so.
    private func closeInput(_ state: inout State) {
        guard state.isInputOpen else { return }
        state.isInputOpen = false
        if state.isFlushing { state.closesInput = true } else { close(child.input) }
    }

    private func flush(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(child.input, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // A full pipe waits; a closed one is told by the end of the program.
            guard count > 0 else { return count < 0 && errno == EAGAIN ? rest : [] }
            rest = rest.dropFirst(count)
        }
        return rest
    }

    private func retire(_ state: inout State) {
        guard !state.isRetired else { return }
        state.isRetired = true
        send(Message.line(id: nil, method: "bye", params: .object([:])), &state)
        closeInput(&state)
        state.byeEnds = ContinuousClock.now + .milliseconds(PackLimits.byeMilliseconds)
    }

    private func doom(_ why: PackFault, _ state: inout State) {
        if state.doom == nil { state.doom = why }
        guard state.isLineOpen else { return }
        state.isLineOpen = false
        close(child.line)
    }

    // MARK: The thread

    private func serve() {
        var frame = LineFrame(limit: PackLimits.lineBytes)
        var logFrame = LineFrame(limit: PackLimits.lineBytes)
        var isOutputOpen = true
        var isLogOpen = true
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 16)
        defer { buffer.deallocate() }
        var weighedAt = ContinuousClock.now
        var keptTimeAt = ContinuousClock.now
        while true {
            let (timeout, wantsInput) = state.withLock { wait(&$0) }
            var places = [
                pollfd(fd: isOutputOpen ? child.output : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: isLogOpen ? child.log : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell, events: Int16(POLLIN), revents: 0),
                pollfd(fd: child.end, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wantsInput ? child.input : -1, events: Int16(POLLOUT), revents: 0),
            ]
            let count = poll(&places, nfds_t(places.count), timeout)
            if count < 0, errno != EINTR { kill(.violation("the system does not let its pipes be watched")) }
            if places[1].revents != 0 { isLogOpen = readLog(&logFrame, buffer) }
            if places[0].revents != 0 { isOutputOpen = readOutput(&frame, buffer) }
            if places[2].revents != 0 {
                var rung: UInt64 = 0
                _ = read(bell, &rung, MemoryLayout<UInt64>.size)
            }
            if places[4].revents != 0 {
                state.withLock { if $0.isInputOpen, !$0.isFlushing { $0.backlog = flush($0.backlog) } }
            }
            if places[3].revents != 0 {
                // An answer may stand in the pipe of a program that has ended.
                while isOutputOpen, hasMore(child.output) { isOutputOpen = readOutput(&frame, buffer) }
                while isLogOpen, hasMore(child.log) { isLogOpen = readLog(&logFrame, buffer) }
                finish(rest: logFrame.finish())
                return
            }
            let hasClosed = !isOutputOpen
            if ContinuousClock.now - weighedAt > .milliseconds(PackLimits.lookMilliseconds) {
                weighedAt = ContinuousClock.now
                if DataFolder.isOver(data.folder, bytes: data.bytes) {
                    kill(.violation("its folder holds more than \(data.bytes >> 20) MB"))
                }
            }
            // With thousands of answers a second, deadlines are not looked at behind each.
            let now = ContinuousClock.now
            guard count == 0 || hasClosed || places[2].revents != 0 || now - keptTimeAt > .milliseconds(Self.pace)
            else { continue }
            keptTimeAt = now
            state.withLock { state in
                if hasClosed, state.closedAt == nil { state.closedAt = now }
                keepTime(&state)
            }
        }
    }

    /// How long to wait, and whether something is to be written.
    private func wait(_ state: inout State) -> (milliseconds: Int32, wantsInput: Bool) {
        let wantsInput = state.isInputOpen && !state.isFlushing && !state.backlog.isEmpty
        let isNear =
            !state.pending.isEmpty || state.byeEnds != nil || state.closedAt != nil
            || ContinuousClock.now - state.lastUse < Self.near
        state.isAsleep = !isNear
        if isNear { return (Self.beat, wantsInput) }
        let idle = ContinuousClock.now - state.lastUse
        let left = Duration.milliseconds(PackLimits.idleMilliseconds) - idle
        return (Int32(clamping: max(left.components.seconds, 0) * 1000 + 1000), wantsInput)
    }

    private func hasMore(_ descriptor: Int32) -> Bool {
        var place = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&place, 1, 0) > 0 && place.revents & Int16(POLLIN) != 0
    }

    private func keepTime(_ state: inout State) {
        let now = ContinuousClock.now
        for (id, pending) in state.pending where pending.deadline <= now {
            if pending.isCancelled {
                doom(.hung("there was no answer in time, not even to the wish to cancel"), &state)
            } else {
                state.pending[id]?.isCancelled = true
                state.pending[id]?.deadline = now + .milliseconds(PackLimits.graceMilliseconds)
                send(Message.line(id: nil, method: "cancel", params: .object(["call": .int(id)])), &state)
            }
        }
        if let closed = state.closedAt, now - closed > .milliseconds(PackLimits.graceMilliseconds) {
            doom(.violation("the program closed its output while it ran"), &state)
        }
        if let end = state.byeEnds, end <= now { doom(.closed, &state) }
        if state.pending.isEmpty, !state.isRetired, state.doom == nil,
            now - state.lastUse >= .milliseconds(PackLimits.idleMilliseconds)
        {
            retire(&state)
        }
    }

    /// Reads once; false when the end of the stream was met.
    private func readOutput(_ frame: inout LineFrame, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let count = read(child.output, buffer.baseAddress, buffer.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        var answered: [(Pending, Reply)] = []
        // Read before the lock is taken, so that nobody waits for it.
        var pieces: [(line: [UInt8]?, message: Message?)] = []
        frame.take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { piece in
            switch piece {
            case .line(let line): pieces.append((line, line.first == 0x7B ? Message(line) : nil))
            case .tooLong: pieces.append((nil, nil))
            }
        }
        state.withLock { state in
            for piece in pieces {
                if let line = piece.line {
                    take(line, piece.message, &state, &answered)
                } else {
                    doom(.violation("a line was longer than \(PackLimits.lineBytes) bytes"), &state)
                }
            }
        }
        for (pending, reply) in answered {
            pending.continuation.resume(returning: (reply, checkpoint: pending.checkpoint))
        }
        return true
    }

    /// - Parameter message: that the line holds, if it is one.
    private func take(
        _ line: [UInt8], _ message: Message?, _ state: inout State, _ answered: inout [(Pending, Reply)]
    ) {
        guard state.doom == nil, !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D }) else { return }
        guard let message else {
            if Self.mentionsProtocol(line) {
                doom(.violation("a line holds \"jsonrpc\" but is no message; was something printed before it?"), &state)
            } else if !state.log.count(line.count, lines: 1, now: ContinuousClock.now) {
                doom(.violation("it floods its output"), &state)
            } else {
                state.log.add(line)
            }
            return
        }
        switch message {
        case .result(let id, let value): answer(id, .result(value), &state, &answered)
        case .fault(let id?, let fault): answer(id, .fault(fault), &state, &answered)
        case .fault(nil, let fault): state.log.add(Array("error without a call: \(fault.message)".utf8))
        case .request(let id, let method): send(Message.refusal(id: id, method: method), &state)
        case .notification("progress", let params):
            guard let id = params["call"]?.asInt, let checkpoint = params["checkpoint"],
                checkpoint.jsonBytes.count <= PackLimits.checkpointBytes
            else { return }
            state.pending[Int64(id)]?.checkpoint = checkpoint
        case .notification: return
        }
    }

    /// Whether a line looks as if it was meant for the host.
    private static func mentionsProtocol(_ line: [UInt8]) -> Bool {
        line.withUnsafeBytes { sojourn_find($0.baseAddress, $0.count, "\"jsonrpc\"") != 0 }
    }

    private func answer(_ id: Int64, _ reply: Reply, _ state: inout State, _ answered: inout [(Pending, Reply)]) {
        guard let pending = state.pending.removeValue(forKey: id) else {
            doom(.violation("it answered call \(id), which was answered before or never asked"), &state)
            return
        }
        state.lastUse = ContinuousClock.now
        answered.append((pending, reply))
    }

    private func readLog(_ frame: inout LineFrame, _ buffer: UnsafeMutableRawBufferPointer) -> Bool {
        let count = read(child.log, buffer.baseAddress, buffer.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR }
        guard count > 0 else { return false }
        state.withLock { state in
            if !state.log.count(count, now: ContinuousClock.now) {
                doom(.violation("it floods its output"), &state)
            }
            frame.take(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { piece in
                if case .line(let line) = piece { state.log.add(line) }
            }
        }
        return true
    }

    /// Nothing of the program is left: every call that waits is told.
    private func finish(rest: [UInt8]) {
        let code = sojourn_keeper_wait(child.keeper)
        let (pending, waiting, why) = state.withLock { state in
            if !rest.isEmpty { state.log.add(rest) }
            let last = state.log.lines.last.map { state.redaction.apply($0) } ?? ""
            let why = state.doom ?? (state.isRetired ? .closed : .ended(code, log: last))
            state.over = why
            closeInput(&state)
            if state.isLineOpen { close(child.line) }
            close(bell)
            state.isLineOpen = false
            let pending = Array(state.pending.values)
            state.pending = [:]
            let waiting = state.waiting
            state.waiting = []
            return (pending, waiting, why)
        }
        for descriptor in [child.output, child.log, child.end] { close(descriptor) }
        // A program that was told goodbye and still had calls has not answered them.
        let lost: PackFault = why == .closed ? .ended(code, log: "") : why
        for pending in pending {
            pending.continuation.resume(returning: (.lost(lost), checkpoint: pending.checkpoint))
        }
        for waiting in waiting { waiting.resume() }
    }
}
