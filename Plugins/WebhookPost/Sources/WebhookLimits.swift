/// The largest that a request and its answer may be.
enum WebhookLimits {
    static let urlBytes = 2_048
    static let typeBytes = 128
    /// Bytes of what says where events come from.
    static let sourceBytes = 200
    /// Seconds between the tries of a request that failed for now: 5 s, 5 and 30 minutes, then hours; three days in all, as
    /// Standard Webhooks proposes.
    static let retryPauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]
    /// Bytes of a request's body; Standard Webhooks asks senders to stay small.
    static let bodyBytes = 256 << 10
    /// Lists and maps within each other in the data.
    static let depth = 32
    /// Hosts that may be named as recognising a key.
    static let keyedHosts = 1_000
    /// Secrets that sign at once.
    static let secrets = 4
}
