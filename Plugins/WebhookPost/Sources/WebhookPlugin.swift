public import ActionKit
import Couriers
import Expressions

/// Tells other services what happens, with signed requests (Standard Webhooks 1.0).
public struct WebhookPlugin: Plugin {
    public static let name = "webhook"

    private let courier = Courier(name: "webhook.post")
    private let action: WebhookAction

    /// Settings:
    /// - `secret`: the name of the secret with which requests are signed; a list of names while one follows another.
    /// - `source`: where the events come from, an address or name of this hub; `/sojourn` without it.
    /// - `keyed`: hosts that recognise a `webhook-id` that comes again, and so get several requests at once; all others get
    ///   one after another.
    /// - `timeout`: seconds that one request may take, 1 to 60, 20 without it.
    /// - `allow_http`: yes, if addresses may begin with `http://`.
    /// - `allow_private`: yes, if requests may go to this machine and its networks.
    /// - `ca_file`: a file with the certificates to trust instead of the system's.
    public init(configuration: Configuration) throws(ConfigurationMistakes) {
        var reading = WebhookSettings.Reading(configuration)
        let settings = reading.settings()
        guard let settings, reading.mistakes.isEmpty else { throw ConfigurationMistakes(reading.mistakes) }
        action = WebhookAction(settings: settings, courier: courier)
    }

    public var actions: [any Action] { [action] }

    public func close() async { await courier.close() }
}
