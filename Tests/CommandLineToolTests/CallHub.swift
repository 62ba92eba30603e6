import Engine
import Exchange
import Expressions
import Service

@testable import CommandLineTool

/// A hub with a small programme in which hosts are asked, and two sides accept.
struct CallHub {
    let hub = Hub()

    /// - Parameter match: more of the state that searches, such as `, as-a-whole: yes`.
    static func programme(_ match: String = "", version: Int = 1) -> String {
        """
        format: 1
        programme: calls
        version: \(version)
        people:
          clerk: {title: Clerk, staff: yes, acts-for: [host]}
          host: {title: Host, from: hosts}
        forms:
          ask:
            people: {type: number, from: 1, required: yes}
            topic:  {type: choice, list: [water, health], required: yes}
            near:   {type: text}
        rules:
          fit:
            filters: {room: {if: "offer.people >= ask.people", say: the group is too large for it}}
            score:
              topic: {weight: 3, points: "offer.kind == ask.topic ? 1.0 : 0.0", say: the topics are the same}
              close: {weight: 1, points: "has(ask.near) && offer.id == ask.near ? 1.0 : 0.0", say: it is the nearest}
          merit:
            filters: {any: {if: "true", say: never}}
            score: {small: {weight: 1, points: "1.0 / ask.people", say: small groups are easier}}
        stages:
          request:
            draft:
              task: {who: clerk, form: ask, due: 5 working days}
              next: {done: searching}
          match:
            searching:
              match: {from: hosts, rules: fit, track: hosts, at-once: 1, want: 1, reach: accepted\(match)}
              clock: {90 days: none_found}
              next: {found: agreed, none: none_found}
            agreed:
              task: {who: clerk, due: 5 working days}
              clock: {60 days: none_found}
              next: {done: closed}
        tracks:
          hosts:
            each: match
            during: match
            left: stood_down
            states:
              offered:
                task: {who: self}
                clock: {10 days: silent}
                next: {accept: confirming, decline: declined}
              confirming:
                task: {who: clerk}
                clock: {10 days: silent}
                next: {accept: accepted, decline: declined}
            ends: {accepted: fulfilled, declined: refused, silent: expired, stood_down: withdrawn}
        ends: {closed: fulfilled, none_found: refused}

        """
    }

    static let wholeCall = ", as-a-whole: yes"

    init(_ match: String = "", offers: String) async throws {
        let added = await hub.run("programme", "add", try hub.file("calls/programme.yaml", Self.programme(match)))
        try Self.check(added)
        try Self.check(await hub.run("import", "offers", try hub.file("offers.csv", offers)))
    }

    struct Refused: Error {
        let words: String
    }

    static func check(_ answer: Hub.Answer) throws {
        guard answer.code == 0 else { throw Refused(words: answer.errors + answer.output) }
    }

    /// A case that looks for a host; its reference.
    func ask(_ topic: String, people: Int = 2, near: String = "") async throws -> String {
        let started = await hub.run(
            "case", "start", "calls", "--as", "clerk", "--person", "clerk=Cy <cy@hub.example>", "--json")
        try Self.check(started)
        let reference = started.json?["reference"]?.asString ?? ""
        var words = ["--set", "topic=\(topic)", "--set", "people=\(people)"]
        if !near.isEmpty { words += ["--set", "near=\(near)"] }
        try Self.check(
            await hub.run(
                ["--database", hub.database, "task", "answer", "\(reference).1", "--as", "clerk"] + words))
        try await hub.withService { _ = try await $0.engine.turn() }
        return reference
    }

    /// Answers the task that is open for the host who is asked, or for the clerk about it.
    func answer(_ reference: String, _ outcome: String) async throws -> Hub.Answer {
        let number = try await found(reference).tasks.last?.number ?? 0
        let answer = await hub.run("task", "answer", "\(reference).\(number)", outcome, "--as", "clerk")
        try await hub.withService { _ = try await $0.engine.turn() }
        return answer
    }

    func found(_ reference: String) async throws -> Case {
        var result: Case?
        try await hub.withService { result = try await $0.engine.cases.load(reference).case }
        guard let result else { throw Refused(words: "no case \(reference)") }
        return result
    }

    /// The offers that were asked in a case, each with where it stands.
    func asked(_ reference: String) async throws -> [String] {
        try await found(reference).members.map { "\($0.key) \($0.region.state)" }
    }

    /// What `match CASE` says of an offer: "candidate", or rule and reason.
    func standing(_ reference: String, _ offer: String) async -> String {
        let json = await hub.run("match", reference, "--all", "--json").json
        if (json?["candidates"]?.asList ?? []).contains(where: { $0["offer"]?.asString == offer }) {
            return "candidate"
        }
        let excluded = (json?["excluded"]?.asList ?? []).first { $0["offer"]?.asString == offer }
        return "\(excluded?["rule"]?.asString ?? "nowhere"): \(excluded?["why"]?.asString ?? "")"
    }
}
