import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `A study tour by the verbs` {
    @Test func `starts, and says why it waits, for whom, since when, and what happens if nobody moves`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        #expect(reference == "ST-2027-0001")
        let shown = await hub.run("case", "show", reference)
        #expect(shown.code == 0)
        #expect(
            shown.output.contains("It waits for requester (Ana Kovač) to answer \"Request\" since 2027-01-11."))
        #expect(
            shown.output.contains(
                "If nobody moves: on 2027-01-18 09:00 a reminder to Ana Kovač; on 2027-03-13 00:00 it goes to expired.")
        )
        #expect(shown.output.contains("withdraw  by requester: goes to withdrawn"))
        #expect(shown.output.contains("1  2027-01-11 09:00  start  coordinator (Vera Hub)"))
        let json = await hub.run("case", "show", reference, "--json").json
        #expect(json?["state"] == .string("draft"))
        #expect(json?["stage"] == .string("request"))
        #expect(json?["waiting"]?["kind"] == .string("task"))
        #expect(json?["waiting"]?["for"]?.asList?.first?["role"] == .string("requester"))
        #expect(json?["timers"]?.asList?.count == 3)
        #expect(json?["if_nobody_moves"]?.asList?.last?["targets"] == .list([.string("expired")]))
        #expect(json?["decisions"]?.asList?.compactMap { $0["name"]?.asString } == ["withdraw", "duplicate", "hold"])
        #expect(json?["tasks"]?.asList?.first?["choices"] == .list([.string("submit")]))
        #expect(json?["journal"]?.asList?.count == 1)
    }

    @Test func `people are read whole, or every mistake is told and nothing is started`() async {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/study-tour")
        let wrong = await hub.run(
            "case", "start", "study-tour", "--as", "coordinator", "--person", "reqester=Ana <a@b.example>", "--person",
            "requester=", "--person", "head=Hana; languag=en")
        #expect(wrong.code == 2)
        #expect(wrong.errors.contains("no role \"reqester\"; did you mean \"requester\"?"))
        #expect(wrong.errors.contains("--person is written ROLE=NAME <MAIL>"))
        #expect(wrong.errors.contains("did you mean \"language\"?"))
        let nobody = await hub.run("case", "start", "study-tour", "--as", "coordinator")
        #expect(nobody.code == 1)
        #expect(nobody.errors.contains("nobody of the staff holds the role"))
        #expect(await hub.run("case", "list").errors.contains("no case is open; --all shows"))
    }

    @Test func `one person with two roles is one person`() async {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/study-tour")
        let people = Hub.people.filter { !$0.hasPrefix("head") } + ["head=V. Hub <VERA@hub.example>"]
        let words = ["--database", hub.database, "case", "start", "study-tour", "--as", "head"]
        #expect(await hub.run(words + people.flatMap { ["--person", $0] }).code == 0)
        let heads = await hub.holders("head", of: "ST-2027-0001")
        #expect(heads.count == 1)
        #expect(await hub.holders("coordinator", of: "ST-2027-0001") == heads)
    }

    @Test func `names that nothing has are proposed`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        #expect(await hub.run("case", "show", "ST-2027-0010").errors.contains("did you mean \"\(reference)\"?"))
        let role = await hub.run("task", "answer", "\(reference).1", "--as", "coordnator")
        #expect(role.code == 1)
        #expect(role.errors.contains("no role \"coordnator\"; did you mean \"coordinator\"?"))
        let decision = await hub.run("case", "do", reference, "withdrow", "--as", "requester")
        #expect(decision.code == 1)
        #expect(decision.errors.contains("did you mean \"withdraw\"?"))
        let reason = await hub.run("case", "do", reference, "withdraw", "--as", "requester", "--reason", "no_fund")
        #expect(reason.code == 1)
        #expect(reason.errors.contains("did you mean \"no_funds\"?"))
        let task = await hub.run("task", "show", "\(reference).7")
        #expect(task.errors.contains("there is no task 7 in \(reference); open in this case: \(reference).1"))
    }

    @Test func `a task shows its questions`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        let shown = await hub.run("task", "show", "\(reference).1")
        #expect(shown.output.contains("people  How many people travel?"))
        #expect(shown.output.contains("number from 2 to 10; must be given"))
        #expect(shown.output.contains("submit  goes to screening"))
        let json = await hub.run("task", "show", "\(reference).1", "--json").json
        let fields = json?["fields"]?.asList ?? []
        #expect(fields.count == 11)
        let call = fields.first { $0["name"] == .string("call") }
        #expect(call?["choices"]?.asList?.compactMap { $0["name"]?.asString } == ["spring_2027"], "the only one open")
        let rows = fields.first { $0["name"] == .string("questions") }
        #expect(rows?["columns"]?.asList?.first?["name"] == .string("text"))
        #expect(json?["outcomes"]?.asList?.first?["targets"] == .list([.string("screening")]))
        let list = await hub.run("task", "list", "--role", "requester", "--json").json?["tasks"]?.asList ?? []
        #expect(list.compactMap { $0["name"]?.asString } == ["\(reference).1"])
        #expect(await hub.run("task", "list", "--role", "host").errors.contains("there is no such task"))
    }

    @Test func `all mistakes of an answer are told at once, and nothing is stored`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let answer = await hub.run(
            "task", "answer", "\(reference).1", "--as", "requester", "--set", "people=40", "--set", "outcomes=flying",
            "--set", "windows=June", "--set", "leter=a.pdf", "--set", "budget:=12")
        #expect(answer.code == 1)
        for part in [
            "\"people\": at most 10", "\"outcomes[1]\": there is no \"flying\"", "\"windows[1]\": a window is written",
            "\"leter\" is not asked here", "did you mean \"letter\"?", "\"objective\" is missing",
        ] {
            #expect(answer.errors.contains(part), Comment(rawValue: part + "\n" + answer.errors))
        }
        #expect(!answer.errors.contains("\"budget\""))
        #expect(await hub.run("case", "show", reference, "--json").json?["version"]?.asInt == 1)
        let outcome = await hub.run("task", "answer", "\(reference).1", "submitt", "--as", "requester")
        #expect(outcome.errors.contains("there is no answer \"submitt\" here"))
        #expect(outcome.errors.contains("did you mean \"submit\"?"))
        let notMine = await hub.run("task", "answer", "\(reference).1", "--as", "assessor", "--by", "p0")
        #expect(notMine.code == 1)
        let broken = try hub.file("broken.json", #"{"people": }"#)
        let json = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", broken)
        #expect(json.errors.contains("broken.json is no JSON"))
    }

    @Test func `answers move the case; where several hold a role, each says who it is`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let values = try hub.file("request.json", Hub.request)
        let sent = await hub.run(
            "task", "answer", "\(reference).1", "--as", "requester", "--values", values, "--key", "web-1")
        #expect(sent.code == 0, Comment(rawValue: sent.errors))
        #expect(sent.output.contains("It waits for coordinator (Vera Hub) to answer"))
        let accepted = await hub.run("task", "answer", "\(reference).2", "accept", "--as", "coordinator", "--json").json
        #expect(accepted?["state"] == .string("assessment"))
        let closed = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values)
        #expect(closed.errors.contains("task 1 of \(reference) is closed"))

        let scores = ["--set", "relevance=4", "--set", "readiness=4", "--set", "reach=4"]
        let words = ["--database", hub.database, "task", "answer", "\(reference).3", "--as", "assessor"] + scores
        let unclear = await hub.run(words)
        #expect(unclear.code == 1)
        #expect(unclear.errors.contains("several hold the role \"assessor\": say which with --by"))
        let assessors = await hub.holders("assessor", of: reference)
        #expect(assessors.count == 2)
        #expect(await hub.run(words + ["--by", assessors[0]]).code == 0)
        let half = await hub.run("case", "show", reference).output
        #expect(half.contains("It waits for assessor (Ajla Two) to answer"))
        #expect(half.contains("2 of them must agree, 1 answered"))
        #expect(await hub.run(words + ["--by", assessors[1]]).code == 0)
        #expect(await hub.run("case", "show", reference, "--json").json?["state"] == .string("objection"))
    }

    @Test func `the same command with the same key changes nothing`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        let words = ["hold", reference, "--as", "coordinator", "--reason", "elections", "--key", "k1"]
        let first = await hub.run(["--database", hub.database, "case"] + words)
        let again = await hub.run(["--database", hub.database, "case"] + words)
        #expect(first.code == 0 && again.code == 0)
        #expect(again.errors.contains("was taken before; nothing changed"))
        let other = await hub.run(
            "case", "hold", reference, "--as", "coordinator", "--reason", "strike", "--key", "k1")
        #expect(other.code == 1)
        #expect(other.errors.contains("was used before for another command"))
        #expect(await hub.run("case", "show", reference).output.contains("on hold by coordinator since 2027-01-11"))
    }

    @Test func `the staff hold, resume and cancel; others may not`() async {
        let hub = Hub()
        let reference = await hub.startTour()
        let denied = await hub.run("case", "cancel", reference, "--as", "requester", "--reason", "no")
        #expect(denied.code == 1)
        #expect(denied.errors.contains("may not cancel a case"))
        let day = await hub.run("case", "hold", reference, "--as", "head", "--reason", "x", "--until", "2027-02-30")
        #expect(day.code == 2)
        #expect(
            await hub.run("case", "hold", reference, "--as", "head", "--reason", "x", "--until", "2027-02-28").code == 0
        )
        #expect(await hub.run("case", "list").output.contains("on hold"))
        #expect(await hub.run("case", "resume", reference, "--as", "head", "--reason", "over").code == 0)
        let ended = await hub.run("case", "cancel", reference, "--as", "head", "--reason", "funds were cut")
        #expect(ended.output.contains("It ended on 2027-01-11 as cancelled (cancelled); reason: funds were cut."))
        #expect(await hub.run("case", "list").errors.contains("no case is open; --all shows"))
        let all = await hub.run("case", "list", "--all", "--json").json
        #expect(all?["cases"]?.asList?.first?["has_ended"] == .bool(true))
        #expect(all?["has_more"] == .bool(false))
    }
}
