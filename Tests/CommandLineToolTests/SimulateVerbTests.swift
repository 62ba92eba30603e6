import Calendars
import Exchange
import Expressions
import Foundation
import FoundationXML
import Service
import Testing

@testable import CommandLineTool

@Suite struct `Simulating a programme` {
    private func run(_ programme: String, _ words: String...) async -> Hub.Answer {
        await Hub().run(
            ["simulate", "\(Hub.workflows)/\(programme)", "--from", "2027-01-01", "--until", "2027-12-31"] + words)
    }

    @Test func `the same seed gives the same bytes, another seed gives others`() async {
        let first = await run("study-tour", "--cases", "6", "--messages")
        let second = await run("study-tour", "--cases", "6", "--messages")
        let other = await run("study-tour", "--cases", "6", "--messages", "--seed", "2")
        #expect(first.code == 0, Comment(rawValue: first.errors))
        #expect(first.output == second.output)
        #expect(first.output != other.output)
    }

    @Test(arguments: ["study-tour", "expert-visit"])
    func `threads and rest change no byte`(programme: String) throws {
        func machine() throws -> CaseMachine {
            let finding = CheckVerb.Finding("\(Hub.workflows)/\(programme)")
            return CaseMachine(programme: try #require(finding.programme), fillsTexts: false)
        }
        let first = try #require(LocalDate(iso: "2027-01-01"))
        var plan = SimulationPlan(from: first, until: first.adding(days: 270))
        // Few places, so that cases are in each other's way.
        (plan.cases, plan.inventedOffers) = (60, 3)
        func run(_ threads: Int, restsFrom: Int = .max) throws -> (report: Value, messages: [Value]) {
            var messages: [Value] = []
            let others = try (1..<threads).map { _ in try machine() }
            let report = Simulation(plan: plan, machine: try machine(), others: others, restsFrom: restsFrom).run(
                message: {
                    messages.append($0.value)
                })
            return (report.value, messages)
        }
        let alone = try run(1)
        #expect(alone.messages.count > 500)
        for (threads, restsFrom) in [(2, Int.max), (3, 0), (1, 0)] {
            let together = try run(threads, restsFrom: restsFrom)
            #expect(together.report == alone.report)
            #expect(together.messages == alone.messages)
        }
    }

    @Test func `each message has its day and its reader, and the counts agree with them`() async throws {
        let answer = await run("expert-visit", "--cases", "6", "--messages", "--json")
        let lines = answer.output.split(separator: "\n").map(String.init)
        let report = try Value(json: try #require(lines.last).utf8)
        let messages = try lines.dropLast().map { try Value(json: $0.utf8) }
        #expect(report["messages"] == .int(Int64(messages.count)))
        #expect(messages.allSatisfy { ($0["reader"]?.asString ?? "").contains("@") })
        let load = report["load"]?.asList ?? []
        #expect(load.compactMap { $0["messages"]?.asInt }.reduce(0, +) == messages.count)
        let days = Set(messages.compactMap { $0["at"]?.asString?.prefix(10) })
        #expect(days.allSatisfy { $0 >= "2026-12-31" && $0 <= "2027-12-31" })
        let ended = report["ends"]?.fields.values.compactMap(\.asInt).reduce(0, +) ?? 0
        let open = report["open"]?.fields.values.compactMap(\.asInt).reduce(0, +) ?? 0
        #expect(ended + open == 6)
    }

    @Test(arguments: ["study-tour", "expert-visit", "twinning", "hub-referral", "thematic-visit"])
    func `a cast drawn by chance can walk each shipped programme`(programme: String) async {
        let answer = await run(programme, "--cases", "12", "--json")
        #expect(answer.code == 0, Comment(rawValue: answer.errors))
        #expect(answer.json?["problems"] == .list([]))
        #expect(answer.json?["stuck"] == .object([:]))
        #expect(answer.json?["messages"]?.asInt ?? 0 > 50)
    }

    @Test func `where everybody is silent only clocks move, and nobody is late where silence is an answer`() async {
        let answer = await run("hub-referral", "--cases", "5", "--silent", "100", "--json")
        #expect(answer.json?["started"] == .int(5))
        #expect(answer.json?["ends"]?.fields["closed"] == nil, "\(answer.output)")
    }

    @Test func `the picture is a whole SVG with the titles of the programme, and its words are escaped`() async throws {
        let path = NSTemporaryDirectory() + "picture-\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let answer = await run("twinning", "--cases", "8", "--picture", path)
        #expect(answer.code == 0, Comment(rawValue: answer.errors))
        let svg = try String(contentsOfFile: path, encoding: .utf8)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(svg.contains(">How cases end<"))
        #expect(svg.contains("Beneficiary administration"))
        #expect(svg.contains(">Jan 2027<"))
    }

    @Test func `a last day before the first is a mistake of use`() async {
        let answer = await Hub().run(
            ["simulate", "\(Hub.workflows)/twinning", "--from", "2027-02-01", "--until", "2027-01-01"])
        #expect(answer.code == 2)
        #expect(answer.errors.contains("--from comes after --until"))
    }
}
