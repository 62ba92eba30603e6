import ActionKit

/// The way over a mail server.
final class SMTPTransport: Transport {
    init(server: SMTPServer, sender: MailSender) {}
    var idempotency: ActionDescription.Idempotency { .keyed }
    func deliver(_ mail: ComposedMail, by deadline: ContinuousClock.Instant) async -> Delivery {
        .failed(
            Failure(code: "smtp.absent", message: "mail servers are not reached yet", retry: .usual, scope: .service))
    }
    func close() async {}
}
