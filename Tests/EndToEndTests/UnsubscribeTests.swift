import Foundation
import Testing

private let programme = """
    format: 1
    programme: permit
    version: 1
    reference: PM-{number}
    languages: [en]
    people:
      clerk: {title: Clerk, staff: yes}
      applicant: {title: Applicant}
    stages:
      request:
        open:
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next:
            again: {to: open, send: {news: applicant, ruling: applicant}}
            done: closed
    ends: {closed: fulfilled, expired: expired}
    """

private let texts = """
    language: en
    messages:
      news: {subject: News, body: "Something is new.", optional: yes}
      ruling: {subject: Ruling, body: "It is so ruled."}
    """

/// A real service with a real address, whose mails lie in a folder.
private final class Hub {
    let folder = NSTemporaryDirectory() + "sojourn-unsubscribe-" + UUID().uuidString.prefix(8)
    private let service: Process
    private let port: Int

    private var database: String { folder + "/s.db" }

    init() throws {
        let manager = FileManager.default
        try manager.createDirectory(
            atPath: folder + "/permit/texts", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        for (name, text) in [
            ("permit/programme.yaml", programme), ("permit/texts/en.yaml", texts),
            ("sojourn.yaml", "notifications:\n  unsubscribe: https://hub.example/office\n"),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        for words in [
            ["programme", "add", folder + "/permit"],
            [
                "case", "start", "permit", "--as", "clerk", "--person", "clerk=Ada<ada@hub.example>", "--person",
                "applicant=Ana<ana@city.example>",
            ],
        ] {
            let done = try Program.run(words + ["--database", folder + "/s.db"])
            try #require(done.code == 0, Comment(rawValue: done.text))
        }
        let log = folder + "/log.txt"
        _ = manager.createFile(atPath: log, contents: nil)
        service = try Program.start(
            ["run", "--listen", "0", "--database", folder + "/s.db"],
            output: try #require(FileHandle(forWritingAtPath: log)))
        var found = 0
        for _ in 0..<200 where found == 0 {
            usleep(50_000)
            let line = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n")
                .first { $0.hasPrefix("listening at ") }
            found = line.flatMap { Int($0.split(separator: ":").last ?? "") } ?? 0
        }
        port = found
        try #require(found > 0)
    }

    deinit {
        kill(service.processIdentifier, SIGKILL)
        service.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    func sojourn(_ words: String...) throws -> String {
        try Program.run(words + ["--database", database]).text
    }

    /// Answers the clerk's task, and waits until nothing is in the outbox any more.
    func rule(task: Int) throws {
        let done = try sojourn("task", "answer", "PM-0001.\(task)", "again", "--as", "clerk")
        for _ in 0..<200 {
            let open = try sojourn("outbox", "list", "--json")
            if !open.contains("\"queued\""), !open.contains("\"claimed\"") { return }
            usleep(50_000)
        }
        Issue.record("the mails did not leave: \(done)")
    }

    /// The mails with a subject, whose lines are unfolded.
    func mails(_ subject: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder + "/mail").filter { $0.hasSuffix(".eml") }.map {
            try String(contentsOfFile: folder + "/mail/" + $0, encoding: .utf8)
                .replacingOccurrences(of: "\r\n", with: "\n").replacingOccurrences(of: "\n ", with: " ")
        }.filter { $0.contains("Subject: \(subject)\n") }
    }

    /// What curl prints of an answer, its headers first.
    func curl(_ path: String, _ options: String...) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/curl")
        process.arguments = ["-s", "-i", "--noproxy", "*"] + options + ["http://127.0.0.1:\(port)\(path)"]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    var log: String { (try? String(contentsOfFile: folder + "/log.txt", encoding: .utf8)) ?? "" }
}

@Suite struct `The address at which a reader unsubscribes` {
    @Test func `one POST ends what need not be got, a look ends nothing, and what must be got still comes`() throws {
        let hub = try Hub()
        try hub.rule(task: 1)
        let news = try #require(try hub.mails("News").first)
        let ruling = try #require(try hub.mails("Ruling").first)
        #expect(!ruling.contains("List-Unsubscribe"))
        #expect(news.contains("\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n"))
        let address = try #require(
            news.components(separatedBy: "\nList-Unsubscribe: <https://hub.example/office").last?
                .split(separator: ">").first.map(String.init))
        #expect(address.hasPrefix("/unsubscribe/"))
        // A scanner looks at every address in a mail, and a stranger tries others.
        for options in [["-I"], ["-G"]] {
            let page = try hub.curl(address, options[0])
            #expect(page.hasPrefix("HTTP/1.1 200"))
            #expect(!page.contains("ana@") && !page.contains("PM-0001"))
        }
        let french = try hub.curl(address, "-H", "Accept-Language: fr-CA, en;q=0.5")
        #expect(french.contains("<html lang=\"fr\" dir=\"ltr\">") && french.contains("<form method=\"post\">"))
        #expect(french.contains("Content-Security-Policy: default-src 'none'"))
        #expect(try hub.curl(address, "-H", "Accept-Language: ar").contains("dir=\"rtl\""))
        let other = String(address.dropLast(2)) + (address.hasSuffix("00") ? "11" : "00")
        #expect(try hub.curl(other, "-d", "List-Unsubscribe=One-Click").hasPrefix("HTTP/1.1 404"))
        #expect(try hub.curl(address, "-d", "x=1").hasPrefix("HTTP/1.1 400"))
        #expect(try hub.curl(address, "-X", "PUT", "-d", "List-Unsubscribe=One-Click").hasPrefix("HTTP/1.1 405"))
        #expect(try hub.sojourn("suppression", "list").contains("every address takes mail"))
        // Both ways in which a form is sent, and twice: a mail program may try again.
        #expect(try hub.curl(address, "-F", "List-Unsubscribe=One-Click").hasPrefix("HTTP/1.1 200"))
        #expect(try hub.curl(address, "-d", "List-Unsubscribe=One-Click").hasPrefix("HTTP/1.1 200"))
        let list = try hub.sojourn("suppression", "list")
        #expect(list.contains("ana@city.example") && list.contains("unsubscribed"))
        try hub.rule(task: 2)
        #expect(try hub.mails("News").count == 1)
        #expect(try hub.mails("Ruling").count == 2)
        #expect(try hub.sojourn("outbox", "list", "--all").contains("recalled"))
        #expect(!hub.log.contains("ana@") && !hub.log.contains(address.dropFirst(13)))
        // The staff may take it back when its reader asks.
        #expect(try hub.sojourn("suppression", "remove", "ana@city.example").contains("reminders go to"))
        try hub.rule(task: 3)
        #expect(try hub.mails("News").count == 2)
    }
}
