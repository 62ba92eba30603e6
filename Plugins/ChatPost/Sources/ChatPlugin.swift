public import ActionKit
import Couriers

/// Posts to channels of Slack and Teams through their incoming webhooks.
public struct ChatPlugin: Plugin {
    public static let name = "chat"

    private let courier = Courier(name: "chat.post")
    private let action: ChatAction

    /// Settings:
    /// - `channels.NAME.kind`: `slack` or `teams`.
    /// - `channels.NAME.secret`: the name of the secret that holds the webhook's address.
    /// - `timeout`: seconds that one request may take, 1 to 60, 20 without it.
    /// - `allow_http`: yes, if addresses may begin with `http://`.
    /// - `allow_private`: yes, if requests may go to this machine and its networks.
    /// - `ca_file`: a file with the certificates to trust instead of the system's.
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        action = ChatAction(settings: try ChatSettings.read(configuration), courier: courier)
    }

    public var actions: [any Action] { [action] }

    public func close() async { await courier.close() }
}
