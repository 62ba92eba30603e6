import ActionKit

/// The way that mails take.
protocol Transport: Sendable {
    /// Whether it recognises a key that it has done.
    var idempotency: ActionDescription.Idempotency { get }

    /// Whether it calls `handOver` before a mail leaves.
    var tellsHandOver: Bool { get }

    /// Hands a mail over, by the deadline; a mail whose key it recognises is delivered already.
    ///
    /// - Parameter handOver: writes down that the mail leaves; false: it must not.
    func deliver(
        _ mail: ComposedMail, by deadline: ContinuousClock.Instant, handOver: @Sendable () async -> Bool
    ) async -> Delivery

    /// Ends what is open.
    func close() async
}

/// What became of a mail.
enum Delivery: Hashable, Sendable {
    case delivered
    case failed(ActionOutcome.Failure)
    /// It was handed over, and no answer came.
    case unknown(message: String)
}
