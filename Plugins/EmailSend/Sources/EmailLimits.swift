/// Bounds of everything that this plugin takes, makes and keeps waiting.
enum EmailLimits {
    static let keyBytes = 64
    /// RFC 5321, 4.5.3.1: of a whole address, of what stands before the @, and of the domain.
    static let addressBytes = 254
    static let localPartBytes = 64
    static let domainBytes = 253
    static let domainLabelBytes = 63
    static let nameBytes = 300
    static let subjectBytes = 900
    static let textBytes = 1 << 20
    static let calendarBytes = 256 << 10
    static let languageBytes = 35
    static let referenceBytes = 64
    static let attachments = 10
    static let attachmentNameBytes = 200
    static let attachmentPathBytes = 1000
    static let attachmentTypeBytes = 100
    static let attachmentBytes = 10 << 20
    /// Of all attachments of one mail; many servers refuse mails of more than 20 or 25 MB, and base64 adds a third.
    static let allAttachmentBytes = 15 << 20
    /// Mails that wait for a connection; another is told to come back later.
    static let waitingMails = 1000
    /// Before a mail is tried again that found no free connection.
    static let busySeconds = 30
    static let connections = 1...8
    /// Mails on one connection before a new one is made: some servers count them and hang up.
    static let mailsPerConnection = 100
    /// A connection that was idle for longer is not used again: servers close theirs after 300 s.
    static let idleConnectionSeconds = 60
    static let connectSeconds = 15
    /// Of an answer's sentences, whose words may say what its numbers do not.
    static let answerBytes = 1000
    static let timeoutSeconds = 5...300
    /// Of a mail that comes in; larger ones are put aside unread.
    static let incomingBytes = 16 << 20
    static let incomingHeadersBytes = 256 << 10
    static let incomingHeaderBytes = 1000
    static let incomingTextBytes = 64 << 10
    /// Marks of parts within parts; more are put aside unread, because a parser goes down into each.
    static let incomingMultiparts = 200
    /// Parts that are looked at, and how deep.
    static let incomingParts = 100
    static let incomingDepth = 20
    /// Lines of a report to people that are read about one address.
    static let explanationLines = 10
    /// Message-IDs and addresses that are read of one mail.
    static let incomingReferences = 50
    /// Names that are read of a folder at once.
    static let incomingWaiting = 10_000
    /// Kept back from a call's time, so that its outcome is told before the deadline: libcurl asks once a second
    /// whether to go on.
    static let reserveMilliseconds = 1200
}
