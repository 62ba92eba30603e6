import Calendars
import Expressions
import Testing

@testable import Exchange

@Suite struct `People and agreement` {
    static func asking(_ task: String, next: String = "{yes: closed, no: refused}") -> String {
        """
        forms:
          plan: {what: {type: text, required: yes, question: What?}}
          mark: {points: {type: number, required: yes, question: How many?}}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: asked}
            asked:
              task: \(task)
              clock: {3 days: remind, 9 days: {escalate: head}, 60 days: expired}
              may: {rewrite: {who: desk, form: plan}}
              next: \(next)
        ends: {closed: fulfilled, refused: refused, expired: expired}
        """
    }

    static func asked(_ task: String, people: [String: [Party]] = Trial.cast) throws -> Drive {
        var drive = try Drive(asking(task), people: people)
        drive.answer("submit", ["what": "tea"])
        return drive
    }

    static func parties(_ ids: String...) -> [Party] { ids.map { Trial.party($0) } }

    @Test func `R29: of several any one answers, the first wins`() throws {
        var drive = try Self.asked("{who: pair}")
        let task = try #require(drive.c.tasks.first?.number)
        drive.answer("yes", by: "di")
        #expect(drive.state == "closed")
        drive.give(.answer(task: task, outcome: "no", values: [:], reason: nil), by: Actor(id: "cy", role: "pair"))
        #expect(drive.refusal == .hasEnded)
    }

    @Test func `R29: a later member of the role joins only by a reassignment`() throws {
        var drive = try Self.asked("{who: pair, need: 2}")
        drive.answer("yes", by: "zoe", as: "pair")
        #expect(drive.refusal != nil)
        drive.answer("yes", by: "cy")
        drive.answer("yes", by: "zoe", as: "pair")
        #expect(drive.state == "asked")
        drive.give(.reassign(role: "pair", to: Self.parties("cy", "zoe"), reason: "ill"), by: Drive.desk)
        #expect(drive.count("task", to: "zoe") == 1)
        drive.answer("yes", by: "zoe", as: "pair")
        #expect(drive.state == "closed")
    }

    @Test func `R29: one person is one voice`() throws {
        var drive = try Self.asked("{who: panel, need: 2}")
        drive.answer("yes", by: "gus")
        drive.answer("yes", by: "gus")
        #expect(drive.state == "asked")
        drive.answer("yes", by: "hal")
        #expect(drive.state == "closed")
    }

    @Test func `R30: the other answer is taken as soon as the first cannot be reached`() throws {
        var drive = try Self.asked("{who: panel, need: 2}")
        drive.answer("no", by: "gus")
        #expect(drive.state == "asked")
        drive.answer("no", by: "hal")
        #expect(drive.state == "refused")
    }

    @Test func `R30: all is everyone, and one no decides`() throws {
        var drive = try Self.asked("{who: pair, need: all}")
        var other = drive
        drive.answer("yes", by: "cy")
        #expect(drive.state == "asked")
        drive.answer("yes", by: "di")
        #expect(drive.state == "closed")
        other.answer("no", by: "cy")
        #expect(other.state == "refused")
    }

    @Test func `R30: all of nobody is never agreement`() throws {
        var people = Trial.cast
        people["pair"] = []
        var drive = try Self.asked("{who: pair, need: all}", people: people)
        #expect(drive.state == "asked")
        #expect(!drive.c.stuck.isEmpty)
        drive.run(to: "2026-04-20T00:00")
        #expect(drive.state == "asked")
    }

    @Test func `R30: who answers for nobody is taken at their word`() throws {
        var people = Trial.cast
        people["pair"] = []
        var drive = try Self.asked("{who: pair}", people: people)
        drive.run(to: "2026-03-11T09:00")
        let task = try #require(drive.c.tasks.first { $0.isDeclared }?.number)
        drive.give(
            .answer(task: task, outcome: "no", values: [:], reason: nil), by: Actor(id: "fay", role: "head"))
        #expect(drive.state == "refused")
    }

    @Test func `R31: an unanswered leaver is struck and the count tested again`() throws {
        var drive = try Self.asked("{who: pair, need: all}")
        drive.answer("yes", by: "cy")
        drive.give(.reassign(role: "pair", to: Self.parties("cy"), reason: "left"), by: Drive.desk)
        #expect(drive.state == "closed")
    }

    @Test func `R31: an answer that was given stands when its giver leaves`() throws {
        var drive = try Self.asked("{who: pair, need: all}")
        drive.answer("yes", by: "cy")
        drive.give(.reassign(role: "pair", to: Self.parties("di", "zoe"), reason: "left"), by: Drive.desk)
        #expect(drive.state == "asked")
        drive.answer("yes", by: "di")
        #expect(drive.state == "asked")
        drive.answer("yes", by: "zoe")
        #expect(drive.state == "closed")
    }

    @Test func `R31: fewer who can answer than are needed is a case for the staff`() throws {
        var drive = try Self.asked("{who: pair, need: 3}")
        #expect(drive.c.stuck.count == 1)
        #expect(drive.c.tasks.contains { if case .stuck = $0.kind { true } else { false } })
        drive.give(.reassign(role: "pair", to: Self.parties("cy", "di", "zoe"), reason: "one more"), by: Drive.desk)
        #expect(drive.c.stuck.isEmpty)
        for id in ["cy", "di", "zoe"] { drive.answer("yes", by: id) }
        #expect(drive.state == "closed")
    }

    @Test func `R31: reassigning one role leaves the tasks of others alone`() throws {
        var people = Trial.cast
        people["pair"] = []
        var drive = try Self.asked("{who: pair}", people: people)
        drive.give(.reassign(role: "host", to: Self.parties("zoe"), reason: "new"), by: Drive.desk)
        let task = try #require(drive.c.tasks.first { $0.isDeclared })
        #expect(task.holders.isEmpty)
        drive.give(.reassign(role: "pair", to: Self.parties("cy"), reason: "found"), by: Drive.desk)
        #expect(drive.c.tasks.first { $0.isDeclared }?.holders.map(\.party.id) == ["cy"])
        #expect(drive.count("task", to: "cy") == 1)
    }

    @Test func `R32: an answer binds what was shown, and falls when that changes`() throws {
        var drive = try Self.asked("{who: pair, need: all, binds: plan}")
        drive.answer("yes", by: "cy")
        drive.decide("rewrite", ["what": "coffee"])
        #expect(drive.c.tasks.first?.holders.map(\.outcome) == [nil, nil])
        #expect(drive.count("task", to: "cy") == 2)
        drive.answer("yes", by: "di")
        #expect(drive.state == "asked")
        drive.answer("yes", by: "cy")
        #expect(drive.state == "closed")
    }

    @Test func `R32: an answer can be changed until the task closes`() throws {
        var drive = try Self.asked("{who: panel, need: 2}")
        drive.answer("no", by: "gus")
        drive.answer("yes", by: "gus")
        drive.answer("yes", by: "hal")
        #expect(drive.state == "closed")
    }

    @Test func `R33: who has a conflict of interest holds no task and answers none`() throws {
        var people = Trial.cast
        people["panel"] = [Trial.party("gus", institution: "Town"), Trial.party("hal"), Trial.party("ida")]
        var drive = try Self.asked("{who: panel, need: 2}", people: people)
        #expect(drive.c.tasks.first?.holders.map(\.party.id) == ["hal", "ida"])
        drive.answer("yes", by: "gus", as: "panel")
        #expect(drive.refusal != nil)
        drive.give(
            .reassign(role: "panel", to: people["panel"] ?? [], reason: "again"), by: Drive.desk)
        #expect(drive.c.tasks.first?.holders.map(\.party.id) == ["hal", "ida"])
    }

    @Test func `R33: nobody left to ask is a task for the staff at once`() throws {
        var people = Trial.cast
        people["panel"] = [Trial.party("gus", institution: "Town")]
        let drive = try Self.asked("{who: panel}", people: people)
        #expect(drive.c.tasks.contains { if case .stuck = $0.kind { true } else { false } })
    }

    @Test func `R19: correcting one answer keeps those that others gave`() throws {
        var drive = try Self.asked("{who: panel, need: 2, form: mark}")
        drive.answer("yes", ["points": .int(2)], by: "gus")
        drive.give(.correct(form: "mark", member: nil, values: ["points": .int(3)], reason: "typo"), by: Drive.desk)
        drive.answer("yes", ["points": .int(5)], by: "hal")
        let answers = try #require(drive.c.answers["mark"]?.answers)
        #expect(answers.map(\.by) == ["gus", "hal"])
        #expect(answers.map { $0.values["points"]?.asDouble } == [3, 5])
        #expect(drive.state == "closed")
    }
}
