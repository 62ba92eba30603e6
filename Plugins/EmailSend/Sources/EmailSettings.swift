import ActionKit
import Expressions

/// The plugin's settings, read and checked.
struct EmailSettings: Sendable {
    enum Way: Sendable {
        case folder(String)
        case server(SMTPServer)
    }

    let way: Way
    let sender: MailSender
    let attachmentFolder: String
    let timeoutSeconds: Int
    /// The maildir into which answers and bounces are delivered, or nil.
    let inbox: String?

    static let names = [
        "attachments", "domain", "folder", "from", "from_name", "inbox", "list_unsubscribe",
        "plus_addresses", "reply_to", "return_path", "smtp.ca_file", "smtp.connections", "smtp.host", "smtp.port",
        "smtp.timeout", "smtp.tls", "smtp.user",
    ]

    /// - Throws: a sentence for each thing that is wrong, all at once.
    init(_ configuration: Configuration) throws(ConfigurationMistakes) {
        var reading = EmailSettingsReading(configuration)
        reading.checkNames(Self.names)
        let isServer = configuration.values.keys.contains { $0.hasPrefix("smtp.") }
        if isServer && configuration.values["folder"] != nil {
            reading.wrong("\"folder\" and \"smtp.…\" are two ways; keep one: a folder, or a mail server")
        }
        let server = isServer ? reading.server() : nil
        let sender = reading.sender(isServer: isServer)
        let folder = reading.path("folder", default: "mail")
        attachmentFolder = reading.path("attachments", default: "documents")
        inbox = configuration.values["inbox"] == nil ? nil : reading.path("inbox", default: "")
        timeoutSeconds = reading.integer("smtp.timeout", default: 60, in: EmailLimits.timeoutSeconds)
        guard reading.mistakes.isEmpty, let sender, !isServer || server != nil else {
            throw ConfigurationMistakes(reading.mistakes)
        }
        self.sender = sender
        way = server.map { .server($0) } ?? .folder(folder)
    }
}

/// Reads settings and gathers what is wrong with them.
struct EmailSettingsReading {
    let configuration: Configuration
    private(set) var mistakes: [String] = []

    init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    mutating func wrong(_ sentence: String) {
        mistakes.append(sentence)
    }

    mutating func checkNames(_ names: [String]) {
        for name in configuration.values.keys.sorted() where !names.contains(name) {
            wrong("there is no setting \"\(name)\"; the settings are \(names.joined(separator: ", "))")
        }
    }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>) -> Int {
        if let number = configuration.integer(name, default: fallback, in: range) { return number }
        wrong("\"\(name)\" must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        return fallback
    }

    mutating func flag(_ name: String) -> Bool {
        if let flag = configuration.flag(name, default: false) { return flag }
        wrong("\"\(name)\" is yes or no")
        return false
    }

    /// The path of a folder or a file; a relative one lies in the plugin's own folder.
    mutating func path(_ name: String, default fallback: String) -> String {
        let text = line(name) ?? fallback
        let whole = text.hasPrefix("/") ? text : configuration.folder + "/" + text
        guard whole.utf8.count > 1, whole.hasSuffix("/") else { return whole }
        return String(whole.dropLast())
    }

    /// A text of one line, or nil if it is not set.
    mutating func line(_ name: String) -> String? {
        guard let value = configuration.values[name] else { return nil }
        let mistakes = Schema.text(.line, maximumBytes: EmailLimits.attachmentPathBytes).check(value, path: name)
        guard mistakes.isEmpty, let text = value.asString, !text.isEmpty else {
            wrong(mistakes.first ?? "\"\(name)\" is empty; write something, or leave the setting out")
            return nil
        }
        return text
    }

    /// An address, or nil if it is not set or is none.
    mutating func address(_ name: String) -> MailAddress? {
        guard let text = line(name) else { return nil }
        do {
            let address = try MailAddress(text)
            guard !address.needsUTF8 else {
                wrong("\"\(name)\" has letters outside ASCII before the @, which many servers refuse; use another")
                return nil
            }
            return address
        } catch {
            wrong("\"\(name)\" \(error.reason); write an address such as exchange@example.org")
            return nil
        }
    }

    mutating func sender(isServer: Bool) -> MailSender? {
        let from = configuration.values["from"] == nil ? standIn(isServer: isServer) : address("from")
        let returnPath = address("return_path")
        let replyTo = address("reply_to")
        let name = line("from_name") ?? ""
        let unsubscribe = line("list_unsubscribe") ?? ""
        if !unsubscribe.isEmpty && !isUnsubscribe(unsubscribe) {
            wrong("\"list_unsubscribe\" must be an address such as mailto:stop@example.org or https://example.org/stop")
        }
        let hasTags = flag("plus_addresses")
        let domain = line("domain").map { MailAddress.asciiDomain($0) } ?? from?.domain
        if domain == nil && configuration.values["domain"] != nil {
            wrong("\"domain\" must be a domain name such as example.org")
        }
        guard let from, let domain else { return nil }
        return MailSender(
            from: from, fromName: name, replyTo: replyTo, returnPath: returnPath ?? from, domain: domain,
            unsubscribe: unsubscribe, hasTags: hasTags)
    }

    /// A folder needs no address of its own: what lies there is not sent. RFC 2606 keeps `.invalid` free for this.
    private mutating func standIn(isServer: Bool) -> MailAddress? {
        guard !isServer else {
            wrong("\"from\" is missing; write the address that mails come from, such as exchange@example.org")
            return nil
        }
        return try? MailAddress("sojourn@sojourn.invalid")
    }

    private func isUnsubscribe(_ text: String) -> Bool {
        EmailSettings.isWebAddress(text)
            || (EmailSettings.isPrintable(text) && text.hasPrefix("mailto:") && text.utf8.contains(0x40))
    }
}

extension EmailSettings {
    /// An address with https: that can stand in a header.
    static func isWebAddress(_ text: String) -> Bool { isPrintable(text) && text.hasPrefix("https://") }

    /// Signs that can stand between `<` and `>` in a header.
    fileprivate static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E && $0 != 0x2C }
    }
}
