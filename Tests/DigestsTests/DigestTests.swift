import Digests
import Testing

@Suite struct `A digest` {
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `is SHA-256 as FIPS 180 says, at once and in pieces`(_ text: String, _ hex: String) {
        #expect(SHA256.hash(Array(text.utf8)).hex == hex)
        var hasher = SHA256()
        for byte in text.utf8 { hasher.update([byte]) }
        hasher.update([])
        #expect(hasher.finish().hex == hex)
    }

    @Test func `of a million letters comes in pieces of any length`() {
        var hasher = SHA256()
        let piece: [UInt8] = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        for _ in 0..<1000 { hasher.update(piece) }
        #expect(hasher.finish().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `is authenticated as RFC 4231 says`(_ key: [UInt8], _ message: [UInt8], _ hex: String) {
        #expect(HMACSHA256.code(for: message, key: key).hex == hex)
    }

    @Test func `is compared in constant time, and unequal lengths are unequal`() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(constantTimeEquals([], []))
    }
}

@Suite struct `Bytes as text` {
    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `are read from base64 as RFC 4648 says`(_ text: String, _ base64: String) {
        #expect(base64Bytes(base64) == Array(text.utf8))
    }

    @Test func `are written in base64, both ways`() {
        let digest: Digest = SHA256.hash(Array("abc".utf8))
        #expect(digest.base64 == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=")
        #expect(base64Bytes(digest.base64) == digest.bytes)
    }

    @Test(arguments: ["Zg", "Zg=", "Zm9v ", "Zm9v\n", "Z", "Zm-v", "Zh==", "=Zg="])
    func `are no base64 with anything else in it`(_ text: String) {
        #expect(base64Bytes(text) == nil)
    }

    @Test func `are hexadecimal digits, both ways`() {
        #expect(Hexadecimal.text([0, 15, 255]) == "000fff")
        #expect(Hexadecimal.bytes("000fFF") == [0, 15, 255])
        for text in ["0", "0g", " 00", "0x00", "é0"] { #expect(Hexadecimal.bytes(text) == nil) }
    }

    @Test func `at random are never the same twice`() {
        #expect(randomBytes(0) == [])
        #expect(randomBytes(32).count == 32)
        #expect(randomBytes(32) != randomBytes(32))
    }
}
