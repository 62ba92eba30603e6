import Digests

/// What names an effect in an address to which answers and bounces go: its key and a signature, for mails that name no
/// other mail.
enum ReplyTag {
    /// Letters of the signature: 80 bits, which nobody guesses by sending mail.
    private static let signatureLength = 20

    /// `KEY.SIGNATURE`, all of it small letters and digits, because mail servers change capitals.
    static func text(_ key: String, secret: [UInt8]) -> String { key + "." + signature(key, secret) }

    /// The key in a tag that this hub made; nil for anything else.
    static func key(in tag: String, secret: [UInt8]) -> String? {
        let parts = tag.lowercased().utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let key = String(decoding: parts[0], as: UTF8.self)
        return constantTimeEquals(Array(parts[1]), Array(signature(key, secret).utf8)) ? key : nil
    }

    private static func signature(_ key: String, _ secret: [UInt8]) -> String {
        String(HMACSHA256.code(for: Array("reply|\(key)".utf8), key: secret).hex.prefix(signatureLength))
    }
}
