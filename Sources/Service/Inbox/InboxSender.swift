import Digests
import Expressions

/// Somebody outside who may hand events to cases, as the section `inbox` of the settings names it.
struct InboxSender: Sendable {
    let name: String
    /// Of the secrets with which it signs; several while one follows another.
    let keys: [[UInt8]]
    /// The roles in which it acts.
    let roles: [String]
}

/// What the hub sets for messages that come from outside.
extension Settings {
    /// The name of the section.
    static let inbox = "inbox"
    /// Secrets of one sender at once.
    private static let inboxSecrets = 4
    private static let inboxNameBytes = 60

    /// The senders by name; none where nothing is set.
    ///
    /// - Throws: `SettingsMistakes` with everything that is wrong.
    func senders() throws(SettingsMistakes) -> [String: InboxSender] {
        var mistakes: [String] = []
        var given: [String: [String: [String]]] = [:]
        for (key, value) in plugins[Self.inbox] ?? [:] {
            let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let texts = value.asList?.compactMap(\.asString) ?? [value.asString].compactMap(\.self)
            guard parts.count == 2, Self.isSenderName(parts[0]), ["secret", "roles"].contains(parts[1]) else {
                mistakes.append(
                    "inbox.\(key) is no setting; a sender is a name of small letters, digits and -, with secret and roles below it"
                )
                continue
            }
            given[parts[0], default: [:]][parts[1]] = texts
        }
        var senders: [String: InboxSender] = [:]
        for (name, fields) in given.sorted(by: { $0.key < $1.key }) {
            let roles = fields["roles"] ?? []
            if roles.isEmpty { mistakes.append("inbox.\(name).roles must name the roles in which it acts") }
            let keys = senderKeys(name, fields["secret"] ?? [], &mistakes)
            senders[name] = InboxSender(name: name, keys: keys, roles: roles)
        }
        guard mistakes.isEmpty else { throw SettingsMistakes(mistakes) }
        return senders
    }

    private func senderKeys(_ name: String, _ secrets: [String], _ mistakes: inout [String]) -> [[UInt8]] {
        guard (1...Self.inboxSecrets).contains(secrets.count) else {
            mistakes.append(
                "inbox.\(name).secret must name the secret with which it signs, or up to \(Self.inboxSecrets) of them")
            return []
        }
        return secrets.compactMap { secretName in
            // The name may stand in the message, the secret never.
            guard let text = secret(secretName) else {
                mistakes.append("inbox.\(name).secret names \"\(secretName)\", and there is no such secret")
                return nil
            }
            guard let key = StandardWebhook.key(of: text) else {
                let range = StandardWebhook.secretBytes
                mistakes.append(
                    "the secret \"\(secretName)\" must be whsec_ and the base64 of \(range.lowerBound) to \(range.upperBound) bytes"
                )
                return nil
            }
            return key
        }
    }

    private static func isSenderName(_ name: String) -> Bool {
        (1...inboxNameBytes).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }
}
