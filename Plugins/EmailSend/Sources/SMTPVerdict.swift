import ActionKit

/// How a conversation ended that did not end well.
struct SMTPEnding: Hashable, Sendable {
    /// Why the library gave up.
    enum Cause: Hashable, Sendable {
        /// The server said no, or something that is not of the protocol.
        case answer
        /// No connection was made.
        case unreachable
        /// The connection broke.
        case broken
        case timeout
        /// The server's certificate is not one to trust.
        case certificate
        /// TLS was wanted and did not come about.
        case noTLS
        /// The address needs SMTPUTF8, which the server does not have.
        case noUTF8
        /// Anything else, with the library's number.
        case other(Int)
    }

    let cause: Cause
    let stage: SMTPStage
    /// The answer to the stage's command; nil if none came.
    let reply: SMTPReply?
    /// All of the mail was given to the connection.
    let isHandedOver: Bool
}

extension Delivery {
    /// What an ending means for the mail, its address and the service.
    ///
    /// The answer decides, not the library's number. The cases, in the order in which they are asked:
    /// no answer and the mail handed over: nobody knows; no answer: again; 421, and no at the greeting, the password or
    /// the sender: the service; 4xx: again, and slower to this domain if it says so; 5xx at the recipient: never, and
    /// 550, 551 and 553 end the address unless they say that it is about something else; 5xx later: never.
    init(_ ending: SMTPEnding, domain: String) {
        guard let reply = ending.reply, reply.isTemporary || reply.isPermanent else {
            self = Self.unanswered(ending)
            return
        }
        let isService = reply.code == 421 || Self.isService(ending.stage, reply)
        let code = "smtp.\(reply.code)"
        let what = "the mail server answered \(Self.written(reply)) \(ending.stage.words)"
        if isService {
            self = .failed(Failure(code: code, message: what, retry: .usual, scope: .service))
        } else if reply.isTemporary {
            let scope: Failure.Scope = [450, 452, 454].contains(reply.code) ? .domain(domain) : .call
            self = .failed(Failure(code: code, message: what, retry: .usual, scope: scope))
        } else {
            let ends = ending.stage == .recipient && [550, 551, 553].contains(reply.code) && reply.endsAddress
            self = .failed(Failure(code: code, message: what, retry: .never, suppressesAddress: ends))
        }
    }

    /// A no that every mail would get: 552 is about this mail's size, and stands at the sender with SIZE (RFC 1870).
    private static func isService(_ stage: SMTPStage, _ reply: SMTPReply) -> Bool {
        switch stage {
        case .connecting, .greeting, .authenticating: true
        case .sender: reply.isPermanent && reply.code != 552
        case .recipient, .data, .content: [530, 535].contains(reply.code)
        }
    }

    private static func unanswered(_ ending: SMTPEnding) -> Delivery {
        if ending.isHandedOver {
            return .unknown(message: "the connection to the mail server ended after the mail was handed over")
        }
        let (code, message): (String, String) =
            switch ending.cause {
            case .unreachable: ("smtp.unreachable", "the mail server cannot be reached")
            case .broken: ("smtp.broken", "the connection to the mail server broke \(ending.stage.words)")
            case .timeout: ("smtp.timeout", "the mail server took too long \(ending.stage.words)")
            case .certificate: ("smtp.certificate", "the mail server's certificate is not one to trust")
            case .noTLS: ("smtp.tls", "TLS with the mail server did not come about, and nothing is sent without")
            case .noUTF8:
                ("smtp.utf8", "the mail server takes no address with letters outside ASCII before the @")
            case .answer: ("smtp.answer", "the mail server answered what the protocol does not know")
            case .other(let number): ("smtp.library", "libcurl gave up with number \(number) \(ending.stage.words)")
            }
        let isAddress = ending.cause == .noUTF8
        // Once the recipient was named, silence and a broken line may be about them: a server that asks theirs may hang.
        let isOfThisMail = isAddress || ([.timeout, .broken].contains(ending.cause) && ending.stage.isAfterRecipient)
        return .failed(
            Failure(
                code: code, message: message, retry: isAddress ? .never : .usual,
                scope: isOfThisMail ? .call : .service))
    }

    private static func written(_ reply: SMTPReply) -> String {
        guard let detail = reply.detail else { return String(reply.code) }
        return "\(reply.code) (\(reply.code / 100).\(detail.subject).\(detail.detail))"
    }
}

extension SMTPStage {
    /// The recipient has been named.
    var isAfterRecipient: Bool {
        switch self {
        case .connecting, .greeting, .authenticating, .sender: false
        case .recipient, .data, .content: true
        }
    }

    /// Where it was, for a sentence.
    var words: String {
        switch self {
        case .connecting: "when the connection was made"
        case .greeting: "at the greeting"
        case .authenticating: "to the user's name and password"
        case .sender: "to the sender"
        case .recipient: "to the recipient"
        case .data: "when the mail was announced"
        case .content: "to the mail"
        }
    }
}
