import ActionKit
import CalendarInvite
import Calendars
import Expressions
import Foundation
import Testing

@Suite("calendar.invite")
struct InvitationTests {
    @Test("Days become an all-day event that icalendar reads as it was meant")
    func days() async throws {
        let desk = try Desk()
        let output = try #require(await desk.call("k1").output)
        #expect(output["uid"] == .string("c1.case.3.keep1."))
        #expect(output["sequence"] == .int(0))
        #expect(output["method"] == .string("REQUEST"))
        #expect(output["path"] == .string("invitations/ST-2027-0042/c1.case.3.keep1.-0.ics"))
        let text = try #require(output["ics"]?.asString)
        #expect(desk.bytes(output["path"]!.asString!) == Array(text.utf8))
        #expect(desk.action.description.output.check(.object(output)).isEmpty)
        let attendee = { (name: String, email: String) -> Value in
            .object([
                "email": .string("mailto:\(email)"), "name": .string(name), "role": .string("REQ-PARTICIPANT"),
                "rsvp": .string("TRUE"), "partstat": .string("NEEDS-ACTION"),
            ])
        }
        #expect(
            try Counterpart.read(text)
                == .object([
                    "method": .string("REQUEST"), "version": .string("2.0"), "uid": .string("c1.case.3.keep1."),
                    "sequence": .int(0), "status": .string("CONFIRMED"), "stamp": .string("2027-01-15T08:00:00Z"),
                    "starts": .string("2027-06-14"), "ends": .string("2027-06-19"),
                    "starts_by_rules": .string("2027-06-14"), "ends_by_rules": .string("2027-06-19"),
                    "zones": .list([]), "zone": .string(""), "title": .string("Study tour ST-2027-0042"),
                    "description": .string("Bring a coat."), "place": .string("Lyon"),
                    "organizer": .object([
                        "email": .string("mailto:desk@hub.example.org"), "name": .string("The desk"),
                        "role": .string(""), "rsvp": .string(""), "partstat": .string(""),
                    ]),
                    "attendees": .list([attendee("Amina", "amina@example.org"), attendee("", "host@example.net")]),
                    "names": .list(
                        [
                            "ATTENDEE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER",
                            "SEQUENCE", "STATUS", "SUMMARY", "UID",
                        ].map { .string($0) }),
                    "errors": .int(0),
                ]))
    }

    @Test("Made, moved and cancelled: one uid, a rising sequence, three files")
    func life() async throws {
        let desk = try Desk()
        let made = try Counterpart.read(#require(await desk.call("k1").ics))
        let moved = try Counterpart.read(
            #require(
                await desk.call(
                    "k2", mode: .renew, sequence: 1,
                    ["first_day": .string("2027-09-06"), "last_day": .string("2027-09-06")]
                ).ics))
        let undone = await desk.call("k3", mode: .undo, sequence: 2)
        let cancelled = try Counterpart.read(#require(undone.ics))
        #expect(Set([made, moved, cancelled].map { $0["uid"] }).count == 1)
        #expect([made, moved, cancelled].map { $0["sequence"]?.asInt } == [0, 1, 2])
        #expect(moved["starts"] == .string("2027-09-06"))
        #expect(moved["ends"] == .string("2027-09-07"))
        #expect(moved["method"] == .string("REQUEST"))
        #expect(cancelled["method"] == .string("CANCEL"))
        #expect(cancelled["status"] == .string("CANCELLED"))
        #expect(cancelled["attendees"]?.asList?.map { $0["rsvp"] } == [.string(""), .string("")])
        #expect(undone.output?["method"] == .string("CANCEL"))
        #expect(desk.files.count == 3)
    }

    @Test("Undoing what was never made writes nothing and gives no invitation")
    func undoesNothing() async throws {
        let desk = try Desk()
        let output = await desk.call("k1", mode: .undo, sequence: 1).output
        #expect(output == ["uid": .string("c1.case.3.keep1."), "sequence": .int(1)])
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
        _ = await desk.call("k1", ["thing": .string("another")])
        #expect(await desk.call("k1", mode: .undo, sequence: 1).ics == nil)
    }

    @Test("The same call again, later, gives the same bytes")
    func again() async throws {
        let desk = try Desk()
        let first = await desk.call("k1").ics
        #expect(await desk.call("k1", now: Desk.now.adding(seconds: 3600)).ics == first)
        #expect(await desk.call("k1", ["title": .string("Other")]).ics != first)
        _ = await desk.call("k2", mode: .undo, sequence: 1)
        let undone = await desk.call("k2", mode: .undo, sequence: 1, now: Desk.now.adding(seconds: 60)).ics
        #expect(undone?.contains("DTSTAMP:20270115T080000Z") == true)
    }

    @Test("A dry run gives the invitation and writes nothing")
    func dryRun() async throws {
        let desk = try Desk()
        #expect(await desk.call("k1", isDryRun: true).ics != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
    }

    @Test("The uid given wins over the thing, the thing over the key; each has a file of its own")
    func uids() async throws {
        let desk = try Desk()
        #expect(await desk.call("k1", ["uid": .string("u@example.org")]).output?["uid"] == .string("u@example.org"))
        #expect(await desk.call("k1", ["thing": nil]).output?["uid"] == .string("k1"))
        for uid in ["../../x", "u%40example.org", "u_40example.org", ".hidden", "é"] {
            let output = await desk.call("k1", ["uid": .string(uid)]).output
            #expect(try Counterpart.read(#require(output?["ics"]?.asString))["uid"] == .string(uid))
        }
        #expect(desk.files.count == 7)
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root) == ["invitations"])
    }

    @Test("Whoever stands there twice is invited once")
    func twice() async throws {
        let attendees = Value.list([
            Desk.person("Amina", "amina@example.org"), Desk.person("Leader", "AMINA@example.org"),
        ])
        let ics = try #require(await (try Desk()).call("k1", ["attendees": attendees]).ics)
        #expect(try Counterpart.read(ics)["attendees"]?.asList?.count == 1)
    }

    @Test(
        "`days` says both days in one text",
        arguments: [("2027-06-14/2027-06-18", "2027-06-19"), ("2027-06-14", "2027-06-15")])
    func span(days: String, ends: String) async throws {
        let ics = try #require(
            await (try Desk()).call("k1", ["days": .string(days), "first_day": nil, "last_day": nil]).ics)
        let read = try Counterpart.read(ics)
        #expect(read["starts"] == .string("2027-06-14"))
        #expect(read["ends"] == .string(ends))
    }

    @Test(
        "What is wrong is told, never guessed",
        arguments: [
            (["first_day": Value.string("2027-02-29")], "days such as 2027-06-14"),
            (["last_day": .string("2027-06-13")], "must not come before"),
            (["last_day": .string("2037-06-13")], "at most 1100 days"),
            (["first_day": .string("9999-12-31"), "last_day": .string("9999-12-31")], "1970 to 2099"),
            (["days": .string("2027-06-14/x")], "days such as"),
            (["days": .string("")], "days such as"),
            (["organizer": .string("a@b.org\r\nX-EVIL:1")], "\"organizer\""),
            (["organizer": .string("a@b;CN=x.org")], "\"organizer\""),
            (["organizer": .string("a@b?cc=x.org")], "\"organizer\""),
            (["organizer": .string("nobody")], "\"organizer\""),
            (["attendees": .list([.object(["email": .string("a b@c.org")])])], "\"attendees[1]"),
            (["attendees": .string("a@b.org")], "\"attendees\" must be a list"),
            (["starts": .string("2027-06-14T09:00")], "\"starts\" and \"ends\""),
            (["starts": .string("2027-06-14T09:00"), "ends": .string("2027-06-14T09:00")], "must come after"),
            (
                [
                    "starts": .string("2027-06-14T09:00"), "ends": .string("2027-06-14T10:00"),
                    "zone": .string("Mars/X"),
                ],
                "\"zone\""
            ),
            (["starts": .string("2027-06-14T09:00"), "ends": .string("2027-06-14T24:00")], "times such as"),
            (["title": .string("a\r\nMETHOD:CANCEL")], "\"title\""),
            (["uid": .string(String(repeating: "é", count: 80))], "\"uid\""),
        ])
    func mistakes(changes: [String: Value], part: String) async throws {
        let desk = try Desk()
        let failure = try #require(await desk.call("k1", changes.mapValues { $0 }).failure)
        #expect(failure.code == "calendar.input")
        #expect(failure.retry == .never)
        #expect(failure.message.contains(part))
        #expect(try FileManager.default.contentsOfDirectory(atPath: desk.root).isEmpty)
    }

    @Test("A reference or a sequence that cannot be is refused")
    func bounds() async throws {
        let desk = try Desk()
        #expect(await desk.call("k1", reference: "../x").failure?.code == "calendar.input")
        #expect(await desk.call("k1", sequence: -1).failure?.code == "calendar.input")
        #expect(await desk.call("k1", sequence: 10_001).failure?.code == "calendar.input")
    }

    @Test("A link where the folder is due is refused")
    func links() async throws {
        let desk = try Desk()
        try FileManager.default.createSymbolicLink(
            atPath: desk.root + "/invitations", withDestinationPath: NSTemporaryDirectory())
        #expect(await desk.call("k1").failure?.code == "calendar.unsafe")
    }

    @Test("Settings that are none are told")
    func settings() {
        #expect(throws: ConfigurationMistakes.self) {
            try CalendarPlugin(configuration: Configuration(values: ["zone": .string("x")], folder: "/"))
        }
    }
}
