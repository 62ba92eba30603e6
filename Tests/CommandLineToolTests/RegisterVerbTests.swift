import Calendars
import Engine
import Expressions
import Foundation
import Testing

@testable import CommandLineTool

@Suite("The register's verbs")
struct RegisterVerbTests {
    private static let institutions = """
        id,name,country,sectors,address
        i1,Ministère de la Santé,SN,health,one@ministry.example
        i2,MINISTERE DE LA SANTE,SN,health;nutrition,two@ministry.example
        i3,Министерство здравоохранения,RU,health,three@ministry.example
        i4,Water Agency,KE,water,four@agency.example

        """

    private func imported() async throws -> Hub {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/study-tour", "--quiet")
        let path = try hub.file("institutions.csv", Self.institutions)
        let answer = await hub.run("import", "institutions", path, "--json")
        #expect(answer.code == 0, Comment(rawValue: answer.errors))
        return hub
    }

    @Test("a dry run tells of every row what it would do, and does nothing")
    func dryRun() async throws {
        let hub = try await imported()
        let again = try hub.file(
            "again.csv",
            """
            id,name,country
            i4,Water Agency,UG
            i4,Water Agency twice,UG
            i9,New One,KE
            ,No Id,KE
            i1,Bad;Address,SN
            """)
        let answer = await hub.run("import", "institutions", again, "--dry-run", "--json")
        let each = answer.json?["each"]?.asList ?? []
        #expect(each.map { $0["fate"]?.asString } == ["changed", "added", "changed"])
        #expect(each.map { $0["line"]?.asInt } == [2, 4, 6])
        #expect(answer.json?["refused"]?.asInt == 2)
        #expect(answer.errors.contains("again.csv:3: id \"i4\" stands already in line 2"))
        #expect(answer.errors.contains("again.csv:5: an institution needs an id"))
        #expect(answer.code != 0)
        #expect(await hub.run("register", "show", "i4", "--json").json?["entry"]?["country"] == .string("KE"))
        #expect(await hub.run("register", "show", "i9").errors.contains("no entry \"i9\""))
    }

    @Test("an edit keeps who, when, and what was before; mistakes are told all at once")
    func editing() async throws {
        let hub = try await imported()
        hub.world.advance(to: Instant(rfc3339: "2027-02-01T09:00:00Z") ?? hub.world.now)
        let edited = await hub.run(
            "register", "edit", "i4", "sectors=water; sanitation", "text=Clean water", "--by", "vera", "--json")
        #expect(edited.json?["version"]?.asInt == 2)
        let history = await hub.run("register", "history", "i4", "--json").json?.asList ?? []
        #expect(history.count == 2)
        #expect(history.last?["by"] == .string("vera"))
        #expect(
            history.last?["at"] == .string("2027-02-01T09:00:00Z")
                || history.last?["at"] == .string("2027-02-01T09:00:00.000Z"))
        let change = history.last?["changes"]?.asList?.first
        #expect(change?["before"] == .string("water") && change?["after"] == .string("water; sanitation"))
        let wrong = await hub.run("register", "edit", "i4", "address=nobody", "colour=red", "id=i5", "--by", "vera")
        #expect(wrong.code != 0)
        #expect(wrong.errors.contains("e-mail") && wrong.errors.contains("colour"))
        let erased = await hub.run("register", "erase", "i4", "--by", "vera", "--yes", "--json")
        #expect(erased.json?["state"] == .string("withdrawn"))
        let after = await hub.run("register", "history", "i4")
        #expect(!after.output.contains("Clean water") && after.output.contains("erased"))
    }

    @Test("duplicates are proposed across accents and case, and merged by a person alone")
    func duplicates() async throws {
        let hub = try await imported()
        let pairs = await hub.run("register", "duplicates", "institutions", "--json").json?.asList ?? []
        #expect(pairs.count == 1)
        #expect(pairs.first?["first"] == .string("i1") && pairs.first?["second"] == .string("i2"))
        let offer = try hub.file(
            "offers.csv", "id,institution_id,topics,languages\no1,i2,new_knowledge,fr\n")
        #expect(await hub.run("import", "offers", offer).code == 0)
        let merged = await hub.run("register", "merge", "i1", "i2", "--kind", "institutions", "--by", "vera", "--json")
        #expect(merged.json?["entry"]?["sectors"] == .list([.string("health"), .string("nutrition")]))
        #expect(merged.json?["entry"]?["address"] == .string("one@ministry.example"))
        #expect(await hub.run("register", "show", "o1", "--json").json?["entry"]?["institution_id"] == .string("i1"))
        #expect(await hub.run("register", "show", "i2", "--json").json?["state"] == .string("merged"))
        #expect(await hub.run("register", "duplicates", "institutions", "--json").json?.asList?.isEmpty ?? false)
        #expect(await hub.run("register", "merge", "i1", "i2", "--by", "vera").errors.contains("cannot be merged"))
    }

    @Test("two that are said to be two are not proposed again")
    func distinct() async throws {
        let hub = try await imported()
        #expect(await hub.run("register", "distinct", "i2", "i1", "--by", "vera").code == 0)
        #expect(await hub.run("register", "duplicates", "institutions", "--json").json?.asList?.isEmpty ?? false)
    }

    @Test(
        "what is exported is taken back unchanged, as CSV and as a workbook, and is no formula",
        arguments: ["csv", "xlsx"])
    func export(_ ending: String) async throws {
        let hub = try await imported()
        _ = await hub.run("register", "edit", "i4", "text==1+1", "contact=+254 20", "--by", "vera")
        let path = hub.folder + "/out." + ending
        #expect(await hub.run("register", "export", "institutions", path).code == 0)
        if ending == "csv" {
            #expect(try String(contentsOfFile: path, encoding: .utf8).contains("'=1+1"))
        }
        let back = await hub.run("import", "institutions", path, "--dry-run", "--json")
        #expect(back.json?["same"]?.asInt == 4, Comment(rawValue: back.output + back.errors))
        #expect(await hub.run("register", "export", "institutions", path).errors.contains("is there already"))
    }

    @Test("a search folds accents and scripts, over the register, exchanges and lessons")
    func search() async throws {
        let hub = try await imported()
        func found(_ words: String..., of: String? = nil) async -> [String] {
            let rest = of.map { ["--of", $0] } ?? []
            let answer = await hub.run(["--database", hub.database, "register", "search"] + words + rest + ["--json"])
            return (answer.json?.asList ?? []).compactMap { $0["id"]?.asString }
        }
        #expect(await Set(found("sante")) == ["i1", "i2"])
        #expect(await found("Здравоохранения") == ["i3"])
        #expect(await found("water", "agen") == ["i4"])
        #expect(await found("water", of: "lessons") == [])
        let reference = await hub.startTour()
        let answered = await hub.run(
            "task", "answer", "\(reference).1", "submit", "--as", "requester", "--values",
            try hub.file("request.json", Hub.request))
        #expect(answered.code == 0, Comment(rawValue: answered.errors))
        #expect(await found("cleaner", of: "exchanges") == [reference])
        #expect(await found("city", "bihac") == [reference])
        // Money has a class of personal data and is erased one day: it is not found.
        #expect(await found("20000").isEmpty)
        #expect(await hub.run("register", "search", "…").errors.contains("nothing to search"))
    }

    @Test("an owner of a stale offer is asked once, by mail, and the answer reaches the register")
    func confirming() async throws {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/offer-confirmation", "--quiet")
        try "register:\n  stale-after: 30 days\n".write(
            toFile: hub.folder + "/data/sojourn.yaml", atomically: true, encoding: .utf8)
        let offers = try hub.file(
            "offers.csv",
            "id,name,institution,address,language\no1,Ana,City,ana@city.example,pt\no2,Bo,Town,bo@town.example,en\no3,Cy,Port,,en\n"
        )
        #expect(await hub.run("import", "offers", offers).code == 0)
        let roster = try hub.file("roster.csv", "role,name,address\n*,Hub,hub@hub.example\n")
        #expect(await hub.run("import", "roster", roster).code == 0)
        #expect(await hub.run("register", "stale", "--json").json?["stale"]?.asList?.isEmpty ?? false)
        hub.world.advance(to: Instant(rfc3339: "2027-02-20T09:00:00Z") ?? hub.world.now)
        let stale = await hub.run("register", "stale", "--json")
        #expect(stale.json?["stale"]?.asList?.count == 3)
        // The service asks by itself, and however often it looks, once.
        for _ in 0..<3 { #expect(await hub.run("run", "--once").code == 0) }
        let tasks = await hub.run("task", "list", "--json").json?["tasks"]?.asList ?? []
        #expect(tasks.count == 2)
        let mail =
            (try? FileManager.default.subpathsOfDirectory(atPath: hub.folder + "/data"))?.filter {
                $0.hasSuffix(".eml")
            } ?? []
        #expect(mail.count == 2)
        let ids = tasks.compactMap { $0["id"]?.asString }.sorted()
        #expect(ids.count == 2)
        guard ids.count == 2 else { return }
        let first = await hub.run(
            "task", "answer", ids[0], "holds", "--as", "owner", "--set", "windows=2027-05-01/2027-06-30")
        #expect(first.code == 0, Comment(rawValue: first.errors))
        let second = await hub.run("task", "answer", ids[1], "gone", "--as", "owner")
        #expect(second.code == 0, Comment(rawValue: second.errors))
        #expect(await hub.run("run", "--once").code == 0)
        let entries = (await hub.run("register", "list", "--all", "--json")).json?["entries"]?.asList ?? []
        let states = Dictionary(
            uniqueKeysWithValues: entries.map { ($0["id"]?.asString ?? "", $0["state"]?.asString ?? "") })
        #expect(states["o1"] == "active" && states["o2"] == "withdrawn")
        #expect(await hub.run("register", "stale", "--json").json?["stale"]?.asList?.count == 1)
    }

    @Test("silence takes an offer off the lists until somebody confirms it")
    func lapsing() async throws {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/offer-confirmation", "--quiet")
        try "register:\n  stale-after: 30 days\n".write(
            toFile: hub.folder + "/data/sojourn.yaml", atomically: true, encoding: .utf8)
        let offers = try hub.file("offers.csv", "id,name,institution,address\no1,Ana,City,ana@city.example\n")
        _ = await hub.run("import", "offers", offers)
        _ = await hub.run("import", "roster", try hub.file("roster.csv", "role,name,address\n*,Hub,hub@hub.example\n"))
        hub.world.advance(to: Instant(rfc3339: "2027-02-20T09:00:00Z") ?? hub.world.now)
        #expect(await hub.run("run", "--once").code == 0)
        // The service looks while the time comes: an end that it slept through would be put before the staff instead.
        for instant in ["2027-02-27T09:05:00Z", "2027-03-06T09:05:00Z", "2027-03-14T00:05:00Z", "2027-03-23T00:05:00Z"]
        {
            try await hub.turn(to: instant)
        }
        #expect(await hub.run("register", "show", "o1", "--json").json?["state"] == .string("lapsed"))
        #expect(
            await hub.run("register", "confirm", "o1", "--by", "vera", "--json").json?["state"] == .string("active"))
        let wrong = hub.folder + "/data/sojourn.yaml"
        try "register:\n  stale-after: soon\n".write(toFile: wrong, atomically: true, encoding: .utf8)
        #expect(await hub.run("register", "list").errors.contains("stale-after is a number of days"))
    }
}
