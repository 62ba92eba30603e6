import ActionKit
import Calendars
import Exchange
import Expressions
import Foundation
import ProgrammeLanguage
import Testing

@testable import Engine

/// A plugin with a filter and a part of a score.
private struct ClimatePlugin: Plugin {
    static let name = "climate"

    init(configuration: Configuration) throws(ConfigurationMistakes) {}

    let actions: [any Action] = []
    let functions = [
        FunctionDeclaration(
            name: "climate.likeness", overloads: [.init(arguments: [.string, .string], result: .double)],
            implementation: { (values) throws(EvaluationError) in .double(values[0] == values[1] ? 1 : 0.25) }),
        FunctionDeclaration(
            name: "climate.reachable", overloads: [.init(arguments: [.string], result: .bool)],
            implementation: { (values) throws(EvaluationError) in .bool(values[0] != .string("XX")) }),
    ]

    func close() async {}
}

@Suite("Rules of matching")
struct MatchingPluginTests {
    private static let text = """
        format: 1
        programme: trial
        version: 1
        people:
          requester: {title: Requester}
          clerk: {title: Clerk, staff: yes}
        forms:
          ask: {country: {type: country, required: yes}, passport: {type: country, required: yes}}
        rules:
          fit:
            filters:
              reach: {if: "climate.reachable(offer.country)", say: "nobody gets there"}
            score:
              climate: {weight: 1, points: "climate.likeness(ask.country, offer.country)", say: "a climate like theirs"}
        stages:
          request:
            asked:
              task: {who: requester, form: ask, due: 5 days}
              clock: {60 days: over}
              next: {done: done}
        ends: {done: fulfilled, over: expired}
        """

    private static func machine(_ source: ProgrammeSource, _ functions: [FunctionDeclaration]) throws -> CaseMachine {
        let compiled = ProgrammeCompiler.compile(source, functions: functions)
        return CaseMachine(
            programme: try #require(
                compiled.programme, Comment(rawValue: compiled.diagnostics.lines.joined(separator: "\n"))))
    }

    private static func asked(_ machine: CaseMachine, _ values: [String: Value]) throws -> Case {
        let now = Instant(milliseconds: 1_800_000_000_000)
        let ann = Party(id: "ann", name: "Ann", institution: "Town")
        let started = machine.start(
            id: "c", reference: "T-1", people: ["requester": [ann], "clerk": [ann]], origin: [:], by: .service, at: now)
        let answered = machine.apply(
            .answer(task: 1, outcome: nil, values: values, reason: nil), by: Actor(id: "ann", role: "requester"),
            at: now,
            to: started.case)
        #expect(answered.verdict == .accepted)
        return answered.case
    }

    private static func offer(_ id: String, _ country: String) -> Value {
        .object(["id": .string(id), "country": .string(country)])
    }

    @Test("a plugin adds a filter and a part of a score; without it the programme does not pass the check")
    func plugin() throws {
        let plugin = try ClimatePlugin(configuration: Configuration(values: [:], folder: "/nowhere"))
        let machine = try Self.machine(ProgrammeSource(text: Self.text), plugin.functions)
        let c = try Self.asked(machine, ["country": .string("BA"), "passport": .string("BA")])
        let table = OfferTable([Self.offer("a", "PT"), Self.offer("b", "BA"), Self.offer("c", "XX")])
        let ranking = try #require(machine.ranking(for: c, rules: "fit", offers: table))
        #expect(ranking.candidates.map(\.id) == ["b", "a"])
        #expect(ranking.candidates.map(\.score) == [1, 0.25])
        #expect(ranking.exclusions() == [Exclusion(offer: "c", filter: "reach", say: "nobody gets there")])
        let without = ProgrammeCompiler.compile(ProgrammeSource(text: Self.text))
        #expect(without.programme == nil)
        #expect(without.diagnostics.lines.contains { $0.contains("climate") })
    }

    @Test("a programme names a table of visa rules, and its rules read it by passport and destination")
    func visas() throws {
        let text = Self.text.replacing(
            "people:\n", with: "lists: {visas: {table: visas.csv, keys: 2}}\npeople:\n", maxReplacements: 1
        )
        .replacing(
            "climate.reachable(offer.country)", with: "visas.find(ask.passport, offer.country) != 'visa required'"
        )
        .replacing("climate.likeness(ask.country, offer.country)", with: "1.0")
        let path = #filePath.split(separator: "/").dropLast(3).map(String.init).joined(separator: "/")
        let source = "/" + path + "/../shared/data/passport-index.csv"
        let real = (try? String(contentsOfFile: source, encoding: .utf8)).map { Array($0.utf8) }
        let table = real ?? Array("Passport,Destination,Requirement\nBIH,PRT,90\nBIH,GBR,visa required\n".utf8)
        let machine = try Self.machine(
            ProgrammeSource(files: ["programme.yaml": Array(text.utf8), "lists/visas.csv": table]), [])
        let c = try Self.asked(machine, ["country": .string("BIH"), "passport": .string("BIH")])
        let offers = OfferTable([Self.offer("lisbon", "PRT"), Self.offer("london", "GBR")])
        let ranking = try #require(machine.ranking(for: c, rules: "fit", offers: offers))
        // The index says of a passport of Bosnia and Herzegovina: 90 days in Portugal, a visa before Britain.
        #expect(ranking.candidates.map(\.id) == ["lisbon"])
        #expect(ranking.exclusions().contains { $0.offer == "london" })
    }
}
