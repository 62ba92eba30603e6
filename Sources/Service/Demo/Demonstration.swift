package import Calendars
package import CaseStore
import Engine
package import Exchange
package import Expressions
import Foundation
package import ProgrammeLanguage
import SQLiteStore
import Tables

/// The main job: a programme, a table of requests and one of offers, taken from the first request to the last
/// follow-up a year later on a new database, in virtual time.
package struct Demonstration: Sendable {
    /// The programme's folder.
    package var programme: String
    package var requests: String
    package var offers: String
    package var roster: String
    package var cast: String
    package var mapping: String?
    /// The new folder in which everything is left.
    package var folder: String
    /// Cases at most; nil: all.
    package var limit: Int?

    /// The name of the database in the folder.
    package static let databaseFile = "sojourn.db"
    /// Where refused rows are reported.
    package static let refusedFile = "refused-rows.csv"

    /// With the sample that the programme ships.
    package init(programme: String, folder: String) {
        self.programme = programme
        self.folder = folder
        requests = programme + "/sample/requests.csv"
        offers = programme + "/sample/offers.csv"
        roster = programme + "/sample/roster.csv"
        cast = programme + "/sample/cast.yaml"
        mapping = nil
        limit = nil
    }

    /// What was read before anything started.
    package struct Prepared {
        package let machine: CaseMachine
        package let source: ProgrammeSource
        /// The programmes that this one calls, each beside it in a folder of its name.
        package let called: [(machine: CaseMachine, source: ProgrammeSource)]
        package var requests: [ImportedRequest]
        package let offers: [Value]
        package let roster: [String: [Party]]
        package let script: CastScript
        package let requestReport: ImportReport
        package let offerReport: ImportReport
    }

    /// Reads programme, tables and cast; nothing is written but the report of refused rows.
    ///
    /// - Parameter progress: told the share of the requests that was read, 0 to 1.
    /// - Throws: `DemonstrationFault`, `TableFault`, `MappingMistakes` or `SettingsMistakes`.
    package func prepare(progress: (Double) -> Void = { _ in }) throws -> Prepared {
        let (machine, source) = try Self.compiled(programme)
        let called = try machine.programme.calls.map { name in
            try Self.compiled(
                URL(fileURLWithPath: programme).deletingLastPathComponent().appendingPathComponent(name).path)
        }
        let programmes = [machine.programme] + called.map(\.machine.programme)
        let script = try CastScript.read(path: cast, dates: Set(programmes.flatMap(\.dates).map(\.name)))
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let refused = RefusedRows(path: folder + "/" + Self.refusedFile)
        var requests: [ImportedRequest] = []
        var table = try TableImport.open(table: self.requests, mapping: mapping, named: "requests")
        let reading = RequestReading(machine: machine)
        let requestReport = try TableImport.run(
            &table, make: reading.request, take: { requests.append($0) },
            refuse: { try refused.add($0, table: self.requests) }, progress: progress)
        let hasOffers = try mapping.map { try MappingFile.read(path: $0, named: "offers") != nil } ?? false
        var offers: [Value] = []
        var offerTable = try TableImport.open(
            table: hasOffers ? self.requests : self.offers, mapping: hasOffers ? mapping : nil, named: "offers")
        var seen: Set<String> = []
        let offerReport = try TableImport.run(
            &offerTable, make: { Records.offer($0) },
            take: { offer in
                // A table of past visits names each host many times; one offer stands for all.
                if let id = offer["id"]?.asString, seen.insert(id).inserted { offers.append(offer) }
            }, refuse: { mistake in if !hasOffers { try refused.add(mistake, table: self.offers) } })
        var roster: [String: [Party]] = [:]
        var rosterTable = try TableImport.open(table: self.roster, mapping: nil, named: "roster")
        _ = try TableImport.run(
            &rosterTable, make: { Records.holder($0) },
            take: { roster[$0.role, default: []].append($0.party) },
            refuse: { try refused.add($0, table: self.roster) })
        try refused.close()
        return Prepared(
            machine: machine, source: source, called: called, requests: requests, offers: offers, roster: roster,
            script: script,
            requestReport: requestReport, offerReport: offerReport)
    }

    private static func compiled(_ path: String) throws -> (machine: CaseMachine, source: ProgrammeSource) {
        let source = try ProgrammeSource.read(path: path)
        let compiled = ProgrammeCompiler.compile(source, functions: Service.knownFunctions)
        guard let programme = compiled.programme else { throw DemonstrationFault(compiled.diagnostics.lines) }
        return (CaseMachine(programme: programme), source)
    }

    /// When virtual time begins: on the morning of the first request.
    package static func start(of prepared: Prepared) -> Instant {
        let zone = prepared.machine.programme.zone
        let first = prepared.requests.compactMap(\.arrived).min() ?? LocalDate(iso: "2027-01-11") ?? LocalDate(day: 0)
        return zone.startOfDay(first)
    }

    /// Runs everything; the database stays open until the caller closes the service.
    ///
    /// - Parameters:
    ///   - tell: gets each line of the timeline.
    ///   - progress: told after each instant.
    package func run(
        _ prepared: Prepared, store: any CaseStore, isDone: () -> Bool = { false },
        tell: @escaping (Timeline.Line) -> Void, progress: (CastReport) -> Void
    ) async throws -> (service: Service, report: CastReport) {
        let start = Self.start(of: prepared)
        let world = VirtualWorld(from: start)
        let box = WatchBox()
        let service = try Service(store: store, world: world.world, folder: folder, watch: box.watch, concurrency: 1)
        _ = try await service.engine.add(prepared.machine.programme, source: prepared.source.packed())
        for (machine, source) in prepared.called {
            _ = try await service.engine.add(machine.programme, source: source.packed())
        }
        for kind in prepared.machine.programme.registers {
            try await service.engine.register.put(offers: prepared.offers, kind: kind)
        }
        try await service.engine.register.put(roster: prepared.roster)
        var requests = prepared.requests
        if let limit { requests = Array(requests.prefix(limit)) }
        let run = CastRun(
            service: service, world: world, machine: prepared.machine, called: prepared.called.map(\.machine),
            script: prepared.script, requests: requests, box: box)
        let timelines = Dictionary(
            ([prepared.machine] + prepared.called.map(\.machine)).map { ($0.programme.hash, Timeline(machine: $0)) }
        ) { first, _ in first }
        run.tell = { c, notes in
            for line in timelines[c.programme]?.lines(c, notes) ?? [] { tell(line) }
        }
        let last = requests.compactMap(\.arrived).max() ?? LocalDate(day: 0)
        let horizon = prepared.machine.programme.zone.startOfDay(last.adding(days: 4 * 365))
        let report = try await run.run(until: horizon, isDone: isDone, progress: progress)
        return (service, report)
    }

    /// Opens the new database of the demonstration.
    ///
    /// - Throws: `DemonstrationFault` if there is one already.
    package func openStore() throws -> any CaseStore {
        let path = folder + "/" + Self.databaseFile
        guard !FileManager.default.fileExists(atPath: path) else {
            throw DemonstrationFault(["\(path) is there already; choose a new folder, or delete this one"])
        }
        return try SQLiteStore.open(path: path)
    }
}

/// Why the demonstration cannot begin.
package struct DemonstrationFault: Error, Sendable, CustomStringConvertible {
    package let messages: [String]

    package init(_ messages: [String]) {
        self.messages = messages
    }

    package var description: String { messages.joined(separator: "\n") }
}

/// The file of rows that could not be taken, one mistake a line.
private final class RefusedRows {
    private let path: String
    private var text = "file,line,column,reason,what\n"
    private(set) var count = 0

    init(path: String) {
        self.path = path
    }

    func add(_ mistake: TableMistake, table: String) throws {
        count += 1
        let name = URL(fileURLWithPath: table).lastPathComponent
        text +=
            [name, String(mistake.line), mistake.column ?? "", mistake.reason.rawValue, mistake.text]
            .map(Self.cell).joined(separator: ",") + "\n"
    }

    /// Quoted where needed, and never a formula.
    private static func cell(_ text: String) -> String {
        let safe = text.first.map { "=+-@".contains($0) } ?? false ? "'" + text : text
        return safe.utf8.contains { ",\"\n\r".utf8.contains($0) }
            ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }

    func close() throws {
        guard count > 0 else { return }
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw DemonstrationFault(["\(path) cannot be written"]) }
    }
}
