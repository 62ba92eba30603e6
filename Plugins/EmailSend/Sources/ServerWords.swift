/// What the words of a mail server say about a recipient, where its numbers say nothing: many answer `550`, or report
/// `5.0.0`, with a sentence for people.
enum ServerWords: Hashable, Sendable {
    /// Nobody has this address.
    case nobody
    /// It is about who sends, or about what is sent: the address may be good.
    case policy
    case nothing

    /// Reads a sentence of a server's; letters of either size.
    init(_ text: String) {
        let words = text.lowercased()
        func holds(_ phrases: [String]) -> Bool { phrases.contains { words.contains($0) } }
        // Exim puts what is wrong with the sender's address, such as "Unrouteable address", before "Sender verify failed".
        self = holds(Self.policies) ? .policy : holds(Self.nobodies) ? .nobody : .nothing
    }

    /// As Postfix, exim, sendmail, qmail, Exchange, Domino and the large providers say it.
    private static let nobodies = [
        "user unknown", "unknown user", "no such user", "user not found", "user does not exist", "user doesn't exist",
        "unknown recipient", "recipient unknown", "recipient not found", "recipnotfound", "no such recipient",
        "unknown local part", "unrouteable address", "no mailbox here by that name", "no such mailbox",
        "mailbox not found", "mailbox does not exist", "no such person", "address does not exist",
        "account does not exist", "account that you tried to reach does not exist", "no such address",
        "not listed in domino directory",
    ]

    private static let policies = [
        "relay not permitted", "relay access denied", "relaying denied", "relaying not allowed", "unable to relay",
        "not allowed to relay", "sender verify", "sender address rejected", "sender rejected", "sender denied", "spam",
        "blacklist", "blocklist", "block list", "blocked", "policy", "reputation", "authentication", "authenticate",
        "dmarc", "spf ", "dkim", "access denied", "greylist",
    ]
}
