package import Expressions

/// Where the host keeps what must outlive the service: which version a case is pinned to, how a pack is doing.
package struct PackMemory: Sendable {
    /// What kind of thing is kept.
    package enum Kind: String, Sendable {
        /// By `case pack`: the version.
        case pin = "pack-pin"
        /// By `pack version`: how it is doing.
        case health = "pack-health"
    }

    package var load: @Sendable (Kind, String) async -> Value?
    package var keep: @Sendable (Kind, String, Value) async -> Void

    package init(
        load: @escaping @Sendable (Kind, String) async -> Value?,
        keep: @escaping @Sendable (Kind, String, Value) async -> Void
    ) {
        self.load = load
        self.keep = keep
    }

    /// Nothing is kept: an author tries a pack.
    package static let none = PackMemory(load: { _, _ in nil }, keep: { _, _, _ in })
}
