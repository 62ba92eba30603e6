import Expressions
import Foundation
import Testing

private let programme = """
    format: 1
    programme: tour
    version: 1
    reference: TR-{number}
    languages: [en, ar]
    people:
      clerk: {title: Clerk, staff: yes}
      guest: {title: Guest}
      lost: {title: Somebody who has moved}
    dates:
      visit: {from: plan.days}
    forms:
      plan: {days: {type: dates, required: yes, question: When?}}
    stages:
      request:
        asked:
          task: {who: clerk, form: plan, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next: {done: planned}
        planned:
          keep: [calendar.invite: {title: "زيارة الماء", days: "{{ visit }}", who: guest, send: {made: invited}}]
          do: [document.store: {template: letter, format: pdf, who: guest, send: letter}]
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next: {tell: {to: told, send: {goodbye: lost}}}
        told:
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

private func texts(_ language: String) -> String {
    """
    language: \(language)
    messages:
      invited: {subject: "دعوة إلى زيارة الماء", body: "{{ reader.name }}: {{ visit }}"}
      letter: {subject: "رسالتكم", body: "السادة {{ reader.name }}، الرسالة في المرفق."}
      goodbye: {subject: "Goodbye", body: "Dear {{ reader.name }}."}
    documents:
      letter: {title: "رسالة دعوة", body: "ندعو {{ reader.name }}."}
    """
}

/// A mail server as it stands in an office: Debian's, with mailboxes of its own.
private enum Debian {
    static let program = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/debian/exim4-daemon-light/usr/sbin/exim4").path

    /// Whether it was unpacked, and can run here.
    static let isThere: Bool = {
        guard FileManager.default.isExecutableFile(atPath: program) else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [MailCounterpart.folder + "/debian_mail_server.py", program, "--check"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

@Suite(.enabled(if: Debian.isThere, "\"./do test\" unpacks Debian's mail server, and bubblewrap runs it"))
struct `A mail server of Debian` {
    private let folder = NSTemporaryDirectory() + "sojourn-debian-" + UUID().uuidString.prefix(8)

    private var mailboxes: String { folder + "/server/mail" }

    private func sojourn(_ words: String...) throws -> String {
        let done = try Program.run(words + ["--database", folder + "/s.db"])
        try #require(done.code == 0, Comment(rawValue: done.text))
        return done.text
    }

    private func prepare(_ server: MailCounterpart) throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/tour/texts", withIntermediateDirectories: true)
        let settings = """
            email:
              from: exchange@hub.example
              plus_addresses: yes
              inbox: \(mailboxes)/exchange
              smtp: {host: localhost, port: \(server.port), tls: starttls, ca_file: \(folder)/server/cert.pem}
            """
        for (name, text) in [
            ("tour/programme.yaml", programme), ("tour/texts/en.yaml", texts("en")),
            ("tour/texts/ar.yaml", texts("ar")),
            ("sojourn.yaml", settings),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        chmod(folder, 0o700)
        _ = try sojourn("programme", "add", folder + "/tour")
        _ = try sojourn(
            "case", "start", "tour", "--as", "clerk", "--person", "clerk=Ada <clerk@hub.example>", "--person",
            "guest=أمينة بنت خالد <amina@city.example>; language=ar", "--person",
            "lost=Otto <moved@city.example>; language=en")
    }

    /// The mails in a mailbox as Python reads them, once there are so many; exim delivers after it has answered.
    private func mails(_ box: String, _ count: Int) throws -> [Value] {
        let place = "\(mailboxes)/\(box)/new"
        var files: [String] = []
        for _ in 0..<200 {
            files = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
            if files.count >= count { break }
            usleep(50_000)
        }
        #expect(files.count == count)
        let paths = files.sorted().map { place + "/" + $0 }
        return try MailCounterpart.run("/usr/bin/python3", [MailCounterpart.folder + "/read_mail.py"] + paths)
            .split(separator: "\n").map { try Value(json: Array($0.utf8)) }
    }

    private func header(_ name: String, _ mail: Value) -> String? {
        mail["headers"]?.asList?.first { $0.asList?.first?.asString?.lowercased() == name }?.asList?.last?.asString
    }

    @Test
    func `delivers a mail whole: Arabic names, a calendar that mail programs see, and the letter to the last byte`()
        throws
    {
        try FileManager.default.createDirectory(atPath: folder + "/server", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = try MailCounterpart("debian_mail_server.py", [Debian.program, folder + "/server"])
        defer { server.stop() }
        try prepare(server)
        _ = try sojourn("task", "answer", "TR-0001.1", "done", "--as", "clerk", "--set", "days=2027-06-14/2027-06-18")
        // The first look makes letter and invitation, and what follows from them.
        for _ in 0..<3 { _ = try sojourn("run", "--once") }
        let mails = try mails("amina", 2)
        #expect(mails.allSatisfy { $0["defects"]?.asList?.isEmpty ?? false })
        #expect(
            mails.allSatisfy {
                $0["to"]?.asList?.first?.asList?.map(\.asString) == ["أمينة بنت خالد", "amina@city.example"]
            })
        #expect(mails.allSatisfy { header("received", $0)?.contains("with esmtps") ?? false }, "sent encrypted")
        let invitation = try #require(mails.first { header("subject", $0) == "دعوة إلى زيارة الماء" })
        let calendar = try #require(
            invitation["parts"]?.asList?.first { $0["type"]?.asString == "text/calendar" })
        #expect(calendar["parameters"]?["method"]?.asString == "REQUEST")
        let text = calendar["text"]?.asString?.replacingOccurrences(of: "\n ", with: "") ?? ""
        #expect(text.contains("SUMMARY:زيارة الماء") && text.contains("mailto:amina@city.example"))
        let letter = try #require(mails.first { header("subject", $0) == "رسالتكم" })
        let attached = try #require(letter["parts"]?.asList?.first { $0["type"]?.asString == "application/pdf" })
        let made = try FileManager.default.subpathsOfDirectory(atPath: folder + "/documents").filter {
            $0.hasSuffix(".pdf")
        }
        let path = folder + "/documents/" + (try #require(made.first))
        let sum = try MailCounterpart.run("/usr/bin/sha256sum", [path]).prefix(64)
        #expect(attached["sha256"]?.asString == String(sum))
        // Nobody of this name is there: the server takes the mail and sends it back, and it comes home to its case.
        _ = try sojourn("task", "answer", "TR-0001.2", "tell", "--as", "clerk")
        _ = try sojourn("run", "--once")
        for _ in 0..<200 {
            _ = try sojourn("mail", "read")
            if try sojourn("mail", "list").contains("TR-0001") { break }
            usleep(50_000)
        }
        #expect(try sojourn("mail", "list").contains("TR-0001"))
        #expect(try sojourn("journal", "TR-0001").contains("came back"))
        #expect(try sojourn("task", "list").contains("TR-0001"))
        // Its number is 5.0.0; that nobody has this address stands in its words alone.
        #expect(try sojourn("suppression", "list").contains("moved@city.example"))
    }
}
