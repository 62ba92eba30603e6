import Expressions
import Foundation
import Testing

@testable import CommandLineTool

@Suite("A register of real mobilities")
struct MobilityRegisterTests {
    private static let table = URL(fileURLWithPath: Hub.workflows).deletingLastPathComponent()
        .appendingPathComponent("../shared/data/mobility-2005-2014.csv.gz").standardizedFileURL.path

    @Test(
        "has the hosts of ten years with the capacity that the past shows",
        .enabled(if: FileManager.default.fileExists(atPath: table), "../shared/data is not here"))
    func hosts() async throws {
        let hub = Hub()
        _ = await hub.run("programme", "add", Hub.workflows + "/study-tour", "--quiet")
        let mapping = Hub.workflows + "/study-tour/sample/mobility.yaml"
        let taken = await hub.run("import", "offers", Self.table, "--mapping", mapping, "--json")
        // Counted by Python over the same file and mapping.
        #expect(taken.json?["added"]?.asInt == 2_065)
        #expect(taken.json?["refused"]?.asInt == 3_772)
        #expect(taken.json?["rows"]?.asInt == 67_088)
        let listed = await hub.run("register", "list", "host-offers", "--limit", "3000", "--json").json
        let offers = listed?["entries"]?.asList ?? []
        #expect(offers.count == 2_065)
        let capacities = offers.compactMap { $0["entry"]?["capacity"]?.asDouble }
        #expect(capacities.reduce(0, +) == 33_199)
        let most = offers.first { $0["id"] == .string("CALIFORNIA STATE UNIVERSITY - SYSTEM") }
        #expect(most?["entry"]?["capacity"]?.asDouble == 482)
        #expect(most?["entry"]?["per"] == .string("year"))
        let requests = await hub.run(
            "import", "requests", Self.table, "--mapping", mapping, "--only", "start=2010-03", "--dry-run", "--json")
        #expect((requests.json?["rows"]?.asInt ?? 0) > 100)
        #expect(requests.json?["dry_run"] == .bool(true))
    }
}
