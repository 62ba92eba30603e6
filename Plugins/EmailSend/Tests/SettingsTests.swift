import ActionKit
import EmailSend
import Expressions
import Testing

/// Settings that are wrong are told all at once.
@Suite("Settings of mail")
struct SettingsTests {
    private func mistakes(_ values: [String: Value], password: String? = nil) throws -> [String] {
        let scratch = try Scratch()
        do {
            _ = try scratch.plugin(values, password: password)
            return []
        } catch let mistakes as ConfigurationMistakes {
            return mistakes.messages
        }
    }

    @Test("no settings are enough to try it")
    func none() throws {
        #expect(try mistakes([:]) == [])
        #expect(EmailPlugin.name == "email")
    }

    @Test("a whole set of settings is taken")
    func whole() throws {
        let values: [String: Value] = [
            "smtp.host": .string("mail.example.org"), "smtp.port": .int(465), "smtp.tls": .string("required"),
            "smtp.user": .string("sojourn"), "smtp.connections": .int(4), "smtp.timeout": .int(30),
            "from": .string("exchange@example.org"), "from_name": .string("Exchange, \"office\""),
            "reply_to": .string("office@example.org"), "return_path": .string("bounces@example.org"),
            "domain": .string("büro.example"), "list_unsubscribe": .string("https://example.org/stop?x=1"),
        ]
        #expect(try mistakes(values, password: "secret") == [])
        let plugin = try Scratch().plugin(values, password: "secret")
        #expect(plugin.actions[0].description.idempotency == .none)
        #expect(plugin.actions[0].description.tellsHandOver)
        #expect(plugin.actions[0].description.timeoutSeconds == 30)
    }

    @Test("everything that is wrong is told in sentences, at once")
    func all() throws {
        let told = try mistakes([
            "smpt.host": .string("x"), "folder": .string("mail"), "smtp.host": .string("mail.example.org/x"),
            "smtp.tls": .string("yes"), "smtp.port": .int(0), "smtp.user": .string("u"), "from": .string("nobody"),
            "reply_to": .string("a\r\nb@c.org"), "domain": .string("x"), "smtp.timeout": .string("long"),
            "smtp.ca_file": .string("none.pem"),
            "list_unsubscribe": .string("stop@example.org"), "from_name": .string(""),
        ])
        let wanted = [
            "there is no setting \"smpt.host\"", "\"folder\" and \"smtp.…\" are two ways", "\"smtp.host\" must be",
            "\"smtp.tls\" must be one of required, starttls, none",
            "\"smtp.port\" must be a whole number from 1 to 65535",
            "the secret \"smtp.password\" is missing", "\"from\" must have one @", "\"reply_to\" must be one line",
            "\"domain\" must be a domain name", "\"smtp.timeout\" must be a whole number from 5 to 300",
            "\"smtp.ca_file\" cannot be read: No such file", "\"list_unsubscribe\" must be an address",
            "\"from_name\" is empty",
        ]
        for sentence in wanted { #expect(told.contains { $0.hasPrefix(sentence) }, "\(sentence) in \(told)") }
        #expect(told.count == wanted.count, "\(told)")
    }

    @Test("a server needs a sender, and a password is not shown to the way")
    func server() throws {
        #expect(try mistakes(["smtp.port": .int(25)]).count == 2)
        let open: [String: Value] = [
            "smtp.host": .string("mail.example.org"), "smtp.tls": .string("none"), "smtp.user": .string("u"),
            "from": .string("a@example.org"),
        ]
        let told = try mistakes(open, password: "hush")
        #expect(told.count == 1)
        #expect(told.first?.hasPrefix("\"smtp.tls\" is none") == true)
        #expect(told.allSatisfy { !$0.contains("hush") })
    }
}
