import ActionKit
import Digests
import Expressions

/// The settings of the plugin, read once.
struct WebhookSettings: Sendable {
    /// The first signs first.
    let keys: [[UInt8]]
    let timeoutSeconds: Int
    let allowsHTTP: Bool
    let allowsPrivate: Bool
    /// Empty for the system's certificates.
    let certificates: String

    struct Reading {
        private let configuration: Configuration
        private(set) var mistakes: [String] = []

        init(_ configuration: Configuration) { self.configuration = configuration }

        private static let names: Set<String> = ["secret", "timeout", "allow_http", "allow_private", "ca_file"]

        mutating func settings() -> WebhookSettings? {
            for name in configuration.values.keys.sorted() where !Self.names.contains(name) {
                mistakes.append(
                    "webhook.\(name) is no setting; there are \(Self.names.sorted().joined(separator: ", "))")
            }
            let keys = keys()
            let range = WebhookLimits.timeoutSeconds
            let timeout = configuration.integer("timeout", default: WebhookLimits.defaultTimeoutSeconds, in: range)
            if timeout == nil {
                mistakes.append("webhook.timeout must be \(range.lowerBound) to \(range.upperBound) seconds")
            }
            let certificates = configuration.values["ca_file"] == nil ? "" : configuration.text("ca_file")
            if certificates == nil || certificates?.utf8.contains(0) == true {
                mistakes.append("webhook.ca_file must be the path of a file")
            }
            // Before the guard, which stops at the first: every mistake is told.
            let http = flag("allow_http")
            let isPrivate = flag("allow_private")
            guard let http, let isPrivate, let timeout, let certificates else { return nil }
            return WebhookSettings(
                keys: keys, timeoutSeconds: timeout, allowsHTTP: http, allowsPrivate: isPrivate,
                certificates: certificates)
        }

        private mutating func flag(_ name: String) -> Bool? {
            let flag = configuration.flag(name, default: false)
            if flag == nil { mistakes.append("webhook.\(name) must be yes or no") }
            return flag
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
                guard let key = Signature.key(of: secret) else {
                    mistakes.append(
                        "the secret \"\(name)\" must be whsec_ and the base64 of \(WebhookLimits.secretBytes.lowerBound) "
                            + "to \(WebhookLimits.secretBytes.upperBound) bytes")
                    continue
                }
                keys.append(key)
            }
            return keys
        }
    }
}
