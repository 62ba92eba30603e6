import CaseStore
import Calendars
import Engine
import Exchange
import Expressions
import Foundation
import SQLiteStore
import Service
import Synchronization

@testable import CommandLineTool

/// A hub of its own: a folder with a real database, a clock that is moved by hand, and the program's whole tree.
final class Hub: Sendable {
    let folder: String
    let world: VirtualWorld
    private let input = Mutex<[[UInt8]]>([])

    static let workflows = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("workflows").path

    init(at start: String = "2027-01-11T08:00:00Z") {
        folder = FileManager.default.temporaryDirectory.path + "/sojourn-verbs-" + UUID().uuidString
        world = VirtualWorld(from: Instant(rfc3339: start) ?? Instant(milliseconds: 0))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var database: String { folder + "/data/sojourn.db" }

    var place: Workplace {
        Workplace(
            environment: { [folder] name in name == "XDG_DATA_HOME" ? folder + "/data" : nil },
            read: { self.input.withLock { $0.isEmpty ? nil : $0.removeFirst() } }, world: world.world)
    }

    struct Answer {
        let code: Int32
        let output: String
        let errors: String

        var json: Value? { try? Value(json: output.utf8) }
    }

    /// Runs the program on this hub's database.
    func run(_ words: String..., input pieces: [String] = [], columns: Int? = nil) async -> Answer {
        await run(["--database", database] + words, input: pieces, columns: columns)
    }

    /// Runs the program with nothing added.
    func run(
        _ words: [String], input pieces: [String] = [], columns: Int? = nil, interruption: Interruption = Interruption()
    ) async -> Answer {
        input.withLock { $0 = pieces.map { Array($0.utf8) } }
        let terminal = Terminal.inMemory(
            columns: columns, environment: ["TERM": "dumb"], interruption: interruption)
        let code = await Sojourn.tree(at: place).answer(words, on: terminal)
        return Answer(code: code.rawValue, output: terminal.output.text, errors: terminal.errors.text)
    }

    /// Moves the clock and lets the service do what is due, as `run` does.
    func turn(to instant: String) async throws {
        if let instant = Instant(rfc3339: instant) { world.advance(to: instant) }
        try await withService { _ = try await $0.engine.turn() }
    }

    func withService(_ work: (Service) async throws -> Void) async throws {
        let store = try SQLiteStore.open(path: database)
        let service = try Service(store: store, world: world.world, folder: folder + "/data")
        do {
            try await work(service)
            await service.close()
        } catch {
            await service.close()
            throw error
        }
    }

    // MARK: A study tour

    static let people = [
        "requester=Ana Kovač <ana@city.example>; institution=City of Bihać; language=en",
        "coordinator=Vera Hub <vera@hub.example>", "head=Hana Hub <hana@hub.example>",
        "assessor=Asim One <asim@hub.example>", "assessor=Ajla Two <ajla@hub.example>",
        "committee=Com Mittee <com@hub.example>", "logistics=Lea Hub <lea@hub.example>",
    ]

    static let request =
        #"{"objective":"Cleaner air","outcomes":["enhanced_skill"],"people":4,"country":"BA","windows":["2027-06-01/2027-06-30"],"languages":["en"],"budget":"20000 EUR","letter":"letter.pdf"}"#

    /// A hub with a study tour that has just begun; its reference.
    func startTour() async -> String {
        _ = await run("programme", "add", Self.workflows + "/study-tour", "--quiet")
        let words =
            ["--database", database, "case", "start", "study-tour", "--as", "coordinator", "--json"]
            + Self.people.flatMap { ["--person", $0] }
        return await run(words).json?["reference"]?.asString ?? "none"
    }

    /// Writes a file beside the database.
    func file(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// The identifiers of those who hold a role, by `case show`.
    func holders(_ role: String, of reference: String) async -> [String] {
        let shown = await run("case", "show", reference, "--json").json
        return (shown?["people"]?[role]?.asList ?? []).compactMap { $0["id"]?.asString }
    }
}
