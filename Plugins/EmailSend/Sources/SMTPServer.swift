import ActionKit
import Expressions
import Glibc

/// A mail server, and how to reach it.
struct SMTPServer: Sendable {
    enum TLS: String, Sendable, CaseIterable {
        /// TLS from the first byte.
        case required
        /// TLS after STARTTLS, and no mail without it.
        case starttls
        /// No TLS: for a server on the same machine.
        case none

        var port: Int {
            switch self {
            case .required: 465
            case .starttls: 587
            case .none: 25
            }
        }
    }

    let host: String
    let port: Int
    let tls: TLS
    /// Empty: no authentication.
    let user: String
    let password: String
    /// A PEM file with the authorities to trust instead of the machine's, or nil.
    let authorities: String?
    let connections: Int
}

extension EmailSettingsReading {
    /// The settings below `smtp`; nil if some are wrong.
    mutating func server() -> SMTPServer? {
        let host = line("smtp.host")
        if configuration.values["smtp.host"] == nil {
            wrong("\"smtp.host\" is missing; write the name of the mail server, such as mail.example.org")
        } else if let host, !isHost(host) {
            wrong("\"smtp.host\" must be a server's name such as mail.example.org")
        }
        let words = SMTPServer.TLS.allCases.map(\.rawValue)
        let tls = line("smtp.tls").map { SMTPServer.TLS(rawValue: $0) } ?? .starttls
        if tls == nil { wrong("\"smtp.tls\" must be one of \(words.joined(separator: ", "))") }
        let port = integer("smtp.port", default: (tls ?? .starttls).port, in: 1...65_535)
        let connections = integer("smtp.connections", default: 4, in: EmailLimits.connections)
        let user = line("smtp.user") ?? ""
        let password = user.isEmpty ? nil : configuration.secret("smtp.password")
        if !user.isEmpty && (password ?? "").isEmpty {
            wrong("the secret \"smtp.password\" is missing; set it, or leave \"smtp.user\" out")
        }
        if let host, tls == SMTPServer.TLS.none, !user.isEmpty, !Self.sameMachine.contains(host) {
            wrong("\"smtp.tls\" is none, which shows the password to all on the way; write required or starttls")
        }
        let authorities = configuration.values["smtp.ca_file"] == nil ? nil : path("smtp.ca_file", default: "")
        if let authorities, access(authorities, R_OK) != 0 {
            wrong("\"smtp.ca_file\" cannot be read: \(systemText(errno))")
        }
        guard let host, let tls else { return nil }
        return SMTPServer(
            host: host, port: port, tls: tls, user: user, password: password ?? "", authorities: authorities,
            connections: connections)
    }

    private static let sameMachine: Set = ["localhost", "127.0.0.1", "::1"]

    /// A name or an address of IPv4 or IPv6, without anything that a URL would read as its own.
    private func isHost(_ text: String) -> Bool {
        let isName = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
            default: false
            }
        }
        let isIPv6 = text.utf8.contains(0x3A) && text.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
        return isName || isIPv6
    }
}
