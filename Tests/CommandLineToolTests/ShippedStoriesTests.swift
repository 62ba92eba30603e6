import Exchange
import Foundation
import ProgrammeLanguage
import Service
import Testing

@testable import CommandLineTool

/// A story of a shipped programme, and one change of the programme that must make it fail.
struct BrokenStory: CustomTestStringConvertible, Sendable {
    let programme: String
    let story: String
    /// What stands in the programme, and what stands there instead.
    let old: String
    let new: String
    /// What the story says when it is left.
    let says: String

    init(_ story: String, _ old: String, _ new: String, says: String) {
        let parts = story.split(separator: "/").map(String.init)
        programme = parts[0]
        self.story = parts[1]
        self.old = old
        self.new = new
        self.says = says
    }

    var testDescription: String { "\(programme)/\(story)" }

    static let all = [
        BrokenStory(
            "study-tour/host-cancels", "send: {host_cancelled: everyone}", "send: {host_cancelled: requester}",
            says: "host_cancelled does not go to all"),
        BrokenStory("study-tour/on-hold", "5 and 10 days: remind, 15", "6 and 10 days: remind, 15", says: "reminder"),
        BrokenStory(
            "study-tour/visa-refused-late", "10 days before visit, if", "5 days before visit, if",
            says: "it comes on 2027-06-06"),
        BrokenStory("study-tour/visa-refused", "10 days before visit, if", "20 days before visit, if", says: "refused"),
        BrokenStory("study-tour/budget-call", "by: scores.average()", "by: 0.0 - scores.average()", says: "approved"),
        BrokenStory("study-tour/down", "send: {briefing: [host, leader]}", "send: {briefing: host}", says: "briefing"),
        BrokenStory(
            "study-tour/agenda-moved", "until: visit, form: new_dates, void: agendas, ",
            "until: visit, form: new_dates, ",
            says: "agenda_again"),
        BrokenStory(
            "study-tour/moved", "void: agendas, send: {moved: everyone}}     #",
            "void: agendas, send: {moved: host}}     #",
            says: "moved does not go to all"),
        BrokenStory("study-tour/no-match", "90 days after first", "80 days after first", says: "in no_match"),
        BrokenStory("study-tour/objection", "        3 working days:\n", "        4 working days:\n", says: "approved"),
        BrokenStory(
            "study-tour/online", "send: {now_online: everyone}", "send: {now_online: host}",
            says: "now_online does not go to all"),
        BrokenStory(
            "study-tour/quorum", "8 days before visit: withdrew", "9 days before visit: withdrew", says: "in withdrew"),
        BrokenStory(
            "study-tour/silent-host", "7 working days: {escalate: self.deputy}",
            "6 working days: {escalate: self.deputy}",
            says: "escalation"),
        BrokenStory(
            "study-tour/withdrawn", "reason: any of withdrawal, send: {withdrawn: everyone}",
            "reason: any of withdrawal",
            says: "withdrawn does not go"),
        BrokenStory(
            "study-tour/replaced", "reason: any of withdrawal, send: {replaced: host}", "reason: any of withdrawal",
            says: "replaced does not go"),
        BrokenStory(
            "study-tour/duplicate", "send: {duplicate: requester}", "send: {withdrawn: requester}",
            says: "duplicate does not go"),
        BrokenStory(
            "expert-visit/bosnian-route", "send: {accepted: [requester, desk]}", "send: {accepted: desk}",
            says: "accepted does not go to all"),
        BrokenStory(
            "expert-visit/late-decision", "29 days after first deciding", "30 days after first deciding",
            says: "overdue does not go on 2027-02-10"),
        BrokenStory(
            "expert-visit/clarification", "29 days after first deciding", "29 days",
            says: "overdue does not go on 2027-02-10"),
        BrokenStory("expert-visit/asked-in-parallel", "at-once: 3, rounds: 3", "at-once: 2, rounds: 3", says: "task"),
        BrokenStory(
            "expert-visit/not-released", "5 days: {escalate: coordinator}, 10 days",
            "6 days: {escalate: coordinator}, 10 days",
            says: "escalation"),
        BrokenStory("expert-visit/no-expert", "45 days:", "44 days:", says: "no_expert"),
        BrokenStory("expert-visit/moved", "send: {moved: everyone}", "send: {moved: requester}", says: "moved"),
        BrokenStory(
            "expert-visit/expert-lost", "send: {expert_lost: everyone}", "send: {expert_lost: requester}",
            says: "expert_lost does not go to all"),
        BrokenStory("expert-visit/fee-after-report", "due: paying}", "due: evaluating}", says: "not in paying"),
        BrokenStory(
            "expert-visit/cancelled", "to: cancelled, reason: any of cancel, ", "reason: any of cancel, ",
            says: "undone"),
        BrokenStory(
            "expert-visit/on-hold", "4 days: remind, 7 days: silent", "4 days: remind, 8 days: silent", says: "offered"),
        BrokenStory("expert-visit/down", "7 days: silent", "14 days: silent", says: "offered"),
        BrokenStory(
            "twinning/one-online", "{if: \"online\", send:", "{if: \"!online\", send:", says: "briefing_online"),
        BrokenStory("twinning/low-presence", "presence >= 0.5", "presence >= 0.01", says: "visit_does_not_count"),
        BrokenStory(
            "twinning/objection", "objection, send: {plan_back: [lead, partner]}", "objection", says: "plan_back"),
        BrokenStory(
            "twinning/signatures", "need: 2 of 3, binds: plan", "need: all, binds: plan", says: "not in running"),
        BrokenStory("twinning/moved", "[moved.days, row.days]", "[row.days]", says: "renewed"),
        BrokenStory("twinning/no-quarter", "30 days: not_given", "40 days: not_given", says: "writing"),
        BrokenStory("twinning/prolonged", "[prolonged.days, plan.days]", "[plan.days]", says: "escalation"),
        BrokenStory(
            "hub-referral/bosnian-route", "void: check, send: {please_complete: [requester, area]}",
            "void: check, send: {please_complete: requester}", says: "please_complete does not go to all"),
        BrokenStory(
            "hub-referral/silent-area", "15 working days: national_check", "16 working days: national_check",
            says: "area_check"),
        BrokenStory(
            "hub-referral/hub-refuses", "send: {hub_refused: national}", "send: {regret: requester}",
            says: "hub_refused"),
        BrokenStory(
            "hub-referral/hub-too-late", "60 and 120 and 180 days", "60 and 121 and 180 days", says: "any_news"),
        BrokenStory(
            "hub-referral/taken-back", "result == 'held'", "result == 'not_held'", says: "taken_back goes to requester"),
        BrokenStory(
            "hub-referral/withdrawn", "to: withdrawn, reason: any of withdrawal, send: {withdrawn: everyone}",
            "to: withdrawn, reason: any of withdrawal", says: "withdrawn"),
        BrokenStory(
            "hub-referral/no-report", "60 working days: {to: closed", "50 working days: {to: closed", says: "reporting"),
        BrokenStory(
            "thematic-visit/asked-back", "send: {accepted: origin}", "send: {accepted: desk}", says: "accepted"),
        BrokenStory("thematic-visit/silent-origin", "20 days: {to: refused", "21 days: {to: refused", says: "refused"),
        BrokenStory("thematic-visit/moved", "[new_days.days, arrangement.days]", "[arrangement.days]", says: "renewed"),
        BrokenStory(
            "thematic-visit/cancelled", "send: {cancelled: [origin, desk]}}\n    preparing",
            "send: {cancelled: desk}}\n    preparing",
            says: "cancelled"),
        BrokenStory(
            "thematic-visit/taken-back", "send: {taken_back: desk}", "send: {taken_back: origin}", says: "taken_back"),
        BrokenStory(
            "thematic-visit/no-host", "6 months: {to: cancelled", "7 months: {to: cancelled", says: "arranging"),
    ]
}

@Suite struct `Stories of the shipped programmes` {
    static let programmes = ["study-tour", "expert-visit", "twinning", "hub-referral", "thematic-visit"]

    @Test(arguments: programmes) func `all come true`(programme: String) async {
        let answer = await Hub().run("test", "\(Hub.workflows)/\(programme)")
        #expect(answer.code == 0, Comment(rawValue: answer.output + answer.errors))
        let files = StoryReader.files(ofProgramme: "\(Hub.workflows)/\(programme)").count
        #expect(files >= 6)
        #expect(answer.errors.contains("\(files) stories come true"))
    }

    @Test func `so do those of the example of the guide, which checks without a mistake`() async {
        let folder = "\(Hub.workflows)/../docs/examples/peer-review"
        #expect(await Hub().run(["check", folder]).errors.contains("has no mistakes"))
        let answer = await Hub().run(["test", folder])
        #expect(answer.code == 0, Comment(rawValue: answer.output + answer.errors))
    }

    @Test(arguments: BrokenStory.all)
    func `a broken programme leaves its story, and the timeline, the place and the reason are told`(
        broken: BrokenStory
    ) async throws {
        let folder = NSTemporaryDirectory() + "story-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(atPath: "\(Hub.workflows)/\(broken.programme)", toPath: folder)
        let path = folder + "/programme.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(broken.old))
        try text.replacing(broken.old, with: broken.new).write(toFile: path, atomically: true, encoding: .utf8)
        let answer = await Hub().run("test", folder, "--only", broken.story)
        #expect(answer.code == 1, Comment(rawValue: answer.errors))
        let file = "\(folder)/scenarios/\(broken.story).yaml:"
        let line = (answer.output + answer.errors).split(separator: "\n").first { $0.hasPrefix(file) }
        #expect(line?.contains(broken.says) ?? false, "\(line ?? "no line: \(answer.output + answer.errors)")")
        #expect(answer.output.contains("starts: "), "the timeline is printed")
        #expect(answer.output.contains("left  "))
    }
}

@Suite struct `Mistakes in stories` {
    private static let programme: Programme = {
        let finding = CheckVerb.Finding("\(Hub.workflows)/study-tour")
        return finding.programme!
    }()

    private func mistakes(_ steps: String, never: String = "") -> [String] {
        let text = """
            story: One of them
            given: {request: {people: 4}, today: 2027-03-01}
            steps:
            \(steps)
            \(never)
            """
        let (story, diagnostics) = StoryReader.read(
            file: "s", bytes: Array(text.utf8), programme: Self.programme)
        #expect(diagnostics.hasErrors == (story == nil))
        return diagnostics.all.map(\.description)
    }

    @Test func `a second colon`() {
        let found = mistakes("  - on 2027-05-15: host says: no")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("s:4:") ?? false)
        #expect(found.first?.contains("a second \": \" in one line") ?? false, "\(found)")
    }

    @Test func `steps out of the order of time`() {
        let found = mistakes(
            "  - on 2027-05-20: moved goes to everyone\n  - on 2027-05-15: moved goes to everyone")
        #expect(found == ["s:5:20: error: 2027-05-15 comes after 2027-05-20; put the steps in the order of time"])
        #expect(
            mistakes("  - on 2027-01-15: moved goes to everyone") == [
                "s:4:20: error: 2027-01-15 is before the story begins, on 2027-03-01"
            ])
    }

    @Test func `an unknown message, role, state, answer and decision, each with the nearest, all at once`() {
        let found = mistakes(
            """
              - on 2027-05-15: breifing goes to everyone
              - on 2027-05-15: briefing goes to hosst
              - on 2027-05-15: case is in redy
              - on 2027-05-15: delegate 2 answers visa refusd
              - on 2027-05-15: host decides host_cancel
            """, never: "never: breifing goes twice to anyone")
        #expect(found.count == 6, "\(found)")
        for word in ["briefing", "host", "ready", "refused", "host_cancels"] {
            #expect(found.contains { $0.contains("did you mean \"\(word)\"?") }, "\(word): \(found)")
        }
        #expect(found.last?.hasPrefix("s:9:8: error: there is no message \"breifing\"") ?? false)
    }

    @Test func `a day that does not exist, and no day at all`() {
        #expect(
            mistakes("  - on 2027-02-30: moved goes to everyone").first?.contains("a step begins with its day") ?? false
        )
        #expect(mistakes("  - moved goes to everyone").first?.contains("a step is written - on 2027-05-15") ?? false)
    }
}
