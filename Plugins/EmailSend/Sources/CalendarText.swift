/// What of an iCalendar text must be known to send it (RFC 6047).
enum CalendarText {
    /// RFC 5546's methods.
    static let methods = ["PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"]

    static func isCalendar(_ text: String) -> Bool {
        lines(text).first?.uppercased() == "BEGIN:VCALENDAR"
    }

    /// The METHOD of the calendar itself, which stands before its components; empty if there is none.
    static func method(of text: String) -> String {
        for line in lines(text).dropFirst() {
            let upper = line.uppercased()
            if upper.hasPrefix("METHOD:") { return String(upper.dropFirst("METHOD:".count)) }
            if upper.hasPrefix("BEGIN:") { break }
        }
        return ""
    }

    private static func lines(_ text: String) -> [String] {
        text.utf8.split { $0 == 0x0A || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
    }
}
