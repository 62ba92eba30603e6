import Expressions
import Foundation

/// The Python package icalendar, which reads invitations as calendars do.
enum Counterpart {
    struct Failed: Error {
        let status: Int32
        let message: String
    }

    /// The Python that `Tests/Counterparts/setup` makes.
    static let python: Result<String, any Error> = Result {
        let setup = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../Tests/Counterparts/setup").standardizedFileURL.path
        let answer = try run(setup, [], input: "")
        return String(decoding: answer, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    static func read(_ ics: String) throws -> Value { try read([ics])[0] }

    /// All in one run, since a Python takes its time to start.
    static func read(_ invitations: [String]) throws -> [Value] {
        let input = Value.list(invitations.map { .string($0) }).json
        let answer = try run(python.get(), ["-c", script], input: input)
        return try Value(json: [UInt8](answer)).asList ?? []
    }

    private static func run(_ program: String, _ arguments: [String], input: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (source, sink) = (Pipe(), Pipe())
        process.standardInput = source
        process.standardOutput = sink
        try process.run()
        let writer = Thread {
            source.fileHandleForWriting.write(Data(input.utf8))
            try? source.fileHandleForWriting.close()
        }
        writer.start()
        let answer: Data = sink.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(status: process.terminationStatus, message: (program as NSString).lastPathComponent)
        }
        return answer
    }

    private static let script = """
        import datetime, json, sys
        import icalendar
        def instant(value):
            if not isinstance(value, datetime.datetime): return value.isoformat()
            return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        def person(line):
            return {"email": str(line), "name": line.params.get("CN", ""), "role": line.params.get("ROLE", ""),
                "rsvp": line.params.get("RSVP", ""), "partstat": line.params.get("PARTSTAT", "")}
        def read(text):
            calendar = icalendar.Calendar.from_ical(text.encode())
            event, = calendar.walk("VEVENT")
            zones = calendar.walk("VTIMEZONE")
            def by_rules(line):
                # As a calendar does that knows no zone by name: by the rules inside the file alone.
                return instant(line.dt.replace(tzinfo=zones[0].to_tz(lookup_tzid=False)) if zones else line.dt)
            attendees = event.get("ATTENDEE", [])
            attendees = attendees if isinstance(attendees, list) else [attendees]
            return {
                "method": str(calendar["METHOD"]), "version": str(calendar["VERSION"]), "uid": str(event["UID"]),
                "sequence": int(event["SEQUENCE"]), "status": str(event["STATUS"]),
                "stamp": instant(event["DTSTAMP"].dt),
                "starts": instant(event["DTSTART"].dt), "ends": instant(event["DTEND"].dt),
                "starts_by_rules": by_rules(event["DTSTART"]), "ends_by_rules": by_rules(event["DTEND"]),
                "zones": [str(zone["TZID"]) for zone in zones], "zone": event["DTSTART"].params.get("TZID", ""),
                "title": str(event["SUMMARY"]), "description": str(event.get("DESCRIPTION", "")),
                "place": str(event.get("LOCATION", "")), "organizer": person(event["ORGANIZER"]),
                "attendees": [person(line) for line in attendees], "names": sorted(set(event.keys())),
                "errors": len(event.errors) + len(calendar.errors),
            }
        print(json.dumps([read(text) for text in json.load(sys.stdin)]))
        """
}
