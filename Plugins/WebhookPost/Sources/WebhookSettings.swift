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
    /// Hosts that recognise a `webhook-id` that comes again, in small letters; they get several requests at once.
    let keyed: Set<String>

    struct Reading {
        private let configuration: Configuration
        private(set) var mistakes: [String] = []

        init(_ configuration: Configuration) { self.configuration = configuration }

        private static let names = CourierSettings.names.union(["secret", "source", "keyed"])

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
            let keyed = keyed()
            guard let courier, let source else { return nil }
            return WebhookSettings(keys: keys, courier: courier, source: source, keyed: keyed)
        }

        private mutating func keyed() -> Set<String> {
            let names = configuration.list("keyed")
            for name in names where !Self.isHost(name) {
                mistakes.append("webhook.keyed must name hosts, such as erp.example.org; \"\(name)\" is none")
            }
            if configuration.values["keyed"] != nil, names.isEmpty {
                mistakes.append("webhook.keyed must name a host that recognises a webhook-id, or a list of them")
            }
            if names.count > WebhookLimits.keyedHosts {
                mistakes.append("webhook.keyed names more than \(WebhookLimits.keyedHosts) hosts")
            }
            return Set(names.map { $0.lowercased() })
        }

        /// A name or number as it stands in an address, without a port.
        private static func isHost(_ text: String) -> Bool {
            (1...253).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                        || [0x2D, 0x2E].contains(byte)
                }
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
