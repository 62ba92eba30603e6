import ActionKit
import Calendars
import Expressions

/// Reads an invitation out of a call's input and collects every mistake.
struct InvitationReading {
    private let call: ActionCall
    private(set) var mistakes: [String] = []

    init(_ call: ActionCall) { self.call = call }

    static let input: Schema = .object([
        SchemaField("title", .text(.line, maximumBytes: CalendarLimits.lineBytes)),
        SchemaField("first_day", .text(.date, maximumBytes: 10), isRequired: false),
        SchemaField("last_day", .text(.date, maximumBytes: 10), isRequired: false),
        SchemaField("days", .text(.line, maximumBytes: 21), isRequired: false),
        SchemaField("starts", .text(.line, maximumBytes: 40), isRequired: false),
        SchemaField("ends", .text(.line, maximumBytes: 40), isRequired: false),
        SchemaField("zone", .text(.line, maximumBytes: 64), isRequired: false),
        SchemaField("organizer", .text(.email, maximumBytes: CalendarLimits.emailBytes)),
        SchemaField("organizer_name", .text(.line, maximumBytes: CalendarLimits.lineBytes), isRequired: false),
        SchemaField(
            "attendees",
            .list(
                of: .object([
                    SchemaField("name", .text(.line, maximumBytes: CalendarLimits.lineBytes), isRequired: false),
                    SchemaField("email", .text(.email, maximumBytes: CalendarLimits.emailBytes)),
                ]), maximum: CalendarLimits.attendees)),
        SchemaField(
            "description", .text(.plain, maximumBytes: CalendarLimits.descriptionBytes), isRequired: false),
        SchemaField("place", .text(.line, maximumBytes: CalendarLimits.lineBytes), isRequired: false),
        SchemaField("thing", .text(.line, maximumBytes: CalendarLimits.thingBytes), isRequired: false),
        SchemaField("uid", .text(.line, maximumBytes: CalendarLimits.thingBytes), isRequired: false),
    ])

    /// The invitation; nil if there are mistakes.
    mutating func read() -> Invitation? {
        mistakes += Self.input.check(.object(call.input))
        if !Folder.isSafe(call.caseReference) {
            mistakes.append("the reference of the case must be letters, digits and -")
        }
        if !(0...CalendarLimits.sequence).contains(call.sequence) {
            mistakes.append("an invitation changes at most \(CalendarLimits.sequence) times")
        }
        if InvitationFile.name(uid: uid, sequence: CalendarLimits.sequence) == nil {
            mistakes.append("\"uid\" has too many signs other than letters and digits")
        }
        guard mistakes.isEmpty else { return nil }
        let time = time()
        let organizer = Invitation.Person(name: call.text("organizer_name"), email: call.text("organizer"))
        check(organizer, "organizer")
        let attendees = attendees()
        guard let time, mistakes.isEmpty else { return nil }
        return Invitation(
            uid: uid, sequence: call.sequence, method: call.mode == .undo ? .cancel : .request, stamp: call.now,
            time: time, title: call.text("title"), description: call.text("description"), place: call.text("place"),
            organizer: organizer, attendees: attendees)
    }

    /// What stays the same while the invitation changes: calendars find their entry by it.
    var uid: String {
        [call.text("uid"), call.text("thing"), call.key].first { !$0.isEmpty } ?? call.key
    }

    private mutating func attendees() -> [Invitation.Person] {
        var seen: Set<String> = []
        var result: [Invitation.Person] = []
        for (index, entry) in (call.input["attendees"]?.asList ?? []).enumerated() {
            let person = Invitation.Person(name: entry["name"]?.asString ?? "", email: entry["email"]?.asString ?? "")
            check(person, "attendees[\(index + 1)]")
            // One person in two roles is invited once: calendars take a second line for a second guest.
            if seen.insert(person.email.lowercased()).inserted { result.append(person) }
        }
        return result
    }

    private mutating func check(_ person: Invitation.Person, _ place: String) {
        if MailAddress.uri(person.email) == nil { mistakes.append("\"\(place)\" must have an e-mail address") }
    }

    // MARK: Time

    private mutating func time() -> Invitation.Time? {
        if call.input["starts"] != nil || call.input["ends"] != nil { return hours() }
        let first: String
        let last: String
        if let days = call.input["days"]?.asString {
            let parts = days.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            first = parts[0]
            last = parts.count == 2 ? parts[1] : parts.count == 1 ? first : ""
        } else {
            first = call.text("first_day")
            last = call.input["last_day"] == nil ? first : call.text("last_day")
        }
        guard let firstDay = LocalDate(iso: first), let lastDay = LocalDate(iso: last) else {
            mistakes.append(
                "\"first_day\" and \"last_day\" must be days such as 2027-06-14, or \"starts\" and \"ends\" times")
            return nil
        }
        guard let span = DateSpan(first: firstDay, last: lastDay) else {
            mistakes.append("\"last_day\" must not come before \"first_day\"")
            return nil
        }
        return check(span) ? .days(span) : nil
    }

    private mutating func hours() -> Invitation.Time? {
        guard let zone = Zone(call.input["zone"] == nil ? "UTC" : call.text("zone")) else {
            mistakes.append("\"zone\" must be a time zone such as Europe/Paris")
            return nil
        }
        guard let from = Self.instant(call.text("starts"), zone), let to = Self.instant(call.text("ends"), zone) else {
            mistakes.append("\"starts\" and \"ends\" must be times such as 2027-06-14T09:00 or 2027-06-14T07:00:00Z")
            return nil
        }
        guard from < to else {
            mistakes.append("\"ends\" must come after \"starts\"")
            return nil
        }
        guard let span = DateSpan(first: zone.date(of: from), last: zone.date(of: to)), check(span) else { return nil }
        return .hours(from: from, to: to, zone)
    }

    private mutating func check(_ span: DateSpan) -> Bool {
        guard span.days <= CalendarLimits.days, CalendarLimits.years.contains(span.first.year),
            CalendarLimits.years.contains(span.last.year)
        else {
            mistakes.append(
                "an event lasts at most \(CalendarLimits.days) days and lies in the years "
                    + "\(CalendarLimits.years.lowerBound) to \(CalendarLimits.years.upperBound)")
            return false
        }
        return true
    }

    /// A time on the zone's clock, such as `2027-06-14T09:00` (seconds 00 may follow), or an instant of RFC 3339.
    private static func instant(_ text: String, _ zone: Zone) -> Instant? {
        if let instant = Instant(rfc3339: text) { return instant }
        let parts = text.split(separator: "T", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, let date = LocalDate(iso: parts[0]),
            let time = LocalTime(
                parts[1].hasSuffix(":00") && parts[1].utf8.count == 8 ? String(parts[1].dropLast(3)) : parts[1])
        else { return nil }
        return zone.instant(on: date, at: time)
    }
}

/// E-mail addresses as the calendar format wants them.
enum MailAddress {
    /// `mailto:` and the address, percent-encoded where a URI must be; nil for what is no address.
    static func uri(_ address: String) -> String? {
        let parts = address.utf8.split(separator: 0x40, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains(0x2E),
            !parts[1].contains(where: { "/?#%:[]'\"&=+!$*~_`^{|}".utf8.contains($0) }),
            !address.unicodeScalars.contains(where: {
                $0.value <= 0x20 || $0.value == 0x7F || "<>()[]\\,;:\"".unicodeScalars.contains($0)
            })
        else { return nil }
        var result = "mailto:"
        for byte in address.utf8 {
            if isPlain(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }

    // What RFC 6068 lets stand for itself in an address, and the sign between its halves.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-._~!$'*+@".utf8.contains(byte)
        }
    }
}
