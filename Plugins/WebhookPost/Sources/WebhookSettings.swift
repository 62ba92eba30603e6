import ActionKit
import Couriers
import Digests
import Expressions

/// The settings of the plugin, read once.
struct WebhookSettings: Sendable {
    /// The first signs first.
    let keys: [[UInt8]]
    let courier: CourierSettings

    struct Reading {
        private let configuration: Configuration
        private(set) var mistakes: [String] = []

        init(_ configuration: Configuration) { self.configuration = configuration }

        private static let names = CourierSettings.names.union(["secret"])

        mutating func settings() -> WebhookSettings? {
            for name in configuration.values.keys.sorted() where !Self.names.contains(name) {
                mistakes.append(
                    "webhook.\(name) is no setting; there are \(Self.names.sorted().joined(separator: ", "))")
            }
            let keys = keys()
            let courier = CourierSettings.read(configuration, family: WebhookPlugin.name, &mistakes)
            return courier.map { WebhookSettings(keys: keys, courier: $0) }
        }

        private mutating func keys() -> [[UInt8]] {
            let names = configuration.list("secret")
            guard (1...WebhookLimits.secrets).contains(names.count) else {
                mistakes.append(
                    "webhook.secret must name the secret that signs, or up to \(WebhookLimits.secrets) of them")
                return []
            }
            var keys: [[UInt8]] = []
            for name in names {
                // The name may stand in the message, the secret never.
                guard let secret = configuration.secret(name) else {
                    mistakes.append("webhook.secret names \"\(name)\", and there is no such secret")
                    continue
                }
                guard let key = StandardWebhook.key(of: secret) else {
                    mistakes.append(
                        "the secret \"\(name)\" must be whsec_ and the base64 of \(StandardWebhook.secretBytes.lowerBound) "
                            + "to \(StandardWebhook.secretBytes.upperBound) bytes")
                    continue
                }
                keys.append(key)
            }
            return keys
        }
    }
}
