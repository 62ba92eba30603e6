import CSodium

/// Signatures by Ed25519 (RFC 8032), from libsodium.
public enum Signature {
    /// Bytes of a seed, which is the secret, of a public key and of a signature.
    public static let seedBytes = 32
    public static let keyBytes = 32
    public static let signatureBytes = 64

    /// The public key of a seed.
    public static func publicKey(seed: [UInt8]) -> [UInt8] { pair(seed).publicKey }

    /// - Precondition: the seed has `seedBytes` bytes.
    public static func sign(_ message: [UInt8], seed: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: signatureBytes)
        crypto_sign_detached(&result, nil, message, UInt64(message.count), pair(seed).secretKey)
        return result
    }

    /// Whether the key's owner signed exactly these bytes; false for keys and signatures of another length.
    public static func isValid(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        signature.count == signatureBytes && publicKey.count == keyBytes
            && crypto_sign_verify_detached(signature, message, UInt64(message.count), publicKey) == 0
    }

    private static func pair(_ seed: [UInt8]) -> (publicKey: [UInt8], secretKey: [UInt8]) {
        precondition(seed.count == seedBytes, "a seed has 32 bytes")
        var publicKey = [UInt8](repeating: 0, count: keyBytes)
        var secretKey = [UInt8](repeating: 0, count: 64)
        crypto_sign_seed_keypair(&publicKey, &secretKey, seed)
        return (publicKey, secretKey)
    }
}
