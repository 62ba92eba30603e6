/// The largest that a request and its answer may be.
enum WebhookLimits {
    static let urlBytes = 2_048
    static let typeBytes = 128
    /// Bytes of a request's body; Standard Webhooks asks senders to stay small.
    static let bodyBytes = 256 << 10
    /// Lists and maps within each other in the data.
    static let depth = 32
    /// Secrets that sign at once.
    static let secrets = 4
}
