import ActionKit
import Synchronization

/// The way over a mail server: a few connections, each with the mails that wait for it.
final class SMTPTransport: Transport {
    private let connections: [SMTPConnection]
    /// How many mails each connection has before it, the one under way included.
    private let waiting: Mutex<[Int]>

    var idempotency: ActionDescription.Idempotency { .keyed }

    init(server: SMTPServer, sender: MailSender) {
        connections = (0..<server.connections).map { _ in SMTPConnection(server: server, sender: sender) }
        waiting = Mutex([Int](repeating: 0, count: server.connections))
    }

    func deliver(_ mail: ComposedMail, by deadline: ContinuousClock.Instant) async -> Delivery {
        guard let place = enter() else {
            return .failed(
                Failure(
                    code: "smtp.busy", message: "\(EmailLimits.waitingMails) mails wait already", retry: .usual,
                    scope: .service))
        }
        defer { waiting.withLock { $0[place] -= 1 } }
        return await connections[place].deliver(mail, by: deadline)
    }

    func close() async {
        for connection in connections { await connection.close() }
    }

    /// The connection with the fewest mails, the first of equals, so that few mails keep few connections open.
    private func enter() -> Int? {
        waiting.withLock { counts in
            guard counts.reduce(0, +) < EmailLimits.waitingMails,
                let place = counts.indices.min(by: { counts[$0] < counts[$1] })
            else { return nil }
            counts[place] += 1
            return place
        }
    }
}
