import CSodium

/// Authenticated encryption with a key of 32 bytes (XSalsa20-Poly1305, libsodium's secretbox).
public enum SecretBox {
    public static let keyBytes = 32
    private static let nonceBytes = 24
    private static let tagBytes = 16

    /// The nonce and the sealed bytes; each call draws a new nonce.
    public static func seal(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        seal(bytes, key: key, nonce: randomBytes(nonceBytes))
    }

    /// The same for the same bytes and key: who sees two can tell that they are equal, and nothing else. The nonce is made
    /// of the bytes (the synthetic initialisation vector of RFC 5297, with HMAC-SHA-256).
    public static func sealAlike(_ bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        let nonceKey = HMACSHA256.code(for: Array("nonce".utf8), key: key).bytes
        return seal(bytes, key: key, nonce: Array(HMACSHA256.code(for: bytes, key: nonceKey).bytes.prefix(nonceBytes)))
    }

    private static func seal(_ bytes: [UInt8], key: [UInt8], nonce: [UInt8]) -> [UInt8] {
        precondition(key.count == keyBytes, "a key has 32 bytes")
        var result = [UInt8](repeating: 0, count: bytes.count + tagBytes)
        crypto_secretbox_easy(&result, bytes, UInt64(bytes.count), nonce, key)
        return nonce + result
    }

    /// The bytes again; nil with another key or if anything was changed.
    public static func open(_ sealed: [UInt8], key: [UInt8]) -> [UInt8]? {
        guard key.count == keyBytes, sealed.count >= nonceBytes + tagBytes else { return nil }
        Sodium.ready
        let nonce = Array(sealed.prefix(nonceBytes))
        let box = Array(sealed.dropFirst(nonceBytes))
        var result = [UInt8](repeating: 0, count: box.count - tagBytes)
        guard crypto_secretbox_open_easy(&result, box, UInt64(box.count), nonce, key) == 0 else { return nil }
        return result
    }
}
