import Calendars
import Engine
import Exchange
import Expressions
import Foundation
import Testing

@testable import CommandLineTool

/// A hub whose mails lie in its folder, and a maildir that Python's mailbox and email packages fill.
private struct PostOffice {
    let hub = Hub()
    let reference: String

    init(settings: String = "") async throws {
        _ = try hub.file(
            "data/sojourn.yaml", "email:\n  from: hub@hub.example\n  inbox: \(hub.folder)/inbox\n\(settings)")
        reference = await hub.startTour()
        _ = await hub.run("run", "--once")
    }

    /// A mail that went out to this person.
    func sent(to address: String) throws -> String {
        let folder = hub.folder + "/data/mail"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            if text.contains("<\(address)>") { return folder + "/" + name }
        }
        throw CocoaError(.fileNoSuchFile)
    }

    /// Delivers mails of these kinds (Tests/Counterparts/fill_maildir.py) about the one to Ana.
    func deliver(_ kinds: String...) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Counterparts/fill_maildir.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, hub.folder + "/inbox", try sent(to: "ana@city.example")] + kinds
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    /// What was found, by its name in the report; zeros left out.
    func read() async -> [String: Int] {
        let answer = await hub.run("mail", "read", "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        return (answer.json?.fields ?? [:]).compactMapValues(\.asInt).filter { $0.value != 0 }
    }

    /// The titles of tasks about mails.
    func tasks() async -> [String] {
        let listed = await hub.run("task", "list", "--json").json?["tasks"]?.asList ?? []
        return listed.compactMap { $0["title"]?.asString }.filter { $0.contains("message") }
    }

    func files(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: hub.folder + "/inbox/" + folder)) ?? []
    }

    func mailsToAna() throws -> Int {
        let folder = hub.folder + "/data/mail"
        return try FileManager.default.contentsOfDirectory(atPath: folder).count { name in
            (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8))?.contains("<ana@city.example>") ?? false
        }
    }
}

@Suite("Mail that comes in") struct MailVerbTests {
    @Test("an answer opens a task at its case, once, and its words stand nowhere else")
    func answers() async throws {
        let office = try await PostOffice()
        try office.deliver("reply")
        let name = try #require(office.files("new").first)
        let bytes = try #require(FileManager.default.contents(atPath: office.hub.folder + "/inbox/new/" + name))
        #expect(await office.read() == ["answers": 1])
        #expect(office.files("new").isEmpty)
        #expect(office.files("cur").count == 1)
        let tasks = await office.tasks()
        #expect(tasks.count == 1 && tasks[0].hasPrefix("an answer to message"), "\(tasks)")
        // Delivered a second time, as mail servers do.
        _ = FileManager.default.createFile(atPath: office.hub.folder + "/inbox/new/2.again", contents: bytes)
        #expect(await office.read() == ["repeated": 1])
        #expect(await office.tasks().count == 1)
        let listed = await office.hub.run("mail", "list", "--case", office.reference, "--json").json
        let mail = try #require(listed?["mails"]?.asList?.first)
        #expect(mail["from"] == .string("ana@city.example"))
        let id = try #require(mail["id"]?.asString)
        let shown = await office.hub.run("mail", "show", String(id.prefix(12)))
        #expect(shown.output.contains("I can come on Tuesday."))
        let journal = await office.hub.run("journal", office.reference, "--json").output
        #expect(journal.contains("answered"))
        let export = await office.hub.run("export", office.reference).output
        for place in [journal, export] { #expect(!place.contains("Tuesday") && !place.contains("Re: your mail")) }
        #expect(await office.hub.run("mail", "erase", id).code == 0)
        #expect(!(await office.hub.run("mail", "show", id).output.contains("Tuesday")))
    }

    @Test("a mail that came back for good ends its address, and nothing further goes there")
    func bounces() async throws {
        for kind in ["failed", "failed-whole"] {
            let office = try await PostOffice()
            let before = try office.mailsToAna()
            try office.deliver(kind)
            #expect(await office.read() == ["returned": 1])
            let list = await office.hub.run("suppression", "list", "--json").json?["suppressions"]?.asList ?? []
            #expect(list.compactMap { $0["address"]?.asString } == ["ana@city.example"])
            #expect(list.first?["reason"] == .string("5.1.1"))
            #expect(await office.tasks().contains { $0.contains("came back: 5.1.1") })
            #expect(await office.hub.run("doctor").output.contains("1 address takes no mail"))
            // Her reminder is due after a week: it fails, and the staff have a task.
            office.hub.world.advance(to: office.hub.world.now.adding(seconds: 8 * 86_400))
            _ = await office.hub.run("run", "--once")
            #expect(try office.mailsToAna() == before)
            #expect(await office.tasks().contains { $0.contains("takes no mail") })
        }
    }

    @Test(
        "a report whose status says nothing ends an address if its words say that nobody has it",
        arguments: [
            ("failed-exim", true), ("failed-said", true), ("failed-policy", false), ("failed-beside", false),
        ])
    func words(kind: String, ends: Bool) async throws {
        let office = try await PostOffice()
        try office.deliver(kind)
        #expect(await office.read() == ["returned": 1])
        let list = await office.hub.run("suppression", "list", "--json").json?["suppressions"]?.asList ?? []
        #expect(list.compactMap { $0["reason"]?.asString } == (ends ? ["5.0.0"] : []))
        #expect(await office.tasks().contains { $0.contains("came back: 5.0.0") })
    }

    @Test("what came back for another reason, for another address, or is only late ends nothing")
    func kept() async throws {
        let office = try await PostOffice()
        try office.deliver("failed-other", "failed-full", "delayed", "bounce")
        // The one without a report names no mail that this hub sent.
        #expect(await office.read() == ["returned": 3, "unknown": 1])
        #expect(await office.hub.run("suppression", "list", "--json").json?["suppressions"] == .list([]))
        let tasks = await office.tasks()
        #expect(tasks.contains { $0.contains("5.2.2") } && tasks.contains { $0.contains("5.1.1") })
        #expect(tasks.count == 2, "a delay is only noted")
    }

    @Test("a complaint ends the address")
    func complaints() async throws {
        let office = try await PostOffice()
        try office.deliver("complaint")
        #expect(await office.read() == ["returned": 1])
        let list = await office.hub.run("suppression", "list", "--json").json?["suppressions"]?.asList ?? []
        #expect(list.first?["source"] == .string("complained"))
    }

    @Test("a machine's answer is noted, opens no task and is never answered")
    func machines() async throws {
        let office = try await PostOffice()
        try office.deliver("absent")
        #expect(await office.read() == ["automatic": 1])
        #expect(await office.tasks().isEmpty)
        let before = try office.mailsToAna()
        _ = await office.hub.run("run", "--once")
        #expect(try office.mailsToAna() == before)
    }

    @Test("the reference of a case proves nothing: such a mail is put aside")
    func forged() async throws {
        let office = try await PostOffice()
        try office.deliver("reply-forged")
        #expect(await office.read() == ["unknown": 1])
        #expect(office.files(".Unknown/cur").count == 1)
        #expect(await office.tasks().isEmpty)
        let listed = await office.hub.run("mail", "list", "--json").json?["mails"]?.asList ?? []
        #expect(listed.compactMap { $0["sort"]?.asString } == ["unknown"])
    }

    @Test("an answer of a program that names no mail is known by its signed address, and a forged one is not")
    func tags() async throws {
        let office = try await PostOffice(settings: "  plus_addresses: yes\n")
        try office.deliver("reply-tag", "bounce")
        let folder = office.hub.folder + "/inbox/new/"
        let name = try #require(office.files("new").sorted().first)
        let text = try String(contentsOfFile: folder + name, encoding: .utf8)
        #expect(text.contains("hub+"))
        #expect(await office.read() == ["answers": 1, "returned": 1])
        #expect(await office.tasks().contains { $0.contains("without a report") })
        let forged = text.replacing("@hub.example", with: "0@hub.example")
            .replacing("@reader.example", with: "@forger.example")
        try forged.write(toFile: folder + "9.forged", atomically: true, encoding: .utf8)
        #expect(await office.read() == ["unknown": 1])
    }

    @Test("hostile mails do no harm, and the honest one among them is read")
    func hostile() async throws {
        let office = try await PostOffice()
        try office.deliver("huge", "nested", "header", "garbage", "latin", "html", "reply")
        let found = await office.read()
        #expect(found == ["unknown": 4, "answers": 3], "\(found)")
        #expect(office.files(".Unknown/cur").count == 4)
        #expect(office.files("new").isEmpty)
        let listed = await office.hub.run("mail", "list", "--json").json?["mails"]?.asList ?? []
        #expect(
            listed.contains { $0["text"]?.asString?.contains("rich") ?? false }, "bytes that are no UTF-8 are replaced")
    }

    @Test("a maildir that is not there is told, and stops nothing else")
    func missing() async throws {
        let office = try await PostOffice()
        let answer = await office.hub.run("mail", "read")
        #expect(answer.code == 1)
        #expect(answer.output.contains("cannot be read"))
        #expect(await office.hub.run("run", "--once").code == 0)
    }
}
