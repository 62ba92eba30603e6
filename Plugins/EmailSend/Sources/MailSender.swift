import ActionKit

/// Who sends: the same for every mail of a service.
struct MailSender: Sendable {
    let from: MailAddress
    let fromName: String
    /// Where answers go if a call names nobody else.
    let replyTo: MailAddress?
    /// To whom servers send back what they cannot deliver.
    let returnPath: MailAddress
    /// The right side of each Message-ID, and the name by which the service greets a server.
    let domain: String
    /// An address with mailto: or https:, or empty.
    let unsubscribe: String
    /// Whether the mail server delivers `office+anything@…` to `office@…`: answers and bounces then name their mail.
    let hasTags: Bool

    /// An address that names a call behind a +; as it is where no tag is wanted or it would be too long (RFC 5321).
    func tagged(_ address: MailAddress, _ tag: String) -> MailAddress {
        guard hasTags, !tag.isEmpty, address.localPart.utf8.count + 1 + tag.utf8.count <= EmailLimits.localPartBytes
        else { return address }
        return (try? MailAddress(address.localPart + "+" + tag + "@" + address.domain)) ?? address
    }

    /// The same for each try of a key, so that a reader's program shows one mail.
    func messageID(of key: String) -> String { key + "@" + domain }

    /// What all mails about one thing name as the mail that they answer, so that readers see them together.
    func threadID(of reference: String) -> String { "case." + reference + "@" + domain }
}
