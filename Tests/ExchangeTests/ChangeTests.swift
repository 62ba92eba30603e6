import Expressions
import Testing

@testable import Exchange

/// What hangs on something that has changed is looked at again, also where the change is in another region
/// (docs/decisions/0017).
@Suite struct `What has changed is looked at` {
    private static let head = Trial.head.replacing(
        "  host: {title: Host}", with: "  host: {title: Host}\n  guide: {title: Guide, from: guides, optional: yes}")

    private static let guided = """
        forms:
          plan:
            days:   {type: dates, required: yes, question: When?}
            guides: {type: rows, required: yes, of: {name: person}, question: Who?}
        dates:
          visit: {from: plan.days, zone: guide.zone}
        stages:
          request:
            draft:
              task: {who: requester, form: plan}
              clock: {60 days: expired}
              next: {submit: waiting}
            waiting:
              as-soon-as: [{if: "guides.members.exists(g, g.state == 'ready')", to: started}]
              task: {who: desk, due: 5 working days}
              clock: {2 working days before visit: {escalate: head}, visit: expired}
              next: {done: closed}
            started:
              task: {who: desk, due: 5 working days}
              clock: {visit: expired}
              next: {done: closed}
        tracks:
          guides:
            each: plan.guides
            during: request
            left: stopped
            states:
              open:
                task: {who: self}
                clock: {300 days: stopped}
                next:
                  go: {to: gone}
                  on: [{if: "self.live", to: ready}, {to: gone}]
              ready:
                task: {who: self}
                clock: {300 days: stopped}
                next: {done: stopped}
            ends: {gone: withdrawn, stopped: fulfilled}
        ends: {closed: fulfilled, expired: expired}
        """

    private static func waiting() throws -> Drive {
        func guide(_ name: String, _ zone: String) -> Value {
            .object(["name": .object(person(name).fields.merging(["zone": .string(zone)]) { $1 })])
        }
        var drive = Drive(try Trial.machine(guided, head: head))
        drive.answer(
            "submit",
            [
                "days": days("2026-06-10", "2026-06-10"),
                "guides": .list([guide("Jo", "America/Bogota"), guide("Kim", "Asia/Tokyo")]),
            ])
        return drive
    }

    @Test func `R25: a member who goes takes the zone of the case's date along`() throws {
        var drive = try Self.waiting()
        #expect(drive.armed.prefix(2) == ["2026-06-08T14:00", "2026-06-10T05:00"])
        drive.answer("go", member: 1)
        #expect(drive.c.members.map(\.hasEnded) == [true, false])
        #expect(drive.armed.prefix(2) == ["2026-06-08T00:00", "2026-06-09T15:00"])
    }

    @Test func `R37: who is no longer a member is no longer invited`() throws {
        // Without the date's zone, which hangs on members too and would have all looked at.
        let inviting = Self.guided.replacing(", zone: guide.zone", with: "").replacing(
            "    waiting:\n",
            with:
                "    waiting:\n      keep: [calendar.invite: {title: Visit, days: \"{{ visit }}\", who: guide}]\n"
        )
        var drive = Drive(try Trial.machine(inviting, head: Self.head))
        drive.answer(
            "submit",
            [
                "days": days("2026-06-10", "2026-06-10"),
                "guides": .list([.object(["name": person("Jo")]), .object(["name": person("Kim")])]),
            ])
        drive.answer("go", member: 1)
        let invited = drive.c.kept.values.first?.input["attendees"]?.asList ?? []
        #expect(invited.compactMap { $0["name"]?.asString } == ["Kim"])
    }

    @Test
    func `R6: a condition on members reads them as they stand after the step, not as they were when it was chosen`()
        throws
    {
        var drive = try Self.waiting()
        drive.answer("on", member: 2)
        #expect(drive.c.member(2)?.region.state == "ready")
        #expect(drive.state == "started")
    }
}
