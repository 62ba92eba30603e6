import Expressions
import Foundation
import Testing

private let programme = """
    format: 1
    programme: notes
    version: 1
    people:
      clerk: {title: Clerk, staff: yes}
      guest: {title: Guest}
    stages:
      request:
        open:
          do: [ACTION]
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 10 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

private let mail = """
    email.send: {to: "held-after@city.example", to_name: Ana, subject: Hello, text: "Case {{ case.reference }}.", if-unsure: POLICY}
    """

/// A real service, killed while a real mail server has the whole mail and has not answered yet.
@Suite struct `A service that is killed after a mail was handed over` {
    private let folder = NSTemporaryDirectory() + "sojourn-mail-crash-" + UUID().uuidString.prefix(8)

    private func sojourn(_ words: String...) throws -> String {
        let done = try Program.run(words + ["--database", folder + "/s.db"])
        try #require(done.code == 0, Comment(rawValue: done.text))
        return done.text
    }

    /// Addresses of the mails that the server has, in order.
    private var taken: [String] {
        let log = (try? String(contentsOfFile: folder + "/server/log", encoding: .utf8)) ?? ""
        return log.split(separator: "\n").compactMap { try? Value(json: Array($0.utf8)) }
            .compactMap { $0["to"]?.asList?.first?.asString }
    }

    private func effects(_ flags: String...) throws -> [Value] {
        let listed = try Program.run(["outbox", "list", "--json", "--database", folder + "/s.db"] + flags)
        return (try Value(json: Array(listed.text.utf8))["effects"]?.asList ?? [])
            .filter { $0["action"]?.asString == "email.send" && $0["label"]?.asString?.contains("message") != true }
    }

    @Test(arguments: ["ask", "send-again", "take-as-sent"])
    func `does not send it again by itself: what the programme says of doubt decides`(policy: String) throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/server", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try MailCounterpart("smtp_server.py", [folder + "/server", "--tls", "none"])
        defer { server.stop() }
        let settings = """
            email: {from: exchange@hub.example, smtp: {host: 127.0.0.1, port: \(server.port), tls: none}}
            """
        try settings.write(toFile: folder + "/sojourn.yaml", atomically: true, encoding: .utf8)
        chmod(folder, 0o700)
        let text = programme.replacingOccurrences(
            of: "ACTION", with: "{" + mail.replacingOccurrences(of: "POLICY", with: policy) + "}")
        try text.write(toFile: folder + "/notes.yaml", atomically: true, encoding: .utf8)
        _ = try sojourn("programme", "add", folder + "/notes.yaml")
        _ = try sojourn(
            "case", "start", "notes", "--as", "clerk", "--person", "clerk=Ada<ada@hub.example>", "--person",
            "guest=Ana<ana@city.example>")
        let service = try Program.start(["run", "--database", folder + "/s.db"], output: FileHandle.nullDevice)
        for _ in 0..<1_500 where !taken.contains("held-after@city.example") { usleep(10_000) }
        kill(service.processIdentifier, SIGKILL)
        service.waitUntilExit()
        #expect(taken.filter { $0.hasPrefix("held") }.count == 1)
        _ = try sojourn("run", "--once")
        #expect(taken.filter { $0.hasPrefix("held") }.count == 1, "nothing is sent twice by itself")
        let row = try #require(try effects("--all").first)
        switch policy {
        case "ask":
            #expect(row["state"] == .string("unknown"))
            #expect(try sojourn("task", "list").contains("perhaps sent"))
        case "take-as-sent": #expect(row["state"] == .string("done"))
        default:
            #expect(row["state"] == .string("queued"), "again ten minutes later (F26)")
            #expect(row["failure"]?.asString?.hasPrefix("perhaps done") == true)
        }
    }
}
