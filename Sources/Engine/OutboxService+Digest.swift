import ActionKit
import Calendars
import CaseStore
import Exchange
import Expressions

/// Mails that one person would get in one hour go out as one. Each keeps its own effect, key and journal entry.
extension OutboxService {
    /// One mail that may stand in a digest. Only one of a person's is here at a time, and it takes the others along.
    func gather(_ row: EffectRow, _ mail: MailOnItsWay, seconds: Int, at now: Instant) async throws {
        let name = DigestPage.name(address: mail.address, language: mail.language)
        try await turns.take(name) {
            // Another may have taken it along while it waited for its turn.
            guard try await store.effect(key: row.key)?.state == .claimed else { return }
            var page = try await store.document(kind: DigestPage.kind, id: name).map { DigestPage($0) } ?? DigestPage()
            if let sealed = page.sealed.first(where: { $0.members.contains(row.key) }) {
                return try await send(sealed, of: &page, name, ledBy: row, mail, at: now)
            }
            var open = page.open ?? DigestPage.Open(until: now.adding(seconds: Int64(seconds)), members: [])
            if !open.members.contains(row.key) { open.members.append(row.key) }
            page.open = open
            if open.until > now, open.members.count < DigestPage.members {
                try await keep(page, name)
                return try await putOff(row, until: open.until, why: Self.gathering)
            }
            switch try await gate.passage(mail, at: now) {
            case .goes:
                let sealed = DigestPage.Sealed(members: open.members)
                page.open = nil
                page.sealed = page.sealed.suffix(DigestPage.sealedDigests - 1) + [sealed]
                try await keep(page, name)
                try await send(sealed, of: &page, name, ledBy: row, mail, isPassed: true, at: now)
            case let held:
                // What else comes until then goes with it.
                if case .waits(let until, _) = held { page.open?.until = until }
                if case .waitsCapped(let until, _) = held { page.open?.until = until }
                if case .refused = held { page.open = nil }
                try await keep(page, name)
                try await holdBack(try await take(open.members), held)
            }
        }
    }

    static let gathering = "waits to be sent with what else its reader gets"

    private func keep(_ page: DigestPage, _ name: String) async throws {
        try await store.setDocument(kind: DigestPage.kind, id: name, body: page.isEmpty ? nil : page.bytes)
    }

    /// A member of a digest that is handled now.
    private struct Taken {
        var row: EffectRow
        /// Taken along by another; it was not claimed by itself, which would have counted as a try.
        let isAlong: Bool
    }

    /// Claims the members that still wait; what was taken back meanwhile falls out.
    private func take(_ keys: [String]) async throws -> [Taken] {
        var rows: [Taken] = []
        for key in keys {
            guard var row = try await store.effect(key: key) else { continue }
            switch row.state {
            case .claimed: rows.append(Taken(row: row, isAlong: false))
            case .queued:
                guard try await store.moveEffect(key: key, from: .queued, to: .claimed, at: cases.world.now()) else {
                    continue
                }
                row.state = .claimed
                rows.append(Taken(row: row, isAlong: true))
            case .held, .done, .failed, .unknown, .recalled: continue
            }
        }
        return rows
    }

    /// Without those from which their reader has unsubscribed since they were gathered.
    private func wanted(_ taken: [Taken]) async throws -> [Taken] {
        var rows: [Taken] = []
        for one in taken {
            if let body = try? Value(json: one.row.body), try await takesBack(one.row, onItsWay(one.row, body)) {
                continue
            }
            rows.append(one)
        }
        return rows
    }

    /// Those that had a try counted by being claimed get it back; the staff are told of one of them.
    private func holdBack(_ taken: [Taken], _ passage: MailGate.Passage) async throws {
        for (index, one) in taken.enumerated() {
            try await holdBack(one.row, passage, isClaimed: !one.isAlong, tells: index == 0)
        }
    }

    private func send(
        _ sealed: DigestPage.Sealed, of page: inout DigestPage, _ name: String, ledBy row: EffectRow,
        _ mail: MailOnItsWay, isPassed: Bool = false, at now: Instant
    ) async throws {
        let rows = try await wanted(try await take(sealed.members))
        guard !rows.isEmpty else {
            page.sealed.removeAll { $0 == sealed }
            return try await keep(page, name)
        }
        if !isPassed {
            let held = try await gate.passage(mail, at: now)
            if held != .goes {
                return try await holdBack(rows, held)
            }
        }
        // Written before it leaves, so that an answer finds its way also after a crash.
        try await store.setDocument(
            kind: DigestPage.mailKind, id: sealed.key, body: DigestPage.texts(sealed.members).jsonBytes)
        var outcome = try await deliver(rows.map(\.row), as: sealed, ledBy: row, at: now)
        outcome = try await gate.learn(outcome, of: mail, at: now)
        learn(outcome, of: row.action, at: now)
        for one in rows {
            guard let body = try? Value(json: one.row.body) else { continue }
            var member = one.row
            // Its tries are the digest's.
            member.attempts = row.attempts
            try await settle(member, outcome, body, pause: nil, at: now)
        }
        if let action = action(row.action) { try await endDoubt(of: rows.map(\.row.key), by: action) }
        let isOver: Bool
        switch outcome {
        case .done: isOver = true
        case .failed(let failure): isOver = failure.retry == .never
        case .unknown, .waiting, .asks: isOver = false
        }
        if isOver {
            page.sealed.removeAll { $0 == sealed }
            try await keep(page, name)
        }
    }

    /// One member alone goes as it is; several as one mail under the digest's key.
    private func deliver(
        _ rows: [EffectRow], as sealed: DigestPage.Sealed, ledBy row: EffectRow, at now: Instant
    ) async throws -> ActionOutcome {
        let bodies = rows.compactMap { try? Value(json: $0.body) }
        guard let action = action(row.action), let first = bodies.first else { return .done(output: [:]) }
        var mails: [MailOnItsWay] = []
        for (row, body) in zip(rows, bodies) { mails.append(try await onItsWay(row, body)) }
        let unsubscribe = try await unsubscribeAddress(of: mails)
        guard sealed.members.count > 1 else {
            return await action.run(
                try await call(rows[0], first, action, pause: nil, unsubscribe: unsubscribe, at: now))
        }
        var leader = row
        leader.key = sealed.key
        let inputs = bodies.compactMap { $0["input"]?.fields }
        var body = first.fields
        body["input"] = .object(DigestMail.input(of: inputs))
        return await action.run(
            try await call(
                leader, .object(body), action, pause: nil, unsubscribe: unsubscribe, members: rows.map(\.key), at: now))
    }
}
