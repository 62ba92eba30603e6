import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `The staff set a case right` {
    @Test func `a role goes to somebody else, with its open tasks`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let words = ["case", "reassign", reference, "--reason", "ill", "--database", hub.database]
        let denied = await hub.run(
            words + ["--as", "requester", "--person", "requester=Mia Babić <mia@city.example>"])
        #expect(denied.code == 1)
        #expect(denied.errors.contains("may not reassign a role"))
        let none = await hub.run(words + ["--as", "head"])
        #expect(none.code == 2)
        #expect(none.errors.contains("--person ROLE=NAME <MAIL>"))
        let done = await hub.run(words + ["--as", "head", "--person", "requester=Mia Babić <mia@city.example>"])
        #expect(done.code == 0, Comment(rawValue: done.errors))
        #expect(done.output.contains("It waits for requester (Mia Babić) to answer"))
        // Who has a part in the case already stays the same person.
        let head = await hub.holders("head", of: reference)
        _ = await hub.run(words + ["--as", "head", "--person", "coordinator=Hana Hub <hana@hub.example>"])
        #expect(await hub.holders("coordinator", of: reference) == head)
    }

    @Test func `an answer is corrected, every mistake is told, and the rest stays`() async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let values = try hub.file("request.json", Hub.request)
        _ = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values)
        let words = [
            "case", "correct", reference, "--as", "coordinator", "--reason", "typo", "--database", hub.database,
        ]
        let wrong = await hub.run(words + ["request", "--set", "people=many", "--set", "peple=3"])
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("people") && wrong.errors.contains("did you mean \"people\"?"))
        #expect(await hub.run(words + ["reqest", "--set", "people=3"]).errors.contains("did you mean \"request\"?"))
        #expect(await hub.run(words + ["request"]).code == 2)
        #expect(await hub.run(words + ["request", "--set", "people=6"]).code == 0)
        let shown = await hub.run("task", "show", "\(reference).2", "--json").json
        #expect(shown != nil)
        let all = await hub.run("export", reference).output
        #expect(all.contains("Cleaner air"))
        #expect(await hub.run("journal", reference).output.contains("request corrected: people, reason: typo"))
    }

    @Test func `an answer that came too late is noted in its form, and the case is led back if it should count`()
        async throws
    {
        let hub = Hub()
        let reference = await hub.startTour()
        _ = await hub.run(
            "case", "put", reference, "screening", "--as", "coordinator", "--reason", "by telephone")
        let values = try hub.file("request.json", Hub.request)
        let late = await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values)
        #expect(late.code == 1)
        #expect(late.errors.contains("what comes late the staff note with \"sojourn case correct\""))
        let noted = await hub.run(
            "case", "correct", reference, "request", "--as", "coordinator", "--values", values, "--reason", "came late")
        #expect(noted.code == 0, Comment(rawValue: noted.errors))
        #expect(await hub.run("case", "show", reference, "--json").json?["state"] == .string("screening"))
        #expect(await hub.run("export", reference).output.contains("Cleaner air"))
        let back = await hub.run("case", "put", reference, "draft", "--as", "head", "--reason", "it shall count")
        #expect(back.output.contains("It waits for requester (Ana Kovač) to answer \"Request\""))
        let lost = await hub.run("case", "put", reference, "drafft", "--as", "head", "--reason", "x")
        #expect(lost.errors.contains("did you mean \"draft\"?"))
        let nobody = await hub.run(
            "case", "put", reference, "cleared", "--member", "9", "--as", "head", "--reason", "x")
        #expect(nobody.errors.contains("the case has no member 9"))
    }
}
