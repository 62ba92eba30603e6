import CCurl
import Foundation
import Synchronization

/// Carries requests on one thread of its own, many at once; the thread begins with the first request.
public final class Courier: Sendable {
    private struct Errand {
        let posting: Posting
        let since: ContinuousClock.Instant
        let finish: CheckedContinuation<PostingResult, Never>
    }

    private struct Desk {
        var waiting: [Errand] = []
        /// libcurl's set of requests, while the thread runs; the way to wake it.
        var set: Handle?
        var isClosing = false
        var whenClosed: [CheckedContinuation<Void, Never>] = []
    }

    /// libcurl lets other threads use the set for waking it, and for nothing else.
    private struct Handle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private let desk = Mutex(Desk())
    private let name: String

    /// - Parameter name: of the thread, such as `webhook.post`.
    public init(name: String) { self.name = name }

    private static let ready: Void = {
        // All of libcurl, as CURL_GLOBAL_DEFAULT says in C; from 7.84 on any thread may.
        curl_global_init(3)
    }()

    /// Carries one request and waits for its answer.
    public func carry(_ posting: Posting) async -> PostingResult {
        await withCheckedContinuation { continuation in
            let errand = Errand(posting: posting, since: .now, finish: continuation)
            let isTaken = desk.withLock { desk in
                guard !desk.isClosing, let set = desk.set ?? begin() else { return false }
                desk.set = set
                desk.waiting.append(errand)
                curl_multi_wakeup(set.pointer)
                return true
            }
            if !isTaken { continuation.resume(returning: PostingResult(trouble: .unready)) }
        }
    }

    /// Ends the thread once nothing is under way; takes no request any more.
    public func close() async {
        await withCheckedContinuation { continuation in
            let hasEnded = desk.withLock { desk in
                desk.isClosing = true
                guard let set = desk.set else { return true }
                desk.whenClosed.append(continuation)
                curl_multi_wakeup(set.pointer)
                return false
            }
            if hasEnded { continuation.resume() }
        }
    }

    private func begin() -> Handle? {
        Self.ready
        guard let pointer = curl_multi_init() else { return nil }
        let set = Handle(pointer: pointer)
        let thread = Thread { self.run(set) }
        thread.name = name
        thread.start()
        return set
    }

    // MARK: On the thread

    /// The longest that the thread waits without looking around, in milliseconds; new requests wake it.
    private static let pauseMilliseconds: Int32 = 1_000

    private func run(_ set: Handle) {
        Self.keepFromPipes()
        var exchanges: [UnsafeMutableRawPointer: PostingExchange] = [:]
        while true {
            for errand in next(CourierLimits.exchanges - exchanges.count) {
                guard let exchange = start(errand) else { continue }
                if curl_multi_add_handle(set.pointer, exchange.handle) == CURLM_OK {
                    exchanges[exchange.handle] = exchange
                } else {
                    exchange.end(CURLE_FAILED_INIT)
                }
            }
            var count: Int32 = 0
            curl_multi_perform(set.pointer, &count)
            while let message = curl_multi_info_read(set.pointer, &count) {
                guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
                // What the message says ends with the removal.
                let code = message.pointee.data.result
                curl_multi_remove_handle(set.pointer, handle)
                exchanges.removeValue(forKey: handle)?.end(code)
            }
            if exchanges.isEmpty, end(set) { return }
            curl_multi_poll(set.pointer, nil, 0, hasTurn(exchanges.count) ? 0 : Self.pauseMilliseconds, nil)
        }
    }

    /// A receiver that closes while a request is sent must not end the process: OpenSSL writes without asking for
    /// silence, and libcurl must not touch a process's signals. A thread of the pool happens to hand this down to the
    /// threads that it starts; nothing promises so.
    private static func keepFromPipes() {
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, nil)
    }

    private func next(_ limit: Int) -> [Errand] {
        desk.withLock { desk in
            let errands = Array(desk.waiting.prefix(limit))
            desk.waiting.removeFirst(errands.count)
            return errands
        }
    }

    private func hasTurn(_ underWay: Int) -> Bool {
        underWay < CourierLimits.exchanges && desk.withLock { !$0.waiting.isEmpty }
    }

    private func start(_ errand: Errand) -> PostingExchange? {
        let remaining = errand.posting.timeout - (.now - errand.since)
        guard remaining > .zero else {
            errand.finish.resume(returning: PostingResult(trouble: .crowded))
            return nil
        }
        let exchange = PostingExchange(errand.posting, remaining: remaining) { errand.finish.resume(returning: $0) }
        if exchange == nil { errand.finish.resume(returning: PostingResult(trouble: .unready)) }
        return exchange
    }

    /// Ends the thread's set if the courier closes and nothing waits.
    private func end(_ set: Handle) -> Bool {
        let closed: [CheckedContinuation<Void, Never>]? = desk.withLock { desk in
            guard desk.isClosing, desk.waiting.isEmpty else { return nil }
            desk.set = nil
            curl_multi_cleanup(set.pointer)
            defer { desk.whenClosed = [] }
            return desk.whenClosed
        }
        closed?.forEach { $0.resume() }
        return closed != nil
    }
}
