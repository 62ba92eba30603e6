import Calendars
import ProgrammeLanguage
import Testing

@testable import Exchange

/// The bound of a state that `check --bounds` prints, held against cases that nobody touches (I26).
enum StayProperty {
    typealias Found = TwinProperty.Found
    typealias Spoil = TwinProperty.Spoil

    /// An end comes when its day is over, so that a stay of so many days may last the day of entering too.
    private static let slack: Int64 = 86_400_000

    /// Days at most, by track (empty: the case) and state.
    static func bounds(_ seed: UInt64) -> [String: [String: Int]] {
        let source = Trial.source(RandomProgramme.text(seed: seed), days: `Properties of random programmes`.days)
        var result: [String: [String: Int]] = [:]
        for stay in ProgrammeCompiler.check(source).stays {
            if let days = stay.days { result[stay.track ?? "", default: [:]][stay.state] = days }
        }
        return result
    }

    /// Where a region of an idle case outlasts its bound while no task lies with the staff for it; nil: nowhere.
    ///
    /// What is said of a state that was entered before the case was left alone holds only where nobody held the case.
    static func outlasted(
        _ found: Found, _ bounds: [String: [String: Int]], commands: Int, _ spoil: Spoil? = nil
    ) -> (regions: Int, fault: String?)? {
        guard let walk = `Twin runs of random programmes`.walk(found, commands: commands, salt: 26), walk.c.hold == nil
        else { return nil }
        let wasHeld = walk.journal.contains { $0.command.kind != "tick" && $0.command.kind != "answer" }
        var (c, judged) = (walk.c, Set<Int>())
        let end = c.lastAt.adding(seconds: 3 * 366 * 86_400)
        for _ in 0..<3_000 {
            guard c.end == nil, let next = c.timers.first?.at, next <= end else { break }
            let now = max(next, c.lastAt)
            for (id, region, track) in regions(c) where !wasHeld || region.enteredAt >= walk.c.lastAt {
                guard let days = bounds[track]?[region.state] else { continue }
                judged.insert(region.entry)
                let last = region.enteredAt.milliseconds + Int64(days) * 86_400_000 + slack
                let isAttended = c.tasks.contains { !$0.isDeclared && ($0.region == id || $0.region == .case) }
                if now.milliseconds > last, !isAttended {
                    return (
                        judged.count,
                        "\(track) \(region.state), entered \(region.enteredAt), at most \(days) days, still at \(now)"
                    )
                }
            }
            var step = found.machine.apply(.tick, by: .service, at: now, to: c)
            spoil?(.tick, c, &step)
            c = step.case
        }
        return (judged.count, nil)
    }

    private static func regions(_ c: Case) -> [(id: RegionID, region: Region, track: String)] {
        [(.case, c.region, "")]
            + c.members.filter { !$0.hasEnded }.map { (.member($0.number), $0.region, $0.track) }
    }
}

@Suite struct `How long a state lasts` {
    @Test func `I26: an idle case leaves each state within its bound, or the staff have it`() {
        var regions = 0
        for found in `Properties of random programmes`.machines.prefix(100) {
            let bounds = StayProperty.bounds(found.seed)
            for commands in [0, 4] {
                guard let result = StayProperty.outlasted(found, bounds, commands: commands) else { continue }
                #expect(result.fault == nil, "programme \(found.seed), \(commands) commands")
                regions += result.regions
            }
        }
        #expect(regions > 150)
    }

    @Test func `I26: a machine whose ends do not come is noticed`() {
        let isNoticed = `Properties of random programmes`.machines.contains { found in
            StayProperty.outlasted(found, StayProperty.bounds(found.seed), commands: 0) { _, before, after in
                // The broken variant: an end that fires leaves the case where it was.
                if after.case.region.entry != before.region.entry {
                    after.case.region.state = before.region.state
                    after.case.region.enteredAt = before.region.enteredAt
                }
            }?.fault != nil
        }
        #expect(isNoticed)
    }
}
