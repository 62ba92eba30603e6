import Calendars
import Expressions

/// What conditions and texts can read of a case, and nothing else of it: the readable configuration (section 0 of the
/// semantics). One copy is shared by the readings of a configuration.
package final class ReadableCase: RoleHolding, Sendable {
    let id: String
    let reference: String
    let state: String
    let openedAt: Instant
    let answers: [String: FormAnswers]
    let people: [String: [Party]]
    let members: [Member]
    let rolls: [String: Int]
    let dates: [String: DateCell]
    let origin: [String: Value]

    init(_ c: Case) {
        id = c.id
        reference = c.reference
        state = c.region.state
        openedAt = c.openedAt
        answers = c.answers
        people = c.people
        members = c.members
        rolls = c.rolls
        dates = c.dates
        origin = c.origin
    }

    var readable: ReadableCase { self }
}
