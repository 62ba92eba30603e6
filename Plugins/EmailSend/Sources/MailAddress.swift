import CGMime

/// An e-mail address that can stand in a header and in an SMTP command as it is.
///
/// Taken: letters of every script, digits and RFC 5322's marks before the @, and a domain name, of any script, with at
/// least one point behind it. Not taken, though the standards know them: quoted texts, comments and numeric domains.
struct MailAddress: Hashable, Sendable {
    /// Why a text is no address: the end of a sentence, without the text.
    struct Mistake: Error, Hashable, Sendable {
        let reason: String
    }

    let localPart: String
    /// In ASCII: a domain of another script is written as RFC 5891 has it.
    let domain: String

    /// What stands in headers and commands.
    var text: String { localPart + "@" + domain }

    /// Whether a server must know SMTPUTF8 (RFC 6531) to take it.
    var needsUTF8: Bool { localPart.utf8.contains { $0 >= 0x80 } }

    init(_ text: String) throws(Mistake) {
        guard text.utf8.count <= EmailLimits.addressBytes else {
            throw Mistake(reason: "is longer than \(EmailLimits.addressBytes) bytes")
        }
        let parts = text.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let host = parts.last else {
            throw Mistake(reason: "must have one @")
        }
        guard Self.isLocalPart(local) else { throw Mistake(reason: "has something before the @ that is not taken") }
        localPart = String(decoding: local, as: UTF8.self)
        guard let domain = Self.asciiDomain(String(decoding: host, as: UTF8.self)) else {
            throw Mistake(reason: "has no domain name behind the @, such as example.org")
        }
        self.domain = domain
        guard self.text.utf8.count <= EmailLimits.addressBytes else {
            throw Mistake(reason: "is longer than \(EmailLimits.addressBytes) bytes")
        }
    }

    /// The domain in ASCII and lower case; nil if it is not one.
    static func asciiDomain(_ host: String) -> String? {
        guard host.unicodeScalars.allSatisfy({ isDomainScalar($0) || $0 == "." }) else { return nil }
        let ascii = (host.utf8.allSatisfy { $0 < 0x80 } ? host : converted(host)).lowercased()
        let labels = ascii.utf8.split(separator: 0x2E, omittingEmptySubsequences: false)
        guard ascii.utf8.count <= EmailLimits.domainBytes, labels.count >= 2, labels.allSatisfy(isLabel),
            let last = labels.last, !last.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return ascii
    }

    /// A domain in GMime's (libidn2's) ASCII form; unchanged, and so refused afterwards, if it has none.
    private static func converted(_ host: String) -> String {
        GMimeLibrary.start()
        let mailbox = Held<InternetAddress>(internet_address_mailbox_new(nil, "a@" + host))
        guard let text = internet_address_mailbox_get_idn_addr(mailbox.as(InternetAddressMailbox.self)) else {
            return host
        }
        return String(String(cString: text).dropFirst(2))
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        label.count <= EmailLimits.domainLabelBytes && !label.isEmpty && label.first != 0x2D && label.last != 0x2D
            && label.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    }

    private static func isLocalPart(_ bytes: Substring.UTF8View) -> Bool {
        let dots = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
        return bytes.count <= EmailLimits.localPartBytes && dots.allSatisfy { !$0.isEmpty }
            && Substring(bytes).unicodeScalars.allSatisfy { isLetter($0) || marks.contains($0) }
    }

    private static let marks = Set("!#$%&'*+-/=?^_`{|}~.".unicodeScalars)

    private static func isDomainScalar(_ scalar: Unicode.Scalar) -> Bool { isLetter(scalar) || scalar == "-" }

    /// A letter or digit of ASCII, or a sign outside it that can be seen or joins what can.
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return true
        case ..<0xA1: return false
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return false
        default: return true
        }
    }
}
