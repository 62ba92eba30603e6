import Exchange
import Expressions
import Testing

@testable import CommandLineTool

@Suite struct `Rows that a mapping counts in groups` {
    private static let table = "host,start\nh1,2024-05\nh1,2024-09\nh1,2025-05\nh2,2024-05\n"

    private func run(_ capacity: String) async throws -> Hub.Answer {
        let hub = try await CallHub(offers: "id,institution,kind,people,capacity\n").hub
        let mapping = try hub.file(
            "map.yaml",
            """
            offers:
              fields:
                id: host
                institution: host
                capacity: \(capacity)

            """)
        let table = try hub.file("table.csv", Self.table)
        let answer = await hub.run("import", "offers", table, "--mapping", mapping)
        guard answer.code == 0 else { return answer }
        return await hub.run("register", "show", "h1", "--json")
    }

    @Test func `are grouped by so many letters, or by the whole text`() async throws {
        let years = try await run("{most-rows-by: start, letters: 4}")
        #expect(years.output.contains("\"capacity\":2"), Comment(rawValue: years.output + years.errors))
        let months = try await run("{most-rows-by: start}")
        #expect(months.output.contains("\"capacity\":1"), Comment(rawValue: months.output + months.errors))
    }

    @Test(arguments: ["four", "0", "-1", "4.5", "\"\"", "[4]"])
    func `are not counted at all where the letters are no number`(letters: String) async throws {
        let answer = try await run("{most-rows-by: start, letters: \(letters)}")
        #expect(answer.code != 0)
        #expect(answer.errors.contains("letters is a whole number, 1 or more"), Comment(rawValue: answer.errors))
    }

    @Test func `need a column to be counted by`() async throws {
        let answer = try await run("{column: start, letters: 4}")
        #expect(answer.code != 0 && answer.errors.contains("letters goes with most-rows-by"))
    }
}
