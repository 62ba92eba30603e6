import CaseStore
import Calendars
import Engine
import Expressions
import Foundation
import SQLiteStore
import Testing

@testable import CommandLineTool

@Suite struct `Outbox, journal, export, backup and doctor` {
    @Test func `effects are listed, shown, dropped; held ones are let go`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let list = await hub.run("outbox", "list", "--json").json?["effects"]?.asList ?? []
        #expect(list.count == 1)
        #expect(list.first?["state"] == .string("queued"))
        #expect(list.first?["action"] == .string("email.send"))
        let key = try #require(list.first?["key"]?.asString)
        let shown = await hub.run("outbox", "show", String(key.prefix(8)))
        #expect(shown.output.contains("subject: [\(reference)] Please do: Request"))
        #expect(await hub.run("outbox", "show", "abc").errors.contains("there is no effect \"abc\""))
        let released = await hub.run("outbox", "release", key)
        #expect(released.code == 1, "it is not held")
        #expect(await hub.run("outbox", "release").code == 2)
        #expect(await hub.run("outbox", "release", key, "--all-held").code == 2)
        #expect(await hub.run("outbox", "drop", key).output == "dropped: message task to requester\n")
        #expect(await hub.run("outbox", "list").errors.contains("there is no such effect"))
        let all = await hub.run("outbox", "list", "--all", "--json").json?["effects"]?.asList ?? []
        #expect(all.first?["state"] == .string("recalled"))
        #expect(await hub.run("outbox", "release", "--all-held").output == "released: 0 effects\n")
    }

    @Test func `timers are listed in their order, before a day`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        let all = await hub.run("timer", "list").output
        #expect(all.contains("2027-01-18 09:00  \(reference)  remind"))
        #expect(all.contains("2027-03-13 00:00  \(reference)  move"))
        let some = await hub.run("timer", "list", "--before", "2027-02-01", "--json").json?["timers"]?.asList ?? []
        #expect(some.count == 2)
        #expect(await hub.run("timer", "list", "--before", "February").code == 2)
    }

    @Test func `the journal is told in words, and a changed entry is named`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        _ = await hub.run("case", "hold", reference, "--as", "head", "--reason", "elections")
        let told = await hub.run("journal", reference)
        #expect(told.code == 0)
        #expect(told.output.contains("2  2027-01-11 09:00  hold  head (Hana Hub)\n    put on hold: elections"))
        #expect(told.errors.contains("2 entries, the chain is whole"))
        let json = await hub.run("journal", reference, "--json").json
        #expect(json?["is_verified"] == .bool(true))
        #expect(json?["entries"]?.asList?.last?["notes"]?.asList?.first?["kind"] == .string("held"))
        #expect(await hub.run("doctor").code == 0)

        let sql = Process()
        sql.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        sql.arguments = [
            "-c",
            """
            import sqlite3, sys
            c = sqlite3.connect(sys.argv[1])
            for name, in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                c.execute(f"DROP TRIGGER {name}")
            c.execute(\"\"\"UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'elections', 'holidays!') AS BLOB)
                WHERE number = 2\"\"\")
            c.commit()
            """, hub.database,
        ]
        try sql.run()
        sql.waitUntilExit()
        #expect(sql.terminationStatus == 0)
        let broken = await hub.run("journal", reference)
        #expect(broken.code == 1)
        #expect(broken.output == "")
        #expect(broken.errors.contains("entry 2 of the journal of \(reference) cannot be read"))
        let doctor = await hub.run("doctor", "--json")
        #expect(doctor.code == 1)
        let journals = doctor.json?["checks"]?.asList?.first { $0["name"] == .string("journals") }
        #expect(journals?["is_good"] == .bool(false))
    }

    @Test func `an export holds everything, one case a line`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let values = try hub.file("request.json", Hub.request)
        _ = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values)
        let one = await hub.run("export", reference).json
        #expect(one?["format"]?.asInt == 1)
        let given = one?["answers"]?["request"]?["answers"]?.asList?.first?["values"]
        #expect(given?["objective"] == .string("Cleaner air"))
        #expect(one?["people"]?["requester"]?.asList?.first?["address"] == .string("ana@city.example"))
        #expect(one?["journal"]?.asList?.last?["body"]?["command"]?["values"]?["people"] != nil)
        #expect(one?["effects"]?.asList?.count == 2)
        _ = await hub.startTour()
        let lines = await hub.run("export", "--all").output.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.compactMap { try? Value(json: $0.utf8)["reference"]?.asString } == [reference, "ST-2027-0002"])
        #expect(await hub.run("export").code == 2)
    }

    @Test func `a backup is restored into a new database, and sends nothing until told`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let (copy, other) = (hub.folder + "/copy.db", hub.folder + "/other/sojourn.db")
        #expect(await hub.run("backup", copy).output.contains("1 case, 1 journal entry"))
        #expect(await hub.run("backup", copy).errors.contains("exists already"))
        #expect(await hub.run("restore", copy).errors.contains("restore never overwrites"))
        let restored = await hub.run(["--database", other, "restore", copy])
        #expect(restored.code == 0, Comment(rawValue: restored.errors))
        #expect(restored.errors.contains("nothing is sent: restored from a backup"))
        let mode = try FileManager.default.attributesOfItem(atPath: other)[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        #expect(await hub.run(["--database", other, "case", "show", reference]).code == 0)
        let doctor = await hub.run(["--database", other, "doctor"])
        #expect(doctor.code == 1)
        #expect(doctor.output.contains("look  outbox: 1 queued\n        nothing is sent: restored from a backup"))
        let released = await hub.run(["--database", other, "outbox", "release", "--hold-of-store"])
        #expect(released.output == "the hold is over: restored from a backup\n")
        #expect(await hub.run(["--database", other, "doctor"]).code == 0)
    }

    @Test func `what is no backup is not restored, and leaves no file`() async throws {
        let hub = Hub()
        let text = try hub.file("notes.txt", String(repeating: "no database ", count: 1_000))
        let wrong = await hub.run("restore", text)
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("is not a Sojourn database"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: hub.folder + "/data") == [])
        #expect(await hub.run("restore", hub.folder + "/none").errors.contains("there is no file"))
    }

    @Test func `the doctor finds files that others can read, and dates that nobody acts on`() async throws {
        let hub = Hub()
        _ = await hub.startTour()
        chmod(hub.folder + "/data", 0o755)
        let open = await hub.run("doctor")
        #expect(open.code == 1)
        #expect(open.output.contains("run: chmod 700 \(hub.folder)/data"))
        chmod(hub.folder + "/data", 0o700)
        hub.world.advance(to: Instant(rfc3339: "2027-01-20T00:00:00Z")!)
        let late = await hub.run("doctor")
        #expect(late.code == 1)
        #expect(late.output.contains("what was due at 2027-01-18T08:00:00Z has not happened"))
    }

    @Test func `a second process is told that the database is in use`() async throws {
        let hub = Hub()
        _ = await hub.startTour()
        try await hub.withService { _ in
            let answer = await hub.run("case", "list")
            #expect(answer.code == 1)
            #expect(answer.errors.contains("is in use by another process"))
        }
    }

    @Test func `settings that are wrong are told before anything is done`() async throws {
        let hub = Hub()
        _ = await hub.startTour()
        try "emial:\n  folder: mail\n".write(
            toFile: hub.folder + "/data/sojourn.yaml", atomically: true, encoding: .utf8)
        let answer = await hub.run("case", "list")
        #expect(answer.code == 1)
        #expect(answer.errors.contains("there is no plugin \"emial\""))
        #expect(!answer.errors.contains("SettingsMistakes"))
    }
}
