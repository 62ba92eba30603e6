import Calendars
import Engine
import Expressions
import ProgrammeLanguage
import Testing

@testable import Exchange

/// Properties of rules and of whole runs, as functions that say whether they hold, so that a machine broken on purpose can be
/// put to them too. nil: the draw does not come to the point.
enum RuleProperty {
    typealias Found = TwinProperty.Found
    typealias Spoil = TwinProperty.Spoil
    private typealias Twins = `Twin runs of random programmes`

    private static func tick(_ machine: CaseMachine, _ c: Case, at now: Instant, _ spoil: Spoil?) -> Case {
        TwinProperty.apply(machine, c, .tick, at: now, spoil)
    }

    // MARK: I10

    /// Ticks that come late within the tolerance give what punctual ticks give.
    static func ignoresLag(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = Twins.walk(found, commands: 8, salt: 10) else { return nil }
        var draw = walk.draw
        let end = walk.c.lastAt.adding(seconds: Int64(draw.among(5...80)) * 86_400)
        func run(_ c: Case, lag: () -> Int64) -> Case {
            var (c, now) = (c, c.lastAt)
            for _ in 0..<500 {
                guard let next = c.timers.first?.at, next <= end else { break }
                now = min(max(next.adding(seconds: lag()), now), end)
                c = tick(found.machine, c, at: now, spoil)
            }
            return tick(found.machine, c, at: end, spoil)
        }
        let early = tick(found.machine, walk.c, at: walk.c.lastAt, spoil)
        return Twins.plain(run(early) { 0 }) == Twins.plain(run(early) { Int64(draw.below(14 * 60)) })
    }

    // MARK: I22

    /// Conditions that fail on some answers, and when.
    private static let failing: [(text: String, fails: @Sendable (_ parts: Int?, _ rate: Int?) -> Bool)] = [
        ("plan.rate > 1.0", { _, rate in rate == nil }),
        ("10 / int(plan.parts) > 2", { parts, _ in parts == nil || parts == 0 }),
        ("['tea', 'milk'][int(plan.parts)] == 'tea'", { parts, _ in parts.map { $0 > 1 } ?? true }),
    ]

    private static let guarded: [CaseMachine] = failing.compactMap { condition in
        try? Trial.machine(
            """
            forms:
              plan: {parts: {type: number, question: How many?}, rate: {type: number, question: Rate?}}
            stages:
              request:
                draft:
                  task: {who: requester, form: plan}
                  clock: {60 days: expired}
                  next: {submit: [{if: "\(condition.text)", to: asked}, {to: refused}]}
                asked:
                  task: {who: desk, due: 5 working days}
                  clock: {due: {escalate: head}}
                  next: {done: closed}
            ends: {closed: fulfilled, expired: expired, refused: refused}
            """)
    }

    /// Where a condition fails no way is taken and the answer is kept; where it does not, the case moves.
    static func keepsWhatCannotBeDecided(_ seed: UInt64, _ spoil: Spoil?) -> Bool? {
        var draw = Draw(seed: seed &* 22_222_223)
        let number = draw.below(failing.count)
        let parts = draw.happens(70) ? draw.below(4) : nil
        let rate = draw.happens(60) ? draw.below(4) : nil
        guard guarded.count == failing.count else { return false }
        var values: [String: Value] = [:]
        if let parts { values["parts"] = .int(Int64(parts)) }
        if let rate { values["rate"] = .int(Int64(rate)) }
        let drive = Drive(guarded[number])
        let command = Command.answer(task: 1, outcome: "submit", values: values, reason: nil)
        let c = TwinProperty.apply(
            guarded[number], drive.c, command, at: drive.now, by: Actor(id: "ann", role: "requester"), spoil)
        let isKept =
            c.answers["plan"]?.newest?.values.mapValues(\.asDouble) == values.mapValues { $0.asDouble }
        guard failing[number].fails(parts, rate) else { return c.region.state != "draft" && isKept }
        return c.region.state == "draft" && c.region.entry == drive.c.region.entry && !c.stuck.isEmpty && isKept
    }

    // MARK: I23

    /// Votes decide as the rule says, and nobody is never agreement.
    static func countsVoices(_ seed: UInt64, _ spoil: Spoil?) -> Bool? {
        var draw = Draw(seed: seed &* 23_333_333)
        let (need, panel) = draw.one(of: [("2", 3), ("all", 3), ("3", 5), ("all", 0), ("2", 2)])
        guard let machine = try? Trial.machine(`People and agreement`.asking("{who: panel, need: \(need)}")) else {
            return false
        }
        var people = Trial.cast
        let ids = ["gus", "hal", "ida", "jon", "kay"].prefix(panel)
        people["panel"] = ids.map { Trial.party($0) }
        var drive = Drive(machine, people: people)
        func spoilt(_ before: Case) {
            guard let spoil else { return }
            spoil(.tick, before, &drive.last)
            drive.c = drive.last.case
        }
        var before = drive.c
        drive.answer("submit", ["what": "tea"])
        spoilt(before)
        guard drive.state == "asked" else { return false }
        let needed = need == "all" ? max(panel, 1) : Int(need) ?? 0
        var votes: [String] = []
        for id in ids.shuffled(using: &draw.chance) where drive.c.end == nil {
            votes.append(draw.happens(55) ? "yes" : "no")
            before = drive.c
            drive.answer(votes.last, by: id, as: "panel")
            spoilt(before)
            let consenting = votes.count { $0 == "yes" }
            let isLost = consenting + panel - votes.count < needed && votes.contains("no")
            guard (drive.state == "closed") == (consenting >= needed), (drive.state == "refused") == isLost else {
                return false
            }
        }
        return true
    }

    // MARK: I27

    /// A case that nobody touches ends, or settles into a few reminders of the staff.
    static func comesToRest(_ found: Found, _ spoil: Spoil?) -> Bool? {
        guard let walk = Twins.walk(found, commands: 6, salt: 27) else { return nil }
        let year: Int64 = 366 * 86_400
        var (c, steps, mails) = (walk.c, 0, 0)
        let settled = walk.c.lastAt.adding(seconds: 2 * year)
        while c.end == nil, let next = c.timers.first?.at, next <= settled.adding(seconds: year) {
            steps += 1
            guard steps < 3_000 else { return false }
            var step = found.machine.apply(.tick, by: .service, at: max(next, c.lastAt), to: c)
            spoil?(.tick, c, &step)
            c = step.case
            for effect in step.effects where next > settled {
                guard let role = effect.pending.wording?.role else { continue }
                mails += 1
                guard found.machine.programme.people[role]?.isStaff ?? false, mails <= 400 else { return false }
            }
        }
        return true
    }

    // MARK: I30

    /// Who sees which classes of data. The requester answers the form, and so sees what is the requester's own.
    private static let sees: [String: Set<String>] = [
        "requester": [], "host": ["contact"], "desk": ["contact", "money"],
        "head": ["contact", "money", "identity", "special"],
    ]
    private static let classes = ["content", "contact", "identity", "special", "money"]

    /// A programme that sends a drawn message to a drawn role, read as proven or as it stands.
    private static func sending(_ draw: inout Draw, isProven: Bool) -> CaseMachine? {
        let fields = classes.map { name in
            "    \(name): {type: text, privacy: \(name), erase: 30 days after the end, required: yes, question: What?}"
        }
        let parts = (0..<draw.among(1...2)).map { _ in
            let (first, second) = (draw.one(of: classes), draw.one(of: classes))
            return draw.happens(60)
                ? "{{ plan.\(first) }}"
                : "{{ if plan.\(first) == 'canary-\(first)' }}{{ plan.\(second) }}{{ end }}"
        }
        let role = draw.one(of: sees.keys.sorted())
        let people = sees.sorted { $0.key < $1.key }.map { name, classes in
            let staff = ["desk", "head"].contains(name) ? ", staff: yes" : ""
            let seen = classes.isEmpty ? "" : ", sees: [\(classes.sorted().joined(separator: ", "))]"
            return "  \(name): {title: \(name)\(staff)\(seen)}"
        }
        let head = """
            format: 1
            programme: trial
            version: 1
            languages: [en]
            zone: UTC
            people:
            \(people.joined(separator: "\n"))

            """
        let body = """
            forms:
              plan:
            \(fields.joined(separator: "\n"))
            stages:
              request:
                draft:
                  task: {who: requester, form: plan}
                  clock: {60 days: expired}
                  next: {submit: {to: asked, send: {days: \(role)}}}
                asked:
                  task: {who: desk, due: 5 working days}
                  clock: {due: {escalate: head}, 60 days: expired}
                  next: {done: closed}
            ends: {closed: fulfilled, expired: expired}
            """
        let words = parts.joined(separator: " and ")
        return try? Trial.machine(body, days: words, head: head, isProven: isProven)
    }

    /// What is sent never says a class of data that its reader may not see, nor what stands in no mail at all.
    ///
    /// - Parameter isProven: whether the programme must pass the checker, which is what keeps the property.
    /// - Returns: nil where the checker takes no such programme.
    static func tellsNobodyElse(_ seed: UInt64, isProven: Bool) -> Bool? {
        var draw = Draw(seed: seed &* 30_000_001)
        guard let machine = sending(&draw, isProven: isProven) else { return nil }
        let values = Dictionary(uniqueKeysWithValues: classes.map { ($0, Value.string("canary-\($0)")) })
        var drive = Drive(machine)
        drive.answer("submit", values)
        drive.run(to: "2026-06-30T00:00")
        let sent = drive.effects.filter { $0.pending.wording != nil }
        guard sent.contains(where: { $0.pending.wording?.message == "days" }) else { return nil }
        return sent.allSatisfy { effect in
            let role = effect.pending.wording?.role ?? ""
            let text = Value.object(effect.input).json
            return classes.allSatisfy { !text.contains("canary-\($0)") || mayRead(role, $0) }
        }
    }

    /// Whether a mail to a role may say a class: papers and health stand in no mail at all.
    private static func mayRead(_ role: String, _ privacy: String) -> Bool {
        guard ["contact", "money"].contains(privacy) else { return privacy == "content" }
        return role == "requester" || sees[role]?.contains(privacy) ?? false
    }

    // MARK: I31

    /// Nothing that is missing is read, as far as a walk comes by itself: steps by hand and corrections are not proven.
    static func readsNothingMissing(_ machine: CaseMachine, _ seed: UInt64, commands: Int) -> (holds: Bool, steps: Int)
    {
        var walk = RandomWalk(machine: machine, draw: Draw(seed: seed &* 104_729))
        for number in 0..<commands {
            let (_, entry, after) = walk.step()
            if ["move", "correct"].contains(entry.command.kind) { return (true, number) }
            let isFault = after.notes.contains { note in
                note.words.contains { $0.contains("could not be evaluated") || $0.contains("cannot be filled") }
            }
            if isFault { return (false, number) }
            if walk.c.end != nil { return (true, number) }
        }
        return (true, commands)
    }
}
