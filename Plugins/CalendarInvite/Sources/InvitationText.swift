import CIcal
import Calendars

/// Writes an invitation as iCalendar (RFC 5545, 5546), with libical.
struct InvitationText {
    private let invitation: Invitation

    init(_ invitation: Invitation) { self.invitation = invitation }

    /// The zone data of the machine do not know the zone.
    struct NoZone: Error {}

    /// The calendar with CR LF and folded lines.
    func text() throws(NoZone) -> String {
        let calendar = icalcomponent_new_vcalendar()
        defer { icalcomponent_free(calendar) }
        add(icalproperty_new_version("2.0"), to: calendar)
        add(icalproperty_new_prodid("-//Sojourn//Sojourn//EN"), to: calendar)
        add(icalproperty_new_method(isCancelled ? ICAL_METHOD_CANCEL : ICAL_METHOD_REQUEST), to: calendar)
        let event = icalcomponent_new_vevent()
        if case .hours(let from, let to, let zone) = invitation.time, zone != .utc {
            guard let rules = Self.rules(of: zone, from: from, to: to) else {
                icalcomponent_free(event)
                throw NoZone()
            }
            icalcomponent_add_component(calendar, rules)
        }
        icalcomponent_add_component(calendar, event)
        fill(event)
        guard let text = icalcomponent_as_ical_string_r(calendar) else { return "" }
        defer { icalmemory_free_buffer(text) }
        return String(cString: text)
    }

    private var isCancelled: Bool { invitation.method == .cancel }

    private func fill(_ event: OpaquePointer?) {
        add(icalproperty_new_uid(Self.printable(invitation.uid)), to: event)
        add(icalproperty_new_sequence(Int32(clamping: invitation.sequence)), to: event)
        add(icalproperty_new_dtstamp(Self.time(invitation.stamp, .utc)), to: event)
        switch invitation.time {
        case .days(let span):
            add(icalproperty_new_dtstart(Self.day(span.first)), to: event)
            // The format's end is the first day that is free again.
            add(icalproperty_new_dtend(Self.day(span.last.adding(days: 1))), to: event)
        case .hours(let from, let to, let zone):
            add(icalproperty_new_dtstart(Self.time(from, zone)), in: zone, to: event)
            add(icalproperty_new_dtend(Self.time(to, zone)), in: zone, to: event)
        }
        add(icalproperty_new_summary(Self.printable(invitation.title)), to: event)
        if !invitation.description.isEmpty {
            add(icalproperty_new_description(Self.printable(invitation.description)), to: event)
        }
        if !invitation.place.isEmpty { add(icalproperty_new_location(Self.printable(invitation.place)), to: event) }
        add(icalproperty_new_status(isCancelled ? ICAL_STATUS_CANCELLED : ICAL_STATUS_CONFIRMED), to: event)
        add(named(icalproperty_new_organizer(uri(invitation.organizer)), invitation.organizer), to: event)
        for attendee in invitation.attendees { add(line(of: attendee), to: event) }
    }

    private func line(of attendee: Invitation.Person) -> OpaquePointer? {
        let line = named(icalproperty_new_attendee(uri(attendee)), attendee)
        icalproperty_add_parameter(line, icalparameter_new_role(ICAL_ROLE_REQPARTICIPANT))
        if !isCancelled {
            icalproperty_add_parameter(line, icalparameter_new_partstat(ICAL_PARTSTAT_NEEDSACTION))
            icalproperty_add_parameter(line, icalparameter_new_rsvp(ICAL_RSVP_TRUE))
        }
        return line
    }

    private func uri(_ person: Invitation.Person) -> String { MailAddress.uri(person.email) ?? "mailto:" }

    /// Adds the name of a person. A parameter cannot hold `"`, and what RFC 6868 makes of it and of `^` few calendars
    /// undo: a name's quotation marks become `'`, and a `^` is left out.
    private func named(_ property: OpaquePointer?, _ person: Invitation.Person) -> OpaquePointer? {
        var name = String.UnicodeScalarView()
        for scalar in Self.printable(person.name).unicodeScalars where scalar != "^" && scalar != "\n" {
            name.append(scalar == "\"" ? "'" : scalar)
        }
        if !name.isEmpty { icalproperty_add_parameter(property, icalparameter_new_cn(String(name))) }
        return property
    }

    private func add(_ property: OpaquePointer?, in zone: Zone = .utc, to component: OpaquePointer?) {
        if zone != .utc { icalproperty_add_parameter(property, icalparameter_new_tzid(zone.name)) }
        icalcomponent_add_property(component, property)
    }

    /// Text without what the format forbids: no control character but the end of a line, which is one sign.
    ///
    /// libical escapes `\`, `;`, `,` and the ends of lines, and writes all else as it comes.
    static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var followsReturn = false
        for scalar in text.unicodeScalars {
            let isEnd = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
            let isSecondHalf = scalar == "\n" && followsReturn
            followsReturn = scalar == "\r"
            if isEnd {
                if !isSecondHalf { result.append("\n") }
            } else if scalar == "\t" || !(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)) {
                result.append(scalar)
            }
        }
        return String(result)
    }

    // MARK: Time

    private static func day(_ date: LocalDate) -> icaltimetype {
        var result = icaltime_null_date()
        result.year = Int32(date.year)
        result.month = Int32(date.month)
        result.day = Int32(date.dayOfMonth)
        return result
    }

    /// The time on the zone's clock, without the zone: its name is a parameter of the property.
    private static func time(_ instant: Instant, _ zone: Zone) -> icaltimetype {
        let local = zone.local(instant)
        var result = day(local.date)
        result.is_date = 0
        result.hour = Int32(local.secondOfDay / 3600)
        result.minute = Int32(local.secondOfDay / 60 % 60)
        result.second = Int32(local.secondOfDay % 60)
        if zone == .utc { result.zone = icaltimezone_get_utc_timezone() }
        return result
    }

    private static let daySeconds: Int64 = 86_400

    /// The zone's VTIMEZONE from a day before the event to a day behind it; the caller's to free.
    private static func rules(of zone: Zone, from: Instant, to: Instant) -> OpaquePointer? {
        guard let known = icaltimezone_get_builtin_timezone(zone.name),
            let rules = icalcomponent_new_clone(icaltimezone_get_component(known))
        else { return nil }
        icaltimezone_truncate_vtimezone(
            rules, time(from.adding(seconds: -daySeconds), .utc), time(to.adding(seconds: daySeconds), .utc), 0)
        // libical names zones with a prefix of its own; calendars know the plain name even without the rules.
        if let name = icalcomponent_get_first_property(rules, ICAL_TZID_PROPERTY) {
            icalproperty_set_tzid(name, zone.name)
        }
        // Where the rules were cut: a property so young that older calendars stumble over it.
        if let until = icalcomponent_get_first_property(rules, ICAL_TZUNTIL_PROPERTY) {
            icalcomponent_remove_property(rules, until)
            icalproperty_free(until)
        }
        return rules
    }
}
