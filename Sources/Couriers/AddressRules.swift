import Glibc

/// Which network addresses a request of a programme may reach: those of the public internet.
///
/// A programme's author, or whoever fills a field that becomes an address, must not make this service speak to itself,
/// to its neighbours or to the metadata of its cloud. Names and spellings of numbers say nothing; what is looked at is
/// the address of the socket that is about to be connected.
enum AddressRules {
    /// - Parameter address: a `sockaddr` of so many bytes.
    static func isPublic(_ address: UnsafeRawBufferPointer) -> Bool {
        guard address.count >= MemoryLayout<sa_family_t>.size else { return false }
        let family = address.loadUnaligned(as: sa_family_t.self)
        // Behind the family stand the port and, for version 6, the flow: both in network order, of no interest here.
        if family == sa_family_t(AF_INET), address.count >= MemoryLayout<sockaddr_in>.size {
            return isPublic(version4: Array(address[4..<8]))
        }
        if family == sa_family_t(AF_INET6), address.count >= MemoryLayout<sockaddr_in6>.size {
            return isPublic(version6: Array(address[8..<24]))
        }
        return false
    }

    /// IANA's special-purpose registry, and multicast and all above it.
    private static let special4: [(network: [UInt8], bits: Int)] = [
        ([0, 0, 0, 0], 8), ([10, 0, 0, 0], 8), ([100, 64, 0, 0], 10), ([127, 0, 0, 0], 8), ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12), ([192, 0, 0, 0], 24), ([192, 0, 2, 0], 24), ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16), ([198, 18, 0, 0], 15), ([198, 51, 100, 0], 24), ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 3),
        // Azure's metadata and health address, public by its number only.
        ([168, 63, 129, 16], 32),
    ]

    static func isPublic(version4 address: [UInt8]) -> Bool {
        address.count == 4 && !special4.contains { matches(address, $0.network, $0.bits) }
    }

    /// What lies within the global addresses (2000::/3) and is none: protocols of the IETF with Teredo, documentation,
    /// 6to4, which hides an address of version 4.
    private static let special6: [(network: [UInt8], bits: Int)] = [
        ([0x20, 0x01, 0x00, 0x00], 23), ([0x20, 0x01, 0x0D, 0xB8], 32), ([0x20, 0x02], 16), ([0x3F, 0xFF, 0x00], 20),
    ]
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    /// NAT64 of RFC 6052, with which a network of version 6 alone reaches version 4.
    private static let translated: [UInt8] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]

    static func isPublic(version6 address: [UInt8]) -> Bool {
        guard address.count == 16 else { return false }
        if address.starts(with: mapped) || address.starts(with: translated) {
            return isPublic(version4: Array(address[12...]))
        }
        return matches(address, [0x20], 3) && !special6.contains { matches(address, $0.network, $0.bits) }
    }

    private static func matches(_ address: [UInt8], _ network: [UInt8], _ bits: Int) -> Bool {
        for bit in 0..<bits {
            let mask: UInt8 = 0x80 >> UInt8(bit % 8)
            if address[bit / 8] & mask != network[bit / 8] & mask { return false }
        }
        return true
    }
}
