import ActionKit
import Couriers
import Digests
import Expressions

/// The settings of the plugin, read once.
struct WebhookSettings: Sendable {
    /// The first signs first.
    let keys: [[UInt8]]
    let courier: CourierSettings
    /// Where events come from: an address or name of this hub, behind which the programme stands.
    let source: String

    struct Reading {
        private let configuration: Configuration
        private(set) var mistakes: [String] = []

        init(_ configuration: Configuration) { self.configuration = configuration }

        private static let names = CourierSettings.names.union(["secret", "source"])

        mutating func settings() -> WebhookSettings? {
            for name in configuration.values.keys.sorted() where !Self.names.contains(name) {
                mistakes.append(
                    "webhook.\(name) is no setting; there are \(Self.names.sorted().joined(separator: ", "))")
            }
            let keys = keys()
            let courier = CourierSettings.read(configuration, family: WebhookPlugin.name, &mistakes)
            let source = configuration.values["source"] == nil ? "/sojourn" : configuration.text("source")
            if !Self.isSource(source) {
                mistakes.append(
                    "webhook.source must be an address or name of this hub without blanks, such as https://hub.example/sojourn"
                )
            }
            guard let courier, let source else { return nil }
            return WebhookSettings(keys: keys, courier: courier, source: source)
        }

        /// A URI or a part of one: printable ASCII without what RFC 3986 leaves out.
        private static func isSource(_ text: String?) -> Bool {
            guard let text, (1...WebhookLimits.sourceBytes).contains(text.utf8.count), !text.hasSuffix("/") else {
                return false
            }
            return text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
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
