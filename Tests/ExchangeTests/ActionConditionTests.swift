import Calendars
import Expressions
import Testing

@testable import Exchange

/// Actions with `if`: what is kept is made and renewed only while it holds, what is done once is left out without it.
@Suite struct `Actions with a condition` {
    private static let programme = """
        dates:
          visit: {from: [moved.days, plan.days]}
        forms:
          plan: {days: {type: dates, required: yes, question: When?}}
          moved: {days: {type: dates, required: yes, question: When now?}}
          signed: {names: {type: text, required: yes, question: Who comes?}}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: planning}
          visit:
            keep: [calendar.invite: {if: "known(signed) && !newer(moved, signed)", title: Visit, days: "{{ visit }}", who: requester}]
            may:
              move: {who: desk, form: moved}
              sign: {who: desk, form: signed}
              stop: {who: desk, to: dropped}
            planning:
              task: {who: desk, due: 5 working days}
              next:
                done: {to: closed, do: [webhook.post: {if: "known(moved)", url: "https://example.org/moved"}, webhook.post: {if: "!known(moved)", url: "https://example.org/as-planned"}]}
        ends: {closed: fulfilled, expired: expired, dropped: cancelled}
        """

    private func planned() throws -> Drive {
        var drive = try Drive(Self.programme)
        drive.answer("submit", ["days": days("2026-06-10", "2026-06-12")])
        return drive
    }

    private func modes(_ drive: Drive) -> [String] {
        drive.effects.filter { $0.pending.action == "calendar.invite" }.map(\.mode)
    }

    @Test func `R37: what is kept waits for its condition, stays while it fails, and is renewed when it holds again`()
        throws
    {
        var drive = try planned()
        #expect(modes(drive) == [], "nobody has signed")
        drive.decide("sign", ["names": .string("Ana")])
        #expect(modes(drive) == ["make"])
        drive.decide("move", ["days": days("2026-06-17", "2026-06-19")])
        #expect(modes(drive) == ["make"] && drive.c.kept.count == 1, "the old one stays until the new one is signed")
        drive.decide("sign", ["names": .string("Ana, Eva")])
        #expect(modes(drive) == ["make", "renew"])
        let things = drive.effects.filter { $0.pending.action == "calendar.invite" }
        #expect(Set(things.map { $0.input["thing"] }).count == 1 && things.map(\.order) == [0, 1])
        drive.decide("move", ["days": days("2026-06-24", "2026-06-26")])
        drive.decide("stop")
        #expect(modes(drive) == ["make", "renew", "undo"], "undone with the visit, whether its condition holds or not")
        #expect(drive.c.kept.isEmpty)
    }

    @Test(arguments: [false, true])
    func `R39: of a list of actions only those whose conditions hold are done`(moves: Bool) throws {
        var drive = try planned()
        if moves { drive.decide("move", ["days": days("2026-06-17", "2026-06-19")]) }
        drive.answer("done")
        let posted = drive.effects.filter { $0.pending.action == "webhook.post" }.compactMap {
            $0.input["url"]?.asString
        }
        #expect(posted == [moves ? "https://example.org/moved" : "https://example.org/as-planned"])
    }
}
