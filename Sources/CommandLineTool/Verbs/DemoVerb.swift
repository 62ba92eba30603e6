import Calendars
import CaseStore
import Engine
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service
import Synchronization
import Tables

/// `sojourn demo`: the whole of a programme on real input, in virtual time.
enum DemoVerb {
    static let spec = CommandSpec(
        "demo", "Takes requests from the first day to the last follow-up, in virtual time, in a new folder.",
        discussion: """
            Loads the study-tour programme, imports requests and offers, and plays a year and more in a minute: people's
            answers come from a scripted cast. It leaves the database, every message as an .eml file, the invitations as
            .ics and the documents in their folders, and says what to try next.
            """,
        examples: [
            ("sojourn demo", "The sample that is shipped, in a new folder sojourn-demo."),
            (
                "sojourn demo --requests requests.csv --mapping mapping.yaml --folder trial",
                "Your own table of requests."
            ),
        ],
        options: [
            Option("folder", value: "PATH", "The new folder.", default: "sojourn-demo", completion: .folder),
            Option("programme", value: "FOLDER", "The programme; its sample folder is used.", completion: .folder),
            Option("requests", value: "FILE", "A table of requests (CSV, also .gz).", completion: .file),
            Option("offers", value: "FILE", "A table of offers.", completion: .file),
            Option("mapping", value: "FILE", "How the table's columns become requests and offers.", completion: .file),
            Option("cast", value: "FILE", "Who answers how.", completion: .file),
            Option("limit", value: "COUNT", "Plays at most so many requests; all are read.", default: "300"),
        ], run: run)

    @Sendable static func run(_ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        var demonstration = Demonstration(
            programme: try parsed.text("programme") ?? ShippedProgrammes.folder("study-tour"), folder: parsed["folder"])
        if let path = parsed.text("requests") { demonstration.requests = path }
        if let path = parsed.text("offers") { demonstration.offers = path }
        if let path = parsed.text("cast") { demonstration.cast = path }
        demonstration.mapping = parsed.text("mapping")
        demonstration.limit = try parsed.integer("limit", 1...10_000_000)
        let demo = demonstration
        let isSample = parsed.text("requests") == nil
        let prepared: Demonstration.Prepared
        let store: any CaseStore
        do {
            store = try demo.openStore()
            let reading = ProgressBar("reading requests", total: isSample ? 0 : 100, on: terminal)
            var shown = 0
            prepared = try demo.prepare { share in
                let percent = Int(share * 100)
                if percent > shown { reading.advance(by: percent - shown) }
                shown = max(shown, percent)
            }
            reading.finish()
        } catch let fault as MappingMistakes {
            throw Failure(lines: fault.all)
        }
        tell(prepared, demo, terminal)
        let total = min(prepared.requests.count, demo.limit ?? .max)
        let bar = ProgressBar("cases that have ended", total: total, on: terminal)
        let isLong = total > 50
        var shown = 0
        // The case of which there is most to see is the one to look at next.
        var told: [String: Int] = [:]
        let result = try await demo.run(
            prepared, store: store, isDone: { terminal.interruption.isRequested },
            tell: { line in
                told[line.reference, default: 0] += 1
                if !isLong { terminal.print(Self.text(line)) }
            },
            progress: { report in
                if report.ended > shown { bar.advance(by: report.ended - shown) }
                shown = report.ended
            })
        bar.finish()
        let fullest = told.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
        let counts = try await result.service.engine.store.counts()
        await result.service.close()
        if parsed.flag("json") {
            terminal.print(json: json(prepared, result.report, counts))
        } else {
            summary(prepared, result.report, counts, demo, fullest: fullest, terminal)
        }
        if let cause = terminal.interruption.cause { return cause.exitCode }
        return .success
    }

    private static func tell(_ prepared: Demonstration.Prepared, _ demo: Demonstration, _ terminal: Terminal) {
        let programme = prepared.machine.programme
        terminal.note(
            "\(programme.title, .bold), version \(String(programme.version)): \(String(prepared.requests.count)) requests, \(String(prepared.offers.count)) offers"
        )
        if let limit = demo.limit, prepared.requests.count > limit {
            terminal.note("the first \(String(limit)) of them are played; --limit COUNT plays more")
        }
        let report = prepared.requestReport
        if report.refused > 0 {
            terminal.note(
                "\(String(report.rows)) rows were read, \(String(report.taken)) are requests, \(String(report.refused)) cannot be one; each is told in \(demo.folder)/\(Demonstration.refusedFile)"
            )
            for mistake in report.first.prefix(5) { terminal.note("  \(mistake.description, .dim)") }
        }
    }

    static func text(_ line: Timeline.Line) -> TerminalText {
        let head: TerminalText = "\(line.date.iso, .dim)  \(line.reference)  "
        return switch line.tone {
        case .step: head + "\(line.text)"
        case .good: head + "\(line.text, .green)"
        case .bad: head + "\(line.text, .red)"
        case .date: head + "\(line.text, .cyan)"
        case .quiet: head + "\(line.text, .dim)"
        }
    }

    private static func summary(
        _ prepared: Demonstration.Prepared, _ report: CastReport, _ counts: StoreCounts, _ demo: Demonstration,
        fullest: String?, _ terminal: Terminal
    ) {
        terminal.print()
        var table = Table(.init("end"), .init("cases", .right))
        for (end, count) in report.ends.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            table.add("\(prepared.machine.programme.ends[end]?.title ?? end)", "\(String(count))")
        }
        if counts.openCases > 0 { table.add("still open", "\(String(counts.openCases))") }
        terminal.print(table)
        terminal.print()
        let sent = counts.effects[.done] ?? 0
        terminal.print(
            "\(String(report.started)) cases, \(String(report.answers)) answers, \(String(counts.journalEntries)) journal entries, \(String(sent)) effects done, \(String(counts.armedTimers)) timers still armed"
        )
        for problem in report.problems.prefix(10) { terminal.complain("\(problem, .yellow)") }
        terminal.print()
        terminal.print("Everything is in \(demo.folder, .bold): the database, mail/, invitations/, documents/")
        terminal.print("Try next:")
        let program = Naming.program
        let database = "--database \(demo.folder)/\(Demonstration.databaseFile)"
        terminal.print("  \(program) case list --all \(database)")
        guard let fullest else { return }
        terminal.print("  \(program) case show \(fullest) \(database)")
        terminal.print("  \(program) case draw \(fullest) \(database) > case.svg")
        terminal.print("  \(program) journal \(fullest) \(database)")
    }

    private static func json(
        _ prepared: Demonstration.Prepared, _ report: CastReport, _ counts: StoreCounts
    ) -> Value {
        .object([
            "requests": .object([
                "rows": .int(Int64(prepared.requestReport.rows)), "taken": .int(Int64(prepared.requestReport.taken)),
                "refused": .int(Int64(prepared.requestReport.refused)),
                "reasons": .object(prepared.requestReport.reasons.mapValues { .int(Int64($0)) }),
            ]), "cases": .int(Int64(report.started)), "answers": .int(Int64(report.answers)),
            "ends": .object(report.ends.mapValues { .int(Int64($0)) }), "open": .int(Int64(counts.openCases)),
            "problems": .list(report.problems.map { .string($0) }),
            "journal_entries": .int(Int64(counts.journalEntries)),
            "effects": .object(
                Dictionary(uniqueKeysWithValues: counts.effects.map { ($0.key.rawValue, Value.int(Int64($0.value))) })),
        ])
    }
}

/// Where the programmes are that come with Sojourn.
enum ShippedProgrammes {
    /// The folder of a shipped programme: below `SOJOURN_WORKFLOWS`, the working folder, or the program's own place.
    static func folder(_ name: String) throws -> String {
        var places: [String] = []
        if let named = ProcessInfo.processInfo.environment["SOJOURN_WORKFLOWS"] { places.append(named) }
        places.append("workflows")
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent()
        for _ in 0..<6 {
            places.append(folder.appendingPathComponent("workflows").path)
            places.append(folder.appendingPathComponent("share/sojourn/workflows").path)
            folder = folder.deletingLastPathComponent()
        }
        for place in places where FileManager.default.fileExists(atPath: "\(place)/\(name)/programme.yaml") {
            return "\(place)/\(name)"
        }
        throw Failure("the programme \(name) is not found; give its folder with --programme, or set SOJOURN_WORKFLOWS")
    }
}
