import CSodium

/// SHA-256, from libsodium.
public struct SHA256: Sendable {
    /// Bytes of a hash.
    public static let size = 32
    private var state = crypto_hash_sha256_state()

    /// Begins a hash over bytes that come piece by piece.
    public init() {
        crypto_hash_sha256_init(&state)
    }

    public mutating func update(_ bytes: [UInt8]) {
        crypto_hash_sha256_update(&state, bytes, UInt64(bytes.count))
    }

    /// The hash of all that came; the value is used up.
    public mutating func finish() -> Digest {
        var result = [UInt8](repeating: 0, count: Self.size)
        crypto_hash_sha256_final(&state, &result)
        return Digest(bytes: result)
    }

    /// The hash of these bytes.
    public static func hash(_ bytes: [UInt8]) -> Digest {
        var result = [UInt8](repeating: 0, count: size)
        crypto_hash_sha256(&result, bytes, UInt64(bytes.count))
        return Digest(bytes: result)
    }
}

extension SHA256 {
    /// The hash of bytes that are lent.
    public static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> Digest {
        var result = [UInt8](repeating: 0, count: size)
        crypto_hash_sha256(&result, bytes.baseAddress, UInt64(bytes.count))
        return Digest(bytes: result)
    }
}

/// A hash or an authentication code.
public struct Digest: Hashable, Sendable {
    public let bytes: [UInt8]

    /// Lower-case hexadecimal.
    public var hex: String { Hexadecimal.text(bytes) }

    /// Base64 with padding.
    public var base64: String { base64Text(bytes) }
}

/// HMAC-SHA-256 of RFC 2104, from libsodium.
public enum HMACSHA256 {
    public static func code(for message: [UInt8], key: [UInt8]) -> Digest {
        var state = crypto_auth_hmacsha256_state()
        crypto_auth_hmacsha256_init(&state, key, key.count)
        crypto_auth_hmacsha256_update(&state, message, UInt64(message.count))
        var result = [UInt8](repeating: 0, count: SHA256.size)
        crypto_auth_hmacsha256_final(&state, &result)
        return Digest(bytes: result)
    }
}

/// Compares in a time that does not tell where the two differ.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && (left.isEmpty || sodium_memcmp(left, right, left.count) == 0)
}

/// Bytes as hexadecimal digits.
public enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    public static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            result.append(digits[Int(byte >> 4)])
            result.append(digits[Int(byte & 15)])
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// nil for an odd length or another sign.
    public static func bytes(_ text: String) -> [UInt8]? {
        let all = Array(text.utf8)
        guard all.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        for place in stride(from: 0, to: all.count, by: 2) {
            guard let high = digit(all[place]), let low = digit(all[place + 1]) else { return nil }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x61...0x66: byte - 0x61 + 10
        case 0x41...0x46: byte - 0x41 + 10
        default: nil
        }
    }
}

/// Bytes as base64 with padding.
public func base64Text(_ bytes: [UInt8]) -> String {
    var result = [CChar](repeating: 0, count: bytes.count * 2 + 8)
    sodium_bin2base64(&result, result.count, bytes, bytes.count, sodium_base64_VARIANT_ORIGINAL)
    return String(decoding: result.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Bytes from base64 with padding; nil for anything else.
public func base64Bytes(_ text: String) -> [UInt8]? {
    var result = [UInt8](repeating: 0, count: text.utf8.count)
    var count = 0
    let code = sodium_base642bin(
        &result, result.count, text, text.utf8.count, nil, &count, nil, sodium_base64_VARIANT_ORIGINAL)
    return code == 0 ? Array(result.prefix(count)) : nil
}

/// Bytes that nobody can guess.
///
/// - Parameter count: 0 or more.
public func randomBytes(_ count: Int) -> [UInt8] {
    Sodium.ready
    var result = [UInt8](repeating: 0, count: count)
    randombytes_buf(&result, count)
    return result
}
