import Calendars
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Service
import Tables

/// `sojourn simulate PROGRAMME`: a year of many cases, drawn by chance, before the first real one comes.
enum SimulateVerb {
    static let spec = CommandSpec(
        "simulate", "Counts what a programme asks of people when many cases go through it.",
        discussion: """
            Draws people by chance: they answer, are silent, refuse, move, cancel and withdraw. Ends with counts: who waits
            where, how many messages a person gets, states that never end in time, the busiest days, how cases end. The same
            options give the same bytes. Nothing is stored or sent. Chances are percentages. Offers and people are made up
            where no table is given. With --json and --messages each message is a line of JSON, and the counts are the last.
            """,
        examples: [
            ("sojourn simulate workflows/study-tour --from 2027-01-01 --until 2027-12-31 --cases 500", "A year."),
            (
                "sojourn simulate workflows/study-tour --from 2027-01-01 --until 2028-06-30 --cases 20 --messages",
                "Every message with its day and its reader."
            ),
            (
                "sojourn simulate workflows/twinning --from 2027-01-01 --until 2028-12-31 --picture twinning.svg",
                "The counts as a picture too."
            ),
        ],
        arguments: [Positional("programme", "The folder of a programme.", completion: .folder)],
        options: [
            Option("from", value: "DATE", "The first day.", required: true),
            Option("until", value: "DATE", "The last day.", required: true),
            Option("seed", value: "N", "Another number gives other people.", default: "1"),
            Option("cases", value: "N", "How many requests come; of a table at most so many.", default: "100"),
            Option(
                "requests", value: "CSV", "A table of requests (also .gz) instead of made-up ones.", completion: .file),
            Option("mapping", value: "FILE", "How the table becomes requests.", completion: .file),
            Option("offers", value: "CSV", "A table of offers instead of made-up ones.", completion: .file),
            Option("hosts", value: "N", "How many offers are made up.", default: "40"),
            Option("messages", "Prints each message with its day and reader."),
            Option("picture", value: "PATH", "Writes the counts as a picture (SVG) into this file.", completion: .file),
        ]
            + CastChances.Kind.allCases.map {
                Option($0.rawValue, value: "PERCENT", $0.title, default: shown(CastChances()[$0]))
            },
        run: run)

    private static func shown(_ chance: Double) -> String { String(Int((chance * 100).rounded())) }

    @Sendable private static func run(_ parsed: Parsed, _ terminal: Terminal) async throws -> ExitCode {
        let finding = CheckVerb.Finding(parsed["programme"])
        if let fault = finding.fault { throw Failure(fault.description) }
        guard let programme = finding.programme else {
            CheckVerb.print(finding.diagnostics, on: terminal)
            throw Failure("\(finding.path) has mistakes; it is not simulated")
        }
        let machine = CaseMachine(programme: programme, fillsTexts: false)
        let plan = try plan(parsed, machine, folder: finding.path)
        let isJSON = parsed.flag("json")
        let withMessages = parsed.flag("messages")
        let bar = ProgressBar("days", total: 100, on: terminal)
        var shown = 0
        let print: (SimulatedMessage) -> Void = { message in
            if isJSON {
                terminal.print(json: message.value, pretty: false)
            } else {
                terminal.print(line(message, programme.zone))
            }
        }
        let report = Simulation(plan: plan, machine: machine, others: others(finding)).run(
            message: withMessages ? print : nil,
            progress: { share in
                let percent = Int(share * 100)
                if percent > shown, !withMessages { bar.advance(by: percent - shown) }
                shown = max(shown, percent)
                return terminal.interruption.isRequested
            })
        if !withMessages, !terminal.interruption.isRequested { bar.advance(by: 100 - shown) }
        bar.finish()
        if let path = parsed.text("picture"), !terminal.interruption.isRequested {
            let picture = SimulationPicture(report: report, programme: programme, plan: plan)
            try write(picture.svg, path, terminal)
        }
        if isJSON {
            terminal.print(json: report.value, pretty: withMessages ? false : nil)
        } else {
            SimulationPage(report: report, programme: programme).print(on: terminal)
        }
        if let cause = terminal.interruption.cause { return cause.exitCode }
        return .success
    }

    /// Machines for the processor's other cores, each of a programme that was read by itself.
    private static func others(_ finding: CheckVerb.Finding) -> [CaseMachine] {
        guard let source = finding.source else { return [] }
        return (1..<max(ProcessInfo.processInfo.activeProcessorCount, 1)).compactMap { _ in
            ProgrammeCompiler.check(source, actions: Service.knownActions, functions: Service.knownFunctions).programme
                .map { CaseMachine(programme: $0, fillsTexts: false) }
        }
    }

    private static func line(_ message: SimulatedMessage, _ zone: Zone) -> TerminalText {
        let local = zone.local(message.at)
        let clock = LocalTime(minutes: local.secondOfDay / 60)?.description ?? ""
        let role = message.role.isEmpty ? "told before" : message.role
        return
            "\(local.date.iso, .dim) \(clock, .dim)  \(message.reference)  \(message.message) → \(role)  \(message.address, .dim)"
    }

    private static func write(_ svg: String, _ path: String, _ terminal: Terminal) throws {
        try OutputFile.write(svg.utf8, to: path)
        terminal.note("written: \(path)")
    }

    private static func plan(_ parsed: Parsed, _ machine: CaseMachine, folder: String) throws -> SimulationPlan {
        func day(_ name: String) throws -> LocalDate {
            guard let day = try parsed.value(name, "a day like 2027-01-31", { LocalDate(iso: $0) }) else {
                throw UsageMistake("--\(name) is missing")
            }
            return day
        }
        var plan = SimulationPlan(from: try day("from"), until: try day("until"))
        guard plan.from <= plan.until else { throw UsageMistake("--from comes after --until") }
        plan.seed = UInt64(try parsed.integer("seed", 0...Int.max) ?? 1)
        plan.cases = try parsed.integer("cases", 1...SimulationPlan.casesLimit) ?? 100
        plan.inventedOffers = try parsed.integer("hosts", 1...SimulationPlan.offersLimit) ?? 40
        for kind in CastChances.Kind.allCases {
            guard let percent = try parsed.value(kind.rawValue, "a percentage from 0 to 100", percentage) else {
                continue
            }
            plan.chances[kind] = percent / 100
        }
        plan.script = try StoryCast.read(programme: folder, dates: machine.programme.dates.map(\.name))
        if let path = parsed.text("requests") {
            let mapping = parsed.text("mapping")
            var table = try TableImport.open(table: path, mapping: mapping, named: "requests")
            let most = plan.cases
            let reading = RequestReading(machine: machine)
            _ = try TableImport.run(
                &table, make: reading.request,
                take: { if plan.requests.count < most { plan.requests.append($0) } }, refuse: { _ in })
            guard !plan.requests.isEmpty else { throw Failure("\(path) has no row that can be a request") }
            plan.cases = plan.requests.count
        }
        if let path = parsed.text("offers") {
            var table = try TableImport.open(table: path, mapping: nil, named: "offers")
            _ = try TableImport.run(
                &table, make: { Records.offer($0) }, take: { plan.offers.append($0) }, refuse: { _ in })
            guard !plan.offers.isEmpty else { throw Failure("\(path) has no row that can be an offer") }
        }
        return plan
    }

    private static func percentage(_ text: String) -> Double? {
        Double(text).flatMap { (0...100).contains($0) ? $0 : nil }
    }
}
