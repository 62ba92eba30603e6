import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `check and eval` {
    @Test func `a programme without mistakes ends with 0 and says nothing on standard output`() async {
        let answer = await Hub().run(["check", Hub.workflows + "/study-tour/"])
        #expect(answer.code == 0)
        #expect(answer.output == "")
        #expect(answer.errors.contains("study-tour version 1 has no mistakes"))
    }

    @Test func `every mistake is a line with its place, and ends with 1`() async throws {
        let hub = Hub()
        let path = try hub.file("tour.yaml", "format: 2\nprogramme: Tour\nstagess: {}\n")
        let answer = await hub.run(["check", path])
        #expect(answer.code == 1)
        let lines = answer.output.split(separator: "\n")
        #expect(lines.count >= 3)
        #expect(lines.allSatisfy { $0.firstMatch(of: /:[0-9]+:[0-9]+: (error|warning): ./) != nil })
        #expect(lines.contains { $0.hasPrefix("\(path):3:1: error: ") })
        let json = await hub.run(["check", "--json", path])
        #expect(json.code == 1)
        let found = json.json?["files"]?.asList?.first?["diagnostics"]?.asList ?? []
        #expect(found.count == lines.count)
        #expect(found.allSatisfy { $0["severity"] != nil && $0["line"]?.asInt != nil && $0["column"]?.asInt != nil })
    }

    @Test func `a file that cannot be read ends with 2, whatever the others say`() async throws {
        let hub = Hub()
        let path = try hub.file("tour.yaml", "format: 2\n")
        let answer = await hub.run(["check", path, hub.folder + "/none"])
        #expect(answer.code == 2)
        #expect(answer.output.contains("error"))
        #expect(answer.errors.contains("\(hub.folder)/none: error: there is no such file or folder"))
    }

    @Test func `each line has one answer, however the bytes come`() async {
        let hub = Hub()
        let pieces = [#"{"expr":"#, #""1 + 2"}"# + "\n\n" + #"{"expr":"'é' + 'x'"}"# + "\n{", #""expr":"1 +"}"#]
        let answer = await hub.run(["eval"], input: pieces)
        let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(answer.code == 0)
        #expect(lines.count == 5, "four answers, and nothing behind the last line feed")
        #expect(lines[0] == #"{"deduced":"int","value":{"int":"3"}}"#)
        #expect(lines[1].contains("error"))
        #expect(lines[2].contains("éx"))
        #expect(lines[3].contains("error"))
    }

    @Test func `a line of any length is answered, and no more of it is kept than the limit`() async {
        var lines = LineSplitter(limit: 10)
        var seen: [Int] = []
        for _ in 0..<1_000 { lines.take(Array(repeating: 0x61, count: 1_000)) { seen.append($0.count) } }
        lines.take([0x0A, 0x62, 0x0A]) { seen.append($0.count) }
        #expect(seen == [11, 1])
        #expect(lines.last == nil)
        let long = String(repeating: "a", count: Conformance.lineBytes + 1)
        let answer = await Hub().run(["eval"], input: [long, "\n", #"{"expr":"true"}"#])
        let answers = answer.output.split(separator: "\n")
        #expect(answers.count == 2)
        #expect(answers.first?.contains("longer than") ?? false)
        #expect(answers.last == #"{"deduced":"bool","value":{"bool":true}}"#)
    }

    @Test func `a programme with mistakes is never added`() async throws {
        let hub = Hub()
        let path = try hub.file("tour.yaml", "format: 1\nprogramme: tour\n")
        let answer = await hub.run("programme", "add", path)
        #expect(answer.code == 1)
        #expect(answer.output.contains("error"))
        #expect(await hub.run("programme", "list").errors.contains("there is no database"))
    }

    @Test func `programmes are listed and shown, misspelt ones proposed`() async {
        let hub = Hub()
        let added = await hub.run("programme", "add", Hub.workflows + "/study-tour")
        #expect(added.output.hasPrefix("added: study-tour version 1"))
        let again = await hub.run("programme", "add", Hub.workflows + "/study-tour")
        #expect(again.output.hasPrefix("kept already"))
        let list = await hub.run("programme", "list", "--json")
        #expect(list.json?["programmes"]?.asList?.count == 1)
        let wrong = await hub.run("programme", "show", "study-tuor")
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("did you mean \"study-tour\"?"))
        #expect(await hub.run("programme", "show", "study-tour@2").errors.contains("did you mean \"study-tour@1\"?"))
        let page = await hub.run("programme", "show", "study-tour").output
        #expect(page.contains("STATE"))
        #expect(page.firstMatch(of: /screening +coordinator +screening +5 working days +accept: → assessment/) != nil)
        #expect(page.contains("signing     requester and host (all of them)  to sign agreement"))
        let json = await hub.run("programme", "show", "study-tour", "--json").json
        #expect(
            json?["stages"]?.asList?.compactMap { $0["name"]?.asString } == ["request", "match", "visit", "follow-up"])
        let first = json?["stages"]?.asList?.first?["states"]?.asList?.first
        #expect(first?["who"] == .string("requester"))
        #expect(first?["next"]?.asList?.first?["targets"] == .list([.string("screening")]))
    }

    @Test func `notes tell what may come too late and what waits for a date, and are no mistakes`() async throws {
        let hub = Hub()
        let text = """
            format: 1
            programme: small
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            stages:
              request:
                open:
                  task: {who: clerk, due: 3 days}
                  clock: {5 working days: remind, 6 days: expired}
                  next: {done: closed}
            ends: {closed: fulfilled, expired: expired}

            """
        let path = try hub.file("small.yaml", text)
        let plain = await hub.run("check", "--strict", path)
        #expect(plain.code == 0 && plain.output == "", Comment(rawValue: plain.output))
        let notes = await hub.run("check", "--strict", "--notes", path)
        #expect(notes.code == 0)
        #expect(
            notes.output
                == "\(path):9:15: note: this may be overtaken: \"open\" can have ended by then (6 days, line 9)\n")
        let open = """
            format: 1
            programme: small
            version: 1
            people: {clerk: {title: Clerk, staff: yes}}
            forms: {plan: {days: {type: dates}}}
            dates: {visit: {from: plan.days}}
            stages:
              request:
                asked:
                  task: {who: clerk, form: plan, due: 3 days}
                  next: {done: waiting}
              visit:
                waiting:
                  clock: {first day of visit: closed, 60 days: expired}
            ends: {closed: fulfilled, expired: expired}

            """
        let sleeping = await hub.run("check", "--strict", "--json", try hub.file("open.yaml", open))
        #expect(sleeping.code == 0, Comment(rawValue: sleeping.output))
        let found = sleeping.json?["files"]?.asList?.first?["notes"]?.asList ?? []
        #expect(found.compactMap { $0["severity"] } == [.string("note")])
        #expect(
            found.first?["message"]?.asString?.hasPrefix("in \"waiting\" this sleeps until \"visit\" is known") ?? false
        )
    }

    @Test func `the inputs of a pack's action are checked where the pack lies`() async throws {
        let pack = PackHub()
        try await pack.install()
        let good = await pack.hub.run("check", "--strict", try pack.hub.file("good.yaml", PackHub.programme))
        #expect(good.code == 0, Comment(rawValue: good.output))
        let wrong = PackHub.programme.replacing("{text: ", with: "{txt: ")
        let bad = await pack.hub.run("check", try pack.hub.file("bad.yaml", wrong))
        #expect(bad.code == 1)
        #expect(bad.output.contains("note.write has no input \"txt\"; did you mean \"text\"?"))
        let without = await Hub().run("check", "--strict", try pack.hub.file("good.yaml", PackHub.programme))
        #expect(without.code == 1 && without.output.contains("a pack must bring it"))
    }
}
