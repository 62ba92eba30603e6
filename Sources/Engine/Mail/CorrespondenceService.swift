import ActionKit
import Calendars
import CaseStore
import Digests
import Exchange
import Expressions

/// What one look at the incoming mail found.
package struct CorrespondenceReport: Hashable, Sendable {
    package var answers = 0
    package var returned = 0
    package var automatic = 0
    package var unknown = 0
    /// Mails that were there before under the same Message-ID.
    package var repeated = 0
    /// Why a place could not be read; a sentence each.
    package var failures: [String] = []

    package var total: Int { answers + returned + automatic + unknown + repeated }

    package init() {}

    /// The report in a line.
    package var sentence: String {
        var parts: [String] = []
        for (count, words) in [
            (answers, "answers"), (returned, "came back"), (automatic, "automatic"), (unknown, "of no case, put aside"),
            (repeated, "seen before"),
        ] where count > 0 { parts.append("\(count) \(words)") }
        let mails = total == 1 ? "1 mail" : "\(total) mails"
        return ([parts.isEmpty ? mails : mails + ": " + parts.joined(separator: ", ")] + failures).joined(
            separator: "; ")
    }
}

/// Brings answers and bounces back to their cases, each once; what belongs to none is put aside for the staff.
///
/// A mail belongs to a case only if it names a mail that this hub sent: by the Message-ID in it, which nobody who has not
/// got that mail can guess, or by a signed tag in the address. The reference of a case proves nothing. No mail is ever
/// answered by this service, so that no two machines write to each other for ever.
package final class CorrespondenceService: Sendable {
    /// Mails taken in one look, and the seconds between two.
    package static let batch = 100
    package static let pauseSeconds = 10.0
    /// Mails that a list shows, and among which the beginning of an identifier is looked for.
    package static let listed = 10_000

    private let cases: CaseService
    private let outbox: OutboxService
    private let suppressions: SuppressionList
    private let sources: [any MailSource]

    init(cases: CaseService, outbox: OutboxService, suppressions: SuppressionList, sources: [any MailSource]) {
        self.cases = cases
        self.outbox = outbox
        self.suppressions = suppressions
        self.sources = sources
    }

    /// Whether there is anywhere to look.
    package var hasSources: Bool { !sources.isEmpty }

    private var store: any CaseStore { cases.store }

    /// Reads what waits, once.
    package func read() async throws -> CorrespondenceReport {
        var report = CorrespondenceReport()
        for source in sources {
            do throws(MailSourceFailure) {
                let waiting = try await source.waiting(limit: Self.batch)
                for mail in waiting where !Task.isCancelled {
                    let isKnown: Bool
                    do {
                        isKnown = try await take(mail, &report)
                    } catch {
                        throw MailSourceFailure("a mail could not be kept: \(error)")
                    }
                    try await source.take(mail.name, isKnown: isKnown)
                }
            } catch {
                report.failures.append(error.description)
            }
        }
        return report
    }

    // MARK: One mail

    /// Takes a mail: told to its cases, then kept. Neither does anything the second time, so that a crash between them
    /// costs nothing.
    private func take(_ waiting: WaitingMail, _ report: inout CorrespondenceReport) async throws -> Bool {
        guard case .mail(let mail) = waiting else {
            report.unknown += 1
            return false
        }
        let id = Self.id(of: mail)
        if let known = try await received(id) {
            report.repeated += 1
            return known.sort != .unknown
        }
        let sent = try await self.sent(mail)
        guard !sent.isEmpty else {
            try await keep(mail, id, .unknown, [])
            report.unknown += 1
            return false
        }
        let references = Array(Set(sent.map(\.reference))).sorted()
        switch mail.kind {
        case .written:
            try await tell(.answered(mail: id), sent, id)
            try await keep(mail, id, .answer, references)
            report.answers += 1
        case .automatic:
            try await tell(.automatic, sent, id)
            try await keep(mail, id, .automatic, references)
            report.automatic += 1
        case .complaint:
            for row in sent { try await suppress(Self.address(of: row), .complained, "complaint") }
            try await tell(.returned(code: "complaint", isFinal: true), sent, id)
            try await keep(mail, id, .complaint, references)
            report.returned += 1
        case .returned(let reports):
            try await returned(reports, sent, id)
            try await keep(mail, id, .returned, references)
            report.returned += 1
        }
        return true
    }

    private func returned(_ reports: [IncomingMail.DeliveryReport], _ sent: [EffectRow], _ id: String) async throws {
        guard !reports.isEmpty else {
            return try await tell(.returned(code: "without a report", isFinal: true), sent, id)
        }
        for row in sent {
            let address = Self.address(of: row)
            // A report may name others than our reader, where the mail was passed on: it still did not arrive.
            let own = reports.filter {
                [$0.recipient, $0.originalRecipient].contains { Suppression.name(of: $0) == address }
            }
            guard let worst = Self.worst(own.isEmpty ? reports : own) else { continue }
            let isFinal = worst.action == "failed"
            if isFinal, !own.isEmpty, Self.endsAddress(worst) {
                try await suppress(address, .bounced, worst.status.isEmpty ? worst.action : worst.status)
            }
            let code = worst.status.isEmpty ? worst.action : worst.status
            try await tell(.returned(code: code, isFinal: isFinal), [row], id)
        }
    }

    /// What says most: a failure before a delay; nil if there is only good news.
    private static func worst(_ reports: [IncomingMail.DeliveryReport]) -> IncomingMail.DeliveryReport? {
        reports.first { $0.action == "failed" } ?? reports.first { $0.action == "delayed" }
    }

    /// RFC 3463: 5.1.x is about the address; 5.2.1 a mailbox that is closed; 5.4.4 a domain that nobody serves. A full
    /// mailbox (5.2.2) and a policy (5.7.x) end nothing. 5.0.0, or no status, says nothing: then the server's words decide.
    static func endsAddress(_ report: IncomingMail.DeliveryReport) -> Bool {
        let status = report.status
        if ["", "5.0.0"].contains(status) { return report.saysNobody }
        return (status.hasPrefix("5.1.") && status != "5.1.7" && status != "5.1.8")
            || ["5.2.1", "5.4.4"].contains(status)
    }

    private func suppress(_ address: String, _ source: Suppression.Source, _ reason: String) async throws {
        guard !address.isEmpty else { return }
        try await suppressions.add(
            Suppression(address: address, source: source, reason: reason, since: cases.world.now()))
    }

    private func tell(_ news: MailNews, _ sent: [EffectRow], _ id: String) async throws {
        for row in sent {
            _ = try await cases.submit(
                .mailNews(label: row.label, news: news), to: row.caseID, by: .service, key: "mail.\(id).\(row.key)")
        }
    }

    // MARK: Which mails it is about

    /// The mails of this hub that it names, the nearest only: further back in a conversation stand those before it.
    private func sent(_ mail: IncomingMail) async throws -> [EffectRow] {
        for tag in mail.tags {
            let rows = try await outbox.effects(ofTag: tag)
            if !rows.isEmpty { return rows }
        }
        for id in mail.about {
            let key = String(decoding: id.utf8.prefix { $0 != 0x40 }, as: UTF8.self)
            let rows = try await outbox.effects(ofMail: key)
            if !rows.isEmpty { return rows }
        }
        return []
    }

    private static func address(of row: EffectRow) -> String {
        guard let body = try? Value(json: row.body) else { return "" }
        return Suppression.name(of: MailOnItsWay(row, body).address)
    }

    private static func id(of mail: IncomingMail) -> String {
        // One without a Message-ID is told from others by all that is known of it.
        let name =
            mail.messageID.isEmpty
            ? "\(mail.from)|\(mail.subject)|\(mail.text)|\(mail.about)|\(mail.tags)" : mail.messageID
        return String(SHA256.hash(Array("received|\(name)".utf8)).hex.prefix(32))
    }

    // MARK: What is kept

    private func keep(
        _ mail: IncomingMail, _ id: String, _ sort: ReceivedMail.Sort, _ references: [String]
    ) async throws {
        let kept = ReceivedMail(id: id, sort: sort, at: cases.world.now(), references: references, mail)
        try await store.setDocument(kind: ReceivedMail.kind, id: id, body: kept.value.jsonBytes)
    }

    private func received(_ id: String) async throws -> ReceivedMail? {
        try await store.document(kind: ReceivedMail.kind, id: id).flatMap { ReceivedMail($0) }
    }

    /// A mail by its identifier or the beginning of it; nil if there is none, or more than one.
    package func mail(_ name: String) async throws -> ReceivedMail? {
        if let found = try await received(name) { return found }
        let found = try await mails().filter { $0.id.hasPrefix(name) }
        return found.count == 1 ? found[0] : nil
    }

    /// The mails that came in, at most ``listed``, the newest first.
    package func mails() async throws -> [ReceivedMail] {
        var found: [ReceivedMail] = []
        var last = ""
        while found.count < Self.listed {
            let page = try await store.documents(kind: ReceivedMail.kind, after: last, limit: StoreLimits.page)
            found += page.compactMap { ReceivedMail($0.body) }
            guard page.count == StoreLimits.page, let end = page.last else { break }
            last = end.id
        }
        return found.sorted { ($0.at, $0.id) > ($1.at, $1.id) }
    }

    /// Forgets what a mail said; that it came stays, so that it is not taken twice.
    ///
    /// - Returns: false if there is no such mail.
    package func erase(_ name: String) async throws -> Bool {
        guard let found = try await mail(name) else { return false }
        let bare = ReceivedMail(id: found.id, sort: found.sort, at: found.at, references: found.references, nil)
        try await store.setDocument(kind: ReceivedMail.kind, id: found.id, body: bare.value.jsonBytes)
        return true
    }
}

extension WaitingMail {
    /// How its source calls it.
    var name: String {
        switch self {
        case .mail(let mail): mail.name
        case .unreadable(let name, _): name
        }
    }
}
