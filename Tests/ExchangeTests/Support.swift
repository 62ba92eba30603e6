import Calendars
public import Expressions
import Foundation
import ProgrammeLanguage
import Testing

@testable import Exchange

/// Why a small programme of a test could not be used.
struct TrialMistake: Error, CustomStringConvertible {
    let description: String
}

/// Small programmes for tests: what a test declares, below a head that all share.
enum Trial {
    /// Roles and the calendar of every trial; a test adds forms, stages, tracks and ends.
    static let head = """
        format: 1
        programme: trial
        version: 1
        languages: [en]
        zone: UTC
        people:
          requester: {title: Requester}
          host: {title: Host}
          pair: {title: Pair}
          member: {title: Member, optional: yes}
          desk: {title: Desk, staff: yes, acts-for: [requester, host]}
          head: {title: Head, staff: yes}
          panel: {title: Panel, staff: yes, except: [requester]}

        """

    /// Each message that a trial may send, with its words.
    static let messages = ["news", "other", "bye", "left", "ready", "closing"]

    /// The machine of a programme; all mistakes of its text are the error.
    ///
    /// - Parameters:
    ///   - days: words of the message `days`, which may mention dates.
    ///   - head: another head than that of all trials.
    ///   - isProven: whether it must pass every proof; trials of rules also try what the checker refuses.
    static func machine(
        _ body: String, days: String = "", head: String = head, texts: String = "", isProven: Bool = false
    ) throws -> CaseMachine {
        let source = source(body, days: days, head: head, texts: texts)
        let (programme, diagnostics) = isProven ? ProgrammeCompiler.compile(source) : ProgrammeCompiler.load(source)
        guard let programme, !diagnostics.hasErrors else {
            throw TrialMistake(description: diagnostics.lines.joined(separator: "\n"))
        }
        return CaseMachine(programme: programme)
    }

    /// The files of a programme, with the messages of all trials.
    static func source(_ body: String, days: String = "", head: String = head, texts: String = "") -> ProgrammeSource {
        var en = "language: en\nmessages:\n"
        for name in messages { en += "  \(name): {subject: \"\(name)\", body: \"words of \(name)\"}\n" }
        if !days.isEmpty { en += "  days: {subject: days, body: \"\(days)\"}\n" }
        return ProgrammeSource(files: [
            "programme.yaml": Array((head + body).utf8), "texts/en.yaml": Array((en + texts).utf8),
        ])
    }

    static func party(_ id: String, institution: String = "", zone: String = "") -> Party {
        Party(
            id: id, name: id.capitalized, address: "\(id)@example.org", language: "en", zone: zone,
            institution: institution)
    }

    static let cast: [String: [Party]] = [
        "requester": [party("ann", institution: "Town")], "host": [party("bo")],
        "pair": [party("cy"), party("di")], "desk": [party("eve")], "head": [party("fay")],
        "panel": [party("gus"), party("hal"), party("ida")],
    ]
}

/// An instant as `2026-03-02T09:00`, in UTC; a day alone is its midnight.
func instant(_ text: String) -> Instant {
    let whole = text.count == 10 ? text + "T00:00" : text
    guard let result = Instant(rfc3339: whole + ":00Z") else { preconditionFailure("no instant: \(text)") }
    return result
}

/// A case under way, driven step by step.
struct Drive {
    let machine: CaseMachine
    var c: Case
    /// The last transition.
    var last: Transition
    var effects: [NewEffect] = []
    var recalled: [String] = []
    var notes: [Note] = []
    var now: Instant

    /// Starts a case on Monday 2 March 2026 at 08:00 UTC unless told otherwise.
    init(
        _ machine: CaseMachine, at text: String = "2026-03-02T08:00", people: [String: [Party]] = Trial.cast,
        origin: [String: Value] = [:]
    ) {
        self.machine = machine
        now = instant(text)
        last = machine.start(id: "c-1", reference: "T-1", people: people, origin: origin, by: .service, at: now)
        c = last.case
        collect()
    }

    /// Compiles the programme and starts a case of it.
    init(
        _ body: String, at text: String = "2026-03-02T08:00", people: [String: [Party]] = Trial.cast, days: String = ""
    )
        throws
    {
        self.init(try Trial.machine(body, days: days), at: text, people: people)
    }

    private mutating func collect() {
        c = last.case
        effects += last.effects
        recalled += last.effectsRecalled
        notes += last.notes
    }

    @discardableResult
    mutating func give(_ command: Command, by actor: Actor = .service, at text: String? = nil, full: Set<String> = [])
        -> Verdict
    {
        if let text { now = instant(text) }
        last = machine.apply(command, by: actor, at: now, to: c, full: full)
        collect()
        return last.verdict
    }

    /// Lets the clock tick at an instant.
    mutating func tick(_ text: String) { give(.tick, at: text) }

    /// Ticks at each armed instant on the way, as a scheduler does that is never late.
    mutating func run(to text: String) {
        let end = instant(text)
        var steps = 0
        while let next = c.timers.first, next.at <= end, steps < 2_000 {
            steps += 1
            now = max(next.at, now)
            give(.tick)
        }
        now = end
        give(.tick)
    }

    /// Answers the first open task of a region, as its holder or whoever is said.
    @discardableResult
    mutating func answer(
        _ outcome: String? = nil, _ values: [String: Value] = [:], by id: String? = nil, as role: String? = nil,
        member: Int? = nil, reason: String? = nil, at text: String? = nil
    ) -> Verdict {
        let region: RegionID = member.map { .member($0) } ?? .case
        guard let task = c.tasks.first(where: { $0.region == region && $0.isDeclared }) else {
            return .refused(.taskClosed(number: 0))
        }
        let holder = task.holders.first { id == nil || $0.party.id == id } ?? task.holders.first
        let actor = Actor(id: id ?? holder?.party.id ?? "", role: role ?? holder?.role ?? "")
        return give(.answer(task: task.number, outcome: outcome, values: values, reason: reason), by: actor, at: text)
    }

    @discardableResult
    mutating func decide(
        _ name: String, _ values: [String: Value] = [:], by id: String = "eve", as role: String = "desk",
        member: Int? = nil, reason: String? = nil, at text: String? = nil
    ) -> Verdict {
        give(
            .decide(name: name, member: member, values: values, reason: reason), by: Actor(id: id, role: role), at: text
        )
    }

    static let desk = Actor(id: "eve", role: "desk")

    var state: String { c.region.state }

    func member(_ number: Int) -> Member? { c.member(number) }

    func state(of number: Int) -> String { c.member(number)?.region.state ?? "" }

    /// Labels of what was decided in the last step, such as `message news to host`.
    var sent: [String] { last.effects.map(\.pending.label) }

    /// How often a message was decided so far, to one reader or to all.
    func count(_ message: String, to id: String? = nil) -> Int {
        effects.count { effect in
            effect.pending.wording?.message == message && (id == nil || effect.pending.wording?.reader.id == id)
        }
    }

    /// The instants at which lines of clocks are armed, in order.
    var armed: [String] {
        c.timers.compactMap { timer in
            if case .line = timer.kind { String(timer.at.rfc3339.prefix(16)) } else { nil }
        }
    }

    var refusal: Refusal? { if case .refused(let refusal) = last.verdict { refusal } else { nil } }
}

/// A span of days as an answer gives it.
func days(_ first: String, _ last: String) -> Value {
    .object(["first": .string(first), "last": .string(last)])
}

/// A person as an answer names one, with an address of their own.
func person(_ name: String) -> Value {
    .object(["name": .string(name), "address": .string("\(name.lowercased())@example.org")])
}

/// Answers in tests are written as plain words.
extension Value: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
