import ActionKit
import Synchronization

/// The way over a mail server: a few connections, each for the mail that has waited longest.
///
/// A mail takes a connection when one is free, not before: a recipient whose server hangs holds one connection up and
/// nobody who waits.
final class SMTPTransport: Transport {
    private struct Queue {
        /// Numbers of the connections that are free, the one used last at the end, so that few mails keep few open.
        var free: [Int]
        /// Mails that wait for one; those before `first` have one.
        var waiting: [CheckedContinuation<Int, Never>] = []
        var first = 0
        var count: Int { waiting.count - first }
    }

    private let connections: [SMTPConnection]
    private let queue: Mutex<Queue>

    /// Few mail servers look at a Message-ID.
    var idempotency: ActionDescription.Idempotency { .none }
    var tellsHandOver: Bool { true }

    init(server: SMTPServer, sender: MailSender) {
        connections = (0..<server.connections).map { _ in SMTPConnection(server: server, sender: sender) }
        queue = Mutex(Queue(free: Array((0..<server.connections).reversed())))
    }

    func deliver(
        _ mail: ComposedMail, by deadline: ContinuousClock.Instant, handOver: @Sendable () async -> Bool
    ) async -> Delivery {
        let start = ContinuousClock.now
        guard let place = await enter() else { return Self.busy("\(EmailLimits.waitingMails) mails wait already") }
        defer { leave(place) }
        guard start >= deadline || ContinuousClock.now < deadline else {
            return Self.busy("no connection became free in time")
        }
        guard await handOver() else { return Self.busy("that it leaves could not be written down") }
        return await connections[place].deliver(mail, by: deadline)
    }

    func close() async {
        for connection in connections { await connection.close() }
    }

    /// It says nothing about the recipient or the server.
    private static func busy(_ message: String) -> Delivery {
        .failed(Failure(code: "smtp.busy", message: message, retry: .after(seconds: EmailLimits.busySeconds)))
    }

    private func enter() async -> Int? {
        let free = queue.withLock { queue -> Int?? in
            if let place = queue.free.popLast() { return .some(place) }
            return queue.count < EmailLimits.waitingMails ? .some(nil) : nil
        }
        guard let free else { return nil }
        if let free { return free }
        return await withCheckedContinuation { continuation in
            // One may have become free since.
            let place = queue.withLock { queue -> Int? in
                if let place = queue.free.popLast() { return place }
                queue.waiting.append(continuation)
                return nil
            }
            if let place { continuation.resume(returning: place) }
        }
    }

    private func leave(_ place: Int) {
        let next = queue.withLock { queue -> CheckedContinuation<Int, Never>? in
            guard queue.count > 0 else {
                queue.free.append(place)
                return nil
            }
            let next = queue.waiting[queue.first]
            queue.first += 1
            if queue.first > EmailLimits.waitingMails {
                queue.waiting.removeFirst(queue.first)
                queue.first = 0
            }
            return next
        }
        next?.resume(returning: place)
    }
}
