import CaseStore
import Exchange
import Expressions

/// Readers end the mails that they need not get; what a task or a decision asks of them still comes.
extension OutboxService {
    /// Ends reminders and optional messages to the address of a token.
    ///
    /// - Returns: false if this hub did not make the token.
    package func unsubscribe(_ token: String) async throws -> Bool {
        guard let address = UnsubscribeToken.address(in: token, secret: try await hubSecret()) else { return false }
        try await gate.suppressions.add(
            Suppression(address: address, source: .unsubscribed, reason: "by its reader", since: cases.world.now()))
        return true
    }

    /// Where the reader of these mails, which go as one, ends mails like them; empty if one of them must be got.
    func unsubscribeAddress(of mails: [MailOnItsWay]) async throws -> String {
        guard let base = gate.terms.unsubscribeAddress, let address = mails.first?.address,
            mails.allSatisfy(\.isOptional)
        else { return "" }
        return base + UnsubscribeToken.text(address, secret: try await hubSecret())
    }

    /// Takes back a mail whose reader has unsubscribed from such; false: it may leave.
    func takesBack(_ row: EffectRow, _ mail: MailOnItsWay) async throws -> Bool {
        guard mail.isOptional, try await gate.suppressions.hasUnsubscribed(mail.address) else { return false }
        try await finish(row, .dropped, why: "its reader has unsubscribed from such mails")
        return true
    }
}
