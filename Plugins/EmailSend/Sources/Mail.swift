import Calendars

/// A mail that was read from a call and can be composed: everything in it is checked.
struct Mail: Sendable {
    struct Attachment: Sendable {
        enum Content: Sendable {
            case bytes([UInt8])
            /// A file beneath the folder of attachments.
            case file(path: String)
        }

        let name: String
        let type: MediaType
        let content: Content
    }

    /// A MIME type, such as text/html.
    struct MediaType: Hashable, Sendable {
        let main: String
        let sub: String

        static let unknown = MediaType(main: "application", sub: "octet-stream")
    }

    /// An iCalendar object with its iTIP method (RFC 5546), or empty if it is only for information.
    struct Calendar: Sendable {
        let text: String
        let method: String
    }

    let key: String
    let date: Instant
    let to: MailAddress
    let toName: String
    /// A language tag, such as `fr` or `zh-Hans`; may be empty.
    let language: String
    let subject: String
    let text: String
    let html: String?
    let replyTo: MailAddress?
    let attachments: [Attachment]
    let calendar: Calendar?
    /// What the mails of one conversation have in common, such as `ST-2027-0042`; may be empty.
    let reference: String
    /// Names the call in addresses to which answers go; may be empty.
    let replyTag: String
    /// Where one POST ends mails like this one; may be empty.
    let unsubscribe: String
}

/// A mail as bytes, with what its way needs to know of it.
struct ComposedMail: Sendable {
    let key: String
    let recipient: MailAddress
    /// To whom servers send it back.
    let returnPath: MailAddress
    /// Without angle brackets.
    let messageID: String
    /// RFC 5322 with CR LF at each line's end, and none elsewhere.
    let bytes: [UInt8]
}
