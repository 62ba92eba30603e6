import ActionKit
package import Calendars
package import Expressions

/// A mail that came in, as the hub keeps it for its staff.
package struct ReceivedMail: Hashable, Sendable {
    /// The kind of document under which it is kept.
    static let kind = "received-mail"

    /// What it turned out to be.
    package enum Sort: String, Hashable, Sendable, CaseIterable {
        /// Somebody answered.
        case answer
        /// A machine answered.
        case automatic
        /// A mail came back, or is late.
        case returned
        case complaint
        /// It belongs to no mail of any case.
        case unknown
    }

    /// Made of its Message-ID: the same for a mail that is delivered twice.
    package var id: String
    package var sort: Sort
    package var at: Instant
    /// The cases that it belongs to, by reference.
    package var references: [String]
    package var from: String
    package var subject: String
    package var text: String

    init(id: String, sort: Sort, at: Instant, references: [String], _ mail: IncomingMail?) {
        self.id = id
        self.sort = sort
        self.at = at
        self.references = references
        from = mail?.from ?? ""
        subject = mail?.subject ?? ""
        text = mail?.text ?? ""
    }

    package var value: Value {
        .object([
            "id": .string(id), "sort": .string(sort.rawValue), "at": .string(at.rfc3339),
            "cases": .list(references.map { .string($0) }), "from": .string(from), "subject": .string(subject),
            "text": .string(text),
        ])
    }

    init?(_ bytes: [UInt8]) {
        guard let value = try? Value(json: bytes), let id = value["id"]?.asString,
            let sort = value["sort"]?.asString.flatMap(Sort.init(rawValue:)),
            let at = value["at"]?.asString.flatMap({ Instant(rfc3339: $0) })
        else { return nil }
        self.init(
            id: id, sort: sort, at: at, references: value["cases"]?.asList?.compactMap(\.asString) ?? [], nil)
        from = value["from"]?.asString ?? ""
        subject = value["subject"]?.asString ?? ""
        text = value["text"]?.asString ?? ""
    }
}
