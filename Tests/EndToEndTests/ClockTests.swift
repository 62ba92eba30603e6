import Foundation
import Testing

private let faketime = "/usr/bin/faketime"

/// The program while its clock is another, by Debian's faketime.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: faketime)))
struct `The program and its clock` {
    private let folder = NSTemporaryDirectory() + "sojourn-clock-" + UUID().uuidString.prefix(8)

    private static let programme = """
        format: 1
        programme: clock
        version: 1
        title: Clock
        reference: CK-{year}-{number}
        languages: [en]
        zone: UTC
        people:
          requester:   {title: Requester}
          coordinator: {title: Coordinator, staff: yes, acts-for: [requester]}
        stages:
          request:
            waiting:
              title: Waiting
              task: {who: requester, due: 20 working days}
              clock:
                3 days: {send: {kept: requester}, if-late: send within 10 days}
                4 days: {send: {skipped: requester}, if-late: skip}
                5 days: {send: {asked: requester}, if-late: ask}
                90 days: expired
              next: {done: good}
        ends: {good: fulfilled, expired: expired}

        """
    private static let texts = """
        language: en
        messages:
          kept: {subject: Kept, body: kept}
          skipped: {subject: Skipped, body: skipped}
          asked: {subject: Asked, body: asked}

        """

    /// One command line at an instant of its own, such as `2027-03-01 10:00:00` in UTC.
    private func run(_ at: String, _ arguments: String...) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: faketime)
        process.arguments = [at, Program.path?.path ?? ""] + arguments + ["--database", folder + "/s.db"]
        process.environment = ["TZ": "UTC", "PATH": "/usr/bin:/bin"]
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    /// A case that waits since 1 March 2027, 10:00; what it says first is sent.
    private func start() throws {
        let programme = folder + "/clock"
        try FileManager.default.createDirectory(
            atPath: programme + "/texts", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data(Self.programme.utf8).write(to: URL(fileURLWithPath: programme + "/programme.yaml"))
        try Data(Self.texts.utf8).write(to: URL(fileURLWithPath: programme + "/texts/en.yaml"))
        let added = try run("2027-03-01 10:00:00", "programme", "add", programme)
        #expect(added.code == 0, Comment(rawValue: added.text))
        let started = try run(
            "2027-03-01 10:00:00", "case", "start", "clock", "--as", "requester", "--person",
            "requester=Ana <ana@city.example>", "--person", "coordinator=Jasna <jasna@hub.example>")
        #expect(started.code == 0, Comment(rawValue: started.text))
        #expect(try run("2027-03-01 10:01:00", "run", "--once").text.contains("0 cases, 1 effect"))
    }

    /// The subjects of the mails that were sent, in order.
    private func subjects() throws -> [String] {
        let mails = folder + "/mail"
        return try FileManager.default.contentsOfDirectory(atPath: mails).flatMap { name in
            try String(contentsOfFile: mails + "/" + name, encoding: .utf8)
                .split(whereSeparator: \.isNewline).filter { $0.hasPrefix("Subject: ") }.prefix(1)
                .map { String($0.dropFirst("Subject: ".count)) }
        }.sorted()
    }

    @Test func `four days away: late reminders are sent, left out or asked about, once, and the report says so`() throws
    {
        try start()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let before = try subjects()
        let back = try run("2027-03-08 12:00:00", "run", "--once")
        #expect(back.code == 0 && back.text.contains("away from 2027-03-01T10:01"), Comment(rawValue: back.text))
        #expect(back.text.contains("to 2027-03-08T12:00"), Comment(rawValue: back.text))
        #expect(back.text.contains("1 cases") && back.text.contains(" late"), Comment(rawValue: back.text))
        #expect(back.text.contains("1 skipped"), Comment(rawValue: back.text))
        let sent = try subjects()
        #expect(sent.filter { $0 == "Kept" }.count == 1 && !sent.contains("Skipped") && !sent.contains("Asked"))
        // The third waits for the staff, who are asked by a task of their own and told of it.
        #expect(sent.count == before.count + 2, "\(sent)")
        let tasks = try run("2027-03-08 12:01:00", "task", "list")
        #expect(tasks.text.contains("CK-2027-0001.2"), Comment(rawValue: tasks.text))
        // Looking again changes nothing.
        let again = try run("2027-03-08 12:02:00", "run", "--once")
        #expect(!again.text.contains("away") && !again.text.contains("late"), Comment(rawValue: again.text))
        #expect(try subjects() == sent)
    }

    @Test func `a clock that runs back fires nothing twice, and one that runs far ahead is not believed`() throws {
        try start()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(try run("2027-03-04 09:00:05", "run", "--once").code == 0)
        let sent = try subjects()
        #expect(sent.contains("Kept"))
        // Back to before the reminder, and on again over it.
        for time in ["2027-03-02 08:00:00", "2027-03-04 09:00:10", "2027-03-04 09:10:00"] {
            #expect(try run(time, "run", "--once").code == 0)
            #expect(try subjects() == sent, Comment(rawValue: time))
        }
        // Forty days and more ahead: nothing fires until a person says so.
        let parked = try run("2027-05-01 12:00:00", "run", "--once")
        #expect(parked.code == 1 && parked.text.contains("parked: the clock jumped"), Comment(rawValue: parked.text))
        #expect(try run("2027-05-01 12:00:00", "task", "list").text.contains("CK-2027-0001.1"))
        #expect(try subjects() == sent)
        let believed = try run("2027-05-01 12:00:00", "run", "--once", "--accept-clock")
        #expect(believed.code == 0 && believed.text.contains("late"), Comment(rawValue: believed.text))
    }
}
