import ActionKit
import Calendars
import CaseStore
import Expressions
import Synchronization

/// Decides of each mail whether it leaves now: not to a suppressed address, not in quiet hours, not beyond the daily cap,
/// not faster than its domain takes it.
final class MailGate: Sendable {
    enum Passage: Hashable {
        case goes
        /// Not before this instant; a sentence without personal data says why.
        case waits(until: Instant, why: String)
        /// As `waits`, and the staff are told: this person has had as many as one gets in a day.
        case waitsCapped(until: Instant, cap: Int)
        case refused(code: String, message: String)
    }

    /// The action that sends mail.
    static let action = "email.send"

    let terms: NotificationTerms
    let suppressions: SuppressionList
    private let days: DailyCount
    private let pace: Mutex<DomainPace>
    private let store: any CaseStore
    /// nil until it is read.
    private let streak = Mutex<RefusalStreak?>(nil)
    private let writing = Turns()

    init(terms: NotificationTerms, suppressions: SuppressionList, store: any CaseStore) {
        self.terms = terms
        self.suppressions = suppressions
        self.store = store
        days = DailyCount(store: store)
        pace = Mutex(DomainPace(rate: terms.domainRate))
    }

    func passage(_ mail: MailOnItsWay, at now: Instant) async throws -> Passage {
        if let found = try await suppressions.entry(mail.address) {
            return .refused(
                code: "suppressed",
                message: "the address takes no mail (\(found.source.rawValue): \(found.reason))"
            )
        }
        try await readStreak()
        if let until = streak.withLock({ $0?.wait(at: now) }) {
            return .waits(
                until: until,
                why: "waits because the mail server refused \(RefusalStreak.limit) mails one after the other")
        }
        let morning = mail.isUrgent ? nil : terms.quietHours?.end(at: now, in: mail.zone)
        if let end = morning, !mustLeave(mail, before: end, at: now) {
            return .waits(until: end, why: "waits for the end of the quiet hours")
        }
        if let until = pace.withLock({ $0.wait(for: mail.key, to: mail.domain, at: now) }) {
            return .waits(until: until, why: "waits because its domain is served slowly")
        }
        guard let cap = terms.dailyCap else { return .goes }
        let day = mail.zone.date(of: now)
        switch try await days.take(mail.address, on: day, cap: mail.isUrgent ? .max : cap) {
        case .taken: return .goes
        case .full(let isNews):
            let tomorrow = mail.zone.startOfDay(day.adding(days: 1))
            return isNews
                ? .waitsCapped(until: tomorrow, cap: cap)
                : .waits(until: tomorrow, why: "waits for tomorrow: the reader has had \(cap) mails today")
        }
    }

    /// What would come too late to be of use is not held back.
    private func mustLeave(_ mail: MailOnItsWay, before end: Instant, at now: Instant) -> Bool {
        guard terms.sendsBeforeDue, let deadline = mail.deadline else { return false }
        return now < deadline && deadline <= end
    }

    /// Learns from what became of a mail: an address that does not exist gets none further, a domain that says "too
    /// fast" is served more slowly; a server that refuses everything gets nothing for a while.
    ///
    /// - Returns: the outcome, as it counts for the mail.
    func learn(
        _ outcome: ActionOutcome, of mail: MailOnItsWay, at now: Instant
    ) async throws -> ActionOutcome {
        let outcome = try await count(outcome, at: now)
        switch outcome {
        case .done: pace.withLock { $0.ease(mail.domain) }
        case .failed(let failure):
            if case .domain(let domain) = failure.scope { pace.withLock { $0.slow(domain, at: now) } }
            if failure.suppressesAddress {
                try await suppressions.add(
                    Suppression(address: mail.address, source: .refused, reason: failure.code, since: now))
            }
            if terms.dailyCap != nil { try await days.giveBack(mail.address, on: mail.zone.date(of: now)) }
        case .unknown, .waiting, .asks: break
        }
        return outcome
    }

    // MARK: Refusals one after the other

    private func readStreak() async throws {
        guard streak.withLock({ $0 == nil }) else { return }
        let document = RefusalStreak.document
        let kept = try await store.document(kind: document.kind, id: document.id).flatMap { RefusalStreak($0) }
        streak.withLock { $0 = $0 ?? kept ?? RefusalStreak() }
    }

    /// Counts a refusal or what ends their row, and keeps the count where a restart finds it.
    ///
    /// - Returns: the outcome; a refusal of the whole batch becomes one for now.
    private func count(_ outcome: ActionOutcome, at now: Instant) async throws -> ActionOutcome {
        try await readStreak()
        let (isOfAll, hasChanged) = streak.withLock { streak in
            let former = streak
            let isOfAll = streak?.learn(outcome, at: now) ?? false
            return (isOfAll, streak != former)
        }
        if hasChanged {
            // One at a time, and what holds then: an older count never overtakes a newer one.
            try await writing.take("") {
                let document = RefusalStreak.document
                let bytes = streak.withLock { $0?.bytes }
                try await store.setDocument(kind: document.kind, id: document.id, body: bytes)
            }
        }
        guard isOfAll, case .failed(let failure) = outcome else { return outcome }
        return .failed(
            .init(
                code: failure.code, message: failure.message, retry: .after(seconds: Int(RefusalStreak.pauseSeconds))))
    }
}
