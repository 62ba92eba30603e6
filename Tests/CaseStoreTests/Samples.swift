import Calendars
import CaseStore

/// Rows for tests, short to write: what a test does not name is unimportant to it.

func moment(_ milliseconds: Int64) -> Instant { Instant(milliseconds: milliseconds) }

extension ProgrammeRow {
    /// The programme that sample cases are pinned to.
    static func sample(_ name: String) -> ProgrammeRow {
        ProgrammeRow(hash: "hash-of-\(name)", name: name, version: 1, source: [1], addedAt: moment(1))
    }
}

extension CaseRow {
    static func sample(
        _ id: String, version: Int = 1, programme: String = "study-tour", stage: String = "before",
        state: String = "asked", isStuck: Bool = false, hasEnded: Bool = false, body: [UInt8] = [1, 2, 3]
    ) -> CaseRow {
        CaseRow(
            id: id, reference: "ST-\(id)", programme: "hash-of-\(programme)", programmeName: programme, stage: stage,
            state: state, version: version, isHeld: false, isStuck: isStuck, hasEnded: hasEnded,
            openedAt: moment(1_000),
            changedAt: moment(1_000 + Int64(version)), title: "A study tour", body: body)
    }
}

extension JournalRow {
    static func sample(_ caseID: String, _ number: Int) -> JournalRow {
        JournalRow(
            caseID: caseID, number: number, at: moment(Int64(number)), kind: "answer", actor: "p1",
            body: Array("{\"n\":\(number)}".utf8),
            hash: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 32))
    }
}

extension TaskRow {
    static func sample(
        _ caseID: String, _ number: Int, role: String = "host", holders: String = "p1", due: Int64? = nil
    ) -> TaskRow {
        TaskRow(
            id: "\(caseID).\(number)", caseID: caseID, reference: "ST-\(caseID)", role: role, holders: holders,
            state: "asked", form: "reply", title: "Answer", openedAt: moment(1), dueAt: due.map(moment))
    }
}

extension TimerPlace {
    static func sample(_ key: String, _ instant: Int64) -> TimerPlace {
        TimerPlace(key: key, at: Instant(milliseconds: instant))
    }
}

extension TimerRow {
    static func sample(_ caseID: String, _ key: String, at instant: Int64) -> TimerRow {
        TimerRow(caseID: caseID, key: key, at: moment(instant), kind: "remind", label: "asked 3 days before start")
    }
}

extension EffectRow {
    static func sample(
        _ caseID: String, _ key: String, state: EffectState = .queued, due: Int64 = 10, sequence: String = "",
        index: Int = 0, body: [UInt8] = [7]
    ) -> EffectRow {
        EffectRow(
            key: key, caseID: caseID, reference: "ST-\(caseID)", action: "email.send", label: "briefing to host",
            state: state, dueAt: moment(due), attempts: 0, createdAt: moment(1), sequence: sequence, index: index,
            body: body,
            failure: "")
    }
}

extension EffectFinish {
    static func sample(_ key: String, _ state: EffectState, due: Int64 = 0, failure: String = "") -> EffectFinish {
        EffectFinish(key: key, state: state, dueAt: moment(due), at: moment(50), output: [], failure: failure)
    }
}

extension Reservation {
    static func sample(_ owner: String, _ places: Int, of capacity: Int, offer: String = "lab") -> Reservation {
        Reservation(offer: offer, period: "2027", owner: owner, places: places, capacity: capacity)
    }
}

extension Step {
    /// A step that brings a case to this version, with one journal entry of the same number.
    static func sample(_ id: String, to version: Int = 1, _ change: (inout Step) -> Void = { _ in }) -> Step {
        var step = Step(
            expectedVersion: version - 1, case: .sample(id, version: version), journal: [.sample(id, version)])
        change(&step)
        return step
    }
}
