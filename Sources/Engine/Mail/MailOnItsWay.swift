import Calendars
import CaseStore
import Exchange
import Expressions

/// What the way of a mail depends on, read from its effect.
struct MailOnItsWay: Sendable {
    let key: String
    let address: String
    /// Behind the @, in lower case.
    let domain: String
    let language: String
    /// The reader's, else the programme's.
    let zone: Zone
    /// The instant from which it is of no use: the task that it is about is due.
    let deadline: Instant?
    /// Marked in the programme: it waits for nothing.
    let isUrgent: Bool
    /// Whether its reader may unsubscribe from it: it reminds of what they were told before, or is marked in the programme.
    let isOptional: Bool
    /// Whether it can stand in a digest: an invitation cannot, a calendar must find it; nor can what carries a document.
    let canBeMerged: Bool

    /// The message of every `remind`.
    static let reminder = "reminder"

    /// Whether it would be of no use any more after so many seconds.
    func isDue(within seconds: Int, of now: Instant) -> Bool {
        deadline.map { now < $0 && $0 <= now.adding(seconds: Int64(seconds)) } ?? false
    }

    /// - Parameter origin: the case as it is now, with its programme; nil where nothing depends on it.
    init(_ row: EffectRow, _ body: Value, origin: (case: Case, machine: CaseMachine)? = nil) {
        key = row.key
        address = body["input"]?["to"]?.asString ?? ""
        domain = String(decoding: address.lowercased().utf8.reversed().prefix { $0 != 0x40 }.reversed(), as: UTF8.self)
        language = body["input"]?["language"]?.asString ?? ""
        let wording = origin?.case.effects.first { $0.key == row.key }?.wording
        let programme = origin?.machine.programme
        zone = wording.flatMap { Zone($0.reader.zone) } ?? programme?.zone ?? .utc
        deadline = wording?.task.flatMap { number in origin?.case.tasks.first { $0.number == number }?.dueAt }
        isUrgent = wording.map { programme?.messages[$0.message]?.isUrgent ?? false } ?? false
        isOptional =
            wording.map { $0.message == Self.reminder || programme?.messages[$0.message]?.isOptional ?? false } ?? false
        let hasParts = body["input"]?["calendar"] != nil || body["input"]?["attachments"] != nil
        canBeMerged = wording != nil && !isUrgent && !hasParts
    }
}
