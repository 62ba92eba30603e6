import ActionKit
import Couriers
import Expressions

/// The settings of the plugin, read once.
struct ChatSettings: Sendable {
    /// Where a channel's messages go. The address is a secret: whoever has it can post.
    struct Channel: Sendable {
        let kind: ChatMessage.Kind
        let address: PostingAddress
    }

    let channels: [String: Channel]
    let courier: CourierSettings

    private static let prefix = "channels."

    static func read(_ configuration: Configuration) throws(ConfigurationMistakes) -> ChatSettings {
        var mistakes: [String] = []
        let courier = CourierSettings.read(configuration, family: ChatPlugin.name, &mistakes)
        let known = CourierSettings.names.sorted() + ["channels"]
        for name in configuration.values.keys.sorted()
        where !CourierSettings.names.contains(name) && !name.hasPrefix(prefix) {
            mistakes.append("chat.\(name) is no setting; there are \(known.joined(separator: ", "))")
        }
        let channels = channels(configuration, courier?.allowsHTTP ?? false, &mistakes)
        guard mistakes.isEmpty, let courier else { throw ConfigurationMistakes(mistakes) }
        return ChatSettings(channels: channels, courier: courier)
    }

    private static func channels(
        _ configuration: Configuration, _ allowsHTTP: Bool, _ mistakes: inout [String]
    ) -> [String: Channel] {
        var given: [String: [String: String]] = [:]
        for (key, value) in configuration.values where key.hasPrefix(prefix) {
            let parts = key.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= ChatLimits.channelNameBytes,
                ["kind", "secret"].contains(parts[1]), let text = value.asString
            else {
                mistakes.append("chat.\(key) is no setting; a channel has kind and secret")
                continue
            }
            given[String(parts[0]), default: [:]][String(parts[1])] = text
        }
        if given.isEmpty || given.count > ChatLimits.channels {
            mistakes.append("chat.channels must name 1 to \(ChatLimits.channels) channels, each with kind and secret")
        }
        var channels: [String: Channel] = [:]
        for (name, fields) in given.sorted(by: { $0.key < $1.key }) {
            channels[name] = channel(name, fields, configuration, allowsHTTP, &mistakes)
        }
        return channels
    }

    private static func channel(
        _ name: String, _ fields: [String: String], _ configuration: Configuration, _ allowsHTTP: Bool,
        _ mistakes: inout [String]
    ) -> Channel? {
        let place = "chat.channels.\(name)"
        let kind = fields["kind"].flatMap { ChatMessage.Kind(rawValue: $0) }
        if kind == nil {
            let kinds = ChatMessage.Kind.allCases.map(\.rawValue).joined(separator: " or ")
            mistakes.append("\(place).kind must be \(kinds)")
        }
        guard let secret = fields["secret"] else {
            mistakes.append("\(place).secret must name the secret that holds the webhook's address")
            return nil
        }
        // The secret's name may stand in a message, the address never.
        guard let text = configuration.secret(secret) else {
            mistakes.append("\(place).secret names \"\(secret)\", and there is no such secret")
            return nil
        }
        guard text.utf8.count <= ChatLimits.addressBytes,
            let address = try? PostingAddress(text, allowsHTTP: allowsHTTP)
        else {
            mistakes.append("the secret \"\(secret)\" must be the address of an incoming webhook, https://…")
            return nil
        }
        return kind.map { Channel(kind: $0, address: address) }
    }
}
