import Calendars
import Digests

/// The signature of Standard Webhooks 1.0: version 1, HMAC-SHA-256.
enum Signature {
    private static let prefix = "whsec_"

    /// The key that a secret holds; nil if it is none.
    static func key(of secret: String) -> [UInt8]? {
        guard secret.utf8.starts(with: prefix.utf8), let key = base64Bytes(String(secret.dropFirst(prefix.utf8.count))),
            WebhookLimits.secretBytes.contains(key.count)
        else { return nil }
        return key
    }

    /// The three headers, as `name: value`.
    ///
    /// - Parameters:
    ///   - id: the same for every try of one message.
    ///   - now: of this try; receivers refuse what is more than minutes old.
    static func headers(id: String, now: Instant, body: [UInt8], keys: [[UInt8]]) -> [String] {
        let seconds = now.milliseconds / 1000
        let signed = Array("\(id).\(seconds).".utf8) + body
        let signatures = keys.map { "v1," + HMACSHA256.code(for: signed, key: $0).base64 }
        return [
            "webhook-id: \(id)", "webhook-timestamp: \(seconds)",
            "webhook-signature: \(signatures.joined(separator: " "))",
        ]
    }
}
