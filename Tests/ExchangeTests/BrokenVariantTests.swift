import Calendars
import Testing

@testable import Exchange

/// A machine that is broken in one way, and the invariant that must notice it.
struct BrokenVariant: CustomTestStringConvertible, Sendable {
    let invariant: String
    let what: String
    let spoil: @Sendable (_ before: Case, inout Transition) -> Void

    init(_ invariant: String, _ what: String, _ spoil: @escaping @Sendable (Case, inout Transition) -> Void) {
        (self.invariant, self.what, self.spoil) = (invariant, what, spoil)
    }

    var testDescription: String { "\(invariant): \(what)" }

    static let all: [BrokenVariant] = [
        BrokenVariant("I1", "an end leaves the tasks open") { before, after in
            if after.case.end != nil, before.end == nil { after.case.tasks = before.tasks }
        },
        BrokenVariant("I2", "leaving a state closes no task") { before, after in
            guard after.case.end == nil else { return }
            for task in before.tasks where !after.case.tasks.contains(where: { $0.number == task.number }) {
                after.case.tasks.append(task)
            }
        },
        BrokenVariant("I2", "leaving a state stops no clock") { before, after in
            let kept = Set(after.case.timers.map(\.key))
            guard after.case.end == nil, before.region.entry != after.case.region.entry else { return }
            after.case.timers += before.timers.filter {
                $0.region == .case && $0.scope == before.region.entry && !kept.contains($0.key)
            }
        },
        BrokenVariant("I3", "settling stops after its first move") { _, after in
            let moves = after.notes.filter { $0.kind == .moved && $0.region == .case }
            if moves.count > 1, after.case.end == nil { after.case.region.state = moves[0].words[1] }
        },
        BrokenVariant("I4", "a case is left without a task and a clock") { _, after in
            guard after.case.end == nil, after.case.hold == nil else { return }
            after.case.tasks = []
            after.case.timers = []
        },
        BrokenVariant("I5", "logical time runs back") { before, after in
            after.case.lastAt = before.lastAt.adding(seconds: -60)
        },
        BrokenVariant("I5", "a step is not counted") { before, after in after.case.version = before.version },
        BrokenVariant("I6", "a refusal leaves something behind") { _, after in
            if case .refused = after.verdict { after.case.nextOrder += 1 }
        },
        BrokenVariant("I7", "an effect is decided twice") { _, after in
            if let last = after.case.effects.last { after.case.effects.append(last) }
        },
        BrokenVariant("I11", "what has fired is forgotten") { before, after in
            after.case.fired.subtract(before.fired)
        },
        BrokenVariant("I12", "what is taken back stays in the outbox") { _, after in after.effectsRecalled = [] },
        BrokenVariant("I13", "news outlives a cancelling end") { before, after in
            guard before.end == nil, after.case.end != nil else { return }
            let kept = Set(after.case.effects.map(\.key))
            after.case.effects += before.effects.filter { $0.origin == .message && !kept.contains($0.key) }
        },
        BrokenVariant("I15", "an instant is remembered when it should be derived") { _, after in
            guard !after.case.timers.isEmpty else { return }
            after.case.timers[0].at = after.case.timers[0].at.adding(seconds: 86_400)
        },
        BrokenVariant("I16", "the reminder of one who has answered stays") { _, after in
            guard let number = after.case.effects.lazy.compactMap({ $0.owner == nil ? nil : $0.wording?.task }).first,
                let index = after.case.tasks.firstIndex(where: { $0.number == number })
            else { return }
            for place in after.case.tasks[index].holders.indices {
                after.case.tasks[index].holders[place].outcome = "done"
            }
        },
        BrokenVariant("I17", "a mail says the days that were given up") { _, after in
            for index in after.case.effects.indices {
                for name in after.case.effects[index].mentions.keys.sorted() {
                    after.case.effects[index].mentions[name]? -= 1
                }
            }
        },
        BrokenVariant("I19", "a case on hold has a clock that runs") { _, after in
            guard let review = after.case.timers.first(where: { $0.kind == .holdReview }) else { return }
            var other = review
            other.kind = .quiet
            after.case.timers.append(other)
        },
        BrokenVariant("I24", "who has ended keeps the place") { before, after in
            for (owner, place) in before.reservations where after.case.end == nil {
                after.case.reservations[owner] = after.case.reservations[owner] ?? place
            }
        },
    ]
}

/// Each invariant of the random walks is shown to fail: the same walks on a machine that is broken on purpose.
@Suite(.serialized) struct `Invariants notice a broken machine` {
    /// Programmes that are walked at most until the break is seen.
    private static let most = 150

    @Test(arguments: BrokenVariant.all) func `the break is noticed, by the invariant it breaks`(variant: BrokenVariant)
    {
        var noticed: String?
        for (seed, machine) in `Properties of random programmes`.machines.prefix(Self.most) where noticed == nil {
            var walk = RandomWalk(machine: machine, draw: Draw(seed: seed &* 7_919))
            walk.spoil = variant.spoil
            for _ in 1...60 where noticed == nil {
                let fired = walk.everFired
                let (before, entry, after) = walk.step()
                let invariants = Invariants(machine: machine, case: walk.c)
                invariants.ofCase()
                invariants.ofStep(from: before, entry, after)
                invariants.ofBooks(walk, after, fired: fired)
                noticed = invariants.broken.first { words in
                    words.prefix { $0 != ":" }.split(separator: ",").contains(Substring(variant.invariant))
                }
            }
        }
        #expect(noticed != nil)
    }
}
