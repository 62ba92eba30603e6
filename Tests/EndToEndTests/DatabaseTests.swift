import Expressions
import Foundation
import Testing
import WebhookReceiver

private let programme = """
    format: 1
    programme: filing
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
    stages:
      request:
        open:
          do:
            - webhook.post: {url: "RECEIVER", type: filing.opened, data: "{{ case.reference }}"}
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 10 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

/// What the program says to a database that is not as it left it, and how it leaves one when it is told to end.
@Suite struct `The program and its database` {
    private let folder = NSTemporaryDirectory() + "sojourn-database-" + UUID().uuidString.prefix(8)
    private var database: String { folder + "/s.db" }

    /// A database with the programme, whose webhooks go to the receiver.
    private func prepare(_ receiver: Receiver, _ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (name, text) in [
            (
                "filing.yaml",
                programme.replacingOccurrences(of: "RECEIVER", with: receiver.url(path, host: "127.0.0.1"))
            ),
            ("secrets", "hook: \(Receiver.secrets[0])\n"),
            ("sojourn.yaml", "webhook:\n  secret: hook\n  allow_http: yes\n  allow_private: yes\n"),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        chmod(folder + "/secrets", 0o600)
        let added = try Program.run(["programme", "add", folder + "/filing.yaml", "--database", database])
        #expect(added.code == 0, Comment(rawValue: added.text))
    }

    private func start() throws {
        let started = try Program.run([
            "case", "start", "filing", "--as", "clerk", "--person", "clerk=Ada<ada@example.org>", "--database",
            database,
        ])
        #expect(started.code == 0, Comment(rawValue: started.text))
    }

    private func posts(_ receiver: Receiver) throws -> [String] {
        try receiver.log().compactMap { $0["headers"]?["webhook-id"]?.asString }
    }

    private func clean() { try? FileManager.default.removeItem(atPath: folder) }

    @Test func `one of a newer version is refused and stays as it is`() throws {
        let receiver = try Receiver()
        try prepare(receiver, "/ok")
        defer { clean() }
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA user_version = 9999'); c.close()",
            database,
        ]
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: database))
        for words in [["case", "list"], ["run", "--once"], ["doctor"]] {
            let answer = try Program.run(words + ["--database", database])
            #expect(answer.code == 1 && answer.text.contains("newer"), Comment(rawValue: answer.text))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: database)) == before)
    }

    @Test(arguments: ["copied", "restored"])
    func `sends nothing until somebody says so`(how: String) throws {
        let receiver = try Receiver()
        try prepare(receiver, "/ok")
        defer { clean() }
        try start()
        // The other's settings and outbox are the same: without the hold it would send what the first sends too.
        let other = folder + "/other/s.db"
        try FileManager.default.createDirectory(
            atPath: folder + "/other", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["secrets", "sojourn.yaml"] {
            try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/other/\(name)")
        }
        if how == "copied" {
            try FileManager.default.copyItem(atPath: database, toPath: other)
        } else {
            #expect(try Program.run(["backup", folder + "/kept.db", "--database", database]).code == 0)
            let restored = try Program.run(["restore", folder + "/kept.db", "--database", other])
            #expect(restored.code == 0, Comment(rawValue: restored.text))
        }
        for _ in 0..<2 {
            let held = try Program.run(["run", "--once", "--database", other])
            #expect(held.code == 0 && held.text.contains("nothing is sent"), Comment(rawValue: held.text))
            #expect(try posts(receiver) == [])
        }
        #expect(try Program.run(["outbox", "release", "--hold-of-store", "--database", other]).code == 0)
        #expect(try Program.run(["run", "--once", "--database", other]).code == 0)
        #expect(try posts(receiver).count == 1)
    }

    @Test func `SIGTERM lets what is under way end, begins nothing new, and loses nothing`() throws {
        let receiver = try Receiver()
        // The receiver answers half a second after it was asked.
        try prepare(receiver, "/late")
        defer { clean() }
        try start()
        let service = try Program.start(["run", "--database", database], output: FileHandle.nullDevice)
        defer { if service.isRunning { kill(service.processIdentifier, SIGKILL) } }
        var looks = 0
        while try posts(receiver).isEmpty, looks < 1_500 {
            looks += 1
            usleep(10_000)
        }
        service.terminate()
        service.waitUntilExit()
        #expect(service.terminationReason == .exit && service.terminationStatus == 0)
        let left = try Program.run([
            "outbox", "list", "--queued", "--claimed", "--unknown", "--json", "--database", database,
        ])
        #expect(!left.text.contains("webhook.post"), Comment(rawValue: left.text))
        _ = try Program.run(["run", "--once", "--database", database])
        #expect(try posts(receiver).count == 1, "what was answered while the service ended is not sent again")
    }
}
