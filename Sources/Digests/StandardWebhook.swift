/// The signature of Standard Webhooks 1.0, version 1: HMAC-SHA-256 over identifier, time and body.
public enum StandardWebhook {
    /// What a secret begins with.
    public static let prefix = "whsec_"
    /// Bytes of a secret.
    public static let secretBytes = 24...64
    /// Seconds by which a message's time may differ from the receiver's clock.
    public static let skewSeconds: Int64 = 300
    /// Signatures of one message that are looked at.
    private static let signatures = 8

    /// The key that a secret holds; nil if it is none.
    public static func key(of secret: String) -> [UInt8]? {
        guard secret.utf8.starts(with: prefix.utf8), let key = base64Bytes(String(secret.dropFirst(prefix.utf8.count))),
            secretBytes.contains(key.count)
        else { return nil }
        return key
    }

    /// The three headers, as `name: value`.
    ///
    /// - Parameters:
    ///   - id: the same for every try of one message.
    ///   - seconds: since 1970, of this try; receivers refuse what is more than minutes old.
    public static func headers(id: String, seconds: Int64, body: [UInt8], keys: [[UInt8]]) -> [String] {
        let signed = Array("\(id).\(seconds).".utf8) + body
        let signatures = keys.map { "v1," + HMACSHA256.code(for: signed, key: $0).base64 }
        return [
            "webhook-id: \(id)", "webhook-timestamp: \(seconds)",
            "webhook-signature: \(signatures.joined(separator: " "))",
        ]
    }

    /// Whether one of the keys has signed the message, and lately.
    ///
    /// - Parameters:
    ///   - timestamp: as it came in the header.
    ///   - signature: as it came: `v1,<base64>`, several separated by spaces.
    ///   - now: seconds since 1970.
    public static func isSigned(
        id: String, timestamp: String, signature: String, body: [UInt8], keys: [[UInt8]], now: Int64
    ) -> Bool {
        // Int reads "+5" too, and the text is what was signed; digits alone.
        guard timestamp.utf8.count <= 15, timestamp.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let seconds = Int64(timestamp), abs(now - seconds) <= skewSeconds
        else { return false }
        let message = Array("\(id).\(timestamp).".utf8) + body
        let given = signature.split(separator: " ").prefix(signatures).compactMap { part in
            part.hasPrefix("v1,") ? base64Bytes(String(part.dropFirst(3))) : nil
        }
        return keys.contains { key in
            let expected = HMACSHA256.code(for: message, key: key).bytes
            return given.contains { constantTimeEquals($0, expected) }
        }
    }
}
