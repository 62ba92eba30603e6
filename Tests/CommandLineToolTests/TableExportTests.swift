import Expressions
import Foundation
import Service
import Tables
import Testing

@testable import CommandLineTool

/// A year of study tours, played once for all tests of this file.
private enum Year {
    static let hub: Task<(hub: Hub, database: String), any Error> = Task {
        let hub = Hub()
        let folder = hub.folder + "/year"
        try FileManager.default.createDirectory(atPath: hub.folder, withIntermediateDirectories: true)
        var demonstration = Demonstration(programme: Hub.workflows + "/study-tour", folder: folder)
        // What is to be seen is seen in four cases: two that went well, one that was lost, one that was moved.
        demonstration.limit = 4
        let (service, _) = try await demonstration.run(
            try demonstration.prepare(), store: try demonstration.openStore(), tell: { _ in }, progress: { _ in })
        await service.close()
        return (hub, folder + "/" + Demonstration.databaseFile)
    }

    static func run(_ words: String...) async throws -> Hub.Answer {
        let year = try await hub.value
        return await year.hub.run(["--database", year.database] + words)
    }

    static func file(_ name: String) async throws -> String {
        try await hub.value.hub.folder + "/\(UUID().uuidString)-\(name)"
    }
}

/// A table of comma-separated values, read by this program's own reader.
private func read(_ text: String) throws -> [[String: String]] {
    let reader = try TableReader(MemorySource(Array(text.utf8)))
    var rows: [[String: String]] = []
    while let row = try reader.next() {
        rows.append(Dictionary(zip(reader.header.names, try row.get().fields), uniquingKeysWith: { first, _ in first }))
    }
    return rows
}

/// A workbook as openpyxl, another program, reads it: each cell as type and value.
private func workbook(_ path: String) throws -> [[String]] {
    let script = """
        import json, sys, openpyxl
        sheet = openpyxl.load_workbook(sys.argv[1]).active
        rows = [["%s:%s" % (c.data_type, c.value.strftime("%Y-%m-%d") if c.is_date else c.value) for c in row] for row in sheet]
        print(json.dumps([[sheet.title, str(sheet.sheet_view.rightToLeft), str(sheet.auto_filter.ref)]] + rows))
        """
    let output = try Shell.run("/usr/bin/python3", ["-c", script, path])
    return try JSONDecoder().decode([[String]].self, from: Data(output.utf8))
}

// One database, which one opens at a time.
@Suite(.serialized) struct `Exported tables` {
    @Test func `cases stand one a row, with who visits whom and when, and nobody's name`() async throws {
        let answer = try await Year.run("export", "cases")
        let rows = try read(answer.output)
        #expect(rows.count == 4)
        let first = try #require(rows.first)
        #expect(first["Case"] == "ST-2027-0001")
        #expect(first["State"] == "Closed")
        #expect(first["First day"]?.count == 10 && first["Hosts"]?.isEmpty == false)
        #expect(rows.contains { $0["Ended"]?.isEmpty == false })
        #expect(!answer.output.contains("@") && !answer.output.contains("Budget"))
    }

    @Test func `with one programme its questions are columns, as far as the reader's role may see them`() async throws {
        let own = try read(try await Year.run("export", "cases", "--programme", "study-tour").output)
        #expect(own.first?["Request: How many people travel?"].flatMap(Double.init) != nil)
        #expect(own.first?["Request: What may it cost?"] == nil, "money is not for everyone")
        let coordinator = try read(
            try await Year.run("export", "cases", "--programme", "study-tour", "--as", "coordinator").output)
        #expect(coordinator.first?["Request: What may it cost?"]?.hasSuffix(" EUR") == true)
        let unknown = try await Year.run("export", "cases", "--as", "cordinator")
        #expect(unknown.code == 1 && unknown.errors.contains("did you mean \"coordinator\"?"))
    }

    @Test func `participants have names only for a role that sees contact data; papers and health are in no table`()
        async throws
    {
        let plain = try await Year.run("export", "participants")
        let rows = try read(plain.output)
        #expect(rows.count > 8)
        #expect(rows.first?["Name"] == nil && !plain.output.contains("@"))
        #expect(rows.contains { $0["Took part"] == "yes" } && rows.contains { $0["Took part"] == "no" })
        let named = try read(try await Year.run("export", "participants", "--as", "coordinator").output)
        #expect(named.count == rows.count)
        #expect(named.contains { $0["Name"]?.isEmpty == false && $0["E-mail"]?.contains("@") == true })
        // Logistics sees identity and special data in the service, but no contact data; a table gives it neither.
        for role in ["logistics", "head", "coordinator"] {
            for kind in ["cases", "participants", "outcomes"] {
                let table = try await Year.run("export", kind, "--as", role, "--programme", "study-tour")
                #expect(table.code == 0)
                for secret in ["assport", "insurance", "Diet"] { #expect(!table.output.contains(secret)) }
                if role != "coordinator" { #expect(!table.output.contains("@")) }
            }
        }
    }

    @Test func `outcomes are the answers since the visit was over, a chosen word a row`() async throws {
        let rows = try read(try await Year.run("export", "outcomes").output)
        let useful = rows.filter { $0["Question"] == "How useful was the visit?" }
        #expect(useful.count > 4)
        #expect(useful.allSatisfy { ($0["As a number"].flatMap(Double.init) ?? 0) >= 1 && $0["Part"] == "Delegates" })
        let reached = rows.filter { $0["Question"] == "Which outcomes did you reach?" }
        #expect(reached.allSatisfy { $0["Answer"]?.contains(";") == false } && !reached.isEmpty)
        #expect(!rows.contains { $0["Question"] == "How many people travel?" }, "that was asked before the visit")
        for row in rows {
            let (last, answered) = (row["Last day"] ?? "", row["Answered"] ?? "")
            #expect(answered >= last || last.isEmpty)
        }
    }

    @Test func `words stand in the reader's language`() async throws {
        let rows = try read(try await Year.run("export", "outcomes", "--language", "fr").output)
        #expect(rows.first?["Dossier"] == "ST-2027-0001")
        #expect(rows.contains { $0["Formulaire"] == "Rapport" })
    }

    @Test func `the days narrow it down, by the opening`() async throws {
        let all = try read(try await Year.run("export", "cases").output)
        let days = all.compactMap { $0["Opened"] }.sorted()
        let (first, last) = (try #require(days.first), try #require(days.last))
        let some = try read(try await Year.run("export", "cases", "--from", first, "--until", first).output)
        #expect(some.count == days.count { $0 == first })
        #expect(
            try read(try await Year.run("export", "cases", "--from", last).output).count == days.count { $0 == last })
        let wrong = try await Year.run("export", "cases", "--from", "May", "--until", "June")
        #expect(wrong.code == 2)
        for mistake in ["--from is a day", "--until is a day"] { #expect(wrong.errors.contains(mistake)) }
    }

    @Test func `a workbook has days and numbers to sort by, and is read by another program`() async throws {
        let path = try await Year.file("cases.xlsx")
        let told = try await Year.run("export", "participants", path, "--as", "coordinator", "--language", "ar")
        #expect(told.errors.contains("written to \(path)"))
        let all = try workbook(path)
        #expect(all[0][0] == "participants" && all[0][1] == "True" && all[0][2].hasPrefix("A1:"))
        #expect(all[1][0] == "s:الملف")
        #expect(all[2].contains { $0.hasPrefix("n:") } && all[2].contains { $0.hasPrefix("d:2027-") })
        #expect(!all.dropFirst().contains { $0.contains { $0.hasPrefix("f:") } })
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try await Year.run("export", "cases", path).errors.contains("is there already"))
        #expect(try await Year.run("export", "cases", "--format", "xlsx").code == 2, "a workbook needs a file")
        #expect(try await Year.run("export", "ST-2027-0001", "--format", "csv").code == 2)
    }

    @Test(arguments: ["=1+1", "\tx"])
    func `what somebody writes is never a formula`(text: String) async throws {
        let hub = Hub()
        let reference = await hub.startTour()
        let escaped = try #require(String(data: JSONEncoder().encode(text), encoding: .utf8))
        let values = try hub.file("request.json", Hub.request.replacing("\"Cleaner air\"", with: escaped))
        #expect(
            await hub.run("task", "answer", "\(reference).1", "--as", "requester", "--values", values).code == 0)
        let (csv, xlsx) = (hub.folder + "/t.csv", hub.folder + "/t.xlsx")
        for path in [csv, xlsx] {
            #expect(await hub.run("export", "cases", path, "--programme", "study-tour").code == 0)
        }
        let row = try read(String(contentsOfFile: csv, encoding: .utf8).replacing("\u{FEFF}", with: ""))[0]
        let stored = try #require(row["Request: What must change at home?"])
        #expect(stored.hasPrefix("'"))
        let cell = try workbook(xlsx)[2].first { $0.contains(text.trimmingCharacters(in: .whitespacesAndNewlines)) }
        #expect(cell?.hasPrefix("s:") == true)
    }

    @Test func `a file that cannot be written whole is not left behind`() async throws {
        let hub = Hub()
        _ = await hub.startTour()
        let answer = await hub.run("export", "cases", hub.folder + "/none/t.csv")
        #expect(answer.code == 1 && answer.errors.contains("cannot be made"))
    }
}
