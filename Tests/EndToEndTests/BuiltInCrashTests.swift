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
            - document.store: {template: note, who: clerk, send: told}
          task: {who: clerk, due: 5 working days}
          clock: {due: {escalate: clerk}, 10 days: expired}
          next: {done: closed}
    ends: {closed: fulfilled, expired: expired}
    """

private let texts = """
    language: en
    messages:
      told: {subject: "[{{ case.reference }}] Filed", body: "Dear {{ reader.name }}, it is filed."}
    documents:
      note: {title: Note, body: "Case {{ case.reference }}."}
    """

@Suite struct `A service that is killed in the middle of its own actions` {
    private static let cases = 12
    private static let kills = 4
    private let folder = NSTemporaryDirectory() + "sojourn-crash-" + UUID().uuidString.prefix(8)

    private func files(_ name: String, _ suffix: String) -> [String] {
        let all = FileManager.default.enumerator(atPath: "\(folder)/\(name)")?.compactMap { $0 as? String } ?? []
        return all.filter { $0.hasSuffix(suffix) }
    }

    /// Writes and adds the programme, whose webhooks go to this receiver.
    private func hook(_ receiver: Receiver, isKeyed: Bool) throws {
        try FileManager.default.createDirectory(
            atPath: folder + "/filing/texts", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (name, text) in [
            (
                "filing/programme.yaml",
                programme.replacingOccurrences(of: "RECEIVER", with: receiver.url("/late", host: "127.0.0.1"))
            ), ("filing/texts/en.yaml", texts), ("secrets", "hook: \(Receiver.secrets[0])\n"),
            (
                "sojourn.yaml",
                "webhook:\n  secret: hook\n  allow_http: yes\n  allow_private: yes\n"
                    + (isKeyed ? "  keyed: 127.0.0.1\n" : "")
            ),
        ] { try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        chmod(folder + "/secrets", 0o600)
        let path = folder + "/s.db"
        let added = try Program.run(["programme", "add", folder + "/filing", "--database", path])
        #expect(added.code == 0, Comment(rawValue: added.text))
    }

    private func start(_ path: String) throws {
        let started = try Program.run([
            "case", "start", "filing", "--as", "clerk", "--person", "clerk=Ada<ada@example.org>", "--database", path,
        ])
        #expect(started.code == 0, Comment(rawValue: started.text))
    }

    /// A receiver gets one request at a time, unless the hub knows that it recognises a key that comes again.
    @Test(arguments: [false, true])
    func `misses nothing, repeats at most one thing a crash, and nothing for a receiver that honours the key`(
        isKeyed: Bool
    ) throws {
        let receiver = try Receiver()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try hook(receiver, isKeyed: isKeyed)
        let path = folder + "/s.db"
        for _ in 0..<Self.kills {
            for _ in 0..<Self.cases / Self.kills { try start(path) }
            let former = try receiver.log().count
            let service = try Program.start(["run", "--database", path], output: FileHandle.nullDevice)
            // Until a request is being answered, and a moment more: some are at the receiver, some letters half written.
            // A busy machine may take seconds until the service has begun.
            var looks = 0
            while try receiver.log().count == former, looks < 1_500 {
                looks += 1
                usleep(10_000)
            }
            usleep(UInt32.random(in: 0...60_000))
            kill(service.processIdentifier, SIGKILL)
            service.waitUntilExit()
        }
        var listed = ""
        for _ in 0..<10 where listed.isEmpty || listed.contains("\"action\"") {
            _ = try Program.run(["run", "--once", "--database", path])
            listed = try Program.run(["outbox", "list", "--queued", "--claimed", "--json", "--database", path]).text
        }
        #expect(!listed.contains("\"action\""), Comment(rawValue: listed))
        let log = try receiver.log()
        let ids = log.compactMap { $0["headers"]?["webhook-id"]?.asString }
        #expect(Set(ids).count == Self.cases, "each was told")
        #expect(ids.count > Self.cases, "at least one request was cut off in its middle, and sent again")
        if !isKeyed { #expect(ids.count - Set(ids).count <= Self.kills, "\(ids.count) for \(Set(ids).count)") }
        // What comes again has the same key and says the same: whoever honours it does each once.
        let bodies = Dictionary(grouping: log) { $0["headers"]?["webhook-id"]?.asString ?? "" }
        for same in bodies.values {
            #expect(
                Set(same.compactMap { $0["event"]?["data"] }).count == 1 && Set(same.map { $0["verified"] }).count == 1)
        }
        #expect(files("documents", ".html").count == Self.cases, "no letter twice, none half written")
        #expect(files("mail", ".eml").count >= Self.cases)
        let names = files("mail", ".eml")
        #expect(Set(names).count == names.count)
        let asked = try Program.run(["outbox", "list", "--unknown", "--failed", "--json", "--database", path])
        #expect(asked.text.contains("\"effects\":[]"), Comment(rawValue: asked.text))
    }
    @Test func `ends soon when it is told to, and what waited for its turn has lost no try`() throws {
        let receiver = try Receiver()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try hook(receiver, isKeyed: false)
        let path = folder + "/s.db"
        for _ in 0..<Self.cases { try start(path) }
        let service = try Program.start(["run", "--database", path], output: FileHandle.nullDevice)
        for _ in 0..<1_500 where try receiver.log().isEmpty { usleep(10_000) }
        service.terminate()
        let told = try receiver.log().count
        service.waitUntilExit()
        #expect(service.terminationStatus == 0)
        #expect(try receiver.log().count <= told + 2, "it did not go on to the end of the line")
        let listed = try Program.run(["outbox", "list", "--queued", "--claimed", "--json", "--database", path]).text
        let waiting = try Value(json: Array(listed.utf8))["effects"]?.asList ?? []
        let hooks = waiting.filter { $0["action"] == .string("webhook.post") }
        #expect(hooks.count == Self.cases - (try receiver.log().count))
        #expect(hooks.allSatisfy { $0["state"] == .string("queued") && $0["attempts"] == .int(0) })
        for _ in 0..<5 where try receiver.log().count < Self.cases {
            _ = try Program.run(["run", "--once", "--database", path])
        }
        let ids = try receiver.log().compactMap { $0["headers"]?["webhook-id"]?.asString }
        #expect(ids.count == Self.cases && Set(ids).count == Self.cases)
    }
}
