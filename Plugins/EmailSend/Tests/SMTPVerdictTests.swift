import ActionKit
import Testing

@testable import EmailSend

/// What each ending of a conversation means, for all of them.
@Suite("What an ending means")
struct SMTPVerdictTests {
    private static let details: [SMTPReply.Detail?] = [
        nil, SMTPReply.Detail(subject: 1, detail: 1), SMTPReply.Detail(subject: 7, detail: 1),
    ]
    private static let causes: [SMTPEnding.Cause] = [
        .answer, .unreachable, .broken, .timeout, .certificate, .noTLS, .noUTF8, .other(1),
    ]

    /// Every stage with every code from 200 to 599 and no code, of every kind, before and after the hand-over.
    private func each(_ body: (SMTPEnding, Delivery) -> Void) {
        for stage in SMTPStage.allCases {
            for code in [nil] + (200...599).map(Optional.some) {
                for detail in Self.details {
                    for cause in Self.causes {
                        for isHandedOver in stage == .content ? [false, true] : [false] {
                            let ending = SMTPEnding(
                                cause: cause, stage: stage, reply: code.map { SMTPReply(code: $0, detail: detail) },
                                isHandedOver: isHandedOver)
                            body(ending, Delivery(ending, domain: "example.org"))
                        }
                    }
                }
            }
        }
    }

    @Test("no ending is a success, and a doubt is there only after the hand-over without an answer")
    func doubts() {
        each { ending, delivery in
            let isAnswered = (400...599).contains(ending.reply?.code ?? 0)
            switch delivery {
            case .delivered: Issue.record("\(ending)")
            case .unknown: #expect(ending.isHandedOver && !isAnswered)
            case .failed: #expect(!ending.isHandedOver || isAnswered)
            }
        }
    }

    @Test(
        "an address ends only by 550, 551 or 553 at the recipient, and never where they say that it is about something else"
    )
    func addresses() {
        var ended: Set<Int> = []
        each { ending, delivery in
            guard case .failed(let failure) = delivery, failure.suppressesAddress else { return }
            ended.insert(ending.reply?.code ?? 0)
            #expect(ending.stage == .recipient && ending.reply?.endsAddress == true && failure.retry == .never)
            #expect(ending.reply?.detail?.subject != 7)
        }
        #expect(ended == [550, 551, 553])
    }

    @Test("what may pass is tried again, and what a server refuses for good is not")
    func retries() {
        each { ending, delivery in
            guard case .failed(let failure) = delivery else { return }
            if ending.reply?.isTemporary == true { #expect(failure.retry == .usual) }
            if failure.scope != .call { #expect(failure.retry == .usual) }
            if ending.reply?.isPermanent == true, failure.scope == .call { #expect(failure.retry == .never) }
            if case .domain(let domain) = failure.scope {
                #expect(domain == "example.org" && [450, 452, 454].contains(ending.reply?.code))
            }
        }
    }

    @Test(
        "a server's words are about nobody, about a policy, or say nothing",
        arguments: [
            (
                "5.1.1 <ana@example.org>: Recipient address rejected: User unknown in relay recipient table",
                ServerWords.nobody
            ),
            ("Unrouteable address", .nobody), ("sorry, no mailbox here by that name. (#5.1.1)", .nobody),
            ("Unrouteable address Sender verify failed", .policy), ("Relay access denied", .policy),
            ("<ana@example.org>: Sender address rejected: Domain not found", .policy),
            ("Unknown user; your message looks like spam", .policy), ("mailbox unavailable", .nothing), ("", .nothing),
        ])
    func words(text: String, words: ServerWords) {
        #expect(ServerWords(text) == words)
    }

    @Test(
        "an answer's line is read, and what is none is not",
        arguments: [
            ("550 5.1.1 no such person\r\n", 550, "1.1"), ("250 OK", 250, ""), ("450", 450, ""), ("421 ", 421, ""),
            ("550 4.1.1 mismatched", 550, ""), ("550 5.1 short", 550, ""), ("550 5.1.1.1", 550, ""),
            ("550 5.7.509 long", 550, "7.509"), ("550 5.7.1\r\n", 550, "7.1"), ("550-5.1.1 more follows", 0, ""),
            ("", 0, ""), ("55", 0, ""), ("5500 x", 0, ""), ("abc x", 0, ""), ("650 x", 0, ""), ("199 x", 0, ""),
            ("550 5.99999.1", 550, ""),
        ])
    func lines(line: String, code: Int, detail: String) {
        let reply = SMTPReply(line: Array(line.utf8))
        #expect(reply?.code ?? 0 == code)
        #expect(reply?.detail.map { "\($0.subject).\($0.detail)" } ?? "" == detail)
    }
}
