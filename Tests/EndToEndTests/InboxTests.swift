import Foundation
import Testing

private let packs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Packs").path
private let counterparts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Counterparts").path

private let programme = """
    format: 1
    programme: permit
    version: 1
    reference: PM-{number}
    people:
      clerk: {title: Clerk, staff: yes}
      ministry: {title: Ministry, outside: yes}
    forms:
      ruling: {number: {type: text, required: yes, question: Under which number?}}
    stages:
      request:
        open:
          do: [elsewhere.file: {text: "{{ case.reference }}"}]
          task: {who: ministry, form: ruling, due: 5 working days}
          clock: {due: {escalate: clerk}, 60 days: expired}
          next: {grant: closed}
          may: {stop: {who: clerk, to: stopped}}
    ends: {closed: fulfilled, expired: expired, stopped: cancelled}
    """

/// A real service with a real address, and messages signed by the reference library of Standard Webhooks.
private final class Office {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let folder = NSTemporaryDirectory() + "sojourn-inbox-" + UUID().uuidString.prefix(8)
    private(set) var service = Process()
    private(set) var port = 0
    private let python: String

    var database: String { folder + "/s.db" }
    var log: String { (try? String(contentsOfFile: folder + "/log.txt", encoding: .utf8)) ?? "" }

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/packs", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        python = try Self.run(counterparts + "/setup", []).trimmingCharacters(in: .whitespacesAndNewlines)
        try FileManager.default.copyItem(atPath: packs + "/elsewhere", toPath: folder + "/packs/elsewhere")
        for (name, text) in [
            ("permit.yaml", programme),
            ("sojourn.yaml", "inbox:\n  ministry: {secret: inbox.ministry, roles: [ministry]}\n"),
            ("secrets", "inbox.ministry: \(Self.secret)\n"),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        chmod(folder + "/secrets", 0o600)
        for words in [
            ["programme", "add", folder + "/permit.yaml"], ["plugin", "lock"],
            [
                "case", "start", "permit", "--as", "clerk", "--person", "clerk=Ada<ada@example.org>", "--person",
                "ministry=Min Istry<office@ministry.example>",
            ],
        ] {
            let done = try Program.run(words + ["--database", database])
            guard done.code == 0 else { throw Failed(what: done.text) }
        }
        try begin()
    }

    struct Failed: Error { let what: String }

    func begin() throws {
        let path = folder + "/log.txt"
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: path))
        service = try Program.start(["run", "--listen", "0", "--database", database], output: file)
        port = 0
        for _ in 0..<200 where port == 0 {
            usleep(50_000)
            let line = log.split(separator: "\n").first { $0.hasPrefix("listening at ") }
            port = line.flatMap { Int($0.split(separator: ":").last ?? "") } ?? 0
        }
        guard port > 0 else { throw Failed(what: log) }
    }

    func end() {
        kill(service.processIdentifier, SIGKILL)
        service.waitUntilExit()
        try? FileManager.default.removeItem(atPath: folder)
    }

    static func run(_ program: String, _ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (output, given) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = given
        try process.run()
        given.fileHandleForWriting.write(Data(input.utf8))
        try given.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Sends a message; the answer as status and body.
    func send(_ path: String, _ id: String, _ body: String, secret: String = secret, _ more: String...) throws -> String
    {
        try Self.run(
            python, [counterparts + "/webhook_sender.py", url(path), secret, id] + more, input: body)
    }

    func shown() throws -> String {
        try Program.run(["case", "show", "PM-0001", "--json", "--database", database]).text
    }

    /// The callback that the pack was given: identifier and secret.
    func order() throws -> (id: String, secret: String) {
        let path = folder + "/pack-data/elsewhere/orders.txt"
        for _ in 0..<200 where !FileManager.default.fileExists(atPath: path) { usleep(50_000) }
        let line = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").first ?? ""
        let order = try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
        return (order["id"] ?? "", order["secret"] ?? "")
    }
}

@Suite struct `The address for messages from outside` {
    private static let answer =
        #"{"specversion":"1.0","id":"m1","source":"/ministry","type":"task.answer","subject":"PM-0001","data":{"outcome":"grant","values":{"number":"A-17"}}}"#

    @Test func `takes a signed event once, whoever else asks, and through a crash`() throws {
        let office = try Office()
        defer { office.end() }
        let other = "whsec_" + Data(repeating: 7, count: 32).base64EncodedString()
        // Whatever is wrong with a message that is not signed, the answer is the same.
        let refusals = Set(
            try [
                office.send("/inbox/ministry", "m1", Self.answer, secret: other),
                office.send("/inbox/ministry", "m1", Self.answer, "--changed"),
                office.send("/inbox/ministry", "m1", Self.answer, "--age", "400"),
                office.send("/inbox/ministry", "m1", Self.answer, "--age", "-400"),
                office.send("/inbox/nobody", "m1", Self.answer), office.send("/callbacks", "m1", Self.answer),
            ])
        #expect(refusals == ["401 the message is not signed for this address, or too old"])
        #expect(try office.shown().contains(#""state":"open""#))
        // Signed, but nothing that can be done: told in words, and nothing changes.
        for (body, words) in [
            (#"{"type":"case.stop"}"#, "400"), ("no json", "400"),
            (Self.answer.replacingOccurrences(of: "A-17\"", with: "\""), "422"),
            (Self.answer.replacingOccurrences(of: "PM-0001", with: "PM-0009"), "422"),
            (Self.answer.replacingOccurrences(of: "\"outcome\"", with: "\"role\":\"clerk\",\"outcome\""), "422"),
            (#"{"type":"case.decide","subject":"PM-0001","data":{"decision":"stop"}}"#, "422"),
        ] {
            let answer = try office.send("/inbox/ministry", "w\(words)", body)
            #expect(answer.hasPrefix(words) && answer.contains("problems"), Comment(rawValue: "\(body): \(answer)"))
        }
        #expect(try office.shown().contains(#""state":"open""#))
        let taken = try office.send("/inbox/ministry", "m1", Self.answer)
        #expect(taken == #"200 {"repeated":false,"taken":true}"#)
        #expect(try office.shown().contains(#""name":"closed""#))
        // The sender has not heard it, and neither the crash nor the end of the case makes two of it.
        kill(office.service.processIdentifier, SIGKILL)
        office.service.waitUntilExit()
        try office.begin()
        #expect(try office.send("/inbox/ministry", "m1", Self.answer) == #"200 {"repeated":true,"taken":true}"#)
        let changed = Self.answer.replacingOccurrences(of: "A-17", with: "A-18")
        #expect(try office.send("/inbox/ministry", "m1", changed).hasPrefix("409"), "the same name for something else")
        #expect(try office.send("/inbox/ministry", "m2", Self.answer).hasPrefix("422"))
        for secret in [Office.secret, "A-17", "PM-0001", "office@"] { #expect(!office.log.contains(secret)) }
    }

    @Test func `finishes a step that waits, by its own secret alone`() throws {
        let office = try Office()
        defer { office.end() }
        let order = try office.order()
        let body = #"{"outcome":"done","output":{"number":"F-9"}}"#
        #expect(try office.send("/callbacks", order.id, body).hasPrefix("401"), "the hub's other secret is another")
        #expect(
            try office.send("/callbacks", order.id, #"{"outcome":"done","output":{}}"#, secret: order.secret)
                .hasPrefix("400"), "an output that is not as declared")
        var answer = ""
        // The effect may be put back into the queue this very moment.
        for _ in 0..<100 where !answer.hasPrefix("200") {
            answer = try office.send("/callbacks", order.id, body, secret: order.secret)
            if answer.hasPrefix("503") { usleep(50_000) }
        }
        #expect(answer == #"200 {"taken":true}"#)
        #expect(try office.send("/callbacks", order.id, body, secret: order.secret) == #"200 {"taken":false}"#)
        let done = try Program.run(["outbox", "list", "--all", "--json", "--database", office.database])
        #expect(done.text.contains(order.id) && done.text.contains(#""state":"done""#))
        #expect(!office.log.contains(order.secret) && !office.log.contains("F-9"))
    }

    @Test func `is a web server like any other to curl, and ends with the service`() throws {
        let office = try Office()
        defer { office.end() }
        func curl(_ arguments: String...) throws -> String {
            try Office.run(
                "/usr/bin/curl", ["-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}"] + arguments)
        }
        #expect(try curl(office.url("/health")) == "200")
        #expect(try curl("-I", office.url("/health")) == "200")
        #expect(try curl(office.url("/callbacks")) == "405")
        #expect(try curl(office.url("/nothing")) == "404")
        #expect(try curl("-d", "x", office.url("/inbox/ministry")) == "401")
        #expect(try curl("-X", "PUT", "-d", "x", office.url("/inbox/ministry")) == "405")
        let large = office.folder + "/large"
        _ = FileManager.default.createFile(atPath: large, contents: Data(count: 2 << 20))
        #expect(try curl("--data-binary", "@" + large, "-H", "Expect:", office.url("/inbox/ministry")) == "413")
        office.service.terminate()
        office.service.waitUntilExit()
        #expect(office.service.terminationStatus == 143 || office.service.terminationStatus == 0)
        #expect(try curl(office.url("/health")) == "000")
    }
}
