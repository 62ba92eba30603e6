/// The largest that a request and its answer may be.
enum WebhookLimits {
    static let urlBytes = 2_048
    static let typeBytes = 128
    /// Bytes of a request's body; Standard Webhooks asks senders to stay small.
    static let bodyBytes = 256 << 10
    /// Lists and maps within each other in the data.
    static let depth = 32
    /// Bytes of an answer that are read, headers and body each; nothing in them is used but the status and one header.
    static let answerBytes = 64 << 10
    /// Seconds that one request may take.
    static let timeoutSeconds = 1...60
    static let defaultTimeoutSeconds = 20
    /// Seconds to reach the receiver, within the whole.
    static let connectSeconds = 10
    /// Secrets that sign at once.
    static let secrets = 4
    /// Bytes of a secret (Standard Webhooks).
    static let secretBytes = 24...64
    /// The longest pause that a receiver can ask for, in seconds.
    static let pauseSeconds = 86_400
    /// Requests under way at once; more wait.
    static let exchanges = 64
}
