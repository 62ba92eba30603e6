/// How far a conversation with a mail server has come: the last command that was sent.
enum SMTPStage: Hashable, Sendable, CaseIterable {
    /// The connection is being made, or the server has not yet said who it is.
    case connecting
    /// EHLO, STARTTLS.
    case greeting
    case authenticating
    /// MAIL FROM.
    case sender
    /// RCPT TO.
    case recipient
    /// DATA was asked for.
    case data
    /// The mail itself is on its way, or has been handed over.
    case content
}

/// A server's answer to one command.
struct SMTPReply: Hashable, Sendable {
    /// 200 to 599.
    let code: Int
    /// RFC 3463's second and third number, such as 1 and 1 for an address that does not exist; nil if it said none.
    let detail: Detail?
    /// What its sentence says.
    var words = ServerWords.nothing

    struct Detail: Hashable, Sendable {
        let subject: Int
        let detail: Int
    }

    init(code: Int, detail: Detail? = nil) {
        self.code = code
        self.detail = detail
    }

    /// Reads a line such as `550 5.1.1 no such person`; nil if it is none, or not the last line of an answer.
    init?(line: some Collection<UInt8>) {
        let bytes = Array(line.prefix(24))
        guard bytes.count >= 3, bytes.count == 3 || bytes[3] == 0x20 || bytes[3] == 0x0D || bytes[3] == 0x0A,
            let code = Self.number(bytes[0..<3]), (200...599).contains(code)
        else { return nil }
        self.code = code
        let word = bytes.dropFirst(4).prefix { $0 == 0x2E || (0x30...0x39).contains($0) }
        let numbers = word.split(separator: 0x2E, omittingEmptySubsequences: false).map { Self.number($0) }
        if numbers.count == 3, numbers[0] == code / 100, let subject = numbers[1], let detail = numbers[2] {
            self.detail = Detail(subject: subject, detail: detail)
        } else {
            detail = nil
        }
    }

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard (1...3).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    var isTemporary: Bool { (400...499).contains(code) }
    var isPermanent: Bool { (500...599).contains(code) }

    /// Whether a no at the recipient means that nobody has the address.
    ///
    /// RFC 3463: x.1.x is about the address, but for x.1.7 and x.1.8, which are about the sender's; x.2.1 is a mailbox that is
    /// closed. Everything else that has a number (a full mailbox, a policy, a system) is about something else. Where there
    /// is none, or x.0.0, it is so by the code itself unless the words speak of a policy.
    var endsAddress: Bool {
        switch (detail?.subject ?? 0, detail?.detail ?? 0) {
        case (0, _): words != .policy
        case (1, let detail): ![7, 8].contains(detail)
        case (2, 1): true
        default: false
        }
    }
}
