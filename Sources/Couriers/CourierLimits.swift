/// The largest that a request's answer may be, and the longest that it may take.
public enum CourierLimits {
    /// Bytes of an answer that are read, headers and body each; nothing in them is used but the status and one header.
    static let answerBytes = 64 << 10
    /// Seconds that one request may take.
    public static let timeoutSeconds = 1...60
    static let defaultTimeoutSeconds = 20
    /// Seconds to reach the receiver, within the whole.
    static let connectSeconds = 10
    /// The longest pause that a receiver can ask for, in seconds.
    static let pauseSeconds = 86_400
    /// Requests under way at once; more wait.
    static let exchanges = 64
}
