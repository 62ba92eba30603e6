import Calendars
import CaseStore
import Expressions

/// What the way of a mail depends on, read from its effect.
struct MailOnItsWay: Sendable {
    let key: String
    let address: String
    /// Behind the @, in lower case.
    let domain: String
    /// The reader's, else the programme's.
    let zone: Zone
    /// The instant from which it is of no use: the task that it is about is due.
    let deadline: Instant?
    /// Marked in the programme: it waits for nothing.
    let isUrgent: Bool
    /// Whether it can stand in a digest: an invitation cannot, a calendar must find it.
    let canBeMerged: Bool

    init(_ row: EffectRow, _ body: Value) {
        key = row.key
        address = body["input"]?["to"]?.asString ?? ""
        domain = String(decoding: address.lowercased().utf8.reversed().prefix { $0 != 0x40 }.reversed(), as: UTF8.self)
        zone = body["zone"]?.asString.flatMap { Zone($0) } ?? .utc
        deadline = body["deadline"]?.asInt.map { Instant(milliseconds: Int64($0)) }
        isUrgent = body["urgent"] == .bool(true)
        canBeMerged =
            !isUrgent && body["message"] == .bool(true) && (body["input"]?["calendar"]?.asString ?? "").isEmpty
    }
}
