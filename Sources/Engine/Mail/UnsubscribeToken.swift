import Digests
import Exchange

/// The last part of the address at which a reader unsubscribes: their mail address, sealed. Nobody can make one or read one but
/// this hub, it is the same in every mail to one reader, and it holds as long as the hub's key.
enum UnsubscribeToken {
    /// Letters of the longest, for an address of the greatest length.
    static let longest = 2 * (PersonRules.addressBytes + 40)

    static func text(_ address: String, secret: [UInt8]) -> String {
        Hexadecimal.text(SecretBox.sealAlike(Array(Suppression.name(of: address).utf8), key: key(secret)))
    }

    /// The address in a token that this hub made; nil for anything else.
    static func address(in token: String, secret: [UInt8]) -> String? {
        guard token.utf8.count <= longest, let sealed = Hexadecimal.bytes(token),
            let bytes = SecretBox.open(sealed, key: key(secret))
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func key(_ secret: [UInt8]) -> [UInt8] {
        HMACSHA256.code(for: Array("unsubscribe".utf8), key: secret).bytes
    }
}
