import ActionKit
import Calendars
import Expressions
import Foundation
import Testing

@Suite("The text of invitations")
struct InvitationTextTests {
    static let names = [
        "Zoë Ångström", "王小明", "Амина Каримова", "أمينة العلي", "अमीना", "😀 Ann", "Müller; Hans, Dr.", "O'Neil \\ Co",
        "Colon: Equals=",
    ]

    @Test("Names and texts of any script come out as they went in", arguments: names)
    func scripts(name: String) async throws {
        let long = String(repeating: name + " ", count: 40).trimmingCharacters(in: .whitespaces)
        let text = "\(long)\n\n\(name)\r\nthe end"
        let ics = try #require(
            await (try Desk()).call(
                "k1",
                [
                    "title": .string(name), "place": .string(name), "description": .string(text),
                    "organizer_name": .string(name), "attendees": .list([Desk.person(name, "a@example.org")]),
                ]
            ).ics)
        let read = try Counterpart.read(ics)
        #expect(read["title"] == .string(name))
        #expect(read["place"] == .string(name))
        #expect(read["description"] == .string(text.replacing("\r\n", with: "\n")))
        #expect(read["organizer"]?["name"] == .string(name))
        #expect(read["attendees"]?.asList?.first?["name"] == .string(name))
        try expectForm(ics)
    }

    /// CR LF everywhere, at most 75 bytes a line, each line whole UTF-8, no control character.
    private func expectForm(_ ics: String) throws {
        let bytes = Array(ics.utf8)
        #expect(bytes.suffix(2) == [0x0D, 0x0A])
        for (index, byte) in bytes.enumerated() where byte == 0x0A { #expect(bytes[index - 1] == 0x0D) }
        for line in bytes.split(separator: 0x0A) {
            let content = line.last == 0x0D ? line.dropLast() : line
            #expect(content.count <= 75)
            #expect(String(validating: content, as: UTF8.self) != nil)
            #expect(!content.contains { $0 < 0x20 || $0 == 0x7F })
        }
    }

    @Test(
        "No text becomes a line of its own",
        arguments: ["\r\n", "\n", "\r", "\u{85}", "\u{2028}", "\u{0}", "\\n", "^n", "\""])
    func injection(end: String) async throws {
        let attack = "x\(end)METHOD:CANCEL\(end)ATTENDEE:mailto:evil@example.org\(end)END:VEVENT"
        let ics = try #require(await (try Desk()).call("k1", ["description": .string(attack)]).ics)
        let read = try Counterpart.read(ics)
        #expect(read["method"] == .string("REQUEST"))
        #expect(read["attendees"]?.asList?.count == 2)
        #expect(read["description"]?.asString?.contains("END:VEVENT") == true)
        try expectForm(ics)
        // One line is asked for in a name: what has none of the ends of lines must stay inside the name.
        let outcome = await (try Desk()).call("k1", ["organizer_name": .string(attack)])
        if let ics = outcome.ics {
            let read = try Counterpart.read(ics)
            #expect(read["method"] == .string("REQUEST"))
            #expect(read["organizer"]?["email"] == .string("mailto:desk@hub.example.org"))
            #expect(read["organizer"]?["name"]?.asString?.contains("\n") == false)
            try expectForm(ics)
        } else {
            #expect(outcome.failure?.code == "calendar.input")
        }
    }

    @Test("An address with unusual signs is written as RFC 6068 wants")
    func addresses() async throws {
        let attendees = Value.list(
            ["a+b@example.org", "o'neil@example.org", "50%/x@example.org", "zoë@exämple.org"].map {
                Desk.person("", $0)
            })
        let read = try Counterpart.read(#require(await (try Desk()).call("k1", ["attendees": attendees]).ics))
        #expect(
            read["attendees"]?.asList?.compactMap { $0["email"]?.asString } == [
                "mailto:a+b@example.org", "mailto:o'neil@example.org", "mailto:50%25%2Fx@example.org",
                "mailto:zo%C3%AB@ex%C3%A4mple.org",
            ])
    }

    /// Zones of all kinds, and times around their changes.
    static let times: [(zone: String, starts: String)] = [
        "Europe/Paris", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe",
        "Africa/Cairo", "Africa/Nairobi", "Asia/Tashkent", "Pacific/Apia", "America/St_Johns", "Europe/London",
    ].flatMap { zone in
        [
            "2026-12-31T23:30", "2027-03-27T12:00", "2027-03-28T02:30", "2027-06-14T09:00", "2027-10-31T02:30",
            "2031-07-01T00:00", "2045-01-15T18:00",
        ].map { (zone, $0) }
    }

    @Test("Times are the same instants by the rules inside, by the zone's name and by our own zones")
    func zones() async throws {
        let desk = try Desk()
        var invitations: [String] = []
        var wanted: [(zone: String, from: Instant, to: Instant)] = []
        for (number, time) in Self.times.enumerated() {
            let zone = try #require(Zone(time.zone))
            let parts = time.starts.split(separator: "T").map(String.init)
            let from = zone.instant(on: try #require(LocalDate(iso: parts[0])), at: try #require(LocalTime(parts[1])))
            let to = from.adding(seconds: 40 * 86_400)
            let changes: [String: Value?] = [
                "starts": .string(time.starts), "ends": .string(to.rfc3339), "zone": .string(time.zone),
            ]
            invitations.append(try #require(await desk.call("k\(number)", sequence: number, changes).ics))
            wanted.append((time.zone, from, to))
        }
        for (index, read) in try Counterpart.read(invitations).enumerated() {
            let (zone, from, to) = wanted[index]
            #expect(read["zones"] == .list([.string(zone)]))
            #expect(read["zone"] == .string(zone))
            for (name, instant) in [("starts", from), ("ends", to)] {
                #expect(read[name + "_by_rules"] == .string(instant.rfc3339), "\(name) in \(zone)")
                #expect(read[name] == .string(instant.rfc3339), "\(name) in \(zone)")
            }
            #expect(invitations[index].utf8.count < 3_000)
            try expectForm(invitations[index])
        }
    }

    @Test("Without a zone times are in UTC, with no rules inside")
    func utc() async throws {
        let ics = try #require(
            await (try Desk()).call(
                "k1",
                ["starts": .string("2027-06-14T09:00"), "ends": .string("2027-06-14T12:30:00+02:00"), "zone": nil]
            ).ics)
        let read = try Counterpart.read(ics)
        #expect(read["starts"] == .string("2027-06-14T09:00:00Z"))
        #expect(read["ends"] == .string("2027-06-14T10:30:00Z"))
        #expect(read["zones"] == .list([]))
        #expect(ics.contains("DTSTART:20270614T090000Z"))
    }
}
