/// A mail that came in, as far as it can be told without knowing any case.
///
/// Everything in it was written by strangers: bounded, valid UTF-8, and believed by nobody.
public struct IncomingMail: Sendable {
    /// What kind of mail it is.
    public enum Kind: Hashable, Sendable {
        /// Somebody wrote it.
        case written
        /// A machine wrote it: an absence note, a list, a newsletter (RFC 3834). Nobody answers it.
        case automatic
        /// A mail server tells what became of a mail (RFC 3464); empty: it came back without a report that can be read.
        case returned([DeliveryReport])
        /// A reader's provider passes on a complaint (RFC 5965).
        case complaint
    }

    /// What a mail server says of one recipient.
    public struct DeliveryReport: Hashable, Sendable {
        /// The address as the reporting server has it; may be empty.
        public let recipient: String
        /// The address that the mail was sent to, if the server says it; may be empty.
        public let originalRecipient: String
        /// `failed`, `delayed`, `delivered`, `relayed` or `expanded`.
        public let action: String
        /// RFC 3463, such as `5.1.1`; may be empty.
        public let status: String
        /// Whether the server's words say that nobody has this address, which matters where the status says nothing.
        public let saysNobody: Bool

        public init(
            recipient: String, originalRecipient: String, action: String, status: String, saysNobody: Bool = false
        ) {
            self.recipient = recipient
            self.originalRecipient = originalRecipient
            self.action = action
            self.status = status
            self.saysNobody = saysNobody
        }
    }

    /// How its source calls it.
    public let name: String
    /// Without angle brackets; may be empty.
    public let messageID: String
    public let kind: Kind
    /// The address of who says to have written it; may be empty.
    public let from: String
    public let subject: String
    /// What can be read as plain text, at most 64 KiB; may be empty.
    public let text: String
    /// The Message-IDs of mails that it answers or reports about, the nearest first.
    public let about: [String]
    /// What stands behind a + in the addresses to which it was sent.
    public let tags: [String]

    public init(
        name: String, messageID: String, kind: Kind, from: String, subject: String, text: String, about: [String],
        tags: [String]
    ) {
        self.name = name
        self.messageID = messageID
        self.kind = kind
        self.from = from
        self.subject = subject
        self.text = text
        self.about = about
        self.tags = tags
    }
}

/// A place where mail comes in.
public protocol MailSource: Sendable {
    /// Mails that nobody has taken yet, the oldest first.
    ///
    /// - Throws: `MailSourceFailure` if the place cannot be read.
    func waiting(limit: Int) async throws(MailSourceFailure) -> [WaitingMail]

    /// Takes a mail out of those that wait; `isKnown` is false for one that belongs to no case and is put aside.
    func take(_ name: String, isKnown: Bool) async throws(MailSourceFailure)
}

/// A mail that waits.
public enum WaitingMail: Sendable {
    case mail(IncomingMail)
    /// It was not read, because it is larger or more entangled than any honest one, or is no mail; a sentence says why.
    case unreadable(name: String, why: String)
}

/// Why a place cannot be read, in words without personal data.
public struct MailSourceFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
