import Calendars

/// An event, and who invites whom to it.
struct Invitation {
    enum Method: String {
        case request = "REQUEST"
        case cancel = "CANCEL"
    }

    /// When the event is.
    enum Time {
        /// Whole days, wherever one is.
        case days(DateSpan)
        case hours(from: Instant, to: Instant, Zone)
    }

    struct Person {
        /// May be empty.
        let name: String
        let email: String
    }

    let uid: String
    /// Rises with each change.
    let sequence: Int
    let method: Method
    let stamp: Instant
    let time: Time
    let title: String
    let description: String
    let place: String
    let organizer: Person
    let attendees: [Person]
}
