import Calendars

/// The largest that an invitation may be; more is refused, never cut.
enum CalendarLimits {
    /// Bytes of a title, a name or a place.
    static let lineBytes = 500
    static let descriptionBytes = 16 << 10
    /// Bytes of an address (RFC 5321).
    static let emailBytes = 254
    static let attendees = 300
    /// Bytes of what tells one thing kept from another.
    static let thingBytes = 180
    /// Changes of one invitation.
    static let sequence = 10_000
    /// Bytes of an invitation as a file.
    static let fileBytes = 1 << 20
    /// Days that an event may last.
    static let days = 1_100
    /// Years in which an event may lie; the zone data end with the century.
    static let years = 1970...2099
}
