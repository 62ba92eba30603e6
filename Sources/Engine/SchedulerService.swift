package import Calendars
import CaseStore
package import Exchange
import Synchronization

/// What the scheduler did since it was last asked.
package struct SchedulerReport: Hashable, Sendable {
    /// Cases whose timers fired.
    package var cases = 0
    /// What happened, by kind of note.
    package var notes: [Note.Kind: Int] = [:]
    /// The time in which the service did not run.
    package var outage: (from: Instant, to: Instant)?
    /// The clock jumped so far that nothing fires until a person says so.
    package var isParked = false

    package init() {}

    package static func == (left: SchedulerReport, right: SchedulerReport) -> Bool {
        left.cases == right.cases && left.notes == right.notes && left.isParked == right.isParked
            && left.outage?.from == right.outage?.from && left.outage?.to == right.outage?.to
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(cases)
        hasher.combine(isParked)
    }

    /// The report in a line.
    package var sentence: String {
        var parts: [String] = []
        if let outage { parts.append("away from \(outage.from) to \(outage.to)") }
        parts.append("\(cases) cases")
        for kind in [Note.Kind.moved, .reminded, .escalated, .late, .skipped] {
            if let count = notes[kind] { parts.append("\(count) \(kind.rawValue)") }
        }
        if isParked { parts.append("parked: the clock jumped; confirm it with \"sojourn run --accept-clock\"") }
        return parts.joined(separator: ", ")
    }
}

/// Fires what is due: wakes often, compares with the wall clock, survives jumps and absences.
package final class SchedulerService: Sendable {
    /// Seconds between looks at the clock, at most.
    package static let wakeSeconds = 2.0
    /// Cases taken in one look.
    package static let batch = 256
    /// An absence longer than this is an outage that the cases are told of (R16), in milliseconds.
    package static let outageMilliseconds = Limits.toleranceMilliseconds
    /// A jump longer than this is not believed without a person: 40 days.
    package static let jumpMilliseconds: Int64 = 40 * 86_400_000

    private let cases: CaseService
    private let concurrency: Int

    package init(cases: CaseService, concurrency: Int = 16) {
        self.cases = cases
        self.concurrency = concurrency
    }

    private var store: any CaseStore { cases.store }

    /// Looks at the clock once and fires all that is due.
    ///
    /// - Parameters:
    ///   - acceptsJump: believes the clock even after a jump of more than 40 days.
    ///   - isContinuous: time was moved by hand from instant to instant, so that nothing was missed meanwhile.
    package func look(acceptsJump: Bool = false, isContinuous: Bool = false) async throws -> SchedulerReport {
        var report = SchedulerReport()
        let now = cases.world.now()
        let seen = try await store.lastSeen()
        if let seen, now.milliseconds - seen.milliseconds > Self.jumpMilliseconds, !acceptsJump {
            report.isParked = true
            return report
        }
        let wasAway =
            !isContinuous && (seen.map { now.milliseconds - $0.milliseconds > Self.outageMilliseconds } ?? false)
        if wasAway, let seen { report.outage = (seen, now) }
        try await fire(now, outage: report.outage, &report)
        try await store.setLastSeen(now)
        return report
    }

    private func fire(_ now: Instant, outage: (from: Instant, to: Instant)?, _ report: inout SchedulerReport)
        async throws
    {
        var before: [String] = []
        while !Task.isCancelled {
            let due = try await store.casesDue(at: now, limit: Self.batch)
            // A case that stays due after it was served (its clock is ahead of what it can do) waits for the next look.
            let fresh = due.filter { !before.contains($0) }
            guard !fresh.isEmpty else { return }
            before = due
            let command: Command = outage.map { .outage(from: $0.from, to: $0.to) } ?? .tick
            let results = try await serve(fresh, command)
            report.cases += fresh.count
            for note in results { report.notes[note.kind, default: 0] += 1 }
            if due.count < Self.batch { return }
        }
    }

    private func serve(_ ids: [String], _ command: Command) async throws -> [Note] {
        try await withThrowingTaskGroup(of: [Note].self) { group in
            var notes: [Note] = []
            var next = ids.makeIterator()
            func add() {
                guard let id = next.next() else { return }
                group.addTask { try await self.cases.submit(command, to: id, by: .service).notes }
            }
            for _ in 0..<concurrency { add() }
            while let result = try await group.next() {
                notes += result
                add()
            }
            return notes
        }
    }
}
