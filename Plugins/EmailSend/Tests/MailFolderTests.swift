import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// The folder as the way of mails.
@Suite("Mails in a folder")
struct MailFolderTests {
    private func files(_ scratch: Scratch) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/mail").sorted()
    }

    @Test("a mail becomes a file that only its owner can read, and its key is recognised afterwards")
    func once() async throws {
        let scratch = try Scratch()
        let plugin = try scratch.plugin()
        #expect(plugin.actions[0].description.idempotency == .native)
        let first = await plugin.send(call("k1", input()))
        #expect(first.messageID == "k1@sojourn.invalid")
        let second = await plugin.send(call("k1", input(["text": .string("changed")]), attempt: 2))
        #expect(second.messageID == first.messageID)
        #expect(try files(scratch) == ["k1.eml"])
        #expect(try ReadMail.read([scratch.mail("k1")])[0].parts[0].text == "Bonjour,\nà bientôt.\n")
        let rights = try FileManager.default.attributesOfItem(atPath: scratch.mail("k1"))[.posixPermissions]
        #expect(rights as? Int == 0o600)
        await plugin.close()
    }

    @Test("what a try left that was cut off is replaced")
    func cutOff() async throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path + "/mail", withIntermediateDirectories: true)
        let half = scratch.path + "/mail/.k1.tmp"
        try Data(repeating: 0x78, count: 100_000).write(to: URL(fileURLWithPath: half))
        #expect(try await scratch.plugin().send(call("k1", input())).messageID != nil)
        #expect(try files(scratch) == ["k1.eml"])
        #expect(try ReadMail.read([scratch.mail("k1")])[0].defects == [])
    }

    @Test("a dry run writes nothing, and refuses what would be refused")
    func dryRun() async throws {
        let scratch = try Scratch()
        let plugin = try scratch.plugin()
        #expect(await plugin.send(call("k1", input(), isDryRun: true)).messageID == "k1@sojourn.invalid")
        #expect(await plugin.send(call("k1", input(["to": .string("x")]), isDryRun: true)).failure != nil)
        #expect(!FileManager.default.fileExists(atPath: scratch.path + "/mail"))
    }

    @Test("a folder that cannot be is tried again, and concerns all mails")
    func noFolder() async throws {
        let scratch = try Scratch()
        try Data().write(to: URL(fileURLWithPath: scratch.path + "/file"))
        let outcome = try await scratch.plugin(["folder": .string("file/below")]).send(call("k1", input()))
        let failure = try #require(outcome.failure)
        #expect(failure.code == "mail.folder")
        #expect(failure.retry == .usual)
        #expect(failure.scope == .service)
        #expect(failure.message == "the mail folder cannot be made: Not a directory")
    }

    @Test("files are attached from their folder, and from nowhere else")
    func attached() async throws {
        let scratch = try Scratch()
        let documents = scratch.path + "/documents"
        let files = FileManager.default
        try files.createDirectory(atPath: documents + "/ST-1", withIntermediateDirectories: true)
        try Data("a letter".utf8).write(to: URL(fileURLWithPath: documents + "/ST-1/letter.txt"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: scratch.path + "/secret"))
        try files.createSymbolicLink(atPath: documents + "/link", withDestinationPath: scratch.path + "/secret")
        try files.createSymbolicLink(atPath: documents + "/up", withDestinationPath: scratch.path)
        let plugin = try scratch.plugin()
        for (number, path) in ["ST-1/letter.txt", documents + "/ST-1/letter.txt"].enumerated() {
            let outcome = await plugin.send(call("good\(number)", attaching(path)))
            #expect(outcome.messageID != nil)
            let mail = try ReadMail.read([scratch.mail("good\(number)")])[0]
            #expect(mail.parts[1].text == "a letter")
        }
        let wrong = [
            "../secret", "ST-1/../../secret", scratch.path + "/secret", "link", "up/secret", "ST-1", "none", ".", "/",
            "ST-1//letter.txt", documents + "/../secret",
        ]
        for path in wrong {
            let failure = await plugin.send(call("bad", attaching(path))).failure
            #expect(failure?.retry == .never, "\(path)")
        }
        #expect(!files.fileExists(atPath: scratch.mail("bad")))
    }

    private func attaching(_ path: String) -> [String: Value] {
        let file: [String: Value] = [
            "name": .string("letter.txt"), "type": .string("text/plain"), "path": .string(path),
        ]
        return input(["attachments": .list([.object(file)])])
    }
}
