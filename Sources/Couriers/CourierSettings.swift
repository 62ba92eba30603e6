public import ActionKit
public import Calendars

/// What the hub sets for requests to others, the same for every plugin that makes them.
public struct CourierSettings: Sendable {
    /// The names of the settings.
    public static let names: Set<String> = ["timeout", "allow_http", "allow_private", "ca_file"]

    let timeoutSeconds: Int
    public let allowsHTTP: Bool
    let allowsPrivate: Bool
    /// Empty for the system's certificates.
    let certificates: String

    /// - Parameters:
    ///   - family: the plugin's name, for the messages.
    ///   - mistakes: takes up every mistake.
    /// - Returns: nil where there are mistakes.
    public static func read(
        _ configuration: Configuration, family: String, _ mistakes: inout [String]
    ) -> CourierSettings? {
        let range = CourierLimits.timeoutSeconds
        let timeout = configuration.integer("timeout", default: CourierLimits.defaultTimeoutSeconds, in: range)
        if timeout == nil {
            mistakes.append("\(family).timeout must be \(range.lowerBound) to \(range.upperBound) seconds")
        }
        let certificates = configuration.values["ca_file"] == nil ? "" : configuration.text("ca_file")
        if certificates == nil || certificates?.utf8.contains(0) == true {
            mistakes.append("\(family).ca_file must be the path of a file")
        }
        func flag(_ name: String) -> Bool? {
            let flag = configuration.flag(name, default: false)
            if flag == nil { mistakes.append("\(family).\(name) must be yes or no") }
            return flag
        }
        // Before the guard, which stops at the first: every mistake is told.
        let http = flag("allow_http")
        let isPrivate = flag("allow_private")
        guard let http, let isPrivate, let timeout, let certificates else { return nil }
        return CourierSettings(
            timeoutSeconds: timeout, allowsHTTP: http, allowsPrivate: isPrivate, certificates: certificates)
    }

    /// A request that ends by the deadline of its call.
    public func posting(to address: PostingAddress, body: [UInt8], by deadline: Instant, now: Instant) -> Posting {
        let left = max(0, deadline.milliseconds - now.milliseconds)
        return Posting(
            url: address.url, body: body, timeout: min(.milliseconds(left), .seconds(timeoutSeconds)),
            allowsHTTP: allowsHTTP, allowsPrivate: allowsPrivate, certificates: certificates)
    }
}
