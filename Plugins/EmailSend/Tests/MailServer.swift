import ActionKit
import EmailSend
import Expressions
import Foundation

/// A mail server that others wrote (aiosmtpd), in a process of its own, until the object ends.
final class MailServer {
    /// What it noted of a mail that it took.
    struct Entry: Decodable {
        let connection: Int
        let greeting: String
        let from: String
        let to: [String]
        let options: [String]
        let user: String
        let isEncrypted: Bool
    }

    struct NotStarted: Error {}

    private struct Announcement: Decodable {
        let port: Int
    }

    let scratch: Scratch
    let port: Int
    private let tls: String
    private let process = Process()
    private let input = Pipe()

    init(tls: String = "none", options: [String] = []) throws {
        scratch = try Scratch()
        self.tls = tls
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: try Counterparts.python.get())
        process.arguments =
            [Counterparts.folder.appendingPathComponent("smtp_server.py").path, scratch.path, "--tls", tls] + options
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(0x0A) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw NotStarted() }
            line += piece
        }
        port = try JSONDecoder().decode(Announcement.self, from: line).port
    }

    /// Ends it, and every connection to it.
    func stop() {
        try? input.fileHandleForWriting.close()
    }

    deinit {
        stop()
        process.waitUntilExit()
    }

    /// A plugin that sends to this server over one connection.
    func plugin(_ changes: [String: Value?] = [:], password: String? = nil) throws -> EmailPlugin {
        var values: [String: Value] = [
            "smtp.host": .string("localhost"), "smtp.port": .int(Int64(port)), "smtp.tls": .string(tls),
            "smtp.connections": .int(1), "from": .string("exchange@example.net"),
        ]
        if tls != "none" { values["smtp.ca_file"] = .string(scratch.path + "/cert.pem") }
        for (name, value) in changes { values[name] = value }
        return try scratch.plugin(values, password: password)
    }

    /// What it took, in order.
    func log() throws -> [Entry] {
        guard let text = FileManager.default.contents(atPath: scratch.path + "/log") else { return [] }
        return try text.split(separator: 0x0A).map { try JSONDecoder().decode(Entry.self, from: Data($0)) }
    }

    /// The mails that it took, as Python's email package reads them.
    func mails() throws -> [ReadMail] {
        let numbers = try log().indices
        return numbers.isEmpty ? [] : try ReadMail.read(numbers.map { scratch.path + "/\($0 + 1).eml" })
    }
}
