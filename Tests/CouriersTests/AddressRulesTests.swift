import Foundation
import Testing

@testable import Couriers

@Suite struct `Addresses that requests may go to` {
    @Test(
        arguments: [
            ("9.255.255.255", true), ("10.0.0.0", false), ("11.0.0.0", true), ("100.63.255.255", true),
            ("100.64.0.0", false), ("100.127.255.255", false), ("100.128.0.0", true), ("126.255.255.255", true),
            ("128.0.0.0", true), ("169.253.255.255", true), ("169.255.0.0", true), ("172.15.255.255", true),
            ("172.32.0.0", true), ("192.167.255.255", true), ("192.169.0.0", true), ("198.17.255.255", true),
            ("198.19.255.255", false), ("198.20.0.0", true), ("223.255.255.255", true), ("224.0.0.0", false),
            ("255.255.255.255", false), ("8.8.8.8", true), ("2606:4700::1111", true), ("2001:4860:4860::8888", true),
            ("::ffff:8.8.8.8", true), ("::ffff:10.0.0.1", false), ("64:ff9b::8.8.8.8", true),
            ("64:ff9b::169.254.169.254", false), ("64:ff9b:1::1", false), ("::8.8.8.8", false), ("2001::1", false),
            ("2001:200::1", true), ("2002:808:808::", false), ("3fff::1", false), ("3fff:1000::1", true),
            ("fc00::1", false), ("fec0::1", false), ("4000::1", false), ("100::1", false),
        ])
    func `public addresses are let through, their neighbours not`(text: String, isPublic: Bool) throws {
        if text.contains(":") {
            var address = in6_addr()
            try #require(inet_pton(AF_INET6, text, &address) == 1)
            #expect(withUnsafeBytes(of: &address) { AddressRules.isPublic(version6: Array($0)) } == isPublic)
        } else {
            var address = in_addr()
            try #require(inet_pton(AF_INET, text, &address) == 1)
            #expect(withUnsafeBytes(of: &address) { AddressRules.isPublic(version4: Array($0)) } == isPublic)
        }
    }
}
