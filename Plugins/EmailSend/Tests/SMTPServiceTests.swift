import ActionKit
import EmailSend
import Expressions
import Foundation
import Testing

/// What concerns the server itself is the service's failure: tried again, and never the person's.
@Suite("Mail servers that do not serve")
struct SMTPServiceTests {
    /// A mail fails with this code, for the service's sake, and none arrives.
    private func expect(
        _ code: String, of server: MailServer, _ changes: [String: Value?] = [:], password: String? = nil,
        seconds: Int64 = 30
    ) async throws {
        let outcome = try await server.plugin(changes, password: password).send(call("k1", input(), seconds: seconds))
        let failure = try #require(outcome.failure, "\(outcome)")
        #expect(failure.code == code, "\(failure)")
        #expect(failure.retry == .usual)
        #expect(failure.scope == .service)
        #expect(!failure.suppressesAddress)
        #expect(try server.log().isEmpty)
    }

    @Test("a wrong password and a password that cannot be checked now")
    func passwords() async throws {
        for (options, code) in [([String](), "smtp.535"), (["--auth-reply", "454 4.7.0 later"], "smtp.454")] {
            let server = try MailServer(tls: "starttls", options: ["--user", "u", "--password", "right"] + options)
            try await expect(code, of: server, ["smtp.user": .string("u")], password: "wrong")
        }
    }

    @Test("a server that wants a password and is given none")
    func noPassword() async throws {
        let server = try MailServer(tls: "starttls", options: ["--user", "u", "--password", "right"])
        try await expect("smtp.530", of: server)
    }

    @Test("a certificate of nobody that is trusted, and one of another name", arguments: ["required", "starttls"])
    func certificates(tls: String) async throws {
        let server = try MailServer(tls: tls)
        try await expect("smtp.certificate", of: server, ["smtp.ca_file": nil])
        try await expect("smtp.certificate", of: server, ["smtp.host": .string("127.0.0.1")])
    }

    @Test("STARTTLS that is hidden: nothing is sent in clear")
    func stripped() async throws {
        try await expect("smtp.tls", of: try MailServer(tls: "starttls", options: ["--hide-starttls"]))
    }

    @Test("a server that greets with a no, one that says nothing, and one that is not there")
    func greetings() async throws {
        try await expect("smtp.554", of: try MailServer(options: ["--greeting", "554 5.3.2 not today"]))
        try await expect("smtp.421", of: try MailServer(options: ["--greeting", "421 4.3.2 later"]))
        try await expect("smtp.timeout", of: try MailServer(options: ["--silent"]), seconds: 3)
        try await expect("smtp.unreachable", of: try MailServer(), ["smtp.port": .int(1)])
    }

    @Test("a sender that the server does not take; a mail that is too large for it is the mail's failure")
    func senders() async throws {
        try await expect("smtp.550", of: try MailServer(options: ["--mail-reply", "550 5.7.1 not you"]))
        let small = try MailServer(options: ["--size", "2000"])
        let large = input(["text": .string(String(repeating: "x", count: 4000))])
        let failure = try await small.plugin().send(call("k1", large)).failure
        #expect(failure?.code == "smtp.552")
        #expect(failure?.retry == .never)
        #expect(failure?.suppressesAddress == false)
        #expect(try small.log().isEmpty)
    }
}
