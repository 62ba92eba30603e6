package import Calendars
import Expressions

/// An address to which nothing is sent any more, and why.
package struct Suppression: Hashable, Sendable {
    /// Who says that it takes no mail.
    package enum Source: String, Hashable, Sendable, CaseIterable {
        /// The mail server refused the recipient for good.
        case refused
        /// A mail came back for good.
        case bounced
        /// The reader complained, or does not want any.
        case complained
        /// The staff said so.
        case staff
        /// The reader wants no reminders and no optional messages; everything else still goes there.
        case unsubscribed
    }

    /// In lower case.
    package var address: String
    package var source: Source
    /// Such as `smtp.550` or `5.1.1`; the staff's own words.
    package var reason: String
    package var since: Instant

    package init(address: String, source: Source, reason: String, since: Instant) {
        self.address = Self.name(of: address)
        self.source = source
        self.reason = reason
        self.since = since
    }

    /// How an address is compared: no server that is in use tells capitals from small letters.
    package static func name(of address: String) -> String { address.lowercased() }

    var bytes: [UInt8] {
        Value.object([
            "source": .string(source.rawValue), "reason": .string(reason), "since": .string(since.rfc3339),
        ]).jsonBytes
    }

    init?(_ address: String, _ bytes: [UInt8]) {
        guard let value = try? Value(json: bytes),
            let source = value["source"]?.asString.flatMap(Source.init(rawValue:)),
            let since = value["since"]?.asString.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        self.init(address: address, source: source, reason: value["reason"]?.asString ?? "", since: since)
    }
}
