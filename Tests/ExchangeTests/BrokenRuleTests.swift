import Calendars
import Testing

@testable import Exchange

/// A machine that is broken in one way, and the property of a rule that must notice it.
struct BrokenRule: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// Whether the property holds of the draw with this number; nil: the draw does not come to the point.
    let holds: @Sendable (UInt64, TwinProperty.Spoil?) -> Bool?
    let spoil: TwinProperty.Spoil

    private init(
        _ words: String, _ holds: @escaping @Sendable (UInt64, TwinProperty.Spoil?) -> Bool?,
        _ spoil: @escaping TwinProperty.Spoil
    ) {
        (testDescription, self.holds, self.spoil) = (words, holds, spoil)
    }

    /// A property of a random programme, by the number of the draw.
    private static func ofProgramme(
        _ holds: @escaping @Sendable (TwinProperty.Found, TwinProperty.Spoil?) -> Bool?
    ) -> @Sendable (UInt64, TwinProperty.Spoil?) -> Bool? {
        { number, spoil in
            let machines = `Properties of random programmes`.machines
            return number < machines.count ? holds(machines[Int(number)], spoil) : nil
        }
    }

    static let all = [lag, lastWay, lostAnswer, oneForTwo, nobody, strangers]

    private static let lag = BrokenRule(
        "I10: a state is entered when the scheduler looks", ofProgramme(RuleProperty.ignoresLag)
    ) { _, before, after in
        if after.case.region.entry != before.region.entry { after.case.region.enteredAt = after.case.lastAt }
    }

    private static let lastWay = BrokenRule(
        "I22: a condition that fails takes the last way", RuleProperty.keepsWhatCannotBeDecided
    ) { _, _, after in
        guard !after.case.stuck.isEmpty else { return }
        after.case.stuck = []
        after.case.region.state = "refused"
    }

    private static let lostAnswer = BrokenRule(
        "I22: a condition that fails loses the answer", RuleProperty.keepsWhatCannotBeDecided
    ) { _, before, after in
        if !after.case.stuck.isEmpty { after.case.answers = before.answers }
    }

    private static let oneForTwo = BrokenRule("I23: one voice counts for the next too", RuleProperty.countsVoices) {
        _, _, after in
        guard let task = after.case.tasks.firstIndex(where: { $0.isDeclared && $0.holders.count > 1 }) else { return }
        let holders = after.case.tasks[task].holders
        guard let vote = holders.lazy.compactMap(\.outcome).first,
            let next = holders.firstIndex(where: { $0.outcome == nil })
        else { return }
        after.case.tasks[task].holders[next].outcome = vote
    }

    private static let nobody = BrokenRule("I23: all of nobody agree", RuleProperty.countsVoices) { _, _, after in
        let isEmpty = after.case.tasks.contains { $0.isDeclared && $0.holders.isEmpty }
        if after.case.region.state == "asked", isEmpty { after.case.region.state = "closed" }
    }

    private static let strangers = BrokenRule(
        "I27: what the staff are told again goes to the requester", ofProgramme(RuleProperty.comesToRest)
    ) { _, _, after in
        for index in after.effects.indices { after.effects[index].pending.wording?.role = "requester" }
    }
}

/// The properties of rules hold on the machine, and each is shown to fail on one that is broken on purpose.
@Suite(.serialized) struct `Properties of rules notice a broken machine` {
    /// Draws that are tried at most until the break is seen.
    private static let most: UInt64 = 120
    /// Draws to which the machine itself is put, at least.
    private static let least = 15

    @Test(arguments: BrokenRule.all) func `the rule is kept, and its break is noticed`(rule: BrokenRule) {
        var (compared, noticed) = (0, false)
        for number in 0..<Self.most where !noticed || compared < Self.least {
            guard let holds = rule.holds(number, nil) else { continue }
            #expect(holds, "draw \(number)")
            compared += 1
            if !noticed { noticed = rule.holds(number, rule.spoil) == false }
        }
        #expect(compared >= Self.least)
        #expect(noticed)
    }

    @Test func `I22: where a condition fails nothing moves, and the answer is kept`() {
        for seed in 0..<Self.most {
            #expect(RuleProperty.keepsWhatCannotBeDecided(seed, nil) ?? true, "draw \(seed)")
        }
    }

    @Test func `I30: a message never says what its reader may not see, unless nobody has proven it`() {
        var (told, leaked) = (0, 0)
        for seed in 0..<150 as Range<UInt64> {
            if let holds = RuleProperty.tellsNobodyElse(seed, isProven: true) {
                #expect(holds, "draw \(seed)")
                told += 1
            }
            // The broken variant: the same programmes, read without the proof of what may be said to whom.
            if RuleProperty.tellsNobodyElse(seed, isProven: false) == false { leaked += 1 }
        }
        #expect(told > 10)
        #expect(leaked > 10)
    }

    @Test func `I31: an unproven programme reads what is missing, and that is noticed`() {
        let found = `Properties of random programmes`.machines.first { found in
            !RuleProperty.readsNothingMissing(found.machine, found.seed, commands: 60).holds
        }
        #expect(found != nil)
    }
}
