import Calendars
import Digests
import Expressions

/// What is gathered for one person: mails that wait to be sent together, and those that were put together already.
struct DigestPage: Hashable, Sendable {
    /// Mails that are put together; a person who gets more gets them in several.
    static let members = 50
    /// Digests that are under way for one person; older ones were given to people to decide about.
    static let sealedDigests = 20
    /// The kind of document under which a person's page is kept, and that of what a digest held.
    static let kind = "digest"
    static let mailKind = "digest-mail"

    struct Open: Hashable, Sendable {
        /// When it is put together.
        var until: Instant
        /// Keys of the effects, in the order in which they came.
        var members: [String]
    }

    /// What was put together stays so, also when a member falls out later: its key makes the Message-ID.
    struct Sealed: Hashable, Sendable {
        let members: [String]

        /// Made of the members: the same for each try, and for what a person lets go again.
        var key: String {
            String(SHA256.hash(Array("digest|\(members.sorted().joined(separator: "|"))".utf8)).hex.prefix(32))
        }
    }

    var open: Open?
    var sealed: [Sealed] = []

    /// Where a person's page is kept: one for each language that they are written in.
    static func name(address: String, language: String) -> String {
        String(SHA256.hash(Array("digest|\(Suppression.name(of: address))|\(language)".utf8)).hex.prefix(32))
    }

    var isEmpty: Bool { open == nil && sealed.isEmpty }

    init() {}

    var bytes: [UInt8] {
        var fields: [String: Value] = ["sealed": .list(sealed.map { Self.texts($0.members) })]
        if let open {
            fields["until"] = .string(open.until.rfc3339)
            fields["members"] = Self.texts(open.members)
        }
        return Value.object(fields).jsonBytes
    }

    init(_ bytes: [UInt8]) {
        guard let value = try? Value(json: bytes) else { return }
        sealed = value["sealed"]?.asList?.map { Sealed(members: Self.list($0)) } ?? []
        if let until = value["until"]?.asString.flatMap({ Instant(rfc3339: $0) }) {
            open = Open(until: until, members: value["members"].map(Self.list) ?? [])
        }
    }

    static func texts(_ keys: [String]) -> Value { .list(keys.map { .string($0) }) }
    static func list(_ value: Value) -> [String] { value.asList?.compactMap(\.asString) ?? [] }
}
